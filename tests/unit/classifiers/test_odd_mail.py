"""Mail that no person wrote or that programs wrap oddly: bounces, absences, receipts, invitations, envelopes.

The shapes are those that mail servers produce (RFC 3464, qmail's own, Exchange's, list software); all texts are invented.
"""

# ruff: noqa: E501  (samples stand in one line as mails have them)

import base64
from datetime import UTC, datetime

import pytest

from classifiers.assessment import assess
from classifiers.automatic import written_by_machine
from classifiers.message import read_message
from config.policy import default_policy
from config.vocabulary import CASE_KINDS, Kind

NOW = datetime(2026, 5, 12, 12, 30, tzinfo=UTC)
DATE = "Date: Tue, 12 May 2026 12:30:00 +0000\r\n"
ORDER = "302-5567123-9981204"
CLAIM = (
    "From: Amazon A-to-z Guarantee <atoz-guarantee-no-reply@amazon.de>\r\nTo: shop@seller.example\r\n"
    f"Subject: Action required: Claim received on order {ORDER}\r\n{DATE}Message-ID: <c1@amazonses.example>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nWe received an A-to-z Guarantee claim. Please respond within 48 hours.\r\n"
)


def judged(raw):
    message = read_message(raw if isinstance(raw, bytes) else raw.encode(), arrived_at=NOW)
    return message, assess(message, policy=default_policy(), trusted_authserv=("mx.seller.example",))


def report(author, subject, words, status, *, original=CLAIM, extra=""):
    """A bounce as RFC 3464 has it: words, status and the message that could not be delivered."""
    return (
        f"From: {author}\r\nTo: shop@seller.example\r\nSubject: {subject}\r\n{DATE}{extra}MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="cut"\r\n\r\n'
        f"--cut\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n{words}\r\n"
        f"--cut\r\nContent-Type: message/delivery-status\r\n\r\n{status}\r\n"
        f"--cut\r\nContent-Type: message/rfc822\r\n\r\n{original}\r\n--cut--\r\n"
    )


STATUS = "Reporting-MTA: dns; mx.seller.example\r\n\r\nFinal-Recipient: rfc822; k2@marketplace.amazon.de\r\nAction: failed\r\nStatus: 5.1.1"
QMAIL = (
    f"From: MAILER-DAEMON@mx.seller.example\r\nTo: shop@seller.example\r\nSubject: failure notice\r\n{DATE}\r\n"
    "Hi. This is the qmail-send program at mx.seller.example.\r\nI'm afraid I wasn't able to deliver your message to the following addresses.\r\n"
    "This is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n<k2@marketplace.amazon.de>:\r\n550 no such user\r\n\r\n"
    f"--- Below this line is a copy of the message.\r\n\r\n{CLAIM}"
)
BOUNCES = {
    "postfix": report(
        "MAILER-DAEMON@mx.seller.example (Mail Delivery System)",
        "Undelivered Mail Returned to Sender",
        "This is the mail system at host mx.seller.example.\r\n\r\nI'm sorry to have to inform you that your message could not\r\nbe delivered to one or more recipients.",
        STATUS,
    ),
    "sendmail": report(
        "Mail Delivery Subsystem <MAILER-DAEMON@mx.seller.example>",
        "Returned mail: see transcript for details",
        "   ----- The following addresses had permanent fatal errors -----\r\n<k2@marketplace.amazon.de>\r\n    (reason: 550 5.1.1 user unknown)",
        STATUS,
        extra="Auto-Submitted: auto-generated (failure)\r\n",
    ),
    "exim": report(
        "Mail Delivery System <Mailer-Daemon@mx.seller.example>",
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\r\n\r\nA message that you sent could not be delivered to one or more of its\r\nrecipients. This is a permanent error.",
        STATUS,
        extra="X-Failed-Recipients: k2@marketplace.amazon.de\r\nAuto-Submitted: auto-replied\r\n",
    ),
    "exchange": report(
        "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@seller.example>",
        "Undeliverable: A-to-z claim",
        "Delivery has failed to these recipients or groups:\r\n\r\nk2@marketplace.amazon.de\r\nYour message couldn't be delivered.",
        STATUS,
        extra="X-MS-Exchange-Message-Is-Ndr:\r\nAuto-Submitted: auto-replied\r\n",
    ),
    "exchange in German": report(
        "postmaster@seller.example",
        "Unzustellbar: Antrag zur Bestellung",
        "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:",
        STATUS,
    ),
    "gmail": report(
        "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
        "Delivery Status Notification (Failure)",
        "** Address not found **\r\n\r\nYour message wasn't delivered to k2@marketplace.amazon.de because the address couldn't be found.",
        STATUS,
    ),
    "delayed": report(
        "MAILER-DAEMON@mx.seller.example",
        "Delayed Mail (still being retried)",
        "####  THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE.  ####",
        STATUS.replace("failed", "delayed").replace("5.1.1", "4.4.1"),
    ),
    "headers alone": report(
        "MAILER-DAEMON@mx.seller.example", "Undelivered Mail Returned to Sender", "Sorry.", STATUS
    ).replace("message/rfc822", "text/rfc822-headers"),
    "a list manager": report(
        "list-bounces@lists.seller.example",
        "Bounce action notification",
        "This is a list bounce action notice.",
        STATUS,
    ),
    "qmail": QMAIL,
    "cut short": report("MAILER-DAEMON@mx.seller.example", "Undelivered Mail Returned to Sender", "Sorry.", STATUS)[
        :700
    ],
}


@pytest.mark.parametrize("shape", BOUNCES)
def test_a_bounce_is_no_case_whatever_server_wrote_it_and_whatever_it_returns(shape):
    message, assessment = judged(BOUNCES[shape])
    assert assessment.kind is Kind.UNRELATED
    assert assessment.deadline is None
    assert "amazon" not in message.author.address
    assert written_by_machine(message)


VACATIONS = {
    "en": (
        "Out of Office: claim",
        "Thanks for your mail. I am out of the office until 20 May with limited access to email.",
    ),
    "de": (
        "Abwesenheitsnotiz: Antrag",
        "Ich bin bis einschließlich 20. Mai nicht im Büro. Ihre Nachricht wird nicht weitergeleitet.",
    ),
    "fr": ("Réponse automatique : réclamation", "Je suis absente du bureau jusqu'au 20 mai."),
    "it": ("Risposta automatica: reclamo", "Sono fuori ufficio fino al 20 maggio."),
    "es": ("Respuesta automática: reclamación", "Estaré fuera de la oficina hasta el 20 de mayo."),
    "pt": ("Resposta automática: reclamação", "Estou ausente até 20 de maio."),
    "nl": ("Automatisch antwoord: claim", "Ik ben tot en met 20 mei niet op kantoor."),
    "sv": ("Autosvar: anspråk", "Jag är på semester till den 20 maj."),
    "pl": ("Automatyczna odpowiedź: roszczenie", "Jestem na urlopie do 20 maja."),
    "tr": ("Otomatik yanıt: talep", "20 Mayıs'a kadar yıllık izindeyim."),
    "ja": ("自動応答: 申請の件", "5月20日まで休暇をいただいております。"),
    "zh": ("自动回复：索赔", "我正在休假，5月20日返回。"),
}


@pytest.mark.parametrize("language", VACATIONS)
def test_an_absence_is_automatic_and_no_case(language):
    subject, text = VACATIONS[language]
    raw = f"From: Kim <kim@seller.example>\r\nTo: shop@seller.example\r\nSubject: {subject}\r\n{DATE}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    message, assessment = judged(raw)
    assert written_by_machine(message)
    assert assessment.kind is Kind.UNRELATED
    assert assessment.deadline is None
    assert message.text.strip() == text


def test_a_read_receipt_is_automatic():
    raw = (
        f"From: kim@seller.example\r\nTo: shop@seller.example\r\nSubject: Claim {ORDER}\r\n{DATE}MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="cut"\r\n\r\n'
        "--cut\r\nContent-Type: text/plain\r\n\r\nThe message was displayed.\r\n"
        "--cut\r\nContent-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822;kim@seller.example\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n--cut--\r\n"
    )
    message, assessment = judged(raw)
    assert written_by_machine(message)
    assert assessment.kind is Kind.UNRELATED
    assert message.text.strip() == "The message was displayed."


def test_an_invitation_to_talk_about_claims_is_no_case():
    raw = (
        f"From: Kim <kim@seller.example>\r\nTo: shop@seller.example\r\nSubject: Claims review\r\n{DATE}MIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="cut"\r\n\r\n--cut\r\nContent-Type: text/plain\r\n\r\nWeekly A-to-z round\r\n'
        "--cut\r\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:A-to-z\r\nDTSTART:20260513T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n--cut--\r\n"
    )
    message, assessment = judged(raw)
    assert assessment.kind is Kind.UNRELATED
    assert message.text.strip() == "Weekly A-to-z round"
    assert not assessment.review


def test_a_mailing_list_about_claims_is_no_case():
    raw = (
        "From: Ana via Sellers <sellers@lists.forum.example>\r\nReply-To: ana@other.example\r\nTo: sellers@lists.forum.example\r\n"
        f"List-Id: <sellers.lists.forum.example>\r\nPrecedence: list\r\nSubject: [Sellers] A-to-z claim lost\r\n{DATE}\r\n"
        "Has anybody won an appeal? They gave me 48 hours to answer.\r\n_______________________________________________\r\nSellers mailing list\r\n"
    )
    message, assessment = judged(raw)
    assert assessment.kind is Kind.UNRELATED
    assert message.author.address == "sellers@lists.forum.example"
    assert assessment.deadline is None


def signed(inner, protocol, tail):
    return (
        f"From: Amazon A-to-z Guarantee <atoz-guarantee-no-reply@amazon.de>\r\nSubject: Claim received on order {ORDER}\r\n{DATE}MIME-Version: 1.0\r\n"
        f'Content-Type: multipart/signed; protocol="{protocol}"; micalg=sha-256; boundary="cut"\r\n\r\n--cut\r\n{inner}\r\n--cut\r\n{tail}\r\n--cut--\r\n'
    )


@pytest.mark.parametrize("protocol", ["application/pkcs7-signature", "application/pgp-signature"])
def test_a_signed_mail_is_read_through_its_signature(protocol):
    inner = "Content-Type: text/plain; charset=utf-8\r\n\r\nWe received a claim. Please respond within 48 hours."
    tail = (
        f"Content-Type: {protocol}; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\nMIAGCSqGSIb3DQEHAqCAMIA="
    )
    message, assessment = judged(signed(inner, protocol, tail))
    assert assessment.kind is Kind.ATOZ_CLAIM
    assert assessment.deadline is not None
    assert "MIAG" not in message.text


@pytest.mark.parametrize(
    "body",
    [
        'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\r\nContent-Transfer-Encoding: base64\r\n\r\nMIAGCSqGSIb3DQEHA6CAMIA=\r\n',
        'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="cut"\r\n\r\n--cut\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--cut\r\nContent-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n--cut--\r\n',
        'Content-Type: application/ms-tnef; name="winmail.dat"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + base64.b64encode(b"\x78\x9f\x3e\x22" + bytes(200)).decode()
        + "\r\n",
        'Content-Type: multipart/mixed; boundary="cut"\r\n\r\n--cut\r\nContent-Type: text/plain\r\n\r\n\r\n--cut\r\nContent-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--cut--\r\n',
        "Content-Type: text/plain; charset=utf-8\r\n\r\n",
        "Content-Type: text/html; charset=utf-8\r\n\r\n<html><body><img src='x.png'></body></html>",
        "Content-Type: text/plain; charset=x-unknown-77\r\n\r\nAntrag \xe4\r\n",
        "Content-Type: multipart/mixed\r\n\r\nno boundary at all\r\n",
        "Content-Type: nonsense\r\n\r\nAntrag\r\n",
        "Content-Transfer-Encoding: base64\r\n\r\n%%%%\r\n",
    ],
)
def test_an_unreadable_body_never_hides_a_claim_s_notice(body):
    head = f"From: Amazon A-to-z Guarantee <atoz-guarantee-no-reply@amazon.de>\r\nTo: shop@seller.example\r\nSubject: Action required: Claim received on order {ORDER}\r\n{DATE}MIME-Version: 1.0\r\n"
    message, assessment = judged((head + body).encode("latin-1"))
    assert message.subject.endswith(ORDER)
    assert assessment.kind is Kind.ATOZ_CLAIM
    assert assessment.order_ids == (ORDER,)
    assert assessment.deadline is not None


def nested(depth):
    raw = CLAIM
    for level in range(depth):
        raw = (
            f"From: Kim <kim{level}@seller.example>\r\nTo: shop@seller.example\r\nSubject: Fwd: claim\r\n{DATE}MIME-Version: 1.0\r\n"
            f'Content-Type: multipart/mixed; boundary="c{level}"\r\n\r\n--c{level}\r\nContent-Type: text/plain\r\n\r\nsee below\r\n--c{level}\r\nContent-Type: message/rfc822\r\n\r\n{raw}\r\n--c{level}--\r\n'
        )
    return raw


@pytest.mark.parametrize("depth", [1, 2, 60])
def test_a_notice_in_a_message_in_a_message_is_read_or_left_but_never_breaks(depth):
    _, assessment = judged(nested(depth))
    assert assessment.kind is Kind.ATOZ_CLAIM or depth > 2


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"\x00\xff\xfe", b"Subject: only\r\n", b"just words"])
def test_almost_nothing_is_no_case(raw):
    try:
        _, assessment = judged(raw)
    except ValueError:
        return
    assert assessment.kind not in CASE_KINDS
