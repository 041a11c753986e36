import re

import pytest

from config.evidence import evidence_policy
from config.phrasebook import TEAM_LANGUAGES, draft_phrases, team_phrases
from config.vocabulary import LANGUAGES, Reason

PLACEHOLDER = re.compile(r"\{(\w+)")
KNOWN_FROM_MAIL = {"order", "amount", "mail_date"}


def placeholders(sentences: tuple[str, ...]) -> set[str]:
    return set(PLACEHOLDER.findall(" ".join(sentences)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_building_blocks_with_the_same_placeholders(language: str) -> None:
    english, other = draft_phrases("en"), draft_phrases(language)
    assert other.keys == english.keys
    for key in english.keys - {"date"}:
        assert placeholders(other.raw(key)) == placeholders(english.raw(key)), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_that_states_a_fact_carries_a_gap_that_a_person_must_fill(language: str) -> None:
    phrases = draft_phrases(language)
    for key in phrases.keys:
        if key.startswith(("facts.", "evidence.", "point.")) and key != "facts.no_reason":
            assert placeholders(phrases.raw(key)) - KNOWN_FROM_MAIL, f"{language} {key} could be sent unchecked"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_placeholder_of_a_draft_has_a_gap_text(language: str) -> None:
    phrases = draft_phrases(language)
    used = {
        name
        for key in phrases.keys
        for name in placeholders(phrases.raw(key))
        if not key.startswith(("date", "number"))
    }
    for name in used - {"mail_date"}:
        (gap,) = phrases.raw(f"slot.{name}")
        assert gap.strip() and not set(gap) & set("[]【】{}")


def test_the_team_languages_have_the_same_phrases_with_the_same_placeholders() -> None:
    english, chinese = (team_phrases(language) for language in TEAM_LANGUAGES)
    assert chinese.keys == english.keys
    for key in english.keys:
        assert placeholders(chinese.raw(key)) == placeholders(english.raw(key)), key
        if not key.startswith("clock."):
            assert len(chinese.raw(key)) == len(english.raw(key)), key


def test_the_evidence_policy_covers_every_reason_and_names_only_what_drafts_can_say() -> None:
    policy, phrases = evidence_policy(), draft_phrases("en")
    assert set(policy.items_of) == {reason.value for reason in Reason} | {"unknown"}
    assert set(policy.facts_of) == set(policy.items_of)
    used = {key for keys in (*policy.items_of.values(), *policy.extra_of.values()) for key in keys}
    assert used == set(policy.items)
    assert all(f"evidence.{key}" in phrases for key in used)
    assert all(f"facts.{key}" in phrases for keys in policy.facts_of.values() for key in keys)
    assert all(set(rule.texts) == set(TEAM_LANGUAGES) for rule in policy.items.values())
