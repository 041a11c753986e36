"""A colleague's forward is opened in every client's shape; an answer that quotes Amazon never becomes Amazon's mail."""

# ruff: noqa: E501  (samples stand in one line as mails have them)

import base64
from datetime import UTC, datetime
from email.header import Header

import pytest

from classifiers.forwards import author_of, subject_prefix
from classifiers.message import read_message
from classifiers.origin import origin_of

CLAIM = "Hello Lanternwerk,\n\nplease send us the tracking number within 48 hours.\n\nAmazon"


def mail(body, *, subject="Fwd: Claim", author="Ina Rau <ina@lanternwerk.example>", headers="", html=False):
    encoded = Header(subject, "utf-8").encode() if not subject.isascii() else subject
    kind = "html" if html else "plain"
    head = (
        f"From: {author}\r\nTo: claims@lanternwerk.example\r\nSubject: {encoded}\r\n"
        f"Date: Wed, 13 May 2026 09:00:00 +0200\r\nMessage-ID: <outer@lanternwerk.example>\r\n{headers}"
        f"MIME-Version: 1.0\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return head.encode() + body.encode()


# Subject, everything above the inner body; the inner mail was sent on 12 May 2026 at 14:30 in the forwarder's zone (+02:00).
INLINE = {
    "gmail en": (
        "Fwd: Claim",
        "Who takes it?\n\n---------- Forwarded message ---------\nFrom: Amazon <atoz-guarantee-no-reply@amazon.de>\n"
        "Date: Tue, May 12, 2026 at 2:30 PM\nSubject: Claim received\nTo: <shop@lanternwerk.example>\n\n\n",
    ),
    "gmail de": (
        "Fwd: Antrag",
        "---------- Forwarded message ---------\nVon: Amazon <atoz-guarantee-no-reply@amazon.de>\n"
        "Date: Di., 12. Mai 2026 um 14:30 Uhr\nSubject: Claim received\nTo: <shop@lanternwerk.example>\n\n",
    ),
    "thunderbird de": (
        "Fwd: Antrag",
        "Bitte übernehmen.\n\n-------- Weitergeleitete Nachricht --------\nBetreff: \tClaim received\n"
        "Datum: \tTue, 12 May 2026 12:30:00 +0000\nVon: \tAmazon <atoz-guarantee-no-reply@amazon.de>\n"
        "An: \tshop@lanternwerk.example\n\n\n",
    ),
    "outlook en": (
        "FW: Claim",
        "See below.\n\nIna\n\n________________________________\nFrom: Amazon <atoz-guarantee-no-reply@amazon.de>\n"
        "Sent: Tuesday, May 12, 2026 2:30 PM\nTo: shop@lanternwerk.example\nSubject: Claim received\n\n",
    ),
    "outlook de": (
        "WG: Antrag",
        "Von: Amazon <atoz-guarantee-no-reply@amazon.de>\nGesendet: Dienstag, 12. Mai 2026 14:30\n"
        "An: shop@lanternwerk.example\nBetreff: Claim received\n\n",
    ),
    "outlook fr": (
        "TR : Réclamation",
        "Pour toi.\n\n-----Message d'origine-----\nDe : Amazon <atoz-guarantee-no-reply@amazon.de>\n"
        "Envoyé : mardi 12 mai 2026 14:30\nÀ : shop@lanternwerk.example\nObjet : Claim received\n\n",
    ),
    "outlook it": (
        "I: Reclamo",
        "Da: Amazon <atoz-guarantee-no-reply@amazon.de>\nInviato: martedì 12 maggio 2026 14:30\n"
        "A: shop@lanternwerk.example\nOggetto: Claim received\n\n",
    ),
    "outlook es": (
        "RV: Reclamación",
        "Os lo paso.\n\nDe: Amazon <atoz-guarantee-no-reply@amazon.de>\nEnviado el: martes, 12 de mayo de 2026 14:30\n"
        "Para: shop@lanternwerk.example\nAsunto: Claim received\n\n",
    ),
    "outlook pt": (
        "ENC: Reclamação",
        "De: Amazon <atoz-guarantee-no-reply@amazon.de>\nEnviado: terça-feira, 12 de maio de 2026 14:30\n"
        "Para: shop@lanternwerk.example\nAssunto: Claim received\n\n",
    ),
    "outlook nl": (
        "FW: Claim",
        "Kijk jij hiernaar?\n\nVan: Amazon <atoz-guarantee-no-reply@amazon.de>\nVerzonden: dinsdag 12 mei 2026 14:30\n"
        "Aan: shop@lanternwerk.example\nOnderwerp: Claim received\n\n",
    ),
    "outlook sv": (
        "VB: Krav",
        "Från: Amazon <atoz-guarantee-no-reply@amazon.de>\nSkickat: den 12 maj 2026 14:30\n"
        "Till: shop@lanternwerk.example\nÄmne: Claim received\n\n",
    ),
    "outlook pl": (
        "PD: Roszczenie",
        "Proszę o pomoc.\n\nOd: Amazon <atoz-guarantee-no-reply@amazon.de>\nWysłano: wtorek, 12 maja 2026 14:30\n"
        "Do: shop@lanternwerk.example\nTemat: Claim received\n\n",
    ),
    "outlook tr": (
        "İLT: Talep",
        "Kimden: Amazon <atoz-guarantee-no-reply@amazon.de>\nGönderildi: 12 Mayıs 2026 Salı 14:30\n"
        "Kime: shop@lanternwerk.example\nKonu: Claim received\n\n",
    ),
    "outlook ja": (
        "FW: 申請",
        "対応お願いします。\n\n差出人: Amazon <atoz-guarantee-no-reply@amazon.de>\n送信日時: 2026年5月12日 14:30\n"
        "宛先: shop@lanternwerk.example\n件名: Claim received\n\n",
    ),
    "outlook zh": (
        "转发: 索赔",
        "发件人: Amazon <atoz-guarantee-no-reply@amazon.de>\n发送时间: 2026年5月12日 14:30\n"
        "收件人: shop@lanternwerk.example\n主题: Claim received\n\n",
    ),
    "qq": (
        "转发：索赔",
        '请处理\n\n\n------------------ 原始邮件 ------------------\n发件人: "Amazon" <atoz-guarantee-no-reply@amazon.de>;\n'
        '发送时间: 2026年5月12日(星期二) 下午2:30\n收件人: "shop"<shop@lanternwerk.example>;\n主题: Claim received\n\n',
    ),
    "foxmail": (
        "转发: 索赔",
        "\n \n发件人： Amazon <atoz-guarantee-no-reply@amazon.de>\n发送时间： 2026-05-12 14:30\n"
        "收件人： shop@lanternwerk.example\n主题： Claim received\n\n",
    ),
    "netease 163": (
        "Fw:Claim received",
        '\n\n-------- 转发邮件信息 --------\n发件人："Amazon" <atoz-guarantee-no-reply@amazon.de>\n'
        "发送日期：2026-05-12 14:30:00\n收件人：shop@lanternwerk.example\n主题：Claim received\n",
    ),
    "apple en": (
        "Fwd: Claim",
        "Can you look?\n\n> Begin forwarded message:\n> \n> From: Amazon <atoz-guarantee-no-reply@amazon.de>\n"
        "> Subject: Claim received\n> Date: 12 May 2026 at 14:30:00 CEST\n> To: shop@lanternwerk.example\n> \n",
    ),
    "apple fr": (
        "Fwd: Réclamation",
        "Début du message réexpédié :\n\nDe: Amazon <atoz-guarantee-no-reply@amazon.de>\nObjet: Claim received\n"
        "Date: 12 mai 2026 à 14:30:00 UTC+2\nÀ: shop@lanternwerk.example\n\n",
    ),
    "apple ja": (
        "Fwd: 申請",
        "転送されたメッセージ：\n\n差出人: Amazon <atoz-guarantee-no-reply@amazon.de>\n件名: Claim received\n"
        "日付: 2026年5月12日 21:30:00 JST\n宛先: shop@lanternwerk.example\n\n",
    ),
    "gmail zh": (
        "Fwd: 索赔",
        "---------- Forwarded message ---------\n发件人： Amazon <atoz-guarantee-no-reply@amazon.de>\n"
        "Date: 2026年5月12日周二 14:30\nSubject: Claim received\nTo: <shop@lanternwerk.example>\n\n",
    ),
    "gmx": (
        "Fw: Antrag",
        'Gesendet: Dienstag, 12. Mai 2026 um 14:30 Uhr\nVon: "Amazon" <atoz-guarantee-no-reply@amazon.de>\n'
        "An: shop@lanternwerk.example\nBetreff: Claim received\n\n",
    ),
    "old outlook": (
        "FW: Claim",
        "-----Original Message-----\nFrom: Amazon [mailto:atoz-guarantee-no-reply@amazon.de]\n"
        "Sent: Tuesday, May 12, 2026 2:30 PM\nTo: shop@lanternwerk.example\nSubject: Claim received\n\n",
    ),
    "markdown bold": (
        "FW: Claim",
        "*From:* Amazon <atoz-guarantee-no-reply@amazon.de>\n*Sent:* Tuesday, May 12, 2026 2:30 PM\n"
        "*To:* shop@lanternwerk.example\n*Subject:* Claim received\n\n",
    ),
    "mark without a subject prefix": (
        "please answer this one",
        "Hi,\n\n----- Forwarded Message -----\nFrom: Amazon <atoz-guarantee-no-reply@amazon.de>\n"
        'To: "shop@lanternwerk.example" <shop@lanternwerk.example>\nSent: Tuesday, May 12, 2026 at 02:30:00 PM GMT+2\n'
        "Subject: Claim received\n\n",
    ),
    "gmail it": (
        "Fwd: Reclamo",
        "---------- Forwarded message ---------\nDa: Amazon <atoz-guarantee-no-reply@amazon.de>\n"
        "Date: mar 12 mag 2026 alle ore 14:30\nSubject: Claim received\nTo: <shop@lanternwerk.example>\n\n",
    ),
    "gmail tr": (
        "Fwd: Talep",
        "---------- Forwarded message ---------\nGönderen: Amazon <atoz-guarantee-no-reply@amazon.de>\n"
        "Date: 12 May 2026 Sal, 14:30\nSubject: Claim received\nTo: <shop@lanternwerk.example>\n\n",
    ),
}


@pytest.mark.parametrize("shape", INLINE)
def test_an_inline_forward_is_opened(shape):
    subject, above = INLINE[shape]
    message = read_message(mail(above + CLAIM, subject=subject))
    assert message.author.address == "atoz-guarantee-no-reply@amazon.de"
    assert message.author.display == "Amazon"
    assert message.subject == "Claim received"
    assert message.sent_at == datetime(2026, 5, 12, 12, 30, tzinfo=UTC)
    assert message.text.startswith("Hello Lanternwerk")
    assert "within 48 hours" in message.text
    assert message.forwarded_by is not None
    assert message.forwarded_by.address == "ina@lanternwerk.example"
    assert "@amazon" not in message.forward_note


OUTLOOK_HTML = (
    '<html><body><div class="WordSection1"><p class="MsoNormal">Please answer today.</p>'
    '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">'
    "<b><span>From:</span></b><span> Amazon &lt;atoz-guarantee-no-reply@amazon.de&gt; <br><b>Sent:</b> Tuesday, May 12, 2026 2:30 PM"
    "<br><b>To:</b> shop@lanternwerk.example<br><b>Subject:</b> Claim received</span></p></div>"
    "<p>Hello Lanternwerk,</p><p>please send us the tracking number within 48 hours.</p></div></body></html>"
)
APPLE_HTML = (
    '<html><body>Please answer today.<br><div><br><blockquote type="cite"><div>Begin forwarded message:</div><br>'
    '<div style="margin:0"><span style="color:rgba(0,0,0,1.0);"><b>From: </b></span><span>Amazon &lt;<a href="mailto:x">'
    "atoz-guarantee-no-reply@amazon.de</a>&gt;<br></span></div><div><b>Subject: </b>Claim received<br></div>"
    "<div><b>Date: </b>12 May 2026 at 14:30:00 CEST<br></div><div><b>To: </b>shop@lanternwerk.example<br></div><br>"
    "<div><p>Hello Lanternwerk,</p><p>please send us the tracking number within 48 hours.</p></div></blockquote></div></body></html>"
)
GMAIL_HTML = (
    '<div dir="ltr">Please answer today.<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
    '---------- Forwarded message ---------<br>From: <strong class="gmail_sendername" dir="auto">Amazon</strong> '
    '<span dir="auto">&lt;<a href="mailto:x">atoz-guarantee-no-reply@amazon.de</a>&gt;</span><br>Date: Tue, May 12, 2026 at 2:30\u202fPM'
    "<br>Subject: Claim received<br>To:  &lt;<a>shop@lanternwerk.example</a>&gt;<br></div><br><br><p>Hello Lanternwerk,</p>"
    "<p>please send us the tracking number within 48 hours.</p></div></div>"
)
THUNDERBIRD_HTML = (
    '<html><body><p>Please answer today.</p><div class="moz-forward-container"><br>-------- Forwarded Message --------'
    '<table class="moz-email-headers-table" cellpadding="0"><tbody><tr><th align="RIGHT">Subject: </th><td>Claim received</td></tr>'
    "<tr><th>Date: </th><td>Tue, 12 May 2026 14:30:00 +0200</td></tr><tr><th>From: </th><td>Amazon "
    "&lt;atoz-guarantee-no-reply@amazon.de&gt;</td></tr><tr><th>To: </th><td>shop@lanternwerk.example</td></tr></tbody></table>"
    "<br><br><p>Hello Lanternwerk,</p><p>please send us the tracking number within 48 hours.</p></div></body></html>"
)


@pytest.mark.parametrize(
    "page", [OUTLOOK_HTML, APPLE_HTML, GMAIL_HTML, THUNDERBIRD_HTML], ids=["outlook", "apple", "gmail", "tb"]
)
def test_an_inline_forward_in_html_is_opened(page):
    message = read_message(mail(page, html=True))
    assert message.author.address == "atoz-guarantee-no-reply@amazon.de"
    assert message.sent_at == datetime(2026, 5, 12, 12, 30, tzinfo=UTC)
    assert message.subject == "Claim received"
    assert message.forward_note == "Please answer today."
    assert message.text.startswith("Hello Lanternwerk")
    assert "Begin forwarded" not in message.text


ATTACHED = (
    "From: Amazon <atoz-guarantee-no-reply@amazon.de>\r\nTo: shop@lanternwerk.example\r\nSubject: Claim received\r\n"
    "Date: Tue, 12 May 2026 12:30:00 +0000\r\nMessage-ID: <inner-000000@eu-west-1.amazonses.com>\r\n"
    "X-Space-Notification-Type: A_Z_CLAIM_RESPONDENT_NOTIFY\r\nContent-Type: text/plain\r\n\r\n" + CLAIM
)


def with_attached(
    inner, *, kind="message/rfc822", encoding="", name="", author="Ina Rau <ina@lanternwerk.example>", top="mixed"
):
    return (
        f"From: {author}\r\nTo: claims@lanternwerk.example\r\nSubject: Fwd: Claim\r\nDate: Wed, 13 May 2026 09:00:00 +0200\r\n"
        f'MIME-Version: 1.0\r\nContent-Type: multipart/{top}; boundary="cut"\r\n\r\n--cut\r\nContent-Type: text/plain\r\n\r\n'
        f"Answer within 2 hours, please.\r\n--cut\r\nContent-Type: {kind}{name}\r\n{encoding}\r\n{inner}\r\n--cut--\r\n"
    ).encode()


def wrapped(text):
    return base64.encodebytes(text.encode()).decode()


@pytest.mark.parametrize(
    "raw",
    [
        with_attached(ATTACHED),
        with_attached(wrapped(ATTACHED), encoding="Content-Transfer-Encoding: base64\r\n"),
        with_attached(
            wrapped(ATTACHED),
            kind="application/octet-stream",
            name='; name="claim.eml"',
            encoding="Content-Transfer-Encoding: base64\r\n",
        ),
        with_attached(with_attached(ATTACHED, author="Bo <bo@lanternwerk.example>").decode()),
    ],
    ids=["plain", "base64", "eml file", "forward of a forward"],
)
def test_an_attached_mail_is_opened(raw):
    message = read_message(raw)
    assert message.author.address == "atoz-guarantee-no-reply@amazon.de"
    assert message.message_id == "inner-000000@eu-west-1.amazonses.com"
    assert message.sent_at == datetime(2026, 5, 12, 12, 30, tzinfo=UTC)
    assert message.header("x-space-notification-type") == "A_Z_CLAIM_RESPONDENT_NOTIFY"
    assert message.forwarded_by is not None
    assert message.forwarded_by.address == "ina@lanternwerk.example"
    assert "2 hours" in message.forward_note
    assert "2 hours" not in message.text


def test_a_forward_of_an_inline_forward_is_opened_to_the_innermost():
    subject, above = INLINE["outlook de"]
    inner = INLINE["gmail en"][1].replace("Who takes it?", "Von Bo an Ina")
    head = above.replace("Amazon <atoz-guarantee-no-reply@amazon.de>", "Bo <bo@lanternwerk.example>").replace(
        "Claim received", "Fwd: Claim"
    )
    message = read_message(mail(head + inner + CLAIM, subject=subject))
    assert message.author.address == "atoz-guarantee-no-reply@amazon.de"
    assert message.subject == "Claim received"
    assert message.forwarded_by is not None
    assert message.forwarded_by.address == "ina@lanternwerk.example"


REPLIES = {
    "gmail reply": (
        "Re: Claim received",
        "We answered yesterday.\n\nOn Tue, May 12, 2026 at 2:30 PM Amazon <atoz-guarantee-no-reply@amazon.de> wrote:\n\n"
        "> Hello Lanternwerk,\n> please send us the tracking number within 48 hours.\n",
    ),
    "outlook reply": (
        "AW: Claim received",
        "Ist erledigt.\n\nVon: Amazon <atoz-guarantee-no-reply@amazon.de>\nGesendet: Dienstag, 12. Mai 2026 14:30\n"
        "An: shop@lanternwerk.example\nBetreff: Claim received\n\nplease send us the tracking number within 48 hours.\n",
    ),
    "outlook reply with a mark": (
        "RE: Claim received",
        "Done.\n\n-----Original Message-----\nFrom: Amazon <atoz-guarantee-no-reply@amazon.de>\nSent: Tuesday, May 12, 2026\n"
        "To: shop@lanternwerk.example\nSubject: Claim received\n\nplease send us the tracking number within 48 hours.\n",
    ),
    "qq reply": (
        "回复：Claim received",
        '已处理\n\n------------------ 原始邮件 ------------------\n发件人: "Amazon" <atoz-guarantee-no-reply@amazon.de>;\n'
        '发送时间: 2026年5月12日(星期二) 下午2:30\n收件人: "shop"<shop@lanternwerk.example>;\n主题: Claim received\n\n'
        "please send us the tracking number within 48 hours.\n",
    ),
    "own subject, quoted block": (
        "Question about your claim desk",
        "Dear colleagues,\n\nbelow is what Amazon wrote.\n\nFrom: Amazon <atoz-guarantee-no-reply@amazon.de>\n"
        "Sent: Tuesday, May 12, 2026 2:30 PM\nTo: shop@lanternwerk.example\nSubject: Claim received\n\nwithin 48 hours\n",
    ),
    "japanese reply": (
        "返信: Claim received",
        "対応済みです。\n\n2026年5月12日(火) 14:30 Amazon <atoz-guarantee-no-reply@amazon.de>:\n> please send us the tracking number within 48 hours.\n",
    ),
}


@pytest.mark.parametrize("shape", REPLIES)
def test_an_answer_that_quotes_amazon_stays_the_writers_own(shape):
    subject, body = REPLIES[shape]
    message = read_message(mail(body, subject=subject))
    assert message.author.address == "ina@lanternwerk.example"
    assert message.forwarded_by is None
    assert "48 hours" not in message.text
    assert "48 hours" in message.quoted


def test_a_forward_of_a_carriers_mail_is_not_amazons():
    above = INLINE["outlook en"][1].replace(
        "Amazon <atoz-guarantee-no-reply@amazon.de>", "Parcels <desk@parcels.example>"
    )
    body = "Your loss claim is missing the invoice. Please send it within 48 hours.\n\nParcels Ltd"
    message = read_message(mail(above + body, subject="FW: Claim"))
    assert message.author.address == "ina@lanternwerk.example"
    assert message.forwarded_by is None


def test_a_mail_that_is_attached_to_amazons_own_mail_is_not_opened():
    raw = with_attached(
        ATTACHED.replace("atoz-guarantee-no-reply", "donotreply"), author="Amazon <merch.service05@amazon.de>"
    )
    message = read_message(raw)
    assert message.author.address == "merch.service05@amazon.de"
    assert message.forwarded_by is None
    assert "48 hours" not in message.text


def test_a_bounce_stays_the_mail_servers():
    raw = with_attached(ATTACHED, author="Mail System <MAILER-DAEMON@lanternwerk.example>", top="report")
    message = read_message(raw)
    assert message.author.address == "mailer-daemon@lanternwerk.example"
    assert message.forwarded_by is None
    assert "48 hours" not in message.text


def test_a_forwarded_imitation_is_opened_so_that_it_can_be_judged():
    above = INLINE["outlook en"][1].replace("atoz-guarantee-no-reply@amazon.de", "claims@amazon-support.example")
    message = read_message(mail(above + CLAIM, subject="FW: Claim"))
    assert message.author.address == "claims@amazon-support.example"
    assert message.forwarded_by is not None


def test_a_forward_whose_client_left_the_address_out_is_opened_by_name():
    above = INLINE["outlook de"][1].replace("Amazon <atoz-guarantee-no-reply@amazon.de>", "A-bis-z-Garantie von Amazon")
    message = read_message(mail(above + CLAIM, subject="WG: Antrag"))
    assert message.author.display == "A-bis-z-Garantie von Amazon"
    assert message.author.address == ""
    assert message.forwarded_by is not None


def test_a_numeric_date_of_an_inline_forward_is_read_as_the_day_before_the_forward():
    above = INLINE["outlook en"][1].replace("Tuesday, May 12, 2026 2:30 PM", "05/12/2026 14:30")
    assert read_message(mail(above + CLAIM, subject="FW: Claim")).sent_at == datetime(2026, 5, 12, 12, 30, tzinfo=UTC)
    above = INLINE["outlook en"][1].replace("Tuesday, May 12, 2026 2:30 PM", "12/05/2026 14:30")
    assert read_message(mail(above + CLAIM, subject="FW: Claim")).sent_at == datetime(2026, 5, 12, 12, 30, tzinfo=UTC)


def test_an_unreadable_inner_date_falls_back_to_the_forward():
    above = INLINE["outlook en"][1].replace("Tuesday, May 12, 2026 2:30 PM", "some day last week")
    message = read_message(mail(above + CLAIM, subject="FW: Claim"))
    assert message.sent_at == datetime(2026, 5, 13, 7, 0, tzinfo=UTC)
    assert any("unreadable" in defect for defect in message.defects)


def test_the_inner_message_id_is_taken_from_in_reply_to_when_amazon_made_it():
    _, above = INLINE["gmail en"]
    headers = "In-Reply-To: <0102-000000@eu-west-1.amazonses.com>\r\n"
    assert read_message(mail(above + CLAIM, headers=headers)).message_id == "0102-000000@eu-west-1.amazonses.com"
    assert read_message(mail(above + CLAIM, headers="In-Reply-To: <a@lanternwerk.example>\r\n")).message_id is None


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("Fwd: x", "forward"), ("FW: x", "forward"), ("WG: x", "forward"), ("TR : x", "forward"), ("I: x", "forward"),
        ("RV: x", "forward"), ("ENC: x", "forward"), ("VB: x", "forward"), ("PD: x", "forward"), ("İLT: x", "forward"),
        ("转发：x", "forward"), ("轉寄: x", "forward"), ("転送: x", "forward"), ("[EXTERN] WG: x", "forward"),
        ("Re: x", "reply"), ("AW: x", "reply"), ("R: x", "reply"), ("SV: x", "reply"), ("Odp: x", "reply"),
        ("YNT: x", "reply"), ("回复: x", "reply"), ("Re[2]: x", "reply"), ("Claim: x", None), ("x", None), ("SAFE-T: x", None),
    ],
)  # fmt: skip
def test_the_outermost_subject_prefix_tells_forward_from_reply(subject, kind):
    assert subject_prefix(subject)[0] == kind


@pytest.mark.parametrize(
    ("line", "display", "address"),
    [
        ("Amazon <a@amazon.de>", "Amazon", "a@amazon.de"),
        ("Amazon [mailto:a@amazon.de]", "Amazon", "a@amazon.de"),
        ("a@amazon.de <mailto:a@amazon.de>", "", "a@amazon.de"),
        ("Amazon <a@amazon.de<mailto:a@amazon.de>>", "Amazon", "a@amazon.de"),
        ('"Amazon" <a@amazon.de>;', "Amazon", "a@amazon.de"),
        ("Amazon.de (a@amazon.de)", "Amazon.de", "a@amazon.de"),
        ("Amazon Seller Support", "Amazon Seller Support", ""),
    ],
)
def test_the_from_line_of_a_client_gives_name_and_address(line, display, address):
    author = author_of(line)
    assert (author.display, author.address) == (display, address)


def test_a_forward_that_lost_its_header_is_opened_when_amazons_marks_or_signature_are_left():
    for end in ("Amazon Seller Support", "SPC-EUAmazon-4471903826610057"):
        message = read_message(mail(f"Hello Lanternwerk,\n\nplease answer within 48 hours.\n\n{end}"))
        assert message.from_ == ()
        assert message.subject == "Claim"
        assert message.forwarded_by is not None
        assert origin_of(message).amazon


def test_a_forward_mark_without_a_header_block_still_parts_the_note_from_the_mail():
    text = "Answer today!\n\n---------- Forwarded message ---------\n\nPlease answer within 48 hours.\n\nAmazon Seller Support"
    message = read_message(mail(text, subject="please look"))
    assert message.forward_note == "Answer today!"
    assert message.text == "Please answer within 48 hours.\n\nAmazon Seller Support"


def test_a_colleagues_own_words_under_a_forward_subject_stay_their_own():
    message = read_message(mail("Can you call the carrier about order 302-1111111-2222222 and the claim?\n\nIna"))
    assert message.author.address == "ina@lanternwerk.example"
    assert message.forwarded_by is None


def test_an_absence_notice_that_carries_amazons_mail_is_not_a_forward():
    raw = with_attached(ATTACHED).replace(b"MIME-Version", b"Auto-Submitted: auto-replied\r\nMIME-Version", 1)
    assert read_message(raw).forwarded_by is None


def test_an_attached_mail_without_a_date_starts_its_clock_when_it_was_carried():
    raw = with_attached(ATTACHED.replace("Date: Tue, 12 May 2026 12:30:00 +0000\r\n", ""))
    assert read_message(raw).sent_at == datetime(2026, 5, 13, 7, 0, tzinfo=UTC)


def test_further_attached_mails_are_noted():
    raw = with_attached(ATTACHED + "\r\n--cut\r\nContent-Type: message/rfc822\r\n\r\n" + ATTACHED)
    assert any("2 mails attached" in defect for defect in read_message(raw).defects)
