import re
from dataclasses import replace
from datetime import timedelta

import pytest

from config.forms import form_limits
from config.vocabulary import (
    CASE_KINDS,
    EVENTS_OF_KIND,
    LANGUAGES,
    Authenticity,
    Event,
    FundedBy,
    Kind,
    Reason,
    Status,
)
from responders.channel import Channel, channel_of
from responders.draft import Draft, Purpose, draft_reply
from responders.samples import sample_case, sample_mail

ANSWERED = {
    (Kind.ATOZ_CLAIM, None): (Purpose.CLAIM, Purpose.BUYER_HOLDING),
    (Kind.ATOZ_CLAIM, Event.OPENED): (Purpose.CLAIM, Purpose.BUYER_HOLDING),
    (Kind.ATOZ_CLAIM, Event.REMINDER): (Purpose.CLAIM, Purpose.BUYER_HOLDING),
    (Kind.ATOZ_CLAIM, Event.INFO_REQUESTED): (Purpose.INFO, Purpose.BUYER_HOLDING),
    (Kind.ATOZ_CLAIM, Event.GRANTED): (Purpose.APPEAL,),
    (Kind.CS_REQUEST, None): (Purpose.CS_REEVALUATE, Purpose.CS_AGREE),
    (Kind.CS_REQUEST, Event.OPENED): (Purpose.CS_REEVALUATE, Purpose.CS_AGREE),
    (Kind.CS_REQUEST, Event.REMINDER): (Purpose.CS_REEVALUATE, Purpose.CS_AGREE),
    (Kind.CHARGEBACK, None): (Purpose.CHARGEBACK,),
    (Kind.CHARGEBACK, Event.OPENED): (Purpose.CHARGEBACK,),
    (Kind.CHARGEBACK, Event.REMINDER): (Purpose.CHARGEBACK,),
}
PLACE = {
    Purpose.CLAIM: Channel.CLAIM_FORM,
    Purpose.INFO: Channel.CLAIM_FORM,
    Purpose.APPEAL: Channel.APPEAL_FORM,
    Purpose.CHARGEBACK: Channel.CHARGEBACK_REPLY,
    Purpose.CS_REEVALUATE: Channel.RELAY_REPLY,
    Purpose.CS_AGREE: Channel.RELAY_REPLY,
}


def fbas(reason: Reason, language: str) -> Draft:
    mail = replace(sample_mail(Event.REMINDER, language=language), excerpt="Fulfilled by Amazon")
    case = replace(sample_case(Kind.ATOZ_CLAIM, Event.REMINDER, reason=reason, language=language), mails=(mail,))
    draft = draft_reply(case)
    assert draft is not None
    return draft


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_event_reason_and_language_has_its_draft_for_its_place(language: str) -> None:
    seen = set()
    for kind in sorted(CASE_KINDS):
        for event in (None, *sorted(EVENTS_OF_KIND[kind])):
            for reason in (None, *Reason):
                draft = draft_reply(sample_case(kind, event, reason=reason, language=language))
                expected = ANSWERED.get((kind, event), ())
                assert tuple(each.purpose for each in draft.variants if draft) == expected if draft else not expected
                for variant in draft.variants if draft else ():
                    place = "buyer_message" if variant.purpose is Purpose.BUYER_HOLDING else draft.channel.value
                    assert variant.purpose is Purpose.BUYER_HOLDING or draft.channel is PLACE[variant.purpose]
                    assert len(variant.body) <= form_limits()[place], (kind, event, reason)
                    assert re.search(r"[{}]|\bNone\b|\bnull\b", variant.body) is None
                    assert variant.slots and all(slot in variant.body for slot in variant.slots)
                    assert "701-1234567-7654321" in variant.body
                    seen.add(variant.body)
    assert len(seen) > 60, "reasons and purposes give texts of their own"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_that_amazon_shipped_is_no_parcel_of_the_sellers(language: str) -> None:
    ours = draft_reply(sample_case(Kind.ATOZ_CLAIM, Event.REMINDER, language=language))
    theirs = fbas(Reason.ITEM_NOT_RECEIVED, language)
    assert ours is not None and "FBA" not in ours.body and "FBA" in theirs.body
    assert "FBA" not in fbas(Reason.WRONG_ITEM, language).body.replace("Fulfilled by Amazon", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_claim_of_great_value_keeps_its_strongest_evidence_within_the_forms_limit(language: str) -> None:
    for reason in (None, *Reason):
        case = sample_case(Kind.ATOZ_CLAIM, Event.INFO_REQUESTED, reason=reason, language=language)
        draft = draft_reply(replace(case, amount=("2934.90", "USD")))
        gloss = draft_reply(replace(case, amount=("2934.90", "USD")), language="en")
        assert draft is not None and gloss is not None
        assert len(draft.body) <= form_limits()[Channel.CLAIM_FORM]
        assert draft.body.count("\n3. ") == gloss.body.count("\n3. ") >= 1
        assert len(re.findall(r"^\d+\. ", draft.body, re.M)) == len(re.findall(r"^\d+\. ", gloss.body, re.M))


def test_a_decided_claim_can_only_be_appealed_whatever_mail_comes() -> None:
    late = replace(sample_case(Kind.ATOZ_CLAIM, Event.REMINDER), status=Status.DECIDED)
    draft = draft_reply(late)
    assert draft is not None and [each.purpose for each in draft.variants] == [Purpose.APPEAL]
    decided = replace(sample_mail(Event.GRANTED), sent_at=late.newest.sent_at - timedelta(days=3))
    dated = draft_reply(replace(late, mails=(decided, *late.mails)))
    assert dated is not None and "decision of 2026-03-05" in dated.body and "decision of 2026-03-09" in draft.body
    assert channel_of(late) is Channel.APPEAL_FORM
    assert channel_of(replace(late, status=Status.OPEN)) is Channel.CLAIM_FORM


@pytest.mark.parametrize(
    "changes",
    [
        {"event": Event.GRANTED, "funded_by": FundedBy.AMAZON},
        {"mails": (replace(sample_mail(Event.OPENED), authenticity=Authenticity.SUSPICIOUS),)},
        {"mails": (replace(sample_mail(Event.OPENED), excerpt="The charger caught fire and the buyer was injured."),)},
    ],
)
def test_nothing_is_drafted_where_an_answer_could_only_harm(changes: dict[str, object]) -> None:
    assert draft_reply(replace(sample_case(Kind.ATOZ_CLAIM, Event.OPENED), **changes)) is None
