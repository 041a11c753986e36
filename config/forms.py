"""How long a text each place of an answer takes, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@cache
def form_limits() -> Mapping[str, int]:
    """Characters by the place of an answer: the channels' values, and buyer_message."""
    table = tomllib.loads(files("config").joinpath("data/forms.toml").read_text(encoding="utf-8"))
    return MappingProxyType({name: int(limit) for name, limit in table["longest"].items()})
