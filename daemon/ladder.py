"""What the ladder does now for one case: pure decisions, each with its reason; nothing is decided twice.

A decision is taken once for each step and person (`notice_rows.py` holds the unique key). A step whose moment passed
while nothing ran is told once, late, and says so. Steps end with the clock: an answer, a decision, a withdrawal, a copy
of an own reply, a closing leave no clock, and so no step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from config.rota import Queue
from daemon.acts import HEEDED, ActKind, Said
from daemon.cases import Case
from daemon.moments import Moment, Plan
from daemon.roster import Roster


class NoticeState(StrEnum):
    """Where a decision stands."""

    SENT = "sent"
    WAITING = "waiting"
    """For the end of quiet hours or of a snooze."""
    HELD = "held"
    """Told later with others, since the person had many notices within the hour."""
    SKIPPED = "skipped"
    ENDED = "ended"
    """Sent, and the ladder has stopped since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A decision that was taken before, as far as the next ones need it."""

    step: str
    person: str
    state: NoticeState
    fire_at: datetime
    """When it was sent, or is to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One step for one person; for a skipped step the person is empty."""

    step: str
    letter: str
    """Of ladder.LETTERS."""
    person: str
    due_at: datetime
    fire_at: datetime
    state: NoticeState
    late: bool
    reason: str


def due_steps(
    case: Case, plan: Plan, taken: Sequence[Taken], account: str, roster: Roster, now: datetime
) -> tuple[Decision, ...]:
    """What is to be decided for a case at an instant, by the plan of the clock that runs then."""
    if not taken and not case.said and (not plan.moments or now < plan.moments[0].due):
        return ()
    heeded = [said for said in case.said if said.what in HEEDED and plan.read_at <= said.at <= now]
    known = {each.step for each in taken}
    queue = roster.queue(account, case.marketplace)
    fresh = [moment for moment in plan.moments if moment.due <= now and moment.key not in known]
    found: list[Decision] = []
    if fresh:
        stopped = stops(plan, heeded)
        for moment in fresh:
            found += _step(moment, fresh, stopped, case, plan, queue, roster, now)
    found += _wakings(case, plan, taken, known, roster, now)
    found += _woken(taken, heeded, case, plan, roster, now)
    found += _next_in_line(taken, known, heeded, case, plan, queue, roster, now)
    return tuple(found)


def stops(plan: Plan, heeded: Sequence[Said]) -> dict[str, str]:
    """Steps that acknowledgements stop, with the reason: what was due and not yet told, and the next step.

    Once overdue, an acknowledgement ends the repetitions.
    """
    stopped: dict[str, str] = {}
    for said in heeded:
        reason = f"{said.what} by {said.by} at {said.at:%Y-%m-%d %H:%M} UTC"
        ahead = [moment for moment in plan.moments if moment.due > said.at and moment.key not in stopped]
        next_due = ahead[0].due if ahead else None
        for moment in plan.moments:
            over = said.at >= plan.respond_by and moment.step.over is not None
            if moment.due <= said.at or moment.due == next_due or over:
                stopped.setdefault(moment.key, reason)
    return stopped


def _step(
    moment: Moment,
    fresh: Sequence[Moment],
    stopped: dict[str, str],
    case: Case,
    plan: Plan,
    queue: Queue | None,
    roster: Roster,
    now: datetime,
) -> Iterator[Decision]:
    """The decisions about one moment that has come."""
    if reason := stopped.get(moment.key):
        yield _skipped(moment, reason, now)
        return
    if any(other.step is moment.step and other.due > moment.due for other in fresh):
        yield _skipped(moment, "was missed, and a later repetition speaks for it", now)
        return
    late = now - moment.due > roster.ladder.late_after
    people: dict[str, str] = {}
    for audience in moment.step.to:
        for who, why in roster.recipients(audience, queue, case.holder, now).items():
            people.setdefault(who, why)
    for who, why in people.items():
        fire_at, wait = _free(who, case, plan, roster, now)
        yield Decision(
            step=moment.key,
            letter=moment.step.letter,
            person=who,
            due_at=moment.due,
            fire_at=fire_at,
            state=NoticeState.WAITING if fire_at > now else NoticeState.SENT,
            late=late and fire_at <= now,
            reason="; ".join(part for part in (moment.because, why, wait, "late" if late else "") if part),
        )


def _skipped(moment: Moment, reason: str, now: datetime) -> Decision:
    return Decision(
        step=moment.key,
        letter=moment.step.letter,
        person="",
        due_at=moment.due,
        fire_at=now,
        state=NoticeState.SKIPPED,
        late=False,
        reason=f"{moment.because}; {reason}",
    )


def _free(who: str, case: Case, plan: Plan, roster: Roster, now: datetime) -> tuple[datetime, str]:
    """When a person can be told, and why not at once."""
    ends = [end for said in case.said if said.by == who and (end := snooze_end(plan, said)) and said.at <= now < end]
    if ends:
        return max(ends), "snoozed"
    after = roster.after_quiet(who, now, plan.respond_by)
    return after, "quiet hours" if after > now else ""


def snooze_end(plan: Plan, said: Said) -> datetime | None:
    """When a snooze ends: as asked for, but never past the point where a step still helps; null when it has no effect.

    A snooze from before the mail that set the clock was read is void.
    """
    if said.what is not ActKind.SNOOZED or said.until is None or said.at < plan.read_at:
        return None
    end = min(said.until, plan.helps_until)
    return end if end > said.at else None


def _wakings(
    case: Case, plan: Plan, taken: Sequence[Taken], known: set[str], roster: Roster, now: datetime
) -> Iterator[Decision]:
    """The end of each snooze reminds whoever asked for it, unless a step waited for it or the person spoke since."""
    for said in case.said:
        end = snooze_end(plan, said)
        key = f"wake:{said.by}:{said.at:%Y%m%dT%H%M%SZ}"
        if end is None or end > now or key in known:
            continue
        spoke = any(other.by == said.by and said.at < other.at <= now for other in case.said)
        waits = any(each.person == said.by and each.state is NoticeState.WAITING for each in taken)
        silent = spoke or waits
        late = now - end > roster.ladder.late_after
        yield Decision(
            step=key,
            letter="reminder",
            person=said.by,
            due_at=end,
            fire_at=now,
            state=NoticeState.SKIPPED if silent else NoticeState.SENT,
            late=late and not silent,
            reason="the snooze is over" + (", and told otherwise" if silent else ""),
        )


def _woken(
    taken: Sequence[Taken], heeded: Sequence[Said], case: Case, plan: Plan, roster: Roster, now: datetime
) -> Iterator[Decision]:
    """Decisions that waited and whose time has come; an acknowledgement in between ends them."""
    steps = {moment.key: moment for moment in plan.moments}
    for each in taken:
        moment = steps.get(each.step.partition(">")[0])
        if each.state is not NoticeState.WAITING or each.fire_at > now or moment is None:
            continue
        said = next((said for said in heeded if said.at >= moment.due), None)
        fire_at, wait = _free(each.person, case, plan, roster, now)
        state = NoticeState.WAITING if fire_at > now else NoticeState.SENT
        late = now - each.fire_at > roster.ladder.late_after
        yield Decision(
            step=each.step,
            letter=moment.step.letter,
            person=each.person,
            due_at=moment.due,
            fire_at=now if said else fire_at,
            state=NoticeState.SKIPPED if said else state,
            late=late and not said and not wait,
            reason=f"{moment.because}; "
            + (f"{said.what} by {said.by} meanwhile" if said else wait or "after the wait"),
        )


_WENT_OUT = frozenset({NoticeState.SENT, NoticeState.HELD})


def _next_in_line(
    taken: Sequence[Taken],
    known: set[str],
    heeded: Sequence[Said],
    case: Case,
    plan: Plan,
    queue: Queue | None,
    roster: Roster,
    now: datetime,
) -> Iterator[Decision]:
    """A page that nobody acknowledged goes to the next in line, as long as the deadline is not over."""
    if queue is None:
        return
    for moment in plan.moments:
        if moment.step.letter != "page":
            continue
        for level in range(1, roster.ladder.next_most + 1):
            key = f"{moment.key}>{level}"
            before = moment.key if level == 1 else f"{moment.key}>{level - 1}"
            sent = [each.fire_at for each in taken if each.step == before and each.state in _WENT_OUT]
            if key in known or not sent:
                continue
            due = max(sent) + roster.ladder.next_after
            told = {each.person for each in taken if each.step.partition(">")[0] == moment.key}
            who = next((name for name in roster.line(queue, now) if name not in told), None)
            if due > now or due > plan.respond_by or who is None or any(said.at >= min(sent) for said in heeded):
                continue
            due = max([due, *(away.end for away in roster.rota.absences if away.who == who and away.end <= now)])
            fire_at, wait = _free(who, case, plan, roster, now)
            late = now - due > roster.ladder.late_after and fire_at <= now
            parts = (moment.because, "nobody acknowledged the page; next in line", wait, "late" if late else "")
            yield Decision(
                step=key,
                letter="page",
                person=who,
                due_at=due,
                fire_at=fire_at,
                state=NoticeState.WAITING if fire_at > now else NoticeState.SENT,
                late=late,
                reason="; ".join(part for part in parts if part),
            )
