"""The report as a letter, a page, lines of CSV and JSON: one view for all."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from config.evidence import evidence_policy
from config.marketplaces import MARKETPLACES
from config.phrasebook import Phrasebook, report_phrases, team_phrases
from responders.letter import Letter
from responders.mime import message_id_for
from responders.quoting import one_line, plain_line
from responders.rendering import render_pair
from responders.report import Hint, Rate, Repeat, Report
from responders.voice import TeamVoice

_MOST_ROWS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """One group; `percent` is the width of its bar."""

    name: str
    rate: str
    percent: int
    share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTable:
    """One section of rates."""

    title: str
    rows: tuple[RateRow, ...]
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """What the report's templates see; finished strings in the team's language."""

    language: str
    preheader: str
    headline: str
    opened: str
    method: str
    total: RateRow
    tables: tuple[RateTable, ...]
    money_title: str
    money_columns: tuple[str, ...]
    money: tuple[tuple[str, ...], ...]
    repeats_title: str
    repeats: tuple[tuple[str, str, str], ...]
    """What, its name, its cases."""
    hints_title: str
    hints: tuple[str, ...]
    footer: str


def report_view(report: Report, team: TeamVoice) -> ReportView:
    """Everything that the report says."""
    book = report_phrases(team.language)
    period = _period(report, team, book)
    total = _row("", report.total, book)
    key = "headline" if report.total.decided else "headline_none"
    headline = book.say(key, won=str(report.total.won), decided=str(report.total.decided), period=period)
    return ReportView(
        language=book.language,
        preheader=headline,
        headline=headline,
        opened=book.say("opened", opened=str(report.opened), open=str(report.open)),
        method=book.say("method"),
        total=total,
        tables=tuple(_table(name, rates, book, team) for name, rates in report.by.items() if rates),
        money_title=book.say("section.money"),
        money_columns=tuple(book.say(f"column.{name}") for name in ("currency", "kept", "amazon", "gone")),
        money=tuple(
            (each.currency, *(_sum(value) for value in (each.kept, each.amazon, each.lost))) for each in report.money
        ),
        repeats_title=book.say("section.repeats"),
        repeats=tuple(_repeat(each, book) for each in report.repeats[:_MOST_ROWS]),
        hints_title=book.say("section.hints"),
        hints=tuple(hint_text(each, team.language) for each in report.hints) or (book.say("hint.none"),),
        footer=book.say("footer"),
    )


def report_letter(report: Report, *, team: TeamVoice, now: datetime) -> Letter:
    """The report to the leads; the same period and figures are the same letter."""
    book, view = report_phrases(team.language), report_view(report, team)
    text, html = render_pair("report", view, templates=team.templates, on_fault=team.on_fault)
    digest = hashlib.sha256(repr(report).encode("utf-8", "replace")).hexdigest()[:16]
    key = f"report:{report.first.date()}:{report.last.date()}:{digest}"
    subject = book.say(
        "subject",
        period=_period(report, team, book),
        won=str(report.total.won),
        decided=str(report.total.decided),
    )
    return Letter(
        key=key,
        message_id=message_id_for(key, team.instance, team.domain),
        in_reply_to=None,
        references=(),
        date=now,
        subject=subject,
        text=text,
        html=html,
    )


def hint_text(hint: Hint, language: str) -> str:
    """One hint in the team's language."""
    return report_phrases(language).say(f"hint.{hint.key}", **{name: plain_line(v) for name, v in hint.values.items()})


def as_json(report: Report, language: str = "en") -> dict[str, object]:
    """The report as values for JSON."""
    return {
        "from": report.first.isoformat(),
        "to": report.last.isoformat(),
        "opened": report.opened,
        "open": report.open,
        "total": _rate_json(report.total),
        "by": {name: [_rate_json(rate) for rate in rates] for name, rates in report.by.items()},
        "money": [
            {"currency": m.currency, "kept": str(m.kept), "paid_by_amazon": str(m.amazon), "lost": str(m.lost)}
            for m in report.money
        ],
        "repeats": [{"what": each.what, "name": each.name, "cases": list(each.cases)} for each in report.repeats],
        "hints": [{"key": each.key, **each.values, "text": hint_text(each, language)} for each in report.hints],
    }


def as_csv(report: Report) -> str:
    """One line a figure, with a heading; RFC 4180, no cell that a spreadsheet would run as a formula."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(
        ("section", "name", "won", "lost", "win_rate", "currency", "kept", "paid_by_amazon", "money_lost", "cases")
    )
    for name, rates in {"total": (report.total,), **report.by}.items():
        for rate in rates:
            lines.writerow(
                (
                    name,
                    _safe(rate.key or "unknown" if name != "total" else ""),
                    rate.won,
                    rate.lost,
                    f"{rate.share:.3f}",
                )
            )
    for money in report.money:
        lines.writerow(("money", "", "", "", "", money.currency, money.kept, money.amazon, money.lost))
    for each in report.repeats:
        lines.writerow((f"repeat_{each.what}", _safe(each.name), *[""] * 7, " ".join(each.cases)))
    return out.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _rate_json(rate: Rate) -> dict[str, object]:
    return {"name": rate.key or None, "won": rate.won, "lost": rate.lost, "win_rate": round(rate.share, 3)}


def _period(report: Report, team: TeamVoice, book: Phrasebook) -> str:
    first, last = (each.astimezone(team.zone) for each in (report.first, report.last - timedelta(seconds=1)))
    return book.say("period", first=first.date().isoformat(), last=last.date().isoformat())


def _table(name: str, rates: tuple[Rate, ...], book: Phrasebook, team: TeamVoice) -> RateTable:
    left = len(rates) - _MOST_ROWS
    return RateTable(
        title=book.say(f"section.{name}"),
        rows=tuple(_row(group_name(name, rate.key, team.language), rate, book) for rate in rates[:_MOST_ROWS]),
        more=book.say("more", count=str(left)) if left > 0 else "",
    )


def _row(name: str, rate: Rate, book: Phrasebook) -> RateRow:
    return RateRow(
        name=name,
        rate=book.say("rate", won=str(rate.won), decided=str(rate.decided)),
        percent=round(100 * rate.share),
        share=f"{rate.share:.0%}",
    )


def group_name(group: str, key: str, language: str) -> str:
    """What people call a group, in the team's language."""
    book, phrases = report_phrases(language), team_phrases(language)
    if group == "reason":
        return phrases.say(f"reason.{key or 'unknown'}")
    if not key:
        return book.say("unknown")
    if group == "kind":
        return phrases.say(f"kind.{key}")
    if group == "response" or (group, key) == ("evidence", "none"):
        return book.say(f"{group}.{key}")
    if group == "evidence":
        rule = evidence_policy().items.get(key)
        return rule.texts[phrases.language].what if rule else one_line(key)
    if group == "marketplace" and key in MARKETPLACES:
        return MARKETPLACES[key].domain.replace("amazon.", "Amazon.", 1)
    return one_line(key)


def _repeat(repeat: Repeat, book: Phrasebook) -> tuple[str, str, str]:
    shown = ", ".join(repeat.cases[:_MOST_ROWS])
    return book.say(f"repeat.{repeat.what}"), one_line(repeat.name), f"{len(repeat.cases)}: {shown}"


def _sum(value: Decimal) -> str:
    return f"{value:,}".replace(",", "\u2009") if value else "0"


def table_lines(view: ReportView) -> Iterable[tuple[str, RateRow]]:
    """Every rate with its section's title, for a terminal."""
    for each in view.tables:
        for row in each.rows:
            yield each.title, row
