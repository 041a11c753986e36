"""What people see: tables, a progress bar, words for instants. rich is used here and nowhere else."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text as Text

Item = TypeVar("Item")

PIPE_WIDTH = 160
"""Columns when standard output is no terminal and nothing else says how wide it is."""


def console(*, stderr: bool = False) -> Console:
    """Where to print; colours only on a terminal, and never with NO_COLOR (no-color.org)."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PIPE_WIDTH
    return Console(stderr=stderr, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


def plain(text: str) -> str:
    """Text of a mail made safe for a terminal: no control, bidi or zero-width characters, on one line."""
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).split())


def cell(text: str, style: str = "") -> Text:
    """A table cell; markup in it is plain text."""
    return Text(plain(text), style=style)


def table(columns: Sequence[str], rows: Iterable[Sequence[Text | str]], *, narrow: Sequence[str] = ()) -> Table:
    """A table without lines; columns named in `narrow` are never wrapped."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        made.add_column(column, no_wrap=column in narrow, overflow="fold")
    for row in rows:
        made.add_row(*(value if isinstance(value, Text) else cell(value) for value in row))
    return made


@contextmanager
def bar(what: str) -> Iterator[Callable[[int], None]]:
    """A counter on standard error while the context lasts; the value adds to it. Silent when that is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda count: progress.advance(task, count)


def listing(rows: Iterable[tuple[Sequence[Text], Text]]) -> Iterator[RenderableType]:
    """Rows in aligned columns, each with a note in full width below it."""
    every = list(rows)
    widths = [max(cells) for cells in zip(*([each.cell_len for each in row] for row, _ in every), strict=True)]
    for row, note in every:
        line = Text()
        for width, each in zip(widths, row, strict=True):
            line += each + Text(" " * (width - each.cell_len + 2))
        line.rstrip()
        yield line
        note.stylize_before("dim")
        yield Padding(note, (0, 0, 0, 4), expand=False)


def shortened(text: str, width: int) -> str:
    """Text cut in its middle to at most `width` characters."""
    half = (width - 1) // 2
    return text if len(text) <= width else f"{text[: width - half - 1]}…{text[-half:]}"


def counted(items: Iterable[Item], *, what: str) -> Iterator[Item]:
    """Pass the items through, counted on standard error when that is a terminal."""
    with bar(what) as step:
        for item in items:
            step(1)
            yield item


def instant(value: datetime, zone: ZoneInfo, *, near: datetime | None = None) -> str:
    """An instant as the zone's clock shows it: "Wed 25 Nov 2026 10:00 CET"; without the year when `near` is."""
    year = "" if near is not None and abs(value - near) < timedelta(days=180) else " %Y"
    return value.astimezone(zone).strftime(f"%a %d %b{year} %H:%M %Z")


def remaining(until: datetime, now: datetime) -> str:
    """How long until an instant, in its two largest units: "2 d 3 h", "15 min", "overdue 4 h"."""
    gap = until - now
    words = _span(abs(gap))
    return f"overdue {words}" if gap < timedelta(0) else f"in {words}"


def _span(gap: timedelta) -> str:
    minutes = int(gap.total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h" if hours and days < 10 else f"{days} d"
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def urgency(until: datetime, now: datetime) -> str:
    """The style of a clock: red when it ran out or has under a day, yellow under two days."""
    gap = until - now
    if gap < timedelta(hours=24):
        return "bold red"
    return "yellow" if gap < timedelta(hours=48) else ""
