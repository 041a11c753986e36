"""What is answered when evidence came in: each file and what it proves, then what is still missing."""

from __future__ import annotations

from collections.abc import Sequence

from config.phrasebook import team_phrases
from responders.evidence import missing_of, short_of
from responders.evidence_notes import evidence_cautions
from responders.quoting import plain_line
from responders.summary import CaseSummary


def intake_line(name: str, key: str, items: Sequence[str], count: int, *, language: str) -> str:
    """What became of one file; `key` is of [evidence] in the team phrases."""
    phrases = team_phrases(language)
    values = {"file": plain_line(name), "count": str(count)}
    if key == "table":
        said = [phrases.say("evidence.table", **values)]
        return " ".join(
            [*said, *([phrases.say("evidence.ticked", **values, items=_named(items, language))] if items else [])]
        )
    return phrases.say(f"evidence.{key}", **values, items=_named(items, language))


def missing_line(summary: CaseSummary, *, language: str) -> str:
    """What nothing on file proves yet; empty for a case without a checklist."""
    phrases, missing = team_phrases(language), missing_of(summary, language=language)
    if missing:
        return phrases.say("evidence.missing", items=_joined(missing, language))
    return phrases.say("evidence.complete") if summary.evidence.exhibits else ""


def warning_lines(summary: CaseSummary, *, language: str) -> tuple[str, ...]:
    """What in the exports should make people stop: contradictions, a parcel that came back, a refund."""
    gap = "" if team_phrases(language).language == "zh" else " "
    mark = "。" if not gap else "."
    found = evidence_cautions(summary, team_phrases(language))
    return tuple(f"{caution.title}{mark}{gap}{caution.text}" for caution in found)


def left_line(files: Sequence[str], *, language: str) -> str:
    """Files that were too much for one mail."""
    return team_phrases(language).say("evidence.left", files=_joined([plain_line(each) for each in files], language))


def _named(items: Sequence[str], language: str) -> str:
    return _joined([short_of(key, language) for key in items], language)


def _joined(words: Sequence[str], language: str) -> str:
    return ("、" if team_phrases(language).language == "zh" else ", ").join(words)
