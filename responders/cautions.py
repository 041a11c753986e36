"""What could cost the seller money or the account, said before anybody acts."""

from __future__ import annotations

from dataclasses import dataclass

from config.cautions import fba_words
from config.phrasebook import Phrasebook
from config.vocabulary import Authenticity, Event, FundedBy, Kind, Reason
from responders.channel import Channel, channel_of
from responders.draft import injury_in
from responders.quoting import one_line
from responders.summary import CaseSummary

_DELIVERY = frozenset({Reason.ITEM_NOT_RECEIVED, Reason.LATE_DELIVERY, None})
_REFUND = frozenset({Reason.RETURN_NOT_REFUNDED, Reason.CANCELLED_NOT_REFUNDED})
_BEFORE_DECISION = frozenset({Event.OPENED, Event.INFO_REQUESTED, Event.REMINDER, None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """One warning; `grave` ones stand above everything else in the letter."""

    key: str
    title: str
    text: str
    grave: bool


def cautions_of(summary: CaseSummary, phrases: Phrasebook) -> tuple[Caution, ...]:
    """Every warning that applies, gravest first."""
    found = [*_about_danger(summary), *_about_money(summary), *_about_the_mail(summary)]
    return tuple(
        Caution(
            key=key,
            title=phrases.say(f"caution.{key}.title", **values),
            text=phrases.say(f"caution.{key}.text", **values),
            grave=key in {"injury", "suspicious"},
        )
        for key, values in found
    )


def _about_danger(summary: CaseSummary) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    if summary.newest.authenticity is Authenticity.SUSPICIOUS:
        found.append(("suspicious", {}))
    if word := injury_in(summary):
        found.append(("injury", {"word": word}))
    return found


def _about_money(summary: CaseSummary) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    undecided = summary.event in _BEFORE_DECISION
    if undecided and summary.kind is not Kind.CHARGEBACK and summary.reason in _DELIVERY:
        found.append(("claims_protected", {}))
    if undecided and summary.reason in _REFUND:
        found.append(("refund_check", {}))
    if undecided and summary.kind is Kind.ATOZ_CLAIM:
        found.append(("refund_counts", {}))
    if undecided and summary.kind is Kind.CHARGEBACK:
        found.append(("double", {}))
    if summary.event is Event.GRANTED and summary.funded_by is not FundedBy.AMAZON:
        found.append(("one_appeal", {}))
    return found + _about_fba(summary, undecided)


def _about_fba(summary: CaseSummary, undecided: bool) -> list[tuple[str, dict[str, str]]]:
    if word := fba_words("\n".join(f"{mail.subject}\n{mail.excerpt}" for mail in summary.mails)):
        return [("fba_found", {"word": word})]
    return [("fba", {})] if undecided and summary.reason in _DELIVERY else []


def _about_the_mail(summary: CaseSummary) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    if summary.previous:
        found.append(("previous", {"previous": summary.previous}))
    if summary.event in _BEFORE_DECISION and channel_of(summary) is Channel.RELAY_REPLY:
        found.append(("relay_read", {}))
    if summary.newest.forwarded_by:
        found.append(("forwarded", {"who": one_line(summary.newest.forwarded_by)}))
    if summary.review:
        found.append(("review", {"because": "; ".join(one_line(each) for each in summary.because[:3])}))
    if summary.newest.authenticity is Authenticity.UNVERIFIED:
        found.append(("unproven", {}))
    return found
