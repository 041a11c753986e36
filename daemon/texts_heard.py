"""What people send to a case beside commands on it: an answer to check, and what the case taught."""

from __future__ import annotations

from datetime import datetime

from classifiers.language import language_of_text
from config.forms import form_limits
from daemon.cases import Case
from daemon.learning import keep
from daemon.storage.engine import Transaction
from responders.answer import Answer
from responders.lessons import read_words
from responders.tone import check_tone, finding_lines

_LONGEST = max(form_limits().values())


def tone_of(text: str, team_language: str) -> Answer:
    """The findings in an answer that somebody wants to send."""
    language = language_of_text(text)
    findings = check_tone(text, language=language, team_language=team_language, longest=_LONGEST)
    values = {"count": str(len(findings)), "characters": str(len(text))}
    return Answer(
        key="tone" if findings else "tone_clean",
        obeyed=True,
        values=values,
        more=finding_lines(findings, team_language),
    )


def lesson_of(tx: Transaction, case: Case, text: str, *, by: str, now: datetime) -> Answer:
    """What somebody says that a case taught, kept once."""
    words = read_words(text)
    if words.is_empty:
        return Answer(key="incomplete", obeyed=False, values={"word": "lesson"})
    is_new = keep(tx, case, words, by=by, now=now)
    return Answer(key="lesson" if is_new else "lesson_known", obeyed=True, values={})
