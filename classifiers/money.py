"""Sums of money in a mail, in every local form, and which of them is the disputed, claimed or demanded one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from classifiers.findings import Amount
from classifiers.lexicon import fold
from classifiers.wording import Sentence, Wording
from config.marketplaces import MARKETPLACES

_DOLLARS = frozenset({"USD", "CAD", "AUD", "SGD", "MXN"})
_NUMBER = (
    r"(?:\d{1,3}(?:,\d{2})+,\d{3}(?:\.\d{1,2})?"  # 1,23,456.00
    r"|\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?"
    r"|\d+(?:[.,]\d{1,3})?)"
)
_BEFORE_NUMBER = r"(?<![a-z0-9.,-])"
_AFTER_NUMBER = r"(?!\d|[.,]\d|-\d)"
_LONGEST = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """One sum as it stands in the folded text of a wording."""

    value: Decimal
    currency: str
    """ISO 4217, or "$" and "¥" where the sign alone does not tell."""
    start: int
    end: int


def sums(wording: Wording) -> tuple[Sum, ...]:
    """Every sum with a currency in subject and own text, in order."""
    return tuple(_sums(wording.folded[:_LONGEST]))


def _sums(text: str) -> Iterator[Sum]:
    for match in _pattern().finditer(text):
        sign = match["before"] or match["after"]
        number = match["first"] or match["second"]
        value = _decimal(number)
        if value is not None and value > 0:
            yield Sum(value=value, currency=_currencies()[sign], start=match.start(), end=match.end())


def only_currency(wording: Wording, found: tuple[Sum, ...]) -> str | None:
    """The currency of all the mail's sums when it is one; a bare "$" is the US dollar, a bare "¥" no yen in Chinese."""
    codes = {_settled(one.currency, wording.language, None) for one in found}
    return codes.pop() if len(codes) == 1 else None


def disputed_amount(wording: Wording, found: tuple[Sum, ...], *, marketplace: str | None) -> Amount | None:
    """The sum that is disputed, claimed or demanded; null when there is none or when every sum is something else."""
    if len({(one.value, one.currency) for one in found}) == 1:
        return _amount(found[0], wording, marketplace)
    scored = [(score, -place, one) for place, one in enumerate(found) if (score := _score(wording, one)) > 0]
    if not scored:
        return None
    _, _, best = max(scored, key=lambda entry: entry[:2])
    return _amount(best, wording, marketplace)


def _score(wording: Wording, one: Sum) -> float:
    sentence, offset = _sentence_at(wording, one.start)
    lead, place = _nearest(wording, sentence, one.start - offset, one.end - offset)
    score = {"sum_claimed": 3.0, "sum_other": -2.0, "": 1.0}[lead]
    if lead != "sum_other":
        score += 0.5 if sentence.names("guarantee", "claim", "chargeback") else 0.0
        score += 0.5 if sentence.index < 0 else 0.0
        score += 0.3 / (1 + place)
    return score


def _nearest(wording: Wording, sentence: Sentence, start: int, end: int) -> tuple[str, float]:
    """Which kind of word for a sum stands nearest to it, a word in front counting before one behind."""
    best = ("", 99.0)
    sightings = [(seen.concept, seen.start, seen.end) for seen in sentence.sightings]
    before = _previous(wording, sentence) if start <= 2 else None
    for concept, first, last in sightings:
        if concept not in ("sum_claimed", "sum_other"):
            continue
        distance = float(start - last) if last <= start else 1.5 * (first - end) + 6 if first >= end else 0.0
        if distance < best[1]:
            best = (concept, distance)
    if not best[0] and before is not None:
        best = next(((c, 1.0) for c in ("sum_claimed", "sum_other") if before.names(c)), best)
    return best if best[1] < 70 else ("", 99.0)


def _previous(wording: Wording, sentence: Sentence) -> Sentence | None:
    place = sentence.index
    earlier = wording.body[place - 1] if 0 < place <= len(wording.body) else None
    return earlier if earlier is not None and earlier.short else None


def _sentence_at(wording: Wording, position: int) -> tuple[Sentence, int]:
    best = wording.subject
    for sentence in wording.body:
        if sentence.start > position:
            break
        best = sentence
    return best, best.start


def _amount(one: Sum, wording: Wording, marketplace: str | None) -> Amount:
    currency = _settled(one.currency, wording.language, marketplace)
    places = Decimal(1) if currency in _without_decimals() else Decimal("0.01")
    return Amount(value=str(one.value.quantize(places, rounding=ROUND_HALF_UP)), currency=currency)


def _settled(sign: str, language: str, marketplace: str | None) -> str:
    store = MARKETPLACES.get(marketplace or "")
    if sign == "$":
        return store.currency if store and store.currency in _DOLLARS else "USD"
    if sign == "¥":
        return "CNY" if language == "zh" and marketplace != "JP" else "JPY"
    return sign


def _decimal(number: str) -> Decimal | None:
    """A local number: the last separator with one or two digits behind it is the decimal one."""
    digits = re.sub(r"[' ]", "", number)
    last = max(digits.rfind("."), digits.rfind(","))
    behind = len(digits) - last - 1
    if last >= 0 and behind in (1, 2):
        whole, part = re.sub(r"[.,]", "", digits[:last]), digits[last + 1 :]
        return Decimal(f"{whole}.{part}")
    return Decimal(re.sub(r"[.,]", "", digits)) if len(digits) <= 15 else None


@cache
def _table() -> dict[str, Any]:
    text = files("config").joinpath("data/money.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _currencies() -> dict[str, str]:
    table = _table()
    named = {fold(sign): str(code) for sign, code in (table["signs"] | table["words"]).items()}
    return named | {"$": "$", "¥": "¥"} | {code.lower(): code for code in table["codes"]}


@cache
def _without_decimals() -> frozenset[str]:
    return frozenset(_table()["without_decimals"])


@cache
def _pattern() -> re.Pattern[str]:
    signs = "|".join(re.escape(sign) for sign in sorted(_currencies(), key=len, reverse=True))
    before = rf"(?<![a-z0-9$£€])(?P<before>{signs}) ?(?P<first>{_NUMBER}){_AFTER_NUMBER}(?![a-z])"
    after = rf"{_BEFORE_NUMBER}(?P<second>{_NUMBER})(?:,-|\.-|,--)?[ -]?(?P<after>{signs})(?![a-z])"
    return re.compile(f"{before}|{after}")
