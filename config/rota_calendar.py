"""Turns kept in a calendar: an iCalendar file (RFC 5545) to shifts. icalendar is used here and nowhere else.

Pure: bytes in, shifts out. Each event is a shift of the people whom its attendees or its summary name. Times without a
zone and whole days are on the rota's own clock; a whole day lasts from midnight to midnight.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset, rrulestr  # type: ignore[import-untyped]
from icalendar import Calendar

from config.business_time import at_local

_LONGEST_SHIFT = timedelta(days=62)
"""A shift that lasts longer is cut: it is more likely a slip than a turn."""
_MOST = 5000
"""Shifts of one event within one period; a rule by the second is no rota."""
_PERIOD = timedelta(days=64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Who is on call from one instant to another, UTC; the first of several people is on call, the others follow."""

    people: tuple[str, ...]
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    people: tuple[str, ...]
    uid: str
    start: datetime
    """Wall clock without a zone: a rule repeats by the wall clock."""
    zone: ZoneInfo
    length: timedelta
    rules: tuple[str, ...] = ()
    extra: tuple[datetime, ...] = ()
    """Further starts and left-out starts, on the same wall clock."""
    without: frozenset[datetime] = frozenset()
    replaces: datetime | None = None
    """The start, UTC, of the occurrence that this one stands for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShiftCalendar:
    """All shifts of a calendar, worked out period by period when they are asked for."""

    path: str
    """As the settings write it."""
    events: tuple[_Event, ...]
    problems: tuple[str, ...] = ()
    """What cannot be used, each with its place in the file."""
    replaced: frozenset[tuple[str, datetime]] = field(default=frozenset(), repr=False)

    def __eq__(self, other: object) -> bool:
        """The same file with the same shifts."""
        mine = (self.path, self.events, self.problems)
        return isinstance(other, ShiftCalendar) and mine == (other.path, other.events, other.problems)

    def __hash__(self) -> int:
        """By identity of content, cheaply."""
        return hash((self.path, len(self.events)))

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who has a shift, in the order of the file."""
        return tuple(dict.fromkeys(who for event in self.events for who in event.people))

    def at(self, instant: datetime) -> tuple[str, ...]:
        """Who is on call, latest beginning first, since an exception is written over the rule."""
        running = [each for each in self._around(instant) if each.start <= instant < each.end]
        running.sort(key=lambda each: each.start, reverse=True)
        return tuple(dict.fromkeys(who for each in running for who in each.people))

    def following(self, instant: datetime) -> tuple[str, ...]:
        """Who comes on call next, in that order, within the period that begins then."""
        ahead = sorted((each for each in self._around(instant) if each.start > instant), key=lambda each: each.start)
        return tuple(dict.fromkeys(who for each in ahead for who in each.people))

    def edges(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Every instant between two at which a shift begins or ends."""
        number = _number(start) - 1
        while _begin(number) < end:
            for shift in _shifts(self, number):
                yield from (at for at in (shift.start, shift.end) if start < at < end)
            number += 1

    def until(self, instant: datetime) -> datetime | None:
        """When whoever is on call changes next; null when nothing more is written."""
        now = self.at(instant)[:1]
        ahead = sorted(set(self.edges(instant, instant + 2 * _PERIOD)))
        return next((at for at in ahead if self.at(at)[:1] != now), None)

    def _around(self, instant: datetime) -> Iterator[Shift]:
        for number in (_number(instant) - 1, _number(instant), _number(instant) + 1):
            yield from _shifts(self, number)


def read_calendar(data: bytes, path: str, people: Mapping[str, str], zone: ZoneInfo) -> ShiftCalendar:
    """The shifts of a file; `people` are addresses by name. What cannot be used is a problem, never an exception."""
    try:
        calendars = [Calendar.from_ical(each) for each in _objects(data)]
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        return ShiftCalendar(path=path, events=(), problems=(f"{path}: is no iCalendar file: {_sentence(error)}",))
    lines = [number for number, line in enumerate(data.splitlines(), start=1) if line.strip() == b"BEGIN:VEVENT"]
    events: list[_Event] = []
    problems: list[str] = []
    found = (part for calendar in calendars for part in calendar.walk("VEVENT"))
    for number, part in enumerate(found):
        place = f"{path}, line {lines[number]}" if number < len(lines) else path
        try:
            events.append(_event(part, people, zone))
        except _Ignored:
            continue
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            problems.append(f"{place}: {_shown(part)} {_sentence(error)}")
    if not events and not problems:
        problems.append(f"{path}: holds no event, so nobody is on call by it")
    replaced = frozenset((each.uid, each.replaces) for each in events if each.replaces is not None)
    return ShiftCalendar(path=path, events=tuple(events), problems=tuple(problems), replaced=replaced)


def _objects(data: bytes) -> list[bytes]:
    if b"BEGIN:VCALENDAR" not in data:
        raise ValueError("there is no BEGIN:VCALENDAR in it")
    return [b"BEGIN:VCALENDAR" + part for part in data.split(b"BEGIN:VCALENDAR")[1:]]


class _Ignored(Exception):
    """An event that is cancelled: it replaces an occurrence by nothing, or is no shift."""


def _event(part: Any, people: Mapping[str, str], zone: ZoneInfo) -> _Event:
    if part.errors:
        raise ValueError(f"has a line that cannot be read: {part.errors[0][0]}: {part.errors[0][1]}")
    if "DTSTART" not in part:
        raise ValueError("has no DTSTART")
    begin = part.decoded("DTSTART")
    whole = not isinstance(begin, datetime)
    here = zone if whole else _zone_of(part, begin, zone)
    start = _wall(begin, here)
    replaces = part.decoded("RECURRENCE-ID") if "RECURRENCE-ID" in part else None
    if replaces is not None and part["RECURRENCE-ID"].params.get("RANGE"):
        raise ValueError("changes an occurrence and all that follow (RANGE), which is not supported: end the series")
    cancelled = str(part.get("STATUS", "")).upper() == "CANCELLED"
    if cancelled and replaces is None:
        raise _Ignored
    end = _end(part, begin, start, here)
    named = () if cancelled else _people(part, people)
    return _Event(
        people=named,
        uid=str(part.get("UID", "")),
        start=start,
        zone=here,
        length=timedelta() if cancelled else min(end - start, _LONGEST_SHIFT),
        rules=tuple(_rule(each, here) for each in _many(part.get("RRULE"))),
        extra=tuple(_wall(each, here) for each in _dates(part.get("RDATE"))),
        without=frozenset(_wall(each, here) for each in _dates(part.get("EXDATE"))),
        replaces=_utc(_wall(replaces, here), here) if replaces is not None else None,
    )


def _end(part: Any, begin: date | datetime, start: datetime, zone: ZoneInfo) -> datetime:
    if "DTEND" in part:
        end = _wall(part.decoded("DTEND"), zone)
    elif "DURATION" in part:
        end = start + part.decoded("DURATION")
    else:
        end = start if isinstance(begin, datetime) else start + timedelta(days=1)
    if end <= start:
        raise ValueError("ends before it begins, or has no end")
    return end


def _zone_of(part: Any, value: datetime, usual: ZoneInfo) -> ZoneInfo:
    """The zone by its name; an event in a zone that only the file describes repeats on the rota's own clock."""
    named = part["DTSTART"].params.get("TZID")
    if value.tzinfo is None and named:
        raise ValueError(f'is in the time zone "{named}", which is not known; use a name such as "Europe/Berlin"')
    try:
        return ZoneInfo(getattr(value.tzinfo, "key", None) or str(value.tzinfo)) if value.tzinfo else usual
    except (ValueError, OSError, KeyError):
        return usual


def _wall(value: date | datetime, zone: ZoneInfo) -> datetime:
    """The wall-clock time in a zone, without it."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time.min)
    return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value


def _utc(wall: datetime, zone: ZoneInfo) -> datetime:
    return at_local(wall.date(), wall.time(), zone)


def _rule(rule: Any, zone: ZoneInfo) -> str:
    """The rule with its UNTIL on the wall clock, as the start is; ValueError for one that is no rota's."""
    text: str = rule.to_ical().decode()
    if re.search(r"FREQ=(SECONDLY|MINUTELY|HOURLY)", text):
        raise ValueError(f"repeats more than once a day ({text}), which no rota does")
    if match := re.search(r"UNTIL=(\d{8}T\d{6})Z", text):
        until = datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC).astimezone(zone)
        text = text.replace(match[0], f"UNTIL={until:%Y%m%dT%H%M%S}")
    rrulestr(text, dtstart=datetime(2026, 1, 1))  # noqa: DTZ001 (a wall clock)
    return text


def _many(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _dates(value: Any) -> list[Any]:
    """The dates of RDATE and EXDATE lines; of a period its beginning."""
    found = [each.dt for line in _many(value) for each in line.dts]
    return [each[0] if isinstance(each, tuple) else each for each in found]


def _people(part: Any, people: Mapping[str, str]) -> tuple[str, ...]:
    """Whom an event means: its attendees by address, else the names and addresses in its summary, in their order."""
    by_address = {address.lower(): name for name, address in people.items()}
    guests = [str(each).lower().removeprefix("mailto:") for each in _many(part.get("ATTENDEE"))]
    if found := [by_address[each] for each in guests if each in by_address]:
        return tuple(dict.fromkeys(found))
    summary = str(part.get("SUMMARY", ""))
    spots = []
    for name, address in people.items():
        for word in (name, address):
            if match := re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", summary, re.IGNORECASE):
                spots.append((match.start(), -len(word), name))
    if not spots:
        raise ValueError("names nobody in team.people, neither by name nor by address")
    return tuple(dict.fromkeys(name for _, _, name in sorted(spots)))


@lru_cache(maxsize=512)
def _shifts(calendar: ShiftCalendar, number: int) -> tuple[Shift, ...]:
    """The shifts that begin in one period."""
    begin, end = _begin(number), _begin(number + 1)
    return tuple(
        shift
        for event in calendar.events
        if event.people
        for shift in _occurrences(event, begin, end, calendar.replaced)
    )


def _occurrences(
    event: _Event, begin: datetime, end: datetime, replaced: frozenset[tuple[str, datetime]]
) -> Iterator[Shift]:
    for wall in islice(_starts(event, begin, end), _MOST):
        start = _utc(wall, event.zone)
        if not begin <= start < end or (event.replaces is None and (event.uid, start) in replaced):
            continue
        # By the wall clock, so that shifts that follow one another still do when the clock changes.
        yield Shift(people=event.people, start=start, end=_utc(wall + event.length, event.zone))


def _starts(event: _Event, begin: datetime, end: datetime) -> Iterable[datetime]:
    """Starts on the wall clock, a day around the period included."""
    if not event.rules and not event.extra:
        return [] if event.start in event.without else [event.start]
    rules = rruleset()
    rules.rdate(event.start)
    for rule in event.rules:
        rules.rrule(rrulestr(rule, dtstart=event.start))
    for each in event.extra:
        rules.rdate(each)
    for each in event.without:
        rules.exdate(each)
    day = timedelta(days=1)
    found: list[datetime] = rules.between(begin.replace(tzinfo=None) - day, end.replace(tzinfo=None) + day, inc=True)
    return found


def _number(instant: datetime) -> int:
    return (instant - _EPOCH) // _PERIOD


def _begin(number: int) -> datetime:
    return _EPOCH + number * _PERIOD


_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def _shown(part: Any) -> str:
    summary = " ".join(str(part.get("SUMMARY", "")).split())[:60]
    begin: Any = None if part.errors else part.get("DTSTART")
    day = f" of {begin.dt:%Y-%m-%d}" if hasattr(begin, "dt") else ""
    return f'the event "{summary}"{day}'


def _sentence(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
