"""The letter about one event of a case: what happened, by when, what to do, what to answer, what to gather."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from config.forms import form_limits
from config.phrasebook import Phrasebook, answer_phrases, draft_phrases, lesson_phrases
from config.vocabulary import Authenticity, Event
from responders.calendar import calendar_entry
from responders.cautions import cautions_of
from responders.channel import channel_of
from responders.clock import spoken
from responders.deadline_view import clock_view, glance, store_name
from responders.draft import Draft, Purpose, Variant, draft_reply, injury_in, place_of
from responders.evidence import checklist_of
from responders.evidence_notes import evidence_cautions, fact_lines
from responders.letter import Enclosure, Letter
from responders.mime import message_id_for
from responders.quoting import one_line, plain_line, quoted
from responders.rendering import render
from responders.reply import reply_files
from responders.situation import situation_of
from responders.summary import CaseSummary
from responders.view import DraftView, LetterView, Piece
from responders.voice import TeamVoice

__all__ = ["TeamVoice", "letter_view", "suggestion_letter", "thread_root"]


def thread_root(number: str, team: TeamVoice) -> str:
    """The Message-ID that every letter about this case refers to; the case's first letter carries it itself."""
    return message_id_for(f"case:{number}", team.instance, team.domain)


def suggestion_letter(summary: CaseSummary, *, team: TeamVoice, now: datetime) -> Letter:
    """The letter about the case's newest mail, as of `now`.

    The subject stays the same through the life of a case, since Gmail opens a new thread when it changes; the deadline
    is the first thing in the text and in the preview line.
    """
    first = not summary.told
    root = thread_root(summary.number, team)
    key = f"suggest:{summary.number}:{summary.event}:{_fingerprint(summary)}"
    stem = team.phrases.say(
        "subject.case",
        number=summary.number,
        kind=team.phrases.say(f"kind.{summary.kind}"),
        order=_order(summary) or "",
    ).strip()
    draft = draft_reply(summary, templates=team.templates, on_fault=team.on_fault)
    entry = calendar_entry(summary, team=team, now=now)
    files = reply_files(summary, draft) if draft else {}
    view = letter_view(summary, draft, files, team=team, now=now)
    text, html = render(view, templates=team.templates, on_fault=team.on_fault)
    return Letter(
        key=key,
        message_id=root if first else message_id_for(key, team.instance, team.domain),
        in_reply_to=None if first else root,
        references=() if first else (root,),
        date=now,
        subject=stem if first else f"Re: {stem}",
        text=text,
        html=html,
        enclosures=((entry,) if entry else ()) + tuple(files.values()),
        case=summary.number,
    )


def letter_view(
    summary: CaseSummary,
    draft: Draft | None,
    files: Mapping[Purpose, Enclosure],
    *,
    team: TeamVoice,
    now: datetime,
) -> LetterView:
    """Everything that the letter says, in the team's language; `files` are the draft's variants as enclosures."""
    phrases, situation = team.phrases, situation_of(summary)
    headline = phrases.say(f"headline.{situation}")
    clock = clock_view(summary, team, now)
    mark, live = _mark(draft, phrases), summary.event in _LIVE
    return LetterView(
        language=phrases.language,
        preheader=" ".join(part for part in (glance(clock), headline) if part),
        tag=phrases.say(f"kind.{summary.kind}"),
        headline=headline,
        rows=_rows(summary, phrases),
        clock=clock,
        clock_note="" if clock else phrases.say(f"clock.{'none_open' if live else 'none_over'}"),
        steps=_steps(summary, situation, phrases),
        cautions=(*cautions_of(summary, phrases), *evidence_cautions(summary, phrases)),
        lessons=tuple(plain_line(each) for each in summary.lessons),
        drafts=_drafts(summary, draft, files, team),
        draft_note=phrases.say("draft.note", mark=mark),
        no_draft=phrases.say("draft.no_draft") if live and draft is None else "",
        evidence=checklist_of(summary, team=team, now=now) if draft else (),
        on_file=fact_lines(summary, phrases) if draft else (),
        mail_rows=_mail_rows(summary, team),
        excerpt=quoted(summary.newest.excerpt),
        because=tuple(one_line(each) for each in summary.because[:8]),
        footer=footer_of(team),
        headings={name: phrases.say(f"section.{name}") for name in _SECTIONS}
        | {"lessons": lesson_phrases(phrases.language).say("show.title")},
    )


def footer_of(team: TeamVoice) -> str:
    """The last words of a letter about a case: how to act on it by answering, and what is sent to nobody."""
    how = answer_phrases(team.language).say("help.foot", address=team.answers_to) if team.answers_to else ""
    return " ".join(part for part in (how, team.phrases.say("footer.text")) if part)


_LIVE = frozenset({Event.OPENED, Event.INFO_REQUESTED, Event.REMINDER, None})
_SECTIONS = ("clock", "steps", "cautions", "draft", "evidence", "mail", "because", "facts", "gloss")


def _fingerprint(summary: CaseSummary) -> str:
    """Of the mail that the letter is about: another copy of it, read later or by another way, is no second letter."""
    return hashlib.sha256(summary.newest.sent_at.isoformat().encode()).hexdigest()[:16]


def _order(summary: CaseSummary) -> str | None:
    """The case's first order id, if it has the form of one: it goes into a header field."""
    first = summary.order_ids[0] if summary.order_ids else ""
    return first if re.fullmatch(r"[0-9A-Z-]{5,24}", first) else None


def _rows(summary: CaseSummary, phrases: Phrasebook) -> tuple[tuple[str, str], ...]:
    amount = " ".join(summary.amount) if summary.amount else ""
    reason = phrases.say(f"reason.{summary.reason or 'unknown'}")
    rows = (
        ("case", summary.number),
        ("order", ", ".join(summary.order_ids)),
        ("amount", amount),
        ("store", store_name(summary)),
        ("reason", reason),
        ("support_case", ", ".join(summary.support_case_ids)),
        ("asin", ", ".join(summary.asins)),
        ("tracking", ", ".join(summary.tracking_numbers)),
    )
    return tuple((phrases.say(f"row.{key}"), plain_line(value)) for key, value in rows if value)


def _mail_rows(summary: CaseSummary, team: TeamVoice) -> tuple[tuple[str, str], ...]:
    phrases, newest = team.phrases, summary.newest
    return (
        (phrases.say("row.from"), one_line(newest.sender)),
        (phrases.say("row.received"), spoken(newest.sent_at, team.zone, phrases)),
        (phrases.say("row.subject"), one_line(newest.subject)),
    )


def _steps(summary: CaseSummary, situation: str, phrases: Phrasebook) -> tuple[str, ...]:
    order = plain_line(summary.order_ids[0]) if summary.order_ids else phrases.say("place.the_order")
    case = plain_line(summary.support_case_ids[0]) if summary.support_case_ids else phrases.say("place.the_order")
    place = phrases.say(f"place.{channel_of(summary)}", order=order, support_case=case)
    return phrases.lines(f"steps.{_conduct(summary) or situation}", place=place)


def _conduct(summary: CaseSummary) -> str | None:
    """What overrides the usual steps: a forgery, or injury and damage, which only people may answer."""
    if summary.newest.authenticity is Authenticity.SUSPICIOUS:
        return "suspicious"
    return "injury" if summary.event in _LIVE and injury_in(summary) else None


def _drafts(
    summary: CaseSummary, draft: Draft | None, files: Mapping[Purpose, Enclosure], team: TeamVoice
) -> tuple[DraftView, ...]:
    if draft is None:
        return ()
    phrases = team.phrases
    templates, on_fault = team.templates, team.on_fault
    gloss = draft_reply(summary, language=phrases.language, templates=templates, on_fault=on_fault) or draft
    pairs = zip(draft.variants, gloss.variants, strict=True)
    views = (_draft_view(draft, variant, same.body, phrases) for variant, same in pairs)
    names = (files[variant.purpose].filename if variant.purpose in files else "" for variant in draft.variants)
    return tuple(
        replace(view, file=phrases.say("draft.file", file=name)) if name else view
        for view, name in zip(views, names, strict=True)
    )


def _draft_view(draft: Draft, variant: Variant, gloss: str, phrases: Phrasebook) -> DraftView:
    language = phrases.say(f"language.{variant.language}")
    reply = "" if variant.purpose is Purpose.BUYER_HOLDING else one_line(draft.subject)
    return DraftView(
        title=phrases.say(f"draft.title.{variant.purpose}"),
        language=phrases.say("draft.language", language=language),
        language_code=variant.language,
        when=phrases.say(f"draft.when.{variant.purpose}"),
        subject=phrases.say("draft.reply_subject", subject=reply) if reply else "",
        file="",
        length=_length(draft, variant, phrases),
        body=variant.body,
        pieces=_pieces(variant),
        gloss="" if variant.language == phrases.language else gloss,
    )


def _length(draft: Draft, variant: Variant, phrases: Phrasebook) -> str:
    """How long the answer is, and how much its place takes; gaps count as they stand."""
    place = place_of(variant.purpose, draft.channel)
    return phrases.say("draft.length", count=str(len(variant.body)), limit=str(form_limits()[place]))


def _pieces(variant: Variant) -> tuple[Piece, ...]:
    if not variant.slots:
        return (Piece(text=variant.body, gap=False),)
    cut = re.compile("(" + "|".join(re.escape(slot) for slot in variant.slots) + ")")
    return tuple(Piece(text=part, gap=part in variant.slots) for part in cut.split(variant.body) if part)


def _mark(draft: Draft | None, phrases: Phrasebook) -> str:
    book = draft_phrases(draft.language if draft else phrases.language)
    return f"{book.say('open')}…{book.say('close')}"
