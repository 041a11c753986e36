"""What is known of the providers whose mailboxes are opened with OAuth (RFC 6749) instead of a password."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

Provider = Mapping[str, str | int]


@cache
def providers() -> Mapping[str, Provider]:
    """Each provider's endpoints, scopes and lifetime of a refresh token in days (0: without an end of its own)."""
    table: Mapping[str, Provider] = tomllib.loads(files("config").joinpath("data/oauth.toml").read_text("utf-8"))
    return table


def endpoint(provider: str, name: str, tenant: str | None) -> str:
    """A provider's `token_url` or `authorize_url` for one tenant (null: any organisation's)."""
    known = providers()[provider]
    return str(known[name]).replace("{tenant}", tenant or str(known["tenant"]))
