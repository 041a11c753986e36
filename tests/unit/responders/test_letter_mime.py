from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from responders.letter import Enclosure, Letter
from responders.mime import UnsafeLetter, header_text, message_id_for, to_bytes

OURS = [
    "From",
    "To",
    "Date",
    "Message-ID",
    "Subject",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Precedence",
    "X-Claimclock",
]
HOSTILE = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(
            [
                "=?UTF-8?Q?=0D=0ABcc:_thief=40evil.example?=",
                "=?utf-8?B?DQpCY2M6IHRoaWVmQGV2aWwuZXhhbXBsZQ==?=",
                "=?us-ascii?q?=0A_Bcc=3A_x?=",
                "\r\nBcc: thief@evil.example",
                "\nBcc: thief@evil.example\n\n<script>",
                "\u2028Bcc: x",
                "\u2029",
                "\x85Bcc: x",
                "\x0b",
                "\x00",
                "\u202e",
                "\ud800",
                "==??==??",
                "x" * 120,
                "注文" * 40,
            ]
        ),
    ),
    max_size=8,
).map("".join)


def letter(
    subject: str = "[CC-000001] A-to-z claim", text: str = "Hello\n", html: str = "<p>Hello</p>", **changes: object
) -> Letter:
    fields: dict[str, object] = {
        "key": "case:CC-000001",
        "message_id": "a1.shop@seller.example",
        "in_reply_to": "root.shop@seller.example",
        "references": ("root.shop@seller.example",),
        "date": datetime(2026, 3, 9, 14, 5, tzinfo=UTC),
        "subject": subject,
        "text": text,
        "html": html,
    }
    return Letter(**(fields | changes))  # type: ignore[arg-type]


def sent(made: Letter, display: str = "Claimclock", recipient: str = "anna@seller.example") -> bytes:
    return to_bytes(
        made, from_display=display, from_address="desk@seller.example", recipient=recipient, instance="shop"
    )


def names(data: bytes) -> list[str]:
    return message_from_bytes(data, policy=policy.compat32).keys()


@settings(deadline=None)
@given(subject=HOSTILE, display=HOSTILE, text=HOSTILE, html=HOSTILE)
def test_no_text_of_a_stranger_adds_or_changes_a_header_field(subject: str, display: str, text: str, html: str) -> None:
    data = sent(letter(subject, text, html), display)
    assert names(data) == [*OURS, "Content-Type", "MIME-Version"] or names(data) == [
        *OURS,
        "MIME-Version",
        "Content-Type",
    ]
    parsed = message_from_bytes(data, policy=policy.default)
    assert parsed["To"] == "anna@seller.example" and parsed["Bcc"] is None
    assert not set(parsed["Subject"]) & set("\r\n\x00\u2028\u2029")
    data.decode("ascii")
    assert b"\n" not in data.replace(b"\r\n", b"")


@given(HOSTILE)
def test_header_text_is_one_printable_line_that_survives_a_second_cleaning(value: str) -> None:
    once = header_text(value)
    assert header_text(once) == once and len(once) <= 180
    assert "=?" not in once and "?=" not in once
    assert all(char.isprintable() for char in once)


@pytest.mark.parametrize(
    "address",
    [
        "anna@seller.example\r\nBcc: thief@evil.example",
        "anna@seller.example, thief@evil.example",
        "<anna@seller.example>",
        "anna",
        "anna@",
        "",
        "änna@seller.example",
    ],
)
def test_an_address_that_is_not_one_plain_addr_spec_is_refused(address: str) -> None:
    with pytest.raises(UnsafeLetter):
        sent(letter(), recipient=address)


def test_a_message_id_with_a_line_break_is_refused() -> None:
    with pytest.raises(UnsafeLetter):
        sent(letter(message_id="a@seller.example>\r\nBcc: thief@evil.example"))


def test_the_same_letter_is_the_same_bytes_and_the_same_message_id_at_every_attempt() -> None:
    assert sent(letter()) == sent(letter())
    first, again = (message_id_for("case:CC-000001", "shop", "seller.example") for _ in range(2))
    assert first == again and first.endswith("@seller.example")
    others = {
        message_id_for("case:CC-000002", "shop", "seller.example"),
        message_id_for("case:CC-000001", "b", "seller.example"),
    }
    assert first not in others and len(others) == 2


def test_the_message_has_text_and_html_and_says_that_no_machine_should_answer() -> None:
    parsed = message_from_bytes(sent(letter(text="Grüße 你好\n")), policy=policy.default)
    assert parsed["Auto-Submitted"] == "auto-generated" and parsed["Precedence"] == "bulk"
    assert parsed["X-Auto-Response-Suppress"] == "All" and parsed["X-Claimclock"] == "shop"
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]
    plain = parsed.get_body(("plain",))
    assert plain is not None and plain.get_content().splitlines() == ["Grüße 你好"]


def test_a_first_letter_carries_no_thread_fields() -> None:
    parsed = names(sent(letter(in_reply_to=None, references=())))
    assert "In-Reply-To" not in parsed and "References" not in parsed


def test_an_enclosure_keeps_its_bytes_and_loses_a_path_in_its_name() -> None:
    enclosure = Enclosure(
        filename="../a b/éclaim.ics", content_type="text/calendar; method=PUBLISH", content=b"BEGIN\r\n"
    )
    parsed = message_from_bytes(sent(letter(enclosures=(enclosure,))), policy=policy.default)
    (attached,) = parsed.iter_attachments()
    assert attached.get_content_type() == "text/calendar" and attached["Content-Type"].params["method"] == "PUBLISH"
    assert "/" not in (attached.get_filename() or "/")
    assert attached.get_payload(decode=True) == b"BEGIN\r\n"
