"""A short letter without a case: what happened, what is known, what to do; for the operator and about doubtful mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from responders.letter import Letter
from responders.mime import message_id_for
from responders.rendering import render_notice
from responders.voice import TeamVoice


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """What the notice templates see; finished strings in the team's language."""

    language: str
    preheader: str
    headline: str
    grave: bool
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    list_title: str
    listed: tuple[str, ...]
    excerpt: str
    footer: str


def notice_letter(view: NoticeView, *, key: str, subject: str, team: TeamVoice, now: datetime) -> Letter:
    """The letter for one notice; it stands alone and belongs to no thread."""
    text, html = render_notice(view, templates=team.templates, on_fault=team.on_fault)
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
