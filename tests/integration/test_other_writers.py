"""Mails by writers who had not seen the rules: the share that is right may not fall below what was reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from mail.compact import TRUSTED, as_bytes, written_by

from classifiers.assessment import as_json, assess
from classifiers.message import read_message
from classifiers.model import load_voter
from config.policy import default_policy
from config.vocabulary import CASE_KINDS

_ABSENT = {"order_ids": [], "case_ids": [], "asins": [], "action_required": False, "threatens_claim": False}
_FIELDS = (
    *("language", "kind", "event", "reason", "authenticity", "marketplace", "amount", "funded_by"),
    *("respond_by", "target", "basis", *_ABSENT),
)
_FLOORS = {
    "language": 0.99,
    "kind": 0.98,
    "event": 0.95,
    "reason": 0.65,
    "authenticity": 0.99,
    "order_ids": 0.98,
    "respond_by": 0.95,
    "action_required": 0.95,
}


def _judged(mail: dict[str, Any]) -> dict[str, Any]:
    arrived = datetime.fromisoformat(mail["date"]).astimezone(UTC)
    assessment = assess(
        read_message(as_bytes(mail), arrived_at=arrived),
        policy=default_policy(),
        trusted_authserv=(TRUSTED,),
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


@pytest.mark.parametrize("name", ["second_writer", *(f"writer_{letter}" for letter in "abcdef")])
def test_mail_of_a_writer_the_rules_never_saw_is_judged_right(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    mails = written_by(name)
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
