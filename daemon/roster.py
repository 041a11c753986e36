"""To whom a step goes: names to people, by rota, holder, absence, quiet hours and snooze. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

from config.business_time import at_local
from config.calendars import WorkingTime
from config.ladder import Ladder
from config.rota import Queue, Rota, changes, is_absent, line_of, queue_of
from config.settings import Channel, Person, Settings
from config.timing import quiet_of, work_of

Stretch = tuple[tuple[str, ...], WorkingTime]
_EPOCH, _PERIOD = datetime(2020, 1, 1, tzinfo=UTC), timedelta(days=64)


@dataclass(frozen=True, kw_only=True)
class Roster:
    """The people, their time and their turns, as the settings say."""

    people: tuple[Person, ...]
    rota: Rota
    ladder: Ladder
    work: WorkingTime
    channels: Mapping[str, Channel] = field(default_factory=lambda: MappingProxyType({}))
    """Ways to page people beside mail, by name."""

    @cached_property
    def by_name(self) -> Mapping[str, Person]:
        """Everybody by name."""
        return {person.name: person for person in self.people}

    @cached_property
    def works(self) -> Mapping[str, WorkingTime]:
        """Everybody's working time."""
        return {person.name: work_of(person, self.work) for person in self.people}

    @cached_property
    def quiets(self) -> Mapping[str, tuple[time, time] | None]:
        """Everybody's quiet hours."""
        return {person.name: quiet_of(person, self.ladder.quiet) for person in self.people}

    def queue(self, account: str, marketplace: str | None) -> Queue | None:
        """Whose case it is."""
        return queue_of(self.rota, account, marketplace)

    def line(self, queue: Queue | None, at: datetime) -> tuple[str, ...]:
        """Who is on call and next in line; empty without a rota or when everybody is away."""
        return self._stretch_at(queue, at)[0] if queue is not None else ()

    def calendar(self, queue: Queue | None, at: datetime) -> WorkingTime:
        """The working time that counts at an instant: of whoever is on call then, else the team's."""
        return self._stretch_at(queue, at)[1] if queue is not None else self.work

    def _stretch_at(self, queue: Queue, at: datetime) -> Stretch:
        """Line and working time between two changes, looked up: a plan asks for many instants."""
        key = (queue.name, (at - _EPOCH) // _PERIOD)
        found = self._stretches.get(key)
        if found is None:
            begin = _EPOCH + key[1] * _PERIOD
            edges = sorted({begin, *changes(self.rota, queue, begin, begin + _PERIOD)})
            lines = [line_of(self.rota, queue, edge) for edge in edges]
            found = edges, [(line, self.works.get(line[0], self.work) if line else self.work) for line in lines]
            self._stretches[key] = found
        return found[1][bisect_right(found[0], at) - 1]

    @cached_property
    def _stretches(self) -> dict[tuple[str, int], tuple[list[datetime], list[Stretch]]]:
        return {}

    def team(self, queue: Queue | None, at: datetime) -> tuple[str, ...]:
        """A queue's people, else everybody; who is away only when nobody is there."""
        names = queue.everybody if queue is not None else tuple(self.by_name)
        there = tuple(name for name in names if name in self.by_name and not is_absent(self.rota, name, at))
        everybody = tuple(name for name in self.by_name if not is_absent(self.rota, name, at))
        return there or everybody or tuple(self.by_name)

    def leads(self, queue: Queue | None, at: datetime) -> tuple[str, ...]:
        """The queue's leads, else those of the team list; nobody who is away."""
        named = queue.leads if queue is not None and queue.leads else ()
        names = named or tuple(person.name for person in self.people if person.lead)
        return tuple(name for name in names if name in self.by_name and not is_absent(self.rota, name, at))

    def recipients(self, to: str, queue: Queue | None, holder: str | None, at: datetime) -> dict[str, str]:
        """Whom an audience of the ladder means at an instant, with the reason for each; never nobody."""
        held = holder if holder in self.by_name and not is_absent(self.rota, holder or "", at) else None
        if to == "holder" and held:
            return {held: "has taken the case"}
        if to == "lead" and (leads := self.leads(queue, at)):
            return dict.fromkeys(leads, "lead")
        if to == "team":
            return dict.fromkeys(self.team(queue, at), "of the team")
        line = self.line(queue, at)
        nobody = "no lead is there" if to == "lead" else "nobody is on call" if queue else "no rota: the whole team"
        found = {line[0]: "on call"} if line else dict.fromkeys(self.team(queue, at), nobody)
        return {**({held: "has taken the case"} if held else {}), **found}

    def after_quiet(self, who: str, at: datetime, respond_by: datetime) -> datetime:
        """When a person may be written to: at once outside quiet hours or when the deadline is near."""
        urgent_from = respond_by - self.ladder.near
        end = quiet_end(self.quiets.get(who), self.works[who].zone, at) if who in self.works else None
        if end is None or at >= urgent_from:
            return at
        return min(end, urgent_from)


def quiet_end(quiet: tuple[time, time] | None, zone: ZoneInfo, at: datetime) -> datetime | None:
    """When the quiet hours end that hold at an instant; null when none do."""
    if quiet is None or quiet[0] == quiet[1]:
        return None
    today = at.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        start = at_local(day, quiet[0], zone)
        end = at_local(day if quiet[1] > quiet[0] else day + timedelta(days=1), quiet[1], zone)
        if start <= at < end:
            return end
    return None


def roster_of(settings: Settings) -> Roster:
    """The roster that the settings describe."""
    return Roster(
        people=settings.team.people,
        rota=settings.rota,
        ladder=settings.ladder,
        work=settings.working_time,
        channels=settings.channels,
    )
