import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from daemon.commands.lessons import add_lesson, list_lessons
from daemon.commands.report import report
from daemon.commands.tone import tone
from daemon.faults import Refused
from responders.lessons import LessonWords

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def check(tmp_path: Path, text: str, **options: object) -> int:
    file = tmp_path / "answer.txt"
    file.write_text(text, encoding="utf-8")
    chosen: dict[str, object] = {"language": None, "place": None, "explain": "en", "as_json": False, **options}
    return tone(str(file), **chosen)  # type: ignore[arg-type]


def test_a_finding_is_printed_with_its_line_its_reason_and_a_better_wording(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(tmp_path, "Hello,\nthe buyer is lying.") == 1
    told = capsys.readouterr().out
    assert 'line 2: Blames somebody: "buyer is lying"' in told and "better: " in told
    assert "1 finding (read as en" in told


def test_a_good_text_ends_with_zero_and_a_long_one_is_told_for_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(tmp_path, "The parcel was delivered on 3 March.") == 0
    assert "nothing found" in capsys.readouterr().out
    assert check(tmp_path, "The parcel was delivered. " * 90, place="claim_form", as_json=True) == 1
    assert json.loads(capsys.readouterr().out)["kind"] == "length"


def test_standing_input_in_chinese_is_read_and_explained_in_chinese(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO("买家在撒谎。".encode())))
    assert tone("-", language=None, place=None, explain="zh", as_json=True) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["language"], found["words"]) == ("zh", "撒谎") and "买家" in found["why"]


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("  \n", {}, "holds no text"),
        ("x", {"language": "xx"}, "none of the languages"),
        ("x", {"place": "letterbox"}, "none of the places"),
    ],
)
def test_what_cannot_be_checked_is_refused_with_what_is_allowed(
    tmp_path: Path, text: str, options: dict[str, object], told: str
) -> None:
    with pytest.raises(Refused, match=told):
        check(tmp_path, text, **options)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Refused, match="not UTF-8"):
        tone(str(tmp_path / "binary"), language=None, place=None, explain="en", as_json=False)


def test_an_empty_database_has_no_lessons_and_an_empty_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = str(tmp_path / "c.db")
    words = LessonWords(decided="signature")
    with pytest.raises(Refused, match="there is no case CC-000001"):
        add_lesson("CC-000001", words, by="Ana", now=NOW, settings_path=None, database=database)
    assert list_lessons(case=None, limit=5, as_json=False, settings_path=None, database=database) == 0
    assert "No lessons yet" in capsys.readouterr().out
    page, table = tmp_path / "r.html", tmp_path / "r.csv"
    status = report(
        first="2026-01-01",
        last=None,
        json_lines=False,
        csv_file=table,
        html_file=page,
        mail=False,
        now=NOW,
        settings_path=None,
        database=database,
    )
    assert status == 0 and "No case was decided" in page.read_text(encoding="utf-8")
    assert table.read_text(encoding="utf-8").startswith("section,name,won,lost")
