"""Policy as data: default clocks, business calendar, the past, checklists; shipped TOML, overridden key by key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A default limit for mail that names none, both counted from the start of the mail's clock."""

    respond: timedelta
    target: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything that a team can change without touching code."""

    clocks: Mapping[str, Clock]
    """Keys "kind.event" or "kind"; also "atoz_claim.opened_action" (action demanded), "atoz_claim.granted_seller"."""
    count_public_holidays: bool
    """When true, business days also skip the marketplace's public holidays; off is the strict reading."""
    past_after: timedelta
    """A matter whose clock ran out longer ago than this when it was read is filed closed, quietly."""
    review_below: float
    """Confidence under which a person must look."""


_DURATION = re.compile(r"(\d{1,5}) (hour|day)s?")


def parse_duration(text: str) -> timedelta:
    """Read "48 hours" or "30 days" (of 24 hours); ValueError with a plain sentence for anything else."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'{text!r} is no duration: write it like "48 hours" or "30 days"')
    amount = int(match[1])
    return timedelta(hours=amount) if match[2] == "hour" else timedelta(days=amount)


def policy_table() -> dict[str, Any]:
    """Read the shipped policy.toml as plain tables, a fresh copy each time: the base that a team's keys override."""
    return tomllib.loads(files("config").joinpath("data/policy.toml").read_text(encoding="utf-8"))


def policy_from_table(table: Mapping[str, Any]) -> Policy:
    """Turn a complete policy table into a value; KeyError or ValueError names what is wrong."""
    clocks = {
        key: Clock(
            respond=parse_duration(row["respond"]),
            target=parse_duration(row["target"]) if "target" in row else None,
        )
        for key, row in table["clocks"].items()
    }
    return Policy(
        clocks=MappingProxyType(clocks),
        count_public_holidays=bool(table["count_public_holidays"]),
        past_after=parse_duration(table["past_after"]),
        review_below=float(table["review_below"]),
    )


@cache
def default_policy() -> Policy:
    """Give the policy as shipped: the contract's table."""
    return policy_from_table(policy_table())
