"""The shape of the tree: imports run leftwards only, one library has one file, a wheel holds the four packages."""

import ast
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ORDER = ("config", "classifiers", "responders", "daemon")
EDGES = frozenset({"socket", "ssl", "sqlite3", "subprocess", "imaplib", "smtplib", "http", "requests"})
"""Standard modules that reach network, disk or processes: for `daemon/` alone."""

HOME = {
    "imapclient": "daemon/imap_session.py",
    "smtplib": "daemon/smtp.py",
    "apprise": "daemon/channels.py",
    "mailparser": "classifiers/message.py",
    "dkim": "daemon/signatures.py",
    "dns": "daemon/signatures.py",
    "selectolax": "classifiers/text.py",
    "spacy": "classifiers/model.py",
    "apscheduler": "daemon/service.py",
    "sqlalchemy": "daemon/storage/",
    "alembic": "daemon/storage/",
    "pydantic": "config/schema",
    "typer": "daemon/cli",
    "rich": "daemon/terminal.py",
    "jinja2": "responders/",
    "holidays": "config/",
    "icalendar": "config/rota_calendar.py",
    "pymap": "daemon/demo/",
    "reportlab": "daemon/evidence_pdf.py",
    "PIL": "daemon/evidence_pictures.py",
    "aiosmtpd": "daemon/demo/",
}


@cache
def sources(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


@cache
def imported(path: Path) -> frozenset[str]:
    """Every module that a file imports, wherever in it."""
    return frozenset(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the direction"
            yield node.module or ""


def tops(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


@pytest.mark.parametrize("package", ORDER)
def test_a_package_imports_only_packages_to_its_left(package):
    to_the_right = set(ORDER[ORDER.index(package) + 1 :])
    wrong = {str(path.relative_to(ROOT)): tops(path) & to_the_right for path in sources(package)}
    assert {path: names for path, names in wrong.items() if names} == {}


def test_network_disk_and_processes_are_reached_from_the_daemon_alone():
    pure = sources("config", "classifiers", "responders")
    wrong = {str(path.relative_to(ROOT)): (tops(path) & EDGES) | (imported(path) & {"urllib.request"}) for path in pure}
    assert {path: names for path, names in wrong.items() if names} == {}


@pytest.mark.parametrize("library", sorted(HOME))
def test_a_library_is_used_in_its_one_place(library):
    using = [str(path.relative_to(ROOT)) for path in sources(*ORDER) if library in tops(path)]
    assert using, f"nothing uses {library}: take it out of this table and of pyproject.toml"
    assert [path for path in using if not path.startswith(HOME[library])] == []


def test_the_story_fits_on_three_screens():
    lines = (ROOT / "daemon/pipeline.py").read_text(encoding="utf-8").count("\n")
    assert lines <= 150


def test_no_file_is_longer_than_350_lines():
    counted = {path: path.read_text(encoding="utf-8").count("\n") for path in sources(*ORDER)}
    assert {str(path.relative_to(ROOT)): lines for path, lines in counted.items() if lines > 350} == {}


def test_every_package_stands_in_pyproject():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    present = {".".join(path.parent.relative_to(ROOT).parts) for path in sources(*ORDER)}
    assert set(listed) == present


def test_tests_and_units_are_no_packages():
    assert [str(path) for name in ("tests", "systemd") for path in (ROOT / name).rglob("__init__.py")] == []


def test_a_wheels_top_level_is_exactly_the_four_packages(tmp_path):
    copy = tmp_path / "tree"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, tracked.decode().split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((ROOT / name).read_bytes())
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "out"), str(copy)]
    subprocess.run(build, capture_output=True, check=True)
    (wheel,) = (tmp_path / "out").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == set(ORDER)
    assert "config/data/policy.toml" in names
    assert "config/data/settings.example.toml" in names
