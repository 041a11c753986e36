from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from classifiers.commands import Command, CommandKind, Doubt, Doubtful, read_command

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


def read(text: str) -> object:
    return read_command(text, now=NOW, zone=ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("text", "kind", "argument"),
    [
        ("tone\nDear customer,\nthis is done.", CommandKind.TONE, "Dear customer,\nthis is done."),
        ("Check: we promise a refund", CommandKind.TONE, "we promise a refund"),
        ("check\nassign Bo\ndone", CommandKind.TONE, "assign Bo\ndone"),
        ("检查\n我们保证退款。", CommandKind.TONE, "我们保证退款。"),
        ("lesson\ndecided: signature", CommandKind.LESSON, "decided: signature"),
        ("decided: signature\nmissing: none", CommandKind.LESSON, "decided: signature\nmissing: none"),
        ("复盘\n决定：签收签名", CommandKind.LESSON, "决定：签收签名"),
        ("Lesson, ask the carrier first", CommandKind.LESSON, "Lesson, ask the carrier first"),
    ],
)
def test_a_text_behind_a_command_is_kept_as_it_is(text: str, kind: CommandKind, argument: str) -> None:
    found = read(text)
    assert isinstance(found, Command) and (found.kind, found.argument) == (kind, argument)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Check the tracking please", Doubt.RUNS_ON),
        ("Decided to call the carrier", Doubt.RUNS_ON),
        ("Missing the first scan here", Doubt.RUNS_ON),
        ("tone", Doubt.INCOMPLETE),
        ("Missing!", Doubt.INCOMPLETE),
    ],
)
def test_everyday_speech_and_an_empty_text_are_doubtful(text: str, why: Doubt) -> None:
    found = read(text)
    assert isinstance(found, Doubtful) and found.why is why


def test_a_lesson_behind_an_outcome_is_no_second_command() -> None:
    found = read("won, decided: the signature")
    assert isinstance(found, Command) and found.kind is CommandKind.WON and found.remark == "decided: the signature"
