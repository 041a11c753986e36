"""`triage`: judge mails and print a line each, in the order of the paths."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from classifiers.assessment import Assessment, as_json
from config.marketplaces import zone_of
from config.vocabulary import Authenticity, Basis
from daemon.judging import Judged, Terms, judge_all
from daemon.sources import sources
from daemon.terminal import Text, cell, console, counted, instant, listing, plain, remaining, shortened, urgency


def triage(
    paths: Sequence[str], *, as_json: bool, now: datetime | None, marketplace: str | None, trusted: tuple[str, ...]
) -> int:
    """Print the judgements; 1 when any mail could not be read."""
    terms = Terms(now=now, marketplace=marketplace, trusted_authserv=trusted)
    judged = counted(judge_all(sources(paths), terms), what="mails judged")
    return _print_json(judged) if as_json else print_table(judged, now or datetime.now(UTC))


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


def print_table(mails: Iterable[Judged], now: datetime) -> int:
    """Print the judgements for people; 1 when any mail could not be read."""
    every = list(mails)
    screen = console()
    for part in listing((_facts(mail, now), why(mail)) for mail in every):
        screen.print(part)
    failed = sum(1 for mail in every if mail.error is not None)
    review = sum(1 for mail in every if mail.assessment is not None and mail.assessment.review)
    count = f"{len(every)} mail{'s' if len(every) != 1 else ''}"
    screen.print(f"\n{count}, {review} for review, {failed} that could not be read", style="bold")
    return int(bool(failed))


def _facts(judged: Judged, now: datetime) -> tuple[Text, ...]:
    name = cell(shortened(judged.source.rpartition("/")[2], 40), "bold")
    mail = judged.assessment
    if mail is None:
        return (name, cell("unreadable", "bold red"), cell(""), cell(""), cell(""))
    what = f"{mail.kind} {mail.event}" if mail.event else str(mail.kind)
    return (
        name,
        cell(what, "magenta" if mail.review else ""),
        due(mail, now),
        cell(mail.marketplace or "-"),
        cell(mail.order_ids[0] if mail.order_ids else "-"),
    )


def due(mail: Assessment, now: datetime) -> Text:
    """The clock as people read it: when by the store's own clock, how long, and what it rests on."""
    if mail.deadline is None:
        return cell("nothing due")
    until = mail.deadline.respond_by
    when = instant(until, zone_of(mail.marketplace), near=now)
    if mail.deadline.basis is Basis.CONDITIONAL:
        return cell(f"if asked, by {when}" if until > now else f"nothing asked by {when}")
    assumed = ", assumed" if mail.deadline.basis is Basis.POLICY else ""
    return cell(f"by {when} ({remaining(until, now)}){assumed}", urgency(until, now))


def why(judged: Judged) -> Text:
    """The reasons, what matters most first."""
    mail = judged.assessment
    if mail is None:
        return cell(judged.error or "", "red")
    text = Text("; ".join(plain(reason) for reason in mail.because))
    if mail.authenticity is Authenticity.SUSPICIOUS:
        return Text("SUSPICIOUS: ", style="bold red") + text
    return (Text("for review: ", style="magenta") + text) if mail.review else text
