from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from classifiers.samples import Sample, corpus_hash, read_corpus
from classifiers.solver import fit, minimise, softmax
from classifiers.training import hold_out, is_better, kernel, numbers
from config.vocabulary import EVENTS_OF_KIND, LANGUAGES, Kind


def few() -> tuple[Sample, ...]:
    """English texts of two kinds by two writers."""
    return tuple(
        sample
        for sample in read_corpus()
        if sample.language == "en" and sample.kind in (Kind.SAFE_T, Kind.RETURN_REQUEST) and sample.style != "app"
    )


def test_the_corpus_has_texts_of_every_kind_and_event_in_every_language() -> None:
    corpus = read_corpus()
    wanted = {
        (str(kind), str(event) if event else "") for kind in Kind for event in (EVENTS_OF_KIND.get(kind) or [None])
    }

    for language in LANGUAGES:
        here = {(str(s.kind), str(s.event or "")) for s in corpus if s.language == language}
        assert here == wanted, language


def test_every_language_has_several_writers() -> None:
    styles = {language: {s.style for s in read_corpus() if s.language == language} for language in LANGUAGES}

    assert all(len(names) >= 5 for names in styles.values()), styles


def test_every_slot_is_filled_and_no_text_stands_twice() -> None:
    texts = [sample.text for sample in read_corpus()]

    assert not [text for text in texts if "{" in text]
    assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_the_corpus_reads_the_same_each_time() -> None:
    assert read_corpus() == read_corpus()
    assert corpus_hash() == corpus_hash()


def test_half_of_the_texts_stand_between_a_greeting_and_a_footer() -> None:
    footers = sum("Please do not reply to this message" in sample.text for sample in read_corpus())

    assert 20 < footers < 200


def test_a_writer_is_judged_by_a_head_that_never_saw_his_texts() -> None:
    texts = numbers(few(), None)
    one_writer = replace(texts, groups=tuple("only" if group == "form" else "rest" for group in texts.groups))

    held = hold_out(one_writer, kernel(one_writer, 0.0))

    assert 0.0 <= held.scores["kind"] <= 1.0
    assert held.temperature > 0.0


def scored(kind: float, event: float, texts: int = 1900) -> dict[str, object]:
    """The part of a meta file that two models are compared by."""
    return {"texts": texts, "heads": {"strong": {"scores": {"kind": kind, "kind_and_event": event}}}}


def test_a_clearly_worse_model_is_not_better() -> None:
    assert is_better(scored(0.8, 0.6), scored(0.7, 0.6))
    assert is_better(scored(0.7, 0.6), scored(0.7, 0.6))
    assert not is_better(scored(0.7, 0.6), scored(0.8, 0.6))
    assert not is_better(scored(0.8, 0.5), scored(0.8, 0.6))


def test_a_loss_that_chance_explains_does_not_stop_a_new_model() -> None:
    assert is_better(scored(0.70, 0.55), scored(0.71, 0.56))
    assert not is_better(scored(0.70, 0.55, texts=50_000), scored(0.71, 0.56, texts=50_000))


def test_the_solver_separates_what_can_be_separated() -> None:
    points = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]])
    alike = points @ points.T

    made = fit(alike, np.array([0, 0, 1, 1]), np.ones(4), classes=2, ridge=0.01)

    assert softmax(alike @ made.dual + made.bias).argmax(axis=1).tolist() == [0, 0, 1, 1]


def test_the_minimum_of_a_bowl_is_found() -> None:
    middle = np.array([3.0, -2.0, 0.5])
    steep = np.array([1.0, 30.0, 4.0])

    found = minimise(lambda x: (float((steep * (x - middle) ** 2).sum()), 2 * steep * (x - middle)), np.zeros(3))

    assert found == pytest.approx(middle, abs=1e-3)
