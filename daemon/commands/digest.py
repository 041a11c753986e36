"""`digest`: what the next digest would say, printed or as a page; nothing is sent or recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from config.settings import Person, Settings
from daemon.database import database_url, open_store
from daemon.desk import post_of
from daemon.digesting import facts_for, letter_of, reader_for
from daemon.faults import Refused
from daemon.supervisor import all_health
from daemon.workspace import required_settings


def digest(
    *, preview: Path | None, person: str | None, now: datetime | None, settings_path: Path | None, database: str | None
) -> int:
    """Print the digest of the team or of a person; `preview` is where the HTML page goes."""
    settings, at = required_settings(settings_path), now or datetime.now(UTC)
    who = _called(person, settings) if person else None
    reader, language = reader_for(settings, who), (who.language if who else None) or settings.team.language
    with open_store(database_url(database, settings), lock=False) as store:
        healths = all_health(store, settings)
        with store.read() as tx:
            facts = facts_for(tx, reader, healths, at, language=language)
    if facts.is_empty:
        print("There is nothing to say, so no digest would be sent.")
        return 0
    letter = letter_of(facts, reader, post_of(settings), at, language=language)
    print(f"Subject: {letter.subject}\n\n{letter.text}")
    if preview is not None:
        preview.write_text(letter.html, encoding="utf-8")
    return 0


def _called(name: str, settings: Settings) -> Person:
    for person in settings.team.people:
        if name.lower() in (person.name.lower(), person.address.lower()):
            return person
    names = ", ".join(person.name for person in settings.team.people)
    raise Refused(f"nobody in the team is called {name}; the team is: {names}")
