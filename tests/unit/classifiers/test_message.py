"""Bytes to Message: charsets, headers, dates, parts, and mail that was built to break the reader."""

# ruff: noqa: E501  (samples stand in one line as mails have them)

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifiers.message import UnreadableMail, read_message
from classifiers.parts import MAX_TEXT

HEAD = b"From: Amazon <atoz-guarantee-no-reply@amazon.de>\r\nTo: shop@lanternwerk.example\r\nSubject: Claim\r\nDate: Tue, 12 May 2026 12:30:00 +0000\r\nMIME-Version: 1.0\r\n"


def body(data, kind="text/plain; charset=utf-8", headers=b""):
    return HEAD + headers + f"Content-Type: {kind}\r\n\r\n".encode("latin-1") + data


def subject(raw):
    return read_message(HEAD.replace(b"Subject: Claim", b"Subject: " + raw) + b"\r\nx").subject


def multipart(kind, *parts):
    inner = b"".join(b"--cut\r\n" + part + b"\r\n" for part in parts)
    return HEAD + f'Content-Type: multipart/{kind}; boundary="cut"\r\n\r\n'.encode() + inner + b"--cut--\r\n"


# --- charsets


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("gb2312", "gb18030", "您的订单镕瑄需要回复"),
        ("gbk", "gb18030", "请在48小时内回复"),
        ("iso-2022-jp", "iso2022_jp", "48時間以内にご返信ください"),
        ("shift_jis", "cp932", "①ご注文の件"),
        ("euc-jp", "euc_jp", "ご注文の件"),
        ("big5", "big5", "請在四十八小時內回覆"),
        ("windows-1252", "cp1252", "Zahlung über 12,00 € – heute"),
        ("iso-8859-1", "cp1252", "l’ordine € 12"),
        ("cp-850", "cp850", "Zahlung für Größe"),
        ("windows-936", "gb18030", "请在48小时内回复"),
        ("windows-1254", "cp1254", "İade süresi şu gün"),
        ("windows-1250", "cp1250", "Zażółć gęślą jaźń"),
        ("iso-8859-2", "iso-8859-2", "Zażółć gęślą jaźń"),
        ("utf-8", "utf-8", "Größe ✓"),
        ("UTF8", "utf-8", "Größe ✓"),
        ("utf-16", "utf-16", "Größe"),
    ],
)
def test_bodies_are_read_in_the_charset_that_is_meant(label, codec, text):
    assert read_message(body(text.encode(codec), f"text/plain; charset={label}")).text == text


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("iso-8859-1", "utf-8", "Rückgabe für 12 €"),
        ("us-ascii", "utf-8", "退款申请需要您的回复"),
        ("gb2312", "utf-8", "请在四十八小时内回复索赔"),
        ("x-unknown", "utf-8", "Größe und Maß"),
        ("zip", "utf-8", "Größe und Maß"),
        ("idna", "utf-8", "Größe und Maß"),
        ("utf-8", "cp1252", "Größe und Maß, Übergabe schön für Käufer"),
        ("us-ascii", "gb18030", "您好，订单的索赔需要您在两天内回复，请提供物流单号。"),
        ("utf-8", "gb18030", "您好，订单的索赔需要您在两天内回复，请提供物流单号。"),
        ("", "cp932", "お世話になっております。ご注文の商品がまだ届いていません。"),
    ],
)
def test_wrong_labels_are_seen_through_and_noted(label, codec, text):
    kind = f"text/plain; charset={label}" if label else "text/plain"
    message = read_message(body(text.encode(codec), kind))
    assert message.text == text


def test_html_without_a_charset_follows_its_meta_tag():
    page = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><p>请回复</p></html>'
    assert read_message(body(page.encode("gb18030"), "text/html")).text == "请回复"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?B?" + base64.b64encode("Größe".encode()) + b"?=", "Größe"),
        (b"=?utf-8?Q?Gr=C3=B6=C3=9Fe_x?=", "Größe x"),
        (b"=?utf-8?Q?Gr=C3?= =?utf-8?Q?=B6=C3=9Fe?=", "Größe"),
        (
            b"=?UTF-8?B?"
            + base64.b64encode("索赔".encode()[:4])
            + b"?=\r\n =?utf-8?B?"
            + base64.b64encode("索赔".encode()[4:])
            + b"?=",
            "索赔",
        ),
        (b"=?gb2312?B?" + base64.b64encode("镕请回复".encode("gb18030")) + b"?=", "镕请回复"),
        (b"=?iso-2022-jp?B?" + base64.b64encode("ご注文".encode("iso2022_jp")) + b"?= 12", "ご注文 12"),
        (b"=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
        (b"=?utf-8*de?Q?f=C3=BCr?=", "für"),
        (b"=?nonsense?Q?f=C3=BCr?=", "für"),
        (b"=?utf-8?B?R3LDtsOfZQ?=", "Größe"),
        ("Größe roh".encode(), "Größe roh"),
        ("订单索赔需要回复".encode("gb18030"), "订单索赔需要回复"),
        ("Größe".encode("latin-1"), "Größe"),
        (b"=?utf-8?Q?a=0D=0ABcc:_x=00?=", "a Bcc: x"),
        (b"folded\r\n  on two lines", "folded on two lines"),
        (b"", ""),
    ],
)
def test_subjects_are_decoded_and_cleaned(raw, text):
    assert subject(raw) == text


# --- addresses


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a@b.example", [("", "a@b.example")]),
        ("Doe, Jane <J@B.example>", [("Doe, Jane", "j@b.example")]),
        ('"Doe, Jane" <j@b.example>, k@b.example', [("Doe, Jane", "j@b.example"), ("", "k@b.example")]),
        ("j@b.example (Jane Doe)", [("Jane Doe", "j@b.example")]),
        ('"atoz@amazon.de" <eve@evil.example>', [("atoz@amazon.de", "eve@evil.example")]),
        ("<atoz@amazon.de> <eve@evil.example>", [("", "atoz@amazon.de"), ("", "eve@evil.example")]),
        ("Team: a@b.example, c@b.example;", [("", "a@b.example"), ("", "c@b.example")]),
        (
            "=?utf-8?Q?Gr=C3=BCn=2C_A=3Ceve=40evil.example=3E?= <a@b.example>",
            [("Grün, A<eve@evil.example>", "a@b.example")],
        ),
        ('"a\\"b" <a@b.example>', [('a"b', "a@b.example")]),
        ("Amazon: Support <a@b.example>", [("Amazon: Support", "a@b.example")]),
        ("nobody", [("nobody", "")]),
        ("", []),
    ],
)
def test_every_mailbox_of_a_from_field_is_read(raw, expected):
    message = read_message(f"From: {raw}\r\nSubject: x\r\n\r\nx".encode())
    assert [(box.display, box.address) for box in message.from_] == expected


def test_all_from_fields_count():
    message = read_message(b"From: a@amazon.de\r\nFrom: b@evil.example\r\n\r\nx")
    assert [box.address for box in message.from_] == ["a@amazon.de", "b@evil.example"]


# --- the start of the clock

ARRIVAL = datetime(2026, 5, 12, 12, 31, tzinfo=UTC)


def sent(date, *, received="", arrived_at=None):
    head = f"Received: from a by b; {received}\r\n" if received else ""
    head += f"Date: {date}\r\n" if date is not None else ""
    return read_message((head + "From: a@b.example\r\n\r\nx").encode(), arrived_at=arrived_at).sent_at


def test_the_clock_starts_at_the_mails_own_date():
    assert sent("Tue, 12 May 2026 14:30:00 +0200", arrived_at=ARRIVAL) == datetime(2026, 5, 12, 12, 30, tzinfo=UTC)
    assert sent("Sun, 10 May 2026 14:30:00 +0200", arrived_at=ARRIVAL) == datetime(2026, 5, 10, 12, 30, tzinfo=UTC)
    assert sent("Tue, 12 May 2026 12:41:00 +0000", arrived_at=ARRIVAL) == datetime(2026, 5, 12, 12, 41, tzinfo=UTC)


@pytest.mark.parametrize("date", [None, "", "yesterday", "Tue, 31 Feb 2026 12:00:00 +0000", "Tue, 12 May 2026 25:00:00 +0000", "0",
                                  "Tue, 12 May 2026 12:41:01 +0000", "Fri, 12 May 2056 12:00:00 +0000", "Tue, 12 May 2026 12:00:00 +9900"])  # fmt: skip
def test_a_missing_unreadable_or_late_date_gives_way_to_the_arrival(date):
    assert sent(date, arrived_at=ARRIVAL) == ARRIVAL
    assert sent(date, received="Tue, 12 May 2026 14:31:00 +0200 (CEST)") == ARRIVAL


def test_the_internal_date_goes_before_received_and_the_topmost_received_before_older_ones():
    raw = b"Received: by a; Tue, 12 May 2026 12:31:00 +0000\r\nReceived: by b; Tue, 12 May 2026 11:00:00 +0000\r\nFrom: a@b.example\r\n\r\nx"
    assert read_message(raw).sent_at == ARRIVAL
    assert read_message(raw, arrived_at=datetime(2026, 5, 12, 13, tzinfo=UTC)).sent_at == datetime(
        2026, 5, 12, 13, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("date", "hour", "minute"),
    [
        ("12 May 2026 12:30 GMT", 12, 30), ("Tue, 12 May 2026 05:30:00 PDT", 12, 30), ("Tue, 12 May 2026 14:30:00 CEST", 12, 30),
        ("Tue, 12 May 2026 12:30:00 -0000", 12, 30), ("2026-05-12T12:30:00Z", 12, 30), ("Tue, 12 May 2026 12:30:00", 12, 30),
        ("Di, 12 Mai 2026 14:30:00 +0200", 12, 30), ("Tue, 12 May 2026 21:30:00 +0900 (JST)", 12, 30), ("Tue 12 May 2026 12:30:00 +0000", 12, 30),
    ],
)  # fmt: skip
def test_dates_are_read_tolerantly(date, hour, minute):
    assert sent(date) == datetime(2026, 5, 12, hour, minute, tzinfo=UTC)


# --- parts

PLAIN = b"Content-Type: text/plain\r\n\r\nplain words"
HTML = b"Content-Type: text/html\r\n\r\n<p>seen words</p>"


def test_of_two_variants_the_one_that_people_see_is_believed():
    assert read_message(multipart("alternative", PLAIN, HTML)).text == "seen words"
    assert (
        read_message(multipart("alternative", PLAIN, b"Content-Type: text/html\r\n\r\n<img src=x>")).text
        == "plain words"
    )
    assert read_message(multipart("alternative", HTML)).text == "seen words"


def test_a_page_that_is_labelled_plain_is_read_as_a_page():
    assert read_message(body(b"<!DOCTYPE html><html><p style='display:none'>x</p><p>seen</p></html>")).text == "seen"
    assert read_message(body(b"<p> is a tag")).text == "<p> is a tag"


def test_text_that_follows_text_is_read_in_order():
    assert read_message(multipart("mixed", PLAIN, HTML)).text == "plain words\n\nseen words"


def test_attachments_are_known_but_never_read_as_text():
    attached = b'Content-Type: text/plain; name="old.txt"\r\nContent-Disposition: attachment; filename="../../old.txt"\r\n\r\nanswer within 1 hour'
    picture = (
        b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <x>\r\n\r\n"
        + base64.b64encode(b"png")
    )
    message = read_message(multipart("mixed", PLAIN, attached, picture))
    assert message.text == "plain words"
    assert [(item.filename, item.content_type, item.size) for item in message.attachments] == [
        ("../../old.txt", "text/plain", 20),
        ("", "image/png", 3),
    ]
    assert message.attachments[1].sha256 == hashlib.sha256(b"png").hexdigest()


def test_flowed_text_is_joined():
    flowed = b"Please answer within 48 \r\nhours, or we decide.\r\n> quoted \r\n> text\r\n-- \r\nAmazon"
    message = read_message(body(flowed, "text/plain; format=flowed"))
    assert message.text.startswith("Please answer within 48 hours, or we decide.")
    assert message.quoted == "> quoted text"
    assert (
        read_message(body("请在 \r\n四十八小时内".encode(), "text/plain; charset=utf-8; format=flowed; delsp=yes")).text
        == "请在四十八小时内"
    )


def test_links_of_plain_text_are_collected():
    links = read_message(body(b"Go to https://sellercentral.amazon.de/x?a=1 now")).links
    assert [link.href for link in links] == ["https://sellercentral.amazon.de/x?a=1"]


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\n\nunix lines", b"From: a@b.example\r\rold mac lines", b"From a@b Tue May 12 2026\nFrom: a@b.example\n\nmbox line",
        b"\xef\xbb\xbfFrom: a@b.example\r\n\r\nbyte order mark", b"\r\n\r\nFrom: a@b.example\r\n\r\nblank lines first",
        b"garbage line\nFrom: a@b.example\n\nx", b"From: a@b.example\nnot a field\nSubject: x\n\nx",
    ],
)  # fmt: skip
def test_line_ends_and_strays_do_not_hide_the_header(raw):
    assert read_message(raw).author.address == "a@b.example"


def test_without_an_empty_line_the_body_begins_behind_the_last_field():
    message = read_message(b"From: a@seller.example\nSubject: short\n and folded\nfirst line\nsecond line\n")
    assert message.subject == "short and folded"
    assert message.text == "first line\nsecond line"


def test_a_text_shown_inline_is_read_though_it_has_a_file_name():
    raw = (
        b"From: a@seller.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n"
        b"Content-Disposition: inline; filename=note.txt\n\nThe parcel has arrived.\n--b--\n"
    )
    assert read_message(raw).text == "The parcel has arrived."


def test_a_bare_carriage_return_makes_no_field():
    message = read_message(b"From: a@b.example\r\nSubject: x\rAuthentication-Results: mx; dmarc=pass\r\n\r\nx")
    assert message.header("authentication-results") is None


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"\x00\x01\x02\xff" * 100, b"%PDF-1.7\n1 0 obj", b"no header here"])
def test_input_that_is_no_mail_is_refused_with_a_sentence(raw):
    with pytest.raises(UnreadableMail, match="This is no mail"):
        read_message(raw)


def test_nul_bytes_and_surrogates_are_removed():
    message = read_message(body(b"a\x00b\x07c"))
    assert message.text == "abc"
    message.text.encode("utf-8")


# --- hostile mail: read, bounded, noted

NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))
HOSTILE = {
    "nested multiparts": (HEAD + NESTED, "only the header"),
    "nested mails": (HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 3000, "only the header"),
    "many parts": (HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000, "only the header"),
    "a million parts": (HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 500_000, "only the header"),
    "many recipients fields": (HEAD + b"To: someone@b.example\r\n" * 100_000 + b"\r\nx", "over its budget"),
    "many names": (HEAD + b"".join(b"X-%d: y\r\n" % n for n in range(50_000)) + b"\r\nx", "over its budget"),
    "folded subject": (HEAD.replace(b"Claim", b"x" + b"\r\n yy" * 200_000) + b"\r\nx", "over its budget"),
    "encoded words": (HEAD.replace(b"Claim", b"=?utf-8?q?abc=20?=\r\n " * 20_000) + b"\r\nx", "over its budget"),
    "addresses": (HEAD + b"Cc: " + b", ".join(b"user%d@b.example" % n for n in range(20_000)) + b"\r\n\r\nx", "over its budget"),
    "comments": (HEAD + b"Reply-To: " + b"(" * 5_000 + b" a@b.example\r\n\r\nx", None),
    "quotes": (HEAD + b"Reply-To: " + b'"' * 20_000 + b" <a@b.example>\r\n\r\nx", "over its budget"),
    "continuations": (HEAD + b"Content-Type: a/b; " + b"; ".join(b"name*%d=a" % n for n in range(20_000)) + b"\r\n\r\nx", "over its budget"),
    "continuations in a part": (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Disposition: attachment;\r\n "
        + b";\r\n ".join(b"filename*%d=a" % n for n in range(20_000)) + b"\r\n\r\nx\r\n--b--", "only the header",
    ),
    "parameters": (HEAD + b"Content-Type: text/plain; " + b"; ".join(b"a%d=b" % n for n in range(50_000)) + b"\r\n\r\nx", "over its budget"),
    "semicolons": (HEAD + b"Content-Type: text/plain" + b";" * 100_000 + b"\r\n\r\nx", "over its budget"),
    "references": (HEAD + b"References: " + b" ".join(b"<%d@x>" % n for n in range(100_000)) + b"\r\n\r\nx", "over its budget"),
    "bare carriage returns": (HEAD + b"\r\n" + b"\r" * 2_000_000, None),
    "empty lines": (HEAD + b"\r\n" + b"\n" * 4_000_000, None),
    "short lines": (HEAD + b"\r\n" + b"x\n" * 1_000_000, "only the header"),
    "endless text": (HEAD + b"\r\n" + b"Please answer. " * 600_000, "was not read"),
    "unclosed duplicate boundary": (HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx", "BoundaryNotFoundDefect"),
    "nested tags": (HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 200_000, None),
    "forward marks": (HEAD.replace(b"atoz-guarantee-no-reply@amazon.de", b"a@b.example") + b"\r\n" + b"---------- Forwarded message ---------\n\n" * 20_000, None),
    "codec idna": (HEAD + b"Content-Type: text/plain; charset=idna\r\n\r\n\xff", "does not fit"),
    "codec undefined": (HEAD + b"Content-Type: text/plain; charset=undefined\r\n\r\n\xff", "does not fit"),
    "codec zip": (HEAD + b"Content-Type: text/plain; charset=zip\r\n\r\n\xff", "does not fit"),
    "codec with rubbish": (HEAD + b"Content-Type: text/plain; charset=\xff\x00\r\n\r\n\xff", None),
    "broken base64": (HEAD + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n====a===\xff", None),
    "broken uuencode": (HEAD + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\n" + b"M" * 60_000, None),
    "unknown transfer encoding": (HEAD + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: x-rubbish\r\n\r\nx", None),
    "broken file name": (HEAD + b"Content-Type: a/b; name*=utf-8'x\r\nContent-Disposition: attachment; filename*0*=%ZZ\r\n\r\nx", None),
}  # fmt: skip


@pytest.mark.timeout(20)
@pytest.mark.parametrize("attack", HOSTILE)
def test_hostile_mail_is_read_within_its_budgets(attack):
    raw, defect = HOSTILE[attack]
    message = read_message(raw)
    assert message.sent_at == datetime(2026, 5, 12, 12, 30, tzinfo=UTC)
    assert message.author.address in ("atoz-guarantee-no-reply@amazon.de", "a@b.example")
    assert len(message.text) <= MAX_TEXT
    assert len(message.headers) <= 1_100
    assert len(message.to) <= 4_000
    assert len(message.references) <= 100
    if defect:
        assert any(defect in found for found in message.defects)
    else:
        assert not any("only the header" in found for found in message.defects)


def test_over_budget_headers_keep_what_is_judged():
    raw = (
        b"X-Pad: y\r\n" * 5_000
        + b"Authentication-Results: mx; none\r\n"
        + HEAD
        + b"From: b@evil.example\r\nX-Space-Notification-Type: A_Z_CLAIM_RESPONDENT_NOTIFY\r\n\r\nAnswer."
    )
    message = read_message(raw)
    assert message.text == "Answer."
    assert [box.address for box in message.from_] == ["atoz-guarantee-no-reply@amazon.de", "b@evil.example"]
    assert message.header("x-space-notification-type") == "A_Z_CLAIM_RESPONDENT_NOTIFY"
    assert message.header("authentication-results") == "mx; none"


_PIECES = st.sampled_from(
    [b"\r\n", b"\n", b"\r", b"\0", b"\xff", b"=?utf-8?B?", b"?=", b"<", b">", b'"', b"(", b";", b":", b"--cut\r\n", b"From: ", b"Date: ", b"Fwd: ",
     b"Content-Type: multipart/mixed; boundary=x\n", b"Content-Type: message/rfc822\n\n", b"charset=", b"*0*=", b"=\n", b"<p style='font-size:",
     b"rgba(1.2.3)", b"http://[::1", b"---------- Forwarded message ---------\n", b"Sent: 31/31/2026 99:99\n", "年月日".encode("gb18030")]
)  # fmt: skip
_WHOLE = multipart("mixed", PLAIN, HTML) + b"From: a <a@amazon.de>\nSent: x\nTo: y\nSubject: z\n"


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(_WHOLE)), st.one_of(_PIECES, st.binary(max_size=8))), max_size=12))
def test_no_damage_to_a_mail_makes_the_reader_raise(damage):
    raw = _WHOLE
    for place, piece in damage:
        raw = raw[:place] + piece + raw[place:]
    message = read_message(raw, arrived_at=ARRIVAL)
    assert message.sent_at.tzinfo is not None
    for text in (message.subject, message.text, message.quoted, message.hidden, message.forward_note):
        text.encode("utf-8")
