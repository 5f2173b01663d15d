"""What a juror must not learn: for each author a set of tokens that occur nowhere else."""

import hashlib
import random
from dataclasses import dataclass, fields

_CONSONANTS, _VOWELS = "bcdfghjklmnpqrstvwxz", "aeiouy"


@dataclass(frozen=True, kw_only=True)
class Secret:
    """One author's tokens; every field is unique to this author."""

    name_en: str
    name_zh: str
    pinyin: str
    email: str
    phone: str
    artist: str
    owner: str
    serial: str
    creator: str
    byline: str
    comment: str
    profile: str
    trailer: str
    file_name: str
    title_en: str
    title_zh: str
    caption: str
    place: str

    def tokens(self) -> set[str]:
        """Give all tokens, in lower case as they are searched for."""
        return {str(getattr(self, field.name)).lower() for field in fields(self)}


def secret(seed: str) -> Secret:
    """Make the tokens of one author; another seed shares none of them."""
    chance = random.Random(hashlib.sha256(seed.encode()).digest())

    def word() -> str:
        return "".join(chance.choice(_CONSONANTS) + chance.choice(_VOWELS) for _ in range(chance.randint(5, 9)))

    def han(length: int) -> str:
        return "".join(chr(chance.randrange(0x4E00, 0x9F00)) for _ in range(length))

    return Secret(
        name_en=word().capitalize(),
        name_zh=han(3),
        pinyin=word(),
        email=f"{word()}@{word()}.example",
        phone=f"1{chance.randrange(10**9, 10**10)}",
        artist=word(),
        owner=word(),
        serial=f"{chance.randrange(10**11, 10**12)}",
        creator=word(),
        byline=word(),
        comment=word(),
        profile=word(),
        trailer=word(),
        file_name=f"{word()}.jpg",
        title_en=word(),
        title_zh=han(4),
        caption=f"{word()} {word()}",
        place=word(),
    )
