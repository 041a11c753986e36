"""The values of exports: days, sums, states and carriers as programs write them. What is not clear is null."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation

from classifiers.lexicon import fold
from classifiers.normalise import for_matching
from config.exports import export_words

_MARKS = re.compile(r"[\W_]+")
_TIME = re.compile(r"(?:^|[ T,])(\d{1,2}):(\d{2})(?::\d{2})?(?:\.\d+)? ?([ap]\.?m\.?)?", re.IGNORECASE)
_ISO = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT = re.compile(r"^(20\d{2})(\d{2})(\d{2})(?:\d{4,6})?$")
_DOTTED = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?!\d)")
_SLASHED = re.compile(r"^(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})(?!\d)")
_DAY_FIRST = re.compile(
    r"^(?:[^\W\d]+\.?,? )?(\d{1,2})(?:st|nd|rd|th|er|º|\.)?[ -](?:de )?([^\W\d]{3,12})"
    r"\.?,?[ -](?:de )?(\d{4}|\d{2})(?!\d)"
)
_MONTH_FIRST = re.compile(r"^(?:[^\W\d]+\.?,? )?([^\W\d]{3,12})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_CODE = re.compile(r"^[A-Z]{3}$")
_NUMBER = re.compile(r"-?\d[\d.,' ]*")


def folded(text: str) -> str:
    """Lower case without accents, a blank for every run of marks."""
    return _MARKS.sub(" ", fold(for_matching(text))).strip()


def order_in(values: Iterable[str]) -> str | None:
    """How a column writes numeric dates, "dmy" or "mdy", when one of its values gives it away; null when none does."""
    found = set()
    for value in values:
        if match := _SLASHED.match(value.strip()):
            first, second = int(match[1]), int(match[2])
            if first > 12 >= second:
                found.add("dmy")
            elif second > 12 >= first:
                found.add("mdy")
    return found.pop() if len(found) == 1 else None


def day_of(value: str, order: str | None) -> str | None:
    """An ISO 8601 day, with its wall-clock time when one stands there; null when it is none or cannot be told.

    `order` is for numeric dates with slashes; without it only a day whose two readings are the same is read.
    """
    text = for_matching(value).strip()
    year, month, day = _parts(text, order) or (0, 0, 0)
    if year < 100:
        year += 2000
    try:
        date = datetime(year, month, day) if year >= 2000 and month else None  # noqa: DTZ001 - a wall-clock day
    except ValueError:
        return None
    if date is None:
        return None
    hour, minute = _time(text)
    return f"{date:%Y-%m-%d}T{hour:02}:{minute:02}" if (hour, minute) != (0, 0) else f"{date:%Y-%m-%d}"


def _parts(text: str, order: str | None) -> tuple[int, int, int] | None:
    for pattern in (_ISO, _COMPACT):
        if match := pattern.match(text):
            return int(match[1]), int(match[2]), int(match[3])
    if match := _DOTTED.match(text):
        return int(match[3]), int(match[2]), int(match[1])
    if match := _SLASHED.match(text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        order = order or order_in([text]) or ("dmy" if first == second else None)
        return None if order is None else (year, second, first) if order == "dmy" else (year, first, second)
    if match := _DAY_FIRST.match(text):
        month = _month(match[2])
        return (int(match[3]), month, int(match[1])) if month else None
    if match := _MONTH_FIRST.match(text):
        month = _month(match[1])
        return (int(match[3]), month, int(match[2])) if month else None
    return None


def _month(word: str) -> int | None:
    name = folded(word)
    return next((month for beginning, month in export_words().months if name.startswith(beginning)), None)


def _time(text: str) -> tuple[int, int]:
    match = _TIME.search(text)
    if match is None:
        return 0, 0
    hour, minute, half = int(match[1]), int(match[2]), (match[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return (hour, minute) if hour < 24 and minute < 60 else (0, 0)


def sum_of(value: str, currency: str) -> str | None:
    """Such as "12.50 EUR"; null when it is no number, is nothing, or no currency is known."""
    code = currency.strip().upper()
    match = _NUMBER.search(for_matching(value))
    if match is None or not _CODE.match(code):
        return None
    digits = re.sub(r"[' ]", "", match[0])
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0 and len(digits) - last - 1 in (1, 2):
        digits = f"{re.sub('[.,]', '', digits[:last])}.{digits[last + 1 :]}"
    elif last >= 0:
        digits = re.sub("[.,]", "", digits)
    try:
        amount = Decimal(digits)
    except InvalidOperation:
        return None
    return f"{abs(amount)} {code}" if amount else None


def state_of(text: str) -> str | None:
    """What a status says: returned, exception, underway, delivered, announced or moving; null when it is not known."""
    said = folded(text)
    padded = f" {said} "
    for state, phrases in export_words().states:
        for phrase in phrases:
            spaced = phrase.isascii() or phrase[0].isascii()
            if f" {phrase} " in padded if spaced else phrase in said.replace(" ", ""):
                return state
    return None


def carrier_of(text: str) -> str | None:
    """The carrier's own name, or null when the words name none that is known."""
    said, known = folded(text), export_words().carriers
    if said in known:
        return known[said]
    first = [name for word, name in known.items() if said.startswith(f"{word} ") or (len(word) > 3 and word in said)]
    return first[0] if len(set(first)) == 1 else None


def carrier_in_name(name: str) -> str | None:
    """The carrier that a file's name names as a word, when it is one alone."""
    said = f" {folded(name)} "
    found = {carrier for word, carrier in export_words().carriers.items() if f" {word} " in said}
    return found.pop() if len(found) == 1 else None
