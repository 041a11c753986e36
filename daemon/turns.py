"""Turns that stand in calendar files: noticed when a file changes, taken over when it can be used."""

from __future__ import annotations

import logging

from config.rota_files import file_marks, with_calendars_read_again
from config.settings import Settings
from daemon.sweep import Notice

log = logging.getLogger(__name__)


class TurnFiles:
    """Remembers how the calendar files looked when they were last read."""

    def __init__(self, settings: Settings) -> None:
        self._marks = file_marks(settings)

    def reread(self, settings: Settings) -> tuple[Settings | None, list[Notice]]:
        """The settings with the new turns, null while no file has changed or what it holds cannot be used.

        The notices tell the operator of a file that cannot be used, or only in part.
        """
        marks = file_marks(settings)
        if marks == self._marks:
            return None, []
        self._marks = marks
        try:
            fresh = with_calendars_read_again(settings)
        except OSError as error:
            return None, [_notice(str(error.filename), error.strerror or str(error), marks)]
        calendars = [queue.calendar for queue in fresh.rota.queues if queue.calendar is not None]
        notices = [_notice(each.path, "; ".join(each.problems[:5]), marks) for each in calendars if each.problems]
        if any(not each.events for each in calendars):
            return None, notices
        log.info("turns read again from %s", ", ".join(each.path for each in calendars))
        return fresh, notices


def _notice(path: str, problems: str, marks: object) -> Notice:
    log.error("%s: %s", path, problems)
    return Notice(name="settings_rejected", facts={"path": path, "problems": problems}, occasion=str(marks))
