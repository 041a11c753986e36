"""Own words, quoted history and signature in the shapes of many clients and languages."""

# ruff: noqa: E501  (samples stand in one line as mails have them)

import pytest

from classifiers.quoting import header_block, mark_of, split_quotes

OWN = "Das Paket ist nie angekommen.\nBitte um Antwort."
OLD = "Wir haben es am Montag verschickt."

HISTORIES = {
    "gmail en": "On Tue, May 12, 2026 at 2:30 PM Lanternwerk <shop@lanternwerk.example> wrote:\n\n> OLD",
    "gmail wrapped": "On Tue, May 12, 2026 at 2:30 PM Lanternwerk and a long name\n<shop@lanternwerk.example> wrote:\n\n> OLD",
    "gmail de": "Am Di., 12. Mai 2026 um 14:30 Uhr schrieb Lanternwerk <shop@lanternwerk.example>:\n\n> OLD",
    "gmail fr": "Le mar. 12 mai 2026 à 14:30, Lanternwerk <shop@lanternwerk.example> a écrit :\n\n> OLD",
    "gmail it": "Il giorno mar 12 mag 2026 alle ore 14:30 Lanternwerk <shop@lanternwerk.example> ha scritto:\n\n> OLD",
    "gmail es": "El mar, 12 may 2026 a las 14:30, Lanternwerk (<shop@lanternwerk.example>) escribió:\n\n> OLD",
    "gmail pt": "Em ter., 12 de mai. de 2026 às 14:30, Lanternwerk <shop@lanternwerk.example> escreveu:\n\n> OLD",
    "gmail nl": "Op di 12 mei 2026 om 14:30 schreef Lanternwerk <shop@lanternwerk.example>:\n\n> OLD",
    "gmail sv": "Den tis 12 maj 2026 kl 14:30 skrev Lanternwerk <shop@lanternwerk.example>:\n\n> OLD",
    "gmail pl": "wt., 12 maj 2026 o 14:30 Lanternwerk <shop@lanternwerk.example> napisał(a):\n\n> OLD",
    "gmail tr": "Lanternwerk <shop@lanternwerk.example>, 12 May 2026 Sal, 14:30 tarihinde şunu yazdı:\n\n> OLD",
    "gmail ja": "2026年5月12日(火) 14:30 Lanternwerk <shop@lanternwerk.example>:\n\n> OLD",
    "gmail zh": "Lanternwerk <shop@lanternwerk.example> 于2026年5月12日周二 14:30写道：\n\n> OLD",
    "apple en": "> On 12 May 2026, at 14:30, Lanternwerk <shop@lanternwerk.example> wrote:\n> \n> OLD",
    "outlook en": "From: Lanternwerk <shop@lanternwerk.example>\nSent: Tuesday, May 12, 2026 2:30 PM\nTo: R <r@marketplace.amazon.de>\nSubject: Re: order\n\nOLD",
    "outlook de": "Von: Lanternwerk <shop@lanternwerk.example>\nGesendet: Dienstag, 12. Mai 2026 14:30\nAn: R\nBetreff: AW: Bestellung\n\nOLD",
    "outlook fr": "De : Lanternwerk <shop@lanternwerk.example>\nEnvoyé : mardi 12 mai 2026 14:30\nÀ : R\nObjet : Re: commande\n\nOLD",
    "outlook ja": "差出人: Lanternwerk <shop@lanternwerk.example>\n送信日時: 2026年5月12日 14:30\n宛先: R\n件名: 注文\n\nOLD",
    "outlook zh": "发件人: Lanternwerk <shop@lanternwerk.example>\n发送时间: 2026年5月12日 14:30\n收件人: R\n主题: 订单\n\nOLD",
    "outlook rule": "________________________________\nFrom: Lanternwerk <shop@lanternwerk.example>\nSent: Tuesday, May 12, 2026 2:30 PM\nTo: R\nSubject: Re: order\n\nOLD",
    "original message": "-----Original Message-----\nOLD",
    "amazon support": "-- Original Message --\nOLD",
    "ursprüngliche": "-----Ursprüngliche Nachricht-----\nVon: Lanternwerk\n\nOLD",
    "qq": '------------------ 原始邮件 ------------------\n发件人: "Lanternwerk"\n\nOLD',
    "oryginalna": "----- Wiadomość oryginalna -----\nOLD",
    "samsung": "-------- Original message --------\nFrom: Lanternwerk <shop@lanternwerk.example>\nDate: 12/05/2026 14:30 (GMT+01:00)\nTo: R\nSubject: order\n\nOLD",
    "bare marks": "> OLD",
    "marks without blank": ">OLD",
    "full width mark": "＞ OLD",
    "no marks at all": "On Tue, May 12, 2026 at 2:30 PM Lanternwerk <shop@lanternwerk.example> wrote:\nOLD",
}


@pytest.mark.parametrize("shape", HISTORIES)
def test_quoted_history_is_taken_off(shape):
    segments = split_quotes(f"{OWN}\n\n{HISTORIES[shape].replace('OLD', OLD)}")
    assert segments.own == OWN
    assert OLD in segments.quoted


def test_words_between_and_below_quotations_are_kept():
    segments = split_quotes("> When did you ship?\n\nOn Monday.\n\n> Which carrier?\n\nNorthway.")
    assert segments.own == "On Monday.\n\nNorthway."


WHOLE = {
    "a letter with colons": "Order: 302-1111111-2222222\nItem: Lamp\nReason: damaged\nDetails: the glass broke.",
    "from in a sentence": "From: the box fell glass.\nI want a refund by Friday.",
    "times and addresses": "I wrote to shop@lanternwerk.example on 12 May 2026 at 14:30:\nnobody answered.",
    "dashes": "Hello\n\n-----\n\nplease answer",
    "greater than in text": "The lamp is > 20 cm high.",
    "a list": "We need:\n- invoice\n- tracking number",
    "relay template": "------------------------------\nOrder#: 302-1111111-2222222\nDetails: call the customer\n------------------------------\n\nTo respond to this customer, reply.",
    "a return label": "Date: 2026-05-12\nCarrier: Northway\nTo: warehouse",
}


@pytest.mark.parametrize("shape", WHOLE)
def test_text_without_history_stays_whole(shape):
    segments = split_quotes(WHOLE[shape])
    assert segments.own == WHOLE[shape]
    assert segments.quoted == ""
    assert segments.signature == ""


def test_a_mail_that_is_nothing_but_a_quotation_is_kept():
    assert split_quotes("> please answer\n> today").own == "> please answer\n> today"


FRAME = "Order 302-1111111-2222222\n\n------------- Message: -------------\n\nWhere is it?\n\n{history}\n\n------------- End message -------------\n\nAnswer within 24 hours."


def test_amazons_frame_stays_in_the_text():
    text = FRAME.format(history="Regards, R.")
    assert split_quotes(text).own == text


def test_history_inside_the_frame_ends_with_the_frame():
    segments = split_quotes(FRAME.format(history=HISTORIES["outlook en"].replace("OLD", OLD)))
    assert OLD not in segments.own
    assert "End message" in segments.own
    assert "within 24 hours" in segments.own


@pytest.mark.parametrize(
    "signature",
    ["--\nRita Moll\nMusterweg 1", "-- \nRita Moll", "Sent from my iPhone", "Von meinem iPhone gesendet", "Envoyé de mon iPhone",
     "Inviato da iPhone", "Enviado desde mi iPhone", "iPhoneから送信", "发自我的iPhone", "Wysłane z iPhone'a", "iPhone'umdan gönderildi",
     "Skickat från min iPhone", "Verstuurd vanaf mijn iPhone"],
)  # fmt: skip
def test_a_signature_is_taken_off(signature):
    segments = split_quotes(f"{OWN}\n\n{signature}")
    assert segments.own == OWN
    assert segments.signature == signature


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("---------- Forwarded message ---------", "forwarded"), ("-------- Weitergeleitete Nachricht --------", "forwarded"),
        ("Begin forwarded message:", "forwarded"), ("> Anfang der weitergeleiteten Nachricht:", "forwarded"),
        ("---------- 转发的邮件 ----------", "forwarded"), ("----- Forwarded by Ina Rau on 12/05/2026 -----", "forwarded"),
        ("-----Original Message-----", "original"), ("------------------&nbsp;原始邮件&nbsp;------------------".replace("&nbsp;", "\u00a0"), "original"),
        ("original message", None), ("-------------", None), ("------------- Message: -------------", None), ("- forwarded message from you", None),
    ],
)  # fmt: skip
def test_separator_lines_are_told_apart(line, kind):
    assert mark_of(line) == kind


def test_a_header_block_ends_where_the_body_begins():
    lines = [
        "Von: A <a@b.example>",
        "Gesendet: 12. Mai 2026 14:30",
        "An: c@d.example;",
        " e@f.example",
        "Betreff: x",
        "",
        "Datum: egal",
        "Hallo",
    ]
    block = header_block(lines, 0)
    assert block is not None
    assert block.fields == {
        "from": "A <a@b.example>",
        "date": "12. Mai 2026 14:30",
        "to": "c@d.example; e@f.example",
        "subject": "x",
    }
    assert lines[block.end :] == ["", "Datum: egal", "Hallo"]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "line", ["a: b", "> x\n\ny:", "From: a", "-" * 150, "On 1 May 2026 a@b.example wrote:", "x" * 5000, "--"]
)
def test_floods_of_lines_are_split_in_bounded_time(line):
    segments = split_quotes(f"{line}\n" * (200_000 // len(line)))
    assert segments.own or segments.quoted
