"""A ladder that ends: the trail says why, and whom it had alarmed hears that nothing more is to be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from daemon.acts import ActKind
from daemon.cases import Case
from daemon.desk import Post
from daemon.roster import Roster
from daemon.storage import casefile, notice_rows, outbox_rows
from daemon.storage.engine import Transaction
from responders.escalation import CaseNotice, relief_letter

_RELIEF: Mapping[str, str] = {"own reply": "own_reply", ActKind.REFUNDED.value: "refund"}
"""What ends a ladder without another letter that says so, by its word in the trail: decisions are told to the team, and
what people say is answered."""


def end_ladder(tx: Transaction, post: Post | None, roster: Roster, case_id: int, now: datetime) -> int:
    """End the ladder of a case that needs nobody any more; how many letters were written."""
    alarmed = notice_rows.alarmed(tx, case_id)
    topic = _RELIEF.get(notice_rows.stop(tx, case_id, now))
    found = casefile.find(tx, case_id, now) if topic and alarmed and post is not None else None
    if post is None or topic is None or found is None:
        return 0
    notice, letters = _relieved(found[0], now), 0
    for person in (roster.by_name[name] for name in alarmed if name in roster.by_name):
        letter = relief_letter(notice, topic, reader=person.name, team=post.voice.to(person), now=now)
        letters += outbox_rows.enqueue(tx, letter, post.copies(letter, (person.address,)), now, case_id)
    return letters


def _relieved(case: Case, now: datetime) -> CaseNotice:
    armed = (*case.clocks, *case.stopped)[:1]
    return CaseNotice(
        number=case.number,
        kind=case.kind,
        order=case.order_ids[0] if case.order_ids else "",
        marketplace=case.marketplace or "",
        respond_by=armed[0].deadline.respond_by if armed else None,
        basis=armed[0].deadline.basis.value if armed else "",
        letter="reminder",
        due_at=now,
        late=False,
        holder=case.holder or "",
        key=f"relief:{case.number}:{now:%Y%m%dT%H%M%SZ}",
    )
