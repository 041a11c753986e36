"""A command on a case: whether it can be obeyed as the case stands, and the act that it becomes.

`OBEYED_BY` is the table of commands: one that needs more than a line in the trail has a function of its own there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from classifiers.commands import Command, CommandKind
from config.settings import Person, Team
from config.vocabulary import Kind, Outcome, Status
from daemon.acting import act_in
from daemon.acts import ActKind
from daemon.cases import Case
from daemon.corrections import CannotCorrect, Saying, correct_case
from daemon.desk import Desk
from daemon.handed_in import hand_in
from daemon.moments import plan_of, running
from daemon.replies import Reply
from daemon.roster import Roster
from daemon.storage import casefile, matter_rows
from daemon.storage.engine import Transaction
from daemon.texts_heard import lesson_of, tone_of
from responders.answer import Answer

_MYSELF = frozenset({"me", "myself", "我", "我自己", "自己"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """A proven command, and all that obeying it may need."""

    tx: Transaction
    command: Command
    case: Case
    """As it stands before the command."""
    case_id: int
    reply: Reply
    raw_id: int
    """The stored mail that the reply is, with its attachments."""
    who: Person
    team: Team
    desk: Desk
    at: datetime
    """When the reply came in: a decision of Amazon's that was mailed later counts as later."""
    now: datetime


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


def obey(hearing: Hearing) -> Obeyed:
    """Do what a proven person says, or tell why not; a refusal leaves the transaction as it was."""
    if why := _hindrance(hearing.command, hearing.case, hearing.reply, hearing.now):
        return Obeyed(answer=why, case=hearing.case)
    return _with_files(hearing, OBEYED_BY[hearing.command.kind](hearing))


def _with_files(hearing: Hearing, obeyed: Obeyed) -> Obeyed:
    """Files that come with an obeyed command are evidence of its case, whatever the command."""
    if not obeyed.answer.obeyed or not hearing.reply.attachments:
        return obeyed
    words, desk = hearing.command.remark, hearing.desk
    found = hand_in(hearing.tx, hearing.raw_id, obeyed.case, words, by=hearing.who.name, desk=desk, now=hearing.now)
    values = {**obeyed.answer.values, "count": str(found.kept)}
    return replace(obeyed, answer=replace(obeyed.answer, more=found.lines, values=values))


def record(
    hearing: Hearing,
    what: ActKind,
    *,
    outcome: Outcome | None = None,
    note: str | None = None,
    holder: Person | None = None,
) -> Obeyed:
    """The command as one act on its case, answered in the command's own words; `note` stands before the remark."""
    command = hearing.command
    acted = act_in(
        hearing.tx,
        hearing.case_id,
        what,
        by=hearing.who.name,
        now=hearing.at,
        terms=hearing.desk.terms,
        outcome=outcome,
        note="; ".join(part for part in (note, command.remark) if part),
        person=holder.name if holder else "",
        until=command.until,
    )
    if acted is None:
        return Obeyed(answer=refusal("no_case"), case=hearing.case)
    return Obeyed(answer=_answer(hearing, holder), case=acted, holder=holder)


def _plain(what: ActKind, outcome: Outcome | None = None) -> Callable[[Hearing], Obeyed]:
    return lambda hearing: record(hearing, what, outcome=outcome)


def _only_answered(hearing: Hearing) -> Obeyed:
    """`help` and `draft` change nothing: whoever answers does what is asked."""
    return Obeyed(answer=_answer(hearing, None), case=hearing.case)


def _assign(hearing: Hearing) -> Obeyed:
    name = hearing.command.argument
    found = people_called(name, hearing.team, hearing.who)
    if len(found) != 1:
        names = ", ".join(person.name for person in hearing.team.people)
        return Obeyed(answer=refusal("nobody", name=name, people=names), case=hearing.case)
    return record(hearing, ActKind.ASSIGNED, holder=found[0])


def _snooze(hearing: Hearing) -> Obeyed:
    """Quiet until then, but never past the point where a step still helps."""
    until, now = hearing.command.until, hearing.now
    end = _latest_end(hearing.tx, hearing.case_id, hearing.case, hearing.desk.roster, now)
    if end is not None and end <= now:
        return Obeyed(answer=refusal("no_room"), case=hearing.case)
    obeyed = record(hearing, ActKind.SNOOZED)
    if obeyed.answer.obeyed and end is not None and until is not None and end < until:
        return replace(obeyed, answer=replace(obeyed.answer, key="snooze_cut", until=end))
    return obeyed


def _note(hearing: Hearing) -> Obeyed:
    return record(hearing, ActKind.NOTED, note=hearing.command.argument)


def _tone(hearing: Hearing) -> Obeyed:
    """Whoever wrote gets the findings; the case stays as it is."""
    return Obeyed(answer=tone_of(hearing.command.argument, hearing.team.language), case=hearing.case)


def _lesson(hearing: Hearing) -> Obeyed:
    said, case = hearing.command.argument, hearing.case
    return Obeyed(answer=lesson_of(hearing.tx, case, said, by=hearing.who.name, now=hearing.at), case=case)


def _wrong(hearing: Hearing) -> Obeyed:
    """The case's mails are filed as what they are; the answer is about the case that they are in then."""
    command, case = hearing.command, hearing.case
    saying = Saying(
        kind=Kind(command.argument), by=hearing.who.name, note=command.remark, at=hearing.at, now=hearing.now
    )
    try:
        done = correct_case(hearing.tx, hearing.desk, hearing.case_id, saying)
    except CannotCorrect as why:
        return Obeyed(answer=refusal(why.key, **why.values), case=case)
    key = "wrong_filed" if done.filed and done.left else "reopen" if done.filed else "wrong"
    values = {"kind": command.argument, "was": case.kind.value, "old": case.number}
    answer = Answer(key="wrong_forged" if done.forged else key, obeyed=True, values=values)
    return Obeyed(answer=answer, case=done.filed[0] if done.filed else done.left or case)


def _evidence(hearing: Hearing) -> Obeyed:
    """The files stay in the stored mail; the trail names them."""
    named = [f"{f.filename or 'a file'} ({f.size} bytes, {f.sha256[:12]})" for f in hearing.reply.attachments]
    return record(hearing, ActKind.NOTED, note="evidence: " + ", ".join(named))


OBEYED_BY: Mapping[CommandKind, Callable[[Hearing], Obeyed]] = {
    CommandKind.ACK: _plain(ActKind.ACKNOWLEDGED),
    CommandKind.MINE: _plain(ActKind.TAKEN),
    CommandKind.ASSIGN: _assign,
    CommandKind.DONE: _plain(ActKind.ANSWERED),
    CommandKind.SNOOZE: _snooze,
    CommandKind.NOTE: _note,
    CommandKind.WON: _plain(ActKind.CLOSED, Outcome.WON),
    CommandKind.LOST: _plain(ActKind.CLOSED, Outcome.LOST),
    CommandKind.REOPEN: _plain(ActKind.REOPENED),
    CommandKind.WRONG: _wrong,
    CommandKind.EVIDENCE: _evidence,
    CommandKind.TONE: _tone,
    CommandKind.LESSON: _lesson,
    CommandKind.DRAFT: _only_answered,
    CommandKind.HELP: _only_answered,
}
"""What each command does; `_hindrance` has let it pass before."""

_FOR_OPEN = frozenset(
    {
        CommandKind.ACK,
        CommandKind.MINE,
        CommandKind.ASSIGN,
        CommandKind.DONE,
        CommandKind.SNOOZE,
        CommandKind.WON,
        CommandKind.LOST,
    }
)
"""Commands that mean nothing on a closed case."""


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
    if status in (Status.OPEN, Status.DECIDED) and kind is CommandKind.REOPEN and not case.is_hushed:
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


def _answer(hearing: Hearing, holder: Person | None) -> Answer:
    command = hearing.command
    values = {
        "who": hearing.who.name,
        "person": holder.name if holder else "",
        "kind": command.argument,
        "count": str(len(hearing.reply.attachments)),
    }
    is_help = command.kind is CommandKind.HELP
    return Answer(key=command.kind.value, obeyed=True, values=values, until=command.until, with_help=is_help)
