"""What every table of the settings file is made of: texts that are checked, and no unknown keys."""

from __future__ import annotations

import re
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from config.marketplaces import MARKETPLACES, by_domain

ADDR_SPEC = re.compile(r'[^\s<>"(),;:\\@\x00-\x1f\x7f]{1,64}@[^\s<>"(),;:\\@\x00-\x1f\x7f]{1,253}')


def check_address(value: str) -> str:
    """A plain addr-spec that is none of Amazon's; ValueError says what it must be."""
    if not ADDR_SPEC.fullmatch(value):
        raise ValueError("must be one plain address such as ana@seller.example")
    if by_domain(value.rpartition("@")[2]) is not None:
        raise ValueError("is an address at Amazon; mail goes to the team only")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError('must be a name from the time zone database, such as "Europe/Berlin"') from error
    return value


def _store(value: str) -> str:
    if value not in MARKETPLACES:
        raise ValueError(f"must be one of {' '.join(MARKETPLACES)}")
    return value


def _plain(value: str) -> str:
    if not value.strip() or re.search(r"[\x00-\x1f\x7f]", value):
        raise ValueError("must be one line of text, not empty")
    return value


Address = Annotated[str, AfterValidator(check_address)]
Zone = Annotated[str, AfterValidator(_zone)]
Store = Annotated[str, AfterValidator(_store)]
Line = Annotated[str, AfterValidator(_plain)]


class Table(BaseModel):
    """A table of the file: unknown keys are problems, values are never bent to fit."""

    model_config = ConfigDict(extra="forbid", strict=True)


class SecretTable(Table):
    """Where a secret lies; never the secret itself."""

    credential: (
        Annotated[str, Field(description="the name of a systemd credential", pattern=r"^[A-Za-z0-9._-]+$")] | None
    ) = None
    file: Annotated[str, Field(description="the path of a file with mode 0600")] | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.credential is None) == (self.file is None):
            raise ValueError('must name exactly one place: { credential = "NAME" } or { file = "/path" }')
        return self
