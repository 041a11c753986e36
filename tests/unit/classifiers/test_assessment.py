"""The judgement as a whole: field order, steps, and when the statistical voter is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from classifiers.assessment import as_json, assess
from classifiers.message import read_message
from config.policy import default_policy
from config.vocabulary import Event, Kind

FIELDS = [
    "source",
    "message_id",
    "sent_at",
    "language",
    "marketplace",
    "kind",
    "event",
    "confidence",
    "review",
    "authenticity",
    "action_required",
    "reason",
    "order_ids",
    "case_ids",
    "asins",
    "tracking_numbers",
    "amount",
    "funded_by",
    "threatens_claim",
    "deadline",
    "because",
]


def raw(author: str, subject: str, text: str) -> bytes:
    head = f"From: {author}\r\nSubject: {subject}\r\nDate: Tue, 12 May 2026 12:30:00 +0000\r\n"
    head += "Message-ID: <a@b.example>\r\n"
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()


CLAIM = raw(
    "Amazon <atoz-guarantee-no-reply@amazon.co.uk>",
    "Action required: claim received on order 026-0000001-0000001",
    "A buyer filed an A-to-z Guarantee claim of £12.00: the item was not received. Please respond within 48 hours.",
)


@dataclass
class Asked:
    """A voter that remembers what it was asked and always believes in a claim's reminder."""

    texts: list[str]

    def vote(self, texts: Sequence[str]) -> list[Asked]:
        self.texts += texts
        return [self]

    @property
    def alternatives(self) -> tuple[tuple[Kind, float], ...]:
        return ((Kind.ATOZ_CLAIM, 0.9), (Kind.NOTICE, 0.1))

    def events_of(self, kind: Kind) -> tuple[tuple[Event, float], ...]:
        return ((Event.REMINDER, 0.9),)


def test_the_json_line_has_the_contracts_fields_in_its_order() -> None:
    line = as_json(assess(read_message(CLAIM), policy=default_policy()), source="a.eml")
    assert list(line) == FIELDS


def test_a_claim_is_judged_in_every_field() -> None:
    line = as_json(assess(read_message(CLAIM), policy=default_policy()), source="a.eml")
    assert line["kind"] == "atoz_claim"
    assert line["event"] == "opened"
    assert line["marketplace"] == "UK"
    assert line["reason"] == "item_not_received"
    assert line["amount"] == {"value": "12.00", "currency": "GBP"}
    assert line["action_required"] is True
    assert line["deadline"] == {
        "respond_by": "2026-05-14T12:30:00+00:00",
        "target": None,
        "basis": "stated",
        "phrase": "within 48 hours",
    }


def test_the_voter_is_not_asked_where_sender_and_words_are_clear() -> None:
    voter = Asked(texts=[])
    assess(read_message(CLAIM), policy=default_policy(), voter=voter)
    assert voter.texts == []


def test_the_voter_decides_where_nothing_else_speaks() -> None:
    voter = Asked(texts=[])
    odd = raw("Amazon <zephyr-ops@amazon.com>", "Hello", "The blue notebook is on the table.")
    assessment = assess(read_message(odd), policy=default_policy(), voter=voter)
    assert len(voter.texts) == 1
    assert (assessment.kind, assessment.event) == (Kind.ATOZ_CLAIM, Event.REMINDER)
    assert assessment.review


def test_the_same_mail_is_always_judged_alike() -> None:
    first, second = (assess(read_message(CLAIM), policy=default_policy()) for _ in range(2))
    assert first == second


def test_a_mail_without_text_or_subject_is_judged_too() -> None:
    assert assess(read_message(b"From: a@b.example\r\n\r\n"), policy=default_policy()).kind is Kind.UNRELATED
