"""Who is on call when: weekly turns, overrides, absences, several queues by store or account, and who is next in line.

Pure. Names are those of the team list. Without any queue nobody is singled out: the whole team is on call.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from config.business_time import at_local
from config.rota_calendar import ShiftCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """People who take turns for some stores or accounts; for all others when it names none."""

    name: str
    members: tuple[str, ...]
    """In the order of their turns; after the one on call the next in this order is next in line."""
    start: date
    """Day of the first member's first turn."""
    hand_over: time
    """Wall-clock time in `zone` at which turns change."""
    zone: ZoneInfo
    turn_days: int = 7
    leads: tuple[str, ...] = ()
    marketplaces: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    calendar: ShiftCalendar | None = None
    """Says in place of the turns who is on call; the members then only follow as next in line."""

    @property
    def everybody(self) -> tuple[str, ...]:
        """The members, or else whoever has a shift in the calendar."""
        return self.members or (self.calendar.people if self.calendar else ())

    @property
    def is_catch_all(self) -> bool:
        """Whether it takes what no other queue names."""
        return not self.marketplaces and not self.accounts

    def takes(self, account: str, marketplace: str | None) -> bool:
        """Whether a case is this queue's by what it names."""
        return (not self.accounts or account in self.accounts) and (
            not self.marketplaces or marketplace in self.marketplaces
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A person is away from one instant to another."""

    who: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Somebody is on call in place of whoever has the turn; `queue` null for all queues."""

    who: str
    start: datetime
    end: datetime
    queue: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """Everything about turns."""

    queues: tuple[Queue, ...] = ()
    overrides: tuple[Override, ...] = ()
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaProblem:
    """Something wrong: the place in the settings' words, and a sentence."""

    place: str
    message: str


def queue_of(rota: Rota, account: str, marketplace: str | None) -> Queue | None:
    """The first queue that names the case's store or account, else the one that names none; null for nobody's."""
    named = (queue for queue in rota.queues if not queue.is_catch_all and queue.takes(account, marketplace))
    return next(named, next((queue for queue in rota.queues if queue.is_catch_all), None))


def is_absent(rota: Rota, who: str, at: datetime) -> bool:
    """Whether the person is away."""
    return any(away.who == who and away.start <= at < away.end for away in rota.absences)


def line_of(rota: Rota, queue: Queue, at: datetime) -> tuple[str, ...]:
    """Who is on call, then the next in line; nobody who is away. The latest override that holds comes first."""
    order = [each.who for each in reversed(rota.overrides) if _holds(each, queue, at)]
    if queue.calendar is not None:
        order += [*queue.calendar.at(at), *(queue.members or queue.calendar.following(at))]
    else:
        turn = turns_before(queue, at) % len(queue.members) if queue.members else 0
        order += [*queue.members[turn:], *queue.members[:turn]]
    return tuple(who for who in dict.fromkeys(order) if not is_absent(rota, who, at))


def on_call(rota: Rota, queue: Queue, at: datetime) -> str | None:
    """Whose turn it is, by turns, calendar and overrides; null in a gap, whoever may be next in line then."""
    stands_in = any(_holds(each, queue, at) for each in rota.overrides)
    if queue.calendar is not None and not stands_in and not _there(rota, queue.calendar.at(at), at):
        return None
    return next(iter(line_of(rota, queue, at)), None)


def _there(rota: Rota, names: Collection[str], at: datetime) -> bool:
    return any(not is_absent(rota, who, at) for who in names)


def turn_ends(queue: Queue, at: datetime) -> datetime | None:
    """When the turn that holds at an instant ends, UTC; null when a calendar tells of no change."""
    if queue.calendar is not None:
        return queue.calendar.until(at)
    return hand_over_of(queue, turns_before(queue, at) + 1)


def turns_before(queue: Queue, at: datetime) -> int:
    """How many turns have ended by an instant; negative before the first began."""
    turns = (at.astimezone(queue.zone).date() - queue.start).days // queue.turn_days
    return turns if hand_over_of(queue, turns) <= at else turns - 1


def hand_over_of(queue: Queue, turn: int) -> datetime:
    """When a turn begins, UTC; the wall-clock time stays the same through a change of the clock."""
    return at_local(queue.start + timedelta(days=turn * queue.turn_days), queue.hand_over, queue.zone)


def _holds(override: Override, queue: Queue, at: datetime) -> bool:
    return override.queue in (None, queue.name) and override.start <= at < override.end


def changes(rota: Rota, queue: Queue, start: datetime, end: datetime) -> Iterator[datetime]:
    """Every instant after `start` and before `end` at which the line can change."""
    periods: tuple[Absence | Override, ...] = (*rota.absences, *rota.overrides)
    yield from (at for each in periods for at in (each.start, each.end) if start < at < end)
    if queue.calendar is not None:
        yield from queue.calendar.edges(start, end)
        return
    turn = turns_before(queue, start) + 1
    while (at := hand_over_of(queue, turn)) < end:
        yield at
        turn += 1


def gaps(rota: Rota, queue: Queue, start: datetime, end: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """Periods between two instants in which nobody of a queue has the turn and is there."""
    marks = sorted({start, end, *changes(rota, queue, start, end)})
    found: list[tuple[datetime, datetime]] = []
    for begin, until in pairwise(marks):
        if on_call(rota, queue, begin) is not None:
            continue
        if found and found[-1][1] == begin:
            found[-1] = (found[-1][0], until)
        else:
            found.append((begin, until))
    return tuple(found)


def problems(
    rota: Rota, names: Collection[str], *, accounts: Collection[str], start: datetime, days: int = 90
) -> tuple[RotaProblem, ...]:
    """Everything that is wrong: `faults`, what a calendar holds and cannot be used, and gaps in the next `days`."""
    return (
        *faults(rota, names, accounts=accounts),
        *_calendar_problems(rota),
        *_gap_problems(rota, start, start + timedelta(days=days)),
    )


def faults(rota: Rota, names: Collection[str], *, accounts: Collection[str]) -> tuple[RotaProblem, ...]:
    """What is wrong whatever the date: unknown names, double queues, periods that end before they begin."""
    return (*_name_problems(rota, names, accounts), *_period_problems(rota))


def _name_problems(rota: Rota, names: Collection[str], accounts: Collection[str]) -> Iterator[RotaProblem]:
    queues = [queue.name for queue in rota.queues]
    for queue in rota.queues:
        place = f"rota[{queue.name}]"
        if queues.count(queue.name) > 1:
            yield RotaProblem(place=place, message="the name stands there twice; each queue needs its own")
        for who in dict.fromkeys((*queue.members, *queue.leads)):
            if who not in names:
                yield RotaProblem(place=place, message=f'"{who}" is nobody in team.people')
        for account in sorted(queue.accounts - set(accounts)):
            yield RotaProblem(place=place, message=f'"{account}" is no account; known: {", ".join(accounts)}')
    for override in rota.overrides:
        if override.who not in names:
            yield RotaProblem(place="overrides", message=f'"{override.who}" is nobody in team.people')
        if override.queue is not None and override.queue not in queues:
            yield RotaProblem(place="overrides", message=f'there is no rota named "{override.queue}"')
    for absence in rota.absences:
        if absence.who not in names:
            yield RotaProblem(place="absences", message=f'"{absence.who}" is nobody in team.people')
    if sum(queue.is_catch_all for queue in rota.queues) > 1:
        yield RotaProblem(place="rota", message="more than one queue names neither marketplaces nor accounts")


def _period_problems(rota: Rota) -> Iterator[RotaProblem]:
    periods: tuple[Absence | Override, ...] = (*rota.absences, *rota.overrides)
    for each in periods:
        if each.end <= each.start:
            place = "absences" if isinstance(each, Absence) else "overrides"
            yield RotaProblem(place=place, message=f"of {each.who} ends before it begins")
    for override in rota.overrides:
        for away in rota.absences:
            if away.who == override.who and away.start < override.end and override.start < away.end:
                message = (
                    f"puts {override.who} on call from {_day(override.start)}, who is away from {_day(away.start)}"
                )
                yield RotaProblem(place="overrides", message=message)


def _calendar_problems(rota: Rota) -> Iterator[RotaProblem]:
    for queue in rota.queues:
        for message in queue.calendar.problems if queue.calendar else ():
            yield RotaProblem(place=f"rota[{queue.name}].calendar", message=message)


def _gap_problems(rota: Rota, start: datetime, end: datetime) -> Iterator[RotaProblem]:
    for queue in rota.queues:
        found = gaps(rota, queue, start, end)
        why = f"{queue.calendar.path} names nobody who is there" if queue.calendar else "all members are away"
        for begin, until in found[:_MOST_GAPS]:
            message = f"nobody is on call from {_day(begin)} to {_day(until)}: {why}"
            yield RotaProblem(place=f"rota[{queue.name}]", message=message)
        if len(found) > _MOST_GAPS:
            message = f"{len(found) - _MOST_GAPS} more such gaps until {_day(end)}"
            yield RotaProblem(place=f"rota[{queue.name}]", message=message)


_MOST_GAPS = 10


def _day(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
