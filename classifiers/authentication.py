"""Whether the sender is who the mail says: proved, not proved, or a forgery (contract, section 6)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from classifiers.authentication_results import AuthenticationResults, MethodResult, parse_results
from classifiers.domains import is_amazon_domain, organisational_domain
from classifiers.mail import Message
from classifiers.origin import posing_as_amazon
from classifiers.phishing import why_phishing
from config.vocabulary import Authenticity

NO_AUTHSERV_ID = "-"
"""In the list of trusted servers: believe fields without an authserv-id, as Exchange Online writes them."""

_BY = re.compile(r"(?:^|\s)by\s+([\w.-]{1,255})")
_FAILED = {"fail", "hardfail"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The judgement and its reasons for people."""

    authenticity: Authenticity
    because: tuple[str, ...]


def judge_authenticity(message: Message, *, trusted_authserv: Sequence[str], signed_by: Sequence[str] = ()) -> Verdict:
    """Judge a mail; without trusted servers nobody's report counts, neither of a pass nor of a failure.

    `signed_by` are the domains whose DKIM signatures the caller has verified itself: they count where no trusted server
    has spoken. That none was verified says nothing, since mailing systems alter what was signed.
    """
    posing = posing_as_amazon(message)
    if posing:
        return _verdict(Authenticity.SUSPICIOUS, posing)
    if message.forwarded_by is not None:
        # Judged as a forward: what the server says of the colleague's mail is nothing about Amazon's.
        reason = why_phishing(message)
        if reason:
            return _verdict(Authenticity.SUSPICIOUS, reason)
        return _verdict(Authenticity.UNVERIFIED, f"forwarded by {message.forwarded_by.address}, which proves nothing")
    results = _believed(message.headers, trusted_authserv)
    failure = _failure(results)
    if failure:
        return _verdict(Authenticity.SUSPICIOUS, failure)
    if not is_amazon_domain(message.author.domain):
        return _verdict(Authenticity.UNVERIFIED, "not from Amazon's domains")
    proof = _proof(message, results) or (_own_proof(message, signed_by) if results is None else None)
    if proof:
        return _verdict(Authenticity.VERIFIED, proof)
    reason = why_phishing(message)
    if reason:
        return _verdict(Authenticity.SUSPICIOUS, reason)
    return _verdict(Authenticity.UNVERIFIED, _why_unproved(message, results, trusted_authserv))


def reported_failure(message: Message, *, trusted_authserv: Sequence[str]) -> str | None:
    """What a trusted server reports against the sender of a colleague's mail; null when it reports nothing bad.

    Stricter than for Amazon's mail: without any pass, one failed method is enough.
    """
    results = _believed(message.headers, trusted_authserv)
    found = [each for method in ("dmarc", "dkim", "spf") for each in _of(results, method)] if results else []
    failed = [each for each in found if each.result in _FAILED]
    if not failed or results is None:
        return None
    dmarc_failed = any(each.method == "dmarc" for each in failed)
    if not dmarc_failed and any(each.result == "pass" for each in found):
        return None
    return f"{results.authserv_id or 'the mail server'} reports {', '.join(f'{e.method}={e.result}' for e in failed)}"


def _verdict(authenticity: Authenticity, *because: str) -> Verdict:
    return Verdict(authenticity=authenticity, because=because)


def _believed(headers: Sequence[tuple[str, str]], trusted: Sequence[str]) -> AuthenticationResults | None:
    """The topmost report when a trusted server wrote it, else null."""
    names = {name.strip().lower().rstrip(".") for name in trusted}
    above: list[str] = []
    for name, value in headers:
        if name == "received":
            above.append(value)
        elif name == "authentication-results":
            results = parse_results(value)
            if (results.authserv_id or NO_AUTHSERV_ID) not in names or _came_along(results.authserv_id, above, headers):
                return None
            return results
    return None


def _came_along(authserv_id: str | None, above: list[str], headers: Sequence[tuple[str, str]]) -> bool:
    """Whether a report stands below another server's Received field than the trusted one's, so that it travelled.

    Decidable only where the trusted server signs its Received fields with its authserv-id.
    """
    written_by = [_host(value) for value in above]
    everywhere = [_host(value) for name, value in headers if name == "received"]
    return bool(written_by) and authserv_id in everywhere and written_by[-1] != authserv_id


def _host(received: str) -> str:
    match = _BY.search(received)
    return match[1].lower().rstrip(".") if match else ""


def _failure(results: AuthenticationResults | None) -> str | None:
    if results is None:
        return None
    dmarc, dkim, spf = (_of(results, method) for method in ("dmarc", "dkim", "spf"))
    if any(found.result == "pass" for found in dmarc):
        return None
    if any(found.result in _FAILED for found in dmarc):
        return f"{results.authserv_id or 'the mail server'} reports that DMARC failed"
    if dkim and spf and all(found.result in _FAILED for found in (*dkim, *spf)):
        return f"{results.authserv_id or 'the mail server'} reports that SPF and DKIM failed"
    return None


def _of(results: AuthenticationResults, method: str) -> list[MethodResult]:
    return [found for found in results.results if found.method == method]


def _proof(message: Message, results: AuthenticationResults | None) -> str | None:
    """What proves that Amazon's domain sent the mail; a mail with several authors is never proved."""
    if results is None or len(message.from_) != 1 or len(message.header_values("from")) != 1:
        return None
    domain = message.author.domain
    for found in _of(results, "dmarc"):
        if found.result == "pass" and _aligned(found.properties.get("header.from", domain), domain):
            return f"DMARC pass for {domain}, reported by {results.authserv_id or 'the mail server'}"
    for found in _of(results, "dkim"):
        signer = found.properties.get("header.d") or found.properties.get("header.i", "").rpartition("@")[2]
        if found.result == "pass" and signer and _aligned(signer, domain):
            return f"DKIM signature of {signer}, reported by {results.authserv_id or 'the mail server'}"
    return None


def wants_signatures(message: Message, *, trusted_authserv: Sequence[str]) -> bool:
    """Whether a verified DKIM signature would decide: signed mail of Amazon's that no trusted server speaks of."""
    return (
        message.forwarded_by is None
        and len(message.from_) == 1
        and len(message.header_values("from")) == 1
        and is_amazon_domain(message.author.domain)
        and message.header("dkim-signature") is not None
        and posing_as_amazon(message) is None
        and _believed(message.headers, trusted_authserv) is None
    )


def _own_proof(message: Message, signed_by: Sequence[str]) -> str | None:
    if len(message.from_) != 1 or len(message.header_values("from")) != 1:
        return None
    signer = next((each for each in signed_by if _aligned(each.lower().rstrip("."), message.author.domain)), None)
    return f"DKIM signature of {signer}, verified here by DNS" if signer else None


def _aligned(one: str, other: str) -> bool:
    """Relaxed alignment: the same organisational domain, and Amazon's."""
    return is_amazon_domain(one) and organisational_domain(one) == organisational_domain(other)


def _why_unproved(message: Message, results: AuthenticationResults | None, trusted: Sequence[str]) -> str:
    if not trusted:
        return "no mail server is trusted to prove senders"
    if len(message.from_) != 1:
        return "several authors"
    if results is None:
        return "no report of a trusted mail server on top"
    return f"{results.authserv_id or 'the mail server'} reports no aligned DMARC or DKIM pass"
