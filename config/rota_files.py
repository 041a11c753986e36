"""Calendars of turns on disk: read with the settings, and again when a file has changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from config.rota import Queue
from config.rota_calendar import ShiftCalendar, read_calendar
from config.settings import Person, Settings

MOST_BYTES = 20 * 1024 * 1024


def read_shifts(named: str, base: Path, people: dict[str, str], queue: Queue) -> ShiftCalendar:
    """The file that the settings name, relative to their own directory; OSError when it cannot be read."""
    path = base / Path(named).expanduser()
    if path.stat().st_size > MOST_BYTES:
        return ShiftCalendar(path=named, events=(), problems=(f"{named}: is larger than 20 MB: no rota, surely",))
    return read_calendar(path.read_bytes(), named, people, queue.zone)


def addresses_by_name(people: tuple[Person, ...]) -> dict[str, str]:
    """Who can be named in a calendar."""
    return {person.name: person.address for person in people}


def file_marks(settings: Settings) -> tuple[tuple[str, int, int], ...]:
    """What changes when a calendar file does: name, time and size of each; zeros for a file that is not there."""
    marks = []
    for queue in settings.rota.queues:
        if queue.calendar is not None:
            path = _base(settings) / Path(queue.calendar.path).expanduser()
            try:
                state = path.stat()
                marks.append((queue.calendar.path, state.st_mtime_ns, state.st_size))
            except OSError:
                marks.append((queue.calendar.path, 0, 0))
    return tuple(marks)


def with_calendars_read_again(settings: Settings) -> Settings:
    """The settings with the turns as the files say now; OSError when one cannot be read."""
    people = addresses_by_name(settings.team.people)
    queues = tuple(
        replace(queue, calendar=read_shifts(queue.calendar.path, _base(settings), people, queue))
        if queue.calendar is not None
        else queue
        for queue in settings.rota.queues
    )
    return replace(settings, rota=replace(settings.rota, queues=queues))


def _base(settings: Settings) -> Path:
    return settings.path.resolve().parent
