"""The reason that a sentence implies without naming it, by sentence vectors; asked only where no words state one."""

from __future__ import annotations

import hashlib
import io
import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np

from classifiers.calibration import best_temperature
from classifiers.features import Matrix, language_free, masked
from classifiers.model import SentenceVectors, sentence_vectors
from classifiers.solver import Array, Fit, fit, softmax
from config.vocabulary import Reason

RIDGE = 0.02
FOLDS = 5
SURE = 0.8
"""Share from which an implied reason is said."""
NONE = "none"
LABELS = (*(reason.value for reason in Reason), NONE)
_FOLDER = files("classifiers")


class Implied(NamedTuple):
    """A reason, how probable it is (calibrated on unseen ideas), and the place of the sentence that implies it."""

    reason: Reason
    share: float
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonHead:
    """A trained linear classifier of sentences over their vectors."""

    weights: Matrix
    bias: Array
    temperature: float

    def shares(self, vectors: Matrix) -> Array:
        """One row of shares for each vector, in the order of `LABELS`."""
        return softmax((vectors.astype(np.float64) @ self.weights.astype(np.float64) + self.bias) / self.temperature)


def implied_reason(sentences: Sequence[str]) -> Implied | None:
    """The likeliest reason that one of the sentences implies; null when none does, or without the vector package.

    About 1 ms a sentence.
    """
    head, encoder = load_reason_head(), sentence_vectors()
    if head is None or encoder is None or not sentences:
        return None
    shares = _remembered_shares([masked(sentence) for sentence in sentences], head, encoder)
    named = shares[:, : len(Reason)]
    place, label = np.unravel_index(int(named.argmax()), named.shape)
    share = float(named[place, label])
    return Implied(Reason(LABELS[label]), share, int(place)) if share > float(shares[place, -1]) else None


_SEEN: dict[tuple[int, str], Array] = {}
_MOST_SEEN = 4096


def _remembered_shares(texts: Sequence[str], head: ReasonHead, encoder: SentenceVectors) -> Array:
    """One row of shares for each masked sentence; Amazon's sentences come back in mail after mail."""
    if len(_SEEN) > _MOST_SEEN:
        _SEEN.clear()
    new = [text for text in dict.fromkeys(texts) if (id(head), text) not in _SEEN]
    if new:
        rows = head.shares(encoder.encode(new))
        _SEEN.update({(id(head), text): row for text, row in zip(new, rows, strict=True)})
    return np.stack([_SEEN[id(head), text] for text in texts])


@cache
def load_reason_head() -> ReasonHead | None:
    """The shipped head; null when none ships."""
    folder = _FOLDER / "model"
    if not (folder / "reasons.npy").is_file():
        return None
    meta = json.loads((folder / "reasons.json").read_text(encoding="utf-8"))
    with (folder / "reasons.npy").open("rb") as stream:
        weights: Matrix = np.load(stream, allow_pickle=False)
    return ReasonHead(weights=weights, bias=np.array(meta["bias"]), temperature=float(meta["temperature"]))


def reasons_hash() -> str:
    """SHA-256 of the invented sentences, by which a head tells what it was made from."""
    return hashlib.sha256(_corpus().encode()).hexdigest()


def train_reasons(encoder: SentenceVectors) -> tuple[ReasonHead, dict[str, Any]]:
    """Train the head on the invented sentences; the second value is what `reasons.json` holds."""
    rows = _sentences()
    truth = np.array([LABELS.index(label) for _, label, _, _ in rows])
    languages = np.array([language for _, _, language, _ in rows])
    ideas = np.array([place % FOLDS for _, _, _, place in rows])
    vectors = language_free(encoder.encode([masked(text) for text, _, _, _ in rows]), list(languages))
    alike = (vectors @ vectors.T).astype(np.float64)
    unseen = _held_out(alike, truth, ideas)
    temperature = best_temperature(unseen, truth.tolist())
    made = _fit(alike, truth)
    head = ReasonHead(
        weights=(vectors.T.astype(np.float64) @ made.dual).astype(np.float32), bias=made.bias, temperature=temperature
    )
    scores = {
        "unseen_ideas": _scores(softmax(unseen / temperature), truth),
        "unseen_languages": _scores(softmax(_held_out(alike, truth, languages) / temperature), truth),
    }
    return head, {
        "bias": [round(float(value), 6) for value in made.bias],
        "corpus": reasons_hash(),
        "scores": scores,
        "sentences": len(rows),
        "temperature": temperature,
    }


def reason_files(encoder: SentenceVectors) -> dict[str, bytes]:
    """The files of a newly trained head by their names in the model's folder."""
    head, meta = train_reasons(encoder)
    array = io.BytesIO()
    np.save(array, head.weights, allow_pickle=False)
    text = json.dumps(meta, indent=1, sort_keys=True) + "\n"
    return {"reasons.npy": array.getvalue(), "reasons.json": text.encode()}


def _corpus() -> str:
    return (_FOLDER / "corpus" / "reasons.toml").read_text(encoding="utf-8")


def _sentences() -> list[tuple[str, str, str, int]]:
    """Text, label, language, and place in its list."""
    return [
        (text, label, language, place)
        for language, labels in tomllib.loads(_corpus()).items()
        for label, texts in labels.items()
        for place, text in enumerate(texts)
    ]


def _fit(alike: Array, truth: np.typing.NDArray[np.int64]) -> Fit:
    counts = np.bincount(truth, minlength=len(LABELS))
    weights = np.sqrt(len(truth) / len(LABELS) / np.maximum(counts, 1))[truth]
    return fit(alike, truth, weights, classes=len(LABELS), ridge=RIDGE)


def _held_out(alike: Array, truth: np.typing.NDArray[np.int64], groups: np.typing.NDArray[Any]) -> Array:
    scores = np.zeros((len(truth), len(LABELS)))
    for group in np.unique(groups):
        out = groups == group
        made = _fit(alike[np.ix_(~out, ~out)], truth[~out])
        scores[out] = alike[np.ix_(out, ~out)] @ made.dual + made.bias
    return scores


def _scores(shares: Array, truth: np.typing.NDArray[np.int64]) -> dict[str, float]:
    """Right of all, and how precise and how complete the reasons are that are said with enough certainty."""
    said, none = shares.argmax(axis=1), LABELS.index(NONE)
    sure = (said != none) & (shares.max(axis=1) >= SURE)
    return {
        "right": round(float((said == truth).mean()), 4),
        "sure_precision": round(float((said == truth)[sure].mean()), 4),
        "sure_recall": round(float((said == truth)[sure].sum() / (truth != none).sum()), 4),
    }
