"""The ladder's decisions: who is told what and when, once, and what stops it."""

from dataclasses import replace
from datetime import timedelta

from mail.people import EU, berlin, case, minutes, replay, roster

from config.ladder import default_ladder, override_ladder
from config.rota import Absence, Rota
from config.vocabulary import Basis, Status
from daemon.acts import ActKind, Said
from daemon.ladder import NoticeState
from daemon.moments import plan_of, running

TUESDAY = berlin(2026, 3, 3, 9)
FRIDAY_NOON = berlin(2026, 3, 6, 12)
DUE = berlin(2026, 3, 5, 17)


def sent(found):
    return [(now, each.step, each.person) for now, each in found if each.state is NoticeState.SENT]


def told(states, start, end, staff=None, step=10):
    return sent(replay(states, minutes(start, end, step), staff or roster()))


def without_next(**changes):
    ladder, _ = override_ladder({"next_most": 0, **changes}, path=None)
    return roster(ladder=ladder)


def after(moment, **changes):
    """The case, with changes from a moment on."""
    opened = case(TUESDAY, DUE)
    return lambda now: replace(opened, **changes) if now >= moment else opened


def said(what, at, by="Ana", **more):
    return Said(what=what, by=by, at=at, **more)


def test_a_working_day_deadline_climbs_the_ladder_step_by_step():
    found = told(case(TUESDAY, DUE), TUESDAY, DUE + timedelta(hours=2, minutes=30), without_next())
    assert found == [
        (berlin(2026, 3, 4, 13), "reminder", "Ana"),
        (berlin(2026, 3, 4, 17), "on_call_12", "Ana"),  # 05:00 is moved to an hour before the close of work
        (berlin(2026, 3, 5, 13), "on_call_4", "Ana"),
        (berlin(2026, 3, 5, 15), "lead_2", "Dan"),
        (berlin(2026, 3, 5, 16), "on_call_1", "Ana"),
        (DUE, "overdue", "Ana"),
        (DUE, "overdue", "Dan"),
        (DUE + timedelta(hours=1), "overdue+1", "Ana"),
        (DUE + timedelta(hours=1), "overdue+1", "Dan"),
        (DUE + timedelta(hours=2), "overdue+2", "Ana"),
        (DUE + timedelta(hours=2), "overdue+2", "Dan"),
    ]


def test_a_monday_morning_deadline_alarms_on_friday_and_then_only_who_is_on_call():
    found = told(case(FRIDAY_NOON, berlin(2026, 3, 9, 8)), FRIDAY_NOON, berlin(2026, 3, 9, 7, 50), without_next())
    assert [each for each in found if each[1] != "reminder"] == [
        (berlin(2026, 3, 6, 17), "on_call_12", "Ana"),
        (berlin(2026, 3, 9, 4), "on_call_4", "Ana"),
        (berlin(2026, 3, 9, 6), "lead_2", "Dan"),
        (berlin(2026, 3, 9, 7), "on_call_1", "Ana"),
    ]


def test_a_friday_night_claim_due_before_work_on_monday_alarms_on_friday_night():
    night = berlin(2026, 3, 6, 20)
    found = told(case(night, berlin(2026, 3, 9, 11)), night, berlin(2026, 3, 7, 20), without_next())
    assert found == [(night, "on_call_12", "Ana")]


def test_a_friday_night_claim_due_on_monday_night_waits_for_mondays_work():
    night = berlin(2026, 3, 6, 20)
    found = told(case(night, berlin(2026, 3, 9, 20)), night, berlin(2026, 3, 9, 15), without_next())
    assert [each for each in found if each[1] == "on_call_12"] == [(berlin(2026, 3, 9, 9), "on_call_12", "Bo")]


def test_conditional_and_assumed_clocks_page_nobody():
    for basis in (Basis.CONDITIONAL, Basis.POLICY):
        found = replay(case(TUESDAY, DUE, basis=basis), minutes(TUESDAY, DUE + timedelta(hours=9), 30), roster())
        assert {each.letter for _, each in found} == {"reminder"}


def test_an_appeal_reminds_and_its_end_is_no_overdue_case():
    appeal = case(TUESDAY, TUESDAY + timedelta(days=30), status=Status.DECIDED)
    found = told(appeal, TUESDAY, TUESDAY + timedelta(days=31), step=60)
    assert [step for _, step, _ in found] == ["reminder", "reminder_3_days", "reminder_1_day"]


def test_an_unanswered_page_goes_to_the_next_in_line_so_often_as_set():
    found = told(case(TUESDAY, DUE), TUESDAY, berlin(2026, 3, 5, 12))
    pages = [each for each in found if each[1].startswith("on_call_12")]
    start = berlin(2026, 3, 4, 17)
    assert pages == [
        (start, "on_call_12", "Ana"),
        (start + timedelta(minutes=30), "on_call_12>1", "Bo"),
        (start + timedelta(minutes=60), "on_call_12>2", "Cleo"),
    ]


def test_an_acknowledgement_stops_the_next_step_alone():
    seen = berlin(2026, 3, 4, 17, 10)
    found = replay(
        after(seen, said=(said(ActKind.ACKNOWLEDGED, seen),)),
        minutes(TUESDAY, DUE - timedelta(minutes=10), 10),
        roster(),
    )
    assert [step for _, step, _ in sent(found)] == [
        "reminder",
        "on_call_12",
        "lead_2",
        "on_call_1",
        "on_call_1>1",
    ]
    (skipped,) = [each for _, each in found if each.state is NoticeState.SKIPPED]
    assert skipped.step == "on_call_4"
    assert "acknowledged by Ana at 2026-03-04 16:10 UTC" in skipped.reason


def test_an_acknowledgement_of_an_overdue_case_ends_the_repetitions():
    seen = DUE + timedelta(minutes=90)
    found = told(after(seen, said=(said(ActKind.ACKNOWLEDGED, seen),)), DUE, DUE + timedelta(hours=14))
    overdue = {step for now, step, _ in found if step.startswith("overdue")}
    assert overdue == {"overdue", "overdue+1"}


def test_overdue_notices_are_capped():
    found = told(case(TUESDAY, DUE), DUE, DUE + timedelta(days=2))
    assert len([step for _, step, who in found if step.startswith("overdue") and who == "Ana"]) == 12


def test_whoever_took_the_case_gets_the_steps_beside_who_is_on_call():
    found = told(after(TUESDAY, holder="Cleo"), TUESDAY, berlin(2026, 3, 4, 18), without_next())
    assert [(step, who) for _, step, who in found] == [
        ("reminder", "Cleo"),
        ("on_call_12", "Cleo"),
        ("on_call_12", "Ana"),
    ]


def test_who_is_away_is_passed_over_and_a_holder_who_is_away_does_not_hold():
    away = tuple(Absence(who=who, start=TUESDAY, end=DUE) for who in ("Ana", "Cleo"))
    staff = replace(without_next(), rota=Rota(queues=(EU,), absences=away))
    found = told(after(TUESDAY, holder="Cleo"), TUESDAY, berlin(2026, 3, 4, 18), staff)
    assert [(step, who) for _, step, who in found] == [("reminder", "Bo"), ("on_call_12", "Bo")]


def test_a_case_that_is_answered_or_closed_is_told_to_nobody_any_more():
    for status in (Status.ANSWERED, Status.CLOSED):
        assert told(after(berlin(2026, 3, 4, 14), status=status, clocks=()), TUESDAY, DUE + timedelta(hours=3)) == [
            (berlin(2026, 3, 4, 13), "reminder", "Ana")
        ]


def test_a_snooze_makes_its_author_quiet_and_ends_with_a_reminder():
    at = berlin(2026, 3, 4, 16)
    snoozed = after(at, said=(said(ActKind.SNOOZED, at, until=berlin(2026, 3, 4, 17, 30)),))
    found = replay(snoozed, minutes(TUESDAY, berlin(2026, 3, 4, 19), 10), without_next())
    assert sent(found)[-1] == (berlin(2026, 3, 4, 17, 30), "on_call_12", "Ana")
    assert [each.state for _, each in found if each.step == "on_call_12"] == [NoticeState.WAITING, NoticeState.SENT]


def test_a_snooze_without_a_step_in_it_wakes_its_author():
    at = berlin(2026, 3, 4, 14)
    snoozed = after(at, said=(said(ActKind.SNOOZED, at, until=berlin(2026, 3, 4, 16)),))
    found = told(snoozed, TUESDAY, berlin(2026, 3, 4, 16, 50))
    assert found[-1][0] == berlin(2026, 3, 4, 16)
    assert found[-1][1].startswith("wake:Ana")


def test_a_snooze_never_lasts_past_the_point_where_a_step_still_helps():
    at = berlin(2026, 3, 5, 9)
    snoozed = after(at, said=(said(ActKind.SNOOZED, at, until=DUE + timedelta(days=3)),))
    found = told(snoozed, TUESDAY, DUE, without_next())
    assert [each for each in found if each[0] >= at][:2] == [
        (berlin(2026, 3, 5, 15), "lead_2", "Dan"),
        (berlin(2026, 3, 5, 15), "on_call_4", "Ana"),
    ]


def test_quiet_hours_hold_a_notice_until_their_end_unless_the_deadline_is_near():
    read, due = berlin(2026, 3, 3, 23), berlin(2026, 3, 4, 10)
    found = told(case(read, due), read, due, without_next())
    # Read with 11 h left: the page of 12 h comes at the reading, in quiet hours, and waits until 4 h are left.
    near = berlin(2026, 3, 4, 6)
    assert found[:2] == [(near, "on_call_4", "Ana"), (near, "on_call_12", "Ana")]


def test_a_night_person_is_told_at_night():
    read, due = berlin(2026, 3, 3, 23), berlin(2026, 3, 4, 10)
    staff = replace(without_next(), people=roster(Ana={"quiet": "08:00-12:00"}).people)
    assert told(case(read, due), read, due, staff)[0] == (read, "on_call_12", "Ana")


def test_a_moment_that_was_missed_is_told_once_late_and_marked():
    ticks = [
        *minutes(TUESDAY, berlin(2026, 3, 4, 12), 10),
        *minutes(berlin(2026, 3, 5, 14), berlin(2026, 3, 5, 14, 50), 10),
    ]
    found = replay(case(TUESDAY, DUE), ticks, without_next())
    assert [(now, each.step, each.late) for now, each in found] == [
        (berlin(2026, 3, 5, 14), "reminder", True),
        (berlin(2026, 3, 5, 14), "on_call_12", True),
        (berlin(2026, 3, 5, 14), "on_call_4", True),
    ]


def test_of_missed_repetitions_the_last_one_speaks_for_all():
    found = replay(case(TUESDAY, DUE), [DUE + timedelta(hours=5, minutes=30)], without_next())
    overdue = {each.step: each.state for _, each in found if each.step.startswith("overdue")}
    assert [step for step, state in overdue.items() if state is NoticeState.SENT] == ["overdue+5"]
    assert len(overdue) == 6


def test_what_was_acknowledged_during_an_outage_is_not_told_after_it():
    seen = berlin(2026, 3, 4, 18)
    ticks = [berlin(2026, 3, 5, 12)]
    found = replay(after(TUESDAY, said=(said(ActKind.ACKNOWLEDGED, seen),)), ticks, roster())
    assert sent(found) == []


def test_the_past_raises_no_alarm():
    read = DUE + timedelta(days=5)
    assert replay(case(read, DUE), minutes(read, read + timedelta(days=2), 60), roster()) == []


def test_a_case_read_shortly_before_its_deadline_pages_at_once_and_once_for_each_audience():
    read = DUE - timedelta(minutes=90)
    found = told(case(read, DUE), read, read + timedelta(minutes=20), without_next())
    assert found == [(read, "on_call_4", "Ana"), (read, "lead_2", "Dan")]


def test_a_new_deadline_begins_a_new_ladder():
    longer = case(DUE - timedelta(minutes=30), DUE + timedelta(days=2))
    found = told(
        lambda now: longer if now >= DUE - timedelta(minutes=30) else case(TUESDAY, DUE),
        TUESDAY,
        DUE + timedelta(days=1),
    )
    assert not [step for _, step, _ in found if step.startswith("overdue")]
    assert [step for _, step, _ in found].count("reminder") == 2


def test_without_a_rota_the_whole_team_is_on_call():
    found = told(case(TUESDAY, DUE), TUESDAY, berlin(2026, 3, 4, 13), replace(roster(), rota=Rota()))
    assert [who for _, _, who in found] == ["Ana", "Bo", "Cleo", "Dan"]


def test_the_moments_of_a_clock_are_in_order_and_each_has_its_own_key():
    opened = case(TUESDAY, DUE)
    plan = plan_of(opened, running(opened, TUESDAY), "eu", roster())
    assert [moment.due for moment in plan.moments] == sorted(moment.due for moment in plan.moments)
    assert len({moment.key for moment in plan.moments}) == len(plan.moments)
    assert default_ladder() == roster().ladder
