"""When the steps of one running clock are due: anchored to people's working time. Pure, and computed once a clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache

from config.calendars import WorkingTime, is_working, last_working_moment, next_working_moment
from config.ladder import APPEAL, Ladder, LadderStep
from config.vocabulary import Basis, Status
from daemon.cases import Armed, Case
from daemon.roster import Roster

CalendarAt = Callable[[datetime], WorkingTime]

_WINDOW = timedelta(hours=1)
"""How long a notice of overdue that does not repeat is worth sending for a case that was overdue when it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One step's moment."""

    key: str
    """The step's name, for a repetition with its number: unique within the clock."""
    due: datetime
    step: LadderStep
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All moments of one clock, earliest first."""

    clock: str
    """Names the clock in the notices: the same deadline set again is the same clock."""
    read_at: datetime
    respond_by: datetime
    moments: tuple[Moment, ...]
    helps_until: datetime
    """The latest end of a snooze: later, no step could still help."""


def running(case: Case, now: datetime) -> Armed | None:
    """The clock that runs at an instant; a conditional window that has run out asks for nothing."""
    for armed in case.clocks:
        if armed.deadline.basis is not Basis.CONDITIONAL or armed.deadline.respond_by >= now:
            return armed
    return None


def plan_of(case: Case, armed: Armed, account: str, roster: Roster) -> Plan:
    """The moments of a case's clock."""
    deadline, ladder = armed.deadline, roster.ladder
    basis = APPEAL if case.status is Status.DECIDED else deadline.basis.value
    queue = roster.queue(account, case.marketplace)

    def calendar_at(at: datetime) -> WorkingTime:
        return roster.calendar(queue, at)

    steps = ladder.steps_for(case.kind, basis)
    moments = [] if armed.quiet else moments_of(armed.read_at, deadline.respond_by, steps, ladder, calendar_at)
    last = last_working_moment(calendar_at(deadline.respond_by), deadline.respond_by)
    anchor = last if last is not None and last > armed.read_at else deadline.respond_by
    return Plan(
        clock=f"{basis}:{deadline.respond_by:%Y%m%dT%H%M%SZ}",
        read_at=armed.read_at,
        respond_by=deadline.respond_by,
        moments=tuple(sorted(moments, key=lambda moment: moment.due)),
        helps_until=anchor - ladder.snooze_margin,
    )


def moments_of(
    start: datetime, end: datetime, steps: Sequence[LadderStep], ladder: Ladder, calendar_at: CalendarAt
) -> list[Moment]:
    """The moments of steps between the reading of a mail and long after its deadline.

    What would have been due before the reading is told at the reading, the latest of each audience alone: people hear
    of the case then anyhow, so reminders are left out.
    """
    raw = sorted(((at, key, step) for step in steps for at, key in _raw(step, start, end)), key=lambda each: each[0])
    passed = [each for each in raw if each[0] < start]
    found = [
        Moment(key=key, due=start, step=step, because=_read_late(end, start)) for key, step in _kept(passed, start, end)
    ]
    reached = {"alarm": start} if found else {}
    for at, key, step in raw:
        if at < start:
            continue
        chain = "reminder" if step.letter == "reminder" else "alarm"
        due, because = at, _because(step)
        if step.over is None and not is_working(calendar_at(at), at):
            moved = _placed(at, start, end, ladder, calendar_at(at), alarm=chain == "alarm")
            # A second alarm would fall on the same last working moment: it stays where it is, for whoever is on call.
            if moved != at and (chain not in reached or moved > reached[chain]):
                due, because = moved, f"{because}, moved into working time"
        if step.over is None:
            reached[chain] = max(reached.get(chain, due), due)
        found.append(Moment(key=key, due=due, step=step, because=because))
    return found


def _raw(step: LadderStep, start: datetime, end: datetime) -> list[tuple[datetime, str]]:
    if step.gone is not None:
        return [(start + (end - start) * step.gone / 100, step.name)] if end > start else []
    if step.left is not None:
        return [(end - step.left, step.name)]
    assert step.over is not None, "the settings check sees to one moment a step"
    every = step.every or timedelta()
    first = end + step.over
    return [(first + number * every, name) for number, name in enumerate(_names(step.name, step.most))]


@cache
def _names(name: str, most: int) -> tuple[str, ...]:
    """A step's name, then with the number of each repetition."""
    return tuple(f"{name}+{number}" if number else name for number in range(most))


def _kept(
    passed: Sequence[tuple[datetime, str, LadderStep]], start: datetime, end: datetime
) -> list[tuple[str, LadderStep]]:
    """Of the moments before the reading, the latest for each audience that is worth telling."""
    latest: dict[tuple[str, ...], tuple[str, LadderStep]] = {}
    for _, key, step in passed:
        if step.letter == "reminder" or (step.over is None and end <= start):
            continue
        if step.over is not None and start >= end + step.over + (step.every or _WINDOW) * step.most:
            continue
        latest[step.to] = (key, step)
    return list(latest.values())


def _placed(
    at: datetime, start: datetime, end: datetime, ladder: Ladder, work: WorkingTime, *, alarm: bool
) -> datetime:
    """Where a moment outside working time goes: to shortly before the end of the last work after the reading.

    Without such work to the next that leaves time enough, else, for an alarm, to the reading itself.
    """
    last = last_working_moment(work, at)
    if last is not None and last > start:
        return max(start, last - ladder.before_close)
    following = next_working_moment(work, at)
    if following is not None and following <= end - ladder.near:
        return following
    return start if alarm else at


def _because(step: LadderStep) -> str:
    if step.gone is not None:
        return f"{step.gone} % of the time is gone"
    if step.left is not None:
        return f"{_hours(step.left)} left"
    return "overdue"


def _read_late(end: datetime, start: datetime) -> str:
    return f"read with {_hours(end - start)} left" if end > start else f"read {_hours(start - end)} after the deadline"


@lru_cache(maxsize=512)
def _hours(span: timedelta) -> str:
    minutes = span // timedelta(minutes=1)
    return f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min"
