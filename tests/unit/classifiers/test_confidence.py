"""The confidence that people read is a rising map of the votes' margin, held to what unseen writers gave."""

import pytest
from mail.compact import TRUSTED, as_bytes, written_by

from classifiers.assessment import assess
from classifiers.calibration import calibration_error, confidence_curve, reliability
from classifiers.confidence import calibrated
from classifiers.message import read_message
from config.policy import default_policy

WRITERS = ("second_writer", "writer_c")
"""Two of the five on whose mails it was fitted: enough to notice that it no longer fits."""


def test_it_rises_and_keeps_its_ends_and_the_line_at_which_a_person_looks():
    shares = [calibrated(number / 1000) for number in range(1001)]
    assert shares == sorted(shares)
    assert (shares[0], shares[500], shares[700], shares[1000]) == (0.0, 0.5, 0.7, 1.0)


@pytest.mark.parametrize("beyond", [-1.0, 2.0])
def test_nothing_leaves_the_range(beyond):
    assert 0.0 <= calibrated(beyond) <= 1.0


def test_a_fit_leaves_what_a_person_looks_at_as_it_is_and_moves_the_rest_to_what_was_right():
    said = [0.5] * 20 + [0.8] * 100 + [0.9] * 100
    right = [False] * 20 + [True] * 80 + [False] * 20 + [True] * 99 + [False]
    curve = confidence_curve(said, right)
    assert curve.of(0.5) == pytest.approx(0.5)
    assert curve.of(0.8) == pytest.approx(0.8, abs=0.01)
    assert curve.of(0.9) == pytest.approx(0.99, abs=0.01)


def honest(writer):
    """Confidence as printed, and whether kind and event were right; forgeries are for a person anyway."""
    for mail in written_by(writer):
        label = mail["label"]
        said = assess(read_message(as_bytes(mail)), policy=default_policy(), trusted_authserv=(TRUSTED,))
        if "suspicious" not in (label.get("authenticity"), said.authenticity):
            yield said.confidence, (said.kind, said.event) == (label["kind"], label.get("event"))


def test_on_writers_that_it_was_fitted_on_it_means_what_it_says():
    found = [each for writer in WRITERS for each in honest(writer)]
    table = reliability([said for said, _ in found], [right for _, right in found])
    assert calibration_error(table) < 0.04
    assert all(abs(line.claimed - line.right) < 0.05 for line in table if line.count >= 20)
