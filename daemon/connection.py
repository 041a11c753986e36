"""What can go wrong with a mail server, each as a named condition with one sentence for people.

A sentence names the account (or "outgoing mail") and the host, says what happened, and where useful what to do.
"""

from __future__ import annotations

import re
import socket
import ssl
from datetime import timedelta

from config.settings import Server


class ServerFault(Exception):
    """A mail server cannot be used now; `who` is the account's name or "outgoing mail"."""

    def __init__(self, who: str, server: Server, what: str) -> None:
        self.who = who
        self.host = server.host
        super().__init__(f"{who} ({server.host}:{server.port}): {what}")


class WrongPassword(ServerFault):
    """The server refuses this username and password; trying often would lock the account."""


class TokenRefused(ServerFault):
    """The provider hands out no more access tokens, or the server takes none: somebody must sign in again."""


class TokenUnavailable(ServerFault):
    """The token endpoint cannot be used now; `retry_after` is its own hint, or null."""

    def __init__(self, who: str, server: Server, what: str, retry_after: timedelta | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(who, server, what)


class Refused(ServerFault):
    """The server answers, but will not do what is needed: no such mailbox, no login offered."""


class Unreachable(ServerFault):
    """No connection: the name is unknown, the port is closed, or nobody answers in time."""


class BadCertificate(ServerFault):
    """The TLS certificate is not trusted, or not for this host."""


class NoStartTls(ServerFault):
    """STARTTLS is required by the settings and cannot be had; nothing was sent in plain text."""


class Lost(ServerFault):
    """The connection ended, or the server spoke nonsense, in the middle of an operation."""


class TooSlow(Lost):
    """An operation passed its total deadline; the connection was cut."""


class Throttled(ServerFault):
    """The server asks for patience; `retry_after` is its own hint, or null.

    When `perhaps_one`, a FETCH may have met one message that the server cannot read, and others may come all the same.
    """

    def __init__(
        self, who: str, server: Server, what: str, retry_after: timedelta | None = None, *, perhaps_one: bool = False
    ) -> None:
        self.retry_after = retry_after
        self.perhaps_one = perhaps_one
        super().__init__(who, server, what)


_OF_ONE = re.compile(r"\[(?:UNAVAILABLE|INUSE|SERVERBUG|CONTACTADMIN)\b", re.IGNORECASE)
_CODES = re.compile(r"\[(?:THROTTLED|UNAVAILABLE|LIMIT|OVERQUOTA|INUSE|SERVERBUG|CONTACTADMIN)\b", re.IGNORECASE)
_WORDS = re.compile(
    r"too many (?:simultaneous |concurrent )?(?:connections|logins|sessions|requests)"
    r"|maximum number of connections|connections? limit|request is throttled|account is (?:being )?throttled"
    r"|bandwidth limits?|authenticated but not connected|lockdown in sector|server is (?:too )?busy"
    r"|temporary authentication failure|try again later",
    re.IGNORECASE,
)
_HINT = re.compile(r"Suggested Backoff Time:? *(\d{1,9}) *(milliseconds|ms|seconds)?\b", re.IGNORECASE)


def wait_asked_for(text: str) -> timedelta | None:
    """The time that a server's own words ask to wait (Exchange Online says it in milliseconds); null without a hint."""
    match = _HINT.search(text)
    if match is None:
        return None
    return (
        timedelta(seconds=int(match[1]))
        if (match[2] or "").lower() == "seconds"
        else timedelta(milliseconds=int(match[1]))
    )


def asks_for_patience(text: str) -> bool:
    """Whether a NO or BAD means "later" and not "never" (RFC 5530 response codes, and words of large providers)."""
    return bool(_CODES.search(text) or _WORDS.search(text) or _HINT.search(text))


def throttled(who: str, server: Server, text: str) -> Throttled:
    """The fault for an answer that asks for patience."""
    what, hint = f"the server asks to wait: {plain(text)}", wait_asked_for(text)
    perhaps_one = bool(_OF_ONE.search(text)) and hint is None and not _WORDS.search(text)
    return Throttled(who, server, what, hint, perhaps_one=perhaps_one)


def socket_fault(who: str, server: Server, error: OSError, *, during: str) -> ServerFault:
    """Name what an error of the network or of TLS means; `during` completes "while ..."."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return BadCertificate(
            who, server, f"the certificate is not trusted: {error.verify_message}; set ca_file for a server of your own"
        )
    if isinstance(error, ssl.SSLError) and during == "connecting":
        return BadCertificate(who, server, f"TLS fails ({plain(error.reason or str(error))}); check port and security")
    if isinstance(error, socket.gaierror):
        return Unreachable(who, server, f"the host's name cannot be resolved ({error.strerror})")
    if isinstance(error, ConnectionRefusedError):
        return Unreachable(who, server, "the connection is refused; nothing listens on that port")
    if isinstance(error, TimeoutError):
        kind = Unreachable if during == "connecting" else TooSlow
        return kind(who, server, f"no answer in time while {during}")
    if during == "connecting":
        return Unreachable(who, server, f"no connection: {plain(error.strerror or str(error))}")
    return Lost(who, server, f"the connection ended while {during} ({plain(error.strerror or str(error))})")


def plain(text: str) -> str:
    """A server's words on one line without control characters, at most 200 characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200] or "no reason given"
