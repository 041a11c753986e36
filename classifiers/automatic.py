"""Whether a mail was written by a machine: automatic replies, reports, receipts, also those that do not say so."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from classifiers.command_line import command_at
from classifiers.forwards import subject_prefix
from classifiers.mail import Message
from classifiers.normalise import for_matching
from config.commands import command_words

_LONGEST_START = 200


def written_by_machine(message: Message) -> str | None:
    """Why a mail counts as automatic, null for a person's; judged by the mail as it was delivered.

    "X-Auto-Response-Suppress" says nothing: Exchange writes it into the mails of people.
    """
    return _by_header(message) or _by_subject(message.subject) or _by_text(message.text)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("config").joinpath("data/automatic.toml").read_text(encoding="utf-8"))


def _by_header(message: Message) -> str | None:
    words, fields = _table()["header"], dict(reversed(message.outer_headers))
    submitted = fields.get("auto-submitted", "").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return f"Auto-Submitted: {submitted}"
    if "x-claimclock" in fields:
        return "a letter of a Claimclock"
    for name in words["present"]:
        if name in fields:
            return f"it has the field {name}"
    if (precedence := fields.get("precedence", "").strip().lower()) in words["precedence"]:
        return f"Precedence: {precedence}"
    content_type = fields.get("content-type", "").partition(";")[0].strip().lower()
    if content_type in words["content_types"]:
        return f"it is a {content_type}"
    if fields.get("return-path", "").strip() == "<>":
        return "its envelope sender is empty"
    local = message.author.address.partition("@")[0].lower()
    return f"{local}@ is nobody's address" if local in words["senders"] else None


def _by_subject(subject: str) -> str | None:
    for _ in range(4):
        plain = for_matching(subject[:_LONGEST_START]).lower().strip(" []【】*-")
        if _begins(plain, _table()["subject"]["starts"]):
            return "its subject is that of an automatic mail"
        prefix, rest = subject_prefix(subject)
        if prefix is None or rest == subject:
            return None
        subject = rest
    return None


def _by_text(text: str) -> str | None:
    lines = [for_matching(line).lower().strip() for line in text[:2_000].split("\n") if line.strip()][:3]
    for line in lines:
        for start in (line, _behind_greeting(line)):
            if _begins(start[:_LONGEST_START], _table()["text"]["starts"]):
                return "its text is an absence note"
        if command_at(line) is None and any(phrase in line for phrase in _table()["text"]["contains"]):
            return "its text is an absence note"
        if len(line) > 40:
            return None
    return None


def _behind_greeting(line: str) -> str:
    greeting = next((word for word in command_words().greetings if line.startswith(word)), "")
    return line[len(greeting) :].lstrip(" ,.!:、。") if greeting else line


def _begins(text: str, starts: list[str]) -> bool:
    for start in starts:
        if text.startswith(start):
            following = text[len(start) : len(start) + 1]
            if not (start[-1].isascii() and start[-1].isalpha() and following.isascii() and following.isalpha()):
                return True
    return False
