"""The shape of what the settings file says about people's time: working time, turns, overrides, absences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from config.calendars import Span, Week
from config.ladder import parse_quiet
from config.schema_base import Line, Store, Table, Zone
from config.workdays import days_of, place_fault

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")
HOURS = 'a table such as { mon = "09:00-18:00", tue = "09:00-12:00, 13:00-17:00" }; a day that is missing is free'
DAYS = 'a list such as ["2027-02-06", "2027-10-01/2027-10-07"]'


def _hours(value: dict[str, str]) -> dict[str, str]:
    for day, text in value.items():
        if day not in WEEKDAYS:
            raise ValueError(f"{day} is no day; write {', '.join(WEEKDAYS)}")
        if any(not _SPAN.fullmatch(part.strip()) for part in text.split(",")):
            raise ValueError(f'must be {HOURS}; "{text}" is none')
    return value


def _days(value: list[str]) -> list[str]:
    try:
        days_of(value)
    except ValueError as error:
        raise ValueError(f"must be {DAYS}") from error
    return value


def _quiet(value: str) -> str:
    parse_quiet(value)
    return value


def _clock(value: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError('must be a time such as "09:00"')
    return value


Hours = Annotated[dict[str, str], AfterValidator(_hours)]
Days = Annotated[list[str], AfterValidator(_days)]
Quiet = Annotated[str, AfterValidator(_quiet)]
Clock = Annotated[str, AfterValidator(_clock)]


class PlaceTable(Table):
    """Where the public is off."""

    country: Line | None = Field(None, description='two letters such as "DE", for public holidays')
    subdivision: Line | None = Field(None, description='a state or province such as "BY"')

    @model_validator(mode="after")
    def _known(self) -> PlaceTable:
        if self.country is not None and (fault := place_fault(self.country, self.subdivision)):
            raise ValueError(fault)
        return self


class WorkingTimeTable(PlaceTable):
    """When the team works."""

    hours: Hours | None = Field(None, description=HOURS)
    working_days: Days = Field([], description=DAYS)
    free_days: Days = Field([], description=DAYS)


class QueueTable(Table):
    """People who take turns."""

    name: Line = Field(description="a short name")
    calendar: Line | None = Field(None, description='the path of an iCalendar file such as "oncall.ics"')
    members: list[Line] = Field([], validate_default=True, description='a list of names such as ["Ana", "Bo"]')
    start: date | None = Field(
        None, validate_default=True, description="the day of the first member's first turn, such as 2026-11-02"
    )
    hand_over: Clock = Field("09:00", description='a time such as "09:00"')
    time_zone: Zone | None = Field(None, description='a zone such as "Europe/Berlin"')
    turn_days: int = Field(7, ge=1, le=366, description="a whole number of days")
    leads: list[Line] = Field([], description='a list of names such as ["Cleo"]')
    marketplaces: list[Store] = Field([], description='a list of stores such as ["DE", "FR"]')
    accounts: list[Line] = Field([], description="a list of the accounts' names")

    @field_validator("members", "start")
    @classmethod
    def _turns_or_calendar(cls, value: Any, info: ValidationInfo) -> Any:
        if not value and info.data.get("calendar") is None:
            raise ValueError("is missing; give it, or the path of a calendar that says who is on call")
        return value


class PeriodTable(Table):
    """Somebody from one moment to another: days are the team's and include the last one."""

    who: Line = Field(description="the name of one of the people")
    from_: date | datetime = Field(alias="from", description="a day such as 2026-12-24 or a moment without quotes")
    until: date | datetime = Field(description="a day (included) or a moment without quotes")


class OverrideTable(PeriodTable):
    """Somebody is on call in place of another."""

    rota: Line | None = Field(None, description="the name of a rota; left out, it holds for all")


class TimeTables(Table):
    """Everything about people's time, checked by itself: the other tables of the file do not need it."""

    working_time: WorkingTimeTable = Field(
        default_factory=lambda: WorkingTimeTable.model_validate({}), description="a table"
    )
    rota: list[QueueTable] = Field([], description="one [[rota]] table a queue")
    overrides: list[OverrideTable] = Field([], description="one [[overrides]] table each")
    absences: list[PeriodTable] = Field([], description="one [[absences]] table each")

    @field_validator("rota")
    @classmethod
    def _own_names(cls, value: list[QueueTable]) -> list[QueueTable]:
        names = [queue.name for queue in value]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"the name {twice} stands there twice; each rota needs its own")
        return value


TIME_TABLES: Mapping[str, type[Table]] = {
    "working_time": WorkingTimeTable, "rota": QueueTable, "overrides": OverrideTable, "absences": PeriodTable,
}  # fmt: skip


def time_part(document: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of the file that stand here."""
    return {name: document[name] for name in TIME_TABLES if name in document}


def week_of(hours: Mapping[str, str]) -> Week:
    """Checked hours as spans of Monday to Sunday."""
    return tuple(tuple(_span(part) for part in hours.get(day, "").split(",") if part.strip()) for day in WEEKDAYS)


def _span(text: str) -> Span:
    start, _, end = text.strip().partition("-")
    return time.fromisoformat(start), time.min if end == "24:00" else time.fromisoformat(end)
