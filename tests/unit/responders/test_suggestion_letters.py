import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.vocabulary import Authenticity, Basis, Event, FundedBy, Kind, Reason, Status
from responders.samples import sample_case, sample_cases
from responders.suggest import TeamVoice, suggestion_letter, thread_root
from responders.summary import CaseSummary

NOW = datetime(2026, 3, 9, 14, 5, tzinfo=UTC)


def team(language: str = "en", zone: str = "Europe/Berlin") -> TeamVoice:
    return TeamVoice(language=language, zone=ZoneInfo(zone), instance="shop", domain="seller.example")


def text_of(case: CaseSummary, language: str = "en", zone: str = "Europe/Berlin") -> str:
    return " ".join(suggestion_letter(case, team=team(language, zone), now=NOW).text.split())


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "background", "action"}]
        assert not [name for name, _ in attrs if name.startswith("on")]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_situation_has_a_letter_in_text_and_html(language: str) -> None:
    for case in sample_cases():
        letter = suggestion_letter(case, team=team(language), now=NOW)
        tags = Tags()
        tags.feed(letter.html)
        assert case.number in letter.subject and case.number in letter.text and case.number in letter.html
        assert "{" not in letter.text and "None" not in letter.text
        assert not tags.addresses and not tags.seen & {"img", "a", "script", "link", "iframe", "form", "object"}
        assert 'name="viewport"' in letter.html and "prefers-color-scheme: dark" in letter.html
        assert "url(" not in letter.html and "@import" not in letter.html


def test_the_deadline_is_told_in_both_zones_with_its_sentence_and_countdown() -> None:
    text = text_of(sample_case(Kind.ATOZ_CLAIM, Event.INFO_REQUESTED))
    assert "ANSWER BY: Wed 11 Mar 2026, 08:40 -- in 41 h" in text
    assert "your time (Europe/Berlin)" in text
    assert "Wed 11 Mar 2026, 00:40 for Amazon.com (America/Los_Angeles)" in text
    assert "The mail says: “within 48 hours”" in text


def test_an_assumed_limit_says_so_and_a_conditional_one_says_on_what_it_depends() -> None:
    case = sample_case(Kind.ATOZ_CLAIM, Event.OPENED)
    assert "Assumed: the mail names no limit" in text_of(replace(case, basis=Basis.POLICY, phrase=None))
    conditional = text_of(replace(case, basis=Basis.CONDITIONAL, action_required=False))
    assert "BE READY BY" in conditional and "only if Amazon asks" in conditional
    assert "ANSWER BY" not in conditional


def test_a_clock_of_the_same_offset_is_told_once() -> None:
    text = text_of(replace(sample_case(Kind.ATOZ_CLAIM, Event.OPENED), marketplace="IT"))
    assert "your time (Europe/Berlin), the same as for Amazon.it" in text and "Europe/Rome" not in text


def test_a_claim_is_answered_in_seller_central_and_a_relay_mail_by_replying_to_it() -> None:
    claim = sample_case(Kind.ATOZ_CLAIM, Event.OPENED)
    assert "Performance > A-to-z Guarantee Claims > Action required, order 701-1234567-7654321" in text_of(claim)
    relay = sample_case(Kind.CS_REQUEST, Event.OPENED)
    assert "reply to Amazon's mail from your own mail client" in text_of(relay)


def test_a_letter_in_a_language_that_the_team_does_not_read_is_glossed() -> None:
    turkish = sample_case(Kind.CHARGEBACK, Event.OPENED, language="tr")
    text = text_of(turkish)
    assert "Sayın Amazon ters ibraz ekibi" in text and "Dear Amazon chargeback team" in text
    assert "亚马逊拒付处理团队" in text_of(turkish, "zh")
    assert text_of(sample_case(Kind.CHARGEBACK, Event.OPENED)).count("Dear Amazon chargeback team") == 1


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        ({}, "was the label Claims Protected"),
        ({"reason": None}, "was the label Claims Protected"),
        ({"reason": Reason.RETURN_NOT_REFUNDED}, "whether a refund was made"),
        ({"previous": "CC-000003"}, "Case CC-000003 on the same order is closed"),
        ({"review": True, "because": ("two dates disagree",)}, "two dates disagree"),
        ({"event": Event.GRANTED, "funded_by": FundedBy.SELLER}, "One attempt, new evidence only"),
        ({"kind": Kind.CHARGEBACK}, "Do not pay twice"),
    ],
)
def test_what_could_cost_money_is_said(change: dict[str, object], warning: str) -> None:
    assert warning in text_of(replace(sample_case(Kind.ATOZ_CLAIM, Event.OPENED), **change))  # type: ignore[arg-type]


def test_nobody_is_warned_of_a_protected_label_when_the_item_itself_is_disputed() -> None:
    text = text_of(sample_case(Kind.CS_REQUEST, Event.OPENED, reason=Reason.WRONG_ITEM))
    assert "Claims Protected" not in text.split("EVIDENCE")[0]


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        ({"authenticity": Authenticity.UNVERIFIED}, "Nothing proves that this mail comes from Amazon"),
        ({"forwarded_by": "Lee <lee@seller.example>"}, "forwarded it. A reply must go to the original mail"),
        ({"excerpt": "The order is fulfilled by Amazon (FBA)."}, "Amazon answers for the delivery of FBA orders"),
        ({"excerpt": "The battery exploded."}, "for people only"),
    ],
)
def test_what_the_mail_itself_gives_away_is_said(change: dict[str, object], warning: str) -> None:
    case = sample_case(Kind.ATOZ_CLAIM, Event.OPENED)
    mail = replace(case.newest, **change)  # type: ignore[arg-type]
    assert warning in text_of(replace(case, mails=(mail,)))


def test_nobody_is_told_to_fill_a_draft_that_is_not_there() -> None:
    for kind, event in ((Kind.ATOZ_CLAIM, Event.INFO_REQUESTED), (Kind.CS_REQUEST, Event.REMINDER)):
        case = sample_case(kind, event)
        hurt = replace(case.newest, excerpt="My hand was injured.")
        forged = replace(case.newest, authenticity=Authenticity.SUSPICIOUS)
        assert "whoever answers for safety and liability" in text_of(replace(case, mails=(hurt,)))
        for mail in (hurt, forged):
            steps = text_of(replace(case, mails=(mail,))).split("WHAT TO DO")[1]
            assert "gaps" not in steps and "draft below" not in steps and "drafts below" not in steps


def test_a_suspicious_mail_has_no_draft_and_the_warning_stands_above_the_clock() -> None:
    case = sample_case(Kind.CHARGEBACK, Event.OPENED)
    forged = replace(case, mails=(replace(case.newest, authenticity=Authenticity.SUSPICIOUS),))
    letter = suggestion_letter(forged, team=team(), now=NOW)
    assert "Dear Amazon" not in letter.text and "[[" not in letter.text
    assert letter.html.index("Possibly forged") < letter.html.index("Answer by", letter.html.index("<h1"))
    assert letter.text.index("Possibly forged") < letter.text.index("ANSWER BY")


def test_all_letters_of_a_case_are_one_thread_with_one_subject() -> None:
    first = sample_case(Kind.ATOZ_CLAIM, Event.OPENED)
    asked = replace(first.newest, event=Event.INFO_REQUESTED, sent_at=NOW)
    second = replace(
        first, event=Event.INFO_REQUESTED, mails=(*first.mails, asked), respond_by=NOW + timedelta(hours=72), told=True
    )
    root, reply = (suggestion_letter(case, team=team(), now=NOW) for case in (first, second))
    assert root.message_id == thread_root("CC-000017", team()) == reply.in_reply_to
    assert root.in_reply_to is None and root.references == () and reply.references == (root.message_id,)
    assert reply.subject == f"Re: {root.subject}"
    assert reply.key != root.key and reply.message_id != root.message_id


def test_the_first_letter_begins_the_thread_however_many_mails_the_case_has() -> None:
    opened = sample_case(Kind.ATOZ_CLAIM, Event.OPENED)
    decided = replace(opened.newest, event=Event.GRANTED, sent_at=NOW)
    letter = suggestion_letter(
        replace(opened, event=Event.GRANTED, mails=(*opened.mails, decided)), team=team(), now=NOW
    )
    assert letter.message_id == thread_root("CC-000017", team())
    assert letter.in_reply_to is None and not letter.subject.startswith("Re:")


def test_the_same_event_is_the_same_letter_at_a_later_attempt() -> None:
    case = sample_case(Kind.ATOZ_CLAIM, Event.OPENED)
    early, late = (suggestion_letter(case, team=team(), now=NOW + timedelta(hours=n)) for n in (0, 5))
    assert (early.key, early.message_id, early.subject) == (late.key, late.message_id, late.subject)


def test_a_strangers_text_is_escaped_and_its_links_are_dead() -> None:
    case = sample_case(Kind.CS_REQUEST, Event.OPENED)
    hostile = replace(
        case.newest,
        subject="<img src=x onerror=alert(1)> http://evil.example/a",
        excerpt="<script>alert(1)</script> go to www.evil.example/login or mailto:x@evil.example \u202etxt",
        sender='"><b>@evil.example',
        forwarded_by="<u>Lee</u>",
    )
    letter = suggestion_letter(
        replace(case, mails=(hostile,), phrase="<i>48</i>", because=("<b>x</b>",), review=True), team=team(), now=NOW
    )
    tags = Tags()
    tags.feed(letter.html)
    assert not tags.seen & {"img", "script", "b", "u", "i"} and not tags.addresses
    for part in (letter.text, letter.html):
        assert "evil.example" not in part and "http://" not in part and "mailto:" not in part and "\u202e" not in part
    assert letter.subject == "[CC-000017] Customer-service request 701-1234567-7654321"


@settings(max_examples=30)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_of_a_stranger_reaches_the_subject_or_becomes_markup(subject: str, excerpt: str) -> None:
    case = sample_case(Kind.ATOZ_CLAIM, Event.OPENED)
    mail = replace(case.newest, subject=f"<x>{subject}", excerpt=f"<x>{excerpt}")
    letter = suggestion_letter(replace(case, mails=(mail,), order_ids=(f"<x>{subject}",)), team=team(), now=NOW)
    assert letter.subject == "[CC-000017] A-to-z claim"
    assert "<x>" not in letter.html
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", letter.text)


def test_a_granted_claim_says_who_pays() -> None:
    granted = sample_case(Kind.ATOZ_CLAIM, Event.GRANTED)
    assert "does not say who pays" in text_of(granted)
    assert "charges you" in text_of(replace(granted, funded_by=FundedBy.SELLER))
    amazon = text_of(replace(granted, funded_by=FundedBy.AMAZON, status=Status.CLOSED, respond_by=None, basis=None))
    assert "pays it itself" in amazon and "Do not refund the buyer as well" in amazon and "EVIDENCE" not in amazon


def test_good_news_without_proof_is_told_as_such_and_its_clock_stays() -> None:
    denied = replace(sample_case(Kind.ATOZ_CLAIM, Event.DENIED), status=Status.OPEN)
    text = text_of(denied)
    assert "Nothing proves that it comes from Amazon, so the clock runs on" in text and "Won" not in text
    assert "ANSWER BY" in text
    assert "Won: Amazon has closed" in text_of(replace(denied, status=Status.CLOSED, respond_by=None, basis=None))


def test_a_deadline_that_has_passed_says_how_long_ago_and_what_to_do() -> None:
    case = replace(sample_case(Kind.CS_REQUEST, Event.REMINDER), respond_by=NOW - timedelta(hours=3))
    assert "overdue by 3 h" in text_of(case) and "Answer all the same" in text_of(case)


def test_a_case_without_a_clock_says_that_none_runs() -> None:
    bare = replace(sample_case(Kind.ATOZ_CLAIM, Event.OPENED), respond_by=None, basis=None, phrase=None)
    assert "No clock is running" in text_of(bare)
    assert "Nothing is due." in text_of(replace(bare, event=Event.WITHDRAWN, status=Status.CLOSED))


def test_another_copy_of_the_same_notice_is_no_second_letter() -> None:
    case = sample_case(Kind.ATOZ_CLAIM, Event.OPENED)
    earlier = replace(case.newest, event=None, sent_at=case.newest.sent_at - timedelta(days=1))
    copy = replace(
        case.newest, sender="colleague@seller.example", excerpt="Fwd", forwarded_by="colleague@seller.example"
    )
    letters = [
        suggestion_letter(replace(case, mails=mails), team=team(), now=NOW)
        for mails in ((case.newest,), (copy,), (earlier, case.newest))
    ]
    assert len({letter.key for letter in letters}) == 1


def test_the_text_part_fits_a_narrow_window_apart_from_draft_and_quotation() -> None:
    for language in ("en", "zh"):
        text = suggestion_letter(sample_case(Kind.ATOZ_CLAIM, Event.OPENED), team=team(language), now=NOW).text
        outside = text.split("-" * 50)[0::2]
        for line in "\n".join(outside).splitlines():
            width = sum(2 if char > "\u2e80" else 1 for char in line)
            assert width <= 78, line
