"""The shape of what the settings say about pages beside mail and about the heartbeat."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from config.schema_base import SecretTable, Table

URL_PLACE = 'a place, since the URL holds a token: { credential = "NAME" } or { file = "/path" }'
_RESERVED = ("own", "mail")


def _names(value: dict[str, ChannelTable]) -> dict[str, ChannelTable]:
    for name in value:
        if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum() or name != name.lower():
            raise ValueError(f'"{name}" is no name of a channel; write a-z, 0-9, - and _')
        if name in _RESERVED or len(name) > 40:
            raise ValueError(f'a channel cannot be named "{name}"')
    return value


class ChannelTable(Table):
    """One way to page people beside mail."""

    url: SecretTable = Field(description=URL_PLACE)
    order_ids: bool = Field(False, description="true or false")


class HeartbeatTable(Table):
    """Where the service shows that it is alive."""

    url: SecretTable | None = Field(None, description=URL_PLACE)
    every_seconds: int = Field(60, ge=20, le=3600, description="a whole number of seconds from 20 to 3600")


Channels = Annotated[dict[str, ChannelTable], AfterValidator(_names)]
