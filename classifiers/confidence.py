"""From the margin of the votes to a confidence that means what it says: of mails with 0.9 nine in ten are right."""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from functools import cache
from importlib.resources import files


def calibrated(raw: float) -> float:
    """The share of mails with this raw confidence that were right (`config/data/confidence.toml`); rising, 0 to 1."""
    raws, rights = _curve()
    place = min(max(bisect_right(raws, raw), 1), len(raws) - 1)
    low, high = raws[place - 1], raws[place]
    share = (min(max(raw, low), high) - low) / (high - low)
    return round(rights[place - 1] + share * (rights[place] - rights[place - 1]), 3)


@cache
def _curve() -> tuple[tuple[float, ...], tuple[float, ...]]:
    text = files("config").joinpath("data/confidence.toml").read_text(encoding="utf-8")
    points: list[list[float]] = tomllib.loads(text)["points"]
    return tuple(raw for raw, _ in points), tuple(right for _, right in points)
