"""What the admin sets, as plain frozen values; `loading.py` reads and checks them."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from config.calendars import Week, WorkingTime
from config.digest import DigestPlan
from config.ladder import Ladder, default_ladder
from config.policy import Policy
from config.retention import Retention
from config.rota import Rota


class Security(StrEnum):
    """How a connection is protected; there is no opportunistic mode."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"
    """Plain text, accepted by the settings check for loopback hosts only."""


def is_loopback(host: str) -> bool:
    """Whether a connection to this host never leaves the machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Where a secret lies: the name of a systemd credential or the path of a file with mode 0600."""

    credential: str | None = None
    file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth:
    """How access tokens are had (RFC 6749): by a refresh token, or without one by the application's own secret."""

    token_url: str
    """https, or http on loopback."""
    authorize_url: str
    """Where a person signs in; empty where that is not known."""
    client_id: str
    client_secret: Secret | None
    refresh_token: Secret | None
    scope: str
    """Permissions, separated by spaces; empty asks for none by name."""
    lifetime: timedelta | None
    """How long a refresh token is known to live unused; null when it has no end of its own."""
    secret_expires: date | None
    """The day on which the client secret ends, where the admin names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One mail server and how to log in; no username means no login (SMTP relay on loopback)."""

    host: str
    port: int
    security: Security
    username: str | None
    password: Secret | None
    ca_file: Path | None
    """Extra certificate authority in PEM; null for the system's."""
    connect_seconds: float = 15.0
    read_seconds: float = 60.0
    oauth: OAuth | None = None
    """Log in with XOAUTH2 in place of a password; null for a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One seller account's mailbox server and what to read there."""

    name: str
    server: Server
    mailboxes: tuple[str, ...]
    start: date
    """Mail that arrived before this day is not read at all."""
    poll_seconds: int
    marketplace: str | None
    """Store to assume for mail that names none; null to leave it unknown."""
    idle: bool = True
    """Let the server tell of new mail in the first mailbox (RFC 2177), beside polling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A team member: name for commands and tables, address, own zone when it differs from the team's."""

    name: str
    address: str
    time_zone: str | None = None
    lead: bool = False
    """Gets what the ladder sends to the lead, where a rota names nobody else."""
    week: Week | None = None
    """Own working hours; null for the team's. So with the country of public holidays."""
    country: str | None = None
    subdivision: str | None = None
    quiet: str | None = None
    """Own quiet hours such as "22:00-07:00", "" for none; null for the ladder's."""
    channels: tuple[str, ...] = ()
    """Where pages to this person go beside mail."""
    language: str | None = None
    """"en" or "zh" for what is written to this person alone; null for the team's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Who receives mail; nobody else ever does."""

    name: str
    language: str
    """"en" or "zh": the language of explanations."""
    time_zone: str
    people: tuple[Person, ...]
    operator: str
    """Address in `people` that gets notices about the service itself."""
    post_mortem: bool = True
    """Whether the team is asked what a case taught when it is over."""

    @property
    def addresses(self) -> frozenset[str]:
        """Every address that mail may be sent to, lower case."""
        return frozenset(person.address.lower() for person in self.people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to page people beside mail; its URL holds a token, so it is a secret."""

    name: str
    url: Secret
    order_ids: bool = False
    """Whether order ids may be shown there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """Where the service shows that it makes progress; none without a URL."""

    url: Secret | None = None
    every_seconds: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything in the settings file, checked."""

    path: Path
    instance: str
    state_directory: Path
    database: str
    """SQLAlchemy URL; by default SQLite in the state directory."""
    team: Team
    smtp: Server
    from_display: str
    from_address: str
    accounts: tuple[Account, ...]
    trusted_authserv_ids: tuple[str, ...]
    log_level: str
    log_json: bool
    policy: Policy
    connections_per_host: int = 10
    """The most IMAP connections to one host at a time, all its accounts together."""
    working_time: WorkingTime = field(default_factory=WorkingTime)
    rota: Rota = field(default_factory=Rota)
    ladder: Ladder = field(default_factory=default_ladder)
    digest: DigestPlan = field(default_factory=DigestPlan)
    reply_to: str = ""
    """Where answers to case letters go, "+{token}" standing for the proof; empty for the From address."""

    @property
    def answers_to(self) -> str:
        """The mailbox in which answers to case letters arrive, lower case."""
        return (self.reply_to.replace("+{token}", "") or self.from_address).lower()

    check_dkim: bool = False
    """Whether DKIM signatures are checked by DNS where no trusted server has spoken."""
    name_servers: tuple[str, ...] = ()
    """Whom to ask for their keys, with ":port" for another port than 53; none for the machine's own."""
    retention: Retention = field(default_factory=Retention)
    channels: Mapping[str, Channel] = field(default_factory=lambda: MappingProxyType({}))
    """By name."""
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    templates: Path | None = None
    """Directory of the team's own templates; null for none."""
    evidence_folder: Path | None = None
    """Where people put evidence; null for none."""
    shadow: bool = False
    """Run live and send nothing: every letter stays in the outbox as one that would have gone."""
