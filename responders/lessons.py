"""What cases taught: the post-mortem form, reading its answer, and which lessons a later case should hear of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from config.phrasebook import TEAM_LANGUAGES, lesson_phrases
from config.vocabulary import Kind, Outcome, Reason
from responders.letter import Letter
from responders.mime import message_id_for
from responders.notice import NoticeView
from responders.quoting import one_line
from responders.rendering import render_notice
from responders.suggest import footer_of, thread_root
from responders.voice import TeamVoice

MOST_SHOWN = 3
LONGEST = 300
"""Characters of one part of a lesson, as it is kept."""
_SHOWN = 140
_WEIGHTS = (("asin", 8), ("reason", 4), ("carrier", 2), ("marketplace", 1))
_ENOUGH = 4
"""Same reason or same article; a carrier in the same store alone teaches little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonWords:
    """What a person wrote about a case that is over; empty where nothing was said."""

    decided: str = ""
    missing: str = ""
    misread: str = ""
    other: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said at all."""
        return not (self.decided or self.missing or self.misread or self.other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """By what cases are compared."""

    kind: Kind
    reason: Reason | None
    marketplace: str | None
    asins: tuple[str, ...] = ()
    carrier: str = ""
    """Empty when it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One lesson as it is kept."""

    case: str
    at: datetime
    by: str
    outcome: Outcome | None
    of: Likeness
    words: LessonWords


def read_words(text: str) -> LessonWords:
    """The parts of an answer to the form, by the labels of all team languages; lines without one are `other`."""
    parts: dict[str, list[str]] = {"decided": [], "missing": [], "misread": [], "other": []}
    for line in text.splitlines():
        name, words = _labelled(line.strip().lstrip("-*•> "))
        if words and not (name != "other" and words.lower().strip(" .。") in _words("nothing")):
            parts[name].append(words)
    return LessonWords(**{name: " ".join(lines)[:LONGEST].strip() for name, lines in parts.items()})


def _labelled(line: str) -> tuple[str, str]:
    label, colon, words = re.sub("：", ":", line, count=1).partition(":")
    form = re.match(
        rf"(?:{'|'.join(sorted(_words('form'), key=len, reverse=True))})(?:\s*[,:;，：、-]\s*|$)", line.lower()
    )
    if form:
        return _labelled(line[form.end() :].strip()) if form.end() < len(line) else ("other", "")
    if colon:
        for name in ("decided", "missing", "misread"):
            if label.strip().lower() in _words(name):
                return name, words.strip()
    return "other", line


def _words(name: str) -> frozenset[str]:
    return frozenset(word for code in TEAM_LANGUAGES for word in lesson_phrases(code).raw(f"labels.{name}"))


def similar(lessons: Iterable[Lesson], to: Likeness, *, case: str = "") -> tuple[tuple[Lesson, tuple[str, ...]], ...]:
    """The lessons that this case should hear of, best match first and newest first among equals, at most MOST_SHOWN.

    Beside each stands what is alike; lessons of the case itself are left out.
    """
    scored = []
    for lesson in lessons:
        alike = _alike(lesson.of, to)
        score = sum(weight for name, weight in _WEIGHTS if name in alike)
        if score >= _ENOUGH and lesson.case != case and not lesson.words.is_empty:
            scored.append((score + 0.5 * (lesson.of.kind is to.kind), lesson.at, lesson, alike))
    best = sorted(scored, key=lambda row: (row[0], row[1]), reverse=True)
    return tuple((lesson, alike) for _, _, lesson, alike in best[:MOST_SHOWN])


def _alike(one: Likeness, other: Likeness) -> tuple[str, ...]:
    same = (
        ("reason", one.reason is not None and one.reason is other.reason),
        ("asin", bool(set(one.asins) & set(other.asins))),
        ("carrier", bool(one.carrier) and one.carrier.casefold() == other.carrier.casefold()),
        ("marketplace", bool(one.marketplace) and one.marketplace == other.marketplace),
    )
    return tuple(name for name, is_same in same if is_same)


def lesson_line(lesson: Lesson, alike: Iterable[str], language: str) -> str:
    """One lesson in one line of the team's language."""
    book = lesson_phrases(language)
    head = book.say(
        "show.head",
        case=lesson.case,
        outcome=book.say(f"outcome.{lesson.outcome or Outcome.UNKNOWN}"),
        alike=("、" if book.language == "zh" else ", ").join(book.say(f"show.{name}") for name in alike),
    )
    words = lesson.words
    said = [
        book.say(f"show.{name}", words=_cut(text))
        for name, text in (("decided", words.decided), ("missing", words.missing), ("misread", words.misread))
        if text
    ]
    if words.other and len(said) < 2:
        said.append(_cut(words.other))
    colon, comma = ("：", "；") if book.language == "zh" else (": ", "; ")
    return f"{head}{colon}{comma.join(said)}"


def _cut(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1].rstrip()}…"


def lesson_form(
    number: str, outcome: Outcome, *, subject: str, rows: Iterable[tuple[str, str]], team: TeamVoice, now: datetime
) -> Letter:
    """The form about a case that is over, in the case's thread; one for each end of a case."""
    book, key = lesson_phrases(team.language), f"lesson:{number}:{outcome}"
    headline = book.say("form.headline", case=number, outcome=book.say(f"outcome.{outcome}"))
    view = NoticeView(
        language=book.language,
        preheader=headline,
        headline=headline,
        grave=False,
        paragraphs=(book.say("form.ask"), book.say("form.later")),
        rows=tuple(rows),
        list_title=book.say("form.how"),
        listed=book.lines("form.lines"),
        excerpt="",
        footer=footer_of(team),
    )
    text, html = render_notice(view, templates=team.templates, on_fault=team.on_fault)
    root = thread_root(number, team)
    return Letter(
        key=key,
        message_id=message_id_for(key, team.instance, team.domain),
        in_reply_to=root,
        references=(root,),
        date=now,
        subject=f"Re: {subject}",
        text=text,
        html=html,
        case=number,
    )
