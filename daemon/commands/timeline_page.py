"""A simulated period as one self-contained page: who hears what when, by person and by case, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from itertools import groupby

from config.calendars import WorkingTime, is_working, spans_of
from config.settings import Settings
from daemon.lookback import EVERYBODY, Line
from daemon.roster import Roster, quiet_end, roster_of
from daemon.terminal import instant

DAY = timedelta(days=1)
LEFT, LANE, ROW, TOP = 132, 52, 18, 34
"""Pixels: the names' column, a person's lane, a case's lane, the days' heading."""
COLOURS = {
    "reminder": "#4878a8",
    "page": "#d98a00",
    "lead": "#b0489a",
    "overdue": "#c62828",
    "storm": "#7a4a2a",
    "case letter": "#3d8f5f",
    "digest": "#8a8f98",
}
OTHER = "#6b7280"
STYLE = """
:root{--ink:#1c1c1c;--soft:#666;--line:#ddd;--work:#eef3ee;--back:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#eee;--soft:#aaa;--line:#3a3a3a;--work:#1d2a20;--back:#161616}}
body{font:15px/1.5 system-ui,sans-serif;margin:1.5em auto;max-width:76em;padding:0 1em;
 color:var(--ink);background:var(--back)}
h1{font-size:1.4em}h2{font-size:1.1em;margin-top:2em}p.note{color:var(--soft)}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:6px}
table{border-collapse:collapse;width:100%}
th,td{padding:.25em .7em;text-align:left;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
th{font-weight:600}td.n{text-align:right}td.t,td.c{white-space:nowrap}
.g{white-space:nowrap;margin-right:1em}.b th,.b td{overflow-wrap:normal}
.k{display:inline-block;width:.7em;height:.7em;border-radius:50%;margin-right:.4em}
table.l{table-layout:fixed;min-width:52em}.l th:nth-child(1){width:8em}.l th:nth-child(2){width:8em}
.l th:nth-child(3){width:10em}.l th:nth-child(4){width:6.5em}.l th:nth-child(5){width:9em}
tr.off{color:var(--soft)}svg text{font:11px system-ui,sans-serif;fill:var(--ink)}svg text.s{fill:var(--soft)}
"""


def page(
    lines: Sequence[Line], settings: Settings, start: datetime, end: datetime, *, mails: int, title: str = "Simulation"
) -> str:
    """The page; times are the team's."""
    went = [line for line in lines if line.went]
    zone = settings.working_time.zone
    head = f"{title}: {instant(start, zone)} to {instant(end, zone)}"
    note = (
        f"{mails} mails; {len(went)} notices in {len({(each.letter, each.to) for each in went})} letters. "
        f"Times are those of {zone.key}. Nothing was sent."
    )
    parts = [
        f"<h1>{escape(head)}</h1><p class='note'>{escape(note)}</p><p>{''.join(_legend(went))}</p>",
        "<h2>By person</h2>",
        _people(went, settings, start, end),
        _counts(went, settings),
        "<h2>By case</h2>",
        _cases(went, settings, start, end),
        "<h2>Everything that would have been sent</h2>",
        *_days(went, settings),
        "<h2>Decided, and not told</h2>",
        _table([each for each in lines if not each.went], settings) or "<p class='note'>Nothing.</p>",
    ]
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{escape(head)}</title>"
        f"<meta name='viewport' content='width=device-width,initial-scale=1'><style>{STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>"
    )


def _legend(lines: Iterable[Line]) -> Iterator[str]:
    for what, count in Counter(line.what for line in lines).most_common():
        mark = f"<span class='k' style='background:{_colour(what)}'></span>"
        yield f"<span class='g'>{mark}{escape(what)} {count}</span> "


def _colour(what: str) -> str:
    return COLOURS.get(what, OTHER)


def _wide(start: datetime, end: datetime) -> float:
    """Pixels a day: a month fills the page, a year can be scrolled."""
    return max(16.0, min(96.0, 940 / max((end - start) / DAY, 1.0)))


def _chart(height: int, start: datetime, end: datetime, body: Iterable[str]) -> str:
    width = LEFT + (end - start) / DAY * _wide(start, end) + 12
    return (
        f"<div class='scroll'><svg xmlns='http://www.w3.org/2000/svg' width='{width:.0f}' height='{height}' "
        f"role='img'>{''.join(body)}</svg></div>"
    )


def _x(at: datetime, start: datetime, end: datetime) -> float:
    return LEFT + (min(max(at, start), end) - start) / DAY * _wide(start, end)


def _grid(start: datetime, end: datetime, height: int, settings: Settings) -> Iterator[str]:
    """A line and a date at each midnight of the team's clock; on a narrow scale a date a week."""
    zone = settings.working_time.zone
    day = start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    while day <= end:
        x = _x(day, start, end)
        if day >= start:
            yield f"<line x1='{x:.1f}' x2='{x:.1f}' y1='{TOP - 6}' y2='{height}' stroke='var(--line)'/>"
        if day >= start and (_wide(start, end) >= 24 or day.weekday() == 0):
            yield f"<text class='s' x='{x + 2:.1f}' y='{TOP - 18}'>{day:%a}</text>"
            label = f"{day:%d %b}" if _wide(start, end) >= 44 or day.weekday() == 0 or day.day == 1 else f"{day:%d}"
            yield f"<text class='s' x='{x + 2:.1f}' y='{TOP - 8}'>{label}</text>"
        day = (day + timedelta(days=1, hours=12)).replace(hour=0)


def _people(lines: Sequence[Line], settings: Settings, start: datetime, end: datetime) -> str:
    roster = roster_of(settings)
    names = [*roster.by_name, *dict.fromkeys(each.to for each in lines if each.to not in roster.by_name)]
    height = TOP + LANE * len(names)
    body: list[str] = []
    for number, name in enumerate(names):
        y = TOP + number * LANE
        body += _working(roster.works.get(name, roster.work), start, end, y)
        body.append(f"<text x='6' y='{y + LANE / 2 + 4:.0f}'>{escape(name[:20])}</text>")
        body.append(f"<line x1='0' x2='100%' y1='{y}' y2='{y}' stroke='var(--line)'/>")
    body = [*body, *_grid(start, end, height, settings)]
    body += [_mark(each, _x(each.at, start, end), TOP + names.index(each.to) * LANE, settings) for each in lines]
    return _chart(height, start, end, body)


def _working(work: WorkingTime, start: datetime, end: datetime, y: float) -> Iterator[str]:
    day, last = start.astimezone(work.zone).date(), end.astimezone(work.zone).date()
    while day <= last:
        for begin, until in spans_of(work, day):
            x, to = _x(begin, start, end), _x(until, start, end)
            if to > x:
                yield f"<rect x='{x:.1f}' y='{y}' width='{to - x:.1f}' height='{LANE}' fill='var(--work)'/>"
        day += DAY


_HEIGHTS = {"reminder": 10, "page": 20, "lead": 30, "overdue": 40}


def _mark(line: Line, x: float, y: float, settings: Settings) -> str:
    when = instant(line.at, settings.working_time.zone)
    words = " ".join(part for part in (when, line.what, line.case, line.step, "late" if line.late else "") if part)
    ring = " stroke='var(--ink)' stroke-width='1.5'" if line.late else ""
    return (
        f"<circle cx='{x:.1f}' cy='{y + _HEIGHTS.get(line.what, 26)}' r='4' fill='{_colour(line.what)}'{ring}>"
        f"<title>{escape(words)}: {escape(line.why)}</title></circle>"
    )


def _counts(lines: Sequence[Line], settings: Settings) -> str:
    """What each person would have had to bear."""
    roster = roster_of(settings)
    rows = [_count(name, lines, roster) for name in roster.by_name]
    heads = (
        "",
        "letters",
        "reminders",
        "pages",
        "overdue",
        "outside working time",
        "in quiet hours",
        "most in an hour",
    )
    top = "".join(f"<th>{head}</th>" for head in heads)
    body = "".join(
        f"<tr><td>{escape(row[0])}</td>{''.join(f'<td class=n>{n}</td>' for n in row[1:])}</tr>" for row in rows
    )
    note = f"Beside these come the letters to all: {sum(each.to == EVERYBODY for each in lines)}."
    return f"<div class='scroll'><table class='b'><tr>{top}</tr>{body}</table></div><p class='note'>{note}</p>"


def _count(name: str, lines: Sequence[Line], roster: Roster) -> tuple[str, int, int, int, int, int, int, int]:
    mine = [line for line in lines if line.to == name]
    work, quiet = roster.works[name], roster.quiets[name]
    letters = sorted({(line.letter, line.at) for line in mine}, key=lambda each: each[1])
    times = [at for _, at in letters]
    return (
        name,
        len(letters),
        sum(line.what == "reminder" for line in mine),
        sum(line.what in ("page", "lead") for line in mine),
        sum(line.what == "overdue" for line in mine),
        sum(not is_working(work, at) for at in times),
        sum(quiet_end(quiet, work.zone, at) is not None for at in times),
        max((sum(at <= each < at + timedelta(hours=1) for each in times) for at in times), default=0),
    )


def _cases(lines: Sequence[Line], settings: Settings, start: datetime, end: datetime) -> str:
    cases = sorted({line.case for line in lines if line.case})
    if not cases:
        return "<p class='note'>No case.</p>"
    height = TOP + ROW * len(cases) + 6
    body = list(_grid(start, end, height, settings))
    for number, case in enumerate(cases):
        mine, y = [line for line in lines if line.case == case], TOP + number * ROW
        deadlines = sorted({line.deadline for line in mine if line.deadline is not None})
        first, last = min(line.at for line in mine), max([line.at for line in mine] + deadlines)
        body.append(f"<text x='6' y='{y + 13}'>{escape(case)}</text>")
        x, to = _x(first, start, end), _x(last, start, end)
        body.append(
            f"<line x1='{x:.1f}' x2='{to:.1f}' y1='{y + 9}' y2='{y + 9}' stroke='var(--line)' stroke-width='3'/>"
        )
        for deadline in deadlines:
            if start <= deadline < end:
                at = _x(deadline, start, end)
                body.append(
                    f"<path d='M{at:.1f} {y + 2}v14' stroke='#c62828' stroke-width='2'><title>due</title></path>"
                )
        body += [
            f"<circle cx='{_x(line.at, start, end):.1f}' cy='{y + 9}' r='4' fill='{_colour(line.what)}'>"
            f"<title>{escape(f'{line.at:%a %d %b %H:%M} UTC {line.what} to {line.to}: {line.why}')}</title></circle>"
            for line in mine
        ]
    return _chart(height, start, end, body)


def _days(lines: Sequence[Line], settings: Settings) -> Iterator[str]:
    zone = settings.working_time.zone
    for day, found in groupby(lines, key=lambda line: line.at.astimezone(zone).date()):
        each = list(found)
        yield f"<h3>{day:%A %d %B %Y} <small>({len(each)})</small></h3>{_table(each, settings)}"


def _table(lines: Sequence[Line], settings: Settings) -> str:
    if not lines:
        return ""
    zone = settings.working_time.zone
    rows = []
    for line in lines:
        state = "" if line.went else f" ({line.state})"
        rows.append(
            f"<tr class='{'' if line.went else 'off'}'><td class=t>{line.at.astimezone(zone):%a %d %H:%M}</td>"
            f"<td>{escape(line.to)}</td><td class=t><span class='k' style='background:{_colour(line.what)}'></span>"
            f"{escape(line.what)}{state}{' <b>late</b>' if line.late else ''}</td><td class=c>{escape(line.case)}</td>"
            f"<td>{escape(line.step)}</td><td class=why>{escape(line.why)}</td></tr>"
        )
    heads = "".join(f"<th>{head}</th>" for head in ("when", "to", "what", "case", "step", "why"))
    return f"<div class='scroll'><table class='l'><tr>{heads}</tr>{''.join(rows)}</table></div>"
