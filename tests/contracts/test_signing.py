"""The instance's signature: one key, for its owner's eyes, that says the same for ever."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from contest.platform.signing import KEY_FILE, Signer, is_signed


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: Signer(tmp_path).public_key, range(8)))

    assert len(keys) == 1
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_a_signature_is_for_one_text_and_one_key(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    signer, other = Signer(tmp_path), Signer(tmp_path / "other")
    signature = signer.sign("岚山")

    assert is_signed("岚山", signature=signature, public_key=signer.public_key)
    assert not is_signed("岚山 ", signature=signature, public_key=signer.public_key)
    assert not is_signed("岚山", signature=signature, public_key=other.public_key)
    assert not is_signed("岚山", signature="no hex", public_key=signer.public_key)
