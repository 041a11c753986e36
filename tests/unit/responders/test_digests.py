"""The digest says first what must be answered before people are back at work, and nothing when there is nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.phrasebook import digest_phrases
from config.vocabulary import Basis, Event, Kind, Outcome
from daemon.acts import ActKind
from responders.digest import Change, DigestCase, DigestFacts, ReviewLine, Trouble, digest_letter
from responders.voice import TeamVoice

NOW = datetime(2026, 11, 27, 7, 0, tzinfo=UTC)  # a Friday, 08:00 in Berlin
BACK = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
VOICE = TeamVoice(language="en", zone=ZoneInfo("Europe/Berlin"), instance="desk", domain="seller.example")


def case(number, hours, **more):
    values = {
        "number": f"CC-{number:06d}",
        "kind": Kind.ATOZ_CLAIM,
        "order": f"304-7000000-{number:07d}",
        "marketplace": "DE",
        "respond_by": NOW + timedelta(hours=hours),
        "basis": Basis.STATED,
        "holder": "",
        "review": False,
    }
    return DigestCase(**(values | more))


FACTS = DigestFacts(
    reader="",
    day="2026-11-27",
    since=NOW - timedelta(days=1),
    back=BACK,
    cases=(
        case(1, -2),
        case(2, 30, holder="Ana"),
        case(3, 120, basis=Basis.POLICY),
        case(4, 40, basis=Basis.CONDITIONAL, kind=Kind.CS_REQUEST),
    ),
    changes=(Change(number="CC-000002", kind=Kind.ATOZ_CLAIM, what="taken", by="Ana"),),
    decided=(Change(number="CC-000009", kind=Kind.CHARGEBACK, what="won", by="", outcome=Outcome.WON),),
    review=(
        ReviewLine(
            is_suspicious=True,
            sender="atoz@amazon-help.example",
            subject="Claim <b>now</b> http://evil.example/x",
            because="its links lead elsewhere",
            sent_at=NOW,
        ),
    ),
    review_total=3,
    troubles=(Trouble(key="failing", account="uk", since=NOW - timedelta(hours=5), why="login refused"),),
)


def test_counts_stand_in_the_subject():
    letter = digest_letter(FACTS, team=VOICE, now=NOW)
    counts = "1 overdue, 1 to answer first, 2 with a clock, 3 to look at, 1 decided, mail trouble"
    assert letter.subject == f"[Claimclock] {counts}"


def test_what_is_due_before_the_next_day_of_work_stands_first():
    text = digest_letter(FACTS, team=VOICE, now=NOW).text
    order = [text.index(number) for number in ("CC-000001", "CC-000002  ", "CC-000003", "CC-000004")]
    assert order == sorted(order)
    assert text.index("Overdue") < order[0] < text.index("back at work on Mon 30 Nov, 09:00") < order[1]
    assert text.index("CC-000002  ") < text.index("Then, by urgency") < text.index("CC-000003")
    assert "overdue by 2 h" in text and "with Ana" in text and "assumed limit" in text


def test_a_strangers_words_hold_no_live_link_and_no_markup():
    letter = digest_letter(FACTS, team=VOICE, now=NOW)
    assert "http://" not in letter.text and "evil.example" not in letter.text
    assert "<b>" not in letter.html and "http://evil" not in letter.html


def test_a_person_sees_what_is_theirs():
    facts = replace(FACTS, reader="Ana", elsewhere=4)
    text = digest_letter(facts, team=VOICE, now=NOW).text
    assert "Ana, Fri 27 Nov" in text
    assert "yours" in text and "4 more case(s) are held by colleagues" in text


def test_the_same_reader_and_day_is_the_same_letter():
    later = digest_letter(FACTS, team=VOICE, now=NOW + timedelta(hours=1))
    assert later.key == digest_letter(FACTS, team=VOICE, now=NOW).key
    assert later.key != digest_letter(replace(FACTS, reader="Ana"), team=VOICE, now=NOW).key


def test_nothing_to_say_is_known():
    assert DigestFacts(reader="", day="2026-11-27", since=None, back=None, cases=()).is_empty
    assert not FACTS.is_empty


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_languages_say_everything(language):
    voice = replace(VOICE, language=language)
    for facts in (FACTS, replace(FACTS, reader="Ana", since=None, back=None)):
        letter = digest_letter(facts, team=voice, now=NOW)
        assert "{" not in letter.text.replace("{{", "") and "CC-000001" in letter.html
    assert digest_phrases("en").keys == digest_phrases("zh").keys


def test_every_event_and_act_has_a_word():
    book = digest_phrases("zh")
    assert {f"what.{each.value.replace(' ', '_')}" for each in (*Event, *ActKind)} <= book.keys
    assert {f"outcome.{each.value}" for each in Outcome} <= book.keys


def test_many_cases_are_cut_with_their_number():
    many = replace(FACTS, cases=tuple(case(number, 200 + number) for number in range(1, 41)), review_total=0, review=())
    assert "and 15 more" in digest_letter(many, team=VOICE, now=NOW).text
