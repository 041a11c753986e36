"""The twelve packs say the same things."""

from __future__ import annotations

import pytest

from config.languages import language_pack
from config.vocabulary import LANGUAGES, Reason

ENGLISH_ONLY = {"buyer_frame", "imperative"}


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_pack_has_every_concept_of_the_english_one(code: str) -> None:
    missing = set(language_pack("en").concepts) - set(language_pack(code).concepts) - ENGLISH_ONLY
    assert not missing


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_pack_has_phrases_for_every_reason_but_other(code: str) -> None:
    wanted = {f"reason.{reason.value}" for reason in Reason if reason is not Reason.OTHER}
    assert wanted <= set(language_pack(code).concepts)


def test_a_language_beyond_the_twelve_is_refused() -> None:
    with pytest.raises(KeyError):
        language_pack("fi")
