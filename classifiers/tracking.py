"""Parcel tracking numbers: a carrier's shape with a right check digit, or any plausible shape beside a word for it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from classifiers.mail import Message
from classifiers.normalise import for_matching

_LONGEST = 100_000
_REACH = 60
"""How far, in characters, a word for tracking may stand in front of its number."""
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9_@/.=-])"
    r"(?:[0-9A-Z]{8,34}|\d{2,5}(?:[ -]\d{2,6}){2,6}|[A-Z]{2} ?\d{3} ?\d{3} ?\d{3} ?[A-Z]{2})"
    r"(?![A-Za-z0-9_@]|[-/][A-Za-z0-9])"
)
_OTHER_NUMBERS = (
    "case|fall|caso|cas|zaak|[aä]rende|sprawy|vaka|ケース|案例|个案|工单|案件|ticket|asin|isbn|phone|tel|fax|iban|vat|siret|"
    r"p\. ?iva|ust-?id|arn|sku|ean|upc|gtin"
)
_TAKEN_PARTS = (
    r"(?:\d{3}|[DPS]\d{2})-\d{7}-\d{7}|\d{5}-\d{5}-\d{7}|\bB0[0-9A-Z]{8}\b|\bX00[0-9A-Z]{7}\b|\bFBA[0-9A-Z]{6,12}\b|"
    rf"(?:{_OTHER_NUMBERS})[\w.]*[\s:#.()番号编ID-]{{0,12}}\d{{6,}}|https?://\S+"
)
_TAKEN = re.compile(_TAKEN_PARTS, re.IGNORECASE)
_TAKEN_WITH_ADDRESS = re.compile(rf"{_TAKEN_PARTS}|\S+@\S+", re.IGNORECASE)
"""Numbers that are something else, order and support case ids first of all."""
_ORDER = re.compile(r"\d{3}-\d{7}-\d{7}")
_LONG = re.compile(r"(?=[A-Z]{0,33}\d)[0-9A-Z]{8}|\d{2}[ -]\d{2,6}[ -]\d{2}|[A-Z]{2} ?\d{3} ?\d{3}")
"""Whether there is anything as long as a tracking number; most mails have nothing but an order id."""
_DATE = re.compile(r"^(?:\d{4}[ -]\d{1,2}[ -]\d{1,2}|\d{1,2}[ -]\d{1,2}[ -]\d{2,4})$")
_GAP = re.compile(r"[ -]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Carrier:
    pattern: re.Pattern[str]
    alone: bool
    cue_only: bool
    check: Callable[[str], bool] | None


def tracking_numbers(message: Message) -> tuple[str, ...]:
    """Tracking numbers of subject and own text, in order, without blanks; never an order or a support case id."""
    text = f"{for_matching(message.subject)}\n{for_matching(message.text[:_LONGEST])}"
    if not _LONG.search(_ORDER.sub("~", text)):
        return ()
    text = (_TAKEN_WITH_ADDRESS if "@" in text else _TAKEN).sub(lambda taken: "~" * len(taken[0]), text)
    tokens = [token for token in _TOKEN.finditer(text) if any(char.isdigit() for char in token[0])]
    cues = [match.end() for match in _cues().finditer(text)] if tokens else []
    found: dict[str, None] = {}
    for token in tokens:
        number = _GAP.sub("", token[0])
        near = any(0 <= token.start() - end <= _REACH and "~" not in text[end : token.start()] for end in cues)
        if not _DATE.match(token[0]) and _is_tracking(number, near):
            found[number] = None
    return tuple(found)


def _is_tracking(number: str, near: bool) -> bool:
    for carrier in _carriers():
        if not carrier.pattern.fullmatch(number) or (carrier.cue_only and not near):
            continue
        if near or carrier.alone or (carrier.check is not None and carrier.check(number)):
            return True
    return False


def _s10_checks(number: str) -> bool:
    digits = [int(char) for char in number[2:11]]
    total = sum(weight * digit for weight, digit in zip((8, 6, 4, 2, 3, 5, 9, 7), digits, strict=False))
    check = 11 - total % 11
    return digits[8] == {10: 0, 11: 5}.get(check, check)


def _mod10_checks(number: str) -> bool:
    """The check digit of GS1 and USPS: threes and ones from the right."""
    digits = [int(char) for char in number[-22:]]
    total = sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits[:-1])))
    return (total + digits[-1]) % 10 == 0


_CHECKS: dict[str, Callable[[str], bool]] = {"s10": _s10_checks, "mod10_3": _mod10_checks}


@cache
def _table() -> dict[str, list[dict[str, str]]]:
    text = files("config").joinpath("data/tracking.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _carriers() -> tuple[_Carrier, ...]:
    return tuple(
        _Carrier(
            pattern=re.compile(row["pattern"]),
            alone=bool(row.get("alone", False)),
            cue_only=bool(row.get("cue_only", False)),
            check=_CHECKS.get(row.get("check", "")),
        )
        for row in _table()["carrier"]
    )


@cache
def _cues() -> re.Pattern[str]:
    return re.compile(
        r"(?<![A-Za-z])(?:" + "|".join(str(cue) for cue in _table()["cues"]) + r")(?![A-Za-z])", re.IGNORECASE
    )


def carrier_by_number(number: str) -> str:
    """The carrier whose numbers alone look like this one; empty when several could."""
    plain = re.sub(r"[^0-9A-Z]", "", number.upper())
    for row in _table()["carrier"]:
        if row.get("alone") and re.fullmatch(row["pattern"], plain):
            return row["name"]
    return ""
