"""The suggested answer, composed from building blocks: facts, evidence, conclusion; unknown facts are marked slots."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from config.cautions import injury_words, store_language
from config.evidence import evidence_policy
from config.forms import form_limits
from config.phrasebook import Phrasebook, draft_phrases
from config.vocabulary import LANGUAGES, Authenticity, Event, FundedBy, Kind, Reason
from responders.channel import Channel, channel_of, is_appealing
from responders.evidence import item_keys, shipped_by_amazon
from responders.known import item_facts, known_facts
from responders.rendering import OnFault, Templates, ignore, render_first
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
    (Kind.ATOZ_CLAIM, Event.REMINDER): (Purpose.CLAIM, Purpose.BUYER_HOLDING),
    (Kind.ATOZ_CLAIM, Event.INFO_REQUESTED): (Purpose.INFO, Purpose.BUYER_HOLDING),
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
    if is_appealing(summary):
        return (Purpose.APPEAL,)
    return _PURPOSES.get((summary.kind, summary.event or Event.OPENED), ())


def draft_language(summary: CaseSummary) -> str:
    """The language that Amazon wrote in, else the store's."""
    written = summary.newest.language
    return written if written in LANGUAGES else store_language(summary.marketplace)


def draft_reply(
    summary: CaseSummary,
    *,
    language: str | None = None,
    templates: Templates = (),
    on_fault: OnFault = ignore,
) -> Draft | None:
    """The suggested answers; null when nothing is to be answered or only people may. `language` is for a gloss.

    Of a team's `templates` the most special one of draft_templates() decides how each is put together.
    """
    purposes = purposes_of(summary)
    if not purposes:
        return None
    chosen, channel = language or draft_language(summary), channel_of(summary)
    return Draft(
        language=chosen,
        channel=channel,
        subject=_reply_subject(summary.newest.subject) if channel.by_mail else "",
        variants=tuple(
            _compose(summary, purpose, language, place_of(purpose, channel), templates, on_fault)
            for purpose in purposes
        ),
    )


def place_of(purpose: Purpose, channel: Channel) -> str:
    """Where a variant goes, as a key of forms.toml."""
    return "buyer_message" if purpose is Purpose.BUYER_HOLDING else channel.value


def draft_templates(purpose: Purpose, language: str) -> tuple[str, ...]:
    """File names by which a team may put an answer together, the most special first; the last one is shipped."""
    return (
        f"draft.{purpose}.{language}.txt.j2",
        f"draft.{purpose}.txt.j2",
        f"draft.{language}.txt.j2",
        "draft.txt.j2",
    )


def _language_for(summary: CaseSummary, purpose: Purpose) -> str:
    """A buyer reads the store's language; Amazon's notices come in the seller account's."""
    return store_language(summary.marketplace) if purpose is Purpose.BUYER_HOLDING else draft_language(summary)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftParts:
    """What a draft's template sees: finished sentences in the answer's language, gaps marked."""

    purpose: str
    language: str
    greeting: str
    opening: str
    told: tuple[str, ...]
    """The facts, numbered; empty where none are told."""
    shown: tuple[str, ...]
    """The evidence, numbered."""
    attachments: str
    conclusion: tuple[str, ...]
    closing: str
    headings: Mapping[str, str]
    facts: Mapping[str, str]
    """Every single fact by its name, such as `tracking`: what the mails have told, or the gap for it."""


_LEAST_ITEMS = 3


def _compose(
    summary: CaseSummary,
    purpose: Purpose,
    gloss: str | None,
    place: str,
    templates: Templates,
    on_fault: OnFault,
) -> Variant:
    """One variant in its own language, or in that of a gloss; the weakest evidence is left out when it is too long."""
    own, items = _language_for(summary, purpose), list(item_keys(summary))
    body = _body(summary, purpose, own, items, templates, on_fault)
    while len(body) > form_limits()[place] and len(items) > _LEAST_ITEMS:
        items.remove(next(key for key in reversed(items) if key != "buyer_messages"))
        body = _body(summary, purpose, own, items, templates, on_fault)
    if gloss is not None and gloss != own:
        body = _body(summary, purpose, gloss, items, templates, on_fault)
    language = gloss or own
    return Variant(purpose=purpose, language=language, body=body, slots=_slots(body, draft_phrases(language)))


def _body(
    summary: CaseSummary,
    purpose: Purpose,
    language: str,
    items: Sequence[str],
    templates: Templates,
    on_fault: OnFault,
) -> str:
    parts = parts_of(summary, purpose, draft_phrases(language), items)
    names = draft_templates(purpose, language)
    return render_first(names, templates=templates, on_fault=on_fault, draft=parts).strip()


def parts_of(summary: CaseSummary, purpose: Purpose, phrases: Phrasebook, items: Sequence[str]) -> DraftParts:
    """The building blocks of one answer, filled with what the mails have told; `items` are keys of evidence."""
    appeal = purpose is Purpose.APPEAL
    facts = known_facts(_as_decided(summary) if appeal else summary, phrases)
    argued = purpose not in (Purpose.BUYER_HOLDING, Purpose.CS_AGREE)
    told = [phrases.say(f"facts.{key}", **facts) for key in _told(summary)] if argued and not appeal else []
    shown = [phrases.say(f"evidence.{key}", **item_facts(summary, key, facts)) for key in items] if argued else []
    return DraftParts(
        purpose=purpose.value,
        language=phrases.language,
        greeting=phrases.say(f"greeting.{_GREETING[purpose]}"),
        opening=phrases.say(f"opening.{purpose}", **facts),
        told=tuple(_numbered(told, phrases)),
        shown=tuple(_numbered(shown, phrases)),
        attachments=phrases.say("request.attachments", **facts) if argued else "",
        conclusion=_conclusion(summary, purpose, phrases, facts),
        closing=phrases.say("closing.buyer" if purpose is Purpose.BUYER_HOLDING else "closing.amazon", **facts),
        headings={
            "facts": phrases.say("heading.facts"),
            "evidence": phrases.say("heading.new_evidence" if appeal else "heading.evidence"),
            "conclusion": phrases.say("heading.conclusion"),
        },
        facts=facts,
    )


def _as_decided(summary: CaseSummary) -> CaseSummary:
    """The case as of the decision: an appeal names its date, not that of a mail that came after."""
    places = [place for place, mail in enumerate(summary.mails) if mail.event is Event.GRANTED]
    return replace(summary, mails=summary.mails[: places[-1] + 1]) if places else summary


_DELIVERY = frozenset({Reason.ITEM_NOT_RECEIVED, Reason.LATE_DELIVERY, Reason.UNAUTHORIZED})
_OF_SELLERS_PARCEL = frozenset({"shipped", "schedule"})


def _is_amazons_parcel(summary: CaseSummary) -> bool:
    """A delivery that Amazon answers for: the seller neither shipped it nor can prove how it went."""
    return summary.reason in _DELIVERY and shipped_by_amazon(summary)


def _told(summary: CaseSummary) -> list[str]:
    keys = evidence_policy().facts(summary.reason)
    if not _is_amazons_parcel(summary):
        return list(keys)
    return ["fba", *(key for key in keys if key not in _OF_SELLERS_PARCEL)]


def _conclusion(
    summary: CaseSummary, purpose: Purpose, phrases: Phrasebook, facts: Mapping[str, str]
) -> tuple[str, ...]:
    """What is asked for or offered, line by line, after the decisive point where one is argued."""
    request = list(phrases.lines(f"request.{purpose}", **facts))
    if purpose is Purpose.BUYER_HOLDING:
        return (_joined(request, phrases),)
    if purpose is Purpose.CS_AGREE:
        return tuple(request)
    reason = "fba" if _is_amazons_parcel(summary) else summary.reason.value if summary.reason else "unknown"
    point = phrases.say(f"point.{reason}", **facts)
    return (point, *_numbered(request, phrases)) if len(request) > 1 else (_joined([point, *request], phrases),)


def _numbered(lines: list[str], phrases: Phrasebook) -> list[str]:
    return [phrases.say("number", n=str(n)) + line for n, line in enumerate(lines, start=1)]


def _joined(lines: list[str], phrases: Phrasebook) -> str:
    return ("" if phrases.language in {"ja", "zh"} else " ").join(lines)


def _slots(body: str, phrases: Phrasebook) -> tuple[str, ...]:
    mark = re.compile(re.escape(phrases.say("open")) + r"[^\]】]*" + re.escape(phrases.say("close")))
    return tuple(dict.fromkeys(mark.findall(body)))


def _reply_subject(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"
