"""DKIM signatures checked by DNS (RFC 6376): who signed a mail, for installations whose mail server does not tell.

Off by default. Looking up a key is bounded in time and remembered; a name server that does not answer is left alone for
a while, so that it never holds up mail. That a signature does not verify proves nothing: mailing systems alter mail.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from classifiers.domains import is_amazon_domain

if TYPE_CHECKING:
    from dns.nameserver import Nameserver

log = logging.getLogger(__name__)

BUDGET = 3.0
"""Seconds that looking up keys may take for one mail."""
PAUSE = 300.0
"""Seconds without a question after a name server did not answer."""
MISSING = "the packages dkimpy and dnspython are not installed: install claimclock with its `dkim` extra"

_MOST_SIGNATURES = 3
_SHORTEST_MEMORY, _LONGEST_MEMORY = 60.0, 3600.0
_MOST_REMEMBERED = 500
_DOMAIN = re.compile(rb"(?:^|;)\s*d\s*=\s*([^;]*)", re.IGNORECASE)
_LENGTH = re.compile(rb"(?:^|;)\s*l\s*=", re.IGNORECASE)
_FOLD = re.compile(rb"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimCheck:
    """That signatures are checked, and whom to ask for keys."""

    name_servers: tuple[str, ...] = ()
    """Addresses, with ":port" for another port than 53; none for those of the machine."""


class NoAnswer(Exception):
    """No name server answered in time."""


def missing() -> str | None:
    """What the check lacks to work at all; null when it is complete."""
    return None if find_spec("dkim") and find_spec("dns") else MISSING


def signed_by(raw: bytes, check: DkimCheck) -> tuple[str, ...]:
    """The domains of Amazon's whose signature of this mail verifies; none when nobody could be asked."""
    keys = keyring(check)
    return keys.signers(raw) if keys is not None else ()


@lru_cache(maxsize=4)
def keyring(check: DkimCheck) -> Keyring | None:
    """The remembered keys of this process; null, told once, when a package is missing."""
    if fault := missing():
        log.warning("DKIM signatures are not checked: %s", fault)
        return None
    return Keyring(_resolver(check.name_servers))


Ask = Callable[[str, float], tuple[bytes | None, float]]
"""A name and the seconds that it may take, to the TXT record and for how many seconds it is good; raises NoAnswer."""


class Keyring:
    """Public keys by their DNS names, asked for when they are needed; belongs to one process."""

    def __init__(self, ask: Ask, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._clock = clock
        self._known: dict[str, tuple[bytes | None, float]] = {}
        self._paused_until = 0.0

    def signers(self, raw: bytes) -> tuple[str, ...]:
        """Whose signatures verify, within the budget of one mail."""
        import dkim

        until = self._clock() + BUDGET
        try:
            mail = dkim.DKIM(raw, minkey=1024)
            fields = [value for name, value in mail.headers if name.lower() == b"dkim-signature"]
        except (dkim.DKIMException, ValueError, IndexError):
            return ()
        found: list[str] = []
        for place, value in enumerate(fields):
            domain = _signer(value)
            if domain is None or domain in found or place >= _MOST_SIGNATURES:
                continue
            try:
                if mail.verify(idx=place, dnsfunc=lambda name, timeout=0: self._key(name, until)):
                    found.append(domain)
            except NoAnswer:
                break
            except Exception as error:  # hostile fields raise many kinds in the library and in base64
                log.debug("a signature of %s cannot be checked: %s", domain, error)
        return tuple(found)

    def _key(self, name: bytes | str, until: float) -> bytes | None:
        name = (name.decode("ascii", "replace") if isinstance(name, bytes) else name).lower().rstrip(".")
        now = self._clock()
        known = self._known.get(name)
        if known is not None and now < known[1]:
            return known[0]
        if now < self._paused_until or now >= until:
            raise NoAnswer(name)
        try:
            record, lasting = self._ask(name, until - now)
        except NoAnswer:
            self._paused_until = self._clock() + PAUSE
            log.warning("no name server answered for %s: signatures are not checked for %.0f s", name, PAUSE)
            raise
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[name] = record, self._clock() + min(max(lasting, _SHORTEST_MEMORY), _LONGEST_MEMORY)
        return record


def _signer(value: bytes) -> str | None:
    """The signing domain of a field when it is Amazon's; a signature of a part of the text (l=) counts for none."""
    found = _DOMAIN.search(value)
    if found is None or _LENGTH.search(value):
        return None
    domain = _FOLD.sub(b"", found[1]).decode("ascii", "replace").lower().rstrip(".")
    return domain if is_amazon_domain(domain) else None


def _resolver(name_servers: Sequence[str]) -> Ask:
    """Asks the given name servers, or the machine's own."""
    import dns.exception
    import dns.resolver

    def ask(name: str, seconds: float) -> tuple[bytes | None, float]:
        try:
            resolver = dns.resolver.Resolver(configure=not name_servers)
            if name_servers:
                resolver.nameservers = [_server(each) for each in name_servers]
            answer = resolver.resolve(name, "TXT", lifetime=seconds)
            return b"".join(answer[0].strings), float(answer.rrset.ttl if answer.rrset else 0)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return None, _SHORTEST_MEMORY
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise NoAnswer(f"{name}: {error}") from error

    return ask


def _server(written: str) -> Nameserver:
    """A name server at an address, perhaps with a port."""
    from dns.nameserver import Do53Nameserver

    host, _, port = written.rpartition(":") if written.count(":") == 1 else (written, "", "")
    return Do53Nameserver(host, int(port) if port else 53)


def online_fault(check: DkimCheck) -> str | None:
    """Whether names can be looked up now: what hinders it, or null."""
    if fault := missing():
        return fault
    try:
        _resolver(check.name_servers)("_dmarc.amazon.com", BUDGET)
    except NoAnswer as error:
        return f"no name server answers ({error})"
    return None
