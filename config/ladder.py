"""The ladder as policy data: shipped ladder.toml, overridden key by key, every problem told at once."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from config.problems import Problem, unknown_key
from config.vocabulary import CASE_KINDS, Basis, Kind

AUDIENCES = ("holder", "on_call", "lead", "team")
LETTERS = ("reminder", "page", "lead", "overdue")
"""What a notice is, mildest first; a reminder pages nobody."""
APPEAL = "appeal"
BASES = (*(basis.value for basis in Basis), APPEAL)
MOMENTS = ("gone", "left", "over")
STEP_KEYS = frozenset({*MOMENTS, "to", "every", "most", "letter", "channels"})
OWN = "own"
"""In a step's channels: those of whoever is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """One step: exactly one of the three moments, and to whom it goes."""

    name: str
    gone: int | None = None
    """Percent of the time between reading and the deadline."""
    left: timedelta | None = None
    over: timedelta | None = None
    every: timedelta | None = None
    most: int = 1
    """How often the step comes, the first time included."""
    to: tuple[str, ...] = ("on_call",)
    letter: str = "page"
    channels: tuple[str, ...] | None = None
    """Where it goes beside mail, OWN for the person's; null for the person's own unless it is a mere reminder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """All steps, and the rules that hold for all of them."""

    steps: Mapping[str, tuple[LadderStep, ...]]
    """By "basis" and by "kind.basis", the latter complete."""
    before_close: timedelta
    near: timedelta
    quiet: tuple[time, time] | None
    snooze_margin: timedelta
    next_after: timedelta
    next_most: int
    late_after: timedelta
    letters_per_hour: int
    storm_cases: int

    def steps_for(self, kind: Kind, basis: str) -> tuple[LadderStep, ...]:
        """The steps of a clock; `basis` is one of BASES."""
        return self.steps.get(f"{kind.value}.{basis}") or self.steps[basis]


_DURATION = re.compile(r"(\d{1,5}) (minute|hour|day)s?")
_QUIET = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
_DURATIONS = ("before_close", "near", "snooze_margin", "next_after", "late_after")
_COUNTS = ("next_most", "letters_per_hour", "storm_cases")


def parse_span(text: str) -> timedelta:
    """Read "30 minutes", "12 hours" or "3 days"; ValueError for anything else."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'must be a text such as "30 minutes", "12 hours" or "3 days"; it is {json.dumps(text)}')
    return timedelta(**{f"{match[2]}s": int(match[1])})


def parse_quiet(text: str) -> tuple[time, time] | None:
    """Read quiet hours such as "22:00-07:00"; "" for none; ValueError for anything else."""
    if not text:
        return None
    match = _QUIET.fullmatch(text)
    if match is None:
        raise ValueError(f'must be a text such as "22:00-07:00", or "" for none; it is {json.dumps(text)}')
    return time.fromisoformat(match[1]), time.fromisoformat(match[2])


def ladder_table() -> dict[str, Any]:
    """The shipped ladder.toml as plain tables, a fresh copy each time."""
    return tomllib.loads(files("config").joinpath("data/ladder.toml").read_text(encoding="utf-8"))


@cache
def default_ladder() -> Ladder:
    """The ladder as shipped."""
    return _ladder(ladder_table())


def override_ladder(own: Mapping[str, Any], *, path: Path) -> tuple[Ladder | None, list[Problem]]:
    """The shipped ladder with the keys of `own` in their place; a step that is `false` is left out."""
    table, problems = ladder_table(), []
    tables = {*BASES, *(f"{kind.value}.{basis}" for kind in CASE_KINDS for basis in BASES)}
    for key, value in _flat(own):
        if key in tables and isinstance(value, Mapping):
            table[key] = _merged(table.get(key, {}), value)
        elif key in tables or key not in table:
            fault = "must be a table of steps" if key in tables else unknown_key(key, {*table, *BASES})
            problems.append(Problem(path=path, key=f"ladder.{key}", message=fault))
        else:
            table[key] = value
    problems += [Problem(path=path, key=f"ladder.{key}", message=message) for key, message in faults(table)]
    return (None if problems else _ladder(table)), problems


def _flat(own: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The keys of the table, [ladder.chargeback.stated] read as [ladder."chargeback.stated"]."""
    for key, value in own.items():
        if key in CASE_KINDS and isinstance(value, Mapping):
            yield from ((f"{key}.{basis}", steps) for basis, steps in value.items())
        else:
            yield key, value


def _merged(shipped: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Step by step, and within a step key by key; a new moment takes the place of the old one."""
    steps = dict(shipped)
    for name, step in own.items():
        before = steps.get(name)
        if isinstance(step, Mapping) and isinstance(before, Mapping):
            kept = {k: v for k, v in before.items() if k not in MOMENTS or not set(step) & set(MOMENTS)}
            steps[name] = {**kept, **step}
        else:
            steps[name] = step
    return steps


def faults(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong in a complete table, as (key, sentence)."""
    for key in _DURATIONS:
        yield from _fault(key, parse_span, table[key])
    yield from _fault("quiet", parse_quiet, table["quiet"])
    for key in _COUNTS:
        if not isinstance(table[key], int) or isinstance(table[key], bool) or table[key] < 0:
            yield key, "must be a whole number, not negative"
    for name, steps in table.items():
        if isinstance(steps, Mapping):
            whole = _merged(table[name.partition(".")[2]], steps) if "." in name else steps
            for step in steps:
                yield from _step_faults(f"{name}.{step}", whole[step])


def _step_faults(key: str, row: object) -> Iterator[tuple[str, str]]:
    if row is False:
        return
    if not isinstance(row, Mapping):
        yield key, 'must be a table such as { left = "12 hours", to = ["on_call"] }, or false'
        return
    for name in row:
        if name not in STEP_KEYS:
            yield f"{key}.{name}", unknown_key(name, STEP_KEYS)
    if sum(name in row for name in MOMENTS) != 1:
        yield key, "must have exactly one moment: gone, left or over"
    if "gone" in row and not (isinstance(row["gone"], int) and 0 < row["gone"] < 100):
        yield f"{key}.gone", "must be a percentage from 1 to 99"
    for name in ("left", "over", "every"):
        if name in row:
            yield from _fault(f"{key}.{name}", parse_span if name == "over" else _positive, row[name])
    if not (isinstance(row.get("most", 1), int) and 1 <= row.get("most", 1) <= 100):
        yield f"{key}.most", "must be a whole number from 1 to 100"
    to = row.get("to")
    if not isinstance(to, list) or not to or any(each not in AUDIENCES for each in to):
        yield f"{key}.to", f"must be a list of one or more of {', '.join(AUDIENCES)}: a step needs somebody to go to"
    channels = row.get("channels", [])
    if not isinstance(channels, list) or any(not isinstance(each, str) for each in channels):
        yield f"{key}.channels", 'must be a list of channels such as ["own", "chat"], or [] for mail alone'
    if row.get("letter", "page") not in LETTERS:
        yield f"{key}.letter", f"must be one of {', '.join(LETTERS)}"


def _positive(text: str) -> timedelta:
    if not (span := parse_span(text)):
        raise ValueError("must be longer than nothing")
    return span


def _fault(key: str, parse: Callable[[str], object], value: object) -> Iterator[tuple[str, str]]:
    try:
        parse(str(value))
    except ValueError as error:
        yield key, str(error)


def _ladder(table: Mapping[str, Any]) -> Ladder:
    steps = {basis: _steps(table[basis]) for basis in BASES}
    for name, rows in table.items():
        if "." in name:
            steps[name] = _steps(_merged(table[name.partition(".")[2]], rows))
    return Ladder(
        steps=MappingProxyType(steps),
        before_close=parse_span(table["before_close"]),
        near=parse_span(table["near"]),
        quiet=parse_quiet(table["quiet"]),
        snooze_margin=parse_span(table["snooze_margin"]),
        next_after=parse_span(table["next_after"]),
        next_most=table["next_most"],
        late_after=parse_span(table["late_after"]),
        letters_per_hour=table["letters_per_hour"],
        storm_cases=table["storm_cases"],
    )


def _steps(rows: Mapping[str, Any]) -> tuple[LadderStep, ...]:
    return tuple(_step(name, row) for name, row in rows.items() if row is not False)


def _step(name: str, row: Mapping[str, Any]) -> LadderStep:
    spans = {key: parse_span(row[key]) for key in ("left", "over", "every") if key in row}
    usual = "reminder" if "gone" in row else "overdue" if "over" in row else "lead" if row["to"] == ["lead"] else "page"
    return LadderStep(
        name=name,
        gone=row.get("gone"),
        most=row.get("most", 1) if "every" in row else 1,
        to=tuple(row["to"]),
        letter=row.get("letter", usual),
        channels=tuple(row["channels"]) if "channels" in row else None,
        **spans,
    )
