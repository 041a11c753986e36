"""A table of orders or parcels to facts: any delimiter, charset and column order, by header synonyms. Pure and bounded.

Amazon's flat-file reports and carriers' exports; never a guess: an unclear date or a number that a spreadsheet
destroyed gives no fact.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from classifiers.charsets import decode
from classifiers.export_values import (
    carrier_in_name,
    carrier_of,
    day_of,
    folded,
    order_in,
    state_of,
    sum_of,
)
from config.exports import export_words

_ORDER = re.compile(r"(?<!\d)(\d{3}|[DPS]\d{2})-?(\d{7})-?(\d{7})(?!\d)")
_DESTROYED = re.compile(r"^\d(?:[.,]\d+)?e\+?\d{2}$", re.IGNORECASE)
_ENCODINGS = ("utf-8", "cp932", "gb18030", "cp1252", "cp1250", "cp1254", "big5hkscs", "cp949")
_HEADER_WITHIN = 20
_MOST_CELLS, _LONGEST_CELL = 400, 2_000
_DAYS = frozenset(
    {"order_date", "ship_date", "ship_by", "first_scan", "promised_date", "delivered_date", "event_date"}
    | {"refund_date", "return_requested", "return_delivered"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportLine:
    """What one line says: `facts` by name; which order and parcel it is about, as far as it tells."""

    number: int
    order_id: str | None
    parcel: str | None
    facts: tuple[tuple[str, str], ...]
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A table that was read; `kind` is "returns" or "shipments"."""

    kind: str
    header: tuple[str, ...]
    lines: tuple[ExportLine, ...]
    notes: tuple[str, ...] = ()
    """What could not be read, for people: of NOTES."""


NOTES = ("destroyed", "unclear_dates", "too_long", "two_orders")


@dataclass(slots=True)
class _Reading:
    """The columns that are known, and what was noted on the way."""

    columns: dict[int, str]
    is_returns: bool
    name: str
    orders: dict[int, str | None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)


def read_export(data: bytes, name: str) -> Export | None:
    """The export that a file is; null for a table without a column of orders or parcels, and for anything too large."""
    words = export_words()
    if len(data) > words.most_bytes:
        return None
    for text in _texts(data):
        table = _table(text)
        if table is not None:
            start, header, rows = table
            return _read(header, rows[: words.most_lines], name, start, too_long=len(rows) > words.most_lines)
    return None


def _texts(data: bytes) -> Iterator[str]:
    """The text in each charset in which it can be written, most likely first."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield data.decode("utf-16", "replace")
        return
    data = data.removeprefix(b"\xef\xbb\xbf")
    seen: set[str] = set()
    likely, _ = decode(data[:65_536], None)
    texts = []
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text not in seen:
            seen.add(text)
            texts.append(text)
    # A charset is right when the header's words are known in it, then when the mail reader would choose it as well.
    yield from sorted(texts, key=lambda text: (-_known_headers(text), not text.startswith(likely[:200])))


def _known_headers(text: str) -> int:
    return max((_score(line) for line in _split(text[:20_000], _delimiter(text))[:_HEADER_WITHIN]), default=0)


def _score(cells: Sequence[str]) -> int:
    words = export_words()
    return sum(folded(cell) in words.columns or folded(cell) in words.returns for cell in cells[:_MOST_CELLS])


def _delimiter(text: str) -> str:
    """The mark that splits the first lines into the most known headers."""
    head = text[:20_000]
    marks = "\t;,|"
    return max(
        marks,
        key=lambda mark: (
            max((_score(cells) for cells in _split(head, mark)[:_HEADER_WITHIN]), default=0),
            head.split("\n", 1)[0].count(mark),
        ),
    )


def _split(text: str, mark: str) -> list[list[str]]:
    lines, found = io.StringIO(text, newline=""), list[list[str]]()
    # Amazon's tab-separated reports quote nothing: a quotation mark there is part of a buyer's name.
    reader = (
        csv.reader(lines, delimiter=mark, quoting=csv.QUOTE_NONE) if mark == "\t" else csv.reader(lines, delimiter=mark)
    )
    try:
        for row in reader:
            found.append(row[:_MOST_CELLS])
            if len(found) > export_words().most_lines + _HEADER_WITHIN:
                break
    except csv.Error:  # a cell beyond the library's limit, or a NUL: what came before counts
        pass
    return found


def _table(text: str) -> tuple[int, list[str], list[list[str]]] | None:
    """The number of the header's line, its cells and the lines below; null when nothing looks like a header."""
    rows = _split(text, _delimiter(text))
    scored = [(_score(row), -place) for place, row in enumerate(rows[:_HEADER_WITHIN])]
    best, place = max(scored, default=(0, 0))
    header = rows[-place] if rows else []
    known = {_fact(cell, is_returns=_is_returns(header)) for cell in header}
    if best < 2 or not known & {"order_id", "tracking", "return_tracking"}:
        return None
    return -place + 1, header, rows[-place + 1 :]


def _is_returns(header: Sequence[str]) -> bool:
    return any(folded(cell) in export_words().return_marks for cell in header)


def _fact(header: str, *, is_returns: bool) -> str | None:
    words, name = export_words(), folded(header)
    if is_returns and name in words.returns:
        return words.returns[name]
    return words.columns.get(name)


def _read(header: list[str], rows: list[list[str]], name: str, start: int, *, too_long: bool) -> Export:
    is_returns = _is_returns(header)
    columns: dict[int, str] = {}
    for place, cell in enumerate(header):
        fact = _fact(cell, is_returns=is_returns)
        if fact is not None and (fact in ("order_id", "delivered_date") or fact not in columns.values()):
            columns[place] = fact
    reading = _Reading(columns=columns, is_returns=is_returns, name=name)
    reading.orders = {
        place: order_in(row[place] for row in rows if place < len(row))
        for place, fact in columns.items()
        if fact in _DAYS
    }
    if too_long:
        reading.notes["too_long"] = None
    lines = [line for number, row in enumerate(rows, start=start + 1) if (line := _line(number, row, reading))]
    return Export(
        kind="returns" if is_returns else "shipments",
        header=tuple(cell.strip() for cell in header),
        lines=tuple(told_once(lines)),
        notes=tuple(reading.notes),
    )


def _line(number: int, row: list[str], reading: _Reading) -> ExportLine | None:
    cells = [_bare(cell) for cell in row]
    said: dict[str, tuple[int, str]] = {}
    for place, fact in reading.columns.items():
        if place < len(cells) and cells[place] and fact not in said:
            said[fact] = (place, cells[place])
    orders = {found for place in _order_places(cells, reading) if (found := _order_id(cells[place]))}
    if len(orders) > 1:
        reading.notes["two_orders"] = None
        return None
    order_id = orders.pop() if orders else None
    parcel = _parcel(said.get("tracking", (0, ""))[1], reading)
    if order_id is None and parcel is None:
        return None
    facts = dict(_facts(said, parcel, reading))
    if facts.get("delivery_state") in ("returned", "exception"):
        # The day beside such a status is that of the return or of the attempt.
        facts = {name: value for name, value in facts.items() if name not in ("delivered_date", "signed_by")}
    return ExportLine(number=number, order_id=order_id, parcel=parcel, facts=tuple(facts.items()), cells=tuple(cells))


def told_once(lines: Sequence[ExportLine]) -> Iterator[ExportLine]:
    """A parcel's history, one event a line, as what it comes to: first scan, latest status, day of delivery."""
    events: dict[str, list[tuple[str, int]]] = {}
    for place, line in enumerate(lines):
        facts = dict(line.facts)
        if line.parcel and "event_date" in facts:
            events.setdefault(line.parcel, []).append((facts["event_date"], place))
    for place, line in enumerate(lines):
        facts = dict(line.facts)
        day, state = facts.pop("event_date", ""), facts.get("delivery_state", "")
        history = sorted(events.get(line.parcel or "", ()))
        if state == "delivered" and day:
            facts.setdefault("delivered_date", day)
        if len(history) > 1 and day:
            scans = [(when, at) for when, at in history if _was_scanned(lines[at])]
            if scans and scans[0][1] == place:
                facts.setdefault("first_scan", day)
            if history[-1][1] != place:
                facts = {name: value for name, value in facts.items() if name not in _LATEST}
        yield replace(line, facts=tuple(facts.items()))


_LATEST = frozenset({"delivery_status", "delivery_state", "delivery_place"})
"""What only the newest event of a parcel tells."""


def _was_scanned(line: ExportLine) -> bool:
    return dict(line.facts).get("delivery_state", "announced") != "announced"


def _bare(cell: str) -> str:
    """A cell without what spreadsheets put around numbers: ="123", a leading apostrophe, blanks."""
    text = cell.strip().replace("\0", "")[:_LONGEST_CELL]
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.lstrip("'").strip().strip('"').strip()


def _order_places(cells: Sequence[str], reading: _Reading) -> list[int]:
    """The columns of orders; without one, every cell that is nothing but an order id."""
    named = [place for place, fact in reading.columns.items() if fact == "order_id" and place < len(cells)]
    if any(_order_id(cells[place]) for place in named):
        return named
    return [place for place, cell in enumerate(cells) if "-" in cell and _ORDER.fullmatch(cell)]


def _order_id(cell: str) -> str | None:
    match = _ORDER.search(cell)
    return f"{match[1]}-{match[2]}-{match[3]}" if match else None


def _parcel(cell: str, reading: _Reading) -> str | None:
    if _DESTROYED.match(cell):
        reading.notes["destroyed"] = None
        return None
    number = re.sub(r"[\s-]", "", cell).upper()
    return number if re.fullmatch(r"[A-Z0-9]{6,40}", number) and any(char.isdigit() for char in number) else None


def _facts(said: Mapping[str, tuple[int, str]], parcel: str | None, reading: _Reading) -> Iterator[tuple[str, str]]:
    carrier = carrier_of(said["carrier"][1]) if "carrier" in said else None
    carrier = carrier or (None if reading.is_returns else carrier_in_name(reading.name))
    if parcel:
        yield "tracking", parcel
    if carrier and not reading.is_returns:
        yield "carrier", carrier
    elif "carrier" in said and not reading.is_returns:
        yield "carrier", said["carrier"][1]
    for fact in _DAYS & said.keys():
        place, value = said[fact]
        day = day_of(value, reading.orders.get(place) or export_words().date_order.get(carrier or ""))
        if day is not None:
            yield fact, day
        elif any(char.isdigit() for char in value):
            reading.notes["unclear_dates"] = None
    for fact in ("service", "delivery_place", "signed_by", "weight", "sku", "asin", "return_status", "return_reason"):
        if fact in said and said[fact][1] not in ("-", "--", "N/A", "n/a"):
            yield fact, said[fact][1]
    yield from _derived(said, parcel, reading)


def _derived(said: Mapping[str, tuple[int, str]], parcel: str | None, reading: _Reading) -> Iterator[tuple[str, str]]:
    words = export_words()
    if "delivery_status" in said and not reading.is_returns:
        status = said["delivery_status"][1]
        state = state_of(status)
        yield "delivery_status", status
        if state:
            yield "delivery_state", state
    if "return_tracking" in said and (number := _parcel(said["return_tracking"][1], reading)):
        yield "return_tracking", number
    if "return_status" in said and any(word in folded(said["return_status"][1]) for word in words.authorised):
        yield "return_authorised", "yes"
    if "refund_amount" in said:
        amount = sum_of(said["refund_amount"][1], said.get("currency", (0, ""))[1])
        if amount:
            yield "refund_amount", amount
    if "fulfilment" in said:
        side = next((side for side, known in words.fulfilment.items() if folded(said["fulfilment"][1]) in known), None)
        if side:
            yield f"fulfilled_by_{side}", "yes"
    if "fba_center" in said:
        yield "fulfilled_by_amazon", "yes"
    has_column = "tracking" in reading.columns.values() and not reading.is_returns
    if has_column and "tracking" not in said and "ship_date" in said:
        yield "untracked", "yes"
