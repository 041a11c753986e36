"""The command line as a person meets it: a process of its own, its output and its exit status."""

import json
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from servers.program import claimclock

COMMANDS = (
    ["triage"], ["explain"], ["ingest"], ["poll"], ["run"], ["cases", "list"], ["cases", "show"], ["review"],
    ["retry"], ["reconcile"], ["backup"], ["migrate"], ["check"], ["status"], ["config", "example"],
    ["config", "show"], ["demo"], ["evaluate"], ["train"],
)  # fmt: skip
HEAVY = ("spacy", "sqlalchemy", "pydantic", "rich", "selectolax", "imapclient", "apscheduler", "numpy")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(command):
    answer = claimclock(*command, "--help")
    assert answer.returncode == 0
    assert f"Example: claimclock {' '.join(command)}" in answer.stdout.decode()


def test_help_answers_at_once_because_it_loads_nothing_heavy():
    code = (
        "import sys\nfrom daemon.cli import main\nsys.argv = ['claimclock', '--help']\n"
        f"try: main()\nexcept SystemExit: pass\nprint([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert answer.stderr.decode().strip() == "[]"


def test_a_wrong_option_is_a_usage_error():
    answer = claimclock("triage", "--jsn", "x.eml")
    assert answer.returncode == 2
    assert "--json" in answer.stderr.decode()


def test_a_time_that_is_none_is_a_usage_error():
    answer = claimclock("triage", "--now", "yesterday", "x.eml")
    assert answer.returncode == 2
    assert "ISO 8601" in answer.stderr.decode()


def test_wrong_settings_end_with_78_and_every_problem(tmp_path):
    path = tmp_path / "claimclock.toml"
    path.write_text('[team]\noperator = "x"\n[smtp]\nprot = 25\n', encoding="utf-8")
    answer = claimclock("check", "--settings", str(path))
    told = answer.stderr.decode()
    assert answer.returncode == 78
    assert "team.operator" in told
    assert "smtp.prot: unknown key; did you mean port?" in told
    assert "Traceback" not in told


def test_without_settings_the_service_names_the_first_step():
    answer = claimclock("run", "--settings", "/nonexistent/claimclock.toml")
    assert answer.returncode == 78
    assert "claimclock config example" in answer.stderr.decode()


def test_the_example_settings_are_printed_and_accepted(tmp_path):
    path = tmp_path / "claimclock.toml"
    path.write_bytes(claimclock("config", "example").stdout)
    answer = claimclock("config", "show", CLAIMCLOCK_SETTINGS=str(path))
    assert answer.returncode == 0
    assert 'credential = "imap-eu"' in answer.stdout.decode()


def mail(subject: str = "Claim received on order 114-0000001-0000002") -> bytes:
    return (
        f"Message-ID: <{zlib.crc32(subject.encode())}@x.example>\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n"
        "From: A-to-z Guarantee <atoz-guarantee-no-reply@amazon.com>\r\nTo: shop@seller.example\r\n"
        f"Subject: {subject}\r\nX-Space-Notification-Type: A_Z_CLAIM_RESPONDENT_NOTIFY\r\n"
        "X-Marketplace-ID: ATVPDKIKX0DER\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "Hello,\r\n\r\nWe received an A-to-z Guarantee claim of $20.00 on the order 114-0000001-0000002.\r\n"
        "Please respond within 72 hours.\r\n"
    ).encode()


def test_triage_prints_one_object_a_line_in_the_order_of_the_paths(tmp_path):
    for name in ("b.eml", "a.eml"):
        (tmp_path / name).write_bytes(mail())
    answer = claimclock("triage", "--json", str(tmp_path / "b.eml"), str(tmp_path))
    lines = [json.loads(line) for line in answer.stdout.decode().splitlines()]
    assert [Path(line["source"]).name for line in lines] == ["b.eml", "a.eml", "b.eml"]
    assert lines[0]["kind"] == "atoz_claim"
    assert lines[0]["deadline"]["respond_by"] == "2026-11-27T10:00:00+00:00"
    assert (answer.returncode, answer.stderr) == (0, b"")


def test_triage_reads_standard_input():
    line = json.loads(claimclock("triage", "--json", "-", stdin=mail()).stdout)
    assert line["source"] == "-"
    assert line["order_ids"] == ["114-0000001-0000002"]


def test_an_unreadable_path_is_an_error_line_and_the_others_are_judged(tmp_path):
    (tmp_path / "a.eml").write_bytes(mail())
    answer = claimclock("triage", "--json", str(tmp_path / "none.eml"), str(tmp_path / "a.eml"))
    wrong, right = (json.loads(line) for line in answer.stdout.decode().splitlines())
    assert "No such file" in wrong["error"]
    assert right["kind"] == "atoz_claim"
    assert answer.returncode == 1


def test_many_mails_are_judged_on_every_core_and_stay_in_order(tmp_path):
    names = [f"{number:03}.eml" for number in range(150)]
    for name in names:
        (tmp_path / name).write_bytes(mail(f"Claim received on order 114-0000001-0000002 ({name})"))
    answer = claimclock("triage", "--json", str(tmp_path))
    assert [Path(json.loads(line)["source"]).name for line in answer.stdout.decode().splitlines()] == names


def test_a_table_for_people_says_what_when_and_why(tmp_path):
    (tmp_path / "a.eml").write_bytes(mail())
    answer = claimclock("triage", str(tmp_path), "--now", "2026-11-25T10:00:00Z")
    text = answer.stdout.decode()
    assert "atoz_claim opened" in " ".join(text.split())
    assert "in 2 d" in " ".join(text.split())
    assert "\x1b[" not in text
