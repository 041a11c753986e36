"""The ladder as data: what ships, what a team changes, what is told when it is wrong."""

from datetime import time, timedelta
from pathlib import Path

from config.ladder import BASES, default_ladder, override_ladder
from config.vocabulary import CASE_KINDS, Kind

PATH = Path("claimclock.toml")


def overridden(**own):
    ladder, problems = override_ladder(own, path=PATH)
    assert problems == []
    return ladder


def told(**own):
    ladder, problems = override_ladder(own, path=PATH)
    assert ladder is None
    return {problem.key: problem.message for problem in problems}


def names(ladder, kind, basis):
    return [step.name for step in ladder.steps_for(kind, basis)]


def test_every_kind_and_basis_has_steps():
    assert all(default_ladder().steps_for(kind, basis) for kind in CASE_KINDS for basis in BASES)


def test_only_stated_clocks_page_anybody():
    ladder = default_ladder()
    letters = {basis: {step.letter for step in ladder.steps_for(Kind.ATOZ_CLAIM, basis)} for basis in BASES}
    assert letters == {
        "stated": {"reminder", "page", "lead", "overdue"},
        "policy": {"reminder"},
        "conditional": {"reminder"},
        "appeal": {"reminder"},
    }


def test_a_kind_has_its_own_steps_beside_those_of_the_basis():
    ladder = default_ladder()
    assert "on_call_2_days" in names(ladder, Kind.CHARGEBACK, "stated")
    assert "on_call_12" in names(ladder, Kind.CHARGEBACK, "stated")
    assert "on_call_2_days" not in names(ladder, Kind.ATOZ_CLAIM, "stated")


def test_a_step_is_changed_key_by_key_and_a_new_moment_replaces_the_old_one():
    ladder = overridden(stated={"on_call_12": {"gone": 30}})
    step = next(step for step in ladder.steps_for(Kind.ATOZ_CLAIM, "stated") if step.name == "on_call_12")
    assert (step.gone, step.left, step.to) == (30, None, ("on_call",))


def test_a_step_that_is_false_is_left_out_for_every_kind():
    ladder = overridden(stated={"lead_2": False})
    assert "lead_2" not in names(ladder, Kind.CHARGEBACK, "stated")


def test_one_kinds_step_can_be_changed_alone():
    ladder = overridden(**{"cs_request.stated": {"overdue": {"most": 3}}})
    most = {kind: ladder.steps_for(kind, "stated")[-1].most for kind in (Kind.CS_REQUEST, Kind.ATOZ_CLAIM)}
    assert most == {Kind.CS_REQUEST: 3, Kind.ATOZ_CLAIM: 12}


def test_rules_are_changed_one_by_one():
    ladder = overridden(near="90 minutes", quiet="21:30-06:30", storm_cases=5)
    assert ladder.near == timedelta(minutes=90)
    assert ladder.quiet == (time(21, 30), time(6, 30))
    assert ladder.storm_cases == 5
    assert ladder.next_after == default_ladder().next_after
    assert overridden(quiet="").quiet is None


def test_every_problem_is_told_at_once_with_its_place():
    problems = told(
        neer="1 hour",
        near="soon",
        stated={"overdue": {"every": "0 minutes"}, "x": {"left": "1 hour", "over": "1 hour", "to": ["on_call"]}},
        policy={"y": {"left": "1 hour", "to": []}, "z": 4},
    )
    assert problems["ladder.neer"] == "unknown key; did you mean near?"
    assert '"12 hours"' in problems["ladder.near"]
    assert problems["ladder.stated.overdue.every"] == "must be longer than nothing"
    assert "exactly one moment" in problems["ladder.stated.x"]
    assert "a step needs somebody to go to" in problems["ladder.policy.y.to"]
    assert "or false" in problems["ladder.policy.z"]
