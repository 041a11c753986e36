"""Answers to replies: what was done and what comes next, or why nothing was; and word to the others on the case."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config.phrasebook import answer_phrases
from config.vocabulary import Kind, Status
from responders.calendar import entry_of_act
from responders.clock import countdown, spoken
from responders.letter import Letter
from responders.mime import message_id_for
from responders.notice import NoticeView
from responders.quoting import one_line, plain_line
from responders.rendering import render_notice
from responders.suggest import thread_root
from responders.voice import TeamVoice

_ORDER = re.compile(r"[0-9A-Z-]{5,24}")
_KINDS_NAMED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The case as it stands after the reply."""

    number: str
    kind: Kind
    order_ids: tuple[str, ...]
    status: Status
    respond_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered: one of the phrases' `did` or `refused`, with its values."""

    key: str
    obeyed: bool
    values: Mapping[str, str]
    until: datetime | None = None
    """For a snooze."""
    with_help: bool = False
    more: tuple[str, ...] = ()
    """Further sentences: what became of the files that came with it."""


def answer_letter(
    answer: Answer, standing: Standing | None, *, identity: str, replies_to: str | None, team: TeamVoice, now: datetime
) -> Letter:
    """The answer to the person who wrote; `team` carries that person's own zone."""
    book = answer_phrases(team.language)
    values = _values(answer, standing, team)
    section = "did" if answer.obeyed else "refused"
    headline = book.say(f"{section}.{answer.key}", **values)
    following = (book.say(f"next.{answer.key}", **values),) if answer.obeyed else ()
    shows_help = answer.with_help or not answer.obeyed
    view = NoticeView(
        language=book.language,
        preheader=headline,
        headline=headline,
        grave=False,
        paragraphs=(
            *answer.more,
            *following,
            *_clock(standing, team, now),
            *((book.say("help.hint"),) if shows_help else ()),
        ),
        rows=_rows(standing, team),
        list_title=book.say("help.title") if shows_help else "",
        listed=book.lines("help.lines") if shows_help else (),
        excerpt="",
        footer=team.phrases.say("footer.text"),
    )
    letter = _letter(view, f"reply:{identity}", standing, replies_to, team, now)
    return _with_entry(letter, answer.key, standing, team, now) if answer.obeyed else letter


def answer_to_several(
    answers: Sequence[tuple[Answer, Standing | None]],
    *,
    identity: str,
    replies_to: str | None,
    team: TeamVoice,
    now: datetime,
) -> Letter:
    """The answer to a reply that spoke of several cases or mails: a line for each."""
    book = answer_phrases(team.language)
    done = sum(answer.obeyed for answer, _ in answers)
    headline = book.say("several.headline", done=str(done), count=str(len(answers)))
    lines = []
    for answer, standing in answers:
        values = _values(answer, standing, team)
        section = "did" if answer.obeyed else "refused"
        lines.append(book.say(f"{section}.{answer.key}", **values))
    is_whole = done == len(answers)
    view = NoticeView(
        language=book.language,
        preheader=headline,
        headline=headline,
        grave=False,
        paragraphs=() if is_whole else (book.say("several.refused"),),
        rows=(),
        list_title=book.say("several.title"),
        listed=tuple(lines),
        excerpt="",
        footer=team.phrases.say("footer.text"),
    )
    return _letter(view, f"reply:{identity}", None, replies_to, team, now)


def word_of_several(
    said: Sequence[tuple[str, Mapping[str, str], Standing]], *, identity: str, team: TeamVoice, now: datetime
) -> Letter:
    """Word to one of the others that somebody spoke of several cases at once."""
    book = answer_phrases(team.language)
    lines = []
    for key, values, standing in said:
        clean = {name: one_line(value) for name, value in values.items()} | {"case": standing.number}
        lines.append(book.say(f"others.{key}", **clean))
    first = {name: one_line(value) for name, value in said[0][1].items()}
    headline = book.say("several.others", who=first["who"], count=str(len(said)))
    view = NoticeView(
        language=book.language,
        preheader=headline,
        headline=headline,
        grave=False,
        paragraphs=(book.say("others.remark", **first),) if first.get("remark") else (),
        rows=(),
        list_title=book.say("several.title"),
        listed=tuple(lines),
        excerpt="",
        footer=team.phrases.say("footer.text"),
    )
    return _letter(view, f"word:several:{identity}", None, None, team, now)


def _values(answer: Answer, standing: Standing | None, team: TeamVoice) -> dict[str, str]:
    """What the phrases of an answer are filled with."""
    values = {name: one_line(value) for name, value in answer.values.items()}
    values["case"] = standing.number if standing else values.get("case") or "-"
    if answer.until:
        values["until"] = spoken(answer.until, team.zone, team.phrases)
    if answer.key == "no_kind":
        values["kinds"] = ", ".join(team.phrases.say(f"kind.{kind}") for kind in list(Kind)[:_KINDS_NAMED])
    for name in {"kind", "was"} & {name for name, value in answer.values.items() if value in set(Kind)}:
        values[name] = team.phrases.say(f"kind.{answer.values[name]}")
    return values


def word_to_others(
    key: str,
    values: Mapping[str, str],
    standing: Standing,
    *,
    identity: str,
    to_holder: bool,
    team: TeamVoice,
    now: datetime,
) -> Letter:
    """Word to the others on a case that somebody took it; `to_holder` for the person who has it now."""
    book = answer_phrases(team.language)
    clean = {name: one_line(value) for name, value in values.items()} | {"case": standing.number}
    if key == "wrong":
        clean["kind"] = team.phrases.say(f"kind.{values['kind']}")
    headline = book.say(f"others.{key}", **clean)
    remark = (book.say("others.remark", **clean),) if clean.get("remark") else ()
    view = NoticeView(
        language=book.language,
        preheader=headline,
        headline=headline,
        grave=False,
        paragraphs=(book.say(f"others.{'to_you' if to_holder else 'calm'}"), *remark, *_clock(standing, team, now)),
        rows=_rows(standing, team),
        list_title="",
        listed=(),
        excerpt="",
        footer=team.phrases.say("footer.text"),
    )
    suffix = "holder" if to_holder else "others"
    letter = _letter(view, f"word:{suffix}:{identity}", standing, None, team, now)
    return _with_entry(letter, key, standing, team, now)


_STOP = frozenset({"done", "won", "lost", "wrong"})
"""Commands that stop a clock, so that its calendar entry is withdrawn; `reopen` brings it back."""


def _with_entry(letter: Letter, key: str, standing: Standing | None, team: TeamVoice, now: datetime) -> Letter:
    if standing is None or not (
        (key in _STOP and standing.respond_by is None) or (key == "reopen" and standing.respond_by is not None)
    ):
        return letter
    order = " ".join(each for each in standing.order_ids[:1] if _ORDER.fullmatch(each))
    entry = entry_of_act(standing.number, standing.kind, order, standing.respond_by, team=team, now=now)
    return replace(letter, enclosures=(*letter.enclosures, entry))


def _letter(
    view: NoticeView, key: str, standing: Standing | None, replies_to: str | None, team: TeamVoice, now: datetime
) -> Letter:
    text, html = render_notice(view, templates=team.templates, on_fault=team.on_fault)
    root = (thread_root(standing.number, team),) if standing else ()
    answered = (
        (replies_to,)
        if replies_to and re.fullmatch(r"[A-Za-z0-9._+=-]{1,200}@[A-Za-z0-9.-]{1,200}", replies_to)
        else ()
    )
    return Letter(
        key=key,
        message_id=message_id_for(key, team.instance, team.domain),
        in_reply_to=(*answered, *root, None)[0],
        references=(*root, *answered),
        date=now,
        subject=f"Re: {_subject(standing, team)}"
        if standing
        else team.phrases.say("subject.operator", title=view.headline),
        text=text,
        html=html,
        case=standing.number if standing else "",
    )


def _subject(standing: Standing, team: TeamVoice) -> str:
    """The subject of the case's other letters, since some clients tear a thread apart when it changes."""
    first = standing.order_ids[0] if standing.order_ids else ""
    kind = team.phrases.say(f"kind.{standing.kind}")
    order = first if _ORDER.fullmatch(first) else ""
    return team.phrases.say("subject.case", number=standing.number, kind=kind, order=order).strip()


def _clock(standing: Standing | None, team: TeamVoice, now: datetime) -> tuple[str, ...]:
    if standing is None or standing.status is Status.CLOSED or standing.respond_by is None:
        return ()
    by = standing.respond_by
    when, left = spoken(by, team.zone, team.phrases), countdown(by, now, team.phrases)
    return (answer_phrases(team.language).say("next.due", when=when, countdown=left),)


def _rows(standing: Standing | None, team: TeamVoice) -> tuple[tuple[str, str], ...]:
    if standing is None:
        return ()
    book = answer_phrases(team.language)
    rows = (
        (team.phrases.say("row.case"), standing.number),
        (team.phrases.say("row.order"), plain_line(", ".join(standing.order_ids))),
        (book.say("row.status"), book.say(f"status.{standing.status}")),
    )
    return tuple((label, value) for label, value in rows if value)
