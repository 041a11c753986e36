from dataclasses import replace

import pytest

from config.vocabulary import LANGUAGES, Authenticity, Event, FundedBy, Kind, Reason
from responders.channel import Channel
from responders.draft import Purpose, draft_reply
from responders.samples import sample_case, sample_mail

ANSWERABLE = [
    (Kind.ATOZ_CLAIM, Event.OPENED),
    (Kind.ATOZ_CLAIM, Event.INFO_REQUESTED),
    (Kind.ATOZ_CLAIM, Event.REMINDER),
    (Kind.ATOZ_CLAIM, Event.GRANTED),
    (Kind.CS_REQUEST, Event.OPENED),
    (Kind.CS_REQUEST, Event.REMINDER),
    (Kind.CHARGEBACK, Event.OPENED),
    (Kind.CHARGEBACK, Event.REMINDER),
    (Kind.ATOZ_CLAIM, None),
]
OVER = [Event.DENIED, Event.WITHDRAWN, Event.APPEAL_GRANTED, Event.APPEAL_DENIED]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "event"), ANSWERABLE)
def test_every_kind_event_reason_and_language_has_a_draft_without_an_unfilled_variable(
    kind: Kind, event: Event | None, language: str
) -> None:
    for reason in (*Reason, None):
        draft = draft_reply(sample_case(kind, event, reason=reason, language=language))
        assert draft is not None and draft.language == language
        for variant in draft.variants:
            assert "701-1234567-7654321" in variant.body
            assert "{" not in variant.body and "}" not in variant.body
            assert variant.slots and all(slot in variant.body for slot in variant.slots)


def test_known_facts_stand_in_the_draft_and_only_unknown_ones_are_gaps() -> None:
    case = replace(
        sample_case(Kind.ATOZ_CLAIM, Event.OPENED, language="de"),
        tracking_numbers=("1Z999AA10123456784",),
        amount=("34.90", "EUR"),
    )
    draft = draft_reply(case)
    assert draft is not None
    assert "über 34,90 EUR" in draft.body and "Sendungsnummer 1Z999AA10123456784" in draft.body
    assert "[[Sendungsnummer]]" not in draft.slots and "[[Versanddatum]]" in draft.slots


def test_a_case_without_order_or_amount_asks_for_them_in_gaps() -> None:
    draft = draft_reply(replace(sample_case(Kind.CHARGEBACK, Event.OPENED), order_ids=(), amount=None))
    assert draft is not None
    assert {"[[order number]]", "[[amount]]"} <= set(draft.slots)


def test_a_customer_service_request_offers_to_refuse_or_to_agree() -> None:
    draft = draft_reply(sample_case(Kind.CS_REQUEST, Event.OPENED, reason=None))
    assert draft is not None
    assert [variant.purpose for variant in draft.variants] == [Purpose.CS_REEVALUATE, Purpose.CS_AGREE]
    assert "[[concrete offer]]" in draft.variants[1].slots


def test_an_appeal_shows_new_evidence_only_and_asks_for_three_things_separately() -> None:
    draft = draft_reply(replace(sample_case(Kind.ATOZ_CLAIM, Event.GRANTED), funded_by=FundedBy.SELLER))
    assert draft is not None and draft.channel is Channel.APPEAL_FORM
    assert "New evidence" in draft.body and "Facts" not in draft.body
    assert all(
        f"\n{n}. {topic}" in draft.body for n, topic in ((1, "Decision"), (2, "Amount"), (3, "Order defect rate (ODR)"))
    )


@pytest.mark.parametrize("event", OVER)
def test_a_matter_that_is_over_gets_no_draft(event: Event) -> None:
    assert draft_reply(sample_case(Kind.ATOZ_CLAIM, event)) is None


def test_what_amazon_pays_itself_gets_no_appeal() -> None:
    assert draft_reply(replace(sample_case(Kind.ATOZ_CLAIM, Event.GRANTED), funded_by=FundedBy.AMAZON)) is None


@pytest.mark.parametrize(
    "words",
    [
        "The charger caught fire on the second day.",
        "Mein Kind hat sich verletzt, wir waren im Krankenhaus.",
        "L'appareil a pris feu.",
        "商品使用时起火，孩子被烫伤。",
        "使用中に発火し、やけどをしました。",
    ],
)
def test_injury_fire_or_damage_is_left_to_people(words: str) -> None:
    case = sample_case(Kind.ATOZ_CLAIM, Event.INFO_REQUESTED)
    assert draft_reply(replace(case, mails=(replace(sample_mail(Event.OPENED), excerpt=words),))) is None


@pytest.mark.parametrize(
    "words",
    [
        "The hospitality set came late.",
        "Die Brandenburger Tasse fehlt.",
        "Not in brand new condition: the burner plate is missing.",
        "Varan är skadad.",
        "Delivered to the hospital reception.",
    ],
)
def test_words_that_only_contain_a_danger_word_are_harmless(words: str) -> None:
    case = sample_case(Kind.ATOZ_CLAIM, Event.OPENED)
    assert draft_reply(replace(case, mails=(replace(sample_mail(Event.OPENED), excerpt=words),))) is not None


def test_a_forged_mail_gets_no_draft() -> None:
    case = sample_case(Kind.CHARGEBACK, Event.OPENED)
    forged = replace(case.newest, authenticity=Authenticity.SUSPICIOUS)
    assert draft_reply(replace(case, mails=(forged,))) is None


def test_the_draft_is_in_amazons_language_and_else_in_the_stores() -> None:
    case = sample_case(Kind.ATOZ_CLAIM, Event.OPENED, language="it")
    unread = replace(case, marketplace="PL", mails=(replace(case.newest, language="cs"),))
    assert [draft.language for draft in (draft_reply(case), draft_reply(unread)) if draft] == ["it", "pl"]


def test_the_buyer_is_answered_in_the_stores_language_whatever_amazon_wrote_in() -> None:
    draft = draft_reply(replace(sample_case(Kind.ATOZ_CLAIM, Event.OPENED, language="zh"), marketplace="FR"))
    assert draft is not None
    assert [(variant.purpose, variant.language) for variant in draft.variants] == [
        (Purpose.CLAIM, "zh"),
        (Purpose.BUYER_HOLDING, "fr"),
    ]
    assert draft.variants[1].body.startswith("Bonjour,")


def test_the_decision_is_dated_by_the_stores_calendar() -> None:
    case = replace(sample_case(Kind.ATOZ_CLAIM, Event.GRANTED, language="ja"), marketplace="JP")
    late = case.newest.sent_at.replace(hour=20)
    draft = draft_reply(replace(case, mails=(replace(case.newest, sent_at=late),)))
    assert draft is not None and "2026年3月10日付" in draft.body


@pytest.mark.parametrize(
    ("kind", "sender", "cases", "orders", "channel"),
    [
        (Kind.CS_REQUEST, "abc123@marketplace.amazon.de", (), ("701-1234567-7654321",), Channel.RELAY_REPLY),
        (Kind.CS_REQUEST, "case-team@amazon.com", ("12345678901",), (), Channel.CASE_REPLY),
        (Kind.CHARGEBACK, "bank-team@amazon.com", (), (), Channel.CHARGEBACK_REPLY),
        (Kind.ATOZ_CLAIM, "no-reply@amazon.com", (), ("P01-1234567-7654321",), Channel.AMAZON_PAY),
        (Kind.ATOZ_CLAIM, "no-reply@amazon.com", (), ("701-1234567-7654321",), Channel.CLAIM_FORM),
    ],
)
def test_the_answer_goes_where_amazon_reads_it(
    kind: Kind, sender: str, cases: tuple[str, ...], orders: tuple[str, ...], channel: Channel
) -> None:
    case = replace(sample_case(kind, Event.OPENED), support_case_ids=cases, order_ids=orders)
    draft = draft_reply(replace(case, mails=(replace(case.newest, sender=sender),)))
    assert draft is not None and draft.channel is channel
    assert bool(draft.subject) is channel.by_mail
