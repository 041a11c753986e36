"""Amazon's stores as data: domain, marketplace id, currency, time zone and order of numeric dates."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, cast
from zoneinfo import ZoneInfo

DateOrder = Literal["mdy", "dmy", "ymd"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marketplace:
    """One store; `code` is the contract's two letters (UK, not GB)."""

    code: str
    domain: str
    """The store's own domain, such as amazon.co.uk."""
    id: str
    """Amazon's marketplace id, as in `X-Marketplace-ID`."""
    currency: str
    """ISO 4217."""
    zone: ZoneInfo
    """Time zone of the store's limits (contract, section 5)."""
    order: DateOrder
    """How the store writes a numeric date."""

    @property
    def day_first(self) -> bool:
        """True when 03/04 is the third of April there."""
        return self.order == "dmy"


def _read() -> Mapping[str, Marketplace]:
    text = files("config").joinpath("data/marketplaces.toml").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            code: Marketplace(
                code=code,
                domain=row["domain"],
                id=row["id"],
                currency=row["currency"],
                zone=ZoneInfo(row["zone"]),
                order=cast(DateOrder, row["order"]),
            )
            for code, row in tomllib.loads(text).items()
        }
    )


MARKETPLACES: Mapping[str, Marketplace] = _read()
"""Every store by its two letters, in the order of the data file."""

_BY_ID = {store.id: store for store in MARKETPLACES.values()}
_BY_DOMAIN = {store.domain: store for store in MARKETPLACES.values()}
_CURRENCY_COUNT = Counter(store.currency for store in MARKETPLACES.values())
_BY_CURRENCY = {store.currency: store for store in MARKETPLACES.values() if _CURRENCY_COUNT[store.currency] == 1}


def by_id(marketplace_id: str) -> Marketplace | None:
    """Find the store with this marketplace id, or null; ids are compared in upper case."""
    return _BY_ID.get(marketplace_id.strip().upper())


def by_domain(domain: str) -> Marketplace | None:
    """Find the store whose domain is `domain` or a parent of it (sellercentral.amazon.de is DE), or null."""
    labels = domain.strip().rstrip(".").lower().split(".")
    names = (".".join(labels[start:]) for start in range(len(labels)))
    return next((_BY_DOMAIN[name] for name in names if name in _BY_DOMAIN), None)


def by_currency(currency: str) -> Marketplace | None:
    """Find the only store that uses this ISO 4217 currency; null when none or several do (EUR)."""
    return _BY_CURRENCY.get(currency.upper())


def zone_of(marketplace: str | None) -> ZoneInfo:
    """Give the time zone of a store's limits; UTC when the store is not known (contract, section 5)."""
    store = MARKETPLACES.get(marketplace or "")
    return store.zone if store else ZoneInfo("UTC")
