"""A page: one short text to a channel beside mail. Case number, matter, by when; nothing of what a mail says."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.ladder import LETTERS
from config.phrasebook import Phrasebook
from responders.clock import countdown, spoken_short
from responders.escalation import CaseNotice
from responders.quoting import one_line, plain_line
from responders.voice import TeamVoice

MOST_LINES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one page says."""

    key: str
    """Stable and unique for what the page is about: it is never sent twice to one channel."""
    title: str
    body: str


def case_page(
    notices: Sequence[CaseNotice], *, people: Sequence[str], order_ids: bool, team: TeamVoice, now: datetime
) -> Page:
    """The page about what came due for `people`; several cases are one page. `team` speaks in its readers' zone."""
    phrases = team.phrases
    worst = sorted(notices, key=lambda notice: (-LETTERS.index(notice.letter), _due(notice), notice.number))
    cases = list({notice.number: notice for notice in reversed(worst)}.values())[::-1]
    first, rest = cases[0], len(cases) - MOST_LINES
    left = countdown(first.respond_by, now, phrases) if first.respond_by else phrases.say("ladder.nothing_due")
    lines = [_line(each, order_ids, team) for each in cases[:MOST_LINES]]
    if rest > 0:
        lines.append(phrases.say("page.more", count=str(rest)))
    lines += [phrases.say("page.for", people=", ".join(one_line(name) for name in people)), phrases.say("page.todo")]
    title = (
        phrases.say(f"page.title.{first.letter}", case=first.number, left=left)
        if len(cases) == 1
        else phrases.say("page.many", count=str(len(cases)))
    )
    return Page(key=_key("case", [each.key for each in notices]), title=_titled(title, phrases), body="\n".join(lines))


def service_page(key: str, title: str, text: str, *, team: TeamVoice) -> Page:
    """The page about the service itself; `key` names the incident, and `text` says what to do."""
    return Page(key=f"operator:page:{key}", title=_titled(plain_line(title), team.phrases), body=plain_line(text))


def trial_page(*, team: TeamVoice, now: datetime) -> Page:
    """The page that only shows that the channel works."""
    phrases = team.phrases
    when = spoken_short(now, team.zone, phrases)
    return Page(
        key="", title=_titled(phrases.say("page.trial"), phrases), body=phrases.say("page.trial_text", when=when)
    )


def _line(notice: CaseNotice, order_ids: bool, team: TeamVoice) -> str:
    phrases = team.phrases
    what = (phrases.say(f"kind.{notice.kind}"), one_line(notice.order) if order_ids else "", notice.marketplace)
    matter = " ".join(part for part in what if part)
    by = notice.respond_by
    when = spoken_short(by, team.zone, phrases) if by else phrases.say("ladder.nothing_due")
    return phrases.say("page.line", case=notice.number, matter=matter, when=when)


def _titled(text: str, phrases: Phrasebook) -> str:
    return phrases.say("subject.operator", title=text)


def _due(notice: CaseNotice) -> float:
    return notice.respond_by.timestamp() if notice.respond_by else float("inf")


def _key(topic: str, keys: Sequence[str]) -> str:
    digest = hashlib.sha256("\0".join(sorted(keys)).encode("utf-8", "replace")).hexdigest()[:32]
    return f"page:{topic}:{digest}"
