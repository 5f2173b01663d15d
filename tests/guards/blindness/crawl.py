"""Ask every page of the application as one subject, and keep what came back."""

import io
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, product
from urllib.parse import urlencode

import pikepdf
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, IntegerConverter, Rule, UUIDConverter
from werkzeug.test import TestResponse

from tests.guards.blindness.decoding import cookie_payload
from tests.guards.blindness.world import ENTRIES, SHORT_NAME, World, fixed

ADDRESSES_PER_RULE = 4
# A browser would try these on any list.
FUZZ = {"q": "a", "sort": "author", "order": "desc", "filter": "unit", "page": "1", "count": "50", "recent": "50"}
# They end the sign-in that the rest of the crawl needs.
NOT_SENT = frozenset({"accounts.sign_out", "accounts.own_account"})
_CSRF_META = re.compile(r'(name="csrf-token" content=")[^"]*')
_CSRF_FIELD = re.compile(r'(name="[a-z-]*csrf_token"[^>]*value=")[^"]*')
_NONCE = re.compile(r"(nonce[=-]['\"]?)[A-Za-z0-9_-]{16,}")
# What anybody may check a judging with: each is salted by chance or made with a key of chance, in every world anew.
_RECORDS = ("/record", "/record.json")
_MINUTES = re.compile(r"/minutes-\w+\.pdf$")
_FINGERPRINT = re.compile(r"[0-9a-f]{32,128}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Asked:
    """One request as one subject in one state."""

    subject: str
    state: str
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.subject} in {self.state}: {self.method} {self.path}"


@dataclass(frozen=True)
class Seen:
    """One answer; what is random by design is masked.

    That is: CSRF tokens, nonces, the date, ids made during the request, salted fingerprints in records.
    """

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def as_bytes(self) -> bytes:
        """Give everything that the subject can see, in one piece."""
        told = "\n".join(f"{name}: {value}" for name, value in self.headers)
        return f"{self.status}\n{told}\n\n".encode() + self.body


Wanted = Callable[[Rule], bool]


def crawl(
    world: World, subject: str, *, wanted: Wanted = lambda _rule: True, sends: bool = False
) -> dict[Asked, Seen]:
    """Ask for every address that `addresses` finds.

    Args:
        wanted: Leaves rules out, for a crawl that looks for one thing.
        sends: Whether to send an empty form to everything that takes one, once all has been read.
    """
    client = world.client(subject)
    found = {}
    for method, path in addresses(world, subject, wanted=wanted, method="GET"):
        found[Asked(subject, str(world.state), method, path)] = _asked(client, method, path)
    if sends:
        token = _token(client)
        for method, path in addresses(world, subject, wanted=wanted, method="POST"):
            found[Asked(subject, str(world.state), method, path)] = _asked(client, method, path, token)
    return found


def addresses(world: World, subject: str, *, wanted: Wanted, method: str) -> Iterator[tuple[str, str]]:
    """List the addresses of all rules with every value that a curious subject could try."""
    values = _values(world, subject)
    urls = world.app.url_map.bind("localhost")
    for rule in sorted(world.app.url_map.iter_rules(), key=str):
        if method not in (rule.methods or ()) or rule.endpoint in NOT_SENT or not wanted(rule):
            continue
        names = sorted(rule.arguments)
        choices = [values.get(name) or _guess(rule, name) for name in names]
        if isinstance(rule._converters.get("number"), IntegerConverter):
            choices[names.index("number")] = [1, 2]
        for chosen in islice(product(*choices), ADDRESSES_PER_RULE):
            path = urls.build(rule.endpoint, dict(zip(names, chosen, strict=True)), method=method)
            yield method, path
        if method == "GET":
            first = dict(zip(names, (choice[0] for choice in choices), strict=True))
            yield method, f"{urls.build(rule.endpoint, first, method=method)}?{urlencode(FUZZ)}"


def _values(world: World, subject: str) -> dict[str, list[object]]:
    own = world.handles(subject)[:2] if subject in {"juror", "chair"} else []
    foreign = world.handles("juror" if subject == "chair" else "chair")[0]
    return {
        "short_name": [SHORT_NAME],
        "handle": [*own, foreign, "no-such-handle"],
        "index": [0, 1],
        "long_side": [320, 2560],
        "entry_id": [fixed("entry 1"), fixed("entry 0"), fixed("entry 2")],
        "picture_id": [fixed("picture 1 0"), fixed("picture 0 0")],
        "shown_id": [fixed("picture 1 0").hex],
        "number": ["B-0001", "B-0003"],
    }


def _guess(rule: Rule, name: str) -> list[object]:
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)
    if isinstance(converter, UUIDConverter):
        return [fixed("entry 1")]
    return [1] if isinstance(converter, IntegerConverter) else ["x"]


def _token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/").get_data(as_text=True))
    return found.group(1) if found else ""


def _asked(client: FlaskClient, method: str, path: str, token: str = "") -> Seen:
    response = client.open(path, method=method, headers={"X-CSRFToken": token} if token else {})
    try:
        return masked(response)
    finally:
        response.close()


def masked(response: TestResponse) -> Seen:
    """Keep an answer without what is random by design."""
    body = response.get_data()
    is_text = _is_text(response)
    if _MINUTES.search(response.request.path) and response.mimetype == "application/pdf":
        body, is_text = _pdf_text(body), True  # the salted fingerprints in it decide how it is packed
    headers = []
    for name, value in response.headers.items():
        if name == "Set-Cookie" and value.startswith("contest="):
            pair, _, rest = value.partition("; ")
            carried = json.loads(cookie_payload(pair.removeprefix("contest=")) or "{}")
            carried.pop("csrf_token", None)
            headers.append((name, f"{json.dumps(carried, sort_keys=True)}; {rest}"))
        elif name != "Date" and (name != "Content-Length" or not is_text):
            headers.append((name, _NONCE.sub(r"\1…", value)))
    if is_text:
        told = _without_chance(body.decode(errors="surrogateescape"))
        if response.request.path.endswith(_RECORDS) or _MINUTES.search(response.request.path):
            told = _FINGERPRINT.sub("…", told)
        body = told.encode(errors="surrogateescape")
    return Seen(response.status, tuple(sorted(headers)), body)


def _pdf_text(pdf: bytes) -> bytes:
    """Give all that a PDF says, in its pages and about itself."""
    told = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        about = "\n".join(f"{name}: {value}" for name, value in sorted(opened.docinfo.items()))
    return about.encode() + b"\n" + told


def _is_text(response: TestResponse) -> bool:
    # A token's length never varies, so the length of a page tells no more than the page; it is compared as such.
    return response.mimetype.startswith("text/") or response.mimetype == "application/json"


def _without_chance(text: str) -> str:
    for pattern in (_CSRF_META, _CSRF_FIELD, _NONCE):
        text = pattern.sub(r"\1…", text)
    return _UUID.sub(lambda found: found.group() if found.group() in KNOWN else "(a new id)", text)


KNOWN = frozenset(
    str(fixed(f"{thing} {place}"))
    for thing in ("entry", "author", "author's account", "unit", "picture")
    for place in (*range(ENTRIES), *(f"{one} {position}" for one in range(ENTRIES) for position in range(2)))
)
