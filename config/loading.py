"""The settings file to Settings: read, checked as a whole, typed; every problem is told at once."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from config import settings as typed
from config.digest import DigestPlan
from config.ladder import OWN, Ladder, default_ladder, override_ladder
from config.oauth import endpoint, providers
from config.overrides import override_policy
from config.policy import Policy, default_policy
from config.problems import Problem, SettingsError
from config.retention import Retention
from config.rota import Rota
from config.rota_files import read_shifts
from config.schema import AccountTable, DigestTable, SettingsTable, TeamTable, check, check_time
from config.schema_base import SecretTable
from config.schema_channels import ChannelTable
from config.schema_clock import TimeTables
from config.schema_server import OAuthTable, ServerTable
from config.timing import rota_faults, typed_person, typed_rota, working_time


def load_settings(path: Path) -> typed.Settings:
    """Read, check and type the settings file; SettingsError holds every problem at once."""
    document = _read(path)
    checked, problems = check(document, path=path)
    policy, faults = _policy(document.get("policy"), path)
    ladder, steps = _ladder(document.get("ladder"), path)
    time, times = check_time(document, path=path)
    rota, names = _rota(checked, time, path)
    names += _channel_problems(checked, ladder, path)
    if checked is None or policy is None or ladder is None or time is None or names:
        raise SettingsError([*problems, *faults, *steps, *times, *names])
    return replace(
        _typed(path, checked, policy),
        ladder=ladder,
        working_time=working_time(time.working_time, checked.team.time_zone),
        rota=rota,
        digest=_digest(checked.digest),
        channels=MappingProxyType(
            {name: _channel(name, table, path.resolve().parent) for name, table in checked.channels.items()}
        ),
        heartbeat=typed.Heartbeat(
            url=_secret(checked.heartbeat.url, path.resolve().parent), every_seconds=checked.heartbeat.every_seconds
        ),
        templates=_path(checked.team.templates, path.resolve().parent),
        evidence_folder=_path(checked.evidence.folder, path.resolve().parent),
        shadow=checked.service.shadow,
        retention=Retention(
            after_closing=timedelta(days=checked.retention.closed_days),
            other_mail=timedelta(days=checked.retention.other_days),
        ),
    )


def _channel(name: str, table: ChannelTable, base: Path) -> typed.Channel:
    url = typed.Secret(credential=table.url.credential, file=_path(table.url.file, base))
    return typed.Channel(name=name, url=url, order_ids=table.order_ids)


def _channel_problems(checked: SettingsTable | None, ladder: Ladder | None, path: Path) -> list[Problem]:
    """People and steps that name a channel which is none."""
    if checked is None:
        return []
    named = {f"team.people[{each.name}].channels": each.channels for each in checked.team.people}
    for table, steps in ladder.steps.items() if ladder is not None else ():
        for step in steps:
            named[f"ladder.{table}.{step.name}.channels"] = [each for each in step.channels or () if each != OWN]
    known = ", ".join(sorted(checked.channels)) or "none"
    return [
        Problem(path=path, key=key, message=f'"{name}" is no channel; known: {known}')
        for key, names in named.items()
        for name in names
        if name not in checked.channels
    ]


def _digest(table: DigestTable) -> DigestPlan:
    own = {name: time.fromisoformat(at) for name, at in table.people.items()}
    return DigestPlan(
        team=time.fromisoformat(table.team) if table.team else None,
        people=MappingProxyType(own),
        shift=table.shift,
        weekly=table.weekly,
        heartbeat=table.heartbeat,
    )


def _rota(checked: SettingsTable | None, time: TimeTables | None, path: Path) -> tuple[Rota, list[Problem]]:
    """The turns and what is wrong in them, once the tables themselves are right."""
    if checked is None or time is None:
        return Rota(), []
    rota, unread = _with_calendars(typed_rota(time, checked.team.time_zone), time, checked.team, path)
    found = rota_faults(rota, checked.team, (account.name for account in checked.accounts))
    return rota, [*unread, *(Problem(path=path, key=key, message=message) for key, message in found)]


def _with_calendars(rota: Rota, time: TimeTables, team: TeamTable, path: Path) -> tuple[Rota, list[Problem]]:
    """The turns that stand in calendar files; what is wrong inside of one is told by `check`, not here."""
    people = {person.name: person.address for person in team.people}
    queues, problems = [], []
    for queue, table in zip(rota.queues, time.rota, strict=True):
        try:
            named = table.calendar
            calendar = read_shifts(named, path.resolve().parent, people, queue) if named else None
            queues.append(replace(queue, calendar=calendar))
        except OSError as error:
            message = f'"{table.calendar}" cannot be read: {error.strerror or error}'
            problems.append(Problem(path=path, key=f"rota[{queue.name}].calendar", message=message))
    return replace(rota, queues=tuple(queues)), problems


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = "there is no such file; start with `claimclock config example > claimclock.toml`"
        raise SettingsError([Problem(path=path, key="", message=message)]) from error
    except OSError as error:
        raise SettingsError([Problem(path=path, key="", message=f"cannot be read: {error.strerror}")]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError([Problem(path=path, key="", message=f"is not valid TOML: {error}")]) from error


def _policy(own: object, path: Path) -> tuple[Policy | None, list[Problem]]:
    return override_policy(own, path=path) if isinstance(own, Mapping) else (default_policy(), [])


def _ladder(own: object, path: Path) -> tuple[Ladder | None, list[Problem]]:
    return override_ladder(own, path=path) if isinstance(own, Mapping) else (default_ladder(), [])


def _typed(path: Path, file: SettingsTable, policy: Policy) -> typed.Settings:
    base = path.resolve().parent
    state = _path(file.service.state_directory, base) or Path(
        os.environ.get("STATE_DIRECTORY") or "/var/lib/claimclock"
    )
    return typed.Settings(
        path=path,
        instance=file.service.instance,
        state_directory=state,
        database=file.service.database or f"sqlite:///{state / 'claimclock.db'}",
        team=_typed_team(file.team),
        smtp=_typed_server(file.smtp, base, "smtp"),
        from_display=file.smtp.from_name,
        reply_to=file.smtp.reply_to,
        from_address=file.smtp.from_,
        accounts=tuple(_typed_account(account, base) for account in file.accounts),
        trusted_authserv_ids=tuple(file.trust.authserv_ids),
        check_dkim=file.trust.check_dkim,
        name_servers=tuple(file.trust.name_servers),
        log_level=file.service.log_level,
        log_json=file.service.log_json,
        policy=policy,
        connections_per_host=file.service.connections_per_host,
    )


def _typed_team(team: TeamTable) -> typed.Team:
    return typed.Team(
        name=team.name,
        language=team.language,
        time_zone=team.time_zone,
        people=tuple(typed_person(person) for person in team.people),
        operator=team.operator,
        post_mortem=team.post_mortem,
    )


def _typed_account(account: AccountTable, base: Path) -> typed.Account:
    return typed.Account(
        name=account.name,
        server=_typed_server(account, base, "imap"),
        mailboxes=tuple(account.mailboxes),
        start=account.start,
        poll_seconds=account.poll_seconds,
        marketplace=account.marketplace,
        idle=account.idle,
    )


def _typed_server(server: ServerTable, base: Path, protocol: str) -> typed.Server:
    return typed.Server(
        host=server.host,
        port=server.port,
        security=typed.Security(server.security),
        username=server.username,
        password=_secret(server.password, base),
        ca_file=_path(server.ca_file, base),
        connect_seconds=float(server.connect_seconds),
        read_seconds=float(server.read_seconds),
        oauth=_oauth(server.oauth, base, protocol) if server.oauth else None,
    )


def _oauth(table: OAuthTable, base: Path, protocol: str) -> typed.OAuth:
    """The provider's own values where the file names none; `protocol` is "imap" or "smtp"."""
    known = providers().get(table.provider or "", {})
    usual = known.get(protocol if table.refresh_token else "application", "")
    days = table.lifetime_days or int(known.get("lifetime_days", 0))
    return typed.OAuth(
        token_url=table.token_url or endpoint(str(table.provider), "token_url", table.tenant),
        authorize_url=table.authorize_url
        or (endpoint(table.provider, "authorize_url", table.tenant) if table.provider and table.refresh_token else ""),
        client_id=table.client_id,
        client_secret=_secret(table.client_secret, base),
        refresh_token=_secret(table.refresh_token, base),
        scope=table.scope or str(usual),
        lifetime=timedelta(days=days) if days else None,
        secret_expires=table.secret_expires,
    )


def _secret(table: SecretTable | None, base: Path) -> typed.Secret | None:
    return typed.Secret(credential=table.credential, file=_path(table.file, base)) if table else None


def _path(text: str | None, base: Path) -> Path | None:
    """A path of the file; a relative one starts at the settings file's own directory."""
    return base / Path(text).expanduser() if text else None
