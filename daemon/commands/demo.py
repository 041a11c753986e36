"""`demo`: invented mails through a real IMAP server, the service's own code and a real SMTP server, all on loopback."""

from __future__ import annotations

import json
import secrets
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from daemon.commands import cases, service, triage
from daemon.demo.letters import LetterFolder
from daemon.demo.mails import AUTHSERV, RECIPIENT, demo_mails
from daemon.demo.servers import LOOPBACK, deliver, letter_sink, mailbox_server
from daemon.faults import Refused
from daemon.terminal import console

MARK = ".claimclock-demo"
"""Marks a folder as the demonstration's own, so that a second run may empty it."""


def demo(output: Path) -> int:
    """Run the demonstration and say where its files lie; 0 when the service read and sent everything."""
    started = time.monotonic()
    folder, now, screen = _empty(output), datetime.now(UTC), console()
    mails, letters = demo_mails(now), LetterFolder(folder / "letters")
    for mail in mails:
        (folder / "mails" / f"{mail.name}.eml").write_bytes(mail.raw)
    password = secrets.token_urlsafe(12)
    with mailbox_server(user=RECIPIENT, password=password) as imap, letter_sink(letters.keep) as smtp:
        deliver(mails, port=imap, user=RECIPIENT, password=password)
        path = _write_settings(folder, imap=imap, smtp=smtp, start=now - timedelta(days=40), password=password)
        screen.print("\n1. What each mail is, and why", style="bold")
        screen.print(f"   claimclock triage {folder / 'mails'} --trusted-authserv {AUTHSERV}\n", style="dim")
        triage.triage([str(folder / "mails")], as_json=False, now=now, marketplace=None, trusted=(AUTHSERV,))
        screen.print("\n2. The same mails through IMAP, the service and SMTP", style="bold")
        screen.print(f"   claimclock poll --settings {path}\n", style="dim")
        status = service.poll(settings_path=path, dry_run=False, now=None)
    screen.print("\n3. The cases and their clocks", style="bold")
    screen.print(f"   claimclock cases list --settings {path}\n", style="dim")
    cases.list_cases(as_json=False, all_=True, now=now, settings_path=path, database=None)
    _tell_letters(letters, time.monotonic() - started)
    return status


def _empty(output: Path) -> Path:
    """The output folder, made or emptied; Refused when it holds anything that is not the demonstration's."""
    if output.exists() and not (output / MARK).exists() and any(output.iterdir()):
        raise Refused(f"{output} is not empty and not the demonstration's; name another folder with --output")
    if output.exists():
        shutil.rmtree(output)
    for name in ("mails", "letters", "state"):
        (output / name).mkdir(parents=True)
    (output / MARK).touch()
    return output


def _write_settings(folder: Path, *, imap: int, smtp: int, start: datetime, password: str) -> Path:
    """A settings file like any other, with the password in a file of mode 0600 beside it."""
    secret = folder / "imap-password"
    secret.touch(mode=0o600)
    secret.write_text(password, encoding="utf-8")
    path = folder / "claimclock.toml"
    path.write_text(
        f"""# Written by the demonstration; `claimclock config example` explains every key.
[service]
instance = "demo"
state_directory = "state"

[team]
name = "Demo team"
time_zone = "Europe/Berlin"
operator = "ana@seller.example"

[[team.people]]
name = "Ana"
address = "ana@seller.example"

[smtp]
host = "{LOOPBACK}"
port = {smtp}
security = "none"
from = "claimclock@seller.example"

[[accounts]]
name = "demo"
host = "{LOOPBACK}"
port = {imap}
security = "none"
username = {json.dumps(RECIPIENT)}
password = {{ file = "imap-password" }}
mailboxes = ["INBOX", "Claims"]
start = {start.date().isoformat()}

[trust]
authserv_ids = ["{AUTHSERV}"]
""",
        encoding="utf-8",
    )
    return path


def _tell_letters(letters: LetterFolder, seconds: float) -> None:
    screen = console()
    index = letters.write_index()
    screen.print("\n4. What the team received", style="bold")
    screen.print(
        f"   {len(letters.subjects)} letters, to {', '.join(sorted(letters.recipients)) or 'nobody'}\n", style="dim"
    )
    for name in letters.subjects:
        screen.print(f"   {letters.directory / name}.eml  .html")
    screen.print(f"\nOpen in a browser: {index.resolve().as_uri()}")
    screen.print(f"The demonstration took {seconds:.0f} seconds; nothing left this machine.", style="dim")
