"""What a person says about a case: recorded as an entry of its matter, from which the case is folded anew."""

from __future__ import annotations

import hashlib
from datetime import datetime

from config.vocabulary import Outcome
from daemon.acts import ActKind
from daemon.cases import Case, read_at
from daemon.entries import ActEntry
from daemon.filing import refold
from daemon.learning import keep
from daemon.matters import Terms
from daemon.storage import casefile, matter_rows
from daemon.storage.engine import Transaction
from daemon.storage.store import Store
from responders.lessons import read_words


def act(
    store: Store,
    number: str,
    what: ActKind,
    *,
    by: str,
    now: datetime,
    terms: Terms,
    outcome: Outcome | None = None,
    note: str = "",
    person: str = "",
    until: datetime | None = None,
) -> Case | None:
    """Record what `by` said about a case and give the case as it stands then; null for an unknown number.

    An act speaks to the case that is live at `now`: after a new case was opened on the same order, that one.
    """
    case_id = casefile.id_of(number)
    if case_id is None:
        return None
    with store.write() as tx:
        return act_in(
            tx, case_id, what, by=by, now=now, terms=terms, outcome=outcome, note=note, person=person, until=until
        )


def act_in(
    tx: Transaction,
    case_id: int,
    what: ActKind,
    *,
    by: str,
    now: datetime,
    terms: Terms,
    outcome: Outcome | None = None,
    note: str = "",
    person: str = "",
    until: datetime | None = None,
) -> Case | None:
    """The same inside the caller's transaction, for the row of a case; null when there is no such row."""
    found = casefile.find(tx, case_id, now)
    if found is None:
        return None
    case, matter = found
    entry = act_entry(matter, what, by=by, at=now, outcome=outcome, note=note, person=person, until=until)
    matter_rows.add_act(tx, matter, entry)
    saved = refold(tx, matter_rows.entries_of(tx, [matter]), terms, now)[matter]
    acted = next((each.case for each in saved if each.case.number == case.number), None)
    if acted is not None and what is ActKind.CLOSED:
        keep(tx, acted, read_words(note), by=by, now=now)
    return read_at(acted, now) if acted else None


def act_entry(
    matter: int,
    what: ActKind,
    *,
    by: str,
    at: datetime,
    outcome: Outcome | None = None,
    note: str = "",
    person: str = "",
    until: datetime | None = None,
) -> ActEntry:
    """The act as an entry of its matter, under a key that the same words at the same time have too."""
    said = f"{matter}\0{what}\0{by}\0{at.isoformat()}\0{note}\0{person}\0{until or ''}"
    key = "act:" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:40]
    return ActEntry(key=key, at=at, what=what, by=by, outcome=outcome, note=note, person=person, until=until)
