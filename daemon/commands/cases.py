"""`cases` and `review`: what is due, what happened, and what a person must look at."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from config.marketplaces import zone_of
from config.vocabulary import Basis
from daemon.cases import Case
from daemon.cases import as_json as case_as_json
from daemon.database import database_url, open_store
from daemon.entries import CaseEvent
from daemon.faults import Refused
from daemon.storage.message_rows import ReviewMail, mail_number
from daemon.terminal import Text, cell, console, instant, listing, plain, remaining, table, urgency
from daemon.workspace import settings_if_any

COLUMNS = ("case", "what", "status", "answer by", "store", "order", "amount", "mails")


def list_cases(
    *, as_json: bool, all_: bool, now: datetime | None, settings_path: Path | None, database: str | None
) -> int:
    """Print the cases, most urgent first."""
    at = now or datetime.now(UTC)
    with open_store(database_url(database, settings_if_any(settings_path)), lock=False) as store:
        found = store.cases(all_=all_, now=at)
    if as_json:
        for case in found:
            print(json.dumps(case_as_json(case), ensure_ascii=False))
    elif found:
        console().print(table(COLUMNS, (_row(case, at) for case in found), narrow=("case", "answer by", "order")))
    else:
        console().print("No cases." if all_ else "No open cases; closed ones are listed with --all.")
    return 0


def show_case(
    number: str, *, as_json: bool, now: datetime | None, settings_path: Path | None, database: str | None
) -> int:
    """Print one case and its trail."""
    at = now or datetime.now(UTC)
    with open_store(database_url(database, settings_if_any(settings_path)), lock=False) as store:
        case = store.case(number, now=at)
        if case is None:
            raise Refused(f"there is no case {number}; `claimclock cases list --all` names them all")
        trail = store.trail(number)
    if as_json:
        print(json.dumps({**case_as_json(case), "trail": [_event_json(event) for event in trail]}, ensure_ascii=False))
        return 0
    screen = console()
    for line in _sheet(case, at):
        screen.print(line, soft_wrap=True)
    screen.print("\nWhat happened", style="bold")
    rows = [(instant(event.when, ZoneInfo("UTC")), event.what, event.why, event.by) for event in trail]
    screen.print(table(("when", "what", "why", "by"), rows, narrow=("when",)))
    return 0


def clock(case: Case, now: datetime) -> Text:
    """The running clock for people."""
    if case.clock is None:
        return cell("waiting for Amazon" if case.is_waiting else "-", "dim")
    until = case.clock.respond_by
    when = instant(until, zone_of(case.marketplace), near=now)
    if case.clock.basis is Basis.CONDITIONAL:
        return cell(f"{when}, if asked")
    assumed = ", assumed" if case.clock.basis is Basis.POLICY else ""
    return cell(f"{when} ({remaining(until, now)}){assumed}", urgency(until, now))


def _row(case: Case, now: datetime) -> Sequence[Text | str]:
    state = f"{case.status} {case.outcome}" if case.outcome else str(case.status)
    return (
        cell(case.number, "bold"),
        f"{case.kind} {case.events[-1]}" if case.events else str(case.kind),
        cell(f"{state}, review" if case.review else state, "magenta" if case.review else ""),
        clock(case, now),
        case.marketplace or "-",
        case.order_ids[0] if case.order_ids else "-",
        " ".join(case.amount) if case.amount else "-",
        str(case.messages),
    )


def _sheet(case: Case, now: datetime) -> Iterator[Text]:
    yield cell(f"{case.number}  {case.kind}", "bold")
    rows = (
        ("status", " ".join(part for part in (case.status, case.outcome) if part)),
        ("events", ", ".join(case.events)),
        ("store", case.marketplace or "not known"),
        ("orders", ", ".join(case.order_ids)),
        ("case ids", ", ".join(case.support_case_ids)),
        ("amount", " ".join(case.amount) if case.amount else ""),
        ("reason", case.reason or "not stated"),
        ("messages", str(case.messages)),
        ("before", case.previous or ""),
        ("review", "a person must look: a doubtful mail is in it" if case.review else ""),
    )
    for name, value in rows:
        if value:
            yield cell(f"{name}:").append(f" {plain(value)}")
    yield Text("answer by: ") + clock(case, now)
    if case.clock is not None and case.clock.phrase:
        yield Text(f'because the mail says: "{plain(case.clock.phrase)}"')


def _event_json(event: CaseEvent) -> dict[str, str]:
    return {"when": event.when.isoformat(), "what": event.what, "why": event.why, "by": event.by}


def list_review(*, as_json: bool, settings_path: Path | None, database: str | None) -> int:
    """Print the mails that a person must look at, newest first."""
    with open_store(database_url(database, settings_if_any(settings_path)), lock=False) as store:
        found = store.review_list()
    if as_json:
        for mail in found:
            print(json.dumps(_review_json(mail), ensure_ascii=False))
    elif found:
        for part in listing(_review_row(mail) for mail in found):
            console().print(part)
    else:
        console().print("Nothing to look at.")
    return 0


def _review_row(found: ReviewMail) -> tuple[Sequence[Text], Text]:
    mail = found.mail
    state = cell("SUSPICIOUS", "bold red") if found.is_suspicious else cell("doubtful", "magenta")
    what = f"{mail.kind} {mail.event}" if mail.event else str(mail.kind)
    when = instant(mail.sent_at, ZoneInfo("UTC"))
    row = (
        cell(mail_number(found.id)),
        state,
        cell(what),
        cell(when),
        cell(f"{found.account}/{found.mailbox}"),
        cell(mail.sender),
    )
    return row, Text(f"{plain(mail.subject)}: " + "; ".join(plain(reason) for reason in mail.because))


def _review_json(found: ReviewMail) -> dict[str, object]:
    mail = found.mail
    return {
        "mail": mail_number(found.id),
        "account": found.account,
        "mailbox": found.mailbox,
        "message_id": mail.message_id,
        "sent_at": mail.sent_at.isoformat(),
        "sender": mail.sender,
        "subject": mail.subject,
        "kind": mail.kind.value,
        "event": mail.event.value if mail.event else None,
        "authenticity": mail.authenticity.value,
        "order_ids": list(mail.order_ids),
        "because": list(mail.because),
    }
