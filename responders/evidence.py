"""The evidence checklist of a case: what to gather, why it wins, who can get it."""

from __future__ import annotations

from dataclasses import dataclass

from config.evidence import evidence_policy
from config.phrasebook import team_phrases
from config.vocabulary import CASE_KINDS, Event, Kind, Reason

_OVER = frozenset(
    {Event.DENIED, Event.WITHDRAWN, Event.APPEAL_GRANTED, Event.APPEAL_DENIED, Event.CLOSED, Event.WON, Event.LOST}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem:
    """One line of the checklist in the team's language."""

    key: str
    what: str
    why: str
    who: str
    condition: str | None
    """When the item applies, for people; null when it always does."""


def checklist(
    kind: Kind, event: Event | None, reason: Reason | None, *, language: str = "en"
) -> tuple[EvidenceItem, ...]:
    """What to gather for an answer, strongest first; empty for kinds without a case and for matters that are over."""
    if kind not in CASE_KINDS or event in _OVER:
        return ()
    return tuple(_item(key, language) for key in evidence_policy().item_keys(kind, reason))


def _item(key: str, language: str) -> EvidenceItem:
    rule, phrases = evidence_policy().items[key], team_phrases(language)
    text = rule.texts[phrases.language]
    return EvidenceItem(
        key=key,
        what=text.what,
        why=text.why,
        who=phrases.say(f"who.{rule.who}"),
        condition=phrases.say(f"condition.{rule.condition}") if rule.condition else None,
    )
