"""A case as it stands: its clock, its facts, how urgent it is and how it is printed; `matters.py` makes it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from classifiers.assessment import Deadline
from config.vocabulary import Basis, Event, FundedBy, Kind, Outcome, Reason, Status
from daemon.acts import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Armed:
    """A clock, and when the mail that set it was read."""

    deadline: Deadline
    read_at: datetime
    quiet: str = ""
    """Why the ladder does not climb for it although it runs; empty when it does."""


REFUND_SEEN = "a refund notice says that the buyer has the money back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one entry did to the case."""

    key: str
    when: datetime
    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One matter as it stands (contract, section 7); instants are aware UTC."""

    kind: Kind
    opener: str
    """Key of the mail that opened it."""
    status: Status = Status.OPEN
    outcome: Outcome | None = None
    order_ids: tuple[str, ...] = ()
    support_case_ids: tuple[str, ...] = ()
    asins: tuple[str, ...] = ()
    tracking_numbers: tuple[str, ...] = ()
    marketplace: str | None = None
    amount: tuple[str, str] | None = None
    reason: Reason | None = None
    funded_by: FundedBy | None = None
    clocks: tuple[Armed, ...] = ()
    """What runs, earliest first; a demand may stand behind an earlier conditional window."""
    stopped: tuple[Armed, ...] = ()
    """What a person stopped, for reopening."""
    holder: str | None = None
    """Name of the person who took it or was given it."""
    said: tuple[Said, ...] = ()
    """What people said that the ladder heeds, oldest first."""
    clock: Deadline | None = None
    """The clock that runs at the time of reading; null when nothing is due."""
    events: tuple[Event, ...] = ()
    keys: tuple[str, ...] = ()
    """Its distinct messages, oldest first."""
    review: bool = False
    past: bool = False
    """Filed closed because its clock had run out long before it was read; raises nothing."""
    newest_at: datetime
    """Date of its newest mail."""
    newest_read_at: datetime
    number: str = ""
    previous: str | None = None
    steps: tuple[Step, ...] = field(default=(), repr=False)

    @property
    def messages(self) -> int:
        """How many distinct messages it holds."""
        return len(self.keys)

    @property
    def respond_by(self) -> datetime | None:
        """The last safe instant of the running clock."""
        return self.clock.respond_by if self.clock else None

    @property
    def is_waiting(self) -> bool:
        """Open with nothing due: shown as "waiting for Amazon"."""
        return self.status is Status.OPEN and self.clock is None

    @property
    def is_hushed(self) -> bool:
        """A clock runs for which nobody is reminded or paged; `reopen` sets the ladder going again."""
        return any(armed.quiet for armed in self.clocks)

    def is_quiet(self, past_after: timedelta) -> bool:
        """Whether its news are of the past and nobody must be told."""
        return self.past or (not self.clocks and self.newest_at + past_after < self.newest_read_at)


def read_at(case: Case, now: datetime) -> Case:
    """The case with the clock that runs at `now`: a conditional window that has run out asks for nothing."""
    running = (armed.deadline for armed in case.clocks if not _has_lapsed(armed.deadline, now))
    return replace(case, clock=next(running, None))


def urgency(case: Case) -> tuple[object, ...]:
    """Sort key: most urgent first; closed ones last, newest first."""
    rank = (Status.OPEN, Status.DECIDED, Status.ANSWERED, Status.CLOSED).index(case.status)
    if case.clock is not None:
        return (0, case.clock.respond_by.timestamp(), case.number)
    return (1 + rank, -case.newest_at.timestamp(), case.number)


def as_json(case: Case) -> dict[str, object]:
    """The contract's fields in the contract's order."""
    clock = case.clock
    return {
        "number": case.number,
        "kind": case.kind.value,
        "status": case.status.value,
        "outcome": case.outcome.value if case.outcome else None,
        "order_ids": list(case.order_ids),
        "support_case_ids": list(case.support_case_ids),
        "marketplace": case.marketplace,
        "amount": {"value": case.amount[0], "currency": case.amount[1]} if case.amount else None,
        "reason": case.reason.value if case.reason else None,
        "respond_by": clock.respond_by.isoformat() if clock else None,
        "target": clock.target.isoformat() if clock and clock.target else None,
        "basis": clock.basis.value if clock else None,
        "phrase": clock.phrase if clock else None,
        "events": [event.value for event in case.events],
        "messages": case.messages,
        "review": case.review,
        "previous": case.previous,
    }


def _has_lapsed(deadline: Deadline, now: datetime) -> bool:
    return deadline.basis is Basis.CONDITIONAL and deadline.respond_by < now
