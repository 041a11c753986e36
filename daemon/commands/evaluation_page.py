"""An evaluation as tables, for the terminal and for one self-contained HTML page with a reliability plot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from classifiers.calibration import Bin
from classifiers.evaluation import VERDICTS, Report, Share
from config.vocabulary import Kind

SIDE = 320
"""Edge of the plot's square, in pixels."""
STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em;color:#1c1c1c;background:#fff}
table{border-collapse:collapse;margin:.5em 0 2em}
th,td{padding:.2em .8em;text-align:left;border-bottom:1px solid #ddd;vertical-align:top}
th{font-weight:600}td:last-child{overflow-wrap:anywhere}svg{max-width:100%;height:auto}
td:first-child{white-space:nowrap}.wide{overflow-x:auto}
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}th,td{border-color:#444}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One titled table."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sections(report: Report) -> Iterator[Section]:
    """Every table of the report, in the order in which people read them."""
    yield _section(
        "Kinds", ("", "precision", "recall"), ((s.name, _share(s.precision), _share(s.recall)) for s in report.kinds)
    )
    yield _section(
        "Events", ("", "precision", "recall"), ((s.name, _share(s.precision), _share(s.recall)) for s in report.events)
    )
    yield _section(
        "Languages",
        ("", "detected", "kind", "event", "deadline exact"),
        (
            (each.language, _share(each.detected), _share(each.kind), _share(each.event), _share(each.deadline))
            for each in report.languages
        ),
    )
    yield _section(
        "Deadlines, by what the label rests on",
        ("", *VERDICTS),
        ((basis, *(str(counts[verdict]) for verdict in VERDICTS)) for basis, counts in report.deadlines.items()),
    )
    yield _section(
        "Authenticity", ("", "right"), ((name, _share(value)) for name, value in report.authenticity.items())
    )
    yield _confusion(report)
    yield _section(
        f"Reliability of the confidence (mean distance {report.calibration_error:.3f})",
        ("confidence", "mails", "claimed", "right"),
        (
            (f"{line.low:.2f}-{line.high:.2f}", str(line.count), f"{line.claimed:.2f}", f"{line.right:.2f}")
            for line in report.reliability
        ),
    )
    yield _section(
        "Mistakes",
        ("mail", "what", "label", "said", "because"),
        ((each.file, each.what, each.wanted, each.said, each.because) for each in report.mistakes),
    )


def summary(report: Report) -> tuple[str, str]:
    """The two sentences above the tables."""
    return (
        f"{report.mails} mails, {report.unreadable} unreadable, {report.review} for review",
        f"claims, requests and chargebacks not passed over in silence: {_share(report.not_silent)}",
    )


def page(report: Report) -> str:
    """One HTML page that needs nothing else: no script, no other file, no network."""
    body = [f"<p>{escape(sentence)}</p>" for sentence in summary(report)]
    for section in sections(report):
        body.append(_html_table(section))
        if section.title.startswith("Reliability"):
            body.append(_plot(report.reliability))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Claimclock: evaluation</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>\n'
        f"<body><h1>Evaluation</h1>\n{chr(10).join(body)}\n</body></html>\n"
    )


def _section(title: str, columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Section:
    return Section(title=title, columns=columns, rows=tuple(rows))


def _confusion(report: Report) -> Section:
    """The confusion table, kinds that do not occur left out."""
    order = [*map(str, Kind), "unreadable"]
    wanted = [kind for kind in order if any(pair[0] == kind for pair in report.confusion)]
    said = [kind for kind in order if any(pair[1] == kind for pair in report.confusion)]
    rows = ((row, *(str(report.confusion.get((row, column), "")) for column in said)) for row in wanted)
    return _section("What was taken for what (row: the label; column: what was said)", ("", *said), rows)


def _share(value: Share) -> str:
    return "-" if value.value is None else f"{value.value:.3f} ({value.right}/{value.total})"


def _html_table(section: Section) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in section.columns)
    rows = "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in section.rows)
    made = f"<table><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table>"
    return f'<h2>{escape(section.title)}</h2>\n<div class="wide">{made}</div>'


def _plot(lines: Sequence[Bin]) -> str:
    """Claimed against right as an SVG; a mark's area grows with the number of mails."""
    most = max((line.count for line in lines), default=1)
    marks = "".join(
        f'<circle cx="{40 + line.claimed * SIDE:.1f}" cy="{20 + (1 - line.right) * SIDE:.1f}" '
        f'r="{4 + 10 * (line.count / most) ** 0.5:.1f}" fill="#2b6cb0" fill-opacity=".7">'
        f"<title>{line.count} mails: {line.claimed:.2f} claimed, {line.right:.2f} right</title></circle>"
        for line in lines
    )
    ticks = "".join(
        f'<text x="{40 + share * SIDE}" y="{SIDE + 38}" text-anchor="middle">{share}</text>'
        f'<text x="34" y="{24 + (1 - share) * SIDE}" text-anchor="end">{share}</text>'
        for share in (0.0, 0.5, 1.0)
    )
    return (
        f'<svg role="img" aria-label="Reliability: share right by claimed confidence" width="{SIDE + 60}" '
        f'height="{SIDE + 60}" viewBox="0 0 {SIDE + 60} {SIDE + 60}" font-size="12" fill="currentColor">'
        f'<rect x="40" y="20" width="{SIDE}" height="{SIDE}" fill="none" stroke="currentColor" stroke-opacity=".4"/>'
        f'<path d="M40 {SIDE + 20}L{SIDE + 40} 20" stroke="currentColor" stroke-dasharray="4"/>{ticks}{marks}'
        f'<text x="{40 + SIDE / 2}" y="{SIDE + 55}" text-anchor="middle">claimed</text></svg>'
    )
