"""Letters about a mail that files no case: a forgery that poses as Amazon, or a mail that nobody understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from config.vocabulary import Kind
from responders.clock import spoken
from responders.letter import Letter
from responders.notice import NoticeView, notice_letter
from responders.quoting import one_line, quoted
from responders.voice import TeamVoice


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtfulMail:
    """What the team is told about a mail on the review list."""

    key: str
    """Stable and unique for this mail, such as the hash of its bytes."""
    place: str
    """Where people find it: account and mailbox."""
    sent_at: datetime
    display: str
    """Display name of the author as written; hostile."""
    sender: str
    """Addr-spec of the author as written; hostile."""
    subject: str
    excerpt: str
    kind: Kind
    """What it is, or what it imitates."""
    order_ids: tuple[str, ...]
    because: tuple[str, ...]
    """Why it is not believed or not understood."""
    hosts: tuple[str, ...] = ()
    """Hosts that its links lead to."""


def warning_letter(mail: DoubtfulMail, *, team: TeamVoice, now: datetime) -> Letter:
    """The warning about a forged mail: what it imitates, why it is not believed, no live link, no draft."""
    return _letter(mail, "suspicious", "imitates", team, now)


def review_letter(mail: DoubtfulMail, *, team: TeamVoice, now: datetime) -> Letter:
    """The request to read a mail that was not understood; it may be real, so it is neither dropped nor filed."""
    return _letter(mail, "review", "kind", team, now)


def _letter(mail: DoubtfulMail, topic: str, lead: str, team: TeamVoice, now: datetime) -> Letter:
    phrases = team.phrases
    kind = phrases.say(f"{topic}.{lead}", kind=phrases.say(f"kind.{mail.kind}"))
    view = NoticeView(
        language=phrases.language,
        preheader=kind,
        headline=phrases.say(f"{topic}.headline"),
        grave=topic == "suspicious",
        paragraphs=(kind, *phrases.lines(f"{topic}.text")),
        rows=_rows(mail, team),
        list_title=phrases.say(f"{topic}.why"),
        listed=tuple(one_line(each) for each in mail.because[:10]),
        excerpt=quoted(mail.excerpt[:600]),
        footer=phrases.say("footer.text"),
    )
    subject = phrases.say(f"subject.{topic}")
    return notice_letter(view, key=f"{topic}:{mail.key}", subject=subject, team=team, now=now)


def _rows(mail: DoubtfulMail, team: TeamVoice) -> tuple[tuple[str, str], ...]:
    phrases = team.phrases
    rows = (
        ("suspicious.account", mail.place),
        ("suspicious.display", one_line(mail.display)),
        ("row.from", one_line(mail.sender)),
        ("row.received", spoken(mail.sent_at, team.zone, phrases)),
        ("row.subject", one_line(mail.subject)),
        ("row.order", ", ".join(one_line(order) for order in mail.order_ids[:5])),
        ("suspicious.hosts", ", ".join(one_line(host) for host in mail.hosts[:8])),
    )
    return tuple((phrases.say(key), value) for key, value in rows if value)
