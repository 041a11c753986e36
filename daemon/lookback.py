"""What was told, as lines for people: the ladder's decisions and every other letter, and two such lists compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.settings import Settings
from daemon.storage import told_rows
from daemon.storage.casefile import number_of
from daemon.storage.store import Store
from daemon.storage.told_rows import ToldLetter, ToldNotice

EVERYBODY = "the team"
GONE = frozenset({"sent", "ended"})
"""States of a notice that went out."""
NEAR = timedelta(minutes=5)
"""Two notices so near to each other are the same one: one list may have been made a poll later."""
_TOPICS = {
    "suggest": "case letter",
    "ladder:relief": "relief",
    "lesson": "lesson form",
    "suspicious": "warning",
    "warning": "warning",
    "review": "to review",
    "ladder:storm": "storm",
    "digest": "digest",
    "page:": "page by channel",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that went to somebody, or was decided not to."""

    at: datetime
    to: str
    what: str
    """Of config.ladder.LETTERS, or the topic of another letter."""
    case: str
    matter: str
    step: str
    why: str
    state: str
    """"sent", or why it did not go: "skipped", "waiting", "held"."""
    late: bool
    deadline: datetime | None
    """Of the clock that the notice is about."""
    letter: str
    """Key of the letter, shared by what was told in one; empty when nothing went."""

    @property
    def went(self) -> bool:
        """Whether it left."""
        return self.state == "sent"


def lines_of(store: Store, settings: Settings, start: datetime, end: datetime) -> list[Line]:
    """Everything that a period told, or decided not to tell, in order."""
    with store.read() as tx:
        told = told_rows.notices_between(tx, start, end)
        letters = told_rows.letters_between(tx, start, end)
    names = {person.address.lower(): person.name for person in settings.team.people}
    lines = [_of_notice(each) for each in told]
    lines += [line for each in letters if (line := _of_letter(each, names)) is not None]
    return sorted(lines, key=lambda line: (line.at, line.to, line.case))


def _of_notice(each: ToldNotice) -> Line:
    return Line(
        at=each.fire_at,
        to=each.person or "-",
        what=each.letter,
        case=each.number,
        matter=" ".join(part for part in (each.kind, each.order, each.marketplace) if part),
        step=each.step,
        why=each.reason,
        state="sent" if each.state in GONE else each.state,
        late=each.late,
        deadline=datetime.strptime(each.clock.partition(":")[2], "%Y%m%dT%H%M%S%z"),
        letter=each.letter_key or "",
    )


def _of_letter(each: ToldLetter, names: Mapping[str, str]) -> Line | None:
    """A letter that is not the ladder's to one person; answers to people's own replies are left out."""
    topic = next((word for prefix, word in _TOPICS.items() if each.key.startswith(prefix)), None)
    if topic is None:
        return None
    to = [names.get(address, address) for address in each.recipients]
    return Line(
        at=each.at,
        to=EVERYBODY if len(to) > 1 and len(to) == len(names) else ", ".join(to),
        what=topic,
        case=number_of(each.case_id) if each.case_id else "",
        matter="",
        step="",
        why=each.subject,
        state="sent",
        late=False,
        deadline=None,
        letter=each.key,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A notice of one list beside its counterpart in another; one of the two can be missing."""

    lived: ToldNotice | None
    simulated: ToldNotice | None

    @property
    def verdict(self) -> str:
        """How the two differ."""
        if self.lived is None:
            return "only simulated"
        if self.simulated is None:
            return "only live"
        return "same" if abs(self.lived.fire_at - self.simulated.fire_at) <= NEAR else "moved"

    @property
    def at(self) -> datetime:
        """Of whichever there is, the live one first."""
        either = self.lived or self.simulated
        assert either is not None, "a pair has one side at least"
        return either.fire_at


def compared(lived: Sequence[ToldNotice], simulated: Sequence[ToldNotice]) -> list[Pair]:
    """Notices that went out on both sides, side by side, in order of time."""
    mine = {_sign(each): each for each in simulated if each.state in GONE}
    pairs = [Pair(lived=each, simulated=mine.pop(_sign(each), None)) for each in lived if each.state in GONE]
    return sorted([*pairs, *(Pair(lived=None, simulated=each) for each in mine.values())], key=lambda pair: pair.at)


def _sign(each: ToldNotice) -> tuple[str, ...]:
    """What a notice is whatever number its case has."""
    return (each.account, each.kind, each.order or each.number, each.clock, each.step, each.person)
