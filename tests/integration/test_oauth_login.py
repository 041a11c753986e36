"""Logging in with XOAUTH2 at a real Dovecot, which asks the provider about each token, and at an SMTP server."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from servers.accounts import account_at, server_at
from servers.certificates import Certificate
from servers.dovecot import Dovecot, free_port, require_dovecot
from servers.fake_imap import FakeImap
from servers.scripted import Line
from servers.token_server import TokenServer, serving

from config.settings import OAuth, Secret, Server
from daemon.connection import Refused, Throttled, TokenRefused
from daemon.imap import ImapMailbox
from daemon.oauth import Keyring
from daemon.smtp import SmtpSender

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    with serving(TokenServer()) as server:
        yield server


@pytest.fixture
def oauth(tokens: TokenServer, tmp_path: Path) -> OAuth:
    path = tmp_path / "refresh-token"
    path.write_text(tokens.refresh + "\n")
    path.chmod(0o600)
    return OAuth(
        token_url=tokens.url,
        authorize_url="",
        client_id="app",
        client_secret=None,
        refresh_token=Secret(file=path),
        scope="mail offline_access",
        lifetime=timedelta(days=90),
        secret_expires=None,
    )


def at(port: int, oauth: OAuth) -> Server:
    return replace(server_at(port, username="alice"), oauth=oauth)


def test_dovecot_lets_us_in_with_a_token_and_a_dead_one_is_replaced_once(
    certificate: Certificate, tokens: TokenServer, oauth: OAuth, tmp_path: Path
) -> None:
    require_dovecot()
    dovecot = Dovecot(certificate, look_url=tokens.look_url)
    dovecot.start()
    try:
        dovecot.deliver([b"Subject: one\r\n\r\nx\r\n"])
        account = account_at(at(dovecot.port, oauth))
        login = Keyring(tmp_path).login("eu", account.server)
        with ImapMailbox.connect(account, login) as box:
            assert box.examine("INBOX").exists == 1
        with ImapMailbox.connect(account, login):
            assert len(tokens.asked) == 1, "one token serves all connections"
        tokens.valid.clear()
        with ImapMailbox.connect(account, login) as box:
            assert box.examine("INBOX").exists == 1
        assert len(tokens.asked) == 2
    finally:
        dovecot.close()


class Microsoft(FakeImap):
    """Says no as Exchange Online does, until `good` says otherwise."""

    capabilities = "IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2"

    def __init__(self, good: Callable[[str], bool]) -> None:
        super().__init__()
        self.good = good
        self.refusal = "NO AUTHENTICATE failed."

    def on_authenticate(self, line: Line, tag: str, rest: str) -> None:
        line.say("+ ")
        said = base64.b64decode(line.hear()).decode()
        user, bearer, *_ = said.split("\x01")
        assert user == "user=alice"
        if self.good(bearer.removeprefix("auth=Bearer ")):
            line.say(f"{tag} OK AUTHENTICATE completed.")
            return
        line.say("+ " + base64.b64encode(b'{"status":"401","schemes":"bearer"}').decode())
        assert line.hear() == ""
        line.say(f"{tag} {self.refusal}")


def test_a_token_that_is_always_refused_is_told_with_the_servers_words(
    tokens: TokenServer, oauth: OAuth, tmp_path: Path
) -> None:
    fake = Microsoft(lambda token: False)
    with fake.serving() as port, pytest.raises(TokenRefused) as refused:
        account = account_at(at(port, oauth))
        ImapMailbox.connect(account, Keyring(tmp_path).login("eu", account.server))
    assert "AUTHENTICATE failed" in str(refused.value)
    assert '"status":"401"' in str(refused.value)
    assert "access-" not in str(refused.value)
    assert len(tokens.asked) == 2


def test_a_throttled_login_costs_no_token(tokens: TokenServer, oauth: OAuth, tmp_path: Path) -> None:
    fake = Microsoft(lambda token: False)
    fake.refusal = "NO Request is throttled. Suggested Backoff Time: 5000 milliseconds"
    with fake.serving() as port, pytest.raises(Throttled) as throttled:
        account = account_at(at(port, oauth))
        ImapMailbox.connect(account, Keyring(tmp_path).login("eu", account.server))
    assert throttled.value.retry_after == timedelta(seconds=5)
    assert len(tokens.asked) == 1


def test_a_server_without_xoauth2_is_said_to_be_one(tokens: TokenServer, oauth: OAuth, tmp_path: Path) -> None:
    with FakeImap().serving() as port, pytest.raises(Refused, match="offers no XOAUTH2"):
        account = account_at(at(port, oauth))
        ImapMailbox.connect(account, Keyring(tmp_path).login("eu", account.server))


class Taking:
    """An SMTP server that takes mail from whoever brings a token that the provider knows."""

    def __init__(self, tokens: TokenServer) -> None:
        self.tokens = tokens
        self.taken: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert session.authenticated
        self.taken.append(bytes(envelope.content or b""))
        return "250 taken"

    async def auth_XOAUTH2(self, server: SMTP, arguments: list[str]) -> AuthResult:
        said = base64.b64decode(arguments[1]).decode().split("\x01")
        if said[0] == "user=alice" and said[1].removeprefix("auth=Bearer ") in self.tokens.valid:
            return AuthResult(success=True)
        await server.push("334 " + base64.b64encode(b'{"status":"400"}').decode())
        assert await server._reader.readline() == b"\r\n"
        return AuthResult(success=False, handled=False)


@contextmanager
def smtp_server(handler: Taking) -> Iterator[int]:
    controller = Controller(handler, hostname="127.0.0.1", port=free_port(), auth_require_tls=False, auth_required=True)
    controller.start()
    try:
        yield int(controller.port)
    finally:
        controller.stop()


def test_letters_leave_with_a_token_and_a_dead_one_is_replaced_once(
    tokens: TokenServer, oauth: OAuth, tmp_path: Path
) -> None:
    handler = Taking(tokens)
    with smtp_server(handler) as port:
        server = at(port, oauth)
        login = Keyring(tmp_path).login("outgoing mail", server)
        for _ in range(2):
            with SmtpSender(server, login) as sender:
                assert "Sent" in repr(
                    sender.send("us@seller.example", "ana@seller.example", b"Subject: x\r\n\r\nx\r\n")
                )
            tokens.valid.clear()
    assert len(handler.taken) == 2
    assert len(tokens.asked) == 2


def test_an_smtp_server_that_takes_no_token_is_told(tokens: TokenServer, oauth: OAuth, tmp_path: Path) -> None:
    handler = Taking(TokenServer())
    with smtp_server(handler) as port, pytest.raises(TokenRefused, match=r'refuses the access token for alice.*"400"'):
        server = at(port, oauth)
        SmtpSender(server, Keyring(tmp_path).login("outgoing mail", server)).open()
    assert len(tokens.asked) == 2


def test_the_rotated_token_is_kept_for_this_user_alone(tokens: TokenServer, oauth: OAuth, tmp_path: Path) -> None:
    login = Keyring(tmp_path).login("eu", at(1, oauth))
    assert login.token() == "access-1"
    [file] = (tmp_path / "oauth").glob("*.json")
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert json.loads(file.read_text())["token"] == "refresh-1"
    again = Keyring(tmp_path, clock=lambda: datetime.now(UTC) + timedelta(hours=2)).login("eu", at(1, oauth))
    assert again.token() == "access-2"
    assert [each["refresh_token"] for each in tokens.asked] == ["seed-token", "refresh-1"]
