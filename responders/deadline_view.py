"""The deadline as people see it: whose time, how long, and what it rests on."""

from __future__ import annotations

from datetime import datetime, timedelta

from config.marketplaces import MARKETPLACES
from config.phrasebook import Phrasebook
from config.vocabulary import Basis, Event
from responders.clock import countdown, spoken, spoken_short
from responders.quoting import one_line
from responders.summary import CaseSummary
from responders.view import ClockView
from responders.voice import TeamVoice

_URGENT = timedelta(hours=24)


def clock_view(summary: CaseSummary, team: TeamVoice, now: datetime) -> ClockView | None:
    """The running clock as of `now`, null when none runs."""
    if summary.respond_by is None:
        return None
    phrases, by = team.phrases, summary.respond_by
    lines = [*_zones(summary, by, team)]
    if summary.target and summary.target > now:
        lines.append(phrases.say("clock.target", when=spoken(summary.target, team.zone, phrases)))
    lines.append(_basis(summary, phrases))
    if by < now:
        lines.append(phrases.say("clock.late"))
    return ClockView(
        label=phrases.say(f"clock.{clock_label(summary)}"),
        when=spoken(by, team.zone, phrases),
        glance=spoken_short(by, team.zone, phrases),
        countdown=countdown(by, now, phrases),
        urgent=by - now <= _URGENT and summary.basis is not Basis.CONDITIONAL,
        lines=tuple(lines),
    )


def glance(clock: ClockView | None) -> str:
    """The deadline in one short sentence for the preview line; empty without a clock."""
    return f"{clock.label} {clock.glance}, {clock.countdown}." if clock else ""


def store_name(summary: CaseSummary) -> str:
    """Such as "Amazon.de"; empty when the store is not known."""
    store = MARKETPLACES.get(summary.marketplace or "")
    return store.domain.replace("amazon.", "Amazon.", 1) if store else ""


def _zones(summary: CaseSummary, by: datetime, team: TeamVoice) -> tuple[str, ...]:
    """Whose time the deadline is in, and what it is on the store's clock when that differs at this instant."""
    phrases, store, name = team.phrases, MARKETPLACES.get(summary.marketplace or ""), store_name(summary)
    if store is None:
        return (phrases.say("clock.team_zone", zone=team.zone.key),)
    if by.astimezone(store.zone).utcoffset() == by.astimezone(team.zone).utcoffset():
        return (phrases.say("clock.both_zones", zone=team.zone.key, store=name),)
    when = spoken(by, store.zone, phrases)
    own = phrases.say("clock.team_zone", zone=team.zone.key)
    return (own, phrases.say("clock.store_zone", when=when, store=name, zone=store.zone.key))


def clock_label(summary: CaseSummary) -> str:
    """What the deadline is for, as a key of [clock]."""
    if summary.basis is Basis.CONDITIONAL:
        return "ready"
    return "appeal" if summary.event is Event.GRANTED else "answer"


def _basis(summary: CaseSummary, phrases: Phrasebook) -> str:
    if summary.basis is Basis.POLICY or summary.basis is None:
        return phrases.say("clock.policy")
    if summary.phrase:
        return phrases.say(f"clock.{summary.basis}", phrase=one_line(summary.phrase))
    return phrases.say(f"clock.{summary.basis}_bare")
