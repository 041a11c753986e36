"""Letters of the ladder: what, by when, what to do, how to acknowledge; several cases of one person are one letter."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from config.ladder import APPEAL, LETTERS
from config.phrasebook import Phrasebook
from config.vocabulary import Basis, Kind
from responders.clock import countdown, spoken, spoken_short
from responders.letter import Letter
from responders.mime import message_id_for
from responders.quoting import one_line
from responders.rendering import render_pair
from responders.suggest import thread_root
from responders.voice import TeamVoice


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNotice:
    """One step of one case, as its reader sees it."""

    number: str
    kind: Kind
    order: str
    """First order id; empty when none is known."""
    marketplace: str
    respond_by: datetime | None
    basis: str
    """Of ladder.BASES."""
    letter: str
    """Of ladder.LETTERS."""
    due_at: datetime
    late: bool
    holder: str
    """Who has taken the case; empty for nobody."""
    key: str
    """Of the decision: unique."""
    missing: tuple[str, ...] = ()
    """Pieces of evidence that nothing on file proves yet, strongest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One case in the table; finished strings."""

    case: str
    matter: str
    by_when: str
    left: str
    word: str
    hot: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderView:
    """What the ladder templates see."""

    language: str
    preheader: str
    headline: str
    grave: bool
    paragraphs: tuple[str, ...]
    columns: tuple[str, ...]
    table: tuple[RowView, ...]
    closing: tuple[str, ...]
    footer: str


def step_letter(
    notices: Sequence[CaseNotice],
    *,
    reader: str,
    team: TeamVoice,
    now: datetime,
    limit: int | None = None,
    held: Sequence[str] = (),
) -> Letter:
    """The letter to one person about what came due for the person; `team` speaks in the reader's zone.

    `limit` is given when this is the last letter within the hour, `held` names cases whose notices were held back.
    """
    phrases = team.phrases
    worst = sorted(notices, key=lambda notice: (-LETTERS.index(notice.letter), _due(notice), notice.number))
    cases = list({notice.number: notice for notice in reversed(worst)}.values())[::-1]
    one = cases[0] if len(cases) == 1 else None
    grave = worst[0].letter == "overdue"
    headline = phrases.say(f"ladder.headline.{worst[0].letter}") if one else _many(cases, phrases)
    view = LadderView(
        language=phrases.language,
        preheader=f"{_left(worst[0], now, phrases)}. {headline}",
        headline=headline,
        grave=grave,
        paragraphs=tuple(_paragraphs(one, notices, team)),
        columns=phrases.raw("ladder.columns"),
        table=tuple(_row(notice, team, now, word=not one) for notice in cases),
        closing=(*_missing(one, cases, phrases), *_closing(one, limit, held, phrases)),
        footer=phrases.say("footer.text"),
    )
    key = _key("step", reader, [notice.key for notice in notices])
    subject = _case_subject(one, phrases) if one else phrases.say("ladder.subject_many", count=str(len(cases)))
    return _letter(view, key=key, subject=subject, case=one.number if one else "", team=team, now=now)


def storm_letter(notices: Sequence[CaseNotice], *, count: int, team: TeamVoice, now: datetime) -> Letter:
    """The one letter about many new cases: `count` came within the hour, `notices` are those not told yet."""
    phrases = team.phrases
    rows = sorted(notices, key=lambda notice: (_due(notice), notice.number))
    headline = phrases.say("ladder.storm", count=str(count))
    view = LadderView(
        language=phrases.language,
        preheader=headline,
        headline=headline,
        grave=True,
        paragraphs=(phrases.say("ladder.storm_text"),),
        columns=phrases.raw("ladder.columns"),
        table=tuple(_row(notice, team, now, word=False) for notice in rows),
        closing=(phrases.say("ladder.storm_todo"),),
        footer=phrases.say("footer.text"),
    )
    key = _key("storm", "team", [notice.key for notice in rows])
    subject = phrases.say("ladder.subject_storm", count=str(count))
    return _letter(view, key=key, subject=subject, case="", team=team, now=now)


def relief_letter(notice: CaseNotice, topic: str, *, reader: str, team: TeamVoice, now: datetime) -> Letter:
    """The letter to somebody who had been alarmed: nothing more is to be done. `topic` says what ended the ladder."""
    phrases = team.phrases
    headline = phrases.say("ladder.relief.headline")
    view = LadderView(
        language=phrases.language,
        preheader=headline,
        headline=headline,
        grave=False,
        paragraphs=(phrases.say(f"ladder.relief.{topic}"),),
        columns=(),
        table=(),
        closing=(phrases.say("ladder.relief.todo"),),
        footer=phrases.say("footer.text"),
    )
    key = _key("relief", reader, [notice.key])
    return _letter(view, key=key, subject=_case_subject(notice, phrases), case=notice.number, team=team, now=now)


def _letter(view: LadderView, *, key: str, subject: str, case: str, team: TeamVoice, now: datetime) -> Letter:
    text, html = render_pair("ladder", view, templates=team.templates, on_fault=team.on_fault)
    root = thread_root(case, team) if case else None
    return Letter(
        key=key,
        message_id=message_id_for(key, team.instance, team.domain),
        in_reply_to=root,
        references=(root,) if root else (),
        date=now,
        subject=subject,
        text=text,
        html=html,
        case=case,
    )


def _key(topic: str, reader: str, keys: Sequence[str]) -> str:
    digest = hashlib.sha256("\0".join([reader, *sorted(keys)]).encode("utf-8", "replace")).hexdigest()[:32]
    return f"ladder:{topic}:{digest}"


def _case_subject(notice: CaseNotice, phrases: Phrasebook) -> str:
    """The case's own subject, so that the notice stands in the case's thread."""
    kind = phrases.say(f"kind.{notice.kind}")
    return "Re: " + phrases.say("subject.case", number=notice.number, kind=kind, order=notice.order).strip()


def _many(cases: Sequence[CaseNotice], phrases: Phrasebook) -> str:
    return phrases.say("ladder.many", count=str(len(cases)))


def _paragraphs(one: CaseNotice | None, notices: Sequence[CaseNotice], team: TeamVoice) -> list[str]:
    phrases = team.phrases
    late = [notice.due_at for notice in notices if notice.late]
    found = [phrases.say("ladder.late", when=spoken(min(late), team.zone, phrases))] if late else []
    if one is not None:
        found.append(phrases.say(f"ladder.todo.{_todo(one)}"))
        if one.holder:
            found.append(f"{phrases.say('ladder.holder')}: {one_line(one.holder)}")
    return found


def _todo(notice: CaseNotice) -> str:
    if notice.letter == "overdue":
        return "overdue"
    return _TODO.get(notice.basis, "answer")


_TODO: Mapping[str, str] = {Basis.POLICY: "policy", Basis.CONDITIONAL: "conditional", APPEAL: "appeal"}


def _missing(one: CaseNotice | None, cases: Sequence[CaseNotice], phrases: Phrasebook) -> list[str]:
    """What evidence is still missing, where an answer is still due."""
    comma = "、" if phrases.language == "zh" else ", "
    lines = [
        (case.number, phrases.say("evidence.missing", items=comma.join(case.missing)))
        for case in cases[:_MOST_MISSING]
        if case.missing
    ]
    return [line if one else f"{number}: {line}" for number, line in lines]


_MOST_MISSING = 8


def _closing(one: CaseNotice | None, limit: int | None, held: Sequence[str], phrases: Phrasebook) -> list[str]:
    found = [phrases.say("ladder.reply" if one else "ladder.reply_many")]
    if held:
        found.append(phrases.say("ladder.held", limit=str(limit or ""), cases=", ".join(held)))
    elif limit is not None:
        found.append(phrases.say("ladder.limit", limit=str(limit)))
    return found


def _row(notice: CaseNotice, team: TeamVoice, now: datetime, *, word: bool) -> RowView:
    phrases = team.phrases
    kind = phrases.say(f"kind.{notice.kind}")
    by = notice.respond_by
    return RowView(
        case=notice.number,
        matter=" ".join(part for part in (kind, one_line(notice.order), notice.marketplace) if part),
        by_when=spoken_short(by, team.zone, phrases) if by else phrases.say("ladder.nothing_due"),
        left=_left(notice, now, phrases),
        word=phrases.say(f"ladder.word.{notice.letter}") if word else "",
        hot=notice.letter in ("page", "lead", "overdue"),
    )


def _left(notice: CaseNotice, now: datetime, phrases: Phrasebook) -> str:
    return countdown(notice.respond_by, now, phrases) if notice.respond_by else phrases.say("ladder.nothing_due")


def _due(notice: CaseNotice) -> float:
    return notice.respond_by.timestamp() if notice.respond_by else float("inf")
