"""The ladder against a second computation, written from what is promised and from nothing of its code.

Random clocks, random working weeks, random people: the second computation walks minute by minute over a plain list of
worked minutes and knows no bisection, no cache and no plan.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mail.people import case, replay

from config.calendars import WorkingTime
from config.ladder import default_ladder, override_ladder
from config.rota import Absence, Override, Queue, Rota
from config.settings import Person
from config.vocabulary import Basis, Status
from daemon.acts import ActKind, Said
from daemon.ladder import NoticeState
from daemon.moments import plan_of, running
from daemon.roster import Roster

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
ZONES = ("Europe/Berlin", "Asia/Shanghai", "America/New_York")
FEW = settings(max_examples=40, deadline=None)
VERY_FEW = settings(max_examples=12, deadline=None)

weeks = st.sampled_from(
    [
        (((time(9), time(18)),),) * 5 + ((),) * 2,
        (((time(8), time(12)), (time(13), time(17))),) * 5 + (((time(10), time(14)),), ()),
        (((time(22), time(6)),),) * 4 + ((),) * 3,
    ]
)
zones = st.sampled_from(ZONES)
quarters = st.integers(0, 10 * 96).map(lambda n: MONDAY + n * 15 * MINUTE)
spans = st.integers(1, 3 * 96).map(lambda n: n * 30 * MINUTE)


def staff(zone, week, *, quiet="", members=("Ana", "Bo", "Cleo"), absences=(), overrides=(), own=None, **ladder):
    changed, problems = override_ladder({"quiet": quiet, "next_most": 0, "late_after": "1 hour", **ladder}, path=None)
    assert problems == []
    people = tuple(
        Person(name=name, address=f"{name.lower()}@seller.example", **((own or {}).get(name, {})))
        for name in ("Ana", "Bo", "Cleo", "Dan")
    )
    queue = Queue(
        name="eu", members=members, start=date(2026, 3, 2), hand_over=time(9), zone=ZoneInfo(zone), leads=("Dan",)
    )
    return Roster(
        people=people,
        rota=Rota(queues=(queue,), absences=absences, overrides=overrides),
        ladder=changed,
        work=WorkingTime(zone=ZoneInfo(zone), week=week),
    )


def is_worked(zone, week, instant):
    """By the wall clock alone: within a span of today, or of a night that began yesterday."""
    local = instant.astimezone(ZoneInfo(zone))
    for back in (0, 1):
        day = local.date() - timedelta(days=back)
        for start, end in week[day.weekday()]:
            begin = datetime.combine(day, start)
            until = datetime.combine(day + timedelta(days=end <= start), end)
            if begin <= local.replace(tzinfo=None) < until:
                return True
    return False


def minutes_before(zone, week, at, read):
    """The latest minute before `at`, and after the reading, in which is worked; null when there is none."""
    minute = at - MINUTE
    while minute >= read:
        if is_worked(zone, week, minute):
            return minute
        minute -= MINUTE
    return None


def plan(roster, read, due, basis=Basis.STATED, **changes):
    opened = case(read, due, basis=basis, **changes)
    return opened, plan_of(opened, running(opened, read), "eu", roster)


def first_alarm(found):
    return min(moment.due for moment in found.moments if moment.step.letter in ("page", "lead"))


@FEW
@given(zones, weeks, quarters, spans)
def test_an_alarm_outside_working_time_comes_at_the_last_working_moment_before_it(zone, week, read, span):
    """A Friday-night claim due on Monday alarms on Friday: an hour before the end of that work, if read by then."""
    due, roster = read + span, staff(zone, week)
    assume(span > 12 * HOUR)
    at = due - 12 * HOUR
    _, found = plan(roster, read, due)
    alarm = first_alarm(found)
    if is_worked(zone, week, at):
        assert alarm == at
        return
    last = minutes_before(zone, week, at, read)
    if last is not None:
        assert alarm == max(read, last + MINUTE - HOUR)
    else:  # nobody works between the reading and that moment: at work's next beginning if that is early enough
        ahead = next((at + n * MINUTE for n in range(8 * 1440) if is_worked(zone, week, at + n * MINUTE)), None)
        assert alarm == (ahead if ahead is not None and ahead <= due - 4 * HOUR else read)


@FEW
@given(zones, weeks, quarters, spans, st.sampled_from(list(Basis)))
def test_every_moment_lies_between_reading_and_deadline_and_only_overdue_lies_behind(zone, week, read, span, basis):
    due = read + span
    _, found = plan(staff(zone, week), read, due, basis)
    for moment in found.moments:
        if moment.step.over is None:
            assert read <= moment.due <= due
        else:
            assert due <= moment.due <= due + 11 * HOUR


@FEW
@given(zones, weeks, quarters, spans, st.sampled_from([Basis.CONDITIONAL, Basis.POLICY]))
def test_conditional_and_assumed_clocks_page_nobody_unless_set_so(zone, week, read, span, basis):
    _, found = plan(staff(zone, week), read, read + span, basis)
    assert {moment.step.letter for moment in found.moments} <= {"reminder"}
    own = {basis.value: {"page": {"left": "1 hour", "to": ["on_call"]}}}
    _, paging = plan(staff(zone, week, **own), read, read + span, basis)
    assert "page" in {moment.step.letter for moment in paging.moments} or span < HOUR


@FEW
@given(zones, weeks, quarters, spans)
def test_the_reminder_comes_when_half_is_gone_or_at_work_before(zone, week, read, span):
    due = read + span
    _, found = plan(staff(zone, week), read, due)
    (reminder,) = [moment.due for moment in found.moments if moment.step.name == "reminder"]
    half = read + span / 2
    if is_worked(zone, week, half):
        assert reminder == half
    elif (last := minutes_before(zone, week, half, read)) is not None:
        assert reminder == max(read, last + MINUTE - HOUR)
    else:
        assert reminder >= half


@VERY_FEW
@given(zones, quarters, spans, st.integers(0, 30))
def test_overdue_comes_hourly_until_acknowledged_and_is_capped(zone, read, span, seen):
    due, roster = read + span, staff(zone, (((time(0), time(0)),),) * 7)
    acknowledged = due + seen * 20 * MINUTE
    opened = case(read, due)

    def state(now):
        said = (Said(what=ActKind.ACKNOWLEDGED, by="Ana", at=acknowledged),) if now >= acknowledged else ()
        return case(read, due, said=said) if said else opened

    ticks = [due + n * 10 * MINUTE for n in range(6 * 20)]
    told = {now for now, each in replay(state, ticks, roster) if each.letter == "overdue" and each.state == "sent"}
    # One that falls due in the very minute of the acknowledgement is stopped by it.
    assert told == {due + n * HOUR for n in range(12) if due + n * HOUR < acknowledged}


@FEW
@given(zones, quarters, st.integers(0, 60), st.integers(0, 3), st.booleans())
def test_on_call_is_whoever_a_walk_through_the_weeks_finds(zone, at, minutes, shift, away):
    """Weekly turns by hand-over; overrides stand before them; who is away is passed over."""
    at += minutes * MINUTE + 60 * DAY * shift
    who = "Cleo"
    override = Override(who="Dan", start=MONDAY + 2 * DAY, end=MONDAY + 4 * DAY)
    absences = (Absence(who=who, start=MONDAY, end=MONDAY + 200 * DAY),) if away else ()
    roster = staff(zone, (((time(9), time(18)),),) * 7, absences=absences, overrides=(override,))
    order, turn = ["Ana", "Bo", "Cleo"], 0
    begin = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo(zone))
    if at < begin:
        turn = 2
    while at >= begin + timedelta(days=7):
        begin, turn = begin + timedelta(days=7), turn + 1
    wanted = order[turn % 3 :] + order[: turn % 3]
    wanted = ["Dan", *wanted] if override.start <= at < override.end else wanted
    wanted = [name for name in wanted if not (away and name == who)]
    assert list(roster.line(roster.rota.queues[0], at)) == wanted


@VERY_FEW
@given(zones, zones, quarters, spans)
def test_quiet_hours_are_kept_on_each_persons_clock_unless_the_deadline_is_near(zone, own_zone, read, span):
    due = read + span
    roster = staff(zone, (((time(0), time(0)),),) * 7, quiet="22:00-07:00", own={"Ana": {"time_zone": own_zone}})
    ticks = [read + n * 15 * MINUTE for n in range(int(span / (15 * MINUTE)) + 1)]
    for now, each in replay(case(read, due), ticks, roster):
        if each.state is not NoticeState.SENT or each.letter == "overdue":
            continue
        clock = now.astimezone(ZoneInfo(own_zone if each.person == "Ana" else zone))
        assert 7 <= clock.hour < 22 or due - now <= 4 * HOUR


@FEW
@given(zones, weeks, quarters, spans, st.lists(st.integers(0, 8 * 96), min_size=1, max_size=40))
def test_nothing_is_told_twice_and_a_missed_moment_once_and_marked_late(zone, week, read, span, looks):
    """The service looks at random times only; every moment that has come is decided exactly once."""
    due, roster = read + span, staff(zone, week)
    ticks = sorted({read + n * 15 * MINUTE for n in looks if n * 15 * MINUTE < span})
    assume(ticks)
    _, found = plan(roster, read, due)
    told = replay(case(read, due), ticks, roster)
    keys = [(each.step, each.person) for _, each in told]
    assert len(keys) == len(set(keys))
    for moment in found.moments:
        look = next((tick for tick in ticks if tick >= moment.due), None)
        decided = [(now, each) for now, each in told if each.step == moment.key]
        if look is None:
            assert decided == []
            continue
        assert {now for now, _ in decided} == {look}
        assert all(each.late == (look - moment.due > HOUR) for _, each in decided)
        assert all(each.reason for _, each in decided)


@VERY_FEW
@given(zones, quarters, st.integers(1, 5), st.integers(10, 90))
def test_an_unanswered_page_goes_down_the_line(zone, read, most, pause):
    due = read + 30 * HOUR
    roster = staff(
        zone, (((time(0), time(0)),),) * 7, next_most=most, next_after=f"{pause} minutes", letters_per_hour=0
    )
    ticks = [due - 12 * HOUR + n * MINUTE for n in range(min(most, 2) * pause + 30)]
    found = replay(case(read, due), ticks, roster)
    chain = [(now, each.person) for now, each in found if each.step.startswith("on_call_12")]
    order = roster.line(roster.rota.queues[0], due - 12 * HOUR)
    assert [at for at, _ in chain] == [due - 12 * HOUR + n * pause * MINUTE for n in range(min(most, 2) + 1)]
    assert len({who for _, who in chain}) == len(chain)
    assert chain[0][1] == order[0]


def test_a_decided_case_has_the_appeals_ladder_and_no_pages():
    roster = staff("Europe/Berlin", (((time(9), time(18)),),) * 5 + ((),) * 2)
    _, found = plan(roster, MONDAY, MONDAY + 30 * DAY, status=Status.DECIDED)
    assert {moment.step.letter for moment in found.moments} == {"reminder"}
    assert default_ladder().steps["appeal"]
