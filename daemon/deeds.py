"""What commands do to the database, in a form that either side can do: the command itself, or the running service.

A deed is a function of a scene and a request (`handover.Request`). A command calls `carry_out`: when nobody writes to
the database the deed is done right here; else the running service is asked, which finds it in its own table
(`daemon/counter.py`) by name. Arguments are values that JSON can hold; files are given as paths and arrive as copies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from config.settings import Settings
from daemon import handover
from daemon.database import database_url, open_store
from daemon.desk import Desk
from daemon.handover import Arguments, Done, Request
from daemon.storage.engine import StoreBusy
from daemon.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a deed works with."""

    store: Store
    """Open for writing."""
    settings: Settings | None
    """The service's own when it does the deed."""
    desk: Desk
    now: datetime
    process: Callable[[], object]
    """Judge and file every stored mail that waits, and write the letters about it."""
    poll: Callable[[str], object] | None = None
    """In the service: read an account at once, comparing its mailboxes with the ledger."""


Deed = Callable[[Scene, Request], Done]


def carry_out(
    name: str,
    deed: Deed,
    arguments: Arguments,
    *,
    settings: Settings | None,
    database: str | None,
    now: datetime | None,
    files: Sequence[Path] = (),
) -> Done:
    """Do a deed, or have the service do it that has the database; Refused with the reason when it cannot be done.

    StoreBusy when another command writes just now.
    """
    from daemon.commands.ingest import desk_for, rules_for
    from daemon.jury import Jury
    from daemon.pipeline import process

    url = database_url(database, settings)
    try:
        with open_store(url, lock=True) as store, Jury(rules_for(settings), workers=1) as jury:
            at, desk = now or datetime.now(UTC), desk_for(settings, store, jury)
            scene = Scene(store=store, settings=settings, desk=desk, now=at, process=lambda: process(desk, at))
            return deed(scene, Request(name=name, arguments=arguments, now=now, files=tuple(files)))
    except StoreBusy:
        with open_store(url, lock=False) as store:
            place = handover.place_of(store)
        if place is None:
            raise
    return handover.ask(place, name, arguments, now=now, files=files)
