"""Which kind of mail it is, over the must-not-confuse list and several languages; all mails are invented."""

# ruff: noqa: E501  (samples stand in one line as mails have them)

from __future__ import annotations

import pytest

from classifiers.assessment import Assessment, assess
from classifiers.message import read_message
from config.policy import default_policy
from config.vocabulary import Kind

ATOZ = "Amazon <atoz-guarantee-no-reply@amazon.com>"
RELAY = "Robin <r4nd0mr3lay@marketplace.amazon.com>"
RELAY_CS = "Amazon Customer Service <r4nd0mr3lay@marketplace.amazon.com>"
NOTES = "Amazon Seller Central <donotreply@amazon.com>"
SUPPORT = "Amazon Seller Support <merch.service02@amazon.com>"
ORDER = "111-4455667-8899001"


def judged(author: str, subject: str, text: str, headers: str = "") -> Assessment:
    head = f"From: {author}\r\nTo: shop@paperkites.example\r\nSubject: {subject}\r\nDate: Tue, 12 May 2026 12:30:00 +0000\r\n"
    raw = f"{head}{headers}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()
    return assess(read_message(raw), policy=default_policy())


MAILS = [
    (Kind.ATOZ_CLAIM, ATOZ, f"Claim received on order {ORDER}", "We received an A-to-z Guarantee claim of $20.00. No action is required now."),
    (Kind.ATOZ_CLAIM, "Amazon Pay <amazon-pay-seller-guarantee@amazon.com>", "Claim filed", "A buyer filed an A-to-z Guarantee claim on Amazon Pay order P01-1234567-7654321."),
    (Kind.ATOZ_CLAIM, "Amazon <seller-notification@amazon.com>", f"A-to-z Guarantee claim on order {ORDER}", "A customer has filed an A-to-z Guarantee claim on this order. Please respond within 72 hours."),
    (Kind.CS_REQUEST, RELAY_CS, "An inquiry from one of our customers", f"We've been contacted by a customer regarding the order identified below.\n\nOrder#: {ORDER}\nItem: Kite\nReason: Missing\nDetails: Please send the tail.\n\nTo respond to this customer, please reply to this e-mail."),
    (Kind.CS_REQUEST, "Amazon Kundenservice <abc123@marketplace.amazon.de>", "Anfrage eines Kunden", f"Guten Tag,\nein Kunde hat uns wegen der Bestellung {ORDER} kontaktiert. Bitte erstatten Sie den Betrag binnen 24 Stunden.\nKundenservice Amazon.de"),
    (Kind.CS_REQUEST, "CSBA <csba-de2de@amazon.de>", f"Antwort nötig: Bestellung {ORDER}", "Der Käufer fragt, wann die Ware kommt. Bitte antworten Sie innerhalb von 24 Stunden."),
    (Kind.CS_REQUEST, SUPPORT, f"[Case ID 12345678901] Order {ORDER}", f"Hello from Selling Partner Support. A customer contacted us about order {ORDER} and is waiting for a refund. Please refund the customer or tell us why not."),
    (Kind.SUPPORT_CASE, SUPPORT, "[Case ID 12345678901] *Your Help Needed* FBA shipment", "We are looking into your FBA shipment. Please upload the invoice for the missing units within 5 days."),
    (Kind.SUPPORT_CASE, SUPPORT, "[Case ID 12345678902] Bank account", "Your case about the deposit method is resolved."),
    (Kind.CHARGEBACK, "Amazon <cb-seller-notification@amazon.com>", f"Action Required: Chargeback on order {ORDER}", "The cardholder disputes the transaction. Reply within 7 days."),
    (Kind.SAFE_T, "Amazon <donotreply@amazon.com>", "SAFE-T claim decision", "We have denied your SAFE-T claim 12345-67890-1234567."),
    (Kind.BUYER_MESSAGE, RELAY, f"Inquiry from Amazon customer Robin (Order: {ORDER})", "I want my money back or I will file an A-to-z claim tomorrow!"),
    (Kind.BUYER_MESSAGE, RELAY, "Shipping inquiry from Amazon customer Robin", "------------- Begin message -------------\nAmazon customer service told me to contact you. Where is my parcel?\n------------- End message -------------"),
    (Kind.RETURN_REQUEST, NOTES, f"Return authorization request for order {ORDER}", "A customer wants to return an item. Return reason: defective. Approve or decline the request."),
    (Kind.NOTICE, NOTES, f"Refund Initiated for Order {ORDER}", "We have refunded the customer. No action is needed."),
    (Kind.NOTICE, NOTES, "Your e-mail to Robin", "This is a copy of the message you sent.\n\nPlease do not open an A-to-z claim, we refund you today."),
    (Kind.NOTICE, NOTES, f"Order cancellation request from Amazon customer Robin (Order: {ORDER})", "The customer would like to cancel the order. Please cancel it if it has not shipped."),
    (Kind.NOTICE, "Amazon <payments-messages@amazon.com>", "Your Seller Account Funds: Action Required", "Please update your bank account. Settlement report: A-to-z Guarantee claims -$12.00."),
    (Kind.NOTICE, "Amazon <order-update@amazon.com>", "Action Required: Unshipped Prime orders that need to be shipped today", f"Order {ORDER} must be shipped by 15:00."),
    (Kind.NOTICE, "Seller news <store-news@amazon.com>", "Webinar: how to avoid A-to-z claims", "Register now and learn how claims are decided. Unsubscribe here."),
    (Kind.NOTICE, "Amazon <cs-reply@amazon.com>", "Your refund request", "Your A-to-z Guarantee claim against the seller has been approved and we refunded your card."),
    (Kind.NOTICE, NOTES, "We were unable to deliver the message you sent", "Your message to the customer could not be delivered because the buyer has opted out."),
    (Kind.ACCOUNT_HEALTH, "Amazon <seller-performance@amazon.com>", "Policy Warning", "Your listing was removed. Send the compliance documents within 72 hours. Orders with A-to-z claims count too."),
    (Kind.ACCOUNT_HEALTH, NOTES, "Listing removal: product safety", "Your listing has been removed for lack of a safety data sheet. Submit the test report within 48 hours."),
    (Kind.UNRELATED, "Parcel Desk <claims@parcel-desk.example>", f"Claim for order {ORDER}", "We processed your insurance claim for the lost parcel."),
    (Kind.UNRELATED, "ClaimWatch <daily@claimwatch.example>", "2 open A-to-z claims", f"Order {ORDER}: A-to-z Guarantee claim, 20 hours left."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "author", "subject", "text"), MAILS)
def test_a_mail_is_what_its_sender_and_words_make_it(kind: Kind, author: str, subject: str, text: str) -> None:
    assessment = judged(author, subject, text)
    assert assessment.kind is kind, assessment.because


@pytest.mark.parametrize(
    ("kind", "author", "subject", "text"), [mail for mail in MAILS if mail[0] is not Kind.UNRELATED]
)
def test_a_plain_mail_of_amazon_needs_no_review(kind: Kind, author: str, subject: str, text: str) -> None:
    assert not judged(author, subject, text).review


def test_a_foreign_mail_about_a_claim_on_an_order_is_unrelated_but_reviewed() -> None:
    digest = judged("ClaimWatch <daily@claimwatch.example>", "Open claims", f"A-to-z claim on order {ORDER}")
    assert (digest.kind, digest.review) == (Kind.UNRELATED, True)


def test_a_foreign_mail_about_something_else_is_not_reviewed() -> None:
    assert not judged("Box Works <sales@boxworks.example>", "New boxes", "Our spring catalogue is here.").review


def test_a_mail_of_amazon_that_nobody_understands_goes_to_review_never_to_silence() -> None:
    odd = judged("Amazon <zephyr-ops@amazon.com>", "Hello", "The blue notebook is on the table.")
    assert (odd.kind, odd.review) == (Kind.NOTICE, True)


def test_a_machine_mark_tells_the_kind_where_the_words_do_not() -> None:
    mark = "X-Space-Notification-Type: A_Z_CLAIM_RESPONDENT_NOTIFY\r\n"
    assert judged(NOTES, f"Order {ORDER}", "We need to talk about this order.", mark).kind is Kind.ATOZ_CLAIM


def test_a_notify_mark_on_a_decision_does_not_hide_the_decision() -> None:
    mark = "X-Space-Notification-Type: A_Z_CLAIM_RESPONDENT_NOTIFY\r\n"
    text = "We decided the A-to-z claim in your favor and you will not be charged."
    assessment = judged(ATOZ, f"Claim decision on order {ORDER}", text, mark)
    assert assessment.event is not None
    assert assessment.event.value == "denied"


def test_an_imitation_gets_the_kind_and_event_of_what_it_imitates_and_review() -> None:
    fake = judged(
        "Amazon A-to-z Guarantee <claims@amazon-guarantee-desk.example>",
        f"Final reminder: A-to-z claim on order {ORDER}",
        "We have not received your response. Confirm your password within 12 hours.",
    )
    assert (fake.kind, fake.event and fake.event.value, fake.review) == (Kind.ATOZ_CLAIM, "reminder", True)
    assert fake.authenticity.value == "suspicious"


def test_the_reasons_for_a_judgement_name_what_decided() -> None:
    because = " ".join(judged(ATOZ, f"Claim received on order {ORDER}", "An A-to-z claim was filed.").because)
    assert "atoz-guarantee-no-reply@amazon.com" in because
    assert "Claim received" in because
