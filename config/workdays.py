"""Which days are worked: public holidays by country, and make-up working days (调休) where a country has them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

WITH_TABLES = frozenset({"CN"})
"""Countries whose working days are announced year by year; without the year's table they can only be guessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTable:
    """One announced year: days off, and weekend days that are worked."""

    free: frozenset[date]
    working: frozenset[date]


@cache
def year_tables(country: str) -> dict[int, YearTable]:
    """The announced years that ship for a country; empty for one that has no such tables."""
    if country not in WITH_TABLES:
        return {}
    text = files("config").joinpath(f"data/workdays/{country.lower()}.toml").read_text(encoding="utf-8")
    return {
        int(year): YearTable(free=days_of(row["free"]), working=days_of(row["working"]))
        for year, row in tomllib.loads(text).items()
    }


def days_of(written: Iterable[str]) -> frozenset[date]:
    """Days written as "2026-05-01" or "2026-05-01/2026-05-05", both ends included; ValueError for anything else."""
    return frozenset(day for text in written for day in _period(text))


def _period(text: str) -> Iterator[date]:
    first, _, last = text.partition("/")
    begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    if end < begin or end - begin > timedelta(days=366):
        raise ValueError(f'{text!r} is no period: write it like "2026-05-01/2026-05-05"')
    return (begin + timedelta(days=step) for step in range((end - begin).days + 1))


def is_holiday(day: date, country: str | None, subdivision: str | None) -> bool:
    """Whether the public is off: by the announced table of the year where there is one, else by the library."""
    if country is None:
        return False
    table = year_tables(country).get(day.year)
    return day in table.free if table else day in _library(country, subdivision, day.year)


def is_made_up(day: date, country: str | None) -> bool:
    """Whether a weekend day is worked in exchange for a day off."""
    table = year_tables(country).get(day.year) if country else None
    return table is not None and day in table.working


@cache
def _library(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    import holidays  # loaded only for teams that name a country: it costs memory

    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


def place_fault(country: str, subdivision: str | None) -> str | None:
    """What is wrong with a country and its subdivision; null when their holidays are known."""
    import holidays

    known = holidays.list_supported_countries()
    if country not in known:
        return f'no holidays are known for the country "{country}"; give two letters such as "DE"'
    if subdivision is not None and subdivision not in known[country]:
        return f'"{subdivision}" is no subdivision of {country}; known: {", ".join(known[country]) or "none"}'
    return None
