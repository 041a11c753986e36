"""The report on outcomes: rates, money, what comes again and again, and what would prevent it. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from config.vocabulary import Kind, Outcome, Reason

WON = frozenset({Outcome.WON, Outcome.AMAZON_FUNDED})
LOST = frozenset({Outcome.LOST, Outcome.REFUNDED})
LISTING = frozenset({Reason.NOT_AS_DESCRIBED, Reason.WRONG_ITEM, Reason.MISSING_PARTS})
PACKING = frozenset({Reason.DAMAGED_OR_DEFECTIVE, Reason.WRONG_ITEM, Reason.MISSING_PARTS})
DELIVERY = frozenset({Reason.ITEM_NOT_RECEIVED, Reason.LATE_DELIVERY})
AGAIN = 2
"""So many cases are a repetition."""
_BANDS = (("h4", timedelta(hours=4)), ("h24", timedelta(hours=24)), ("h48", timedelta(hours=48)))
_NAMED = 5
"""Case numbers in a hint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCase:
    """What the report must know of one case; unknown is null or empty."""

    number: str
    kind: Kind
    reason: Reason | None
    outcome: Outcome | None
    is_over: bool
    marketplace: str
    agent: str
    """Who answered it, else who had it."""
    amount: tuple[Decimal, str] | None
    """Sum and ISO 4217 code."""
    opened_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    """When it was decided; null while it is not."""
    evidence: tuple[str, ...] = ()
    """Items of the checklist that were on file."""
    asins: tuple[str, ...] = ()
    carrier: str = ""
    buyer: str = ""
    """A code that is the same for the same buyer and leads back to nobody."""
    threatened_before: bool = False
    """A message of the buyer's announced it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Won and lost of one group; `key` is empty for what is not known."""

    key: str
    won: int
    lost: int

    @property
    def decided(self) -> int:
        """Cases that count."""
        return self.won + self.lost

    @property
    def share(self) -> float:
        """Won of decided, 0 to 1; 0 without any."""
        return self.won / self.decided if self.decided else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Sums of one currency."""

    currency: str
    kept: Decimal
    """Of cases that were won or withdrawn, without what Amazon paid."""
    amazon: Decimal
    lost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """What stands in several cases: an article, a buyer or a carrier."""

    what: str
    name: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What would prevent the next case, as a key of the phrases' [hint] and its values."""

    key: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that the report says of a period."""

    first: datetime
    last: datetime
    opened: int
    open: int
    total: Rate
    by: Mapping[str, tuple[Rate, ...]]
    """By kind, reason, evidence, response, marketplace and agent."""
    money: tuple[Money, ...]
    repeats: tuple[Repeat, ...]
    hints: tuple[Hint, ...]


def build_report(cases: Iterable[ReportCase], *, first: datetime, last: datetime) -> Report:
    """The report on [first, last): rates and money of what ended then, repetitions of what was opened then."""
    every = list(cases)
    ended = [case for case in every if case.ended_at is not None and first <= case.ended_at < last]
    opened = [case for case in every if first <= case.opened_at < last]
    either = list({case.number: case for case in [*opened, *ended]}.values())
    return Report(
        first=first,
        last=last,
        opened=len(opened),
        open=sum(not case.is_over for case in opened),
        total=_rate("", ended),
        by={name: _rates(ended, of) for name, of in _GROUPS.items()},
        money=_money(ended),
        repeats=tuple(_repeats(either)),
        hints=tuple(_hints(either, ended)),
    )


def response_band(case: ReportCase) -> str:
    """How long the answer took, as a key of the phrases' [response]."""
    if case.answered_at is None:
        return "never"
    took = case.answered_at - case.opened_at
    return next((name for name, limit in _BANDS if took <= limit), "later")


_GROUPS: Mapping[str, Callable[[ReportCase], Sequence[str]]] = {
    "kind": lambda case: (case.kind.value,),
    "reason": lambda case: (case.reason.value if case.reason else "",),
    "evidence": lambda case: case.evidence or ("none",),
    "response": lambda case: (response_band(case),),
    "marketplace": lambda case: (case.marketplace,),
    "agent": lambda case: (case.agent,),
}


def _rate(key: str, cases: Iterable[ReportCase]) -> Rate:
    found = Counter(case.outcome for case in cases)
    return Rate(key=key, won=sum(found[each] for each in WON), lost=sum(found[each] for each in LOST))


def _rates(cases: Iterable[ReportCase], of: Callable[[ReportCase], Sequence[str]]) -> tuple[Rate, ...]:
    """The groups that have a decided case, the largest first."""
    groups: dict[str, list[ReportCase]] = defaultdict(list)
    for case in cases:
        for key in of(case):
            groups[key].append(case)
    rates = [_rate(key, members) for key, members in groups.items()]
    return tuple(sorted((rate for rate in rates if rate.decided), key=lambda rate: (-rate.decided, rate.key)))


def _money(cases: Iterable[ReportCase]) -> tuple[Money, ...]:
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0), Decimal(0)])
    for case in cases:
        if case.amount is None or case.outcome in (None, Outcome.UNKNOWN):
            continue
        place = 1 if case.outcome is Outcome.AMAZON_FUNDED else 2 if case.outcome in LOST else 0
        sums[case.amount[1]][place] += case.amount[0]
    return tuple(
        Money(currency=currency, kept=kept, amazon=amazon, lost=lost)
        for currency, (kept, amazon, lost) in sorted(sums.items())
    )


def _repeats(cases: Iterable[ReportCase]) -> Iterable[Repeat]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for case in cases:
        for what, names in (("asin", case.asins), ("buyer", (case.buyer,)), ("carrier", (case.carrier,))):
            for name in names:
                if name:
                    found[what, name].append(case.number)
    often = [Repeat(what=what, name=name, cases=tuple(each)) for (what, name), each in found.items()]
    order = ("asin", "buyer", "carrier")
    return sorted(
        (each for each in often if len(each.cases) >= AGAIN),
        key=lambda each: (order.index(each.what), -len(each.cases), each.name),
    )


def _hints(cases: Sequence[ReportCase], ended: Sequence[ReportCase]) -> Iterable[Hint]:
    yield from _again("listing", cases, LISTING, lambda case: case.asins)
    yield from _again("packing", cases, PACKING, lambda case: case.asins)
    yield from _again("carrier", cases, DELIVERY, lambda case: (case.carrier,) if case.carrier else ())
    yield from _again("buyer", cases, None, lambda case: (case.buyer,) if case.buyer else ())
    if threatened := [case for case in cases if case.threatened_before]:
        yield _hint("threatened", threatened, all=str(len(cases)))
    lost = [case for case in ended if case.outcome in LOST]
    if unanswered := [case for case in lost if case.answered_at is None]:
        yield _hint("unanswered", unanswered)
    if bare := [case for case in lost if not case.evidence]:
        yield _hint("bare", bare)
    yield from _speed(ended)


def _again(
    key: str,
    cases: Iterable[ReportCase],
    reasons: frozenset[Reason] | None,
    of: Callable[[ReportCase], Sequence[str]],
) -> Iterable[Hint]:
    found: dict[str, list[ReportCase]] = defaultdict(list)
    for case in cases:
        if reasons is None or case.reason in reasons:
            for name in of(case):
                found[name].append(case)
    often = sorted((each for each in found.items() if len(each[1]) >= AGAIN), key=lambda each: -len(each[1]))
    return [_hint(key, members, name=name) for name, members in often[:_NAMED]]


def _hint(key: str, cases: Sequence[ReportCase], **values: str) -> Hint:
    numbers = ", ".join(case.number for case in cases[:_NAMED])
    dots = "" if len(cases) <= _NAMED else ", …"
    return Hint(key=key, values={"count": str(len(cases)), "cases": f"{numbers}{dots}", **values})


def _speed(ended: Sequence[ReportCase]) -> Iterable[Hint]:
    """Told when both groups have five cases at least and the fast ones win clearly more often."""
    fast = _rate("fast", [case for case in ended if response_band(case) in ("h4", "h24")])
    slow = _rate("slow", [case for case in ended if response_band(case) in ("h48", "later", "never")])
    if min(fast.decided, slow.decided) >= 5 and fast.share >= slow.share + 0.15:
        yield Hint(key="late", values={"fast": f"{fast.share:.0%}", "slow": f"{slow.share:.0%}"})
