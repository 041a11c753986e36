"""Which matter a mail belongs to, and what a matter holds (contract, section 7, "Joining")."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, delete, insert, select, update

from classifiers.normalise import clean_text
from config.vocabulary import Kind
from daemon.entries import ActEntry, Entry, MailEntry
from daemon.storage.codec import from_json, to_json
from daemon.storage.engine import Transaction, one_at_a_time
from daemon.storage.rows import add_all_unless_known, add_unless_known, new_id
from daemon.storage.schema import acts, cases, corrections, handles, matters, messages

SUPPORT, MAIL, REFERENCE = "support", "mail", "ref"
_LONGEST = 300


_BY_ORDER = select(matters.c.id).where(
    matters.c.account == bindparam("account"),
    matters.c.family == bindparam("family"),
    matters.c.order_id == bindparam("order_id"),
)
_BY_HANDLE = (
    select(matters.c.id)
    .join(handles, handles.c.matter_id == matters.c.id)
    .where(
        handles.c.account == bindparam("account"),
        handles.c.family == bindparam("family"),
        handles.c.type == bindparam("type"),
        handles.c.value.in_(bindparam("values", expanding=True)),
    )
    .order_by(matters.c.order_id.is_(None), matters.c.id)
)
_ORPHANS = _BY_HANDLE.where(matters.c.order_id.is_(None))


def matter_for(tx: Transaction, account: str, mail: MailEntry, moved: dict[int, int]) -> int:
    """The matter of a mail, made when there is none.

    By the first order id; without one by support case id, then by a reference to a case mail of the same family. What
    was filed before without an order id, and belongs to this mail by those same signs, comes along: so the order in
    which mails are read does not matter. `moved` learns which matters became part of which.
    """
    is_companion = mail.own_reply or mail.kind is Kind.SUPPORT_CASE
    family = Kind.CS_REQUEST if is_companion else mail.kind
    if mail.order_ids and mail.kind is not Kind.SUPPORT_CASE:
        matter = _by_order(tx, account, family, mail.order_ids[0])
    else:
        matter = _by_handles(tx, account, family, mail) or new_id(tx, matters, {"account": account, "family": family})
    if not mail.own_reply:
        for orphan in _orphans(tx, account, family, mail):
            if orphan != matter:
                _absorb(tx, matter, orphan)
                moved[orphan] = matter
        _add_handles(tx, account, family, matter, mail)
    return matter


def with_orders(tx: Transaction, account: str, order_ids: Iterable[str]) -> list[int]:
    """The matters of an account about these orders, of whatever family."""
    ids = [clean_text(each)[:40] for each in order_ids]
    query = select(matters.c.id).where(matters.c.account == account, matters.c.order_id.in_(ids))
    return list(tx.scalars(query.order_by(matters.c.id)))


def _by_order(tx: Transaction, account: str, family: str, order_id: str) -> int:
    row = {"account": account, "family": family, "order_id": clean_text(order_id)[:40]}
    known = tx.scalar(_BY_ORDER, row)
    if known is None:
        add_unless_known(tx, matters, row)
        known = tx.scalar(_BY_ORDER, row)
    return int(known)  # type: ignore[arg-type]


def _by_handles(tx: Transaction, account: str, family: str, mail: MailEntry) -> int | None:
    """Support case ids first; a matter with an order before one without, then the older one."""
    for type_, values in ((SUPPORT, mail.case_ids), (MAIL, mail.references)):
        if values:
            wanted = {"account": account, "family": family, "type": type_, "values": _cut(values)}
            found = tx.scalars(_BY_HANDLE, wanted).first()
            if found is not None:
                return int(found)
    return None


def _orphans(tx: Transaction, account: str, family: str, mail: MailEntry) -> list[int]:
    """Matters without an order that this mail shows to be its own: same support case id, or they refer to it."""
    own_id = (mail.message_id,) if mail.message_id else ()
    found: set[int] = set()
    for type_, values in ((SUPPORT, mail.case_ids), (REFERENCE, own_id)):
        if values:
            wanted = {"account": account, "family": family, "type": type_, "values": _cut(values)}
            found.update(tx.scalars(_ORPHANS, wanted))
    return sorted(found)


def _absorb(tx: Transaction, matter: int, orphan: int) -> None:
    """Everything of an orphan becomes the matter's; its case rows stay, to be merged when the matter is folded."""
    for table in (messages, acts, cases, corrections):
        tx.execute(update(table).where(table.c.matter_id == orphan).values(matter_id=matter))
    columns = (handles.c.account, handles.c.family, handles.c.type, handles.c.value)
    rows = tx.execute(select(*columns).where(handles.c.matter_id == orphan)).mappings().all()
    add_all_unless_known(tx, handles, [{**row, "matter_id": matter} for row in rows])
    tx.execute(delete(handles).where(handles.c.matter_id == orphan))
    tx.execute(delete(matters).where(matters.c.id == orphan))


def _add_handles(tx: Transaction, account: str, family: str, matter: int, mail: MailEntry) -> None:
    signs = [(SUPPORT, mail.case_ids), (MAIL, (mail.message_id,) if mail.message_id else ())]
    if not mail.order_ids:
        signs.append((REFERENCE, mail.references))
    row = {"matter_id": matter, "account": account, "family": family}
    new = [{**row, "type": type_, "value": value} for type_, values in signs for value in _cut(values)]
    add_all_unless_known(tx, handles, new)


def _cut(values: Iterable[str]) -> list[str]:
    return [clean_text(value)[:_LONGEST] for value in values]


def accounts_of(tx: Transaction, matter_ids: Iterable[int]) -> dict[int, str]:
    """The seller account of each matter."""
    query = select(matters.c.id, matters.c.account).where(matters.c.id.in_(list(matter_ids)))
    return {row.id: row.account for row in tx.execute(query)}


def entries_of(tx: Transaction, matter_ids: Iterable[int]) -> dict[int, list[Entry]]:
    """Everything that each matter holds: mails in the order in which they were recorded, then what people said.

    First the mails that were judged to be the matter's, then those that a person corrected to be.
    """
    found: dict[int, list[Entry]] = {matter: [] for matter in matter_ids}
    query = select(messages.c.matter_id, messages.c.entry).where(messages.c.matter_id.in_(list(found)))
    for row in tx.execute(query.order_by(messages.c.id)):
        found[row.matter_id].append(from_json(MailEntry, row.entry))
    corrected = select(corrections.c.matter_id, corrections.c.entry).where(corrections.c.matter_id.in_(list(found)))
    for row in tx.execute(corrected.order_by(corrections.c.id)):
        found[row.matter_id].append(from_json(MailEntry, row.entry))
    said = select(acts.c.matter_id, acts.c.entry).where(acts.c.matter_id.in_(list(found)))
    for row in tx.execute(said.order_by(acts.c.id)):
        found[row.matter_id].append(from_json(ActEntry, row.entry))
    return found


def add_act(tx: Transaction, matter: int, act: ActEntry) -> None:
    """Record what a person said about the matter's case."""
    one_at_a_time(tx)
    tx.execute(insert(acts).values(matter_id=matter, entry=to_json(act)))
