"""Learning from outcomes: the form after a case is over, what is kept of its answer, and what later cases hear."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from classifiers.tracking import carrier_by_number
from config.settings import Person, Settings
from config.vocabulary import Outcome, Status
from daemon.cases import Case
from daemon.desk import Post
from daemon.storage import casefile, lesson_rows, outbox_rows
from daemon.storage.engine import Transaction
from daemon.storage.store import Store
from responders.clock import spoken
from responders.lessons import Lesson, LessonWords, Likeness, lesson_form, lesson_line, similar
from responders.summary import CaseSummary

ASKED = frozenset({Outcome.WON, Outcome.LOST, Outcome.REFUNDED, Outcome.AMAZON_FUNDED})
"""Ends that teach something."""
_ASKED_WITHIN = timedelta(days=2)
"""A case that ended longer ago is not asked about: a first import would ask about hundreds."""
_LOOKED_AT = 300
_AT_ONCE = 20
"""Forms of one round; the rest wait for the next."""


def likeness_of(case: Case, carrier: str = "") -> Likeness:
    """By what the case is compared; the carrier by its exports, else by the look of its tracking number."""
    named = carrier or next((name for each in case.tracking_numbers if (name := carrier_by_number(each))), "")
    return Likeness(kind=case.kind, reason=case.reason, marketplace=case.marketplace, asins=case.asins, carrier=named)


def keep(tx: Transaction, case: Case, words: LessonWords, *, by: str, now: datetime, carrier: str = "") -> bool:
    """Keep what a person says that a case taught; False when it was said before, or nothing was."""
    if words.is_empty:
        return False
    of = likeness_of(case, carrier)
    return lesson_rows.add(tx, Lesson(case=case.number, at=now, by=by, outcome=case.outcome, of=of, words=words))


def with_lessons(tx: Transaction, summary: CaseSummary, case: Case, language: str) -> CaseSummary:
    """The summary with what earlier cases taught; none when the case is over."""
    if case.status is Status.CLOSED:
        return summary
    carrier = next((fact.value for fact in summary.evidence.facts if fact.name == "carrier"), "")
    to = likeness_of(case, carrier)
    found = similar(lesson_rows.candidates(tx, to), to, case=case.number)
    return replace(summary, lessons=tuple(lesson_line(lesson, alike, language) for lesson, alike in found))


def send_forms(store: Store, post: Post | None, settings: Settings, now: datetime) -> int:
    """Ask about cases that have just ended and that nobody has spoken of yet; how many letters."""
    if post is None or not settings.team.post_mortem:
        return 0
    with store.read() as tx:
        ended = lesson_rows.ended_unasked(tx, since=now - _ASKED_WITHIN, outcomes=ASKED, limit=_LOOKED_AT)
    if not ended:
        return 0
    with store.write() as tx:
        written = (1 for case_id in ended if _ask(tx, case_id, post, settings, now))
        return sum(islice(written, _AT_ONCE))


def _ask(tx: Transaction, case_id: int, post: Post, settings: Settings, now: datetime) -> bool:
    found = casefile.find(tx, case_id, now)
    if found is None or not _is_asked_about(found[0]):
        return False
    case = found[0]
    if not outbox_rows.has_letters(tx, case_id) or lesson_rows.is_told(tx, case_id) or case.outcome is None:
        return False
    phrases = post.voice.phrases
    kind, order = phrases.say(f"kind.{case.kind}"), " ".join(case.order_ids[:1])
    rows = [
        (phrases.say("row.case"), case.number),
        (phrases.say("row.order"), ", ".join(case.order_ids)),
        (phrases.say("row.reason"), phrases.say(f"reason.{case.reason or 'unknown'}")),
        (phrases.say("row.received"), spoken(case.newest_at, post.voice.zone, phrases)),
    ]
    subject = phrases.say("subject.case", number=case.number, kind=kind, order=order).strip()
    shown = [row for row in rows if row[1]]
    letter = lesson_form(case.number, case.outcome, subject=subject, rows=shown, team=post.voice, now=now)
    return outbox_rows.enqueue(tx, letter, post.copies(letter, _asked(case, settings)), now, case_id)


def _is_asked_about(case: Case) -> bool:
    return case.status is Status.CLOSED and not case.past and case.outcome in ASKED


def _asked(case: Case, settings: Settings) -> tuple[str, ...]:
    """Whoever has the case, else the leads, else the operator: one form is enough."""
    people: tuple[Person, ...] = settings.team.people
    holder = [person.address for person in people if person.name == case.holder]
    leads = [person.address for person in people if person.lead]
    return tuple(holder or leads or [settings.team.operator])
