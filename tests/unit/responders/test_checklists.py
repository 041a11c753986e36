import pytest

from config.vocabulary import CASE_KINDS, Event, Kind, Reason
from responders.evidence import checklist


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_reason_of_every_case_kind_has_a_checklist_that_says_what_why_and_who(language: str) -> None:
    for kind in CASE_KINDS:
        for reason in (*Reason, None):
            items = checklist(kind, Event.OPENED, reason, language=language)
            assert len(items) >= 4
            assert all(item.what and item.why and item.who for item in items)
            assert len({item.key for item in items}) == len(items)


def test_an_item_not_received_is_won_first_by_a_protected_label_then_by_proof_of_delivery() -> None:
    keys = [item.key for item in checklist(Kind.ATOZ_CLAIM, Event.OPENED, Reason.ITEM_NOT_RECEIVED)]
    assert keys[:2] == ["label_protected", "proof_of_delivery"] and "buyer_messages" in keys


def test_a_bank_is_also_shown_the_sale() -> None:
    keys = {item.key for item in checklist(Kind.CHARGEBACK, Event.OPENED, Reason.WRONG_ITEM)}
    assert {"order_details", "invoice"} <= keys


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        (Kind.ATOZ_CLAIM, Event.DENIED),
        (Kind.ATOZ_CLAIM, Event.WITHDRAWN),
        (Kind.CHARGEBACK, Event.LOST),
        (Kind.NOTICE, None),
        (Kind.BUYER_MESSAGE, None),
    ],
)
def test_nothing_is_to_be_gathered_when_nothing_is_to_be_answered(kind: Kind, event: Event | None) -> None:
    assert checklist(kind, event, Reason.OTHER) == ()
