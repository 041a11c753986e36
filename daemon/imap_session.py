"""One logged-in IMAP connection: the only file that knows imapclient and imaplib.

Every library error leaves here as a ServerFault, or as CommandRefused when the connection is still good.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from typing import Any, Self, cast

from imapclient import IMAPClient, SocketTimeout

from config.settings import Security, Server, is_loopback
from daemon.connection import (
    Lost,
    NoStartTls,
    Refused,
    ServerFault,
    TokenRefused,
    TooSlow,
    WrongPassword,
    asks_for_patience,
    plain,
    socket_fault,
    throttled,
)
from daemon.idle_line import IdleLine
from daemon.lifeline import Lifeline, connect
from daemon.mailbox import MailboxStatus
from daemon.oauth import Bearer, Login, xoauth2
from daemon.tls import client_context

LARGEST_LITERAL = 16 * 2**20
"""Bytes; nothing that we ask for is longer, so a longer one is a lie or a trap."""

SLOWEST_BYTES_PER_SECOND = 32 * 1024
"""What a transfer may not fall under, on top of the seconds that every operation has."""

ID_UNASKED = re.compile(r"(?:^|\.)(?:163\.com|126\.com|yeah\.net|188\.com)$")
"""NetEase's hosts refuse EXAMINE as "Unsafe Login" without an ID command, which they do not advertise."""

_KEEPS_CONNECTION = re.compile(r" failed: | command error: BAD ")
_ATOM = re.compile(r"[A-Za-z0-9!#$&'+,\-./:;<=>?@^_`|~]+")


class CommandRefused(Exception):
    """The server answered NO or BAD to one command; the connection goes on."""


class _Wire(imaplib.IMAP4):
    """imaplib over a socket that is connected already; literals are bounded, else a lying size is allocated at once."""

    def __init__(self, sock: socket.socket, server: Server) -> None:
        self._connected = sock
        super().__init__(server.host, server.port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return self._connected

    def read(self, size: int) -> bytes:
        if size > LARGEST_LITERAL:
            raise self.abort(f"announces {size} bytes at once")
        pieces: list[bytes] = []
        missing = size
        while missing and (piece := cast(bytes, self.file.read(min(missing, 2**20)))):
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)


class _Client(IMAPClient):  # type: ignore[misc]
    """imapclient over `_Wire`."""

    def __init__(self, sock: socket.socket, server: Server) -> None:
        self._connected = sock
        self._server = server
        timeout = SocketTimeout(connect=server.connect_seconds, read=server.read_seconds)
        super().__init__(server.host, server.port, ssl=server.security is Security.TLS, timeout=timeout)
        self._imap.debug = 0  # imapclient sets 5, which writes every literal as text into a log that nobody reads
        self.normalise_times = False

    def _create_IMAP4(self) -> _Wire:
        return _Wire(self._connected, self._server)


class Session:
    """One connection to one account, logged in; made by `Session.open`."""

    def __init__(self, who: str, server: Server, client: _Client, lifeline: Lifeline) -> None:
        self._who = who
        self._server = server
        self._client = client
        self._lifeline = lifeline

    @classmethod
    def open(cls, who: str, server: Server, login: Login) -> Self:
        """Connect, secure and log in within the settings' seconds, or a ServerFault that says why not."""
        if server.security is Security.NONE and not is_loopback(server.host):
            raise Refused(who, server, "plain text is allowed on loopback only; set security to tls or starttls")
        if isinstance(login, Bearer):
            login.token()  # whatever takes long or fails is over before the server waits for us
        try:
            sock = connect(server)
        except OSError as error:
            raise socket_fault(who, server, error, during="connecting") from error
        lifeline = Lifeline(sock)
        try:
            client = _secured(who, server, sock, lifeline)
            session = cls(who, server, client, lifeline)
            session._log_in(login)
        except BaseException:
            lifeline.cut("not logged in")
            lifeline.close()
            sock.close()
            raise
        return session

    def examine(self, name: str) -> MailboxStatus:
        """Open a mailbox read-only; CommandRefused when there is none of that name."""
        with self._operation(f"opening the mailbox {plain(name)}"):
            told = self._client.select_folder(clean(name), readonly=True)
            return MailboxStatus(
                name=name,
                uidvalidity=int(told.get(b"UIDVALIDITY", 0)),
                uidnext=told.get(b"UIDNEXT"),
                exists=int(told.get(b"EXISTS", 0)),
            )

    def search(self, criteria: Sequence[object]) -> list[int]:
        """The UIDs that match, ascending; criteria are our own words, numbers and dates, never a mail's."""
        with self._operation("searching", seconds=2 * self._server.read_seconds):
            return sorted(set(self._client.search([clean(c) if isinstance(c, str) else c for c in criteria])))

    def fetch(self, uids: Sequence[int], items: Sequence[str], size: int) -> Mapping[int, Mapping[bytes, Any]]:
        """What the server says of exactly these UIDs; `size` is the expected number of bytes, for the deadline."""
        with self._operation("fetching", seconds=self._server.read_seconds + size / SLOWEST_BYTES_PER_SECOND):
            answer: Mapping[int, Mapping[bytes, Any]] = self._client.fetch(list(uids), [clean(i) for i in items])
            return answer

    def offers(self, name: str) -> bool:
        """Whether the server names this capability now that we are logged in."""
        with self._operation("asking for capabilities"):
            told = self._client._imap.capability()[1]
            return name.upper() in b" ".join(part for part in told if part).decode("ascii", "replace").upper().split()

    def idle_line(self) -> IdleLine:
        """The bare line for IDLE; nothing else can be asked on this connection afterwards."""
        sock, file = self._client._imap.sock, self._client._imap.file
        sock.settimeout(0)
        with suppress(ssl.SSLWantReadError):  # nothing was read ahead
            return IdleLine(sock, file.peek() or b"")
        return IdleLine(sock, b"")

    def log_out(self) -> None:
        """End the session within 2 s, since servers count those left open; never raises."""
        with suppress(Exception), self._lifeline.deadline(2, "logging out"):
            self._client.logout()
        with suppress(Exception):
            self._client.shutdown()
        self._lifeline.close()

    def cut(self, because: str) -> None:
        """End the connection from another thread."""
        self._lifeline.cut(because)

    def _log_in(self, login: Login) -> None:
        if self._server.username is None or self._client._imap.state == "AUTH":
            return
        try:
            user = clean(self._server.username)
            if isinstance(login, Bearer):
                self._with_token(user, login)
            else:
                self._with_password(user, clean(login or ""))
        except CommandRefused as error:
            raise Refused(self._who, self._server, f"no login with this username or password: {error}") from error
        self._introduce()

    def _with_password(self, user: str, secret: str) -> None:
        with self._operation("logging in"):
            offers = self._client.capabilities()
            try:
                if b"AUTH=PLAIN" in offers and (b"LOGINDISABLED" in offers or not (user + secret).isascii()):
                    self._client.plain_login(user, secret)
                elif b"LOGINDISABLED" in offers:
                    raise Refused(self._who, self._server, "the server offers no login with a password")
                else:
                    self._client.login(_astring(user), secret)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise self._login_fault(str(error)) from error

    def _with_token(self, user: str, bearer: Bearer) -> None:
        """XOAUTH2; a token that is refused is replaced once, since it may have ended before its time."""
        with self._operation("logging in"):
            if b"AUTH=XOAUTH2" not in self._client.capabilities():
                raise Refused(self._who, self._server, 'the server offers no XOAUTH2; use auth = "password"')
        for is_last in (False, True):
            token = bearer.token()
            said: list[bytes] = []
            with self._operation("logging in"):
                try:
                    self._client._imap.authenticate("XOAUTH2", _answers(xoauth2(user, token), said))
                    return
                except imaplib.IMAP4.abort:
                    raise
                except imaplib.IMAP4.error as error:
                    bearer.refused(token)
                    if is_last or asks_for_patience(str(error)):
                        raise self._token_fault(str(error), said) from error

    def _token_fault(self, text: str, said: list[bytes]) -> ServerFault:
        if asks_for_patience(text):
            return throttled(self._who, self._server, text)
        words = plain(" ".join([text, *(each.decode("utf-8", "replace") for each in said if each)]))
        what = f"the server refuses the access token for {plain(self._server.username or '')} ({words})"
        return TokenRefused(self._who, self._server, what)

    def _login_fault(self, text: str) -> ServerFault:
        if asks_for_patience(text):
            return throttled(self._who, self._server, text)
        what = f"the server refuses the password of {plain(self._server.username or '')} ({plain(text)})"
        return WrongPassword(self._who, self._server, what)

    def _introduce(self) -> None:
        """Send ID (RFC 2971) where it is offered or known to be needed; a refusal does not matter."""
        with self._operation("introducing itself"), suppress(imaplib.IMAP4.error):
            if self._client.has_capability("ID") or ID_UNASKED.search(self._server.host.lower()):
                IMAPClient.id_.__wrapped__(self._client, {"name": "claimclock", "version": version("claimclock")})

    @contextmanager
    def _operation(self, during: str, *, seconds: float | None = None) -> Iterator[None]:
        limit = seconds if seconds is not None else self._server.read_seconds
        with _named(self._who, self._server, self._lifeline, during), self._lifeline.deadline(limit, during):
            yield


def _answers(message: bytes, said: list[bytes]) -> Callable[[bytes], bytes]:
    """The client's side of XOAUTH2: the message, then nothing to a server that explains its refusal in `said`."""
    rest = [message]

    def answer(challenge: bytes) -> bytes:
        said.append(challenge)
        return rest.pop() if rest else b""

    return answer


def clean(text: str) -> str:
    """The text, unless it could smuggle a second command into the connection (imapclient does not check)."""
    if any(character in text for character in "\0\r\n"):
        raise CommandRefused("it holds a line end or NUL")
    return text


def _astring(text: str) -> str:
    """A user name as imaplib must be given it, since it quotes passwords only."""
    if _ATOM.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _secured(who: str, server: Server, sock: socket.socket, lifeline: Lifeline) -> _Client:
    """The client over TLS as the settings demand; nothing is sent in plain text otherwise."""
    seconds = server.connect_seconds + server.read_seconds
    with _named(who, server, lifeline, "connecting"), lifeline.deadline(seconds, "connecting"):
        if server.security is Security.TLS:
            sock = client_context(server.ca_file).wrap_socket(sock, server_hostname=server.host)
        try:
            client = _Client(sock, server)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise _greeting_fault(who, server, error) from error
        if server.security is Security.STARTTLS:
            _start_tls(who, server, client)
        return client


def _greeting_fault(who: str, server: Server, error: Exception) -> ServerFault:
    text = error.args[0].decode("utf-8", "replace") if error.args and isinstance(error.args[0], bytes) else str(error)
    if asks_for_patience(text):
        return throttled(who, server, text)
    return Refused(who, server, f"the server turns us away: {plain(text)}")


def _start_tls(who: str, server: Server, client: _Client) -> None:
    if client._imap.state != "NONAUTH":
        raise NoStartTls(who, server, "the server claims a login before STARTTLS (PREAUTH); somebody may be in between")
    if "STARTTLS" not in client._imap.capabilities:
        raise NoStartTls(who, server, "the server offers no STARTTLS; use port 993 with security tls")
    try:
        client.starttls(client_context(server.ca_file))
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise NoStartTls(who, server, f"the server refuses STARTTLS: {plain(str(error))}") from error


@contextmanager
def _named(who: str, server: Server, lifeline: Lifeline, during: str) -> Iterator[None]:
    """Turn whatever the libraries raise into a fault with a name."""
    try:
        yield
    except (ServerFault, CommandRefused):
        raise
    except Exception as error:
        if lifeline.cut_because is not None:
            raise TooSlow(who, server, lifeline.cut_because) from error
        raise _fault_of(error, who, server, during) from error


def _fault_of(error: Exception, who: str, server: Server, during: str) -> Exception:
    if isinstance(error, OSError):
        return socket_fault(who, server, error, during=during)
    text = str(error)
    if isinstance(error, imaplib.IMAP4.error) and asks_for_patience(text):
        return throttled(who, server, text)
    # Any other error leaves unread data behind: only NO and BAD end where the next answer begins.
    refused = isinstance(error, imaplib.IMAP4.error) and not isinstance(error, imaplib.IMAP4.abort)
    if refused and _KEEPS_CONNECTION.search(text):
        return CommandRefused(plain(text))
    return Lost(who, server, f"the connection is lost while {during}: {plain(text)}")
