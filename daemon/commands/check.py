"""`check`: settings, policy, secrets, database and logins; every problem at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.calendars import WorkingTime, years_without_table
from config.rota import problems
from config.settings import Account, Secret, Server, Settings
from config.timing import work_of
from daemon import heartbeat
from daemon.channels import url_fault
from daemon.connection import Refused, ServerFault
from daemon.database import open_store, other_owner, shown_url, sqlite_file
from daemon.faults import EX_CONFIG, told
from daemon.imap import ImapMailbox
from daemon.oauth import Bearer, Keyring, Login
from daemon.oauth_state import life
from daemon.own_templates import problems_in, read_templates
from daemon.secrets import SecretUnavailable, read_secret
from daemon.signatures import DkimCheck, missing, online_fault
from daemon.smtp import SmtpSender
from daemon.supervisor import OUTGOING
from daemon.terminal import console
from daemon.workspace import required_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; `fault` is null when it is right."""

    what: str
    fault: str | None = None
    status: int = 1
    """What the command ends with when this is wrong; 0 for a warning."""


def check(*, settings_path: Path | None, online: bool) -> int:
    """Print a line for each thing looked at; 78 when settings or secrets are wrong, 1 when something else is."""
    findings = list(_findings(required_settings(settings_path), online))
    screen = console()
    for finding in findings:
        word = "ok" if not finding.fault else "problem" if finding.status else "warning"
        line = f"{word:<8} {finding.what}{f': {finding.fault}' if finding.fault else ''}"
        screen.print(line, style={"problem": "red", "warning": "yellow"}.get(word, ""), soft_wrap=True)
    return max((finding.status for finding in findings if finding.fault), default=0)


def _findings(settings: Settings, online: bool) -> Iterator[Finding]:
    """Settings that are wrong never come this far: loading them tells every problem and ends with 78."""
    people = ", ".join(person.name for person in settings.team.people)
    yield Finding(what=f"settings {settings.path}: {len(settings.accounts)} account(s), mail goes to {people}")
    yield Finding(what=f"policy: {len(settings.policy.clocks)} limits")
    yield _replies(settings)
    yield from _signatures(settings, online)
    yield from _templates(settings)
    yield from _people(settings, datetime.now(UTC))
    yield from _secret(settings.smtp, "smtp")
    for account in settings.accounts:
        yield from _secret(account.server, account.name)
    yield from _channels(settings)
    yield from _heartbeat(settings)
    yield _state(settings.state_directory)
    if settings.evidence_folder is not None:
        yield _evidence(settings.evidence_folder)
    yield _database(settings.database)
    if online:
        keyring = Keyring(settings.state_directory)
        yield _smtp_login(settings.smtp, keyring)
        for account in settings.accounts:
            yield from _imap_login(account, keyring)


def _people(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Turns and working time: gaps of the next 90 days, calendars without a year, steps with nobody to go to."""
    names = [person.name for person in settings.team.people]
    rota = settings.rota
    yield Finding(what=f"rota: {len(rota.queues)} queue(s)" if rota.queues else "rota: none, the whole team is on call")
    for problem in problems(rota, names, accounts=[account.name for account in settings.accounts], start=now):
        yield Finding(what=problem.place, fault=problem.message)
    yield from _leaderless(settings)
    last = (now + timedelta(days=90)).year
    for who, work in _calendars(settings):
        for year in years_without_table(work, now.year, last):
            fault = f"no make-up days are known for {year}; give working_time.working_days and free_days"
            # The coming year is announced late: until it begins, nobody can be blamed.
            yield Finding(what=f"calendar {work.country} of {who}", fault=fault, status=int(year == now.year))


def _leaderless(settings: Settings) -> Iterator[Finding]:
    """Steps that go to a lead where nobody is one: they then go to whoever is on call."""
    if any(person.lead for person in settings.team.people):
        return
    steps = [
        f"ladder.{table}.{s.name}" for table, rows in settings.ladder.steps.items() for s in rows if "lead" in s.to
    ]
    steps = list(dict.fromkeys(steps))
    if not steps:
        return
    named = f"{steps[0]} and {len(steps) - 1} more" if len(steps) > 1 else steps[0]
    for queue in settings.rota.queues:
        if not queue.leads:
            fault = f"names no lead, nor does team.people: {named} would go to whoever is on call"
            yield Finding(what=f"rota[{queue.name}]", fault=fault)
    if not any(queue.is_catch_all for queue in settings.rota.queues):
        fault = "go to a lead, and nobody in team.people is one (lead = true): they go to the others"
        yield Finding(what=f"ladder: {named}", fault=fault, status=0)


def _calendars(settings: Settings) -> Iterator[tuple[str, WorkingTime]]:
    yield "the team", settings.working_time
    yield from ((each.name, work_of(each, settings.working_time)) for each in settings.team.people if each.country)


def _signatures(settings: Settings, online: bool) -> Iterator[Finding]:
    """A warning, no problem: without the check a mail is unverified, as it was without the setting."""
    if settings.check_dkim:
        check = DkimCheck(name_servers=settings.name_servers)
        fault = online_fault(check) if online else missing()
        yield Finding(what="DKIM signatures are checked by DNS", fault=fault, status=0)


def _replies(settings: Settings) -> Finding:
    """Whether what the team answers can be read."""
    address = settings.answers_to
    what = f"replies to {address}"
    if any(account.server.username and account.server.username.lower() == address for account in settings.accounts):
        return Finding(what=f"{what}: read as commands")
    fault = "no account logs in as this address; commands by reply work only if its mail reaches a mailbox that is read"
    return Finding(what=what, fault=fault, status=0)


def _templates(settings: Settings) -> Iterator[Finding]:
    """Every sample letter is written with the team's own templates."""
    if settings.templates is None:
        return
    what = f"templates in {settings.templates}"
    problems = problems_in(settings.templates)
    if not problems:
        count = len(read_templates(settings.templates)[0])
        fault = "" if count else "no file there ends in .j2"
        yield Finding(what=f"{what}: {count} used", fault=fault or None, status=0)
    for problem in problems:
        place, _, fault = problem.partition(": ")
        yield Finding(what=f"template {place}", fault=fault, status=EX_CONFIG)


def _secret(server: Server, who: str) -> Iterator[Finding]:
    oauth = server.oauth
    for name, secret in (
        ("secret", server.password),
        ("refresh token", oauth.refresh_token if oauth else None),
        ("client secret", oauth.client_secret if oauth else None),
    ):
        if secret is None:
            continue
        try:
            read_secret(secret)
        except SecretUnavailable as error:
            yield Finding(what=f"{name} of {who}", fault=str(error), status=EX_CONFIG)
        else:
            yield Finding(what=f"{name} of {who}: {_place(secret)}")


def _channels(settings: Settings) -> Iterator[Finding]:
    """Every way to page people beside mail, as far as it can be tried without sending."""
    for channel in settings.channels.values():
        users = ", ".join(each.name for each in settings.team.people if channel.name in each.channels)
        what = f"channel {channel.name}: {_place(channel.url)}"
        try:
            fault = url_fault(read_secret(channel.url))
        except SecretUnavailable as error:
            fault = str(error)
        yield Finding(what=f"{what}, for {users or 'steps of the ladder alone'}", fault=fault, status=EX_CONFIG)


def _heartbeat(settings: Settings) -> Iterator[Finding]:
    if (secret := settings.heartbeat.url) is None:
        return
    try:
        fault = heartbeat.url_fault(read_secret(secret))
    except SecretUnavailable as error:
        fault = str(error)
    yield Finding(what=f"heartbeat: {_place(secret)}", fault=fault, status=EX_CONFIG)


def _place(secret: Secret) -> str:
    return str(secret.file) if secret.file else f"credential {secret.credential}"


def _state(directory: Path) -> Finding:
    what = f"state directory {directory}"
    if not directory.is_dir():
        return Finding(what=what, fault="does not exist; systemd makes it (StateDirectory=), or make it with mode 0700")
    if not os.access(directory, os.W_OK | os.X_OK):
        return Finding(what=what, fault="cannot be written by this user; run as the service's user")
    return Finding(what=what)


def _evidence(folder: Path) -> Finding:
    what = f"evidence folder {folder}"
    if not folder.is_dir():
        return Finding(what=what, fault="does not exist; make it, or correct [evidence] folder")
    if not os.access(folder, os.R_OK | os.X_OK):
        return Finding(what=what, fault="cannot be read by this user; give the service's user the right to read it")
    return Finding(what=what)


def _database(url: str) -> Finding:
    """Opened only as the user it belongs to, never made here: root would leave files that the service cannot write."""
    what, file = f"database {shown_url(url)}", sqlite_file(url)
    if file is not None and not file.exists():
        return Finding(what=f"{what}: will be made at the first start")
    if owner := other_owner(url):
        return Finding(what=f"{what}: belongs to {owner}; not opened as root")
    try:
        with open_store(url, lock=False):
            return Finding(what=what)
    except Exception as error:  # whatever the driver raises: telling it is what this command is for
        return Finding(what=what, fault=told(error))


def _smtp_login(server: Server, keyring: Keyring) -> Finding:
    what = f"outgoing mail by {server.host}:{server.port}"
    try:
        login = keyring.login(OUTGOING, server)
        with SmtpSender(server, login) as sender:
            sender.open()
    except (ServerFault, SecretUnavailable) as error:
        return Finding(what=what, fault=str(error))
    return Finding(what=f"{what}: connected{' and logged in' if server.username else ''}{_life(login)}")


def _imap_login(account: Account, keyring: Keyring) -> Iterator[Finding]:
    server = account.server
    what = f"account {account.name} at {server.host}:{server.port}"
    try:
        login = keyring.login(account.name, server)
        with ImapMailbox.connect(account, login) as client:
            if isinstance(login, Bearer):
                yield Finding(what=f"{what}: logged in{_life(login)}")
            for name in account.mailboxes:
                yield _mailbox(client, account, name)
    except (ServerFault, SecretUnavailable) as error:
        yield Finding(what=what, fault=str(error))


def _life(login: Login) -> str:
    """How long the tokens live, for a login that uses some."""
    if not isinstance(login, Bearer):
        return ""
    return f"; {life(login.state, datetime.now(UTC))}"


def _mailbox(client: ImapMailbox, account: Account, name: str) -> Finding:
    what = f"mailbox {account.name}/{name}"
    try:
        status = client.examine(name)
    except Refused as error:
        return Finding(what=what, fault=str(error))
    return Finding(what=f"{what}: {status.exists} messages")
