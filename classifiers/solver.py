"""Multinomial logistic regression in plain numpy: exact enough, and the same on every run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Coefficients over the training rows: scores are similarities to those rows times `dual`, plus `bias`."""

    dual: Array
    bias: Array


def softmax(scores: Array) -> Array:
    """Row-wise probabilities of a matrix of scores."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def fit(kernel: Array, labels: npt.NDArray[np.int64], weights: Array, *, classes: int, ridge: float) -> Fit:
    """Fit a penalised logistic regression from the rows' similarities; `weights` says how much each row counts."""
    rows = len(labels)
    values, vectors = np.linalg.eigh(kernel)
    keep = values > values[-1] * 1e-7
    root = np.sqrt(values[keep])
    design = np.hstack([vectors[:, keep] * root, np.ones((rows, 1))])
    wanted = np.zeros((rows, classes))
    wanted[np.arange(rows), labels] = 1.0
    penalty = np.full((design.shape[1], 1), ridge)
    penalty[-1] = 1e-3  # the bias is not a similarity and is hardly held back

    def loss(flat: Array) -> tuple[float, Array]:
        coefficients = flat.reshape(design.shape[1], classes)
        guess = softmax(design @ coefficients)
        of_truth = np.maximum((guess * wanted).sum(axis=1), 1e-300)
        value = -float((weights * np.log(of_truth)).sum()) + 0.5 * float((penalty * coefficients**2).sum())
        slope = design.T @ ((guess - wanted) * weights[:, None]) + penalty * coefficients
        return value, slope.ravel()

    best = minimise(loss, np.zeros(design.shape[1] * classes)).reshape(design.shape[1], classes)
    return Fit(dual=(vectors[:, keep] / root) @ best[:-1], bias=best[-1])


def minimise(
    loss: Callable[[Array], tuple[float, Array]], start: Array, *, steps: int = 200, memory: int = 12
) -> Array:
    """Find the least loss by L-BFGS with backtracking; ends when the slope is small or after `steps` steps."""
    point, (value, slope) = start, loss(start)
    history: list[tuple[Array, Array, float]] = []
    for _ in range(steps):
        if float(np.abs(slope).max()) < 1e-4:
            break
        direction = -_two_loop(slope, history)
        stride, expected = (1.0 if history else 1.0 / float(np.linalg.norm(slope))), float(slope @ direction)
        for _ in range(30):
            candidate = point + stride * direction
            new_value, new_slope = loss(candidate)
            if new_value <= value + 1e-4 * stride * expected:
                break
            stride *= 0.5
        moved, turned = candidate - point, new_slope - slope
        curvature = float(moved @ turned)
        if curvature > 1e-12:
            history = [*history, (moved, turned, 1.0 / curvature)][-memory:]
        point, value, slope = candidate, new_value, new_slope
    return point


def _two_loop(slope: Array, history: list[tuple[Array, Array, float]]) -> Array:
    """The slope times L-BFGS's picture of the inverse curvature."""
    result, shares = slope.copy(), []
    for moved, turned, scale in reversed(history):
        share = scale * float(moved @ result)
        shares.append(share)
        result = result - share * turned
    if history:
        moved, turned, scale = history[-1]
        result = result / (scale * float(turned @ turned))
    for (moved, turned, scale), share in zip(history, reversed(shares), strict=True):
        result = result + moved * (share - scale * float(turned @ result))
    return result
