"""The demonstration's mails as bytes: realistic HTML mails made from mails.toml, dated back from a given instant."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from importlib.resources import files
from typing import Any

from config.marketplaces import MARKETPLACES

AUTHSERV = "mx.demo.example"
"""The demo's receiving mail server: the settings trust what it says of a sender."""
RECIPIENT = "marketplaces@seller.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMail:
    """One mail to deliver: a name for its file, the mailbox it arrives in, when, and its bytes."""

    name: str
    mailbox: str
    arrived_at: datetime
    raw: bytes


def demo_mails(now: datetime) -> tuple[DemoMail, ...]:
    """All mails of the demonstration, dated relative to `now`, in the order of the data file."""
    rows = tomllib.loads(files("daemon.demo").joinpath("mails.toml").read_text(encoding="utf-8"))["mails"]
    made: dict[str, DemoMail] = {}
    for row in rows:
        original = made.get(row.get("copy_of", ""))
        at = original.arrived_at if original else now - timedelta(hours=row["hours_ago"])
        made[row["file"]] = DemoMail(
            name=row["file"],
            mailbox=row.get("mailbox", "INBOX"),
            arrived_at=at,
            raw=original.raw if original else _bytes(row, at),
        )
    return tuple(made.values())


def _bytes(row: Mapping[str, Any], at: datetime) -> bytes:
    name, address = row["from"]
    domain = address.partition("@")[2]
    token = hashlib.sha256(row["file"].encode()).hexdigest()[:24]
    message = EmailMessage(policy=SMTP)
    message["Return-Path"] = f"<{token}@bounces.{domain}>"
    message["Received"] = f"from mail.{domain} by {AUTHSERV} with ESMTPS; {format_datetime(at)}"
    message["Authentication-Results"] = _proof(row.get("proof"), domain)
    message["Date"] = format_datetime(at)
    message["From"] = Address(display_name=name, addr_spec=address)
    message["To"] = RECIPIENT
    message["Subject"] = row["subject"]
    message["Message-ID"] = f"<{token}-000000@eu-west-1.amazonses.com>"
    if "notification" in row:
        message["X-Space-Notification-Type"] = row["notification"]
    if "store" in row:
        message["X-Marketplace-ID"] = MARKETPLACES[row["store"]].id
    if row.get("unsubscribe"):
        message["List-Unsubscribe"] = f"<https://{domain}/unsubscribe>"
    message.set_content(_page(row, token), subtype="html", cte="quoted-printable")
    message.make_alternative()  # as Amazon does: one HTML part inside a multipart/alternative
    return message.as_bytes()


def _proof(result: str | None, domain: str) -> str:
    if result == "pass":
        verdict = f"dkim=pass header.d={domain}; spf=pass smtp.mailfrom=bounces.{domain}; dmarc=pass"
    else:
        verdict = f"dkim=none; spf=fail smtp.mailfrom={domain}; dmarc=fail"
    return f"{AUTHSERV}; {verdict} header.from={domain}"


def _page(row: Mapping[str, Any], token: str) -> str:
    """The HTML that Amazon's mailer writes around the sentences: hidden preheader, layout table, footer marks."""
    body = "\n".join(f'<p style="margin:0 0 14px">{escape(text)}</p>' for text in row["paragraphs"])
    if "link" in row:
        text, href = row["link"]
        body += f'\n<p><a href="{escape(href)}">{escape(text)}</a></p>'
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><style>p {{ font-family: Arial, sans-serif; font-size: 14px }}</style></head>
<body><div style="display:none;max-height:0;overflow:hidden">{escape(row.get("preheader", ""))}</div>
<!--[if mso]><table><tr><td><![endif]-->
<table role="presentation" width="600" cellpadding="0" cellspacing="0"><tr><td>
{body}
</td></tr></table>
<!--[if mso]></td></tr></table><![endif]-->
{_footer(row, token)}
</body></html>
"""


def _footer(row: Mapping[str, Any], token: str) -> str:
    if "notification" not in row:
        return ""
    store = MARKETPLACES[row["store"]]
    digits = str(int(token, 16))[:16]
    feedback = f"https://sellercentral.{store.domain}/notifications/feedback"
    query = f"deliveryId={digits}&communicationName={row['notification']}&deliveryChannel=EMAIL"
    region = "US" if store.code in {"US", "CA", "MX", "BR"} else "EU"
    return (
        f'<p style="font-size:11px"><a href="{feedback}?{escape(query)}">?</a></p>'
        f'<div id="spc-watermark" style="font-size:9px;color:#999">SPC-{region}Amazon-{digits}</div>'
    )
