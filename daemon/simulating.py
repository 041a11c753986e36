"""The service on a virtual clock: mails come in at their own times, the ladder climbs, and nobody waits for it.

The pipeline, the ladder and the digests are the service's own; only the clock is another. It jumps from minute to
minute at which anything can happen: the service looks once a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from classifiers.message import UnreadableMail, read_message
from config.business_time import at_local
from config.rota import changes
from config.settings import Settings
from daemon.acting import act_in
from daemon.acts import ActKind
from daemon.climb import Watchlist, climb
from daemon.desk import Desk
from daemon.digesting import readers_of, send_digests
from daemon.editions import send_editions
from daemon.ladder import NoticeState
from daemon.learning import send_forms
from daemon.pipeline import process
from daemon.places import FetchedMessage
from daemon.roster import roster_of
from daemon.storage import casefile, notice_rows, told_rows
from daemon.storage.told_rows import SpokenAct

TICK = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A mail and when it reaches the mailbox."""

    at: datetime
    message: FetchedMessage


def incoming(message: FetchedMessage, otherwise: datetime) -> Incoming:
    """A mail at its arrival: INTERNALDATE, else its topmost Received, else its Date; `otherwise` without any."""
    if message.internal_date is not None:
        return Incoming(at=message.internal_date, message=message)
    try:
        read = read_message(message.raw)
    except (UnreadableMail, ValueError):
        return Incoming(at=otherwise, message=message)
    at = read.arrived_at or read.sent_at
    return Incoming(at=at if at > _EPOCH else otherwise, message=message)


def next_look(at: datetime) -> datetime:
    """The first full minute that is not earlier."""
    return _EPOCH + -((_EPOCH - at) // TICK) * TICK


@dataclass(slots=True, kw_only=True)
class VirtualService:
    """What lives through the time: a desk on a database of its own, and what happens when."""

    desk: Desk
    settings: Settings
    mails: Sequence[Incoming]
    """In the order of their arrival."""
    said: Sequence[SpokenAct] = ()
    """In order of time."""
    acknowledged_after: timedelta | None = None
    """When set, whoever is paged acknowledges so much later."""
    outages: Sequence[tuple[datetime, datetime]] = ()
    """When nothing runs; what came meanwhile is seen at the end."""
    watch: Watchlist = field(init=False)
    _mail: int = 0
    _act: int = 0
    _untold: bool = False
    """Whether news wait that no letter tells yet, as in a storm."""
    _assumed: list[tuple[datetime, int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.watch = Watchlist(roster=roster_of(self.settings))

    def live(self, start: datetime, end: datetime, progress: Callable[[int], None] = lambda _: None) -> None:
        """From one instant to another; `progress` hears of mails."""
        hours = sorted(set(self._digest_hours(start, end)))
        now: datetime | None = self._awake(next_look(start))
        while now is not None and now < end:
            before = self._mail
            news = self._mails_come(now) | self._people_speak(now)
            if news or self._untold:
                process(self.desk, now)
                send_forms(self.desk.store, self.desk.post, self.settings, now)
            if climb(self.desk.store, self.desk.post, self.watch, now):
                self._assume(now)
            if hours and hours[0] <= now:
                send_digests(self.desk.store, self.desk.post, self.settings, (), now)
                send_editions(self.desk.store, self.desk.post, self.settings, now)
                hours = [hour for hour in hours if hour > now]
            progress(self._mail - before)
            now = self._next(now, hours)

    def _mails_come(self, now: datetime) -> bool:
        begin = self._mail
        while self._mail < len(self.mails) and self.mails[self._mail].at <= now:
            self._mail += 1
        come = [each.message for each in self.mails[begin : self._mail]]
        if come:
            self.desk.store.keep_raw(come, now)
        return bool(come)

    def _people_speak(self, now: datetime) -> bool:
        spoke = False
        while self._act < len(self.said) and self.said[self._act].entry.at <= now:
            spoke |= self._speak(self.said[self._act], now)
            self._act += 1
        for due, case_id, who in [each for each in self._assumed if each[0] <= now]:
            self._assumed.remove((due, case_id, who))
            with self.desk.store.write() as tx:
                case = act_in(tx, case_id, ActKind.ACKNOWLEDGED, by=who, now=now, terms=self.desk.terms)
                spoke |= case is not None
        return spoke

    def _speak(self, said: SpokenAct, now: datetime) -> bool:
        entry = said.entry
        with self.desk.store.write() as tx:
            case_id = told_rows.live_case(tx, said.account, said.family, said.order)
            if case_id is None:
                return False
            act_in(
                tx,
                case_id,
                entry.what,
                by=entry.by,
                now=now,
                terms=self.desk.terms,
                outcome=entry.outcome,
                note=entry.note,
                person=entry.person,
                until=entry.until,
            )
            return True

    def _assume(self, now: datetime) -> None:
        """Whoever was just paged will acknowledge, as far as that is assumed."""
        if self.acknowledged_after is None:
            return
        with self.desk.store.read() as tx:
            told = told_rows.notices_between(tx, now, now + TICK)
        for each in told:
            if each.state == NoticeState.SENT and each.letter != "reminder":
                self._assumed.append((next_look(now + self.acknowledged_after), each.case_id, each.person))

    def _next(self, now: datetime, hours: Sequence[datetime]) -> datetime | None:
        ahead = [each.look_at or now + TICK for each in self.watch.cases.values()]
        ahead += [self.mails[self._mail].at] if self._mail < len(self.mails) else []
        ahead += [self.said[self._act].entry.at] if self._act < len(self.said) else []
        ahead += [due for due, _, _ in self._assumed] + [*hours[:1]]
        with self.desk.store.read() as tx:
            self._untold = bool(casefile.untold_ids(tx, 1))
            ahead += [now + TICK] if self._untold or notice_rows.held(tx) else []
        return self._awake(max(next_look(min(ahead)), now + TICK)) if ahead else None

    def _awake(self, at: datetime) -> datetime:
        """The instant itself, or the end of the outage that it lies in."""
        return max([at, *(next_look(end) for begin, end in self.outages if begin <= at < end)])

    def _digest_hours(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """When a digest can be due: at its hour, and when somebody else comes on call."""
        yield start
        for reader in readers_of(self.settings):
            day = start.astimezone(reader.zone).date()
            while (at := at_local(day, reader.at, reader.zone)) < end:
                if at >= start:
                    yield at
                day += timedelta(days=1)
        for queue in self.settings.rota.queues:
            yield from changes(self.settings.rota, queue, start, end)


def in_order(mails: Iterable[Incoming], *, until: datetime) -> list[Incoming]:
    """What arrives before an instant, in the order of arrival."""
    return sorted((each for each in mails if each.at < until), key=lambda each: each.at)
