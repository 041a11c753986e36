"""Turns kept in an iCalendar file: whom an event means, how it repeats, and what cannot be used."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from config.document import as_toml
from config.loading import load_settings
from config.problems import SettingsError
from config.rota import Absence, Override, Queue, Rota, gaps, line_of, on_call, problems, turn_ends
from config.rota_calendar import read_calendar
from config.rota_files import file_marks, with_calendars_read_again

BERLIN = ZoneInfo("Europe/Berlin")
NAMES = ("Ana", "Bo", "Cleo", "Dan")
PEOPLE = {name: f"{name.lower()}@seller.example" for name in NAMES}


def berlin(*parts):
    return datetime(*parts, tzinfo=BERLIN).astimezone(UTC)


def event(*lines, uid="a"):
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"])


def calendar(*events, people=PEOPLE):
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *events, "END:VCALENDAR", ""])
    return read_calendar(text.encode(), "oncall.ics", people, BERLIN)


def weekly(summary, start="20260302T090000", end="20260309T090000", *more, uid="a", every=2):
    return event(
        f"SUMMARY:{summary}",
        f"DTSTART;TZID=Europe/Berlin:{start}",
        f"DTEND;TZID=Europe/Berlin:{end}",
        f"RRULE:FREQ=WEEKLY;INTERVAL={every}",
        *more,
        uid=uid,
    )


ANA = weekly("On call: Ana")
BO = weekly("bo (Europe)", "20260309T090000", "20260316T090000", uid="b")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("SUMMARY:Ana", ("Ana",)),
        ("SUMMARY:On call: ANA (phone)", ("Ana",)),
        ("SUMMARY:cleo@seller.example", ("Cleo",)),
        ("SUMMARY:Bo\\, then Ana", ("Bo", "Ana")),
        ("SUMMARY:On call\r\nATTENDEE;CN=Somebody:mailto:DAN@seller.example", ("Dan",)),
        ("SUMMARY:Ana\r\nATTENDEE:mailto:desk@seller.example", ("Ana",)),
    ],
)
def test_an_event_means_its_attendees_else_whom_its_summary_names(line, expected):
    shifts = calendar(event(line, "DTSTART:20260302T080000Z", "DTEND:20260302T180000Z"))
    assert shifts.problems == ()
    assert shifts.at(datetime(2026, 3, 2, 12, tzinfo=UTC)) == expected


def test_a_name_within_another_word_is_nobody():
    shifts = calendar(event("SUMMARY:Banana bonus", "DTSTART:20260302T080000Z", "DTEND:20260302T180000Z"))
    (problem,) = shifts.problems
    assert problem == (
        'oncall.ics, line 4: the event "Banana bonus" of 2026-03-02 names nobody in team.people, '
        "neither by name nor by address"
    )


def test_turns_repeat_by_the_wall_clock_through_a_change_of_the_clock():
    shifts = calendar(ANA, BO)
    for monday, who in (
        (berlin(2026, 3, 16, 9), "Ana"),
        (berlin(2026, 3, 30, 9), "Ana"),
        (berlin(2026, 4, 6, 9), "Bo"),
    ):
        assert shifts.at(monday) == (who,)
        assert shifts.at(monday - timedelta(seconds=1)) == ({"Ana": "Bo", "Bo": "Ana"}[who],)


def test_left_out_moved_and_cancelled_occurrences_are_obeyed():
    shifts = calendar(
        weekly("Ana", "20260302T090000", "20260309T090000", "EXDATE;TZID=Europe/Berlin:20260316T090000"),
        event(
            "SUMMARY:Dan", "RECURRENCE-ID;TZID=Europe/Berlin:20260330T090000",
            "DTSTART;TZID=Europe/Berlin:20260331T120000", "DTEND;TZID=Europe/Berlin:20260401T090000",
        ),
        event(
            "SUMMARY:Ana", "STATUS:CANCELLED", "RECURRENCE-ID;TZID=Europe/Berlin:20260413T090000",
            "DTSTART;TZID=Europe/Berlin:20260413T090000", "DTEND;TZID=Europe/Berlin:20260420T090000",
        ),
    )  # fmt: skip
    assert shifts.at(berlin(2026, 3, 17, 12)) == ()
    assert shifts.at(berlin(2026, 3, 30, 12)) == ()
    assert shifts.at(berlin(2026, 3, 31, 12)) == ("Dan",)
    assert shifts.at(berlin(2026, 4, 14, 12)) == ()
    assert shifts.at(berlin(2026, 4, 27, 12)) == ("Ana",)


def test_an_end_of_the_rule_in_utc_is_an_end_on_the_wall_clock():
    last = weekly("Ana", "20260302T090000", "20260309T090000", every=1).replace(
        "INTERVAL=1", "INTERVAL=1;UNTIL=20260330T070000Z"
    )
    shifts = calendar(last)
    assert shifts.at(berlin(2026, 3, 30, 9)) == ("Ana",)
    assert shifts.at(berlin(2026, 4, 6, 9)) == ()


def test_whole_days_last_from_midnight_to_midnight_on_the_rotas_clock():
    shifts = calendar(event("SUMMARY:Cleo", "DTSTART;VALUE=DATE:20260328", "DTEND;VALUE=DATE:20260330"))
    assert shifts.at(berlin(2026, 3, 28)) == ("Cleo",)
    assert shifts.at(berlin(2026, 3, 29, 23, 59)) == ("Cleo",)
    assert shifts.at(berlin(2026, 3, 30)) == ()
    assert shifts.at(berlin(2026, 3, 27, 23, 59)) == ()


def test_a_time_without_a_zone_is_the_rotas_and_another_zone_is_kept():
    shifts = calendar(
        event("SUMMARY:Ana", "DTSTART:20260302T090000", "DURATION:PT8H"),
        event("SUMMARY:Bo", "DTSTART;TZID=Asia/Shanghai:20260303T090000", "DTEND;TZID=Asia/Shanghai:20260303T180000"),
    )
    assert shifts.at(berlin(2026, 3, 2, 16, 59)) == ("Ana",)
    assert shifts.at(datetime(2026, 3, 3, 1, tzinfo=UTC)) == ("Bo",)


def test_a_shift_that_begins_later_stands_before_one_that_runs():
    shifts = calendar(ANA, event("SUMMARY:Dan", "DTSTART;VALUE=DATE:20260304", uid="x"))
    assert shifts.at(berlin(2026, 3, 4, 12)) == ("Dan", "Ana")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("SUMMARY:Ana", "DTSTART:soon", "DTEND:20260302T180000Z"), "line that cannot be read"),
        (("SUMMARY:Ana", "DTEND:20260302T180000Z"), "has no DTSTART"),
        (("SUMMARY:Ana", "DTSTART:20260302T080000Z"), "has no end"),
        (("SUMMARY:Ana", "DTSTART:20260302T080000Z", "DTEND:20260301T080000Z"), "ends before it begins"),
        (("SUMMARY:Ana", "DTSTART:20260302T080000Z", "DURATION:PT1H", "RRULE:FREQ=SECONDLY"), "more than once a day"),
        (("SUMMARY:Ana", "DTSTART:20260302T080000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=XX"), "cannot be read"),
        (("SUMMARY:Ana", "DTSTART;TZID=Mars/Base:20260302T080000", "DURATION:PT1H"), "Mars/Base"),
    ],
)
def test_an_event_that_cannot_be_used_is_told_with_its_line_and_the_others_count(lines, words):
    shifts = calendar(ANA, event(*lines, uid="bad"))
    (problem,) = shifts.problems
    assert problem.startswith("oncall.ics, line 11: ")
    assert words in problem
    assert shifts.at(berlin(2026, 3, 2, 9)) == ("Ana",)


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\xff\xfe", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", b"BEGIN:VCALENDAR"]
)
def test_a_file_that_is_no_calendar_is_one_problem(data):
    shifts = read_calendar(data, "x.ics", PEOPLE, BERLIN)
    assert len(shifts.problems) == 1
    assert shifts.at(berlin(2026, 3, 2, 9)) == ()


# --- in the rota


def queue(*events, members=()):
    return Queue(
        name="eu", members=members, start=date(2026, 1, 5), hand_over=time(9), zone=BERLIN, calendar=calendar(*events)
    )


def test_the_next_in_line_are_the_members_else_whoever_comes_next():
    assert line_of(Rota(), queue(ANA, BO), berlin(2026, 3, 3)) == ("Ana", "Bo")
    assert line_of(Rota(), queue(ANA, BO, members=("Cleo", "Ana")), berlin(2026, 3, 3)) == ("Ana", "Cleo")


def test_overrides_and_absences_stand_before_the_calendar():
    eu, (start, end) = queue(ANA, BO), (berlin(2026, 3, 3), berlin(2026, 3, 4))
    rota = Rota(queues=(eu,), overrides=(Override(who="Dan", start=start, end=end),))
    assert on_call(rota, eu, start) == "Dan"
    away = Rota(queues=(eu,), absences=(Absence(who="Ana", start=start, end=end),))
    assert on_call(away, eu, start) is None
    assert line_of(away, eu, start) == ("Bo",)


def test_gaps_of_the_calendar_are_found_from_beginning_to_end():
    eu = queue(ANA)
    rota = Rota(queues=(eu,))
    assert gaps(rota, eu, berlin(2026, 3, 2, 9), berlin(2026, 3, 23, 9)) == (
        (berlin(2026, 3, 9, 9), berlin(2026, 3, 16, 9)),
    )
    told = problems(rota, NAMES, accounts=(), start=berlin(2026, 3, 2, 9), days=20)
    assert "nobody is on call from 2026-03-09 08:00 UTC to 2026-03-16 08:00 UTC" in told[0].message
    assert turn_ends(eu, berlin(2026, 3, 3)) == berlin(2026, 3, 9, 9)
    assert gaps(Rota(), queue(ANA, BO), berlin(2026, 3, 2, 9), berlin(2028, 3, 2, 9)) == ()


# --- in the settings file

EXAMPLE = files("config").joinpath("data/settings.example.toml").read_text(encoding="utf-8")
ROTA = '\n[[rota]]\nname = "eu"\ncalendar = "oncall.ics"\n'


def settings_in(folder, *events):
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *events, "END:VCALENDAR", ""])
    folder.joinpath("oncall.ics").write_bytes(text.encode())
    own = folder / "own.toml"
    own.write_text(EXAMPLE + ROTA, encoding="utf-8")
    return load_settings(own)


def test_a_calendar_lies_beside_the_settings_and_what_is_shown_reads_back(tmp_path):
    settings = settings_in(tmp_path, ANA, BO)
    (eu,) = settings.rota.queues
    assert on_call(settings.rota, eu, berlin(2026, 3, 10)) == "Bo"
    shown = tmp_path / "shown.toml"
    shown.write_text(as_toml(settings), encoding="utf-8")
    assert replace(load_settings(shown), path=settings.path) == settings


def test_a_calendar_that_is_not_there_is_a_problem_of_the_settings(tmp_path):
    settings_in(tmp_path, ANA)
    tmp_path.joinpath("oncall.ics").unlink()
    with pytest.raises(SettingsError, match=r'rota\[eu\]\.calendar: "oncall.ics" cannot be read: No such file'):
        load_settings(tmp_path / "own.toml")


def test_a_rota_without_members_needs_a_calendar(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(EXAMPLE + '\n[[rota]]\nname = "eu"\n', encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        load_settings(own)
    assert {problem.key for problem in error.value.problems} == {"rota[eu].members", "rota[eu].start"}


def test_a_changed_file_is_noticed_and_read_again(tmp_path):
    settings = settings_in(tmp_path, ANA)
    before = file_marks(settings)
    settings_in(tmp_path, BO)
    assert file_marks(settings) != before
    (eu,) = with_calendars_read_again(settings).rota.queues
    assert eu.calendar.people == ("Bo",)
