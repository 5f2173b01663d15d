"""What both ways out for letters promise: SMTP against a real server, and the folder of .eml files."""

import smtplib
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from contest.kernel.errors import Invalid
from contest.platform.mail import FolderMail, Letter, Mail, SmtpMail, message_id, open_mail
from contest.settings import Settings

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
SENDER = "contest@example.org"
LETTER = Letter(
    to="zhang@example.org",
    subject="您的作品已收到：晨雾　A-0107，以及一个长到必须折行的主题，这样标题的编码也被检验",
    text="张伟，您好！\n\n您的作品《晨雾》已收到。\nhttps://photos.example.org/x?a=1&b=2\n"
    + "很长的一行" * 80
    + "\n",
    message_id=message_id("receipt:0107", domain="example.org"),
)


def clock() -> datetime:
    return NOW


class Postbox:
    """What a mail server took in."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.recipients: list[str] = []

    async def handle_DATA(self, _server: object, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(cast("bytes", envelope.content))
        self.recipients.extend(envelope.rcpt_tos)
        return "250 taken"


def _parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)


def _text(message: EmailMessage) -> str:
    """The text with this platform's line ends; on the wire they are always CR LF."""
    return str(message.get_content()).replace("\r\n", "\n")


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def server(postbox: Postbox) -> Iterator[Controller]:
    controller = Controller(postbox, hostname="127.0.0.1", port=_free_port())
    controller.start()
    yield controller
    controller.stop()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass(frozen=True)
class WayOut:
    mail: Mail
    arrived: Callable[[], list[bytes]]


@pytest.fixture(params=["smtp", "folder"])
def way_out(request: pytest.FixtureRequest, tmp_path: Path) -> WayOut:
    if request.param == "folder":
        folder = tmp_path / "mail"
        return WayOut(
            FolderMail(folder=folder, sender=SENDER, clock=clock),
            lambda: [path.read_bytes() for path in sorted(folder.iterdir())],
        )
    server, postbox = request.getfixturevalue("server"), request.getfixturevalue("postbox")
    return WayOut(SmtpMail(host="127.0.0.1", port=server.port, sender=SENDER, clock=clock), lambda: postbox.taken)


def test_a_letter_arrives_as_it_was_written(way_out: WayOut) -> None:
    way_out.mail.send(LETTER)

    (raw,) = way_out.arrived()
    arrived = _parsed(raw)
    assert (arrived["From"], arrived["To"]) == (SENDER, LETTER.to)
    assert arrived["Subject"] == LETTER.subject
    assert arrived["Message-ID"] == LETTER.message_id
    assert arrived["Date"].datetime == NOW
    assert _text(arrived) == LETTER.text


def test_a_letter_sent_again_keeps_its_message_id(way_out: WayOut) -> None:
    way_out.mail.send(LETTER)
    way_out.mail.send(LETTER)

    assert {_parsed(raw)["Message-ID"] for raw in way_out.arrived()} == {LETTER.message_id}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("to", "zhang@example.org\r\nBcc: all@example.org"),
        ("to", "zhang@example.org\nBcc: all@example.org"),
        ("to", "zhang@example.org, li@example.org"),
        ("to", "Zhang <zhang@example.org>"),
        ("to", "people:zhang@example.org;"),
        ("to", "zhang@example.org(li@example.org)"),
        ("to", "zhang"),
        ("to", "@example.org"),
        ("to", ""),
        ("subject", "Result\r\nBcc: all@example.org"),
        ("subject", "Result\x0bBcc: all@example.org"),
        ("subject", "Result\u2028Bcc: all@example.org"),
        ("subject", "Result\0"),
        ("message_id", "<a@example.org>\r\nX: y"),
    ],
)
def test_nothing_in_a_letter_can_add_a_header_or_a_recipient(field: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        replace(LETTER, **{field: value})

    assert (refused.value.code, refused.value.facts["field"]) == ("mail.unusable", field)


def test_headers_in_the_text_stay_text(way_out: WayOut) -> None:
    way_out.mail.send(replace(LETTER, text="Bcc: all@example.org\n.\n\nRCPT TO:<all@example.org>\n"))

    arrived = _parsed(way_out.arrived()[0])
    assert "Bcc" not in arrived
    assert _text(arrived) == "Bcc: all@example.org\n.\n\nRCPT TO:<all@example.org>\n"


def test_a_message_goes_out_in_seven_bits_and_short_lines(server: Controller, postbox: Postbox) -> None:
    SmtpMail(host="127.0.0.1", port=server.port, sender=SENDER, clock=clock).send(LETTER)

    assert postbox.taken[0].isascii()
    assert max(len(line) for line in postbox.taken[0].split(b"\r\n")) <= 998


def test_a_message_id_says_nothing_of_its_key_and_differs_by_key() -> None:
    one, other = (message_id(key, domain="example.org") for key in ("sign-in:1", "sign-in:2"))

    assert one != other
    assert one.endswith("@example.org>")
    assert "sign-in" not in one


class TestFolder:
    def test_the_same_letter_is_one_file_and_another_is_a_second(self, tmp_path: Path) -> None:
        mail = FolderMail(folder=tmp_path, sender=SENDER, clock=clock)

        mail.send(LETTER)
        FolderMail(folder=tmp_path, sender=SENDER, clock=lambda: NOW.replace(hour=9)).send(LETTER)
        mail.send(replace(LETTER, message_id="<other@example.org>"))

        names = sorted(path.name for path in tmp_path.iterdir())
        assert len(names) == 2
        assert all(name.startswith("20261120T040000-") and name.endswith(".eml") for name in names)

    def test_the_text_can_be_read_in_any_editor(self, tmp_path: Path) -> None:
        FolderMail(folder=tmp_path, sender=SENDER, clock=clock).send(
            replace(LETTER, text="您好！\nhttps://x.org/y\n")
        )

        (path,) = tmp_path.iterdir()
        assert "您好！\nhttps://x.org/y\n" in path.read_text(encoding="utf-8").replace("\r\n", "\n")


class TestSmtp:
    @pytest.fixture
    def certificate(self, tmp_path: Path) -> tuple[Path, Path]:
        cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
        made = subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
                *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)),
            ],
            capture_output=True,
            check=False,
        )
        if made.returncode:
            pytest.skip("openssl cannot make a certificate here")
        return cert, key

    def trusting(self, cert: Path) -> Callable[[], ssl.SSLContext]:
        return lambda: ssl.create_default_context(cafile=str(cert))

    def serving(self, certificate: tuple[Path, Path]) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        return context

    def test_a_letter_and_its_password_go_over_starttls(
        self, postbox: Postbox, certificate: tuple[Path, Path]
    ) -> None:
        logins: list[Any] = []

        def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
            logins.append(data)
            return AuthResult(success=True)

        controller = Controller(
            postbox,
            hostname="127.0.0.1",
            port=_free_port(),
            tls_context=self.serving(certificate),
            require_starttls=True,
            authenticator=authenticate,
            auth_required=True,
        )
        controller.start()
        try:
            SmtpMail(
                host="127.0.0.1",
                port=controller.port,
                sender=SENDER,
                user="contest",
                password="geheim",
                clock=clock,
                tls=self.trusting(certificate[0]),
            ).send(LETTER)
        finally:
            controller.stop()

        assert len(postbox.taken) == 1
        assert logins[0] == LoginPassword(b"contest", b"geheim")

    def test_a_server_with_an_unknown_certificate_gets_no_letter(
        self, postbox: Postbox, certificate: tuple[Path, Path]
    ) -> None:
        controller = Controller(
            postbox, hostname="127.0.0.1", port=_free_port(), tls_context=self.serving(certificate)
        )
        controller.start()
        try:
            with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
                SmtpMail(host="127.0.0.1", port=controller.port, sender=SENDER, clock=clock).send(LETTER)
        finally:
            controller.stop()

        assert postbox.taken == []

    def test_a_letter_goes_over_tls_from_the_start(self, postbox: Postbox, certificate: tuple[Path, Path]) -> None:
        controller = Controller(
            postbox, hostname="127.0.0.1", port=_free_port(), ssl_context=self.serving(certificate)
        )
        controller.start()
        try:
            SmtpMail(
                host="127.0.0.1",
                port=controller.port,
                sender=SENDER,
                encrypted_from_start=True,
                clock=clock,
                tls=self.trusting(certificate[0]),
            ).send(LETTER)
        finally:
            controller.stop()

        assert len(postbox.taken) == 1

    def test_a_server_that_is_away_is_an_os_error_at_once(self) -> None:
        started = time.monotonic()

        with pytest.raises(ConnectionRefusedError):
            SmtpMail(host="127.0.0.1", port=_free_port(), sender=SENDER, clock=clock).send(LETTER)

        assert time.monotonic() - started < 5

    def test_a_refused_recipient_is_an_os_error(self, server: Controller, postbox: Postbox) -> None:
        async def refuse(*_args: Any) -> str:
            return "550 no such person"

        postbox.handle_RCPT = refuse  # type: ignore[attr-defined]

        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            SmtpMail(host="127.0.0.1", port=server.port, sender=SENDER, clock=clock).send(LETTER)

        assert isinstance(refused.value, OSError)


class TestSettings:
    def test_the_folder_is_the_default(self, tmp_path: Path) -> None:
        settings = Settings(data=tmp_path, database="sqlite://", secret="s" * 40)

        open_mail(settings, clock=clock).send(LETTER)

        assert len(list((tmp_path / "instance" / "mail").glob("*.eml"))) == 1

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ("smtp://mail.example.org", ("mail.example.org", 587, "", "", False)),
            ("smtp://a%40b:p%3Ass@mail.example.org:25", ("mail.example.org", 25, "a@b", "p:ss", False)),
            ("smtps://u:p@mail.example.org", ("mail.example.org", 465, "u", "p", True)),
        ],
    )
    def test_a_server_is_given_as_an_address(
        self, tmp_path: Path, given: str, expected: tuple[str, int, str, str, bool]
    ) -> None:
        mail = open_mail(Settings(data=tmp_path, database="sqlite://", secret="s" * 40, mail=given))

        assert isinstance(mail, SmtpMail)
        assert (mail.host, mail.port, mail.user, mail.password, mail.encrypted_from_start) == expected

    @pytest.mark.parametrize("given", ["", "http://mail.example.org", "smtp://", "mail.example.org"])
    def test_anything_else_is_refused(self, tmp_path: Path, given: str) -> None:
        with pytest.raises(Invalid) as refused:
            open_mail(Settings(data=tmp_path, database="sqlite://", secret="s" * 40, mail=given))

        assert refused.value.facts["name"] == "CONTEST_MAIL"
