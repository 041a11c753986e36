"""Shadow mode: everything is written, nothing leaves; what was written in it stays behind when it ends."""

from __future__ import annotations

from datetime import datetime

from daemon.storage import outbox_rows
from daemon.storage.store import Store

_FACT = "shadow"


def settle(store: Store, shadow: bool, now: datetime) -> None:
    """At the start and with new settings, before anything is written: what a shadow left waiting will never leave."""
    was = store.get_fact(_FACT) == "on"
    if was:
        shelve(store, now)
    if was != shadow:
        store.set_fact(_FACT, "on" if shadow else "off", now)


def shelve(store: Store, now: datetime) -> int:
    """Keep every letter and page that waits as one that would have gone; how many."""
    with store.write() as tx:
        return outbox_rows.shelve(tx, now)
