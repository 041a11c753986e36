from datetime import UTC, datetime
from pathlib import Path

from daemon.own_templates import LARGEST, TemplateFaults, problems_in, proven_templates, read_templates
from daemon.sweep import template_notices

NOW = datetime(2026, 3, 9, 14, 5, tzinfo=UTC)


def directory(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return tmp_path


def test_sound_templates_are_used_and_broken_ones_are_left_out_and_told(tmp_path: Path) -> None:
    place = directory(tmp_path, letter__txt__j2="Hello\n{{ view.nothing }}", notice__txt__j2="{{ view.headline }}")
    faults = TemplateFaults()
    assert [name for name, _ in proven_templates(place, faults)] == ["notice.txt.j2"]
    ((where, what),) = faults.take()
    assert where == "letter.txt.j2, line 2" and "nothing" in what
    assert faults.take() == ()


def test_other_files_a_huge_file_and_a_missing_directory_are_told_not_raised(tmp_path: Path) -> None:
    place = directory(tmp_path, README__md="ours", base__html__j2="x" * (LARGEST + 1), brief__txt__j2="x")
    sources, problems = read_templates(place)
    assert list(sources) == ["brief.txt.j2"] and "larger than" in problems[0]
    assert any("no such template" in problem for problem in problems_in(place))
    assert "cannot be read" in problems_in(tmp_path / "nowhere")[0]
    assert problems_in(None) == ()


def test_a_template_is_told_of_once_however_often_it_breaks_and_the_operator_once_a_day() -> None:
    faults = TemplateFaults()
    for _ in range(3):
        faults.tell("letter.txt.j2, line 4", "no such thing")
    (notice,) = template_notices(faults.take(), NOW)
    assert notice.facts == {"template": "letter.txt.j2, line 4", "error": "no such thing"}
    assert notice.occasion == "2026-03-09"
