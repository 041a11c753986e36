"""`cases ack`, `mine`, `assign`, `done`, `snooze`, `note`, `won`, `lost`, `reopen`: the same acts as by reply."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from classifiers.commands import Command, CommandKind, read_command
from config.settings import Settings
from config.vocabulary import Outcome, Status
from daemon.acting import act_in
from daemon.acts import ActKind
from daemon.cases import Case
from daemon.deeds import Scene, carry_out
from daemon.faults import Refused
from daemon.handover import Done, Request
from daemon.ladder import snooze_end
from daemon.moments import plan_of, running
from daemon.roster import roster_of
from daemon.storage import casefile, notice_rows
from daemon.storage.store import Store
from daemon.terminal import instant
from daemon.word import Word, tell_others
from daemon.workspace import settings_if_any

ACTS: dict[str, tuple[ActKind, Outcome | None]] = {
    "ack": (ActKind.ACKNOWLEDGED, None),
    "mine": (ActKind.TAKEN, None),
    "assign": (ActKind.ASSIGNED, None),
    "done": (ActKind.ANSWERED, None),
    "snooze": (ActKind.SNOOZED, None),
    "note": (ActKind.NOTED, None),
    "won": (ActKind.CLOSED, Outcome.WON),
    "lost": (ActKind.CLOSED, Outcome.LOST),
    "reopen": (ActKind.REOPENED, None),
}
"""The command's name, the act and, for a closing, the outcome."""

SAY = "say"
"""The deed's name for the running service."""

_LIVE = frozenset({ActKind.ACKNOWLEDGED, ActKind.TAKEN, ActKind.ASSIGNED, ActKind.ANSWERED, ActKind.SNOOZED})
"""Acts that mean nothing on a closed case."""


def say(
    command: str,
    number: str,
    *,
    by: str | None,
    person: str = "",
    when: str = "",
    note: str = "",
    now: datetime | None,
    settings_path: Path | None,
    database: str | None,
) -> int:
    """Record what somebody says about a case and print how it stands then; Refused when it cannot be said."""
    settings = settings_if_any(settings_path)
    who = _name(by or _login(settings), settings)
    arguments = {
        "command": command,
        "number": number,
        "by": who,
        "person": _name(person, settings) if person else "",
        "when": when,
        "note": note,
    }
    done = carry_out(SAY, say_it, arguments, settings=settings, database=database, now=now)
    print(done.text)
    return done.status


def say_it(scene: Scene, request: Request) -> Done:
    """Record what was said; the others on the case hear of it as of a reply."""
    said, settings, now, store = request.arguments, scene.settings, scene.now, scene.store
    what, outcome = ACTS[said["command"]]
    who, to = _name(said["by"], settings), _name(said["person"], settings) if said["person"] else ""
    until = _until(said["when"], settings, now) if what is ActKind.SNOOZED else None
    case = store.case(said["number"], now)
    if case is None:
        raise Refused(f"there is no case {said['number']}; `claimclock cases list --all` names them all")
    _check(case, what)
    terms = scene.desk.terms
    with store.write() as tx:
        case_id = casefile.id_of(case.number)
        assert case_id is not None, "the case has a number of ours"
        done = act_in(
            tx, case_id, what, by=who, now=now, terms=terms, outcome=outcome, note=said["note"], person=to, until=until
        )
        assert done is not None, "the case was there, and nobody else writes"
        identity = f"command:{case.number}:{what}:{now.isoformat()}"
        word = Word(command=CommandKind(said["command"]), who=who, remark=said["note"], holder=to, identity=identity)
        told = tell_others(tx, word, done, case_id, scene.desk, now)
    heard = f"\n{told} {'others hear' if told > 1 else 'other hears'} of it by mail" if told else ""
    return Done(
        text=f"{done.number}: {_told(what, who, to)}{_until_when(store, done, until, settings, now)}; "
        f"{_standing(done)}{heard}"
    )


def _login(settings: Settings | None) -> str:
    login = getpass.getuser()
    known = [person.name for person in settings.team.people] if settings else []
    if known and login.casefold() not in {name.casefold() for name in known}:
        raise Refused(f"who says so? name yourself with --as, one of: {', '.join(known)}")
    return login


def _name(written: str, settings: Settings | None) -> str:
    """The name as the team list has it; any name without settings."""
    if settings is None:
        return written
    people = {person.name.casefold(): person.name for person in settings.team.people}
    people |= {person.address.casefold(): person.name for person in settings.team.people}
    found = people.get(written.strip().casefold())
    if found is None:
        raise Refused(f"{written} is nobody in the team; known: {', '.join(dict.fromkeys(people.values()))}")
    return found


def _until(when: str, settings: Settings | None, now: datetime) -> datetime:
    """An ISO 8601 instant, or the words that a reply takes, on the team's clock."""
    zone = ZoneInfo(settings.team.time_zone if settings else "UTC")
    try:
        until = datetime.fromisoformat(when)
        until = (until if until.tzinfo else until.replace(tzinfo=zone)).astimezone(UTC)
    except ValueError:
        read = read_command(f"snooze {when}", now=now, zone=zone)
        if not isinstance(read, Command) or read.until is None:
            raise Refused(f'"{when}" is no time; write "3h", "tomorrow 9:00" or 2026-11-25T09:00') from None
        until = read.until
    if until <= now:
        raise Refused(f"{until:%Y-%m-%d %H:%M} UTC is over already")
    return until


def _check(case: Case, what: ActKind) -> None:
    if case.status is Status.CLOSED and what in _LIVE | {ActKind.CLOSED}:
        raise Refused(
            f"{case.number} is closed ({case.outcome}); reopen it first: claimclock cases reopen {case.number}"
        )
    if case.status in (Status.OPEN, Status.DECIDED) and what is ActKind.REOPENED and not case.is_hushed:
        raise Refused(f"{case.number} is not closed: it is {case.status}")
    if case.status is Status.ANSWERED and what is ActKind.ANSWERED:
        raise Refused(f"{case.number} is answered already")
    if case.clock is None and what is ActKind.SNOOZED:
        raise Refused(f"nothing is due for {case.number}, so there is nothing to snooze")


def _told(what: ActKind, who: str, to: str) -> str:
    return f"assigned to {to} by {who}" if to else f"{what.value} by {who}"


def _until_when(store: Store, case: Case, until: datetime | None, settings: Settings | None, now: datetime) -> str:
    """For a snooze: its real end, which the ladder may bring forward."""
    if until is None or settings is None:
        return ""
    case_id, armed = casefile.id_of(case.number), running(case, now)
    assert case_id is not None, "the case has a number of ours"
    with store.read() as tx:
        account = notice_rows.open_cases(tx, [case_id])[0].account
    if armed is None:
        return ""
    end = snooze_end(plan_of(case, armed, account, roster_of(settings)), case.said[-1])
    if end is None:
        return ", without effect: no step would help later"
    shown = instant(end, ZoneInfo(settings.team.time_zone), near=now)
    return f" until {shown}" + ("" if end == until else ", the latest that leaves a step time to help")


def _standing(case: Case) -> str:
    holder = f", held by {case.holder}" if case.holder else ""
    outcome = f" {case.outcome}" if case.outcome else ""
    due = f", answer by {case.clock.respond_by:%Y-%m-%d %H:%M} UTC" if case.clock else ", nothing is due"
    return f"{case.status}{outcome}{holder}{due}"
