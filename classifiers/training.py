"""How the statistical voter is trained from the invented texts, and how it does on writers that it has not seen."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.calibration import Curve, best_temperature, calibration_error, reliability, rising_curve
from classifiers.features import Matrix, language_free, masked, ngram_matrix
from classifiers.model import Head, SentenceVectors, Trained, text_vectors
from classifiers.samples import TEAM, Sample, corpus_hash
from classifiers.sentence_roles import RoleHead, train_roles
from classifiers.solver import Array, fit, softmax

RIDGE = 0.003
VECTOR_SHARE = 0.5
"""How much the sentence vectors count beside the n-grams in the stronger head; measured on unseen writers."""
ABSTAIN_BELOW = 0.5

Progress = Callable[[str], None]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The corpus as numbers; `groups` says which writer each row is by."""

    labels: tuple[str, ...]
    truth: Labels
    groups: tuple[str, ...]
    ngrams: Matrix
    vectors: Matrix | None

    @property
    def kind_of(self) -> Labels:
        """For each class the number of its kind, in the order in which the kinds first appear."""
        kinds = list(dict.fromkeys(label.partition(".")[0] for label in self.labels))
        return np.array([kinds.index(label.partition(".")[0]) for label in self.labels])

    @property
    def weights(self) -> Array:
        """How much each row counts: rare classes more, by the square root of how rare they are."""
        counts = np.bincount(self.truth, minlength=len(self.labels))
        share = np.sqrt(len(self.truth) / len(self.labels) / np.maximum(counts, 1))
        return np.asarray(share[self.truth], dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a head says of texts by writers it was not trained on, and what follows from it."""

    temperature: float
    curve: Curve
    scores: dict[str, float]


def numbers(samples: Sequence[Sample], encoder: SentenceVectors | None) -> Texts:
    """The samples as numbers; without vectors when no encoder is given."""
    texts = [masked(sample.text) for sample in samples]
    labels = tuple(sorted({sample.label for sample in samples}))
    return Texts(
        labels=labels,
        truth=np.array([labels.index(sample.label) for sample in samples]),
        groups=tuple(sample.style for sample in samples),
        ngrams=ngram_matrix(texts),
        vectors=language_free(text_vectors(texts, encoder), [s.language for s in samples]) if encoder else None,
    )


def kernel(texts: Texts, share: float) -> Array:
    """How alike every two texts are: `share` of it by their vectors, the rest by their n-grams."""
    alike = (1.0 - share) * (texts.ngrams @ texts.ngrams.T).astype(np.float64)
    if share and texts.vectors is not None:
        alike += share * (texts.vectors @ texts.vectors.T).astype(np.float64)
    return alike


def held_out_scores(texts: Texts, alike: Array) -> Array:
    """Scores of every text by a head that was trained without the texts of its writer; of a team's own by none."""
    groups, weights = np.array(texts.groups), texts.weights
    scores = np.zeros((len(texts.truth), len(texts.labels)))
    for group in sorted(set(texts.groups) - {TEAM}):
        out = groups == group
        rest = ~out
        trained = fit(
            alike[np.ix_(rest, rest)], texts.truth[rest], weights[rest], classes=len(texts.labels), ridge=RIDGE
        )
        scores[out] = alike[np.ix_(out, rest)] @ trained.dual + trained.bias
    return scores


def hold_out(texts: Texts, alike: Array) -> Held:
    """Try a head on unseen writers of the corpus, one writer at a time, and calibrate it by what came out."""
    tried = np.array([group != TEAM for group in texts.groups])
    scores, truth = held_out_scores(texts, alike)[tried], texts.truth[tried]
    temperature = best_temperature(scores, truth.tolist())
    shares = softmax(scores / temperature)
    by_kind = np.zeros((len(shares), int(texts.kind_of.max()) + 1))
    np.add.at(by_kind.T, texts.kind_of, shares.T)
    kind, claimed = by_kind.argmax(axis=1), by_kind.max(axis=1)
    right = kind == texts.kind_of[truth]
    curve = rising_curve(claimed.tolist(), right.tolist())
    calibrated = np.array([curve.of(float(share)) for share in claimed])
    sure = calibrated >= ABSTAIN_BELOW
    has_event = np.array(["." in texts.labels[label] for label in truth])
    event_right = shares.argmax(axis=1) == truth
    scored = {
        "kind": float(right.mean()),
        "kind_and_event": float(event_right.mean()),
        "event_given_kind": float(event_right[right & has_event].mean()) if (right & has_event).any() else 0.0,
        "coverage": float(sure.mean()),
        "precision": float(right[sure].mean()) if sure.any() else 0.0,
        "calibration_error": calibration_error(reliability(calibrated.tolist(), right.tolist())),
    }
    return Held(temperature=temperature, curve=curve, scores={name: round(value, 4) for name, value in scored.items()})


def whole(texts: Texts, alike: Array, share: float, temperature: float) -> Head:
    """The head trained on everything, folded from similarities into plain weights."""
    trained = fit(alike, texts.truth, texts.weights, classes=len(texts.labels), ridge=RIDGE)
    ngrams = (1.0 - share) * (texts.ngrams.T.astype(np.float64) @ trained.dual)
    vectors = None
    if share and texts.vectors is not None:
        vectors = (share * (texts.vectors.T.astype(np.float64) @ trained.dual)).astype(np.float32)
    return Head(vectors=vectors, ngrams=ngrams.astype(np.float16), bias=trained.bias, temperature=temperature)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A newly trained model; `meta` is the meta file's content."""

    trained: Trained
    roles: RoleHead
    meta: dict[str, Any]


def train(samples: Sequence[Sample], encoder: SentenceVectors, progress: Progress = lambda _: None) -> Made:
    """Train the heads of mails on the samples, and the head of sentences on its own texts."""
    trained, meta = train_voter(samples, encoder, progress)
    progress("roles: training the head of sentences with a time")
    roles, roles_meta = train_roles(encoder)
    return Made(trained=trained, roles=roles, meta={**meta, "roles": roles_meta})


def train_voter(
    samples: Sequence[Sample], encoder: SentenceVectors, progress: Progress = lambda _: None
) -> tuple[Trained, dict[str, Any]]:
    """Train the heads of mails alone, and their meta file; texts of a `TEAM` are learnt from, but not tried on."""
    progress(f"{len(samples)} texts in {len({sample.language for sample in samples})} languages")
    texts = numbers(samples, encoder)
    heads: dict[str, tuple[Head, Held]] = {}
    for name, share in (("strong", VECTOR_SHARE), ("weak", 0.0)):
        alike = kernel(texts, share)
        progress(f"{name}: trying it on unseen writers")
        held = hold_out(texts, alike)
        progress(f"{name}: kind {held.scores['kind']:.3f} on unseen writers; training it on all")
        heads[name] = (whole(texts, alike, share, held.temperature), held)
    trained = Trained(
        labels=texts.labels,
        strong=heads["strong"][0],
        weak=heads["weak"][0],
        strong_curve=heads["strong"][1].curve,
        weak_curve=heads["weak"][1].curve,
        abstain_below=ABSTAIN_BELOW,
    )
    tried = sum(sample.style != TEAM for sample in samples)
    return trained, _meta(trained, {name: held for name, (_, held) in heads.items()}, tried)


def _meta(trained: Trained, held: dict[str, Held], count: int) -> dict[str, Any]:
    heads = {"strong": trained.strong, "weak": trained.weak}
    return {
        "labels": list(trained.labels),
        "texts": count,
        "corpus": corpus_hash(),
        "abstain_below": trained.abstain_below,
        "versions": {"numpy": np.__version__, "python": platform.python_version()},
        "heads": {
            name: {
                "scores": held[name].scores,
                "temperature": held[name].temperature,
                "curve": held[name].curve.points(),
                "bias": [round(float(value), 6) for value in head.bias],
            }
            for name, head in heads.items()
        },
    }


def shipped_files(made: Made) -> dict[str, bytes]:
    """The contents of the model's folder by file name; the same model gives the same bytes."""
    return {**voter_files(made.trained, made.meta), "roles.npy": _array_bytes(made.roles.weights)}


def voter_files(trained: Trained, meta: Mapping[str, Any]) -> dict[str, bytes]:
    """The contents of the files (`model.VOTER_FILES`) from which the heads of mails can be loaded again."""
    if trained.strong.vectors is None:
        raise ValueError("the stronger head was trained without sentence vectors")
    return {
        "meta.json": (json.dumps(meta, indent=1, sort_keys=True) + "\n").encode(),
        "strong_vectors.npy": _array_bytes(trained.strong.vectors),
        "strong_ngrams.npy": _array_bytes(trained.strong.ngrams),
        "weak_ngrams.npy": _array_bytes(trained.weak.ngrams),
    }


def _array_bytes(array: Matrix) -> bytes:
    stream = BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()


def is_better(new: dict[str, Any], old: dict[str, Any]) -> bool:
    """Whether a new model may replace the old one: on unseen writers it is no worse than chance explains.

    The two were tried on different texts when the corpus grew, so a loss of up to two standard errors proves nothing.
    """

    def holds(figure: str) -> bool:
        mine, theirs = (float(meta["heads"]["strong"]["scores"][figure]) for meta in (new, old))
        error = sqrt(sum(share * (1 - share) / meta["texts"] for share, meta in ((mine, new), (theirs, old))))
        return mine >= theirs - 2 * error - 1e-9

    return holds("kind") and holds("kind_and_event")


_AS_GOOD = ("kind", "kind_and_event")


def is_as_good(team: Mapping[str, Any], shipped: Mapping[str, Any], *, by_chance: int = 4) -> bool:
    """Whether a team's model may stand in for the shipped one: on the corpus's unseen writers it is no worse.

    Both were tried on the same texts; that up to `by_chance` of them (one in 500) come out otherwise proves nothing.
    """
    mine, theirs = (meta["heads"]["strong"]["scores"] for meta in (team, shipped))
    slack = by_chance / team["texts"] + 1e-9
    return team["corpus"] == shipped["corpus"] and all(mine[name] >= theirs[name] - slack for name in _AS_GOOD)
