"""Replies in the shapes of many mail clients: the same words mean the same, whatever is quoted around them."""

import html
import tomllib
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from classifiers.commands import Command, CommandKind, Doubtful, NoCommand, read_command
from classifiers.fresh import fresh_text
from classifiers.message import read_message

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
SHAPES = {
    row["name"]: row for row in tomllib.loads(Path(__file__).with_name("reply_shapes.toml").read_text("utf-8"))["shape"]
}
LETTER = """A buyer has filed an A-to-z claim, and Amazon demands an answer.

Answer by: Fri 27 Nov 2026, 14:00 (in 51 h)

Case: CC-000007
Order: 304-7000000-0000001

1. Open Seller Central > Performance.
2. Fill the marked gaps.

From: atoz-guarantee-no-reply@amazon.de
Received: Wed 25 Nov 2026, 10:05
Subject: Claim on order 304-7000000-0000001

> won lost done snooze 3h

Reply with the first line done, won, lost, snooze 3h or help.
完成 稍后 3小时

--
Claimclock"""
SAYINGS = {
    "ack": (CommandKind.ACK, ""),
    "收到": (CommandKind.ACK, ""),
    "Done.": (CommandKind.DONE, ""),
    "done, answered at 14:10": (CommandKind.DONE, "answered at 14:10"),
    "完成，已在后台提交": (CommandKind.DONE, "已在后台提交"),
    "Hi, mine": (CommandKind.MINE, ""),
    "您好，\n我来": (CommandKind.MINE, ""),
    "ＳＮＯＯＺＥ　３ｈ": (CommandKind.SNOOZE, ""),
    "稍後 明天9點": (CommandKind.SNOOZE, ""),
    "assign Bo": (CommandKind.ASSIGN, ""),
}
IDLE = ("Lost my VPN connection", "Done?", "What is this about?", "完成了吗", "won the parcel race yesterday")


def reply_in(shape, say):
    """The mail that a client makes of what a person types."""
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in LETTER.split("\n"))
    values = {
        "say": say,
        "say_html": html.escape(say).replace("\n", "<br>"),
        "letter": LETTER,
        "quoted": "\n".join(f"> {line}".rstrip() for line in LETTER.split("\n")),
        "letter_html": paragraphs,
    }
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = "Ana Rivera <ana@seller.example>", "claimclock@seller.example"
    mail["Subject"], mail["Date"] = "Re: [CC-000007] A-to-z claim", "Wed, 25 Nov 2026 10:30:00 +0100"
    body = shape.get("text", shape.get("html"))
    for name, value in values.items():
        body = body.replace(f"{{{name}}}", value)
    mail.set_content(body, subtype="plain" if "text" in shape else "html", cte="base64")
    return mail.as_bytes()


def read_reply(shape, say):
    message = read_message(reply_in(shape, say), as_sent=True)
    return read_command(
        fresh_text(message.text, author=("Ana Rivera", "王芳", "wang@seller.example")), now=NOW, zone=ZONE
    )


@pytest.mark.parametrize("say", SAYINGS)
@pytest.mark.parametrize("name", SHAPES)
def test_a_command_is_read_in_every_clients_shape(name, say):
    kind, remark = SAYINGS[say]
    read = read_reply(SHAPES[name], say)
    assert isinstance(read, Command), read
    assert read.kind is kind
    assert read.remark.startswith(remark)


@pytest.mark.parametrize("say", IDLE)
@pytest.mark.parametrize("name", SHAPES)
def test_everyday_speech_is_no_command_in_any_shape(name, say):
    assert isinstance(read_reply(SHAPES[name], say), NoCommand | Doubtful)


@pytest.mark.parametrize("name", SHAPES)
def test_a_reply_without_a_word_of_its_own_is_no_command(name):
    assert not isinstance(read_reply(SHAPES[name], ""), Command)


@pytest.mark.parametrize("name", SHAPES)
def test_a_note_holds_the_fresh_text_and_nothing_of_the_quotation(name):
    read = read_reply(SHAPES[name], "note buyer called\nshe has the parcel")
    assert isinstance(read, Command)
    assert read.argument == "buyer called\nshe has the parcel"
    assert "Seller Central" not in read.argument and "claimclock@" not in read.argument
    assert "Claimclock" not in read.argument and "iPhone" not in read.argument
