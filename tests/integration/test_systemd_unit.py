"""The unit as systemd itself reads it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from daemon.service import STOP_SECONDS

pytestmark = pytest.mark.server

SYSTEMD = Path(__file__).parents[2] / "systemd"
UNIT = SYSTEMD / "claimclock.service"


@pytest.fixture
def analyze() -> str:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed (Debian: systemd)")
    return program


def test_the_exposure_is_at_most_1_5(analyze: str) -> None:
    run = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=15", "--no-pager", str(UNIT)],
        capture_output=True,
        text=True,
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
    )
    level = re.search(r"exposure level for claimclock\.service: ([\d.]+)", run.stdout)
    assert level is not None, run.stdout + run.stderr
    assert float(level[1]) <= 1.5
    assert run.returncode == 0


def test_systemd_finds_nothing_to_say_about_the_unit(analyze: str, tmp_path: Path) -> None:
    # The program need not be installed for this: another one stands in its place.
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/claimclock/bin/claimclock", "/bin/true"))
    run = subprocess.run([analyze, "verify", "--man=no", str(unit)], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_systemd_waits_longer_than_the_service_takes_to_stop() -> None:
    seconds = re.search(r"^TimeoutStopSec=(\d+)s$", UNIT.read_text(), re.MULTILINE)
    assert seconds is not None
    assert int(seconds[1]) > STOP_SECONDS + 5


def test_the_unit_gives_a_credential_for_each_secret_of_the_example_settings() -> None:
    example = (SYSTEMD.parent / "config/data/settings.example.toml").read_text()
    wanted = set(re.findall(r'^password = \{ credential = "([\w-]+)" \}', example, re.MULTILINE))
    given = set(re.findall(r"^LoadCredential=([\w-]+):", UNIT.read_text(), re.MULTILINE))
    assert wanted
    assert wanted == given


@pytest.mark.parametrize("name", ["claimclock.sysusers", "claimclock.tmpfiles"])
def test_user_and_directories_are_understood(name: str, tmp_path: Path) -> None:
    program = shutil.which("systemd-sysusers" if name.endswith("sysusers") else "systemd-tmpfiles")
    if program is None:
        pytest.skip("systemd is not installed")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\n")
    (tmp_path / "etc/group").write_text("root:x:0:\nclaimclock:x:990:\n")
    options = [] if name.endswith("sysusers") else ["--create"]
    run = subprocess.run([program, f"--root={tmp_path}", *options, str(SYSTEMD / name)], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    if name.endswith("sysusers"):
        assert "\nclaimclock:" in (tmp_path / "etc/passwd").read_text()
    else:
        assert (tmp_path / "etc/claimclock/credentials").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "etc/claimclock").stat().st_mode & 0o777 == 0o750
