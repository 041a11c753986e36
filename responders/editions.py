"""Two further editions of the digest: for whoever comes on call, and for leads how the weeks compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from config.phrasebook import Phrasebook, digest_phrases
from responders.digest import DigestFacts, counts_of, digest_view
from responders.digest_view import ChartRow, DigestView, Section
from responders.letter import Letter
from responders.mime import message_id_for
from responders.quoting import one_line
from responders.rendering import render_pair
from responders.voice import TeamVoice

_BLUE, _RED, _GREEN = "#2e86c1", "#c0392b", "#27864a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week of the reader's, Monday to Sunday."""

    first: date
    last: date
    opened: int
    answered_in: float | None
    """Median hours from the opening to the first answer of the cases answered in the week; null without any."""
    overdue: int
    won: int
    lost: int

    @property
    def rate(self) -> float | None:
        """Won of those decided, 0 to 1; null without any."""
        decided = self.won + self.lost
        return self.won / decided if decided else None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekFacts:
    """What the weekly edition tells."""

    reader: str
    day: str
    weeks: tuple[Week, ...]
    """Oldest first, the newest one complete; at least one."""
    open_now: int
    overdue_now: int


def shift_letter(facts: DigestFacts, *, queue: str, before: str, key: str, team: TeamVoice, now: datetime) -> Letter:
    """The open cases of a queue for whoever has come on call; `before` had it, empty for nobody known."""
    book = digest_phrases(team.language)
    view = digest_view(facts, team=team, now=now)
    counts = counts_of(facts, now, book) if facts.cases else book.say("shift_quiet")
    had = (book.say("shift_after", who=one_line(before)),) if before else ()
    view = replace(view, headline=book.say("shift", queue=one_line(queue)), closing=(*had, *view.closing))
    subject = book.say("shift_subject", who=one_line(facts.reader), counts=counts)
    return _letter(view, key=key, subject=subject, team=team, now=now)


def week_letter(facts: WeekFacts, *, key: str, team: TeamVoice, now: datetime) -> Letter:
    """How the weeks compare: response time, overdue cases, cases won."""
    book, newest = digest_phrases(team.language), facts.weeks[-1]
    headline = book.say("week", day=_short(newest.last, book))
    state = book.say("week_open", n=str(facts.open_now), overdue=str(facts.overdue_now))
    view = DigestView(
        language=book.language,
        preheader=f"{headline}. {state}",
        headline=headline,
        bars=(),
        sections=tuple(_sections(facts.weeks, book)),
        closing=(state,),
        footer=team.phrases.say("footer.text"),
    )
    decided = str(newest.won + newest.lost)
    subject = book.say("week_subject", won=str(newest.won), decided=decided, overdue=str(newest.overdue))
    return _letter(view, key=key, subject=subject, team=team, now=now)


def _letter(view: DigestView, *, key: str, subject: str, team: TeamVoice, now: datetime) -> Letter:
    text, html = render_pair("digest", view, templates=team.templates, on_fault=team.on_fault)
    return Letter(
        key=key,
        message_id=message_id_for(key, team.instance, team.domain),
        in_reply_to=None,
        references=(),
        date=now,
        subject=subject,
        text=text,
        html=html,
    )


def _sections(weeks: Sequence[Week], book: Phrasebook) -> list[Section]:
    found = [
        _chart("week_answered", weeks, lambda week: week.answered_in, _hours, _BLUE, book),
        _chart("week_overdue", weeks, lambda week: float(week.overdue), _count, _RED, book),
        _chart("week_rate", weeks, lambda week: week.rate, _share, _GREEN, book),
        _chart("week_new", weeks, lambda week: float(week.opened), _count, _BLUE, book),
    ]
    return [*_compared(weeks, book), *found]


_Value = Callable[[Week], float | None]
_Said = Callable[[Week, float | None, Phrasebook], str]


def _chart(key: str, weeks: Sequence[Week], value: _Value, said: _Said, colour: str, book: Phrasebook) -> Section:
    """A bar a week; the longest is the largest value, for a share the whole."""
    most = 1.0 if key == "week_rate" else max((value(week) or 0.0 for week in weeks), default=0.0)
    rows = []
    for week in weeks:
        found = value(week)
        percent = round(100 * found / most) if found and most else 0
        label = book.say("week_of", first=_short(week.first, book), last=_short(week.last, book))
        rows.append(ChartRow(label=label, percent=percent, value=said(week, found, book), colour=colour))
    return Section(title=book.say(key), chart=tuple(rows))


def _compared(weeks: Sequence[Week], book: Phrasebook) -> list[Section]:
    """The newest week against the one before, in words."""
    if len(weeks) < 2:
        return []
    before, now = weeks[-2], weeks[-1]
    lines = [
        _trend("week_answered", before, now, before.answered_in, now.answered_in, _hours, book, less_is_better=True),
        _trend("week_overdue", before, now, before.overdue, now.overdue, _count, book, less_is_better=True),
        _trend("week_rate", before, now, before.rate, now.rate, _share, book, less_is_better=False),
    ]
    shown = tuple(line for line in lines if line)
    return [Section(title=book.say("week_compared"), lines=shown)] if shown else []


def _trend(
    key: str,
    week_before: Week,
    week_now: Week,
    before: float | None,
    now: float | None,
    said: _Said,
    book: Phrasebook,
    *,
    less_is_better: bool,
) -> str:
    if before is None or now is None:
        return ""
    way = "same" if said(week_now, now, book) == said(week_before, before, book) else None
    way = way or ("better" if (now < before) == less_is_better else "worse")
    values = {"now": said(week_now, now, book), "before": said(week_before, before, book)}
    return book.say(f"week_trend_{way}", what=book.say(key), **values)


def _hours(_week: Week, value: float | None, book: Phrasebook) -> str:
    return book.say("none_answered") if value is None else book.say("hours", n=f"{value:.1f}".removesuffix(".0"))


def _count(_week: Week, value: float | None, _book: Phrasebook) -> str:
    return str(round(value or 0))


def _share(week: Week, value: float | None, book: Phrasebook) -> str:
    if value is None:
        return book.say("none_answered")
    return book.say("share", percent=str(round(100 * value)), won=str(week.won), decided=str(week.won + week.lost))


def _short(day: date, book: Phrasebook) -> str:
    return f"{day.month}月{day.day}日" if book.language == "zh" else f"{day.day} {day:%b}"
