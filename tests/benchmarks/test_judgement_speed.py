"""The judgement of one mail, read and assessed, beside the standard library's bare parsing of the same mails.

Prints mails a second of processor time on one core, and the ratio; fails on none of them, only when a mail is lost.
See the figures: pytest -s -m benchmark tests/benchmarks/test_judgement_speed.py
"""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from time import process_time

import pytest
from mail.compact import as_bytes, written_by

from classifiers.assessment import Assessment, assess
from classifiers.message import read_message
from config.policy import default_policy

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(300)]

ROUNDS = 5
"""The best of so many counts, since other programs take turns on the core."""


@pytest.fixture(scope="module")
def mails() -> list[bytes]:
    return [as_bytes(mail) for name in ("second_writer", "writer_a", "writer_b") for mail in written_by(name)]


def parsed(raw: bytes) -> str:
    mail = message_from_bytes(raw, policy=default)
    body = mail.get_body(("plain", "html"))
    return f"{mail['subject']}\n{body.get_content() if body else ''}"


def judged(raw: bytes) -> Assessment:
    return assess(read_message(raw), policy=default_policy())


def per_second(work: Callable[[bytes], object], mails: list[bytes]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        started = process_time()
        for raw in mails:
            work(raw)
        best = min(best, process_time() - started)
    return len(mails) / best


def test_judging_is_measured_beside_bare_parsing(mails: list[bytes]) -> None:
    found = [judged(raw) for raw in mails]  # which also loads the languages
    judging, parsing = per_second(judged, mails), per_second(parsed, mails)
    reading = per_second(read_message, mails)
    print(
        f"\n{len(mails)} mails: judged {judging:.0f}/s, of which read {reading:.0f}/s; bare parsing {parsing:.0f}/s;"
        f" judging costs {parsing / judging:.1f} times bare parsing"
    )
    assert len(found) == len(mails)
    assert len({one.language for one in found}) > 6
