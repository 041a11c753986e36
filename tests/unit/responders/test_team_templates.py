from datetime import UTC, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from config.vocabulary import Event, Kind
from responders.draft import draft_reply
from responders.overriding import template_problems
from responders.rendering import TEMPLATES
from responders.samples import sample_case
from responders.suggest import suggestion_letter
from responders.voice import TeamVoice


def shipped(name: str) -> str:
    return files("responders").joinpath("templates", name).read_text(encoding="utf-8")


def test_the_shipped_templates_pass_their_own_check() -> None:
    assert template_problems({name: shipped(name) for name in TEMPLATES}) == ()


def test_a_team_replaces_one_template_and_keeps_the_others() -> None:
    team = TeamVoice(
        language="en",
        zone=ZoneInfo("UTC"),
        instance="shop",
        domain="seller.example",
        templates=(("letter.txt.j2", "Our own: {{ view.headline }}\n"),),
    )
    now = datetime(2026, 3, 9, 14, 5, tzinfo=UTC)
    letter = suggestion_letter(sample_case(Kind.CHARGEBACK, Event.OPENED), team=team, now=now)
    assert letter.text == "Our own: The buyer's bank disputes the payment (chargeback).\n"
    assert "<!DOCTYPE html>" in letter.html


@pytest.mark.parametrize(
    ("name", "source", "told"),
    [
        ("letter.txt.j2", "{{ view.headlnie }}", "headlnie"),
        ("letter.html.j2", "{{ nothing }}", "'nothing' is undefined"),
        ("letter.txt.j2", "{% for step in view.steps %}", "letter.txt.j2, line 1"),
        ("letter.txt.j2", "{{ view.clock.label }}", "label"),
        ("base.html.j2", "{{ view.steps }}", "steps"),
        ("notice.txt.j2", "{{ view.rows + 1 }}", "notice.txt.j2"),
        ("lettre.txt.j2", "", "no such template"),
        ("letter.txt.j2", "{{ view.headline }}\n\n{{ view.nothing }}\n", "letter.txt.j2, line 3"),
        ("ladder.html.j2", "{{ view.tabel }}", "tabel"),
        ("digest.txt.j2", "{{ view.closing.x.y }}", "digest.txt.j2, line 1"),
        ("report.html.j2", "{{ view.hint }}", "hint"),
        ("draft.txt.j2", "{{ draft.facts.trakcing }}", "trakcing"),
        ("draft.claim.de.txt.j2", "{{ draft.salutation }}", "draft.claim.de.txt.j2, line 1"),
        ("draft.nothing.txt.j2", "", "no such template"),
    ],
)
def test_a_missing_variable_or_a_slip_in_a_template_is_found_at_the_check(name: str, source: str, told: str) -> None:
    problems = template_problems({name: source})
    assert problems and told in " ".join(problems)


def test_a_template_that_breaks_later_is_told_and_the_shipped_one_stands_in() -> None:
    told: list[tuple[str, str]] = []
    team = TeamVoice(
        language="en",
        zone=ZoneInfo("UTC"),
        instance="shop",
        domain="seller.example",
        templates=(("letter.txt.j2", "\n{{ 1 // view.rows|length - 9 // 0 }}"),),
        on_fault=lambda place, fault: told.append((place, fault)),
    )
    now = datetime(2026, 3, 9, 14, 5, tzinfo=UTC)
    letter = suggestion_letter(sample_case(Kind.CHARGEBACK, Event.OPENED), team=team, now=now)
    assert "The buyer's bank disputes" in letter.text
    assert [place for place, _ in told] == ["letter.txt.j2, line 2"]


def test_a_team_puts_one_kind_of_answer_in_one_language_together_itself() -> None:
    templates = (("draft.claim.de.txt.j2", "{{ draft.greeting }}\nSendung {{ draft.facts.tracking }}"),)
    german, english = (
        draft_reply(sample_case(Kind.ATOZ_CLAIM, Event.REMINDER, language=code), templates=templates)
        for code in ("de", "en")
    )
    assert german is not None and english is not None
    assert german.body.endswith("\nSendung [[Sendungsnummer]]") and german.slots == ("[[Sendungsnummer]]",)
    assert "Evidence" in english.body
