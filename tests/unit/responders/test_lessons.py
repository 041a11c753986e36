from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.vocabulary import Kind, Outcome, Reason
from responders.lessons import Lesson, LessonWords, Likeness, lesson_form, lesson_line, read_words, similar
from responders.voice import TeamVoice

NOW = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
HERE = Likeness(
    kind=Kind.ATOZ_CLAIM, reason=Reason.ITEM_NOT_RECEIVED, marketplace="DE", asins=("B0TESTTEST",), carrier="DHL"
)


def lesson(case: str, *, days_ago: int = 1, **differences: object) -> Lesson:
    return Lesson(
        case=case,
        at=NOW - timedelta(days=days_ago),
        by="Ana",
        outcome=Outcome.WON,
        of=replace(HERE, **differences),
        words=LessonWords(decided="signature"),
    )


def team(language: str) -> TeamVoice:
    return TeamVoice(language=language, zone=ZoneInfo("UTC"), instance="shop", domain="seller.example")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "decided: signature on delivery\nmissing: first scan\nmisread: none\nThe buyer was kind.",
            LessonWords(decided="signature on delivery", missing="first scan", other="The buyer was kind."),
        ),
        ("- Decided by: GPS photo", LessonWords(decided="GPS photo")),
        ("决定：签收签名\n缺少:首次扫描\n误读：无", LessonWords(decided="签收签名", missing="首次扫描")),
        ("Note: ask the carrier earlier", LessonWords(other="Note: ask the carrier earlier")),
        ("Lesson, decided: GPS photo", LessonWords(decided="GPS photo")),
        ("lesson: ask earlier", LessonWords(other="ask earlier")),
        ("复盘\n缺少：照片", LessonWords(missing="照片")),
        ("", LessonWords()),
    ],
)
def test_the_form_is_read_line_by_line_in_english_and_chinese(text: str, words: LessonWords) -> None:
    assert read_words(text) == words


def test_the_best_match_comes_first_and_at_most_three_are_shown() -> None:
    other = {"asins": (), "carrier": "", "marketplace": "FR"}
    kept = [
        lesson("CC-000001", **other),
        lesson("CC-000002", asins=()),
        lesson("CC-000003"),
        lesson("CC-000004", **other, days_ago=9),
        lesson("CC-000005", reason=Reason.WRONG_ITEM, asins=()),
        lesson("CC-000006", reason=None, marketplace="FR", carrier=""),
    ]
    assert [each.case for each, _ in similar(kept, HERE)] == ["CC-000003", "CC-000006", "CC-000002"]


def test_a_carrier_in_the_same_store_alone_and_the_case_itself_teach_nothing() -> None:
    assert similar([lesson("CC-000005", reason=Reason.WRONG_ITEM, asins=())], HERE) == ()
    assert similar([lesson("CC-000003")], HERE, case="CC-000003") == ()
    assert similar([replace(lesson("CC-000003"), words=LessonWords())], HERE) == ()


def test_an_unknown_reason_is_like_no_other_unknown_one() -> None:
    unknown = replace(HERE, reason=None, asins=())
    assert similar([lesson("CC-000003", reason=None, asins=())], unknown) == ()


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "CC-000003, won (same reason, same article, same carrier, same store): decided by: signature"),
        ("zh", "CC-000003，胜诉（原因相同、商品相同、承运商相同、站点相同）：起决定作用的是：signature"),
    ],
)
def test_a_lesson_is_one_line_that_says_what_is_alike(language: str, line: str) -> None:
    ((found, alike),) = similar([lesson("CC-000003")], HERE)
    assert lesson_line(found, alike, language) == line


def test_a_lesson_in_a_letter_holds_no_live_link_and_is_cut() -> None:
    words = LessonWords(other="see https://evil.example/x " + "long " * 60)
    line = lesson_line(replace(lesson("CC-000003"), words=words), ("reason",), "en")
    assert "https://" not in line and len(line) < 220 and line.endswith("…")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_form_stands_in_the_cases_thread_and_its_own_example_lines_are_read_back(language: str) -> None:
    letter = lesson_form("CC-000003", Outcome.LOST, subject="[CC-000003] x", rows=(), team=team(language), now=NOW)
    assert letter.subject == "Re: [CC-000003] x" and letter.references == (letter.in_reply_to,)
    assert letter.case == "CC-000003" and letter.key == "lesson:CC-000003:lost"
    lines = [line.lstrip("- ") for line in letter.text.splitlines() if line.startswith("- ")]
    words = read_words("\n".join(lines[1:]))
    assert words.decided and words.missing and words.misread
