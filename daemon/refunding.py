"""A refund notice stops the ladders of its order without a click: the case stays open and its clock runs.

The notice is no message of the case. A part of the disputed sum stops nothing, nor does a notice without proof of its
sender.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from classifiers.refunds import Refund
from config.vocabulary import Event
from daemon.acting import act_entry
from daemon.acts import ActKind
from daemon.entries import MailEntry
from daemon.filing import refold
from daemon.matters import Terms
from daemon.proof import Standing, standing_of
from daemon.reading import Read
from daemon.storage import casefile, matter_rows
from daemon.storage.engine import Transaction
from daemon.storage.ledger import StoredMail


def note_refunds(
    tx: Transaction, mails: Iterable[StoredMail], judged: Mapping[int, Read], terms: Terms, now: datetime
) -> None:
    """Tell every open case of the orders of refund notices among these mails, each notice once."""
    for stored in mails:
        verdict = judged.get(stored.place_id)
        if stored.is_known or verdict is None or verdict.is_automatic or verdict.mail is None:
            continue
        if verdict.mail.refund is not None:
            _note_refund(tx, stored.place.account, verdict.mail, verdict.mail.refund, terms, now)


def _note_refund(tx: Transaction, account: str, mail: MailEntry, refund: Refund, terms: Terms, now: datetime) -> None:
    # Like a withdrawal it takes a load off the team: so it must prove as much.
    is_proved = standing_of(replace(mail, event=Event.WITHDRAWN), proof=terms.proof) is not Standing.POWERLESS
    for matter in matter_rows.with_orders(tx, account, mail.order_ids):
        for case_id in casefile.ids_in(tx, matter)[-1:]:
            found = casefile.find(tx, case_id, now)
            if found is None or not found[0].clocks:
                continue
            is_whole = refund.covers(found[0].amount)
            what = ActKind.REFUNDED if is_whole and is_proved else ActKind.NOTED
            note = _note(mail, refund, is_whole=is_whole, is_proved=is_proved)
            entry = act_entry(matter, what, by=mail.sender, at=mail.sent_at, note=note)
            entries = matter_rows.entries_of(tx, [matter])
            if any(each.key == entry.key for each in entries[matter]):
                continue
            matter_rows.add_act(tx, matter, entry)
            refold(tx, {matter: [*entries[matter], entry]}, terms, now)


def _note(mail: MailEntry, refund: Refund, *, is_whole: bool, is_proved: bool) -> str:
    told = f"{refund.currency} {refund.value}".strip()
    words = f'"{mail.subject[:120]}"' + (f", {told}" if told else "")
    if not is_proved:
        return f"a refund notice without proof of its sender: {words}; what runs, runs on"
    if not is_whole:
        return f"a refund of a part: {words}; what runs, runs on"
    return f"{words}: the buyer has the money back, so nobody is reminded or paged; the clock runs on"
