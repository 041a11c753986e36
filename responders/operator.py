"""Letters about the service itself: short, clear, with the next thing to do."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from config.phrasebook import team_phrases
from responders.letter import Letter
from responders.notice import NoticeView, notice_letter
from responders.quoting import plain_line
from responders.voice import TeamVoice

NOTICES = tuple(
    sorted(
        key.split(".")[1] for key in team_phrases("en").keys if key.startswith("operator.") and key.endswith(".title")
    )
)
"""What a letter to the operator can be about; each names in its title the facts that it needs."""


def operator_letter(
    notice: str, facts: Mapping[str, str], *, team: TeamVoice, now: datetime, occasion: str = ""
) -> Letter:
    """The letter for one of NOTICES; raises PhraseMissing for another notice, a missing fact or an unnamed one.

    `facts` are shown under their names from the phrases' [fact]; the same notice with the same facts and `occasion`
    (a day, an incident's start) is the same letter and is sent once.
    """
    phrases, shown = team.phrases, {name: plain_line(value) for name, value in facts.items()}
    title = phrases.say(f"operator.{notice}.title", **shown)
    view = NoticeView(
        language=phrases.language,
        preheader=phrases.say(f"operator.{notice}.text"),
        headline=title,
        grave=False,
        paragraphs=(phrases.say(f"operator.{notice}.text"), phrases.say(f"operator.{notice}.todo")),
        rows=tuple((phrases.say(f"fact.{name}"), value) for name, value in shown.items() if value),
        list_title="",
        listed=(),
        excerpt="",
        footer=phrases.say("footer.text"),
    )
    digest = hashlib.sha256(repr(sorted(facts.items())).encode("utf-8", "replace")).hexdigest()[:16]
    key = f"operator:{notice}:{occasion}:{digest}"
    return notice_letter(view, key=key, subject=phrases.say("subject.operator", title=title), team=team, now=now)
