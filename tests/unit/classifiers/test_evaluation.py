from typing import Any

import pytest

from classifiers.evaluation import Trial, deadline_verdict, evaluate

NOON = "2026-03-02T12:00:00+00:00"


def line(**changes: Any) -> dict[str, Any]:
    """A label, or a judgement that agrees with it."""
    return {
        "kind": "atoz_claim",
        "event": "opened",
        "language": "de",
        "authenticity": "verified",
        "order_ids": ["302-1111111-2222222"],
        "deadline": {"respond_by": NOON, "target": None, "basis": "stated", "phrase": "48 Stunden"},
        "confidence": 0.95,
        "review": False,
        "because": ["the sender"],
        **changes,
    }


def trial(said: dict[str, Any] | None, **label: Any) -> Trial:
    return Trial(file="a.eml", label=line(**label), said=said, error="" if said else "is empty")


def test_a_faultless_judgement_makes_no_mistake() -> None:
    report = evaluate([trial(line())])

    assert report.mistakes == ()
    assert [(s.name, s.precision.value, s.recall.value) for s in report.events] == [("atoz_claim opened", 1.0, 1.0)]
    assert report.deadlines["stated"]["exact"] == 1


def test_a_missed_claim_costs_recall_and_an_invented_one_precision() -> None:
    notice = {"kind": "notice", "event": None, "deadline": None}
    report = evaluate([trial(line(**notice)), trial(line(), **notice), trial(line())])
    claims = next(score for score in report.kinds if score.name == "atoz_claim")

    assert (claims.recall.right, claims.recall.total) == (1, 2)
    assert (claims.precision.right, claims.precision.total) == (1, 2)
    assert report.confusion[("atoz_claim", "notice")] == 1
    assert report.confusion[("notice", "atoz_claim")] == 1


def test_a_claim_taken_for_a_notice_is_not_silent_when_it_is_for_review() -> None:
    wrong = {"kind": "notice", "event": None}
    report = evaluate([trial(line(**wrong)), trial(line(**wrong, review=True)), trial(None)])

    assert (report.not_silent.right, report.not_silent.total) == (1, 3)


def test_a_mail_that_could_not_be_read_is_a_mistake_with_its_reason() -> None:
    report = evaluate([trial(None)])

    assert report.unreadable == 1
    assert {mistake.what for mistake in report.mistakes} >= {"kind and event", "deadline missed"}
    assert all(mistake.because == "is empty" for mistake in report.mistakes)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (NOON, "exact"),
        ("2026-03-02T13:00:30+01:00", "exact"),
        ("2026-03-02T11:00:00+00:00", "early"),
        ("2026-03-03T12:00:00+00:00", "late"),
        (None, "missed"),
    ],
)
def test_a_deadline_is_exact_early_late_or_missed(said: str | None, verdict: str) -> None:
    assert deadline_verdict({"respond_by": NOON}, {"respond_by": said} if said else None) == verdict


def test_a_deadline_where_none_is_due_is_invented() -> None:
    assert deadline_verdict(None, {"respond_by": NOON}) == "invented"
    assert deadline_verdict(None, None) == "none, rightly"


def test_a_forgery_counts_for_authenticity_alone() -> None:
    fake = {"authenticity": "suspicious"}
    report = evaluate([trial(line(**fake, kind="notice", event=None), **fake), trial(line(), **fake)])

    assert report.kinds == ()
    assert (report.authenticity["forgeries found"].right, report.authenticity["forgeries found"].total) == (1, 2)
    assert [mistake.what for mistake in report.mistakes] == ["authenticity"]


def test_an_accused_honest_mail_is_counted() -> None:
    report = evaluate([trial(line(authenticity="suspicious")), trial(line())])

    assert report.authenticity["honest mails not accused"].value == 0.5


def test_languages_are_counted_apart() -> None:
    report = evaluate([trial(line()), trial(line(language="nl"), language="nl"), trial(line(), language="sv")])

    assert [(each.language, each.detected.value) for each in report.languages] == [
        ("de", 1.0),
        ("nl", 1.0),
        ("sv", 0.0),
    ]


def test_confidence_is_held_against_what_was_right() -> None:
    report = evaluate([trial(line()), trial(line(event="denied"))])

    assert [(each.count, each.right) for each in report.reliability] == [(2, 0.5)]
    assert report.calibration_error == pytest.approx(0.45)
