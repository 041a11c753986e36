"""By when: which of a mail's time expressions is the demand, and what the policy says when there is none."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from classifiers.aims import UNNAMED_APPEAL, Aim
from classifiers.assessment import Deadline
from classifiers.fingerprint import marks_of
from classifiers.message import Message
from classifiers.roles import Candidate, Scene, candidates, says_no_action
from classifiers.temporal.detection import languages_to_read
from classifiers.temporal.folding import fold
from classifiers.temporal.instants import Due, Frame, due
from classifiers.temporal.reading import Reading
from classifiers.temporal.tokens import tokenise
from classifiers.temporal.values import Expression, Lead, Span
from config.business_time import no_holidays, public_holidays
from config.policy import Policy
from config.vocabulary import Basis, Event, FundedBy, Kind

_CLOSED = frozenset({Event.WITHDRAWN, Event.CLOSED, Event.WON, Event.LOST, Event.APPEAL_GRANTED, Event.APPEAL_DENIED})
_NEEDED = {
    Kind.ATOZ_CLAIM: 1.2,
    Kind.CS_REQUEST: 1.2,
    Kind.CHARGEBACK: 1.2,
    Kind.SAFE_T: 1.5,
    Kind.ACCOUNT_HEALTH: 1.8,
    Kind.SUPPORT_CASE: 2.0,
    Kind.BUYER_MESSAGE: 2.0,
    Kind.RETURN_REQUEST: 3.0,
    Kind.NOTICE: 2.2,
}
"""The weight of evidence that makes a limit: less where the mail is known to demand something."""
_TRUSTED = 0.7
"""Enough, with a doubt, where a demand is certain and no better limit is named."""
_DEMANDING = frozenset({Kind.ATOZ_CLAIM, Kind.CS_REQUEST, Kind.CHARGEBACK})
_FIRM = frozenset({Kind.RETURN_REQUEST, Kind.NOTICE})
"""Kinds of which most mails demand nothing: there only a demand in so many words makes a limit."""
_TURNS_TO_SELLER = frozenset({"you", "you_have", "label", "silence", "imperative", "must", "left"})
"""Cues of which a support case's limit needs one: Amazon's own times stand there without them."""
_OFFERS = frozenset({"may", "you_have", "demand", "must", "imperative"})
_AGAINST_APPEAL = frozenset({"false", "third", "ours", "retention", "told", "later", "history"})
_NOT_THE_SELLERS = _AGAINST_APPEAL | {"appeal", "object", "general", "asked_before"}
_LONGEST_WINDOW = timedelta(days=8)
_OWN_COPY = "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT"
"""A copy of the team's own reply: its limits are what the team told the buyer."""
_LONGEST = 50_000
"""Characters of the own text that are searched for a limit."""
_SAME_ANSWER = 1.3
"""Candidates this close to the best one are taken for the same answer: the earlier wins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit that the mail names, aware UTC, with the mail's own words."""

    respond_by: datetime
    target: datetime | None
    phrase: str
    rule: str
    doubtful: bool = False
    """Whether little but the limit itself says that it is the demand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a mail names: a demand that runs, and a window that starts only if Amazon asks for more."""

    stated: Limit | None = None
    conditional: Limit | None = None
    only_window: Limit | None = None
    """In a first notice the one length of time that is nobody else's: the window, if the mail asks for nothing now."""
    says_no_action: bool = False
    """Whether a first notice says in so many words that nothing has to be done now."""


@dataclass(frozen=True, slots=True)
class _Dated:
    candidate: Candidate
    due: Due


def read_limits(
    message: Message,
    *,
    language: str,
    marketplace: str | None,
    kind: Kind,
    event: Event | None,
    count_public_holidays: bool = False,
) -> Limits:
    """Find the limits that a mail's subject and own text name for this kind and event; never for `unrelated`."""
    aim = _aim(kind, event)
    if aim is None or (kind is Kind.NOTICE and marks_of(message).notification_type == _OWN_COPY):
        return Limits()
    text = f"{message.subject}\n\n{message.text[:_LONGEST]}"
    found: list[_Dated] = []
    idle = False
    folded = fold(text)
    tokens = tokenise(folded.text)
    is_holiday = public_holidays(marketplace) if count_public_holidays else no_holidays
    frame = Frame(start=message.sent_at, marketplace=marketplace, language=language, is_holiday=is_holiday)
    for tongue in languages_to_read(language, tokens):
        scene = Scene(Reading(text, tongue, folded=folded, tokens=tokens))
        found += _dated(scene, aim, frame)
        idle = idle or (aim is Aim.WINDOW and tongue == language and says_no_action(scene))
    if kind in _FIRM:
        found = [item for item in found if _demands_outright(item.candidate)]
    elif kind is Kind.SUPPORT_CASE:
        found = [item for item in found if _turns_to_seller(item.candidate.because)]
    found = _without_overlaps(found)
    window = _lone_window(found, message.sent_at) if aim is Aim.WINDOW else None
    needed, doubtful = _NEEDED[kind], False
    if kind in _DEMANDING and aim is not Aim.APPEAL and not any(item.candidate.weight >= needed for item in found):
        needed, doubtful = _TRUSTED, True
        found = [item for item in found if _is_led(item.candidate)]
    elif aim is Aim.APPEAL and not any(item.candidate.weight >= needed for item in found):
        needed -= UNNAMED_APPEAL
        found = [item for item in found if _is_led(item.candidate) and _offers(item.candidate)]
    return replace(_choose(found, aim, needed=needed, idle=idle, doubtful=doubtful), only_window=window)


def _lone_window(found: list[_Dated], start: datetime) -> Limit | None:
    """The only length of time in the mail that no word gives to somebody else; null when there are several."""
    lengths = [
        item
        for item in found
        if isinstance(item.candidate.expression.value, Span)
        and _NOT_THE_SELLERS.isdisjoint(item.candidate.because)
        and item.due.respond_by - start <= _LONGEST_WINDOW
    ]
    return _earliest(lengths, doubtful=True) if len({item.due.respond_by for item in lengths}) == 1 else None


def _demands_outright(candidate: Candidate) -> bool:
    """Tell whether a routine mail sets this limit in so many words; what sellers "should then" do is explained."""
    return "ship_label" in candidate.because or (candidate.firm and not candidate.supposed)


def _is_led(candidate: Candidate) -> bool:
    return candidate.expression.lead not in {Lead.NONE, Lead.AFTER}


def _offers(candidate: Candidate) -> bool:
    """Tell whether a decision offers this window without the word appeal: "tell us within 30 days"."""
    return not _AGAINST_APPEAL.intersection(candidate.because) and not _OFFERS.isdisjoint(candidate.because)


def _turns_to_seller(because: Collection[str]) -> bool:
    """Tell whether a support case's limit is the seller's; without a "you" an expected answer is Amazon's."""
    return not _TURNS_TO_SELLER.isdisjoint(because) and ("awaited" not in because or "you" in because)


def _aim(kind: Kind, event: Event | None) -> Aim | None:
    """Tell what a mail of this kind and event can demand; null when nothing can be due."""
    if kind is Kind.UNRELATED or event in _CLOSED:
        return None
    if event is Event.DENIED:
        return Aim.APPEAL if kind is Kind.SAFE_T else None
    if event is Event.GRANTED:
        return None if kind is Kind.SAFE_T else Aim.APPEAL
    if kind in {Kind.ATOZ_CLAIM, Kind.SAFE_T} and event is Event.OPENED:
        return Aim.WINDOW
    if kind is Kind.CHARGEBACK:
        return Aim.DISPUTE
    if event in {Event.INFO_REQUESTED, Event.REMINDER}:
        return Aim.QUESTION
    return {Kind.NOTICE: Aim.SHIPMENT, Kind.BUYER_MESSAGE: Aim.BUYER}.get(kind, Aim.ANSWER)


def _dated(scene: Scene, aim: Aim, frame: Frame) -> list[_Dated]:
    """Weigh the expressions that lie after the mail's start."""
    dues: dict[Expression, Due] = {}

    def is_open(expression: Expression) -> bool:
        when = due(expression.value, frame)
        if when is None or when.respond_by <= frame.start:
            return False
        dues[expression] = when
        return True

    return [_Dated(one, dues[one.expression]) for one in candidates(scene, aim, is_open=is_open)]


def _without_overlaps(found: list[_Dated]) -> list[_Dated]:
    """Of readings of the same words in two languages keep the heavier one."""
    kept: list[_Dated] = []
    for item in sorted(found, key=lambda one: one.candidate.expression.start):
        last = kept[-1] if kept else None
        if last is None or item.candidate.expression.start >= last.candidate.expression.end:
            kept.append(item)
        elif item.candidate.weight > last.candidate.weight:
            kept[-1] = item
    return kept


def _choose(found: list[_Dated], aim: Aim, *, needed: float, idle: bool, doubtful: bool) -> Limits:
    enough = [item for item in found if item.candidate.weight >= needed]
    if aim is Aim.APPEAL:
        enough = [item for item in enough if not item.candidate.conditional]
        return Limits(stated=_earliest(enough, doubtful=False))
    waiting = [item for item in enough if item.candidate.conditional or (idle and not item.candidate.firm)]
    running = [item for item in enough if item not in waiting]
    return Limits(
        stated=_earliest(running, doubtful=doubtful),
        conditional=_earliest(waiting, doubtful=doubtful) if aim is Aim.WINDOW else None,
        says_no_action=idle,
    )


def _earliest(found: list[_Dated], *, doubtful: bool) -> Limit | None:
    """Of the candidates that are about as good as the best one take the one that ends first."""
    if not found:
        return None
    best = max(item.candidate.weight for item in found)
    near = [item for item in found if item.candidate.weight >= best - _SAME_ANSWER]
    first = min(near, key=lambda item: item.due.respond_by)
    return Limit(
        respond_by=first.due.respond_by,
        target=first.due.target,
        phrase=" ".join(first.candidate.expression.phrase.split()),
        rule=first.due.rule,
        doubtful=doubtful,
    )


def settle_deadline(
    limits: Limits,
    *,
    message: Message,
    kind: Kind,
    event: Event | None,
    action_required: bool,
    funded_by: FundedBy | None,
    no_answer_will_be_asked: bool,
    policy: Policy,
) -> Deadline | None:
    """Settle by when the mail is due: its own limit, else its conditional window, else the policy."""
    if _aim(kind, event) is None or (event is Event.GRANTED and funded_by is FundedBy.AMAZON):
        return None
    assumed = _policy_deadline(
        message.sent_at,
        _policy_key(kind, event, action_required=action_required, no_answer=no_answer_will_be_asked),
        policy,
    )
    if limits.stated is not None:
        stated = _deadline(limits.stated, Basis.STATED)
        sooner = assumed is not None and assumed.respond_by < stated.respond_by
        if sooner and (kind is Kind.BUYER_MESSAGE or limits.stated.doubtful):
            return assumed
        return stated
    if limits.conditional is not None:
        demanded = action_required and not limits.says_no_action
        if demanded and assumed is not None and assumed.respond_by < limits.conditional.respond_by:
            return assumed
        return _deadline(limits.conditional, Basis.CONDITIONAL)
    return assumed


def _deadline(limit: Limit, basis: Basis) -> Deadline:
    return Deadline(respond_by=limit.respond_by, target=limit.target, basis=basis, phrase=limit.phrase, rule=limit.rule)


def _policy_key(kind: Kind, event: Event | None, *, action_required: bool, no_answer: bool) -> str | None:
    """Name the clock of the policy table; null when the table has none for such a mail (contract, section 5)."""
    if kind in {Kind.RETURN_REQUEST, Kind.BUYER_MESSAGE}:
        return kind.value if action_required else None
    if event is None:
        return None
    if kind is Kind.ATOZ_CLAIM and event is Event.OPENED:
        if action_required:
            return "atoz_claim.opened_action"
        return None if no_answer else "atoz_claim.opened"
    if event is Event.GRANTED:
        return f"{kind}.granted_seller"
    return f"{kind}.{event}"


def _policy_deadline(start: datetime, key: str | None, policy: Policy) -> Deadline | None:
    clock = policy.clocks.get(key) if key else None
    if clock is None:
        return None
    return Deadline(
        respond_by=start + clock.respond,
        target=start + clock.target if clock.target is not None else None,
        basis=Basis.POLICY,
        phrase=None,
        rule=f"the mail names no limit; the policy for {key} is {_hours(clock.respond)}",
    )


def _hours(length: timedelta) -> str:
    hours = round(length.total_seconds() / 3600)
    return f"{hours} hours" if hours <= 96 or hours % 24 else f"{hours // 24} days"
