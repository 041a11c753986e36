"""The notation of phrases."""

from __future__ import annotations

import re

import pytest

from classifiers.lexicon import Lexicon, _expression, _variants, fold
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
def test_every_phrase_of_a_pack_compiles(code: str) -> None:
    lexicon = Lexicon(code)
    for index in (lexicon._words, lexicon._stems, lexicon._inner):
        for bucket in index.values():
            assert all(re.compile(pattern) for _, pattern in bucket.expressions(spaced=lexicon._spaced))
