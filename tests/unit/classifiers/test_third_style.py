"""What a third writer says in twelve languages: event, reason and demand; the share that is right may not fall."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

from classifiers.assessment import assess
from classifiers.message import read_message
from config.policy import default_policy

_LINES = (Path(__file__).parent / "third_style.txt").read_text(encoding="utf-8").splitlines()
_SENDERS = {
    "atoz_claim": "atoz-guarantee-no-reply@amazon.com",
    "cs_request": "csba@amazon.com",
    "chargeback": "cb-seller-notification@amazon.com",
    "account_health": "seller-performance@amazon.com",
    "buyer_message": "abc123def456gh@marketplace.amazon.com",
}
_FLOORS = {"language": 0.97, "kind": 0.98, "event": 0.93, "reason": 0.93, "action": 0.93}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One line of the file: what is said, and how it is to be understood."""

    language: str
    kind: str
    event: str
    reason: str
    action: str
    subject: str
    text: str


def _said() -> list[Said]:
    names = ("language", "kind", "event", "reason", "action", "subject", "text")
    rows = [line.split("|") for line in _LINES if line and not line.startswith("#")]
    return [Said(**dict(zip(names, row, strict=True))) for row in rows]


def _understood(said: Said) -> dict[str, str]:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = _SENDERS[said.kind], "shop@seller.example", said.subject
    mail["Date"] = "Tue, 03 Mar 2026 09:00:00 +0000"
    mail.set_content(said.text)
    found = assess(read_message(mail.as_bytes()), policy=default_policy())
    return {
        "language": found.language,
        "kind": found.kind.value,
        "event": found.event.value if found.event else "-",
        "reason": found.reason.value if found.reason else "-",
        "action": "yes" if found.action_required else "no",
    }


def shares() -> tuple[dict[str, float], list[str]]:
    """The share that is right of each field, and what was misread, for people."""
    right: Counter[str] = Counter()
    misread: list[str] = []
    lines = _said()
    for said in lines:
        for field, value in _understood(said).items():
            right[field] += value == getattr(said, field)
            if value != getattr(said, field):
                misread.append(f"{said.language} {said.kind} {field} {value}, not {getattr(said, field)}: {said.text}")
    return {field: right[field] / len(lines) for field in _FLOORS}, misread


def test_what_a_third_writer_says_is_understood(capsys: pytest.CaptureFixture[str]) -> None:
    found, misread = shares()
    with capsys.disabled():
        print("\nthird style: " + ", ".join(f"{field} {share:.3f}" for field, share in found.items()))
    assert {field: share for field, share in found.items() if share < _FLOORS[field]} == {}, "\n".join(misread)
