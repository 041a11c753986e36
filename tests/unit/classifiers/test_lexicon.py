"""The notation of phrases."""

from __future__ import annotations

import re

import pytest

from classifiers.lexicon import Lexicon, _expression, _variants, fold
from config.languages import language_pack
from config.vocabulary import LANGUAGES


def test_a_choice_at_the_beginning_is_written_out() -> None:
    assert sorted(_variants("(has |was )?granted")) == ["granted", "has granted", "was granted"]


def test_a_star_stands_for_the_rest_of_a_word_and_dots_for_words_between() -> None:
    pattern = re.compile(_expression("claim* .. granted", spaced=True))
    assert pattern.match("claims were granted")
    assert pattern.match("claim granted")
    assert not pattern.match("claim. granted")
    assert not pattern.match("claim one two three four granted")


def test_folding_removes_accents_and_keeps_kana() -> None:
    assert fold("Réclamation für İzmir") == "reclamation fur izmir"
    assert fold("ガイド") == "ガイド"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_phrase_of_a_pack_compiles_and_a_text_of_all_phrases_is_read(code: str) -> None:
    phrases = [phrase for group in language_pack(code).concepts.values() for phrase in group]
    text = fold(" ".join(written for phrase in phrases for written in _variants(phrase)))
    assert Lexicon(code).sightings(text)
