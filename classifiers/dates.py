"""Phrases to values: every time expression of a text in one language, without any judgement of whose limit it is."""

from __future__ import annotations

from collections.abc import Iterator

from classifiers.temporal.clocks import CLOCK_BEGINNINGS
from classifiers.temporal.days import DAY_BEGINNINGS
from classifiers.temporal.moments import read_moment
from classifiers.temporal.ranges import read_day_range
from classifiers.temporal.reading import Reading
from classifiers.temporal.spans import free_standing, read_span, read_unit_alone
from classifiers.temporal.values import Expression, Lead, Moment, Span, Value
from classifiers.temporal.zones import ZONE_BEGINNINGS

_LEADS = ("latest", "before", "by", "within", "after")
_LEAD_CLASSES = frozenset(_LEADS)
_SPAN_BEGINNINGS = frozenset({"length", "article", "times", "number", "cjk_digit"})
_MOMENT_BEGINNINGS = DAY_BEGINNINGS | CLOCK_BEGINNINGS | ZONE_BEGINNINGS
_BEGINNINGS = (_SPAN_BEGINNINGS | _MOMENT_BEGINNINGS | {*_LEADS}) - {"clock_lead"}
"""Classes of which one begins every expression, beside digits."""
_STRENGTH = {Lead.LATEST: 4, Lead.BEFORE: 3, Lead.BY: 2, Lead.WITHIN: 2, Lead.AFTER: 1, Lead.NONE: 0}


def find_expressions(text: str, *, language: str) -> tuple[Expression, ...]:
    """Give the time expressions of a text from left to right; places refer to `text` itself. Linear in its length."""
    return tuple(read_expressions(Reading(text, language)))


def read_expressions(reading: Reading) -> Iterator[Expression]:
    """Walk over a reading once; expressions never overlap."""
    return (expression for expression, _, _ in locate_expressions(reading))


def locate_expressions(reading: Reading) -> Iterator[tuple[Expression, int, int]]:
    """Give each expression with its first token and the one behind its last."""
    done = 0
    for place in reading.places(_BEGINNINGS):
        if place < done or not _may_begin(reading, place):
            continue
        lead, bare, core = _lead(reading, place)
        found = _core(reading, bare, lead) or (_core(reading, core, lead) if core > bare else None)
        if found is None and bare > place:
            lead, core, found = Lead.NONE, place, _core(reading, place, Lead.NONE)
        if found is None:
            continue
        value, behind, gone = found
        done = max(behind, place + 1)
        if not gone and not (_is_length(value) and _is_past(reading, place, core)):
            located = _expression(reading, place, behind, value, lead)
            done = max(located[2], place + 1)
            yield located


def _may_begin(reading: Reading, place: int) -> bool:
    """Tell whether an expression can begin here at all; most numbers of a mail are parts of ids and prices."""
    if reading.tokens.kinds[place] != "digits":
        return not _BEGINNINGS.isdisjoint(reading.classes(place))
    is_number = reading.digits(place) is not None and free_standing(reading, place)
    return is_number or bool(reading.classes(place))


def _core(reading: Reading, place: int, lead: Lead) -> tuple[Value, int, bool] | None:
    """Read a span or a moment, whichever is longer, and whether the text calls it past ("ago")."""
    number = reading.tokens.kind(place) == "digits"
    span = read_span(reading, place) if number or reading.may_be(place, _SPAN_BEGINNINGS) else None
    span = span or (read_unit_alone(reading, place) if lead is Lead.WITHIN else None)
    moment = read_moment(reading, place, lead=lead) if number or reading.may_be(place, _MOMENT_BEGINNINGS) else None
    if span is not None and (moment is None or _prefers_span(lead, span[1], moment)):
        ago = reading.word(span[1], "ago_after") is not None
        anchor = reading.word(span[1], "anchor_now")
        return span[0], anchor[1] if anchor else span[1], ago
    return (moment[0], moment[1], False) if moment is not None else None


def _prefers_span(lead: Lead, end: int, moment: tuple[Moment, int]) -> bool:
    """Tell whether "18h" is a length: always unless a date word leads, which makes it a clock time."""
    if lead in {Lead.BY, Lead.BEFORE, Lead.LATEST}:
        return end > moment[1]
    return end >= moment[1] or (lead is Lead.WITHIN and moment[0].day is None)


def _is_length(value: Value) -> bool:
    """Tell whether the value is one length, not a range: "od 24 do 48 godzin" is no time ago."""
    return isinstance(value, Span) and value.low == value.high


def _lead(reading: Reading, place: int) -> tuple[Lead, int, int]:
    """Read the limit words in front: (the strongest, the token behind the last, the token behind small words)."""
    lead, bare, behind = Lead.NONE, place, place
    for _ in range(3):
        if not reading.may_be(behind, _LEAD_CLASSES):
            break
        match = reading.word(behind, *_LEADS)
        if match is None:
            break
        kind = next(Lead(name) for name in _LEADS if reading.classes(behind).get(name) == match)
        if _STRENGTH[kind] > _STRENGTH[lead]:
            lead = kind
        bare = match[1]
        behind = reading.skip(bare, "lead_filler", marks=":", most=4)
    return lead, bare, behind


def _is_past(reading: Reading, start: int, core: int) -> bool:
    """Tell whether a word such as "hace" or "vor" in front makes it a time ago."""
    return any(
        match is not None and match[1] >= core and match[1] <= core + 1
        for back in (1, 2, 3)
        if core - back >= 0 and (match := reading.word(core - back, "ago_before")) is not None
    )


def _expression(reading: Reading, start: int, behind: int, value: Value, lead: Lead) -> tuple[Expression, int, int]:
    """Make the expression, with the limit words that follow it: 以内, までに, 前, "kadar", "at the latest"."""
    if isinstance(value, Moment) and value.clock is None:
        value, lead, start, behind = read_day_range(reading, value, lead, start, behind)
    lead, behind = _trail(reading, behind, lead)
    if lead is Lead.NONE and isinstance(value, Span) and value.low != value.high:
        lead, start = _between(reading, start)
    if isinstance(value, Moment) and value.clock and lead is Lead.NONE and _led_inside(reading, start, behind):
        lead = Lead.BY
    if isinstance(value, Moment) and lead is Lead.BEFORE:
        value = Moment(day=value.day, clock=value.clock, zone=value.zone, before=True, earliest=value.earliest)
    first, last = reading.span(start, behind)
    found = Expression(
        start=first,
        end=last,
        phrase=reading.source[first:last],
        value=value,
        lead=lead,
        language=reading.language,
    )
    return found, start, behind


def _led_inside(reading: Reading, start: int, behind: int) -> bool:
    """Tell whether the limit word stands between the day and the time: "tomorrow by 10", "morgen vor 12 Uhr"."""
    return any(reading.word(place, "before", "by", "latest") for place in range(start + 1, behind - 1))


def _between(reading: Reading, start: int) -> tuple[Lead, int]:
    """Take a "between" in front of a range into the phrase; it leads like "within"."""
    for back in (1, 2, 3):
        match = reading.word(start - back, "between") if start >= back else None
        if match is not None and match[1] == start:
            return Lead.WITHIN, start - back
    return Lead.NONE, start


def _trail(reading: Reading, place: int, lead: Lead) -> tuple[Lead, int]:
    at = reading.skip(place, "clock_suffix", "date_filler", "own_zone", most=4)
    for spot in (place, at):
        for kind in (Lead.LATEST, Lead.BEFORE, Lead.WITHIN, Lead.BY):
            match = reading.word(spot, f"{kind.value}_after")
            if match is not None:
                return (kind if _STRENGTH[kind] >= _STRENGTH[lead] else lead), match[1]
    return lead, place


__all__ = ["Expression", "Lead", "Moment", "Span", "find_expressions", "read_expressions"]
