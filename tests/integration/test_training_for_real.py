"""The voter trained from texts of the corpus: some seconds each, so not among the unit tests."""

import json

import numpy as np
import pytest

from classifiers.model import Voter, trained_from
from classifiers.samples import TEAM, Sample, corpus_hash, read_corpus
from classifiers.training import Made, is_as_good, shipped_files, train, train_voter, voter_files
from config.vocabulary import Event, Kind


class Letters:
    """A stand-in for the vector package: counts of letters, as deterministic and much quicker."""

    def encode(self, texts: list[str]) -> np.ndarray:
        rows = np.zeros((len(texts), 32), dtype=np.float32)
        for number, text in enumerate(texts):
            for letter in text.lower():
                rows[number, ord(letter) % 32] += 1.0
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def few() -> tuple[Sample, ...]:
    """English texts of two kinds by two writers."""
    return tuple(
        sample
        for sample in read_corpus()
        if sample.language == "en" and sample.kind in (Kind.SAFE_T, Kind.RETURN_REQUEST) and sample.style != "app"
    )


@pytest.fixture(scope="module")
def made() -> tuple[Made, list[str]]:
    """One training and the steps that it told."""
    steps: list[str] = []
    return train(few(), Letters(), steps.append), steps


def test_training_twice_gives_the_same_bytes(made: tuple[Made, list[str]]) -> None:
    steps: list[str] = []

    first, second = shipped_files(made[0]), shipped_files(train(few(), Letters(), steps.append))

    assert first == second
    assert set(first) >= {"meta.json", "strong_vectors.npy", "strong_ngrams.npy", "weak_ngrams.npy"}
    assert steps == made[1]
    meta = json.loads(first["meta.json"])
    assert meta["corpus"] == corpus_hash()
    assert meta["labels"] == sorted(meta["labels"])


def test_a_head_recalls_the_texts_that_it_was_trained_on(made: tuple[Made, list[str]]) -> None:
    voter = Voter(made[0].trained, None)

    right = [voter.vote([sample.text])[0].alternatives[0][0] is sample.kind for sample in few()]

    assert sum(right) == len(right)


def test_a_team_s_corrections_are_learnt_beside_the_corpus_and_tried_on_nothing(made: tuple[Made, list[str]]) -> None:
    text = "Zephyr ledger quokka\nThe quokka ledger of your zephyr is open for you to look at."
    said = Sample(text=text, kind=Kind.SAFE_T, event=Event.GRANTED, language="en", style=TEAM)
    before = Voter(made[0].trained, None).vote([text])[0]

    trained, meta = train_voter([*few(), said], Letters())
    again = Voter(trained_from(voter_files(trained, meta)), None)

    assert before.alternatives[0][0] is not Kind.SAFE_T or before.probability < 0.9
    assert again.vote([text])[0].alternatives[0][0] is Kind.SAFE_T
    assert meta["texts"] == made[0].meta["texts"] == len(few())


def test_a_team_s_model_must_be_as_good_on_the_same_texts() -> None:
    def meta(kind: float, event: float, corpus: str = "x") -> dict[str, object]:
        return {
            "corpus": corpus,
            "texts": 2000,
            "heads": {"strong": {"scores": {"kind": kind, "kind_and_event": event}}},
        }

    shipped = meta(0.7, 0.5)
    assert is_as_good(meta(0.7, 0.5), shipped)
    assert is_as_good(meta(0.698, 0.5), shipped), "four texts in two thousand prove nothing"
    assert not is_as_good(meta(0.695, 0.5), shipped)
    assert not is_as_good(meta(0.8, 0.49), shipped)
    assert not is_as_good(meta(0.9, 0.9, corpus="y"), shipped), "tried on other texts"
