"""Instants as people read them: local day and time, the end of a day as such, and the countdown."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.phrasebook import Phrasebook


def spoken(instant: datetime, zone: ZoneInfo, phrases: Phrasebook) -> str:
    """Day and time in `zone`; midnight is shown as the end of the day before, as the contract says."""
    local = instant.astimezone(zone)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return phrases.say("clock.end_of_day", day=_day(local - timedelta(seconds=1), phrases))
    return phrases.say("clock.at", day=_day(local, phrases), time=local.strftime("%H:%M"))


def spoken_short(instant: datetime, zone: ZoneInfo, phrases: Phrasebook) -> str:
    """The same without the year, for subjects and preview lines; midnight becomes 24:00 of the day before."""
    local, time = instant.astimezone(zone), None
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        local, time = local - timedelta(seconds=1), "24:00"
    return phrases.say("clock.short", **_parts(local, phrases), time=time or local.strftime("%H:%M"))


def countdown(until: datetime, now: datetime, phrases: Phrasebook) -> str:
    """The time left ("in 41 h"), rounded down so that nobody is told more than there is; else the time overdue."""
    left = until - now
    side, minutes = (
        ("in", left // timedelta(minutes=1)) if left >= timedelta() else ("over", -left // timedelta(minutes=1))
    )
    hours = minutes // 60
    if minutes < 60:
        return phrases.say(f"clock.{side}_minutes", n=str(minutes))
    if hours < 72:
        return phrases.say(f"clock.{side}_hours", n=str(hours))
    return phrases.say(f"clock.{side}_days", days=str(hours // 24), hours=str(hours % 24))


def _day(local: datetime, phrases: Phrasebook) -> str:
    return phrases.say("clock.day", **_parts(local, phrases))


def _parts(local: datetime, phrases: Phrasebook) -> dict[str, str]:
    return {
        "weekday": phrases.raw("clock.weekdays")[local.weekday()],
        "day": str(local.day),
        "month": phrases.raw("clock.months")[local.month - 1],
        "year": str(local.year),
    }
