"""A team's own templates, proved before they are used: every sample letter must come out of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from jinja2 import TemplateError

from config.phrasebook import TEAM_LANGUAGES
from config.vocabulary import LANGUAGES, Kind
from responders.answer import Answer, answer_letter
from responders.digest import digest_letter
from responders.draft import Purpose, draft_reply, draft_templates
from responders.escalation import step_letter, storm_letter
from responders.operator import operator_letter
from responders.rendering import TEMPLATES, environment, fault_of
from responders.report_letter import report_letter
from responders.samples import SAMPLE_NOW, sample_cases, sample_digest, sample_notice, sample_report
from responders.suggest import suggestion_letter
from responders.suspicious import DoubtfulMail, warning_letter
from responders.voice import TeamVoice

_NAMES = f"{', '.join(TEMPLATES)}, and draft.PURPOSE.txt.j2, draft.LANGUAGE.txt.j2, draft.PURPOSE.LANGUAGE.txt.j2"


def known_templates() -> frozenset[str]:
    """Every file name that a team's template may have."""
    drafts = {name for purpose in Purpose for code in LANGUAGES for name in draft_templates(purpose, code)}
    return frozenset({*TEMPLATES, *drafts})


def template_problems(sources: Mapping[str, str]) -> tuple[str, ...]:
    """What is wrong with a team's templates, one sentence each; `sources` are file names and texts.

    Every template is rendered with every sample, so that a missing variable is found here and not with a claim.
    """
    known = known_templates()
    unknown = [f"{name}: no such template; there are {_NAMES}" for name in sources if name not in known]
    found = [problem for name in sorted(set(sources) & known) for problem in _problems_of(name, sources[name])]
    return tuple(dict.fromkeys([*unknown, *found]))


def _problems_of(name: str, source: str) -> Iterator[str]:
    """By itself, beside the shipped ones: a fault is told of the file that it is in."""
    templates = ((name, source),)
    try:
        environment(templates).get_template(name)
    except TemplateError as error:
        yield "{}: {}".format(*fault_of(error, name))
        return
    faults: list[str] = []
    languages = TEAM_LANGUAGES[:1] if name.startswith("draft.") else TEAM_LANGUAGES  # drafts speak their own
    for language in languages:
        team = _voice(language, templates, faults)
        _try(name, team)
    yield from faults


def _voice(language: str, templates: tuple[tuple[str, str], ...], faults: list[str]) -> TeamVoice:
    return TeamVoice(
        language=language,
        zone=ZoneInfo("Europe/Berlin"),
        instance="check",
        domain="check.example",
        templates=templates,
        on_fault=lambda place, fault: faults.append(f"{place}: {fault}"),
    )


def _try(name: str, team: TeamVoice) -> None:
    """Render the samples of those letters that the template is a part of."""
    stem = re.split(r"[.]", name)[0]
    if stem == "draft":
        for case in sample_cases():
            for code in LANGUAGES:
                draft_reply(case, language=code, templates=team.templates, on_fault=team.on_fault)
    if stem in ("letter", "base"):
        for case in sample_cases():
            suggestion_letter(case, team=team, now=SAMPLE_NOW)
    if stem in ("notice", "base"):
        _try_notices(team)
    if stem in ("ladder", "base"):
        _try_ladder(team)
    if stem in ("report", "base"):
        report_letter(sample_report(), team=team, now=SAMPLE_NOW)
    if stem in ("digest", "base"):
        digest_letter(sample_digest(), team=team, now=SAMPLE_NOW)


def _try_ladder(team: TeamVoice) -> None:
    one, other = sample_notice("reminder"), replace(sample_notice("overdue"), number="CC-000018")
    for notices in ([one], [one, other]):
        step_letter(notices, reader="a@check.example", limit=6, held=["CC-000018"], team=team, now=SAMPLE_NOW)
    storm_letter([one, other], count=40, team=team, now=SAMPLE_NOW)


def _try_notices(team: TeamVoice) -> None:
    warning_letter(_SAMPLE_MAIL, team=team, now=SAMPLE_NOW)
    warning_letter(replace(_SAMPLE_MAIL, because=(), excerpt=""), team=team, now=SAMPLE_NOW)
    operator_letter("login_refused", {"account": "sample"}, team=team, now=SAMPLE_NOW)
    answer = Answer(key="help", obeyed=True, values={}, with_help=True)
    answer_letter(answer, None, identity="sample", replies_to=None, team=team, now=SAMPLE_NOW)


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
