"""The digest: what is due before people are back at work, what comes then, what changed, what a person must look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from config.phrasebook import Phrasebook, digest_phrases
from config.vocabulary import Basis, Kind, Outcome
from responders.clock import countdown, spoken_short
from responders.digest_view import Bar, DigestView, Row, Section
from responders.letter import Letter
from responders.mime import message_id_for
from responders.quoting import one_line, plain_line
from responders.rendering import render_pair
from responders.voice import TeamVoice

MOST_CASES, MOST_LINES = 25, 12
_HOT = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestCase:
    """One case whose clock runs."""

    number: str
    kind: Kind
    order: str
    marketplace: str
    respond_by: datetime
    basis: Basis
    holder: str
    """Empty when nobody has taken it."""
    review: bool
    missing: tuple[int, int] = (0, 0)
    """Pieces of evidence that are missing, and how many the checklist has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The newest thing that happened to a case; its outcome when it was decided."""

    number: str
    kind: Kind
    what: str
    by: str
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    """A mail that a person must look at; its words are a stranger's."""

    is_suspicious: bool
    sender: str
    subject: str
    because: str
    sent_at: datetime
    code: str = ""
    """By which an answer to the digest names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """A case that still lacks evidence; the items in the reader's language."""

    number: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something wrong with reading or sending."""

    key: str
    """failing, incident (`account` is the operator's notice, `facts` what it names), quarantined or undelivered."""
    count: int = 0
    account: str = ""
    since: datetime | None = None
    why: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestFacts:
    """Everything that one digest tells, as of now."""

    reader: str
    """Name of the person; empty for the team's."""
    day: str
    """Local day, ISO."""
    since: datetime | None
    """When the last one was decided; null for the first."""
    back: datetime | None
    """The reader's next beginning of work after today."""
    cases: tuple[DigestCase, ...]
    """Most urgent first."""
    elsewhere: int = 0
    """Cases of colleagues, left out of a person's digest."""
    changes: tuple[Change, ...] = ()
    decided: tuple[Change, ...] = ()
    review: tuple[ReviewLine, ...] = ()
    review_total: int = 0
    troubles: tuple[Trouble, ...] = ()
    lacking: tuple[Lacking, ...] = ()
    read: int = 0
    """Mails read since the last digest; told by the heartbeat."""
    is_heartbeat: bool = False
    """Sent though there is nothing to say, to show that the service lives."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.cases or self.changes or self.decided or self.review_total or self.troubles)


def digest_letter(facts: DigestFacts, *, team: TeamVoice, now: datetime) -> Letter:
    """The digest of one reader and day; `team` speaks in the reader's zone."""
    view = digest_view(facts, team=team, now=now)
    text, html = render_pair("digest", view, templates=team.templates, on_fault=team.on_fault)
    book = digest_phrases(team.language)
    key = f"digest:{f'of:{facts.reader}' if facts.reader else 'team'}:{facts.day}"
    return Letter(
        key=key,
        message_id=message_id_for(key, team.instance, team.domain),
        in_reply_to=None,
        references=(),
        date=now,
        subject=book.say("subject", counts=counts_of(facts, now, book)),
        text=text,
        html=html,
    )


def digest_view(facts: DigestFacts, *, team: TeamVoice, now: datetime) -> DigestView:
    """Everything that the digest says, in the reader's language and zone."""
    book = digest_phrases(team.language)
    day = spoken_short(now, team.zone, team.phrases).replace(f"{now.astimezone(team.zone):%H:%M}", "").rstrip(" ,，")
    name = {"who": one_line(facts.reader)} if facts.reader else {}
    counts = counts_of(facts, now, book)
    headline = book.say("headline_of" if facts.reader else "headline", day=day, counts=counts, **name)
    elsewhere = (book.say("others", n=str(facts.elsewhere)),) if facts.elsewhere else ()
    act = (book.say("act"),) if facts.cases else ()
    decide = (book.say("decide"),) if any(line.code for line in facts.review) else ()
    quiet = (book.say("quiet", n=str(facts.read)),) if facts.is_heartbeat and facts.is_empty else ()
    return DigestView(
        language=book.language,
        preheader=_preheader(facts, team, now, counts),
        headline=headline,
        bars=_bars(facts, now),
        sections=tuple(_sections(facts, team, now)),
        closing=(*quiet, *elsewhere, *decide, *act),
        footer=team.phrases.say("footer.text"),
    )


def _first(facts: DigestFacts, now: datetime) -> tuple[DigestCase, ...]:
    """What must be answered before the reader is back at work after today."""
    if facts.back is None:
        return ()
    return tuple(case for case in _firm(facts) if now <= case.respond_by < facts.back)


def _overdue(facts: DigestFacts, now: datetime) -> tuple[DigestCase, ...]:
    return tuple(case for case in _firm(facts) if case.respond_by < now)


def _firm(facts: DigestFacts) -> tuple[DigestCase, ...]:
    return tuple(case for case in facts.cases if case.basis is not Basis.CONDITIONAL)


def counts_of(facts: DigestFacts, now: datetime, book: Phrasebook) -> str:
    """What the digest holds, counted, as its subject says it."""
    first, overdue = len(_first(facts, now)), len(_overdue(facts, now))
    counted = (
        ("count_overdue", overdue),
        ("count_first", first),
        ("count_open", len(facts.cases) - first - overdue),
        ("count_review", facts.review_total),
        ("count_decided", len(facts.decided)),
    )
    parts = [book.say(key, n=str(count)) for key, count in counted if count]
    if facts.troubles:
        parts.append(book.say("count_trouble"))
    if not parts and facts.is_heartbeat and not facts.changes:
        return book.say("count_quiet")
    return book.raw("separator")[0].join(parts) or book.say("count_news", n=str(len(facts.changes)))


def _preheader(facts: DigestFacts, team: TeamVoice, now: datetime, counts: str) -> str:
    if not facts.cases:
        return counts
    first = facts.cases[0]
    when = spoken_short(first.respond_by, team.zone, team.phrases)
    return f"{first.number} {when}, {countdown(first.respond_by, now, team.phrases)}. {counts}"


def _bars(facts: DigestFacts, now: datetime) -> tuple[Bar, ...]:
    """The cases by urgency as a bar that every client shows: overdue, first, later, only if asked."""
    firm, first, overdue = _firm(facts), _first(facts, now), _overdue(facts, now)
    shares = (
        (len(overdue), "#c0392b"),
        (len(first), "#e67e22"),
        (len(firm) - len(first) - len(overdue), "#2e86c1"),
        (len(facts.cases) - len(firm), "#b8c2cc"),
    )
    total = sum(count for count, _ in shares)
    return tuple(Bar(percent=round(100 * count / total), colour=colour) for count, colour in shares if count > 0)


def _sections(facts: DigestFacts, team: TeamVoice, now: datetime) -> list[Section]:
    book = digest_phrases(team.language)
    first, overdue, firm = _first(facts, now), _overdue(facts, now), _firm(facts)
    later = tuple(case for case in firm if case not in first and case not in overdue)
    asked = tuple(case for case in facts.cases if case.basis is Basis.CONDITIONAL)
    back = spoken_short(facts.back, team.zone, team.phrases) if facts.back else ""
    found = [
        _of_cases(book.say("overdue"), overdue, facts, team, now, grave=True),
        _of_cases(
            book.say("first", when=back) if back else book.say("first_unknown"), first, facts, team, now, grave=True
        ),
        _of_cases(book.say("later"), later, facts, team, now),
        _of_cases(book.say("conditional"), asked, facts, team, now),
        _of_lines(book.say("lacking"), [_lacking(each, book) for each in facts.lacking], ""),
        _of_lines(book.say("health"), [_trouble(each, team, book) for each in facts.troubles], "", grave=True),
        _of_lines(
            book.say("review"),
            [_review(each, book) for each in facts.review],
            _rest(facts.review_total, len(facts.review), "more_review", book),
        ),
        _of_lines(_since("decided", facts, team, book), [_change(each, team, book) for each in facts.decided], ""),
        _of_lines(_since("changed", facts, team, book), [_change(each, team, book) for each in facts.changes], ""),
    ]
    return [section for section in found if section.rows or section.lines]


def _of_cases(
    title: str, cases: Sequence[DigestCase], facts: DigestFacts, team: TeamVoice, now: datetime, *, grave: bool = False
) -> Section:
    book = digest_phrases(team.language)
    rows = tuple(_row(case, facts, team, now) for case in cases[:MOST_CASES])
    return Section(title=title, rows=rows, more=_rest(len(cases), len(rows), "more", book), grave=grave)


def _of_lines(title: str, lines: Sequence[str], more: str, *, grave: bool = False) -> Section:
    shown = tuple(lines[:MOST_LINES])
    return Section(title=title, lines=shown, more=more, grave=grave)


def _rest(total: int, shown: int, key: str, book: Phrasebook) -> str:
    return book.say(key, n=str(total - shown)) if total > shown else ""


def _row(case: DigestCase, facts: DigestFacts, team: TeamVoice, now: datetime) -> Row:
    book, phrases = digest_phrases(team.language), team.phrases
    holder = one_line(case.holder)
    whose = book.say("nobody") if not holder else book.say("yours" if holder == facts.reader else "held", who=holder)
    words = [whose]
    if case.basis is Basis.POLICY:
        words.append(book.say("assumed"))
    if case.review:
        words.append(book.say("doubtful"))
    if case.missing[0]:
        count, total = (str(n) for n in case.missing)
        words.append(phrases.say("evidence.missing_count", n=count, total=total))
    parts = (phrases.say(f"kind.{case.kind}"), plain_line(case.order), case.marketplace)
    return Row(
        case=case.number,
        matter=" ".join(part for part in parts if part),
        by_when=spoken_short(case.respond_by, team.zone, phrases),
        left=countdown(case.respond_by, now, phrases),
        words=" · ".join(words),
        hot=case.respond_by - now <= _HOT and case.basis is not Basis.CONDITIONAL,
    )


def _since(key: str, facts: DigestFacts, team: TeamVoice, book: Phrasebook) -> str:
    if facts.since is None:
        return book.say(f"{key}_ever")
    return book.say(key, when=spoken_short(facts.since, team.zone, team.phrases))


def _change(change: Change, team: TeamVoice, book: Phrasebook) -> str:
    kind = team.phrases.say(f"kind.{change.kind}")
    name = change.what.replace(" ", "_")
    what = (
        book.say(f"outcome.{change.outcome}")
        if change.outcome
        else book.say(f"what.{name}" if f"what.{name}" in book else "what.other")
    )
    line = book.say("change", case=change.number, kind=kind, what=what)
    return book.say("change_by", line=line, who=one_line(change.by)) if change.by else line


def _review(line: ReviewLine, book: Phrasebook) -> str:
    word = book.say("suspicious" if line.is_suspicious else "unclear")
    return book.say(
        "review_coded" if line.code else "review_line",
        code=line.code,
        word=word,
        subject=one_line(line.subject)[:80],
        sender=one_line(line.sender)[:60],
        because=one_line(line.because)[:120],
    )


def _lacking(case: Lacking, book: Phrasebook) -> str:
    return book.say("lacking_line", case=case.number, items=book.raw("separator")[0].join(case.items))


def _trouble(trouble: Trouble, team: TeamVoice, book: Phrasebook) -> str:
    if trouble.key == "incident":
        what = team.phrases.say(f"operator.{trouble.account}.title", **trouble.facts)
        when = spoken_short(trouble.since, team.zone, team.phrases) if trouble.since else "-"
        return book.say("incident", what=plain_line(what), when=when)
    if trouble.key != "failing":
        return book.say(trouble.key, n=str(trouble.count))
    when = spoken_short(trouble.since, team.zone, team.phrases) if trouble.since else "-"
    return book.say("failing", account=plain_line(trouble.account), when=when, why=plain_line(trouble.why)[:160])


def for_preview(letter: Letter) -> Letter:
    """The letter under a key that is never sent."""
    return replace(letter, key=f"preview:{letter.key}")
