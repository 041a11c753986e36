"""Amazon's own domains and what belongs to whom in a domain name."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from config.marketplaces import MARKETPLACES, by_domain

# Registries under which names are given out at the third level, as far as Amazon or mail about it uses them.
_TWO_PART_SUFFIXES = frozenset(
    f"{second}.{top}"
    for top in (
        "uk",
        "jp",
        "za",
        "in",
        "kr",
        "il",
        "nz",
        "th",
        "id",
        "au",
        "br",
        "mx",
        "tr",
        "be",
        "sg",
        "eg",
        "sa",
        "ae",
        "cn",
        "hk",
        "tw",
        "pl",
    )
    for second in ("co", "com", "org", "net", "ac", "gov", "edu", "ne", "or", "gen")
)


@cache
def amazon_data() -> dict[str, Any]:
    """The shipped facts on Amazon's senders and their imitators (config/data/amazon.toml)."""
    return tomllib.loads(resources.files("config").joinpath("data/amazon.toml").read_text("utf-8"))


@cache
def _genuine() -> frozenset[str]:
    return frozenset({store.domain for store in MARKETPLACES.values()} | set(amazon_data()["domains"]["others"]))


@lru_cache(maxsize=4096)
def is_amazon_domain(domain: str) -> bool:
    """Whether a domain is one of Amazon's or lies below one; look-alikes and `amazonses.com` are not."""
    name = domain.strip().rstrip(".").lower()
    return any(name == known or name.endswith("." + known) for known in _genuine())


def is_relay_domain(domain: str) -> bool:
    """Whether a domain is the one of buyers' relay addresses of some store."""
    label = amazon_data()["domains"]["relay_label"]
    return domain.startswith(f"{label}.") and is_amazon_domain(domain)


def store_of(domain: str) -> str | None:
    """The two letters of the store to which a genuine domain belongs, or null."""
    store = by_domain(domain) if is_amazon_domain(domain) else None
    return store.code if store else None


def organisational_domain(domain: str) -> str:
    """The registered part of a domain name: "mail.amazon.co.uk" gives "amazon.co.uk"."""
    labels = domain.strip().rstrip(".").lower().split(".")
    keep = 3 if ".".join(labels[-2:]) in _TWO_PART_SUFFIXES else 2
    return ".".join(labels[-keep:])
