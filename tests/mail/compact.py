"""Labelled mails in the compact form of this folder's TOML files, and the bytes that they stand for."""

from __future__ import annotations

import tomllib
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from html import escape
from pathlib import Path
from typing import Any

TRUSTED = "mx.seller.example"
"""The server whose word on the sender is believed in these mails."""


def written_by(name: str) -> list[dict[str, Any]]:
    """All mails of one writer's file."""
    mails: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text("utf-8"))["mail"]
    return mails


def as_bytes(mail: dict[str, Any]) -> bytes:
    """The mail as the trusted server delivered it, RFC 5322 bytes."""
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(mail["from"])
    domain = address.rpartition("@")[2]
    date = format_datetime(datetime.fromisoformat(mail["date"]))
    message["Received"] = f"from out.example by {TRUSTED} with ESMTPS; {date}"
    if mail["proof"]:
        result = mail["proof"]
        message["Authentication-Results"] = (
            f"{TRUSTED}; dkim={result} header.d={domain}; spf={result} smtp.mailfrom=bounces.{domain};"
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
