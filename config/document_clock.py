"""Working time, turns and ladder back to the tables of the settings file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

from config.calendars import Week
from config.ladder import BASES, Ladder, LadderStep, ladder_table
from config.rota import Queue, Rota
from config.schema_clock import WEEKDAYS


def hours(week: Week) -> dict[str, str]:
    """A week as the settings write it."""
    named = zip(WEEKDAYS, week, strict=True)
    return {day: ", ".join(_span(span) for span in spans) for day, spans in named if spans}


def days(value: Iterable[date]) -> list[str]:
    """Days one by one."""
    return [day.isoformat() for day in sorted(value)]


def rota_document(rota: Rota) -> dict[str, Any]:
    """The tables about turns, those that are there; moments are written with their offset."""
    tables = {
        "rota": [_queue(queue) for queue in rota.queues],
        "overrides": [
            {"who": each.who, "from": each.start, "until": each.end, **({"rota": each.queue} if each.queue else {})}
            for each in rota.overrides
        ],
        "absences": [{"who": each.who, "from": each.start, "until": each.end} for each in rota.absences],
    }
    return {name: rows for name, rows in tables.items() if rows}


def ladder_document(ladder: Ladder) -> dict[str, Any]:
    """The ladder as the tables of ladder.toml; a shipped step that the team left out is `false`."""
    shipped = ladder_table()
    tables: dict[str, Any] = {}
    for name in (*BASES, *(name for name in ladder.steps if name not in BASES)):
        left_out: dict[str, Any] = dict.fromkeys(
            (*shipped.get(name, {}), *shipped[name.partition(".")[2] or name]), False
        )
        tables[name] = left_out | {step.name: _step(step) for step in ladder.steps[name]}
    return {
        "before_close": span(ladder.before_close),
        "near": span(ladder.near),
        "quiet": f"{ladder.quiet[0]:%H:%M}-{ladder.quiet[1]:%H:%M}" if ladder.quiet else "",
        "snooze_margin": span(ladder.snooze_margin),
        "next_after": span(ladder.next_after),
        "next_most": ladder.next_most,
        "late_after": span(ladder.late_after),
        "letters_per_hour": ladder.letters_per_hour,
        "storm_cases": ladder.storm_cases,
        **tables,
    }


def span(value: timedelta) -> str:
    """A duration in the ladder's words: whole days, else whole hours, else minutes."""
    minutes = value // timedelta(minutes=1)
    number, unit = next(
        (minutes // size, unit) for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")) if minutes % size == 0
    )
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _step(step: LadderStep) -> dict[str, Any]:
    moments = {name: getattr(step, name) for name in ("left", "over", "every")}
    written = {name: span(value) for name, value in moments.items() if value is not None}
    gone = {"gone": step.gone} if step.gone is not None else {}
    channels = {"channels": list(step.channels)} if step.channels is not None else {}
    return {**gone, **written, "most": step.most, "to": list(step.to), "letter": step.letter, **channels}


def _queue(queue: Queue) -> dict[str, Any]:
    turns: dict[str, Any] = {"members": list(queue.members), "start": queue.start}
    if queue.calendar is not None:
        turns = {"calendar": queue.calendar.path, "members": list(queue.members)}
    return {
        "name": queue.name,
        **turns,
        "hand_over": f"{queue.hand_over:%H:%M}",
        "time_zone": queue.zone.key,
        "turn_days": queue.turn_days,
        "leads": list(queue.leads),
        "marketplaces": sorted(queue.marketplaces),
        "accounts": sorted(queue.accounts),
    }


def _span(value: tuple[time, time]) -> str:
    start, end = value
    return f"{start:%H:%M}-{'24:00' if end == time.min else f'{end:%H:%M}'}"
