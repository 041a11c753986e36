"""The facts of a report, read from the database; buyers appear as codes that lead back to nobody."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from config.settings import Settings
from config.vocabulary import Status
from daemon.acts import ActKind
from daemon.cases import Case
from daemon.learning import likeness_of
from daemon.storage import casefile, evidence_rows, report_rows
from daemon.storage.engine import Transaction
from daemon.storage.report_rows import BuyerMail, TrailLine
from daemon.storage.store import Store
from responders.report import Report, ReportCase, build_report

_ENDS = frozenset({"granted", "denied", "withdrawn", "appeal_granted", "appeal_denied", "won", "lost", "closed"})
_ANSWERS = frozenset({ActKind.ANSWERED.value, "own reply"})
"""Lines of the trail (`matters.py`) that say that the team answered."""


def report_of(store: Store, *, first: datetime, last: datetime, now: datetime) -> Report:
    """The report on [first, last) as the database tells it now."""
    secret = store.get_fact("reply-secret") or ""
    with store.read() as tx:
        return build_report(_cases(tx, secret, now), first=first, last=last)


def report_readers(settings: Settings) -> tuple[str, ...]:
    """To whom a report goes: the leads, else the operator."""
    leads = tuple(person.address for person in settings.team.people if person.lead)
    return leads or (settings.team.operator,)


def _cases(tx: Transaction, secret: str, now: datetime) -> Iterable[ReportCase]:
    every = casefile.listed(tx, now, with_closed=True)
    ids = {case.number: casefile.id_of(case.number) or 0 for case in every}
    trails, evidence = report_rows.trails(tx), _evidence(tx, list(ids.values()))
    written: dict[str, list[BuyerMail]] = {}
    for mail in report_rows.buyer_mails(tx):
        written.setdefault(mail.order, []).append(mail)
    for case in every:
        trail = trails.get(ids[case.number], [])
        mails = [mail for order in case.order_ids for mail in written.get(order, ())]
        yield _fact(case, trail, evidence.get(ids[case.number], ()), mails, secret)


def report_cases(tx: Transaction, now: datetime) -> list[ReportCase]:
    """Every case as a report knows it; buyers under codes that mean nothing elsewhere."""
    return list(_cases(tx, "", now))


def _evidence(tx: Transaction, ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    found: dict[int, dict[str, None]] = {}
    for start in range(0, len(ids), 500):
        for file in evidence_rows.files_of(tx, ids[start : start + 500]):
            found.setdefault(file.case_id, {}).update(dict.fromkeys(file.items))
    return {case_id: tuple(items) for case_id, items in found.items()}


def _fact(
    case: Case, trail: Sequence[TrailLine], evidence: tuple[str, ...], mails: Sequence[BuyerMail], secret: str
) -> ReportCase:
    opened = min((line.at for line in trail), default=case.newest_at)
    answer = next((line for line in trail if line.what in _ANSWERS), None)
    is_decided = case.status in (Status.CLOSED, Status.DECIDED)
    ends = [line.at for line in trail if line.what in _ENDS]
    person = answer.by if answer and answer.what == ActKind.ANSWERED.value else ""
    return ReportCase(
        number=case.number,
        kind=case.kind,
        reason=case.reason,
        outcome=case.outcome,
        is_over=case.status is Status.CLOSED,
        marketplace=case.marketplace or "",
        agent=person or case.holder or "",
        amount=_amount(case.amount),
        opened_at=opened,
        answered_at=answer.at if answer else None,
        ended_at=(ends[-1] if ends else case.newest_at) if is_decided else None,
        evidence=evidence,
        asins=case.asins,
        carrier=likeness_of(case).carrier,
        buyer=_code(mails[0].relay, secret) if mails else "",
        threatened_before=any(mail.threatens and mail.sent_at < opened for mail in mails),
    )


def _amount(written: tuple[str, str] | None) -> tuple[Decimal, str] | None:
    try:
        return (Decimal(written[0]), written[1]) if written else None
    except InvalidOperation:
        return None


def _code(relay: str, secret: str) -> str:
    """The same for the same buyer of this installation; who does not have the database cannot turn it back."""
    return "B-" + hashlib.sha256(f"{secret}\0{relay}".encode("utf-8", "replace")).hexdigest()[:8]
