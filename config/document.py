"""Settings back to TOML: what is in force, every value written out; a secret shows its place only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from config.document_clock import days, hours, ladder_document, rota_document
from config.policy import Policy
from config.settings import Account, OAuth, Secret, Server, Settings, Team


def as_toml(settings: Settings) -> str:
    """The settings as a file that would be read as the same settings."""
    return "\n".join(_tables(settings_document(settings))).lstrip("\n") + "\n"


def settings_document(settings: Settings) -> dict[str, Any]:
    """The settings as plain tables in the order of the example file."""
    return {
        "service": {
            "instance": settings.instance,
            "state_directory": settings.state_directory,
            "database": settings.database,
            "connections_per_host": settings.connections_per_host,
            "log_level": settings.log_level,
            "log_json": settings.log_json,
            "shadow": settings.shadow,
        },
        "team": _team(settings.team),
        "smtp": {
            **_server(settings.smtp),
            "from": settings.from_address,
            "from_name": settings.from_display,
            "reply_to": settings.reply_to,
        },
        "accounts": [_account(account) for account in settings.accounts],
        "trust": {
            "authserv_ids": list(settings.trusted_authserv_ids),
            "check_dkim": settings.check_dkim,
            "name_servers": list(settings.name_servers),
        },
        "working_time": _present(
            {
                "hours": hours(settings.working_time.week),
                "country": settings.working_time.country,
                "subdivision": settings.working_time.subdivision,
                "working_days": days(settings.working_time.working_days),
                "free_days": days(settings.working_time.free_days),
            }
        ),
        **rota_document(settings.rota),
        "policy": policy_document(settings.policy),
        "ladder": ladder_document(settings.ladder),
        "digest": {
            "team": f"{settings.digest.team:%H:%M}" if settings.digest.team else "",
            "people": {name: f"{at:%H:%M}" for name, at in settings.digest.people.items()},
            "shift": settings.digest.shift,
            "weekly": settings.digest.weekly,
            "heartbeat": settings.digest.heartbeat,
        },
        **({"evidence": {"folder": settings.evidence_folder}} if settings.evidence_folder else {}),
        "retention": {
            "closed_days": settings.retention.after_closing.days,
            "other_days": settings.retention.other_mail.days,
        },
        "channels": {
            name: {"url": _place(channel.url), "order_ids": channel.order_ids}
            for name, channel in settings.channels.items()
        },
        "heartbeat": _present(
            {"url": _place(settings.heartbeat.url), "every_seconds": settings.heartbeat.every_seconds}
        ),
    }


def policy_document(policy: Policy) -> dict[str, Any]:
    """The policy as the tables of policy.toml."""
    return {
        "review_below": policy.review_below,
        "count_public_holidays": policy.count_public_holidays,
        "past_after": duration(policy.past_after),
        "clocks": {
            name: _present({"respond": duration(clock.respond), "target": clock.target and duration(clock.target)})
            for name, clock in policy.clocks.items()
        },
    }


def duration(value: timedelta) -> str:
    """A limit in the words of the settings: "7 days" from a week on, hours below."""
    hours = int(value.total_seconds() // 3600)
    number, unit = (hours // 24, "day") if hours >= 168 and hours % 24 == 0 else (hours, "hour")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _team(team: Team) -> dict[str, Any]:
    people = [
        _present(
            {
                "name": person.name,
                "address": person.address,
                "time_zone": person.time_zone,
                "lead": person.lead or None,
                "hours": hours(person.week) if person.week is not None else None,
                "country": person.country,
                "subdivision": person.subdivision,
                "quiet": person.quiet,
                "channels": list(person.channels) or None,
                "language": person.language,
            }
        )
        for person in team.people
    ]
    return {
        "name": team.name,
        "language": team.language,
        "time_zone": team.time_zone,
        "operator": team.operator,
        "people": people,
    }


def _account(account: Account) -> dict[str, Any]:
    return _present(
        {
            "name": account.name,
            **_server(account.server),
            "mailboxes": list(account.mailboxes),
            "start": account.start,
            "idle": account.idle,
            "poll_seconds": account.poll_seconds,
            "marketplace": account.marketplace,
        }
    )


def _server(server: Server) -> dict[str, Any]:
    return _present(
        {
            "host": server.host,
            "port": server.port,
            "security": str(server.security),
            "username": server.username,
            "password": _place(server.password),
            "auth": "xoauth2" if server.oauth else None,
            "oauth": _oauth(server.oauth) if server.oauth else None,
            "ca_file": server.ca_file,
            "connect_seconds": server.connect_seconds,
            "read_seconds": server.read_seconds,
        }
    )


def _oauth(oauth: OAuth) -> dict[str, Any]:
    return _present(
        {
            "token_url": oauth.token_url,
            "authorize_url": oauth.authorize_url or None,
            "client_id": oauth.client_id,
            "client_secret": _place(oauth.client_secret),
            "refresh_token": _place(oauth.refresh_token),
            "scope": oauth.scope or None,
            "lifetime_days": oauth.lifetime.days if oauth.lifetime else None,
            "secret_expires": oauth.secret_expires,
        }
    )


def _place(secret: Secret | None) -> dict[str, Any] | None:
    return None if secret is None else _present({"credential": secret.credential, "file": secret.file})


def _present(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without its nulls: TOML has none."""
    return {key: value for key, value in row.items() if value is not None}


def _tables(document: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """The lines of one table: its values first, then the tables below it."""
    below = {key: value for key, value in document.items() if _is_table(key, value)}
    for key, value in document.items():
        if key not in below:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in below.items():
        name = f"{path}.{_key(key)}" if path else key
        for row in value if isinstance(value, list) else [value]:
            yield ""
            yield f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
            yield from _tables(row, name)


_ON_ONE_LINE = ("password", "url", "hours", "refresh_token", "client_secret")


def _is_table(key: str, value: object) -> bool:
    """Whether a value gets a header of its own; secrets and clocks stay on one line."""
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], dict)
    return isinstance(value, dict) and key not in _ON_ONE_LINE and not value.keys() & {"respond", "to"}


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() else json.dumps(key)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(part) for part in value) + "]"
    return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)
