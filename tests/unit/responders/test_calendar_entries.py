from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from config.vocabulary import Basis, Event, Kind, Status
from responders.answer import Answer, Standing, answer_letter, word_to_others
from responders.calendar import calendar_entry
from responders.samples import sample_case
from responders.suggest import suggestion_letter
from responders.summary import CaseSummary
from responders.voice import TeamVoice

NOW = datetime(2026, 3, 9, 14, 5, tzinfo=UTC)


def team(language: str = "en", address: str = "desk@seller.example") -> TeamVoice:
    return TeamVoice(
        language=language, zone=ZoneInfo("Europe/Berlin"), instance="shop", domain="seller.example", address=address
    )


def entry(case: CaseSummary, language: str = "en", now: datetime = NOW) -> Calendar:
    made = calendar_entry(case, team=team(language), now=now)
    assert made is not None
    return Calendar.from_ical(made.content)


def later(case: CaseSummary, event: Event, **changes: object) -> CaseSummary:
    mail = replace(case.newest, event=event, sent_at=case.newest.sent_at + timedelta(hours=9))
    return replace(case, event=event, mails=(*case.mails, mail), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_entry_ends_at_the_deadline_and_rings_a_day_four_hours_and_an_hour_before(language: str) -> None:
    case = sample_case(Kind.ATOZ_CLAIM, Event.INFO_REQUESTED)
    (event,) = entry(case, language).walk("VEVENT")
    assert event.decoded("DTEND") == case.respond_by and event.decoded("DTSTART") < event.decoded("DTEND")
    triggers = [alarm.decoded("TRIGGER") for alarm in event.walk("VALARM")]
    assert triggers == [-timedelta(hours=hours) for hours in (24, 4, 1)]
    assert all(alarm["TRIGGER"].params["RELATED"] == "END" for alarm in event.walk("VALARM"))
    assert "CC-000017" in event["SUMMARY"] and "701-1234567-7654321" in event["SUMMARY"]


def test_an_alarm_whose_time_has_passed_is_left_out() -> None:
    case = sample_case(Kind.ATOZ_CLAIM, Event.INFO_REQUESTED)
    assert case.respond_by is not None
    (event,) = entry(case, now=case.respond_by - timedelta(hours=3)).walk("VEVENT")
    assert len(event.walk("VALARM")) == 1


def test_a_conditional_clock_rings_once() -> None:
    (event,) = entry(replace(sample_case(Kind.ATOZ_CLAIM, Event.OPENED), basis=Basis.CONDITIONAL)).walk("VEVENT")
    assert len(event.walk("VALARM")) == 1 and str(event["SUMMARY"]).startswith("Be ready by")


def test_a_later_mail_moves_the_same_entry_and_a_decision_withdraws_it() -> None:
    first = sample_case(Kind.ATOZ_CLAIM, Event.OPENED)
    moved = later(first, Event.INFO_REQUESTED, respond_by=NOW + timedelta(hours=72))
    over = later(moved, Event.DENIED, respond_by=None, basis=None, phrase=None)
    moments = [NOW + timedelta(hours=hours) for hours in (0, 9, 18)]
    entries = zip((first, moved, over), moments, strict=True)
    events = [entry(case, now=now).walk("VEVENT")[0] for case, now in entries]
    assert len({str(event["UID"]) for event in events}) == 1
    numbers = [int(event["SEQUENCE"]) for event in events]
    assert numbers == sorted(set(numbers)) and numbers[-1] < 2**31
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert not events[2].walk("VALARM")


def test_a_case_that_never_had_a_deadline_has_no_entry() -> None:
    case = replace(sample_case(Kind.ATOZ_CLAIM, Event.WITHDRAWN), respond_by=None, basis=None, phrase=None)
    assert calendar_entry(case, team=team(), now=NOW) is None


def test_the_file_has_short_crlf_lines_whatever_the_language() -> None:
    for language in ("en", "zh"):
        made = calendar_entry(sample_case(Kind.CHARGEBACK, Event.OPENED), team=team(language), now=NOW)
        assert made is not None and made.content.endswith(b"\r\n")
        assert all(len(line) <= 75 and b"\n" not in line for line in made.content.split(b"\r\n"))
        made.content.decode()


def test_a_hostile_order_id_adds_no_property() -> None:
    case = replace(sample_case(Kind.CHARGEBACK, Event.OPENED), order_ids=("1\r\nATTACH:https://evil.example/x;,",))
    (event,) = entry(case).walk("VEVENT")
    assert "ATTACH" not in event and "https://" not in str(event["SUMMARY"])


def test_a_method_needs_an_organiser() -> None:
    case = sample_case(Kind.CHARGEBACK, Event.OPENED)
    bare = calendar_entry(case, team=team(address=""), now=NOW)
    assert bare is not None and b"METHOD" not in bare.content and b"ORGANIZER" not in bare.content
    assert b"METHOD:PUBLISH" in suggestion_letter(case, team=team(), now=NOW).enclosures[0].content


@pytest.mark.parametrize(
    ("key", "respond_by", "status"),
    [("done", None, "CANCELLED"), ("won", None, "CANCELLED"), ("reopen", NOW + timedelta(hours=9), "CONFIRMED")],
)
def test_a_person_who_stops_the_clock_withdraws_the_entry_and_reopening_brings_it_back(
    key: str, respond_by: datetime | None, status: str
) -> None:
    standing = Standing(
        number="CC-000017",
        kind=Kind.ATOZ_CLAIM,
        order_ids=("701-1234567-7654321",),
        status=Status.ANSWERED,
        respond_by=respond_by,
    )
    answer = Answer(key=key, obeyed=True, values={})
    letter = answer_letter(answer, standing, identity="1", replies_to=None, team=team(), now=NOW)
    others = word_to_others(key, {"who": "Ana"}, standing, identity="1", to_holder=False, team=team(), now=NOW)
    (before,) = entry(sample_case(Kind.ATOZ_CLAIM, Event.OPENED), now=NOW - timedelta(hours=1)).walk("VEVENT")
    for each in (letter, others):
        (event,) = Calendar.from_ical(each.enclosures[0].content).walk("VEVENT")
        assert (str(event["UID"]), str(event["STATUS"])) == (str(before["UID"]), status)
        assert int(event["SEQUENCE"]) > int(before["SEQUENCE"])


def test_an_answer_that_leaves_the_clock_alone_brings_no_entry() -> None:
    standing = Standing(
        number="CC-000017", kind=Kind.ATOZ_CLAIM, order_ids=(), status=Status.OPEN, respond_by=NOW + timedelta(hours=9)
    )
    for key in ("ack", "mine", "note"):
        answer = Answer(key=key, obeyed=True, values={})
        assert answer_letter(answer, standing, identity="1", replies_to=None, team=team(), now=NOW).enclosures == ()
