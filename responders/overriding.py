"""A team's own templates, proved before they are used: every sample letter must come out of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from jinja2 import TemplateError

from config.phrasebook import TEAM_LANGUAGES
from config.vocabulary import Kind
from responders.operator import operator_letter
from responders.rendering import TEMPLATES
from responders.samples import SAMPLE_NOW, sample_cases
from responders.suggest import suggestion_letter
from responders.suspicious import DoubtfulMail, warning_letter
from responders.voice import TeamVoice


def template_problems(sources: Mapping[str, str]) -> tuple[str, ...]:
    """What is wrong with a team's templates, one sentence each; `sources` are file names and texts.

    Every template is rendered with every sample, so that a missing variable is found here and not with a claim.
    """
    unknown = [
        f"{name}: no such template; there are {', '.join(TEMPLATES)}" for name in sources if name not in TEMPLATES
    ]
    found = [
        problem
        for name in sorted(set(sources) & set(TEMPLATES))
        for language in TEAM_LANGUAGES
        for problem in _trial(name, _voice(language, ((name, sources[name]),)))
    ]
    return tuple(dict.fromkeys([*unknown, *found]))


def _voice(language: str, templates: tuple[tuple[str, str], ...]) -> TeamVoice:
    zone = ZoneInfo("Europe/Berlin")
    return TeamVoice(language=language, zone=zone, instance="check", domain="check.example", templates=templates)


def _trial(name: str, team: TeamVoice) -> list[str]:
    try:
        for case in sample_cases():
            suggestion_letter(case, team=team, now=SAMPLE_NOW)
        warning_letter(_SAMPLE_MAIL, team=team, now=SAMPLE_NOW)
        warning_letter(replace(_SAMPLE_MAIL, because=(), excerpt=""), team=team, now=SAMPLE_NOW)
        operator_letter("login_refused", {"account": "sample"}, team=team, now=SAMPLE_NOW)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        where = f"{name}, line {line}" if line else name
        return [f"{where}: {error.message or type(error).__name__}"]
    except (TypeError, ValueError, ArithmeticError, LookupError) as error:
        return [f"{name}: {error}"]
    return []


_SAMPLE_MAIL = DoubtfulMail(
    key="sample",
    place="sample, INBOX",
    sent_at=SAMPLE_NOW,
    display="Sample",
    sender="sample@sample.example",
    subject="Sample",
    excerpt="A sample.",
    kind=Kind.ATOZ_CLAIM,
    order_ids=(),
    because=("a sample",),
)
