"""Content that no mail of Amazon's has: demands for secrets or odd payments, and sign-ins that lead elsewhere."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from classifiers.domains import is_amazon_domain, is_relay_domain
from classifiers.lookalike import imitates_domain, speaks_for_department
from classifiers.mail import Link, Message
from classifiers.normalise import for_matching

_SENTENCE = re.compile(r"[.!?]\s|[。！？\n;；]")
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_HOST = re.compile(r"(?<![@\w.-])(?:https?://)?((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})(?![\w@])", re.IGNORECASE | re.ASCII)
_MAX_TEXT = 60_000
_SHORT = 4
_ALWAYS = 100


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files("config").joinpath("data/phishing.toml").read_text("utf-8"))


@cache
def _pattern(words: tuple[str, ...], whole: int = 0) -> re.Pattern[str]:
    """One alternation: at word starts for scripts with blanks, words of up to `whole` letters whole; else anywhere."""
    spaced = [
        re.escape(word.strip()) + (r"(?!\w)" if len(word) <= whole else "") for word in words if not _CJK.search(word)
    ]
    dense = [re.escape(word) for word in words if _CJK.search(word)]
    parts = [rf"(?<!\w)(?:{'|'.join(spaced)})"] if spaced else []
    return re.compile("|".join([*parts, *dense]))


@cache
def _groups() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    data = _data()
    verbs = data["verbs"]
    return tuple(
        (
            name,
            _pattern(tuple(group["nouns"]), whole=_SHORT),
            _pattern(tuple(verb for key in group["verbs"] for verb in verbs[key.removeprefix("@")]), whole=_ALWAYS),
        )
        for name, group in data["groups"].items()
    )


_WANTED = {
    "credentials": "asks for a password or sign-in details",
    "codes": "asks for a code",
    "cards": "asks for card data",
    "gift": "asks for payment by gift card, voucher or cryptocurrency",
    "transfer": "asks for payment by transfer",
}


def why_phishing(message: Message) -> str | None:
    """What in the content Amazon never does, or null; meant for mail whose sender is not proved.

    A buyer's own words are judged by their links alone: buyers do ask for a device's password or a bank refund.
    """
    demand = None if _is_a_buyers(message) else _demand(message.text)
    return demand or _foreign_answer(message) or _foreign_sign_in(message)


def _is_a_buyers(message: Message) -> bool:
    return is_relay_domain(message.author.domain) and not speaks_for_department(message.author.display)


def _foreign_answer(message: Message) -> str | None:
    for box in message.reply_to:
        if imitates_domain(box.domain):
            return f"answers would go to {box.address}, which imitates Amazon"
    return None


def _demand(text: str) -> str | None:
    plain = for_matching(text[:_MAX_TEXT]).lower()
    warnings = _pattern(tuple(_data()["warnings"]["phrases"]), whole=_SHORT)
    for name, nouns, verbs in _groups():
        if not nouns.search(plain):
            continue
        for sentence in _SENTENCE.split(plain):
            if _demands(sentence, nouns, verbs) and not warnings.search(sentence):
                return f'{_WANTED[name]}: "{_excerpt(sentence)}"'
    return None


def _demands(sentence: str, nouns: re.Pattern[str], verbs: re.Pattern[str]) -> bool:
    """Whether a verb stands beside a noun, not inside it ("银行转账" alone demands nothing)."""
    for count, noun in enumerate(nouns.finditer(sentence)):
        if count < 20 and verbs.search(f"{sentence[: noun.start()]} {sentence[noun.end() :]}"):
            return True
    return False


def _excerpt(sentence: str) -> str:
    return re.sub(r"\s+", " ", sentence).strip()[:120]


def _foreign_sign_in(message: Message) -> str | None:
    for link in message.links:
        host = _host(link.href)
        if not host or is_amazon_domain(host):
            continue
        if imitates_domain(host):
            return f"links to {host}, which imitates Amazon"
        if _asks_to_sign_in(link) or _shows_amazon(link.text):
            return f"links a sign-in outside Amazon's domains: {host}"
    for match in _HOST.finditer(for_matching(message.text[:_MAX_TEXT])):
        if "amaz" in match[1].lower() and imitates_domain(match[1].lower()):
            return f"names the site {match[1].lower()}, which imitates Amazon"
    return None


def _host(href: str) -> str:
    """The host of a web address in lower case; empty for mail and other links."""
    try:
        parts = urlsplit(href)
        return (parts.hostname or "").rstrip(".") if parts.scheme in ("http", "https", "") else ""
    except ValueError:
        return ""


def _asks_to_sign_in(link: Link) -> bool:
    shown = for_matching(f"{link.text} {link.href}").lower()
    return bool(_pattern(tuple(_data()["sign_in"]["words"])).search(shown))


def _shows_amazon(text: str) -> bool:
    """Whether the visible text of a link that leads elsewhere is an address of Amazon's."""
    match = _HOST.search(for_matching(text))
    return bool(match and is_amazon_domain(match[1].lower()))
