"""An answer to a letter about several matters: a command on the cases that it lists, or verdicts on its mails.

Nothing is done on a case that the letter does not list. What closes a case or changes it for good needs the case named;
to have seen, taken, given away or put off may be meant of all. Doubt about one line is doubt about all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from classifiers.commands import Command, CommandKind, Doubtful, NoCommand, read_command
from classifiers.verdicts import Unclear, Verdict, read_verdicts
from config.settings import Person, Team
from config.vocabulary import Kind
from daemon.cases import Case
from daemon.corrections import CannotCorrect, Corrected, Saying, correct_mail
from daemon.desk import Desk, Post
from daemon.obeying import Hearing, Obeyed, obey, refusal
from daemon.replies import Reply
from daemon.storage import bundle_rows, casefile, correction_rows, reply_rows
from daemon.storage.bundle_rows import Item
from daemon.storage.engine import Transaction
from daemon.word import zone_of
from responders.answer import Answer

_OF_ALL = frozenset({CommandKind.ACK, CommandKind.MINE, CommandKind.ASSIGN, CommandKind.SNOOZE, CommandKind.HELP})
"""What may be said without naming a case: it closes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """What became of one case or mail; the case is null for a mail that files none."""

    answer: Answer
    case: Case | None = None
    case_id: int | None = None
    command: Command | None = None
    obeyed: Obeyed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Who answers which letter, and when."""

    tx: Transaction
    raw_id: int
    reply: Reply
    who: Person
    bundle: int
    team: Team
    desk: Desk
    post: Post
    at: datetime
    now: datetime


def hear_several(scope: Scope, *, is_expired: bool) -> tuple[One, ...]:
    """What became of everything that the reply speaks of; a single refusal when it speaks of nothing certain."""
    listed = bundle_rows.items(scope.tx, scope.bundle)
    verdicts = _verdicts(scope.reply.fresh, listed)
    said = read_command(scope.reply.fresh, now=scope.at, zone=zone_of(scope.who, scope.post))
    if not listed:
        return _refused("no_case")
    if is_expired:
        return _refused("expired")
    if isinstance(verdicts, Unclear):
        return _refused("verdict", line=verdicts.line[:60])
    if verdicts is not None:
        return _decide(scope, listed, verdicts)
    if not any(item.case_id for item in listed) and not (isinstance(said, Command) and said.kind is CommandKind.HELP):
        return _refused("verdict", line=scope.reply.fresh.partition("\n")[0][:60])
    if isinstance(said, NoCommand):
        return _refused("no_command_here")
    if isinstance(said, Doubtful):
        return _refused(said.why.value, line=said.line[:60], word=said.kind.value)
    return _obey(scope, listed, said)


def _verdicts(fresh: str, listed: Sequence[Item]) -> tuple[Verdict, ...] | Unclear | None:
    """What is decided about the mails that a letter lists; a letter about a single mail needs no number."""
    mails = [item for item in listed if item.message is not None]
    if not mails:
        return None
    found = read_verdicts(fresh)
    if found is None and len(listed) == 1:
        line, _, rest = fresh.strip().partition("\n")
        alone = read_verdicts(f"{mails[0].code} {line}\n{rest}")
        return alone if not isinstance(alone, Unclear) else None
    return found


def _refused(key: str, **values: str) -> tuple[One, ...]:
    return (One(answer=refusal(key, **values)),)


def _obey(scope: Scope, listed: Sequence[Item], said: Command) -> tuple[One, ...]:
    """One command on the named cases, or on all that the letter lists."""
    cases = [item for item in listed if item.case_id is not None]
    numbers = {item.code for item in cases}
    if strangers := [number for number in said.cases if number not in numbers]:
        return _refused("not_listed", named=strangers[0])
    if said.kind is CommandKind.HELP:
        return (One(answer=Answer(key="help_here", obeyed=True, values={}, with_help=True)),)
    if not said.cases and (said.kind not in _OF_ALL or not cases):
        example = next((item.code for item in cases), "CC-000123")
        return _refused("name_case" if cases else "no_cases", word=said.kind.value, named=example)
    chosen = [item for item in cases if not said.cases or item.code in said.cases]
    if said.kind is CommandKind.DRAFT and len(chosen) > 1:
        return _refused("two")
    return tuple(_obey_one(scope, item, said) for item in chosen)


def _obey_one(scope: Scope, item: Item, said: Command) -> One:
    assert item.case_id is not None, "only cases are chosen"
    found = casefile.find(scope.tx, item.case_id, scope.now)
    case_id = casefile.id_of(found[0].number) if found else None
    if found is None or case_id is None:
        return One(answer=refusal("no_case"))
    if newer := reply_rows.successor(scope.tx, case_id):
        return One(answer=refusal("replaced", newer=newer), case=found[0], case_id=case_id)
    obeyed = obey(
        Hearing(
            tx=scope.tx,
            command=said,
            case=found[0],
            case_id=case_id,
            reply=scope.reply,
            raw_id=scope.raw_id,
            who=scope.who,
            team=scope.team,
            desk=scope.desk,
            at=scope.at,
            now=scope.now,
        )
    )
    return One(answer=obeyed.answer, case=obeyed.case, case_id=case_id, command=said, obeyed=obeyed)


def _decide(scope: Scope, listed: Sequence[Item], verdicts: Sequence[Verdict]) -> tuple[One, ...]:
    """Verdicts on mails of the review list, each under its code."""
    mails = {item.code: item for item in listed if item.message is not None}
    if strangers := [verdict.code for verdict in verdicts if verdict.code not in mails]:
        return _refused("no_code", code=strangers[0])
    return tuple(_decide_one(scope, mails[verdict.code], verdict) for verdict in verdicts)


def _decide_one(scope: Scope, item: Item, verdict: Verdict) -> One:
    assert item.message is not None, "only mails have verdicts"
    if not bundle_rows.is_open(scope.tx, item.message):
        return One(answer=refusal("decided_before", code=item.code))
    decision = verdict.kind.value if verdict.kind else "ignore"
    if verdict.kind is None:
        bundle_rows.dismiss(scope.tx, item.message)
        one = One(answer=Answer(key="ignored", obeyed=True, values={"code": item.code}))
    else:
        one = _corrected(scope, item.code, item.message, verdict.kind, verdict.remark)
    if one.answer.obeyed:
        bundle_rows.decided(scope.tx, scope.bundle, item.code, decision, by=scope.who.name, now=scope.now)
    return one


def _corrected(scope: Scope, code: str, message: int, kind: Kind, remark: str) -> One:
    """The mail is filed as what it is said to be; one that was judged so already leaves the list as it is."""
    row = correction_rows.by_id(scope.tx, message)
    if row is None:
        return One(answer=refusal("no_case"))
    values = {"code": code, "kind": kind.value}
    saying = Saying(kind=kind, by=scope.who.name, note=remark, at=scope.at, now=scope.now)
    try:
        done: Corrected = correct_mail(scope.tx, scope.desk, row, saying)
    except CannotCorrect as why:
        if why.key != "same_kind":
            return One(answer=refusal(why.key, **why.values))
        bundle_rows.dismiss(scope.tx, message)
        return One(answer=Answer(key="confirmed", obeyed=True, values=values))
    case = done.filed[0] if done.filed else None
    key = "decided_forged" if done.forged else "decided_filed" if case else "decided"
    return One(answer=Answer(key=key, obeyed=True, values={**values, "case": case.number if case else ""}), case=case)
