"""Mails by writers who had not seen the rules: the share that is right may not fall below what was reached."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from html import escape
from pathlib import Path
from typing import Any

import pytest

from classifiers.assessment import as_json, assess
from classifiers.message import read_message
from classifiers.model import load_voter
from config.policy import default_policy
from config.vocabulary import CASE_KINDS

_MAILS = Path(__file__).parents[1] / "mail"
_TRUSTED = "mx.seller.example"
_ABSENT = {"order_ids": [], "case_ids": [], "asins": [], "action_required": False, "threatens_claim": False}
_FIELDS = (
    *("language", "kind", "event", "reason", "authenticity", "marketplace", "amount", "funded_by"),
    *("respond_by", "target", "basis", *_ABSENT),
)
_FLOORS = {"language": 0.97, "kind": 0.96, "event": 0.93, "authenticity": 0.98, "order_ids": 0.98, "respond_by": 0.91}


def _raw(mail: dict[str, Any]) -> bytes:
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(mail["from"])
    domain = address.rpartition("@")[2]
    date = format_datetime(datetime.fromisoformat(mail["date"]))
    message["Received"] = f"from out.example by {_TRUSTED} with ESMTPS; {date}"
    if mail["proof"]:
        result = mail["proof"]
        message["Authentication-Results"] = (
            f"{_TRUSTED}; dkim={result} header.d={domain}; spf={result} smtp.mailfrom=bounces.{domain};"
            f" dmarc={result} header.from={domain}"
        )
    message["From"] = formataddr((name, address)) if name else address
    message["To"] = "shop@seller.example"
    message["Subject"] = mail["subject"]
    message["Date"] = date
    message["Message-ID"] = f"<{mail['id']}@eu-west-1.amazonses.com>"
    for field, value in mail.get("headers", {}).items():
        message[field] = value
    if mail.get("html"):
        message.set_content(mail["text"], subtype="html")
    elif mail["id"][-1] in "13579":
        paragraphs = escape(mail["text"].strip()).replace("\n\n", "</p><p>").replace("\n", "<br>")
        message.set_content(f"<html><body><p>{paragraphs}</p></body></html>", subtype="html")
    else:
        message.set_content(mail["text"])
    return message.as_bytes()


def _judged(mail: dict[str, Any]) -> dict[str, Any]:
    arrived = datetime.fromisoformat(mail["date"]).astimezone(UTC)
    assessment = assess(
        read_message(_raw(mail), arrived_at=arrived),
        policy=default_policy(),
        trusted_authserv=(_TRUSTED,),
        voter=load_voter(),
    )
    line: dict[str, Any] = dict(as_json(assessment, source=mail["id"]))
    return line | (line["deadline"] or {"respond_by": None, "target": None, "basis": None})


def _wanted(label: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    doubtful = set(label.get("doubt", []))
    if "respond_by" in doubtful:
        doubtful |= {"target", "basis"}
    for field in _FIELDS:
        value = label.get(field, _ABSENT.get(field))
        if field == "amount" and value:
            value = {"value": value[0], "currency": value[1]}
        if field not in doubtful:
            yield field, value


@pytest.mark.parametrize("name", ["second_writer", "writer_a", "writer_b"])
def test_mail_of_a_writer_the_rules_never_saw_is_judged_right(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    mails = tomllib.loads((_MAILS / f"{name}.toml").read_text(encoding="utf-8"))["mail"]
    right, counted, silent = Counter[str](), Counter[str](), []
    for mail in mails:
        line = _judged(mail)
        for field, value in _wanted(mail["label"]):
            counted[field] += 1
            right[field] += line[field] == value
        if mail["label"]["kind"] in CASE_KINDS and line["kind"] not in CASE_KINDS and not line["review"]:
            silent.append(mail["id"])
    with capsys.disabled():
        print(f"\n{name}: " + ", ".join(f"{field} {right[field]}/{counted[field]}" for field in counted))
    assert not silent, "a claim, request or chargeback that nobody would look at"
    low = {field: right[field] / counted[field] for field in _FLOORS if right[field] / counted[field] < _FLOORS[field]}
    assert not low
