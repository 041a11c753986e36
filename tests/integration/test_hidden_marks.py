"""The development mails with sender, marks and subject hidden: the words alone must keep a case from silence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from classifiers.assessment import Assessment, assess
from classifiers.message import read_message
from config.policy import default_policy
from config.vocabulary import CASE_KINDS

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "mails" / "dev"
_HEADERS = re.compile(
    rb"^(?:X-Space-[^:]*|X-AMAZON-[^:]*|X-Marketplace-ID|Reply-To):[^\n]*\n(?:[ \t][^\n]*\n)*", re.I | re.M
)
_FOOTER = re.compile(rb"[A-Z]{2,}[A-Z0-9]*(?:_[A-Z0-9]+){2,}|communicationName=(?:3D)?\w*")
_FROM = re.compile(rb"^From:[^\n]*\n(?:[ \t][^\n]*\n)*", re.I | re.M)
_SUBJECT = re.compile(rb"^Subject:[^\n]*\n(?:[ \t][^\n]*\n)*", re.I | re.M)
_GENERAL = (b"Amazon <donotreply@amazon.com>", b"seller-notification@amazon.com")
_FLOORS = {"sender": 0.82, "marks": 0.98, "both": 0.8, "subject": 0.55}

pytestmark = pytest.mark.skipif(
    not (FOLDER / "gold.jsonl").is_file(), reason="the labelled development mails (shared/data/mails/dev) are not here"
)


@cache
def direct_cases() -> tuple[dict[str, Any], ...]:
    """Labels of the honest case mails that came from Amazon itself, not by a colleague's forward."""
    labels = map(json.loads, (FOLDER / "gold.jsonl").read_text(encoding="utf-8").splitlines())
    return tuple(
        label
        for label in labels
        if label["kind"] in CASE_KINDS
        and label["authenticity"] != "suspicious"
        and re.search(rb"@(?:[\w.-]+\.)?amazon\.", next(iter(_FROM.findall(_head(label["file"]))), b""))
    )


def _head(name: str) -> bytes:
    return (FOLDER / name).read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n"


def _hidden(name: str, what: str, place: int) -> bytes:
    head, _, body = (FOLDER / name).read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")
    head += b"\n"
    if what in ("marks", "both", "subject"):
        head, body = _HEADERS.sub(b"", head), _FOOTER.sub(b"", body)
    if what in ("sender", "both", "subject"):
        head = _FROM.sub(b"From: " + _GENERAL[place % 2] + b"\n", head)
    if what == "subject":
        head = _SUBJECT.sub(b"Subject: Notification from Amazon\n", head)
    return head + b"\n" + body


def judged(what: str) -> Iterator[tuple[dict[str, Any], Assessment]]:
    """Every direct case mail with something hidden, and what is made of it."""
    for place, label in enumerate(direct_cases()):
        yield label, assess(read_message(_hidden(label["file"], what, place)), policy=default_policy())


@pytest.mark.parametrize("what", _FLOORS)
def test_a_case_is_seen_when_its_signs_are_hidden(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = list(judged(what))
    right = sum(mail.kind == label["kind"] for label, mail in found)
    silent = [label["file"] for label, mail in found if mail.kind not in CASE_KINDS and not mail.review]
    with capsys.disabled():
        print(f"\nhidden {what}: kind {right}/{len(found)}, silent {len(silent)}")
    assert not silent, "a claim, request or chargeback that nobody would look at"
    assert right / len(found) >= _FLOORS[what]
