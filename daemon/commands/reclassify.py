"""`cases reclassify`: what a case or a mail really is; filed anew, and kept to learn from."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from classifiers.commands import CommandKind
from config.commands import command_words
from config.vocabulary import EVENTS_OF_KIND, Event, Kind
from daemon.cases import Case
from daemon.commands.acts import _login, _name
from daemon.corrections import CannotCorrect, Corrected, Saying, correct_case, correct_mail
from daemon.deeds import Scene, carry_out
from daemon.desk import Desk
from daemon.faults import Refused
from daemon.handover import Done, Request
from daemon.storage import casefile, correction_rows
from daemon.storage.correction_rows import JudgedRow
from daemon.storage.engine import Transaction
from daemon.storage.message_rows import mail_id_of
from daemon.word import Word, tell_others
from daemon.workspace import settings_if_any

RECLASSIFY = "reclassify"
"""The deed's name for the running service."""

_WHY = {
    "no_case": "there is no case {what}; `claimclock cases list --all` names them all",
    "replaced": "{what} was followed by {newer}: correct that one",
    "same_kind": "{what} is of the kind {kind} already",
    "no_text": "the mail of {what} has been erased (see [retention]) and cannot be read again",
}


def reclassify(
    what: str,
    kind: str,
    *,
    event: str | None,
    by: str | None,
    note: str,
    as_json: bool,
    now: datetime | None,
    settings_path: Path | None,
    database: str | None,
) -> int:
    """Correct a case or a mail, and print where its mails are filed now."""
    settings = settings_if_any(settings_path)
    is_kind = kind_of(kind)
    arguments = {
        "what": what,
        "kind": is_kind.value,
        "event": event_of(is_kind, event),
        "by": _name(by or _login(settings), settings),
        "note": note,
        "json": as_json,
    }
    done = carry_out(RECLASSIFY, reclassify_it, arguments, settings=settings, database=database, now=now)
    print(done.text)
    return done.status


def reclassify_it(scene: Scene, request: Request) -> Done:
    """Correct it in one transaction, then write to the team about what was filed."""
    said = request.arguments
    kind = kind_of(said["kind"])
    saying = Saying(
        kind=kind,
        event=event_of(kind, said["event"]),
        by=_name(said["by"], scene.settings),
        note=said["note"],
        at=scene.now,
        now=scene.now,
    )
    with scene.store.write() as tx:
        try:
            done = _corrected(tx, scene.desk, said["what"], saying)
        except CannotCorrect as why:
            raise Refused(_WHY[why.key].format(what=said["what"], **why.values)) from None
        _tell(tx, scene, done, saying)
    if done.filed:
        scene.process()
    return Done(text=json.dumps(_json(done, kind)) if said["json"] else "\n".join(told(done, kind)))


def _tell(tx: Transaction, scene: Scene, done: Corrected, saying: Saying) -> None:
    """The others on the case that was corrected hear of it, as of a reply."""
    case_id = casefile.id_of(done.left.number) if done.left is not None else None
    if done.left is None or case_id is None:
        return
    identity = f"command:{done.left.number}:wrong:{saying.now.isoformat()}"
    word = Word(
        command=CommandKind.WRONG,
        who=saying.by,
        remark=saying.note,
        holder="",
        identity=identity,
        kind=saying.kind.value,
    )
    tell_others(tx, word, done.filed[0] if done.filed else done.left, case_id, scene.desk, saying.now)


def _corrected(tx: Transaction, desk: Desk, what: str, saying: Saying) -> Corrected:
    number = casefile.id_of(what)
    if number is not None:
        return correct_case(tx, desk, number, saying)
    rows = _mails(tx, what)
    if not rows:
        raise Refused(
            f"{what} is neither a case (CC-000123) nor a mail: a number from `claimclock review` (M-000123), "
            "or the Message-ID of one that was read"
        )
    results = [correct_mail(tx, desk, row, saying) for row in rows]
    return Corrected(
        mails=sum(each.mails for each in results),
        left=next((each.left for each in results if each.left), None),
        filed=tuple({case.number: case for each in results for case in each.filed}.values()),
        forged=any(each.forged for each in results),
    )


def _mails(tx: Transaction, what: str) -> list[JudgedRow]:
    number = mail_id_of(what)
    if number is not None:
        row = correction_rows.by_id(tx, number)
        return [row] if row else []
    return correction_rows.by_message_id(tx, what.strip().removeprefix("<").removesuffix(">"))


def kind_of(name: str) -> Kind:
    """The kind of that name, as the contract writes it or a person in a reply."""
    wanted = name.strip().lower()
    spoken = next((kind for phrase, kind in command_words().kinds if phrase == wanted), wanted)
    if spoken not in set(Kind):
        raise Refused(f"{name} is no kind; the kinds are: {', '.join(Kind)}")
    return Kind(spoken)


def event_of(kind: Kind, name: str | None) -> Event | None:
    """The event of that name, which such a kind must be able to carry; null to read it from the mail."""
    if name is None:
        return None
    known = sorted(EVENTS_OF_KIND.get(kind, ()))
    wanted = name.strip().lower()
    if wanted not in known:
        raise Refused(f"{name} is no event of {kind}: {', '.join(known) if known else 'it has none'}")
    return Event(wanted)


def told(done: Corrected, kind: Kind) -> list[str]:
    """What became of it, a sentence a line."""
    lines = [f"{done.mails} mail{'s are' if done.mails > 1 else ' is'} now: {kind}"]
    if done.left is not None:
        lines.append(_standing(done.left))
    lines += [_standing(case) for case in done.filed]
    if done.forged:
        lines.append("A suspicious mail files no case, whatever it is.")
    return lines


def _standing(case: Case) -> str:
    due = f", answer by {case.clock.respond_by:%Y-%m-%d %H:%M} UTC" if case.clock else ", nothing is due"
    return f"{case.number}: {case.kind}, {case.status}{due}"


def _json(done: Corrected, kind: Kind) -> dict[str, object]:
    return {
        "kind": kind.value,
        "mails": done.mails,
        "left": done.left.number if done.left else None,
        "filed": [case.number for case in done.filed],
        "suspicious": done.forged,
    }
