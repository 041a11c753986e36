"""The evidence checklist of a case: what to gather, why it wins, who can get it, by when, and what is there already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from config.calendars import WorkingTime, working_time_before
from config.cautions import fba_words
from config.evidence import EvidenceRule, evidence_policy
from config.phrasebook import team_phrases
from config.vocabulary import CASE_KINDS, Event, Kind, Reason
from responders.case_facts import Settled, settled_of
from responders.clock import spoken_short
from responders.quoting import plain_line
from responders.summary import CaseSummary
from responders.voice import TeamVoice

_OVER = frozenset(
    {Event.DENIED, Event.WITHDRAWN, Event.APPEAL_GRANTED, Event.APPEAL_DENIED, Event.CLOSED, Event.WON, Event.LOST}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem:
    """One line of the checklist in the team's language."""

    key: str
    what: str
    why: str
    short: str
    who: str
    condition: str | None
    """When the item applies, for people; null when it always does, or is known to apply."""
    by: str = ""
    """By when it must be there, for people; empty when it is there or no clock runs."""
    files: tuple[str, ...] = ()
    """Names of the files that prove it."""

    @property
    def done(self) -> bool:
        """Whether something on file proves it."""
        return bool(self.files)


def checklist(
    kind: Kind, event: Event | None, reason: Reason | None, *, language: str = "en"
) -> tuple[EvidenceItem, ...]:
    """What could be gathered for an answer, strongest first, before anything is known of the case itself."""
    if kind not in CASE_KINDS or event in _OVER:
        return ()
    policy = evidence_policy()
    keys = [key for key in policy.item_keys(kind, reason) if _shown(policy.items[key], {})]
    return tuple(_item(policy.items[key], language) for key in keys)


def item_keys(summary: CaseSummary) -> tuple[str, ...]:
    """Keys of the items that apply to the case as far as it is known, strongest first; also those of a case's past."""
    if summary.kind not in CASE_KINDS:
        return ()
    policy = evidence_policy()
    states = _conditions(summary, settled_of(summary))
    return tuple(key for key in policy.item_keys(summary.kind, summary.reason) if _shown(policy.items[key], states))


def checklist_of(summary: CaseSummary, *, team: TeamVoice, now: datetime) -> tuple[EvidenceItem, ...]:
    """The checklist of a case as it stands: what is there, and by when the rest must be; empty for what is over."""
    if summary.event in _OVER:
        return ()
    policy, states = evidence_policy(), _conditions(summary, settled_of(summary))
    until = summary.target if summary.target and summary.target > now else summary.respond_by
    return tuple(
        _item(
            policy.items[key],
            team.language,
            known=states.get(policy.items[key].condition or "", False) is True,
            by=_by(policy.items[key], until, team, now),
            files=files_for(summary, key),
        )
        for key in item_keys(summary)
    )


def missing_of(summary: CaseSummary, *, language: str) -> tuple[str, ...]:
    """The items that nothing on file proves, in a few words each, strongest first."""
    policy = evidence_policy()
    name = team_phrases(language).language
    return tuple(policy.items[key].texts[name].short for key in item_keys(summary) if not files_for(summary, key))


def files_for(summary: CaseSummary, key: str) -> tuple[str, ...]:
    """Names of the exhibits that prove one item, oldest first."""
    return tuple(plain_line(each.name) for each in summary.evidence.exhibits if key in each.items)


def short_of(key: str, language: str) -> str:
    """An item in a few words."""
    return evidence_policy().items[key].texts[team_phrases(language).language].short


def _shown(rule: EvidenceRule, states: Mapping[str, bool | None]) -> bool:
    if rule.condition is None:
        return True
    state = states.get(rule.condition)
    return evidence_policy().shown_unknown[rule.condition] if state is None else state


def shipped_by_amazon(summary: CaseSummary) -> bool:
    """Whether the exports, or words of the mails, say that Amazon shipped the order (FBA)."""
    return bool(_conditions(summary, settled_of(summary))["fba"])


def _conditions(summary: CaseSummary, settled: Settled) -> dict[str, bool | None]:
    """Each condition of the policy: true, false, or null while nothing tells."""
    by_amazon = "fulfilled_by_amazon" in settled.known
    by_seller = "fulfilled_by_seller" in settled.known
    fba = by_amazon if by_amazon != by_seller else None
    tracked = True if settled.many.get("tracking") or summary.tracking_numbers else None
    if tracked is None and "untracked" in settled.known:
        tracked = False
    return {
        "high_value": _is_valuable(summary.amount),
        "fba": True if fba is None and _tells_of_fba(summary) else fba,
        "seller_shipped": None if fba is None else not fba,
        "tracked": tracked,
        "untracked": None if tracked is None else not tracked,
    }


def _tells_of_fba(summary: CaseSummary) -> bool:
    return fba_words("\n".join(f"{mail.subject}\n{mail.excerpt}" for mail in summary.mails)) is not None


def _is_valuable(amount: tuple[str, str] | None) -> bool | None:
    if amount is None or amount[1] not in evidence_policy().high_value:
        return None
    try:
        return Decimal(amount[0]) >= evidence_policy().high_value[amount[1]]
    except InvalidOperation:
        return None


def _by(rule: EvidenceRule, until: datetime | None, team: TeamVoice, now: datetime) -> str:
    if until is None:
        return ""
    work = team.work or WorkingTime(zone=team.zone)
    by = working_time_before(work, until, rule.lead)
    if by is None or by <= now:
        return team.phrases.say("evidence.at_once")
    return team.phrases.say("evidence.by", when=spoken_short(by, team.zone, team.phrases))


def _item(
    rule: EvidenceRule, language: str, *, known: bool = False, by: str = "", files: tuple[str, ...] = ()
) -> EvidenceItem:
    phrases = team_phrases(language)
    text = rule.texts[phrases.language]
    return EvidenceItem(
        key=rule.key,
        what=text.what,
        why=text.why,
        short=text.short,
        who=phrases.say(f"who.{rule.who}"),
        condition=phrases.say(f"condition.{rule.condition}") if rule.condition and not known else None,
        by="" if files else by,
        files=files,
    )
