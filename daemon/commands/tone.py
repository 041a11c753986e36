"""`tone`: what an answer must not say, found before it is sent."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from classifiers.language import language_of_text
from config.forms import form_limits
from config.vocabulary import LANGUAGES
from daemon.faults import Refused
from daemon.terminal import Text, cell, console, plain
from responders.tone import Finding, check_tone

LARGEST = 1_000_000
"""Characters of a text; nobody sends a longer answer."""


def tone(source: str, *, language: str | None, place: str | None, explain: str, as_json: bool) -> int:
    """Print every finding in the text of a file or of standard input; 1 when there is one."""
    if language is not None and language not in LANGUAGES:
        raise Refused(f"{language} is none of the languages: {', '.join(LANGUAGES)}")
    if place is not None and place not in form_limits():
        raise Refused(f"{place} is none of the places: {', '.join(form_limits())}")
    text = _text(source)
    written = language or language_of_text(text)
    longest = form_limits()[place] if place else None
    findings = check_tone(text, language=written, team_language=explain, longest=longest)
    if as_json:
        for finding in findings:
            print(json.dumps(_as_json(finding, written, text), ensure_ascii=False))
    else:
        _print(findings, text, written)
    return int(bool(findings))


def _text(source: str) -> str:
    if source == "-":
        data = sys.stdin.buffer.read(4 * LARGEST)
    else:
        path = Path(source)
        if path.is_dir():
            raise Refused(f"{source} is a directory; name a file with the text, or - for standard input")
        data = path.read_bytes()[: 4 * LARGEST]
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Refused(f"{source} is not UTF-8 text") from error
    if not text.strip():
        raise Refused(f"{'standard input' if source == '-' else source} holds no text")
    return text[:LARGEST]


def _print(findings: tuple[Finding, ...], text: str, language: str) -> None:
    screen = console()
    for finding in findings:
        line = text.count("\n", 0, finding.start) + 1
        head = (
            cell(f"line {line}:", "bold") + Text(f" {finding.title}", "bold red") + Text(f': "{plain(finding.words)}"')
        )
        screen.print(head, soft_wrap=True)
        screen.print(f"    why: {finding.why}", soft_wrap=True)
        screen.print(f"    better: {finding.better}", soft_wrap=True)
    count = len(findings)
    found = f"{count} finding{'s' if count != 1 else ''}" if count else "nothing found"
    screen.print(f"{found} (read as {language}, {len(text.strip())} characters)", style="bold" if count else "green")


def _as_json(finding: Finding, language: str, text: str) -> dict[str, object]:
    return {
        "kind": finding.kind,
        "words": finding.words,
        "line": text.count("\n", 0, finding.start) + 1,
        "start": finding.start,
        "end": finding.end,
        "why": finding.why,
        "better": finding.better,
        "language": language,
    }
