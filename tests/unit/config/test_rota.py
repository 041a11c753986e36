"""Who is on call: turns, hand-over, overrides, absences, queues, gaps."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.rota import Absence, Override, Queue, Rota, gaps, hand_over_of, line_of, problems, queue_of

BERLIN = ZoneInfo("Europe/Berlin")
EU = Queue(
    name="eu", members=("Ana", "Bo", "Cleo"), start=date(2026, 3, 2), hand_over=time(9), zone=BERLIN, leads=("Dan",)
)
NAMES = ("Ana", "Bo", "Cleo", "Dan")


def berlin(*parts):
    return datetime(*parts, tzinfo=BERLIN).astimezone(UTC)


def first(rota, at, queue=EU):
    return line_of(rota, queue, at)[0]


def test_turns_change_at_the_hand_over_and_begin_anew_after_the_last_member():
    rota = Rota(queues=(EU,))
    assert first(rota, berlin(2026, 3, 2, 9)) == "Ana"
    assert first(rota, berlin(2026, 3, 9, 8, 59)) == "Ana"
    assert first(rota, berlin(2026, 3, 9, 9)) == "Bo"
    assert first(rota, berlin(2026, 3, 23, 9)) == "Ana"


def test_before_the_first_turn_the_rotation_runs_backwards():
    assert first(Rota(queues=(EU,)), berlin(2026, 3, 2, 8)) == "Cleo"


def test_the_hand_over_keeps_its_wall_clock_time_through_a_change_of_the_clock():
    assert hand_over_of(EU, 3) == datetime(2026, 3, 23, 8, tzinfo=UTC)
    assert hand_over_of(EU, 4) == datetime(2026, 3, 30, 7, tzinfo=UTC)


def test_the_next_in_line_is_the_next_to_have_a_turn():
    assert line_of(Rota(queues=(EU,)), EU, berlin(2026, 3, 10, 12)) == ("Bo", "Cleo", "Ana")


def test_who_is_away_is_passed_over():
    rota = Rota(queues=(EU,), absences=(Absence(who="Bo", start=berlin(2026, 3, 10), end=berlin(2026, 3, 11)),))
    assert first(rota, berlin(2026, 3, 9, 23)) == "Bo"
    assert line_of(rota, EU, berlin(2026, 3, 10, 0)) == ("Cleo", "Ana")
    assert first(rota, berlin(2026, 3, 11)) == "Bo"


def test_an_override_stands_before_the_turn_and_the_turn_stays_next_in_line():
    override = Override(who="Dan", start=berlin(2026, 3, 10), end=berlin(2026, 3, 11), queue="eu")
    rota = Rota(queues=(EU,), overrides=(override,))
    assert line_of(rota, EU, berlin(2026, 3, 10, 5)) == ("Dan", "Bo", "Cleo", "Ana")
    other = replace(EU, name="us")
    assert first(rota, berlin(2026, 3, 10, 5), other) == "Bo"


def test_a_case_goes_to_the_queue_that_names_its_store_else_to_the_one_that_names_none():
    us = replace(EU, name="us", marketplaces=frozenset({"US", "CA"}))
    both = replace(EU, name="both", marketplaces=frozenset({"DE"}), accounts=frozenset({"north"}))
    rota = Rota(queues=(EU, both, us))
    assert queue_of(rota, "south", "CA") == us
    assert queue_of(rota, "north", "DE") == both
    assert queue_of(rota, "south", "DE") == EU
    assert queue_of(rota, "south", None) == EU
    assert queue_of(Rota(queues=(us,)), "south", "DE") is None


def test_a_gap_is_found_from_its_beginning_to_its_end():
    away = tuple(
        Absence(who=who, start=berlin(2026, 4, 3 + day), end=berlin(2026, 4, 7)) for day, who in enumerate(EU.members)
    )
    rota = Rota(queues=(EU,), absences=away)
    assert gaps(rota, EU, berlin(2026, 4, 1), berlin(2026, 5, 1)) == ((berlin(2026, 4, 5), berlin(2026, 4, 7)),)
    told = problems(rota, NAMES, accounts=(), start=berlin(2026, 4, 1))
    assert [problem.place for problem in told] == ["rota[eu]"]
    assert "2026-04-04 22:00 UTC to 2026-04-06 22:00 UTC" in told[0].message


def test_unknown_names_and_accounts_and_backward_periods_are_told_with_their_place():
    start = berlin(2026, 3, 2)
    rota = Rota(
        queues=(replace(EU, members=("Ana", "Eve"), accounts=frozenset({"west"})),),
        overrides=(Override(who="Bo", start=start, end=start + timedelta(days=1), queue="asia"),),
        absences=(Absence(who="Zoe", start=start, end=start),),
    )
    told = {(problem.place, problem.message) for problem in problems(rota, NAMES, accounts=("eu",), start=start)}
    assert ("rota[eu]", '"Eve" is nobody in team.people') in told
    assert ("rota[eu]", '"west" is no account; known: eu') in told
    assert ("overrides", 'there is no rota named "asia"') in told
    assert ("absences", '"Zoe" is nobody in team.people') in told
    assert ("absences", "of Zoe ends before it begins") in told


def test_an_override_for_somebody_who_is_away_is_told():
    start, end = berlin(2026, 3, 10), berlin(2026, 3, 12)
    rota = Rota(
        queues=(EU,),
        overrides=(Override(who="Bo", start=start, end=end),),
        absences=(Absence(who="Bo", start=start, end=end),),
    )
    assert [problem.place for problem in problems(rota, NAMES, accounts=(), start=start)] == ["overrides"]
