"""The suggested answer, composed from building blocks: facts, evidence, conclusion; unknown facts are marked slots."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from config.cautions import injury_words, store_language
from config.evidence import evidence_policy
from config.phrasebook import Phrasebook, draft_phrases
from config.vocabulary import LANGUAGES, Authenticity, Event, FundedBy, Kind
from responders.channel import Channel, channel_of
from responders.known import known_facts
from responders.summary import CaseSummary


class Purpose(StrEnum):
    """What an answer is for."""

    CLAIM = "claim"
    INFO = "info"
    APPEAL = "appeal"
    CHARGEBACK = "chargeback"
    CS_REEVALUATE = "cs_reevaluate"
    CS_AGREE = "cs_agree"
    BUYER_HOLDING = "buyer_holding"
    """A short answer to the buyer, because silence alone can lose a claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way to answer; `slots` are the unknown facts as they stand in `body`, marks included."""

    purpose: Purpose
    language: str
    body: str
    slots: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The suggested answers to one event; `language`, `body` and `slots` are the first variant's."""

    language: str
    channel: Channel
    subject: str
    """"Re: ..." for an answer by mail, empty for a form."""
    variants: tuple[Variant, ...]

    @property
    def body(self) -> str:
        """The answer to suggest first."""
        return self.variants[0].body

    @property
    def slots(self) -> tuple[str, ...]:
        """What is still unknown in it."""
        return self.variants[0].slots


_PURPOSES: dict[tuple[Kind, Event], tuple[Purpose, ...]] = {
    (Kind.ATOZ_CLAIM, Event.OPENED): (Purpose.CLAIM, Purpose.BUYER_HOLDING),
    (Kind.ATOZ_CLAIM, Event.REMINDER): (Purpose.CLAIM,),
    (Kind.ATOZ_CLAIM, Event.INFO_REQUESTED): (Purpose.INFO,),
    (Kind.ATOZ_CLAIM, Event.GRANTED): (Purpose.APPEAL,),
    (Kind.CS_REQUEST, Event.OPENED): (Purpose.CS_REEVALUATE, Purpose.CS_AGREE),
    (Kind.CS_REQUEST, Event.REMINDER): (Purpose.CS_REEVALUATE, Purpose.CS_AGREE),
    (Kind.CHARGEBACK, Event.OPENED): (Purpose.CHARGEBACK,),
    (Kind.CHARGEBACK, Event.REMINDER): (Purpose.CHARGEBACK,),
}

_GREETING = {
    Purpose.CLAIM: "claims",
    Purpose.INFO: "claims",
    Purpose.APPEAL: "claims",
    Purpose.CHARGEBACK: "chargeback",
    Purpose.CS_REEVALUATE: "service",
    Purpose.CS_AGREE: "service",
    Purpose.BUYER_HOLDING: "buyer",
}


def injury_in(summary: CaseSummary) -> str | None:
    """A word in the case's mails that speaks of injury or damage to property; such a case belongs to people alone."""
    return injury_words("\n".join(f"{mail.subject}\n{mail.excerpt}" for mail in summary.mails))


def purposes_of(summary: CaseSummary) -> tuple[Purpose, ...]:
    """What can be answered now; nothing for decided matters, forgeries, injury and what Amazon pays itself."""
    if summary.newest.authenticity is Authenticity.SUSPICIOUS or injury_in(summary):
        return ()
    if summary.event is Event.GRANTED and summary.funded_by is FundedBy.AMAZON:
        return ()
    return _PURPOSES.get((summary.kind, summary.event or Event.OPENED), ())


def draft_language(summary: CaseSummary) -> str:
    """The language that Amazon wrote in, else the store's."""
    written = summary.newest.language
    return written if written in LANGUAGES else store_language(summary.marketplace)


def draft_reply(summary: CaseSummary, *, language: str | None = None) -> Draft | None:
    """The suggested answers; null when nothing is to be answered or only people may. `language` is for a gloss."""
    purposes = purposes_of(summary)
    if not purposes:
        return None
    chosen, channel = language or draft_language(summary), channel_of(summary)
    return Draft(
        language=chosen,
        channel=channel,
        subject=_reply_subject(summary.newest.subject) if channel.by_mail else "",
        variants=tuple(_compose(summary, purpose, language or _language_for(summary, purpose)) for purpose in purposes),
    )


def _language_for(summary: CaseSummary, purpose: Purpose) -> str:
    """A buyer reads the store's language; Amazon's notices come in the seller account's."""
    return store_language(summary.marketplace) if purpose is Purpose.BUYER_HOLDING else draft_language(summary)


def _compose(summary: CaseSummary, purpose: Purpose, language: str) -> Variant:
    phrases = draft_phrases(language)
    facts = known_facts(summary, phrases)
    parts = [phrases.say(f"greeting.{_GREETING[purpose]}"), phrases.say(f"opening.{purpose}", **facts)]
    parts += _middle(summary, purpose, phrases, facts)
    parts.append(phrases.say("closing.buyer" if purpose is Purpose.BUYER_HOLDING else "closing.amazon", **facts))
    body = "\n\n".join(parts)
    return Variant(purpose=purpose, language=language, body=body, slots=_slots(body, phrases))


def _middle(summary: CaseSummary, purpose: Purpose, phrases: Phrasebook, facts: dict[str, str]) -> list[str]:
    request = list(phrases.lines(f"request.{purpose}", **facts))
    if purpose is Purpose.BUYER_HOLDING:
        return [_joined(request, phrases)]
    if purpose is Purpose.CS_AGREE:
        return ["\n".join(request)]
    policy, reason = evidence_policy(), summary.reason
    told = [phrases.say(f"facts.{key}", **facts) for key in policy.facts(reason)]
    shown = [phrases.say(f"evidence.{key}", **facts) for key in policy.item_keys(summary.kind, reason)]
    appeal = purpose is Purpose.APPEAL
    sections = [] if appeal else [_section("heading.facts", _numbered(told, phrases), phrases)]
    sections.append(
        _section("heading.new_evidence" if appeal else "heading.evidence", _numbered(shown, phrases), phrases)
    )
    sections.append(phrases.say("request.attachments", **facts))
    point = phrases.say(f"point.{reason.value if reason else 'unknown'}", **facts)
    closing = [point, *_numbered(request, phrases)] if len(request) > 1 else [_joined([point, *request], phrases)]
    sections.append(_section("heading.conclusion", closing, phrases))
    return sections


def _section(heading: str, lines: list[str], phrases: Phrasebook) -> str:
    return "\n".join([phrases.say(heading), *lines])


def _numbered(lines: list[str], phrases: Phrasebook) -> list[str]:
    return [phrases.say("number", n=str(n)) + line for n, line in enumerate(lines, start=1)]


def _joined(lines: list[str], phrases: Phrasebook) -> str:
    return ("" if phrases.language in {"ja", "zh"} else " ").join(lines)


def _slots(body: str, phrases: Phrasebook) -> tuple[str, ...]:
    mark = re.compile(re.escape(phrases.say("open")) + r"[^\]】]*" + re.escape(phrases.say("close")))
    return tuple(dict.fromkeys(mark.findall(body)))


def _reply_subject(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"
