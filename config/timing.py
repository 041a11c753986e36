"""The checked tables about people's time as values: working time, turns, absences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config import settings as typed
from config.business_time import at_local
from config.calendars import NINE_TO_SIX, WorkingTime
from config.ladder import parse_quiet
from config.rota import Absence, Override, Queue, Rota, faults
from config.schema import PersonTable, TeamTable
from config.schema_clock import QueueTable, TimeTables, WorkingTimeTable, week_of
from config.workdays import days_of


def typed_person(person: PersonTable) -> typed.Person:
    """A person of the team list."""
    return typed.Person(
        name=person.name,
        address=person.address,
        time_zone=person.time_zone,
        lead=person.lead,
        week=week_of(person.hours) if person.hours is not None else None,
        country=person.country,
        subdivision=person.subdivision,
        quiet=person.quiet,
        channels=tuple(dict.fromkeys(person.channels)),
        language=person.language,
    )


def working_time(table: WorkingTimeTable, zone: str) -> WorkingTime:
    """The team's working time on the team's clock."""
    return WorkingTime(
        zone=ZoneInfo(zone),
        week=week_of(table.hours) if table.hours is not None else NINE_TO_SIX,
        country=table.country,
        subdivision=table.subdivision,
        working_days=days_of(table.working_days),
        free_days=days_of(table.free_days),
    )


def typed_rota(tables: TimeTables, zone: str) -> Rota:
    """Turns, overrides and absences; moments without an offset are on the team's clock."""
    team = ZoneInfo(zone)
    return Rota(
        queues=tuple(_queue(queue, zone) for queue in tables.rota),
        overrides=tuple(
            Override(who=each.who, start=_from(each.from_, team), end=_until(each.until, team), queue=each.rota)
            for each in tables.overrides
        ),
        absences=tuple(
            Absence(who=each.who, start=_from(each.from_, team), end=_until(each.until, team))
            for each in tables.absences
        ),
    )


def rota_faults(rota: Rota, team: TeamTable, accounts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Names that nobody has and periods that end before they begin, as (key, sentence)."""
    found = faults(rota, [person.name for person in team.people], accounts=list(accounts))
    return tuple((each.place, each.message) for each in found)


def _queue(queue: QueueTable, zone: str) -> Queue:
    return Queue(
        name=queue.name,
        members=tuple(dict.fromkeys(queue.members)),
        start=queue.start or date(2020, 1, 6),
        hand_over=time.fromisoformat(queue.hand_over),
        zone=ZoneInfo(queue.time_zone or zone),
        turn_days=queue.turn_days,
        leads=tuple(dict.fromkeys(queue.leads)),
        marketplaces=frozenset(queue.marketplaces),
        accounts=frozenset(queue.accounts),
    )


def _from(value: date | datetime, zone: ZoneInfo) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else at_local(value.date(), value.time(), zone)
    return at_local(value, time.min, zone)


def _until(value: date | datetime, zone: ZoneInfo) -> datetime:
    """A day is included: the period ends with it."""
    return _from(value if isinstance(value, datetime) else value + timedelta(days=1), zone)


def quiet_of(person: typed.Person, usual: tuple[time, time] | None) -> tuple[time, time] | None:
    """The quiet hours of a person: the own ones where they are given, "" meaning none."""
    return usual if person.quiet is None else parse_quiet(person.quiet)


def work_of(person: typed.Person, team: WorkingTime) -> WorkingTime:
    """The working time of a person: the team's, with whatever the person has otherwise, on the person's clock."""
    return WorkingTime(
        zone=ZoneInfo(person.time_zone) if person.time_zone else team.zone,
        week=person.week if person.week is not None else team.week,
        country=person.country or team.country,
        subdivision=person.subdivision if person.country else team.subdivision,
        working_days=team.working_days,
        free_days=team.free_days,
    )
