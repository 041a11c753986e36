"""The checklist of a case as it stands, and what its exports say: settled, spread over parcels, or in dispute."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.calendars import WorkingTime, working_time_before
from config.evidence import evidence_policy
from config.phrasebook import draft_phrases, team_phrases
from config.vocabulary import LANGUAGES, Authenticity, Basis, Event, Kind, Reason, Status
from responders.case_facts import settle, settled_of
from responders.draft import draft_reply
from responders.evidence import checklist_of, item_keys, missing_of
from responders.evidence_notes import evidence_cautions, fact_lines
from responders.known import known_facts
from responders.summary import CaseSummary, EvidenceOnFile, Exhibit, MailSummary, StatedFact
from responders.voice import TeamVoice

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # a Monday
TEAM = TeamVoice(language="en", zone=ZoneInfo("UTC"), instance="test", domain="seller.example")


def stated(name, value, *, parcel="", source="ups.csv, line 2", at=NOW):
    return StatedFact(name=name, value=value, parcel=parcel, source=source, at=at)


def case(*facts, exhibits=(), **changes):
    mail = MailSummary(
        sent_at=NOW,
        event=Event.OPENED,
        subject="Claim received on order 026-7000000-0000001",
        sender="atoz-guarantee-no-reply@amazon.co.uk",
        excerpt="",
        language="en",
        authenticity=Authenticity.VERIFIED,
        forwarded_by=None,
    )
    summary = CaseSummary(
        number="CC-000001",
        kind=Kind.ATOZ_CLAIM,
        event=Event.OPENED,
        status=Status.OPEN,
        outcome=None,
        marketplace="UK",
        order_ids=("026-7000000-0000001",),
        support_case_ids=(),
        asins=(),
        tracking_numbers=(),
        amount=("24.99", "GBP"),
        reason=Reason.ITEM_NOT_RECEIVED,
        funded_by=None,
        action_required=True,
        respond_by=NOW + timedelta(hours=72),
        target=None,
        basis=Basis.STATED,
        phrase=None,
        rule="",
        review=False,
        because=(),
        previous=None,
        mails=(mail,),
        evidence=EvidenceOnFile(exhibits=tuple(exhibits), facts=tuple(facts)),
    )
    return replace(summary, **changes)


def exhibit(name, *items):
    return Exhibit(name=name, items=items, at=NOW, by="Ana")


def test_a_signature_is_asked_for_when_the_order_is_valuable_in_its_currency():
    assert "signature" in item_keys(case(amount=("600.00", "GBP")))
    assert "signature" not in item_keys(case(amount=("599.99", "GBP")))
    assert "signature" in item_keys(case(amount=("120000", "JPY"))) and "signature" in item_keys(case(amount=None))


def test_what_a_seller_ships_is_not_asked_for_when_amazon_shipped_and_the_other_way_round():
    by_amazon, by_seller = case(stated("fulfilled_by_amazon", "yes")), case(stated("fulfilled_by_seller", "yes"))
    assert "fba_logistics" in item_keys(by_amazon) and "label_protected" not in item_keys(by_amazon)
    assert "fba_logistics" not in item_keys(by_seller) and "label_protected" in item_keys(by_seller)
    assert "fba_logistics" not in item_keys(case())


def test_an_untracked_parcel_needs_a_proof_of_posting_in_place_of_tracking():
    untracked = item_keys(case(stated("untracked", "yes")))
    assert "posting_receipt" in untracked and "tracking_delivered" not in untracked
    assert "posting_receipt" not in item_keys(case(stated("tracking", "1Z1")))


def test_an_exhibit_ticks_its_item_and_the_rest_is_missing():
    summary = case(exhibits=(exhibit("pod.pdf", "proof_of_delivery"), exhibit("chat.png", "buyer_messages")))
    items = {item.key: item for item in checklist_of(summary, team=TEAM, now=NOW)}
    assert items["proof_of_delivery"].files == ("pod.pdf",) and items["proof_of_delivery"].by == ""
    assert missing_of(summary, language="en") == ("Claims Protected label", "delivery tracking", "carrier inquiry")
    assert missing_of(summary, language="zh")[0] == "Claims Protected 面单"


def test_what_the_carrier_must_look_up_is_due_before_what_lies_in_the_office():
    items = {item.key: item.by for item in checklist_of(case(), team=TEAM, now=NOW)}
    assert items["proof_of_delivery"] == "by Wed 4 Mar, 09:00" and items["buyer_messages"] == "by Wed 4 Mar, 16:00"
    late = checklist_of(case(respond_by=NOW + timedelta(hours=2)), team=TEAM, now=NOW)
    assert {item.by for item in late} == {"at once"}
    assert {item.by for item in checklist_of(case(respond_by=None), team=TEAM, now=NOW)} == {""}


def test_working_time_is_counted_back_over_nights_and_weekends():
    work = WorkingTime(zone=ZoneInfo("UTC"))
    monday = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
    assert working_time_before(work, monday, timedelta(hours=3)) == datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
    assert working_time_before(work, monday, timedelta()) == monday
    never = WorkingTime(zone=ZoneInfo("UTC"), week=((),) * 7)
    assert working_time_before(never, monday, timedelta(hours=1)) is None
    night = WorkingTime(zone=ZoneInfo("UTC"), week=(((time(22), time(6)),),) * 7)
    assert working_time_before(night, monday, timedelta(hours=2)) == datetime(2026, 3, 9, 4, 0, tzinfo=UTC)


def test_sources_that_agree_make_a_fact_that_fills_the_draft():
    facts = (
        stated("tracking", "1Z1", parcel="1Z1"),
        stated("ship_date", "2026-02-20", parcel="1Z1"),
        stated("ship_date", "2026-02-20T09:00", parcel="1Z1", source="orders.txt, line 9"),
        stated("carrier", "UPS", parcel="1Z1"),
    )
    summary = case(*facts)
    assert settle(summary.evidence).disputes == ()
    draft = draft_reply(summary)
    assert draft is not None and "2026-02-20 09:00 with UPS, tracking number 1Z1" in draft.body
    assert "Shipped: 2026-02-20 09:00 (orders.txt, line 9)" in fact_lines(summary, team_phrases("en"))


def test_a_contradiction_is_shown_and_its_gap_stays_open():
    summary = case(
        stated("tracking", "1Z1", parcel="1Z1"),
        stated("delivered_date", "2026-02-23", parcel="1Z1"),
        stated("delivered_date", "2026-02-25", parcel="1Z1", source="dhl.csv, line 4"),
    )
    (caution,) = evidence_cautions(summary, team_phrases("en"))
    assert caution.key == "disputed"
    assert "2026-02-23 (ups.csv, line 2) / 2026-02-25 (dhl.csv, line 4)" in caution.text
    assert known_facts(summary, draft_phrases("en"))["delivery_date"] == "[[date of delivery]]"


def test_a_day_of_delivery_before_the_day_of_shipping_is_a_contradiction():
    settled = settle(case(stated("ship_date", "2026-02-25"), stated("delivered_date", "2026-02-23")).evidence)
    assert {dispute.name for dispute in settled.disputes} == {"ship_date", "delivered_date"} and not settled.known


def test_a_number_in_the_mails_that_no_export_knows_is_a_contradiction():
    summary = case(stated("tracking", "1Z1", parcel="1Z1"), tracking_numbers=("1Z9",))
    assert [dispute.name for dispute in settled_of(summary).disputes] == ["tracking"]
    assert known_facts(summary, draft_phrases("en"))["tracking"] == "[[tracking number]]"


def test_parcels_that_differ_are_no_contradiction_but_not_one_fact_either():
    summary = case(
        *(stated("tracking", each, parcel=each) for each in ("1Z1", "1Z2")),
        stated("delivered_date", "2026-02-23", parcel="1Z1"),
        stated("delivered_date", "2026-02-25", parcel="1Z2"),
        stated("carrier", "UPS", parcel="1Z1"),
        stated("carrier", "UPS", parcel="1Z2"),
    )
    settled = settle(summary.evidence)
    assert not settled.disputes and settled.known["carrier"].value == "UPS" and "delivered_date" not in settled.known
    assert [caution.key for caution in evidence_cautions(summary, team_phrases("zh"))] == ["parcels"]


def test_of_what_goes_on_the_last_word_counts_and_a_returned_parcel_is_a_warning():
    later = NOW + timedelta(days=2)
    summary = case(
        stated("delivery_status", "In transit"),
        stated("delivery_status", "Returned to sender", at=later),
        stated("delivery_state", "moving"),
        stated("delivery_state", "returned", at=later),
    )
    (caution,) = evidence_cautions(summary, team_phrases("en"))
    assert caution.key == "came_back" and "Returned to sender" in caution.text


def test_refunds_of_one_report_are_one_sum_and_a_warning_against_a_second_one():
    summary = case(
        stated("refund_amount", "10.00 GBP", source="returns.csv, line 2"),
        stated("refund_amount", "5.50 GBP", source="returns.csv, line 3"),
    )
    assert settle(summary.evidence).known["refund_amount"].value == "15.50 GBP"
    assert evidence_cautions(summary, team_phrases("en"))[0].key == "refund_made"
    assert known_facts(summary, draft_phrases("de"))["refund_status"] == "15,50 GBP"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_item_can_be_said_and_dated_in_every_language_of_drafts(language):
    book = draft_phrases(language)
    assert {f"evidence.{key}" for key in evidence_policy().items} <= book.keys
    filled = known_facts(case(stated("ship_date", "2026-02-20")), book)["ship_date"]
    assert "2026" in filled and filled != "2026-02-20T00:00"


def test_every_fact_that_letters_show_has_a_name_in_both_team_languages():
    for language in ("en", "zh"):
        phrases = team_phrases(language)
        names = [f"export.{name}" for name in ("ship_date", "carrier", "refund_amount", "tracking", "return_tracking")]
        assert all(name in phrases for name in names)
