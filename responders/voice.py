"""How the service speaks to its team: language, time zone and identity of its letters."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from config.calendars import WorkingTime
from config.phrasebook import Phrasebook, team_phrases
from config.settings import Person
from responders.rendering import OnFault, ignore


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamVoice:
    """What a letter must know of the team that reads it."""

    language: str
    """"en" or "zh"."""
    zone: ZoneInfo
    """The team's time zone."""
    instance: str
    """Name of this installation; makes Message-IDs and the loop mark its own."""
    domain: str
    """Domain of the From address, right side of every Message-ID."""
    address: str = ""
    """The From address, organiser of calendar entries; entries carry no method without it."""

    answers_to: str = ""
    """Where answers to case letters are read as commands; empty when they are not."""

    templates: tuple[tuple[str, str], ...] = ()
    """The team's own templates, (name, source), instead of the shipped ones of the same name."""

    on_fault: OnFault = field(default=ignore, compare=False, repr=False)
    """Hears of a template of the team's that broke; the shipped one stood in for it."""

    work: WorkingTime | None = None
    """When the team works, for "by when" of evidence; null for nine to six from Monday to Friday."""

    def to(self, person: Person) -> TeamVoice:
        """How this person alone is written to: in the own zone and language, where the person has them."""
        zone = ZoneInfo(person.time_zone) if person.time_zone else self.zone
        return replace(self, zone=zone, language=person.language or self.language)

    @property
    def phrases(self) -> Phrasebook:
        """The team's phrases."""
        return team_phrases(self.language)
