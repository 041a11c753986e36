"""The whole judgement over the labelled development mails, where they are at hand."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from classifiers.assessment import as_json, assess
from classifiers.message import read_message
from config.policy import default_policy

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "mails" / "dev"
CASES = ("atoz_claim", "cs_request", "chargeback")

pytestmark = pytest.mark.skipif(
    not (FOLDER / "gold.jsonl").is_file(), reason="the labelled development mails (shared/data/mails/dev) are not here"
)


@cache
def shares() -> dict[str, float]:
    """How much is right of each figure, over mails that are no forgeries."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for line in (FOLDER / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        got = judged(gold["file"])
        for name, fine in verdicts(gold, got):
            right[name] += fine
            total[name] += 1
    return {name: right[name] / count for name, count in total.items()}


def judged(name: str) -> dict[str, Any]:
    message = read_message((FOLDER / name).read_bytes())
    return as_json(assess(message, policy=default_policy(), trusted_authserv=("mx.seller.example",)), source=name)


def verdicts(gold: dict[str, Any], got: dict[str, Any]) -> list[tuple[str, bool]]:
    fields = ["language", "order_ids", "authenticity"]
    found = [(name, got[name] == gold[name]) for name in fields]
    if gold["authenticity"] == "suspicious":
        return found
    found.append(("kind", got["kind"] == gold["kind"]))
    if gold["kind"] in CASES:
        names = ("event", "reason", "marketplace", "amount", "action_required", "funded_by")
        found += [(name, got[name] == gold[name]) for name in names]
        found.append(("not_silent", got["kind"] in CASES or bool(got["review"])))
    else:
        found.append(("no_false_case", got["kind"] not in CASES))
        found.append(("quiet", got["kind"] == "unrelated" or not got["review"]))
    if gold["kind"] == "buyer_message":
        found.append(("threatens_claim", got["threatens_claim"] == gold["threatens_claim"]))
    return found


FLOORS = {
    "language": 0.99,
    "order_ids": 0.99,
    "authenticity": 0.98,
    "kind": 0.98,
    "not_silent": 1.0,
    "no_false_case": 1.0,
    "event": 0.97,
    "reason": 0.93,
    "marketplace": 0.97,
    "amount": 0.97,
    "action_required": 0.97,
    "funded_by": 0.96,
    "threatens_claim": 0.9,
    "quiet": 0.95,
}


@pytest.mark.parametrize("name", FLOORS)
def test_a_figure_holds_its_floor(name: str) -> None:
    assert shares()[name] >= FLOORS[name]
