"""Which matter a mail belongs to, and what a matter holds (contract, section 7, "Joining")."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, insert, select, update

from classifiers.normalise import clean_text
from config.vocabulary import Kind
from daemon.entries import ActEntry, Entry, MailEntry
from daemon.storage.codec import from_json, to_json
from daemon.storage.engine import Transaction
from daemon.storage.rows import add_unless_known, new_id
from daemon.storage.schema import acts, cases, handles, matters, messages

SUPPORT, MAIL, REFERENCE = "support", "mail", "ref"
_LONGEST = 300


def matter_for(tx: Transaction, account: str, mail: MailEntry) -> int:
    """The matter of a mail, made when there is none.

    By the first order id; without one by support case id, then by a reference to a case mail of the same family. What
    was filed before without an order id, and belongs to this mail by those same signs, comes along: so the order in
    which mails are read does not matter.
    """
    family = Kind.CS_REQUEST if mail.own_reply else mail.kind
    if mail.order_ids:
        matter = _by_order(tx, account, family, mail.order_ids[0])
    else:
        matter = _by_handles(tx, account, family, mail) or new_id(tx, matters, {"account": account, "family": family})
    if not mail.own_reply:
        for orphan in _orphans(tx, account, family, mail):
            if orphan != matter:
                _absorb(tx, matter, orphan)
        _add_handles(tx, account, family, matter, mail)
    return matter


def _by_order(tx: Transaction, account: str, family: str, order_id: str) -> int:
    this = select(matters.c.id).where(
        matters.c.account == account, matters.c.family == family, matters.c.order_id == order_id
    )
    known = tx.scalar(this)
    if known is None:
        add_unless_known(tx, matters, {"account": account, "family": family, "order_id": order_id})
        known = tx.scalar(this)
    return int(known)  # type: ignore[arg-type]


def _by_handles(tx: Transaction, account: str, family: str, mail: MailEntry) -> int | None:
    """Support case ids first; a matter with an order before one without, then the older one."""
    for type_, values in ((SUPPORT, mail.case_ids), (MAIL, mail.references)):
        query = (
            select(matters.c.id)
            .join(handles, handles.c.matter_id == matters.c.id)
            .where(handles.c.account == account, handles.c.family == family)
            .where(handles.c.type == type_, handles.c.value.in_(_cut(values)))
            .order_by(matters.c.order_id.is_(None), matters.c.id)
            .limit(1)
        )
        found = tx.scalar(query)
        if found is not None:
            return int(found)
    return None


def _orphans(tx: Transaction, account: str, family: str, mail: MailEntry) -> list[int]:
    """Matters without an order that this mail shows to be its own: same support case id, or they refer to it."""
    own_id = (mail.message_id,) if mail.message_id else ()
    found: set[int] = set()
    for type_, values in ((SUPPORT, mail.case_ids), (REFERENCE, own_id)):
        query = (
            select(matters.c.id)
            .join(handles, handles.c.matter_id == matters.c.id)
            .where(handles.c.account == account, handles.c.family == family, matters.c.order_id.is_(None))
            .where(handles.c.type == type_, handles.c.value.in_(_cut(values)))
        )
        found.update(tx.scalars(query))
    return sorted(found)


def _absorb(tx: Transaction, matter: int, orphan: int) -> None:
    """Everything of an orphan becomes the matter's; its case rows stay, to be merged when the matter is folded."""
    for table in (messages, acts, cases):
        tx.execute(update(table).where(table.c.matter_id == orphan).values(matter_id=matter))
    for row in tx.execute(select(handles).where(handles.c.matter_id == orphan)).all():
        _add_handle(tx, row.account, row.family, matter, row.type, row.value)
    tx.execute(delete(handles).where(handles.c.matter_id == orphan))
    tx.execute(delete(matters).where(matters.c.id == orphan))


def _add_handles(tx: Transaction, account: str, family: str, matter: int, mail: MailEntry) -> None:
    for case_id in mail.case_ids:
        _add_handle(tx, account, family, matter, SUPPORT, case_id)
    if mail.message_id:
        _add_handle(tx, account, family, matter, MAIL, mail.message_id)
    if not mail.order_ids:
        for reference in mail.references:
            _add_handle(tx, account, family, matter, REFERENCE, reference)


def _add_handle(tx: Transaction, account: str, family: str, matter: int, type_: str, value: str) -> None:
    row = {"matter_id": matter, "account": account, "family": family, "type": type_, "value": clean_text(value)}
    add_unless_known(tx, handles, {**row, "value": row["value"][:_LONGEST]})  # type: ignore[index]


def _cut(values: Iterable[str]) -> list[str]:
    return [clean_text(value)[:_LONGEST] for value in values]


def account_of(tx: Transaction, matter: int) -> str:
    """The seller account of a matter."""
    return str(tx.scalar(select(matters.c.account).where(matters.c.id == matter)))


def entries_of(tx: Transaction, matter: int) -> list[Entry]:
    """Everything that a matter holds, in the order in which it was recorded."""
    mails = tx.scalars(select(messages.c.entry).where(messages.c.matter_id == matter).order_by(messages.c.id))
    said = tx.scalars(select(acts.c.entry).where(acts.c.matter_id == matter).order_by(acts.c.id))
    return [*(from_json(MailEntry, text) for text in mails), *(from_json(ActEntry, text) for text in said)]


def add_act(tx: Transaction, matter: int, act: ActEntry) -> None:
    """Record what a person said about the matter's case."""
    tx.execute(insert(acts).values(matter_id=matter, entry=to_json(act)))
