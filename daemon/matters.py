"""A matter: all mail and all acts about one order, folded into its cases (contract, section 7).

Pure, and independent of the order in which things were read: the same entries give the same cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from classifiers.assessment import Deadline
from config.vocabulary import CASE_KINDS, Basis, Event, FundedBy, Kind, Outcome, Status
from daemon.acts import HEEDED, ActKind, Said
from daemon.cases import REFUND_SEEN, Armed, Case, Step, read_at
from daemon.copies import distinct
from daemon.entries import ActEntry, Entry, MailEntry
from daemon.proof import Standing, standing_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a fold must know besides the entries."""

    proof: bool
    """Whether trusted servers are configured: then a mail that loosens a clock must be verified."""
    past_after: timedelta = timedelta(days=30)


def fold(entries: Sequence[Entry], now: datetime, terms: Terms) -> tuple[Case, ...]:
    """The cases of one matter, oldest first; the last one is the live one. None when no mail files a case."""
    groups = distinct([entry for entry in entries if isinstance(entry, MailEntry)])
    acts = [entry for entry in entries if isinstance(entry, ActEntry)]
    cases: list[Case] = []
    merged: list[Entry] = [*(_merged(group) for group in groups), *acts]
    for entry in sorted(merged, key=_order):
        case = cases[-1] if cases else None
        if isinstance(entry, ActEntry):
            cases[-1:] = [_acted(case, entry)] if case else []
        elif entry.own_reply:
            cases[-1:] = [_replied(case, entry, terms)] if case else []
        elif entry.kind is Kind.SUPPORT_CASE:
            cases[-1:] = [_followed_up(case, entry)] if case else []
        elif entry.kind in CASE_KINDS:
            _file(cases, entry, terms)
    return tuple(read_at(_settled(case, terms), now) for case in cases)


def _order(entry: Entry) -> tuple[object, ...]:
    """By the mails' own dates, then arrival; the key settles what is left, so that reading order never does."""
    if isinstance(entry, ActEntry):
        return (entry.at, entry.at, 1, entry.key)
    return (entry.sent_at, entry.arrived_at or entry.sent_at, 0, entry.key)


def _merged(group: Sequence[MailEntry]) -> MailEntry:
    """A group of copies as one message: the best copy, with the earliest date and reading of all."""
    best = group[0]
    direct = [mail for mail in group if mail.forwarded_by is None] or list(group)
    return replace(
        best,
        sent_at=min(mail.sent_at for mail in direct),
        read_at=min(mail.read_at for mail in group),
        review=all(mail.review for mail in group),
    )


def _file(cases: list[Case], mail: MailEntry, terms: Terms) -> None:
    case = cases[-1] if cases else None
    if case is None or (mail.event is Event.OPENED and _is_over(case, mail, terms)):
        cases.append(_turned(_opened(mail), mail, terms))
    else:
        cases[-1] = _turned(case, mail, terms)


def _is_over(case: Case, mail: MailEntry, terms: Terms) -> bool:
    """Closed, or filed as past before this mail was written."""
    if case.status is Status.CLOSED:
        return True
    return _is_past(case, terms) and mail.sent_at > max(armed.read_at for armed in case.clocks)


def _opened(mail: MailEntry) -> Case:
    return Case(kind=mail.kind, opener=mail.key, newest_at=mail.sent_at, newest_read_at=mail.read_at)


def _turned(case: Case, mail: MailEntry, terms: Terms) -> Case:
    """The case after a mail of its family; `why` says what the mail did."""
    case, standing = _with_facts(case, mail), standing_of(mail, proof=terms.proof)
    if mail.event is not None:
        case = replace(case, events=(*case.events, mail.event))
    if standing is not Standing.GOOD:
        case = replace(case, review=True)
    if standing is Standing.POWERLESS:
        return _noted(case, mail, f"{mail.event} without proof of its sender: what runs, runs on")
    turn = _DECISIONS.get(mail.event) if mail.event else None
    if turn is not None:
        return _decided(case, mail, *turn)
    if mail.event is Event.GRANTED:
        return _granted(case, mail)
    if mail.event is Event.CLOSED:
        return _decided(case, mail, Status.CLOSED, mail.settled or Outcome.UNKNOWN)
    return _asked(case, mail)


_DECISIONS: Mapping[Event, tuple[Status, Outcome]] = {
    Event.DENIED: (Status.CLOSED, Outcome.WON),
    Event.WON: (Status.CLOSED, Outcome.WON),
    Event.APPEAL_GRANTED: (Status.CLOSED, Outcome.WON),
    Event.LOST: (Status.CLOSED, Outcome.LOST),
    Event.APPEAL_DENIED: (Status.CLOSED, Outcome.LOST),
    Event.WITHDRAWN: (Status.CLOSED, Outcome.WITHDRAWN),
}


def _decided(case: Case, mail: MailEntry, status: Status, outcome: Outcome) -> Case:
    case = replace(case, status=status, outcome=outcome, clocks=(), stopped=())
    return _noted(case, mail, f"{status}, {outcome}: nothing runs any more")


def _granted(case: Case, mail: MailEntry) -> Case:
    if mail.funded_by is FundedBy.AMAZON:
        return _decided(case, mail, Status.CLOSED, Outcome.AMAZON_FUNDED)
    clocks = (Armed(deadline=mail.deadline, read_at=mail.read_at),) if mail.deadline else ()
    case = replace(case, status=Status.DECIDED, outcome=Outcome.LOST, clocks=clocks, stopped=())
    return _noted(case, mail, f"decided against the seller{_until(mail.deadline, ', an appeal is possible')}")


def _asked(case: Case, mail: MailEntry) -> Case:
    """An opening, a question or a reminder: an answer is owed."""
    own = Armed(deadline=mail.deadline, read_at=mail.read_at) if mail.deadline else None
    running = _loud(armed for armed in case.clocks if armed.deadline.respond_by > mail.sent_at)
    if own is None:
        clocks, why = running, "names no limit; what runs, runs on"
    elif (
        mail.event is Event.REMINDER and mail.deadline and mail.deadline.basis is not Basis.STATED and _stated(running)
    ):
        clocks, why = _stated(running), "names no limit of its own; the stated one still runs"
    elif mail.event is Event.OPENED and running:
        clocks, why = _earlier(running, own), "a second opening; the earlier clock counts"
    else:
        clocks, why = (own,), f"asks{_until(mail.deadline, '')}"
    return _noted(replace(case, status=Status.OPEN, outcome=None, clocks=clocks, stopped=()), mail, why)


def _loud(clocks: Iterable[Armed]) -> tuple[Armed, ...]:
    """Clocks for which the ladder climbs again: after a refund Amazon asks all the same, or a person wants it."""
    return tuple(replace(armed, quiet="") for armed in clocks)


def _stated(running: Sequence[Armed]) -> tuple[Armed, ...]:
    return tuple(armed for armed in running if armed.deadline.basis is Basis.STATED)


def _earlier(running: Sequence[Armed], own: Armed) -> tuple[Armed, ...]:
    """The earliest clock; when it is a conditional window, the earliest demand stands behind it."""
    ordered = sorted((*running, own), key=lambda armed: armed.deadline.respond_by)
    demands = [armed for armed in ordered if armed.deadline.basis is not Basis.CONDITIONAL]
    return (ordered[0],) if ordered[0] in demands else (ordered[0], *demands[:1])


def _replied(case: Case, mail: MailEntry, terms: Terms) -> Case:
    """A copy of the team's own reply about the order: it answers an open customer-service request."""
    if case.kind is not Kind.CS_REQUEST or case.status not in (Status.OPEN, Status.ANSWERED):
        return case
    standing = standing_of(mail, proof=terms.proof)
    case = replace(_with_facts(case, mail), review=case.review or standing is not Standing.GOOD)
    if standing is Standing.POWERLESS:
        return _noted(case, mail, "a copy of an own reply without proof of its sender: what runs, runs on")
    case = replace(case, status=Status.ANSWERED, clocks=(), stopped=case.clocks)
    return _noted(case, mail, "a copy of the team's own reply: waiting for Amazon")


def _followed_up(case: Case, mail: MailEntry) -> Case:
    """A mail of Seller Support under the request's own support case id: when it demands something, it reminds."""
    if case.status is Status.CLOSED:
        return case
    case = _with_facts(case, mail)
    if not mail.action_required and mail.deadline is None:
        return _noted(case, mail, "a message of Seller Support under the same support case id")
    return _asked(replace(case, events=(*case.events, Event.REMINDER)), replace(mail, event=Event.REMINDER))


def _acted(case: Case, act: ActEntry) -> Case:
    if act.what is ActKind.ANSWERED and case.status in (Status.OPEN, Status.DECIDED):
        case = replace(case, status=Status.ANSWERED, clocks=(), stopped=case.clocks)
    elif act.what is ActKind.CLOSED and case.status is not Status.CLOSED:
        outcome = act.outcome or case.outcome or Outcome.UNKNOWN
        case = replace(case, status=Status.CLOSED, outcome=outcome, clocks=(), stopped=case.clocks or case.stopped)
    elif act.what is ActKind.CORRECTED:
        stopped = case.clocks or case.stopped
        case = replace(case, status=Status.CLOSED, outcome=Outcome.UNKNOWN, clocks=(), stopped=stopped, review=False)
    elif act.what is ActKind.REOPENED and case.status in (Status.ANSWERED, Status.CLOSED):
        case = replace(case, status=Status.OPEN, outcome=None, clocks=case.stopped, stopped=())
    elif act.what is ActKind.REOPENED and case.is_hushed:
        case = replace(case, clocks=_loud(case.clocks))
    elif act.what is ActKind.REFUNDED:
        case = replace(case, clocks=tuple(replace(armed, quiet=REFUND_SEEN) for armed in case.clocks))
    elif act.what in HEEDED or act.what is ActKind.SNOOZED:
        said = Said(what=act.what, by=act.by, at=act.at, until=act.until)
        case = replace(case, holder=_holder(case, act), said=(*case.said, said))
    return replace(case, steps=(*case.steps, Step(key=act.key, when=act.at, what=act.what.value, why=_why(act))))


def _holder(case: Case, act: ActEntry) -> str | None:
    if act.what is ActKind.ASSIGNED:
        return act.person or case.holder
    return act.by if act.what is ActKind.TAKEN else case.holder


def _why(act: ActEntry) -> str:
    """What the act says beside its name: to whom, until when, and the words that were written."""
    until = f"until {act.until:%Y-%m-%d %H:%M} UTC" if act.until else ""
    return "; ".join(part for part in (f"to {act.person}" if act.person else "", until, act.note) if part)


def _with_facts(case: Case, mail: MailEntry) -> Case:
    """The newest statement wins; nothing is overwritten by null."""
    return replace(
        case,
        order_ids=_union(case.order_ids, mail.order_ids),
        support_case_ids=_union(case.support_case_ids, mail.case_ids),
        asins=_union(case.asins, mail.asins),
        tracking_numbers=_union(case.tracking_numbers, mail.tracking_numbers),
        marketplace=mail.marketplace or case.marketplace,
        amount=mail.amount or case.amount,
        reason=mail.reason or case.reason,
        funded_by=mail.funded_by or case.funded_by,
        keys=(*case.keys, mail.key),
        review=case.review or mail.review,
        newest_at=mail.sent_at,
        newest_read_at=mail.read_at,
    )


def _union(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _noted(case: Case, mail: MailEntry, why: str) -> Case:
    what = "own reply" if mail.own_reply else (mail.event or mail.kind).value
    return replace(case, steps=(*case.steps, Step(key=mail.key, when=mail.sent_at, what=what, why=why)))


def _until(deadline: Deadline | None, lead: str) -> str:
    if deadline is None:
        return lead
    phrase = f' ("{deadline.phrase}")' if deadline.phrase else ""
    return f"{lead} until {deadline.respond_by:%Y-%m-%d %H:%M} UTC, {deadline.basis}{phrase}"


def _is_past(case: Case, terms: Terms) -> bool:
    """Whether every clock had run out long before the mail that set it was read."""
    return bool(case.clocks) and all(
        armed.deadline.respond_by + terms.past_after < armed.read_at for armed in case.clocks
    )


def _settled(case: Case, terms: Terms) -> Case:
    """What only the whole matter shows: that no mail names an order, and that all of it is past."""
    case = replace(case, review=case.review or not case.order_ids)
    if case.status is Status.CLOSED or not _is_past(case, terms):
        return case
    outcome = Outcome.LOST if case.status is Status.DECIDED else Outcome.UNKNOWN
    return replace(case, status=Status.CLOSED, outcome=outcome, clocks=(), past=True)
