"""Ask every page of the application as one subject, and keep what came back."""

import io
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import pikepdf
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, IntegerConverter, Rule, UUIDConverter
from werkzeug.test import TestResponse

from contest.inspection.sizes import FULL
from contest.judging.rules.order import desk_handle
from contest.kernel.permissions import SERVICE_ACTIONS, Subject, ever_allowed
from contest.web.access import action_of
from tests.guards.blindness.decoding import cookie_payload
from tests.guards.blindness.filling import ALONE, BLIND_KEY, ENTRIES, SHORT_NAME, fixed
from tests.guards.blindness.world import ON_TABLE, World

# All that somebody is, to a thing of her own and to others'.
ARE = {
    "juror": {Subject.JUROR_ASG, Subject.JUROR_UNASG, Subject.JUROR_RECUSED},
    "chair": {Subject.CHAIR, Subject.JUROR_ASG, Subject.JUROR_UNASG, Subject.JUROR_RECUSED},
    "secretary": {Subject.SECRETARY},
    ALONE: {Subject.ORGANIZER, Subject.JUROR_ASG, Subject.JUROR_UNASG, Subject.JUROR_RECUSED},
    "photographer": {Subject.PHOTOG_OWN, Subject.PHOTOG_OTHER},
    "anonymous": {Subject.ANON},
}
# A browser would try these on any list.
FUZZ = {"q": "a", "sort": "author", "order": "desc", "filter": "unit", "page": "1", "count": "50", "recent": "50"}
TABLE_PICTURE, OFF_TABLE = "judging.table_picture", 4
# They end the sign-in that the rest of the crawl needs.
NOT_SENT = frozenset({"accounts.sign_out", "accounts.own_account"})
_CSRF_META = re.compile(r'(name="csrf-token" content=")[^"]*')
_CSRF_FIELD = re.compile(r'(name="[a-z-]*csrf_token"[^>]*value=")[^"]*')
_NONCE = re.compile(r"(nonce[=-]['\"]?)[A-Za-z0-9_-]{16,}")
# What anybody may check a judging with: each is salted by chance or made with a key of chance, in every world anew.
_RECORDS = ("/record", "/record.json", "/proof.json")
# Leaves of a tree stand in an order of chance.
_PLACE = re.compile(r'"path":\[[^]]*\],"place":\d+')
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

    Attributes:
        statements: How often the database was asked; what depends on a secret here would take another time.
    """

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    statements: int = 0

    @property
    def is_page(self) -> bool:
        """Tell whether there is a page, or data that a page asks for."""
        kind = dict(self.headers)["Content-Type"]
        return self.status.startswith("200") and kind.startswith(("text/html", "application/json"))

    @property
    def head(self) -> bytes:
        """Give what comes before the body."""
        told = "\n".join(f"{name}: {value}" for name, value in self.headers)
        return f"{self.status}\n{told}\n({self.statements} statements)\n\n".encode()

    def as_bytes(self) -> bytes:
        """Give everything that the subject can see, in one piece."""
        return self.head + self.body


Wanted = Callable[[Rule], bool]


def crawl(
    world: World, subject: str, *, wanted: Wanted = lambda _rule: True, sends: bool = False, strays: bool = False
) -> dict[Asked, Seen]:
    """Ask for every page with every value that a curious subject could try.

    Args:
        wanted: Leaves rules out, for a crawl that looks for one thing.
        sends: Whether to send an empty form to everything that takes one, once all has been read.
        strays: Whether to ask for pages that are never hers as well: before anything is looked up the permission
            table refuses, in every state alike, as tests/guards/test_every_route.py shows.
    """
    client, found, values = world.client(subject), dict[Asked, Seen](), _values(world, subject)

    def ask(method: str, path: str, token: str = "") -> Seen:
        seen = _asked(world, client, method, path, token)
        found[Asked(subject, str(world.state), method, path)] = seen
        return seen

    def rules(method: str) -> list[Rule]:
        return [
            rule
            for rule in sorted(world.app.url_map.iter_rules(), key=str)
            if method in (rule.methods or ())
            and rule.endpoint not in NOT_SENT
            and wanted(rule)
            and (strays or _may_be_hers(world, subject, rule))
        ]

    for rule in rules("GET"):
        first, *others = _addresses(world, subject, rule, "GET", values)
        if ask("GET", first).is_page:
            ask("GET", f"{first}{'&' if '?' in first else '?'}{urlencode(FUZZ)}")
        for path in others:
            ask("GET", path)
    token = _token(client) if sends else ""
    for rule in rules("POST") if sends else ():
        for path in _addresses(world, subject, rule, "POST", values):
            ask("POST", path, token)
    return found


def _may_be_hers(world: World, subject: str, rule: Rule) -> bool:
    action = action_of(world.app, rule.endpoint) or ""
    return action in SERVICE_ACTIONS or ever_allowed(action, ARE[subject])


def _addresses(world: World, subject: str, rule: Rule, method: str, values: dict[str, list[object]]) -> list[str]:
    """List a rule's addresses: with the first value of every argument, and with each other value in its place.

    Of a page that is never hers the first one alone.
    """
    names = sorted(rule.arguments)
    choices = {name: values.get(name) or _guess(rule, name) for name in names}
    if isinstance(rule._converters.get("number"), IntegerConverter):
        choices["number"] = [1, 2]
    first = {name: choice[0] for name, choice in choices.items()}
    asked = [first]
    if _may_be_hers(world, subject, rule):
        asked += [{**first, name: other} for name, choice in choices.items() for other in choice[1:]]
    urls = world.app.url_map.bind("localhost")
    paths = [urls.build(rule.endpoint, one, method=method) for one in asked]
    if rule.endpoint == TABLE_PICTURE:
        one, *others = (desk_handle(BLIND_KEY, fixed(f"entry {place}")) for place in (*ON_TABLE, OFF_TABLE))
        return [*(f"{path}?of={one}" for path in paths), *(f"{paths[0]}?of={other}" for other in others)]
    return paths


def _values(world: World, subject: str) -> dict[str, list[object]]:
    own = world.handles(subject)[:2] if subject in {"juror", "chair"} else []
    foreign = world.handles("juror" if subject == "chair" else "chair")[0]
    return {
        "short_name": [SHORT_NAME],
        "handle": [*own, foreign, "no-such-handle"],
        "index": [0, 1],
        "long_side": [320, 2560, FULL],
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


def _asked(world: World, client: FlaskClient, method: str, path: str, token: str) -> Seen:
    before = world.statements
    response = client.open(path, method=method, headers={"X-CSRFToken": token} if token else {})
    try:
        return masked(response, statements=world.statements - before)
    finally:
        response.close()


def masked(response: TestResponse, *, statements: int) -> Seen:
    """Keep an answer without what is random by design."""
    body = raw = response.get_data()
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
        elif name != "Date" and (name, value, is_text) != ("Content-Length", str(len(raw)), True):
            headers.append((name, _NONCE.sub(r"\1…", value)))
    if is_text:
        told = _without_chance(body.decode(errors="surrogateescape"))
        if response.request.path.endswith(_RECORDS) or _MINUTES.search(response.request.path):
            told = _PLACE.sub("…", _FINGERPRINT.sub("…", told))
        body = told.encode(errors="surrogateescape")
    return Seen(response.status, tuple(sorted(headers)), body, statements)


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
