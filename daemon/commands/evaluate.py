"""`evaluate`: judge a folder of labelled mails and print how much is right."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from classifiers.assessment import as_json as line_of
from classifiers.evaluation import Report, Share, Trial
from classifiers.evaluation import evaluate as evaluate_trials
from daemon.commands.evaluation_page import page, sections, summary
from daemon.faults import Refused
from daemon.judging import Judged, Terms, judge_all
from daemon.sources import Source
from daemon.terminal import console, counted, table

LABELS = "gold.jsonl"
REQUIRED = ("file", "kind", "event", "language", "authenticity", "order_ids", "deadline")


def evaluate(folder: Path, *, as_json: bool, html: Path | None, trusted: tuple[str, ...]) -> int:
    """Print the figures, as tables or as one JSON object, and write the page if one is asked for; 0 always."""
    labels = read_labels(folder / LABELS)
    mails = counted(judge_all(_mails(folder, labels), Terms(trusted_authserv=trusted)), what="mails judged")
    report = evaluate_trials([_trial(label, judged) for label, judged in zip(labels, mails, strict=True)])
    if html is not None:
        html.write_text(page(report), encoding="utf-8")
    if as_json:
        print(json.dumps(report_json(report), ensure_ascii=False))
    else:
        _print(report)
    return 0


def read_labels(path: Path) -> list[dict[str, Any]]:
    """The labels, one JSON object a line with the contract's fields and `file`; says which line is wrong."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Refused(f"{path}: cannot be read ({error.strerror}); it holds one label a line, as JSON") from error
    labels = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            label = json.loads(line)
            missing = [field for field in REQUIRED if field not in label]
        except (ValueError, TypeError) as error:
            raise Refused(f"{path}, line {number}: is no JSON object ({error})") from error
        if missing:
            raise Refused(f"{path}, line {number}: lacks {', '.join(missing)}")
        labels.append(label)
    return labels


def report_json(report: Report) -> dict[str, Any]:
    """The report as plain JSON; every share as right, total and value."""
    made = asdict(report, dict_factory=lambda pairs: _with_value(dict(pairs)))
    made["confusion"] = [
        {"wanted": wanted, "said": said, "mails": count} for (wanted, said), count in sorted(report.confusion.items())
    ]
    return made


def _with_value(fields: dict[str, Any]) -> dict[str, Any]:
    if set(fields) == {"right", "total"}:
        fields["value"] = Share(**fields).value
    return fields


def _mails(folder: Path, labels: Sequence[dict[str, Any]]) -> Iterator[Source]:
    for label in labels:
        name = str(label["file"])
        try:
            yield Source(name=name, raw=(folder / name).read_bytes())
        except OSError as error:
            yield Source(name=name, error=f"cannot be read: {error.strerror}")


def _trial(label: dict[str, Any], judged: Judged) -> Trial:
    said = line_of(judged.assessment, source=judged.source) if judged.assessment else None
    return Trial(file=str(label["file"]), label=label, said=said, error=judged.error or "")


def _print(report: Report) -> None:
    screen = console()
    for sentence in summary(report):
        screen.print(sentence)
    for section in sections(report):
        screen.print(f"\n{section.title}", style="bold")
        screen.print(table(section.columns, section.rows, narrow=section.columns[:1]) if section.rows else "none")
