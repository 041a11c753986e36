"""`triage`: judge mails and print a line each, in the order of the paths."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from classifiers.assessment import Assessment, as_json
from config.marketplaces import zone_of
from config.vocabulary import Authenticity, Basis
from daemon.judging import Judged, Terms, judge_all
from daemon.sources import sources
from daemon.terminal import Text, cell, console, counted, instant, plain, remaining, table, urgency


def triage(
    paths: Sequence[str], *, as_json: bool, now: datetime | None, marketplace: str | None, trusted: tuple[str, ...]
) -> int:
    """Print the judgements; 1 when any mail could not be read."""
    terms = Terms(now=now, marketplace=marketplace, trusted_authserv=trusted)
    judged = counted(judge_all(sources(paths), terms), total=None, what="mails")
    return _print_json(judged) if as_json else _print_table(judged, now or datetime.now(UTC))


def json_line(judged: Judged) -> str:
    """The contract's JSON object, section 2."""
    if judged.assessment is None:
        return json.dumps({"source": judged.source, "error": judged.error}, ensure_ascii=False)
    return json.dumps(as_json(judged.assessment, source=judged.source), ensure_ascii=False)


def _print_json(mails: Iterable[Judged]) -> int:
    failed = False
    for mail in mails:
        print(json_line(mail), flush=False)
        failed |= mail.error is not None
    return int(failed)


def _print_table(mails: Iterable[Judged], now: datetime) -> int:
    every = list(mails)
    screen = console()
    columns = ("mail", "what", "answer by", "store", "order", "sure", "why")
    screen.print(table(columns, _rows(every, now), narrow=("store", "sure")))
    failed = [mail for mail in every if mail.error is not None]
    review = sum(1 for mail in every if mail.assessment is not None and mail.assessment.review)
    count = f"{len(every)} mail{'s' if len(every) != 1 else ''}"
    screen.print(f"\n{count}, {review} for review, {len(failed)} that could not be read", style="dim")
    return int(bool(failed))


def _rows(mails: Iterable[Judged], now: datetime) -> Iterator[Sequence[Text | str]]:
    for mail in mails:
        name = mail.source.rpartition("/")[2]
        if mail.assessment is None:
            yield (cell(name), cell("unreadable", "bold red"), "", "", "", "", cell(mail.error or ""))
        else:
            yield (cell(name), *_facts(mail.assessment, now))


def _facts(mail: Assessment, now: datetime) -> tuple[Text | str, ...]:
    what = f"{mail.kind} {mail.event}" if mail.event else str(mail.kind)
    sure = f"{mail.confidence:.2f}"
    return (
        cell(what, "bold" if mail.event else ""),
        due(mail, now),
        mail.marketplace or "-",
        mail.order_ids[0] if mail.order_ids else "-",
        cell(f"{sure} review" if mail.review else sure, "magenta" if mail.review else ""),
        why(mail),
    )


def due(mail: Assessment, now: datetime) -> Text:
    """The clock as people read it: how long, when by the store's own clock, and what it rests on."""
    if mail.deadline is None:
        return cell("-")
    until = mail.deadline.respond_by
    clock = f"{instant(until, zone_of(mail.marketplace))} ({remaining(until, now)})"
    if mail.deadline.basis is Basis.POLICY:
        return cell(f"{clock}, assumed", urgency(until, now))
    if mail.deadline.basis is Basis.CONDITIONAL:
        return cell(f"{clock}, if Amazon asks")
    return cell(clock, urgency(until, now))


def why(mail: Assessment) -> Text:
    """The reasons in one cell, forgery first."""
    text = Text("; ".join(plain(reason) for reason in mail.because))
    if mail.authenticity is Authenticity.SUSPICIOUS:
        return Text("SUSPICIOUS ", style="bold red") + text
    return text
