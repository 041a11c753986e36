"""Messages out by SMTP, one transaction a recipient; smtplib is used here and nowhere else.

MAIL, RCPT and DATA are driven one by one: smtplib raises the same error for a connection that ends before the final
dot (nobody has the message) and after it (perhaps somebody has).
"""

from __future__ import annotations

import base64
import re
import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

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
from daemon.lifeline import Lifeline, connect
from daemon.oauth import Bearer, Login, xoauth2
from daemon.sending import Ambiguous, Outcome, Permanent, Sent, Transient
from daemon.tls import client_context

WHO = "outgoing mail"

FINAL_REPLY_SECONDS = 600.0
"""RFC 5321, 4.5.3.2.6: a server may take 10 min to answer the final dot, and giving up sooner makes doubles."""

SLOWEST_BYTES_PER_SECOND = 8 * 1024

_ADDRESS = re.compile(
    r'[^\s<>"(),:;\\@\[\]\x00-\x20\x7f-\U0010ffff]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?'
)
_LINE_END = re.compile(rb"\r\n|\r|\n")


class SmtpSender:
    """A Sender (`sending.py`) on a real server; connects at the first message, a context manager that quits."""

    def __init__(self, server: Server, login: Login) -> None:
        self._server = server
        self._login = login
        self._smtp: smtplib.SMTP | None = None
        self._lifeline: Lifeline | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Connect, secure and log in, unless that is done; a ServerFault says why not."""
        if self._smtp is not None:
            return
        server = self._server
        if server.security is Security.NONE and not is_loopback(server.host):
            raise Refused(WHO, server, "plain text is allowed on loopback only; set security to tls or starttls")
        if isinstance(self._login, Bearer):
            self._login.token()  # whatever takes long or fails is over before the server waits for us
        try:
            sock = connect(server)
        except OSError as error:
            raise socket_fault(WHO, server, error, during="connecting") from error
        lifeline = Lifeline(sock)
        try:
            self._smtp = _greeted(server, sock, lifeline, self._login)
        except BaseException:
            lifeline.cut("not logged in")
            lifeline.close()
            sock.close()
            raise
        self._lifeline = lifeline

    def send(self, envelope_from: str, recipient: str, data: bytes) -> Outcome:
        """One transaction; a ServerFault means that none was begun."""
        for address in (envelope_from, recipient):
            if not _ADDRESS.fullmatch(address):
                return Permanent(reply=f"{plain(address)} is no address that mail can be sent to")
        self.open()
        smtp, lifeline = self._smtp, self._lifeline
        assert smtp is not None and lifeline is not None
        outcome = _transaction(smtp, lifeline, self._server, envelope_from, recipient, data)
        if isinstance(outcome, Ambiguous) or not _usable(smtp):
            self._drop()
        return outcome

    def close(self) -> None:
        """Quit within 2 s; what the server says to it does not matter, since each message is settled before."""
        if self._smtp is not None and self._lifeline is not None:
            with suppress(Exception), self._lifeline.deadline(2, "quitting"):
                self._smtp.quit()
        self._drop()

    def cut(self, because: str) -> None:
        """End the connection from another thread; a message under way becomes ambiguous or transient."""
        if (lifeline := self._lifeline) is not None:
            lifeline.cut(because)

    def _drop(self) -> None:
        smtp, lifeline = self._smtp, self._lifeline
        self._smtp = self._lifeline = None
        if smtp is not None:
            smtp.close()
        if lifeline is not None:
            lifeline.close()


class _Smtp(smtplib.SMTP):
    """smtplib over a socket that is connected, and secured, already."""

    def __init__(self, sock: socket.socket, server: Server) -> None:
        self._ready = sock
        super().__init__(local_hostname=_own_name(), timeout=server.read_seconds)
        self._host = server.host  # smtplib's name for TLS and errors

    def greet(self, server: Server) -> tuple[int, str]:
        """The server's greeting."""
        code, text = self.connect(server.host, server.port)
        return code, text.decode("utf-8", "replace")

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        self._ready.settimeout(timeout)
        return self._ready


def _own_name() -> str:
    """A host name for EHLO without asking DNS, which may block for long."""
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9.-]{1,255}", name) else "localhost"


def _greeted(server: Server, sock: socket.socket, lifeline: Lifeline, login: Login) -> smtplib.SMTP:
    seconds = server.connect_seconds + server.read_seconds
    with _named(server, lifeline, "connecting"), lifeline.deadline(seconds, "connecting"):
        if server.security is Security.TLS:
            sock = client_context(server.ca_file).wrap_socket(sock, server_hostname=server.host)
        smtp = _Smtp(sock, server)
        code, text = smtp.greet(server)
        if code != 220:
            raise _refusal(server, code, text)
        smtp.ehlo_or_helo_if_needed()
        if server.security is Security.STARTTLS:
            _start_tls(smtp, server)
    if server.username is not None:
        if isinstance(login, Bearer):
            _with_token(smtp, server, lifeline, server.username, login)
        else:
            with _named(server, lifeline, "logging in"), lifeline.deadline(server.read_seconds, "logging in"):
                _log_in(smtp, server, server.username, login or "")
    return smtp


def _start_tls(smtp: smtplib.SMTP, server: Server) -> None:
    if not smtp.has_extn("starttls"):
        raise NoStartTls(WHO, server, "the server offers no STARTTLS; use port 465 with security tls")
    try:
        smtp.starttls(context=client_context(server.ca_file))
    except smtplib.SMTPResponseException as error:
        raise NoStartTls(WHO, server, f"the server refuses STARTTLS: {error.smtp_code}") from error
    smtp.ehlo()


def _log_in(smtp: smtplib.SMTP, server: Server, username: str, password: str) -> None:
    if "auth" not in smtp.esmtp_features:
        raise Refused(WHO, server, "the server offers no login; leave out username and password if it needs none")
    try:
        if (username + password).isascii():
            smtp.login(username, password)
            return
        token = base64.b64encode(f"\0{username}\0{password}".encode()).decode("ascii")
        code, reply = smtp.docmd("AUTH", f"PLAIN {token}")
    except smtplib.SMTPAuthenticationError as error:
        code, reply = error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
    except smtplib.SMTPNotSupportedError as error:
        raise Refused(WHO, server, f"no way to log in that both sides know: {plain(str(error))}") from error
    if code != 235:
        raise _login_fault(server, username, code, reply.decode("utf-8", "replace"))


def _with_token(smtp: smtplib.SMTP, server: Server, lifeline: Lifeline, username: str, bearer: Bearer) -> None:
    """XOAUTH2; a token that is refused is replaced once, since it may have ended before its time."""
    if "XOAUTH2" not in str(smtp.esmtp_features.get("auth", "")).upper().split():
        raise Refused(WHO, server, 'the server offers no XOAUTH2; use auth = "password"')
    for is_last in (False, True):
        token = bearer.token()
        with _named(server, lifeline, "logging in"), lifeline.deadline(server.read_seconds, "logging in"):
            said = b""
            code, reply = smtp.docmd("AUTH", "XOAUTH2 " + base64.b64encode(xoauth2(username, token)).decode("ascii"))
            if code == 334:  # the server explains its refusal, and waits for an empty answer
                said = _decoded(reply)
                code, reply = smtp.docmd("")
        if code == 235:
            return
        bearer.refused(token)
        text = f"{code} {plain(reply.decode('utf-8', 'replace'))} {said.decode('utf-8', 'replace')}"
        if 400 <= code < 500 or asks_for_patience(text):
            raise throttled(WHO, server, text)
        if is_last:
            raise TokenRefused(
                WHO, server, f"the server refuses the access token for {plain(username)} ({plain(text)})"
            )


def _decoded(challenge: bytes) -> bytes:
    try:
        return base64.b64decode(challenge)
    except ValueError:
        return challenge


def _login_fault(server: Server, username: str, code: int, text: str) -> ServerFault:
    if 400 <= code < 500 or asks_for_patience(text):
        return throttled(WHO, server, f"{code} {text}")
    return WrongPassword(WHO, server, f"the server refuses the password of {plain(username)} ({code} {plain(text)})")


def _refusal(server: Server, code: int, text: str) -> ServerFault:
    if 400 <= code < 500:
        return throttled(WHO, server, f"{code} {text}")
    return Refused(WHO, server, f"the server turns us away: {code} {plain(text)}")


def _transaction(
    smtp: smtplib.SMTP, lifeline: Lifeline, server: Server, envelope_from: str, recipient: str, data: bytes
) -> Outcome:
    body = _on_the_wire(data)
    dot_sent = False
    try:
        seconds = 3 * server.read_seconds + len(body) / SLOWEST_BYTES_PER_SECOND
        with lifeline.deadline(seconds, "sending"):
            options = ["BODY=8BITMIME"] if not data.isascii() and smtp.has_extn("8bitmime") else []
            code, reply = smtp.mail(envelope_from, options)
            if code == 250:
                code, reply = smtp.rcpt(recipient)
            if code in (250, 251, 252):
                code, reply = smtp.docmd("DATA")
            if code != 354:
                return _refused(smtp, code, reply)
            smtp.send(body)
        with lifeline.deadline(FINAL_REPLY_SECONDS, "waiting for the reply to a message"):
            assert smtp.sock is not None
            smtp.sock.settimeout(FINAL_REPLY_SECONDS)
            dot_sent = True
            smtp.send(b".\r\n")
            code, reply = smtp.getreply()
            smtp.sock.settimeout(server.read_seconds)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        smtp.close()
        what = plain(lifeline.cut_because or str(error))
        if dot_sent:
            return Ambiguous(reply=f"the connection ended before the reply to the message: {what}")
        return Transient(reply=f"the connection ended before the message was handed over: {what}")
    return _settled(smtp, code, reply)


def _settled(smtp: smtplib.SMTP, code: int, reply: bytes) -> Outcome:
    """What the reply to the final dot means."""
    text = f"{code} {plain(reply.decode('utf-8', 'replace'))}"
    if 200 <= code < 300:
        return Sent(reply=text)
    if 400 <= code < 600:
        return _refused(smtp, code, reply)
    smtp.close()
    return Ambiguous(reply=f"the server's reply to the message is none: {text}")


def _refused(smtp: smtplib.SMTP, code: int, reply: bytes) -> Transient | Permanent:
    """What a reply other than the wanted one means; the connection is made ready for the next message."""
    text = f"{code} {plain(reply.decode('utf-8', 'replace'))}"
    if code == 421 or not 400 <= code < 600:
        smtp.close()  # the server is leaving, or out of step
    else:
        with suppress(OSError, smtplib.SMTPException):
            smtp.rset()
    return Permanent(reply=text) if 500 <= code < 600 else Transient(reply=text)


def _usable(smtp: smtplib.SMTP) -> bool:
    return smtp.sock is not None


def _on_the_wire(data: bytes) -> bytes:
    """The message with CRLF alone as line end (a bare one can smuggle a second message), dots doubled, no final dot."""
    lines = _LINE_END.sub(b"\r\n", data)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)


@contextmanager
def _named(server: Server, lifeline: Lifeline, during: str) -> Iterator[None]:
    """Turn whatever the libraries raise into a fault with a name."""
    try:
        yield
    except Exception as error:
        # Half a line before the cut looks like a reply to smtplib.
        if lifeline.cut_because is not None:
            raise TooSlow(WHO, server, lifeline.cut_because) from error
        if isinstance(error, ServerFault):
            raise
        if isinstance(error, smtplib.SMTPResponseException):
            text = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else str(error)
            raise _refusal(server, error.smtp_code, text) from error
        if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
            raise socket_fault(WHO, server, error, during=during) from error
        raise Lost(WHO, server, f"the connection is lost while {during}: {plain(str(error))}") from error
