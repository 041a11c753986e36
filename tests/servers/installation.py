"""A whole installation for a test: settings, password file and database in one folder, and the program run on it."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from servers.dovecot import PASSWORD, USER
from servers.program import claimclock

SETTINGS = """
[service]
instance = "test"
state_directory = "{home}/state"
{database}
[team]
language = "en"
time_zone = "UTC"
operator = "ana@seller.example"
[[team.people]]
name = "Ana"
address = "ana@seller.example"

[smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "none"
from = "claimclock@seller.example"
connect_seconds = 2
read_seconds = 5

[ladder]
storm_cases = 0

[trust]
authserv_ids = ["mx.seller.example"]
"""

ACCOUNT = """
[[accounts]]
name = "{name}"
host = "127.0.0.1"
port = {port}
security = "none"
username = "{user}"
password = {{ file = "{home}/password" }}
mailboxes = [{mailboxes}]
start = 2020-01-01
poll_seconds = 10
marketplace = "UK"
connect_seconds = 2
read_seconds = 5
"""


class Installation:
    """`accounts` is name to user; all have the same password and the same server."""

    def __init__(
        self,
        home: Path,
        *,
        imap_port: int,
        smtp_port: int,
        database: str | None = None,
        accounts: dict[str, str] | None = None,
        mailboxes: tuple[str, ...] = ("INBOX",),
    ) -> None:
        home.mkdir(parents=True, exist_ok=True)
        (home / "state").mkdir(exist_ok=True)
        password = home / "password"
        password.write_text(PASSWORD)
        password.chmod(0o600)
        self.settings = home / "claimclock.toml"
        self.database = database or f"sqlite:///{home}/state/claimclock.db"
        self.database = self.database.replace("postgresql://", "postgresql+psycopg://")
        text = SETTINGS.format(home=home, smtp_port=smtp_port, database=f'database = "{self.database}"')
        for name, user in (accounts or {"uk": USER}).items():
            names = ", ".join(f'"{mailbox}"' for mailbox in mailboxes)
            text += ACCOUNT.format(name=name, port=imap_port, user=user, home=home, mailboxes=names)
        self.settings.write_text(text)

    def command(self, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
        """Run one command to its end."""
        return claimclock(*arguments, CLAIMCLOCK_SETTINGS=str(self.settings))

    def start(self, log: Path, *, command: str = "run") -> subprocess.Popen[bytes]:
        """The service as a process group of its own, its log appended to a file."""
        program = [sys.executable, "-c", "from daemon.cli import main; main()", command]
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("CLAIMCLOCK_", "XDG_"))}
        with log.open("ab") as file:
            return subprocess.Popen(
                program,
                stdout=file,
                stderr=file,
                env={**clean, "CLAIMCLOCK_SETTINGS": str(self.settings)},
                start_new_session=True,
            )


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the process and everything that it started, as when the machine ends."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)
