"""Probabilities that mean what they say: of opinions with 0.9, nine in ten are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.solver import Array, softmax


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A rising, piecewise linear map from a raw probability to the share that is right among such opinions."""

    raw: tuple[float, ...]
    right: tuple[float, ...]

    @classmethod
    def from_points(cls, points: Sequence[Sequence[float]]) -> Curve:
        """The curve through (raw, right) points as a meta file holds them."""
        return cls(raw=tuple(point[0] for point in points), right=tuple(point[1] for point in points))

    def of(self, probability: float) -> float:
        """The calibrated probability."""
        return float(np.interp(probability, self.raw, self.right))

    def points(self) -> list[list[float]]:
        """The points of the curve, for a meta file."""
        return [[raw, right] for raw, right in zip(self.raw, self.right, strict=True)]


IDENTITY = Curve(raw=(0.0, 1.0), right=(0.0, 1.0))


def best_temperature(scores: Array, truth: Sequence[int]) -> float:
    """The one number that scores are divided by so that held-out texts are least surprising."""
    rows = np.arange(len(truth))

    def surprise(temperature: float) -> float:
        return -float(np.log(np.maximum(softmax(scores / temperature)[rows, list(truth)], 1e-12)).mean())

    return min((float(value) for value in np.geomspace(0.25, 4.0, 61)), key=surprise)


def rising_curve(claimed: Sequence[float], right: Sequence[bool], *, groups: int = 12) -> Curve:
    """Fit a curve to held-out opinions: equally full groups by claimed probability, pooled where they would fall.

    Each group is drawn towards what it claims by the weight of two opinions, since a small group proves little.
    """
    said, hit = np.asarray(claimed, dtype=float), np.asarray(right, dtype=float)
    order = np.argsort(said, kind="stable")
    blocks: list[Array] = []  # each: sum of claims, sum of right ones, size
    for part in np.array_split(order, max(1, min(groups, len(order) // 15))):
        drawn = 2.0 * float(said[part].mean()) if len(part) else 0.0
        blocks.append(np.array([said[part].sum() + drawn, hit[part].sum() + drawn, len(part) + 2.0]))
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] > blocks[-1][1] / blocks[-1][2]:
            last = blocks.pop()
            blocks[-1] = blocks[-1] + last
    points = [(0.0, 0.0), *((float(b[0] / b[2]), float(b[1] / b[2])) for b in blocks)]
    points.append((1.0, min(0.995, points[-1][1] + 1.0 - points[-1][0])))
    return Curve(raw=tuple(round(raw, 4) for raw, _ in points), right=tuple(round(share, 4) for _, share in points))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One line of a reliability table: opinions whose probability lies in [low, high)."""

    low: float
    high: float
    count: int
    claimed: float
    """Mean probability of the opinions in the bin."""
    right: float
    """Share of them that is right."""


def reliability(claimed: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> tuple[Bin, ...]:
    """The reliability table of opinions, empty bins left out."""
    said, hit = np.asarray(claimed, dtype=float), np.asarray(right, dtype=float)
    place = np.minimum((said * bins).astype(int), bins - 1)
    return tuple(
        Bin(
            low=number / bins,
            high=(number + 1) / bins,
            count=int((place == number).sum()),
            claimed=float(said[place == number].mean()),
            right=float(hit[place == number].mean()),
        )
        for number in range(bins)
        if (place == number).any()
    )


def calibration_error(table: Sequence[Bin]) -> float:
    """Mean distance between claimed and right over all opinions; 0 for an empty table."""
    total = sum(line.count for line in table)
    return sum(line.count * abs(line.claimed - line.right) for line in table) / total if total else 0.0


TRUSTED_FROM = 0.7
"""Confidence from which on a curve is fitted; under it a person looks, and few mails are there."""


def confidence_curve(claimed: Sequence[float], right: Sequence[bool]) -> Curve:
    """The curve of `config/data/confidence.toml` from judgements of mails by unseen writers, straight under 0.7."""
    sure = [(said, hit) for said, hit in zip(claimed, right, strict=True) if said >= TRUSTED_FROM]
    fitted = rising_curve([said for said, _ in sure], [hit for _, hit in sure], groups=6)
    inner = [(raw, hit) for raw, hit in fitted.points() if TRUSTED_FROM < raw < 1.0]
    return Curve.from_points([(0.0, 0.0), (TRUSTED_FROM, TRUSTED_FROM), *inner, (1.0, 1.0)])
