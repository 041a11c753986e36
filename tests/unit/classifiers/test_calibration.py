import random

import numpy as np
import pytest

from classifiers.calibration import IDENTITY, Curve, best_temperature, calibration_error, reliability, rising_curve


def boasting(count: int, seed: int = 7) -> tuple[list[float], list[bool]]:
    """Opinions of a judge who claims more than he keeps: right as often as the square of what he claims."""
    chance = random.Random(seed)
    claimed = [chance.random() for _ in range(count)]
    return claimed, [chance.random() < claim**2 for claim in claimed]


def test_a_curve_never_falls() -> None:
    curve = rising_curve(*boasting(600))

    assert list(curve.raw) == sorted(curve.raw)
    assert list(curve.right) == sorted(curve.right)
    assert 0.0 <= curve.of(0.0) <= curve.of(1.0) <= 1.0


def test_a_curve_makes_a_boaster_honest_on_opinions_that_it_has_not_seen() -> None:
    curve = rising_curve(*boasting(1500))
    claimed, right = boasting(1500, seed=8)

    before = calibration_error(reliability(claimed, right))
    after = calibration_error(reliability([curve.of(claim) for claim in claimed], right))

    assert before > 0.1
    assert after < 0.05


def test_a_curve_from_very_few_opinions_stays_near_what_was_claimed() -> None:
    curve = rising_curve([0.9, 0.9], [False, False])

    assert curve.of(0.9) == pytest.approx(0.45)


def test_a_curve_survives_the_meta_file() -> None:
    curve = rising_curve(*boasting(300))

    assert Curve.from_points(curve.points()) == curve
    assert IDENTITY.of(0.3) == pytest.approx(0.3)


def test_a_temperature_above_one_cools_an_overconfident_head() -> None:
    scores = np.array([[4.0, 0.0]] * 10)

    assert best_temperature(scores, [0] * 6 + [1] * 4) > 2.0


def test_the_reliability_table_counts_every_opinion_once() -> None:
    table = reliability([0.05, 0.95, 0.95, 1.0], [False, True, False, True])

    assert [(line.low, line.count) for line in table] == [(0.0, 1), (0.9, 3)]
    assert table[1].right == pytest.approx(2 / 3)


def test_no_opinions_make_an_empty_table() -> None:
    assert reliability([], []) == ()
    assert calibration_error(()) == 0.0
