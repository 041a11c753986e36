"""Incidents: each condition is told to the operator once, kept while it lasts, and once told to be over."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from config.settings import Settings
from daemon.desk import Desk
from daemon.silence import MAIL_IS_STUCK, Condition, span
from daemon.storage import fact_rows, outbox_rows
from daemon.storage.engine import Transaction
from daemon.storage.store import Store
from responders.letter import Letter
from responders.operator import operator_letter
from responders.page import service_page
from responders.voice import TeamVoice

log = logging.getLogger(__name__)

_PREFIX = "incident:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A condition from the sweep that saw it first; its facts stay as they were then."""

    name: str
    about: str
    facts: Mapping[str, str]
    says: str
    pages: bool
    since: datetime
    over_since: datetime | None = None
    """From when on the condition was gone; it may come back within the calm."""

    @property
    def key(self) -> str:
        """As the condition's."""
        return f"{self.name}:{self.about}"


def open_incidents(store: Store) -> list[Incident]:
    """What is wrong, as the service saw it last; one that is over and not yet told is left out."""
    with store.read() as tx:
        return open_in(tx)


def open_in(tx: Transaction) -> list[Incident]:
    """The same within a transaction."""
    return [each for each in _known(tx).values() if each.over_since is None]


def heed(desk: Desk, settings: Settings, conditions: Iterable[Condition], now: datetime) -> int:
    """Open, keep and close incidents, and tell the operator; how many letters and pages were written."""
    present = {each.key: each for each in conditions}
    with desk.store.read() as tx:
        known = _known(tx)
    written = 0
    for condition in present.values():
        if condition.key not in known:
            log.log(_level(condition), "%s", condition.says)
        incident = _kept(condition, known.get(condition.key), now)
        _write(desk.store, incident, now)
        written += _tell(desk, settings, incident, now)
    for key in known.keys() - present.keys():
        written += _ended(desk, settings, known[key], now)
    return written


def _level(condition: Condition) -> int:
    """What nobody may hear of otherwise is critical in the journal."""
    return logging.CRITICAL if condition.name in (MAIL_IS_STUCK, "stopped") else logging.ERROR


def _kept(condition: Condition, known: Incident | None, now: datetime) -> Incident:
    if known is None:
        return Incident(
            name=condition.name,
            about=condition.about,
            facts=condition.facts,
            says=condition.says,
            pages=condition.pages,
            since=now,
        )
    return Incident(
        name=known.name,
        about=known.about,
        facts=known.facts,
        says=condition.says,
        pages=known.pages,
        since=known.since,
    )


def _ended(desk: Desk, settings: Settings, incident: Incident, now: datetime) -> int:
    """Note that a condition is gone; after a while of calm tell it and forget the incident."""
    over = incident.over_since or now
    if now - over < span("incident", "calm"):
        _write(desk.store, _over(incident, over), now)
        return 0
    log.warning("is over: %s", incident.says)
    written = _tell_end(desk, settings, incident, over, now)
    desk.store.set_fact(_PREFIX + incident.key, "", now)
    return written


def _over(incident: Incident, over: datetime) -> Incident:
    values = {name: getattr(incident, name) for name in Incident.__dataclass_fields__}
    return Incident(**{**values, "over_since": over})


def _tell(desk: Desk, settings: Settings, incident: Incident, now: datetime) -> int:
    """Once an incident, by the keys of letter and page; that mail is stuck is told by no mail."""
    if desk.post is None:
        return 0
    letter = _letter(incident.name, incident.facts, incident.since, desk.post.voice, now)
    written = 0
    if incident.name != MAIL_IS_STUCK:
        written += desk.send(letter, now, to=(settings.team.operator,))
    if incident.pages:
        title = _title(incident, desk.post.voice)
        written += _page(desk, settings, incident, letter.key, title, f"operator.{incident.name}.todo", now)
    return written


def _tell_end(desk: Desk, settings: Settings, incident: Incident, over: datetime, now: datetime) -> int:
    if desk.post is None:
        return 0
    voice = desk.post.voice
    problem = _title(incident, voice)
    facts = {"problem": problem, "since": _spoken(incident.since), "until": _spoken(over)}
    letter = _letter("recovered", facts, incident.since, voice, now)
    written = int(desk.send(letter, now, to=(settings.team.operator,)))
    if incident.pages:
        title = voice.phrases.say("operator.recovered.title", **facts)
        written += _page(desk, settings, incident, letter.key, title, "operator.recovered.text", now)
    return written


def _letter(name: str, facts: Mapping[str, str], since: datetime, voice: TeamVoice, now: datetime) -> Letter:
    return operator_letter(name, facts, team=voice, now=now, occasion=since.isoformat())


def _title(incident: Incident, voice: TeamVoice) -> str:
    """What is wrong, in the team's language."""
    return voice.phrases.say(f"operator.{incident.name}.title", **incident.facts)


def _page(desk: Desk, settings: Settings, incident: Incident, key: str, title: str, phrase: str, now: datetime) -> int:
    names = channels_for(settings, incident.name)
    if not names or desk.post is None:
        return 0
    voice = desk.post.voice
    page = service_page(key.removeprefix("operator:"), title, voice.phrases.say(phrase), team=voice)
    with desk.store.write() as tx:
        return int(outbox_rows.enqueue_page(tx, page, names, now, None))


def channels_for(settings: Settings, name: str) -> Sequence[str]:
    """The operator's own channels; when mail cannot leave and the operator has none, all that there are."""
    team = settings.team
    own = next((each.channels for each in team.people if each.address.lower() == team.operator.lower()), ())
    return own or (tuple(settings.channels) if name == MAIL_IS_STUCK else ())


def _known(tx: Transaction) -> dict[str, Incident]:
    found = {}
    for name, text in fact_rows.named(tx, _PREFIX).items():
        if text:
            row = json.loads(text)
            for key in ("since", "over_since"):
                row[key] = datetime.fromisoformat(row[key]) if row[key] else None
            found[name.removeprefix(_PREFIX)] = Incident(**row)
    return found


def _write(store: Store, incident: Incident, now: datetime) -> None:
    row = {name: getattr(incident, name) for name in Incident.__dataclass_fields__}
    row |= {name: row[name] and row[name].isoformat() for name in ("since", "over_since")}
    text = json.dumps({**row, "facts": dict(incident.facts)})
    if store.get_fact(_PREFIX + incident.key) != text:
        store.set_fact(_PREFIX + incident.key, text, now)


def _spoken(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")
