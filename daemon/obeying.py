"""A command on a case: whether it can be obeyed as the case stands, and the act that it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from classifiers.commands import Command, CommandKind
from config.settings import Person, Team
from config.vocabulary import Outcome, Status
from daemon.acting import act_in
from daemon.acts import ActKind
from daemon.cases import Case
from daemon.matters import Terms
from daemon.moments import plan_of, running
from daemon.replies import Reply
from daemon.roster import Roster
from daemon.storage import casefile, matter_rows
from daemon.storage.engine import Transaction
from responders.answer import Answer

_ACTS = {
    CommandKind.ACK: ActKind.ACKNOWLEDGED,
    CommandKind.MINE: ActKind.TAKEN,
    CommandKind.ASSIGN: ActKind.ASSIGNED,
    CommandKind.DONE: ActKind.ANSWERED,
    CommandKind.SNOOZE: ActKind.SNOOZED,
    CommandKind.NOTE: ActKind.NOTED,
    CommandKind.WON: ActKind.CLOSED,
    CommandKind.LOST: ActKind.CLOSED,
    CommandKind.REOPEN: ActKind.REOPENED,
    CommandKind.WRONG: ActKind.NOTED,
    CommandKind.EVIDENCE: ActKind.NOTED,
}
_OUTCOMES = {CommandKind.WON: Outcome.WON, CommandKind.LOST: Outcome.LOST}
_FOR_OPEN = frozenset(_ACTS) - {CommandKind.NOTE, CommandKind.REOPEN, CommandKind.WRONG, CommandKind.EVIDENCE}
"""Commands that mean nothing on a closed case."""
_MYSELF = frozenset({"me", "myself", "我", "我自己", "自己"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Obeyed:
    """What became of a command: the answer, and the case as it stands then."""

    answer: Answer
    case: Case
    holder: Person | None = None
    """To whom an `assign` gave the case."""


def refusal(key: str, **values: str) -> Answer:
    """Nothing was changed, and why."""
    return Answer(key=key, obeyed=False, values=values)


def obey(
    tx: Transaction,
    command: Command,
    case_id: int,
    case: Case,
    reply: Reply,
    *,
    who: Person,
    team: Team,
    roster: Roster | None,
    terms: Terms,
    at: datetime,
    now: datetime,
) -> Obeyed:
    """Do what a proven person says, or tell why not; a refusal leaves the transaction as it was.

    `at` is when the reply came in: a decision of Amazon's that was mailed later counts as later.
    """
    if why := _hindrance(command, case, reply, now):
        return Obeyed(answer=why, case=case)
    end = _latest_end(tx, case_id, case, roster, now) if command.until else None
    if end is not None and end <= now:
        return Obeyed(answer=refusal("no_room"), case=case)
    holder = None
    if command.kind is CommandKind.ASSIGN:
        found = people_called(command.argument, team, who)
        if len(found) != 1:
            names = ", ".join(person.name for person in team.people)
            return Obeyed(answer=refusal("nobody", name=command.argument, people=names), case=case)
        holder = found[0]
    if command.kind in _ACTS:
        acted = act_in(
            tx,
            case_id,
            _ACTS[command.kind],
            by=who.name,
            now=at,
            terms=terms,
            outcome=_OUTCOMES.get(command.kind),
            note=_note(command, reply),
            person=holder.name if holder else "",
            until=command.until,
        )
        if acted is None:
            return Obeyed(answer=refusal("no_case"), case=case)
        case = acted
    answer = _answer(command, reply, who, holder)
    if end is not None and command.until is not None and end < command.until:
        answer = replace(answer, key="snooze_cut", until=end)
    return Obeyed(answer=answer, case=case, holder=holder)


def _latest_end(tx: Transaction, case_id: int, case: Case, roster: Roster | None, now: datetime) -> datetime | None:
    """Until when a snooze leaves a step time to help; null when nothing limits it."""
    armed, found = running(case, now), casefile.find(tx, case_id, now)
    if armed is None or found is None or roster is None:
        return None
    account = matter_rows.accounts_of(tx, [found[1]])[found[1]]
    return plan_of(case, armed, account, roster).helps_until


def _hindrance(command: Command, case: Case, reply: Reply, now: datetime) -> Answer | None:
    """Why a command comes too late, or is about nothing."""
    kind, status = command.kind, case.status
    if status is Status.CLOSED and kind in _FOR_OPEN:
        return refusal("closed", status=str(case.outcome or status))
    if status is Status.ANSWERED and kind in (CommandKind.DONE, CommandKind.ACK):
        return refusal("answered")
    if status in (Status.OPEN, Status.DECIDED) and kind is CommandKind.REOPEN:
        return refusal("open")
    if kind is CommandKind.SNOOZE and case.clock is None:
        return refusal("nothing_due")
    if kind is CommandKind.SNOOZE and (command.until is None or command.until <= now):
        return refusal("too_late")
    if kind is CommandKind.EVIDENCE and not reply.attachments:
        return refusal("no_files")
    return None


def people_called(name: str, team: Team, who: Person) -> Sequence[Person]:
    """The people that a written name can mean: the exact name or address, else the beginning of one of its words."""
    wanted = " ".join(name.lower().split())
    if wanted in _MYSELF:
        return [who]
    exact = [person for person in team.people if wanted in (person.name.lower(), person.address.lower())]
    if exact or not wanted:
        return exact
    return [
        person
        for person in team.people
        if wanted in person.name.lower().split() or person.address.lower().partition("@")[0] == wanted
    ]


def _note(command: Command, reply: Reply) -> str:
    """What the trail keeps: the remark, and what has no act of its own."""
    said = {
        CommandKind.NOTE: command.argument,
        CommandKind.WRONG: f"classified wrongly: should be {command.argument}",
        CommandKind.EVIDENCE: "evidence: "
        + ", ".join(f"{f.filename or 'a file'} ({f.size} bytes, {f.sha256[:12]})" for f in reply.attachments),
    }.get(command.kind, "")
    return "; ".join(part for part in (said, command.remark) if part)


def _answer(command: Command, reply: Reply, who: Person, holder: Person | None) -> Answer:
    values = {
        "who": who.name,
        "person": holder.name if holder else "",
        "kind": command.argument,
        "count": str(len(reply.attachments)),
    }
    is_help = command.kind is CommandKind.HELP
    return Answer(key=command.kind.value, obeyed=True, values=values, until=command.until, with_help=is_help)
