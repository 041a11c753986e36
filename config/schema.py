"""The settings file's shape: what stands where and what is allowed there.

pydantic is used here and nowhere else; a field's description is the sentence that people read when it is wrong.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails

from config.problems import Problem, unknown_key
from config.schema_base import Address, Line, SecretTable, Store, Table, Zone, check_address
from config.schema_channels import Channels, ChannelTable, HeartbeatTable
from config.schema_clock import TIME_TABLES, Clock, Hours, PlaceTable, Quiet, TimeTables, time_part
from config.schema_server import OAuthTable, ServerTable
from config.schema_trust import TrustTable

URL_WITH_PASSWORD = re.compile(r"^[\w+]+://[^/@]*:[^/@]+@")


def _reply_address(value: str) -> str:
    if "{" in value.replace("+{token}@", "", 1):
        raise ValueError('may hold one "+{token}", in front of the "@"')
    check_address(value.replace("+{token}@", "@", 1))
    return value


def _url(value: str) -> str:
    if URL_WITH_PASSWORD.match(value):
        raise ValueError(
            "must not hold a password; use the local socket with peer login (postgresql+psycopg:///claimclock) "
            "or a PGPASSFILE with mode 0600"
        )
    if not re.match(r"(sqlite|postgresql\+psycopg)://", value):
        raise ValueError('must begin with "sqlite:///" or "postgresql+psycopg://"')
    return value


ReplyAddress = Annotated[str, AfterValidator(_reply_address)]


class SmtpTable(ServerTable):
    """The server that carries mail to the team."""

    from_: Address = Field(alias="from", description="the address that the team's mail comes from")
    from_name: Line = Field("Claimclock", description="the display name of the sender")
    reply_to: Literal[""] | ReplyAddress = Field(
        "", description='an address such as "desk@seller.example" or "desk+{token}@seller.example", or "" for none'
    )


class AccountTable(ServerTable):
    """One seller account's mailbox server and what is read there."""

    name: str = Field(pattern=r"^[A-Za-z0-9_-]{1,40}$", description="a short name of letters, digits, - and _")
    username: Line = Field(description="the login name")
    mailboxes: Annotated[list[Line], Field(min_length=1)] = Field(["INBOX"], description='a list such as ["INBOX"]')
    start: date = Field(description="a day without quotes, such as 2026-11-01; older mail is not read")
    idle: bool = Field(True, description="true or false")
    poll_seconds: int = Field(60, ge=10, le=86400, description="a whole number of seconds from 10 to 86400")
    marketplace: Store | None = Field(None, description="a store's two letters, such as UK")


class PersonTable(PlaceTable):
    """One member of the team; working hours, country and quiet hours are the team's unless they stand here."""

    name: Line = Field(description="the name for tables and commands")
    address: Address = Field(description="one plain address such as ana@seller.example")
    time_zone: Zone | None = Field(None, description='a zone such as "Europe/Berlin"')
    lead: bool = Field(False, description="true or false")
    hours: Hours | None = Field(None, description='a table such as { mon = "09:00-18:00" }')
    quiet: Quiet | None = Field(None, description='a text such as "22:00-07:00", or "" for none')
    channels: list[Line] = Field([], description='a list of names such as ["chat"]')
    language: Literal["en", "zh"] | None = Field(None, description='"en" or "zh"')


class TeamTable(Table):
    """Who receives mail, and in which language and zone."""

    name: Line = Field("Seller team", description="the team's name")
    language: Literal["en", "zh"] = Field("en", description='"en" or "zh"')
    time_zone: Zone = Field("UTC", description='a zone such as "Europe/Berlin"')
    people: Annotated[list[PersonTable], Field(min_length=1)] = Field(description="one [[team.people]] table a person")
    operator: Address = Field(description="the address of one of the people, for notices about the service itself")
    templates: Line | None = Field(None, description="the path of a directory with your own templates")
    post_mortem: bool = Field(True, description="true or false")

    @field_validator("people")
    @classmethod
    def _once_each(cls, value: list[PersonTable]) -> list[PersonTable]:
        if twice := repeated(person.address.lower() for person in value) or repeated(person.name for person in value):
            raise ValueError(f"{twice} stands there twice; each person once")
        return value

    @field_validator("operator")
    @classmethod
    def _one_of_them(cls, value: str, info: ValidationInfo) -> str:
        people = info.data.get("people")
        if people is not None and value.lower() not in {person.address.lower() for person in people}:
            raise ValueError(f"{value} is not the address of any of team.people; add that person")
        return value


class DigestTable(Table):
    """Who gets a digest and when."""

    team: Clock | Literal[""] = Field("08:00", description='a time such as "08:00", or "" for none')
    people: dict[str, Clock] = Field({}, description='a table such as { Ana = "07:30" }')
    shift: bool = Field(True, description="true or false")
    weekly: bool = Field(True, description="true or false")
    heartbeat: bool = Field(True, description="true or false")


class ServiceTable(Table):
    """The service itself: its name, its state, its log."""

    instance: str = Field(
        "claimclock", pattern=r"^[a-z0-9][a-z0-9-]{0,30}$", description="a short name of a-z, 0-9 and -"
    )
    state_directory: Line | None = Field(None, description="the path of a directory")
    database: Annotated[str, AfterValidator(_url)] | None = Field(None, description="a database URL")
    connections_per_host: int = Field(10, ge=1, le=100, description="a whole number from 1 to 100")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description='"debug", "info", "warning" or "error"'
    )
    log_json: bool = Field(False, description="true or false")
    shadow: bool = Field(False, description="true or false")


class RetentionTable(Table):
    """How long the texts of mails and letters are kept."""

    closed_days: int = Field(90, ge=1, le=3650, description="a whole number of days from 1 to 3650")
    other_days: int = Field(30, ge=1, le=3650, description="a whole number of days from 1 to 3650")


class EvidenceTable(Table):
    """Where people put evidence."""

    folder: Line | None = Field(None, description="the path of a directory")


class SettingsTable(Table):
    """The whole file."""

    service: ServiceTable = Field(default_factory=lambda: ServiceTable.model_validate({}), description="a table")
    team: TeamTable = Field(description="a table [team]")
    smtp: SmtpTable = Field(description="a table [smtp]")
    accounts: Annotated[list[AccountTable], Field(min_length=1)] = Field(
        description="one [[accounts]] table a mailbox server"
    )
    trust: TrustTable = Field(default_factory=lambda: TrustTable.model_validate({}), description="a table")
    policy: dict[str, Any] = Field({}, description="a table of keys as in `claimclock config example`")
    ladder: dict[str, Any] = Field({}, description="a table of keys as in `claimclock config example`")
    digest: DigestTable = Field(default_factory=lambda: DigestTable.model_validate({}), description="a table")
    retention: RetentionTable = Field(default_factory=lambda: RetentionTable.model_validate({}), description="a table")
    channels: Channels = Field({}, description="a table of channels, each with its url")
    heartbeat: HeartbeatTable = Field(default_factory=lambda: HeartbeatTable.model_validate({}), description="a table")
    evidence: EvidenceTable = Field(default_factory=lambda: EvidenceTable.model_validate({}), description="a table")
    # What follows is checked by `check_time`; it stands here so that it counts as known.
    working_time: dict[str, Any] = Field({}, description="a table")
    rota: list[Any] = Field([], description="one [[rota]] table a queue")
    overrides: list[Any] = Field([], description="one [[overrides]] table each")
    absences: list[Any] = Field([], description="one [[absences]] table each")

    @field_validator("digest")
    @classmethod
    def _people_of_the_team(cls, value: DigestTable, info: ValidationInfo) -> DigestTable:
        team = info.data.get("team")
        names = {person.name for person in team.people} if team is not None else set(value.people)
        if unknown := sorted(value.people.keys() - names):
            raise ValueError(f"{unknown[0]} is the name of none of team.people")
        return value

    @field_validator("accounts")
    @classmethod
    def _own_names(cls, value: list[AccountTable]) -> list[AccountTable]:
        if twice := repeated(account.name for account in value):
            raise ValueError(f"the name {twice} stands there twice; each account needs its own")
        return value


def repeated(names: Iterable[str]) -> str | None:
    """The first name that occurs more than once, or null."""
    return next((name for name, count in Counter(names).items() if count > 1), None)


def check(document: Mapping[str, Any], *, path: Path) -> tuple[SettingsTable | None, list[Problem]]:
    """The document as typed tables, or null and every problem in it; `path` names the file in the problems."""
    return _checked(SettingsTable, document, path)


def check_time(document: Mapping[str, Any], *, path: Path) -> tuple[TimeTables | None, list[Problem]]:
    """The document's tables about people's time, or null and every problem in them."""
    return _checked(TimeTables, time_part(document), path)


Root = TypeVar("Root", bound=BaseModel)


def _checked(root: type[Root], document: Mapping[str, Any], path: Path) -> tuple[Root | None, list[Problem]]:
    try:
        return root.model_validate(document), []
    except ValidationError as error:
        return None, [_problem(path, document, detail) for detail in error.errors()]


def _problem(path: Path, document: Mapping[str, Any], detail: ErrorDetails) -> Problem:
    """One of pydantic's errors in the words of the settings file."""
    location = detail["loc"]
    return Problem(path=path, key=_key(document, location), message=_message(location, detail))


def _key(document: object, location: Sequence[int | str]) -> str:
    """The path as people write it: `accounts[eu].port`, by the account's own name where it has one."""
    key = ""
    here: Any = document
    for step in location:
        if isinstance(step, int):
            here = here[step] if isinstance(here, list) and step < len(here) else None
            name = here.get("name") if isinstance(here, Mapping) else None
            key += f"[{name}]" if isinstance(name, str) and name else f"[{step + 1}]"
        else:
            here = here.get(step) if isinstance(here, Mapping) else None
            key += f".{step}" if key else step
    return key


def _message(location: Sequence[int | str], detail: ErrorDetails) -> str:
    kind, name = detail["type"], str(location[-1]) if location else ""
    model, allowed = _described(location)
    if kind == "value_error":
        return detail["msg"].removeprefix("Value error, ")
    if kind == "missing":
        return f"is missing; give {allowed}"
    if kind == "extra_forbidden":
        return unknown_key(name, _names(model))
    if name in ("password", "url", "refresh_token", "client_secret") and isinstance(detail["input"], str):
        return f"must not stand in this file; give {allowed}"
    if location[:1] == ("channels",):  # what stands there may be a URL with a token: not shown
        return f"must be {allowed or 'a table with a url'}"
    return f"must be {allowed or 'written otherwise'}; it is {_shown(detail['input'])}"


def _described(location: Sequence[int | str]) -> tuple[type[BaseModel], str]:
    """The table that holds the last key of the path, and what its description allows there."""
    model: type[BaseModel] = SettingsTable
    allowed = ""
    tables: dict[str, type[BaseModel]] = {
        "service": ServiceTable, "team": TeamTable, "smtp": SmtpTable, "accounts": AccountTable,
        "trust": TrustTable, "people": PersonTable, "password": SecretTable,
        "oauth": OAuthTable, "refresh_token": SecretTable, "client_secret": SecretTable,
        "digest": DigestTable, "retention": RetentionTable, "evidence": EvidenceTable,
        "channels": ChannelTable, "heartbeat": HeartbeatTable, "url": SecretTable, **TIME_TABLES,
    }  # fmt: skip
    steps = [step for step in location if isinstance(step, str)]
    for position, step in enumerate(steps):
        field = next((f for n, f in model.model_fields.items() if step in (n, f.alias)), None)
        allowed = (field.description or "") if field else ""
        if position < len(steps) - 1 and step in tables:
            model = tables[step]
    return model, allowed


def _names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."
