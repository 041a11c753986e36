"""What the time in a sentence is for the seller who reads it, by sentence vectors: one weak signal beside the rules."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from classifiers.calibration import best_temperature
from classifiers.features import Matrix, language_free, masked
from classifiers.model import SentenceVectors, sentence_vectors
from classifiers.solver import Array, Fit, fit, softmax

RIDGE = 0.02
FOLDS = 5


class TimeRole(StrEnum):
    """What a time in a sentence is for the seller."""

    APPEAL = "appeal"
    """The window in which a decision can be contested."""
    CONDITIONAL = "conditional"
    """An answer is due by then, but only if Amazon asks for more."""
    DEMAND = "demand"
    """An answer or a deed is due by then."""
    OTHER = "other"
    """Not the seller's time: processing, delivery, retention, the past."""


ROLES = tuple(TimeRole)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHead:
    """A trained linear classifier of sentences over their vectors."""

    weights: Matrix
    bias: Array
    temperature: float

    def probabilities(self, vectors: Matrix) -> Array:
        """One row of shares for each vector, in the order of `ROLES`."""
        return softmax((vectors.astype(np.float64) @ self.weights.astype(np.float64) + self.bias) / self.temperature)


def deadline_roles(sentences: Sequence[str]) -> list[Mapping[TimeRole, float]] | None:
    """For each sentence the probability of each role of the time in it; null without the vector package.

    About 1 ms a sentence. Right for 3 in 4 sentences whose like it has not seen (`meta.json`, "roles"): never decide by
    it alone.
    """
    head, encoder = load_role_head(), sentence_vectors()
    if head is None or encoder is None:
        return None
    if not sentences:
        return []
    shares = head.probabilities(encoder.encode([masked(sentence) for sentence in sentences]))
    return [dict(zip(ROLES, map(float, row), strict=True)) for row in shares]


@cache
def load_role_head() -> RoleHead | None:
    """The shipped head; null when none ships."""
    folder = files("classifiers") / "model"
    if not (folder / "roles.npy").is_file():
        return None
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["roles"]
    with (folder / "roles.npy").open("rb") as stream:
        weights: Matrix = np.load(stream, allow_pickle=False)
    return RoleHead(weights=weights, bias=np.array(meta["bias"]), temperature=float(meta["temperature"]))


def train_roles(encoder: SentenceVectors) -> tuple[RoleHead, dict[str, Any]]:
    """Train the head on the invented sentences; the second value is its part of the meta file."""
    rows = _sentences()
    truth = np.array([ROLES.index(role) for _, role, _, _ in rows])
    languages = [language for _, _, language, _ in rows]
    vectors = language_free(encoder.encode([masked(text) for text, _, _, _ in rows]), languages)
    alike = (vectors @ vectors.T).astype(np.float64)
    ideas, spoken = np.array([place % FOLDS for _, _, _, place in rows]), np.array(languages)
    unseen = _held_out(alike, truth, ideas)
    temperature = best_temperature(unseen, truth.tolist())
    made = _fit(alike, truth)
    head = RoleHead(
        weights=(vectors.T.astype(np.float64) @ made.dual).astype(np.float32), bias=made.bias, temperature=temperature
    )
    scores = {
        "unseen_ideas": _scores(unseen, truth),
        "unseen_languages": _scores(_held_out(alike, truth, spoken), truth),
    }
    meta = {"bias": [round(float(value), 6) for value in made.bias], "temperature": temperature, "scores": scores}
    return head, {**meta, "sentences": len(rows)}


def _sentences() -> list[tuple[str, TimeRole, str, int]]:
    """Text, role, language, and place in its list: lists of different languages tell like ideas at like places."""
    path = files("classifiers") / "corpus" / "deadline_roles.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        (text, TimeRole(role), language, place)
        for language, roles in tables.items()
        for role, texts in roles.items()
        for place, text in enumerate(texts)
    ]


def _fit(alike: Array, truth: np.typing.NDArray[np.int64]) -> Fit:
    counts = np.bincount(truth, minlength=len(ROLES))
    weights = np.sqrt(len(truth) / len(ROLES) / np.maximum(counts, 1))[truth]
    return fit(alike, truth, weights, classes=len(ROLES), ridge=RIDGE)


def _held_out(alike: Array, truth: np.typing.NDArray[np.int64], groups: np.typing.NDArray[Any]) -> Array:
    scores = np.zeros((len(truth), len(ROLES)))
    for group in np.unique(groups):
        out = groups == group
        made = _fit(alike[np.ix_(~out, ~out)], truth[~out])
        scores[out] = alike[np.ix_(out, ~out)] @ made.dual + made.bias
    return scores


def _scores(scores: Array, truth: np.typing.NDArray[np.int64]) -> dict[str, float]:
    said, demand = scores.argmax(axis=1), ROLES.index(TimeRole.DEMAND)
    hit = float(((said == demand) & (truth == demand)).sum())
    return {
        "right": round(float((said == truth).mean()), 4),
        "demand_precision": round(hit / max(1, int((said == demand).sum())), 4),
        "demand_recall": round(hit / int((truth == demand).sum()), 4),
    }
