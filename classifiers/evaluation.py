"""How good the judgement is on labelled mails: figures by kind, event and language, deadlines, and every mistake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from classifiers.calibration import Bin, calibration_error, reliability
from config.vocabulary import CASE_KINDS, Authenticity, Basis

Line = Mapping[str, Any]
"""A label or a judgement: the contract's JSON object of one mail (section 2)."""

EXACT_WITHIN = timedelta(seconds=61)
"""Deadlines this near each other are the same."""
VERDICTS = ("exact", "early", "late", "missed", "invented", "none, rightly")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One labelled mail and what was said of it; `said` null when it could not be read."""

    file: str
    label: Line
    said: Line | None
    error: str = ""

    @property
    def is_forgery(self) -> bool:
        """Forgeries are judged by their authenticity alone."""
        return bool(self.label["authenticity"] == Authenticity.SUSPICIOUS)

    def told(self, field: str) -> Any:
        """What was said in a field; null when the mail could not be read."""
        return self.said.get(field) if self.said else None

    @property
    def kind_is_right(self) -> bool:
        """Whether the kind is the label's."""
        return bool(self.told("kind") == self.label["kind"])

    @property
    def event_is_right(self) -> bool:
        """Whether kind and event are the label's."""
        return self.kind_is_right and bool(self.told("event") == self.label["event"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many."""

    right: int
    total: int

    @property
    def value(self) -> float | None:
        """The share; null of nothing."""
        return self.right / self.total if self.total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Precision and recall of one kind, or of one kind and event."""

    name: str
    precision: Share
    recall: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class ByLanguage:
    """What was right among the mails in one language."""

    language: str
    detected: Share
    kind: Share
    event: Share
    deadline: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing that was said wrongly of one mail, and why it was said."""

    file: str
    what: str
    wanted: str
    said: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that `claimclock evaluate` prints."""

    mails: int
    unreadable: int
    review: int
    not_silent: Share
    kinds: tuple[Score, ...]
    events: tuple[Score, ...]
    languages: tuple[ByLanguage, ...]
    deadlines: Mapping[str, Mapping[str, int]]
    """By what the label's deadline rests on ("none" for no deadline): how often each verdict fell."""
    authenticity: Mapping[str, Share]
    confusion: Mapping[tuple[str, str], int]
    """How often a kind (first) was taken for a kind (second)."""
    reliability: tuple[Bin, ...]
    calibration_error: float
    mistakes: tuple[Mistake, ...]


def evaluate(trials: Sequence[Trial]) -> Report:
    """Count what is right; forgeries count for authenticity and language alone, as their kind is not acted on."""
    honest = [trial for trial in trials if not trial.is_forgery]
    cases = [trial for trial in honest if trial.label["kind"] in CASE_KINDS]
    read = [trial for trial in honest if trial.said]
    claimed = [float(trial.told("confidence")) for trial in read]
    lines = reliability(claimed, [trial.event_is_right for trial in read], bins=20)
    return Report(
        mails=len(trials),
        unreadable=sum(trial.said is None for trial in trials),
        review=sum(bool(trial.told("review")) for trial in trials),
        not_silent=_share(cases, lambda trial: trial.told("kind") in CASE_KINDS or bool(trial.told("review"))),
        kinds=_scores(honest, lambda line: str(line["kind"])),
        events=_scores(honest, lambda line: f"{line['kind']} {line['event']}" if line["event"] else ""),
        languages=tuple(_by_language(trials)),
        deadlines=_deadlines(honest),
        authenticity=_authenticity(trials),
        confusion=dict(Counter((t.label["kind"], t.told("kind") or "unreadable") for t in honest)),
        reliability=lines,
        calibration_error=calibration_error(lines),
        mistakes=tuple(mistake for trial in trials for mistake in _mistakes(trial)),
    )


def deadline_verdict(wanted: Line | None, said: Line | None) -> str:
    """One of `VERDICTS` for a label's deadline and the one that was said; late is the dangerous one."""
    if wanted is None or said is None:
        return "none, rightly" if wanted is said else "invented" if wanted is None else "missed"
    gap = datetime.fromisoformat(said["respond_by"]) - datetime.fromisoformat(wanted["respond_by"])
    return "exact" if abs(gap) <= EXACT_WITHIN else "late" if gap > timedelta(0) else "early"


def _share(trials: Iterable[Trial], is_right: Callable[[Trial], bool]) -> Share:
    outcomes = [is_right(trial) for trial in trials]
    return Share(right=sum(outcomes), total=len(outcomes))


def _scores(trials: Sequence[Trial], name: Callable[[Line], str]) -> tuple[Score, ...]:
    pairs = [(name(trial.label), name(trial.said) if trial.said else "") for trial in trials]
    return tuple(
        Score(
            name=each,
            precision=Share(right=pairs.count((each, each)), total=sum(said == each for _, said in pairs)),
            recall=Share(right=pairs.count((each, each)), total=sum(wanted == each for wanted, _ in pairs)),
        )
        for each in sorted({each for pair in pairs for each in pair} - {""})
    )


def _by_language(trials: Sequence[Trial]) -> Iterable[ByLanguage]:
    for language in sorted({trial.label["language"] for trial in trials}):
        own = [trial for trial in trials if trial.label["language"] == language]
        honest = [trial for trial in own if not trial.is_forgery]
        yield ByLanguage(
            language=language,
            detected=_share(own, lambda trial: bool(trial.told("language") == trial.label["language"])),
            kind=_share(honest, lambda trial: trial.kind_is_right),
            event=_share((t for t in honest if t.label["event"]), lambda trial: trial.event_is_right),
            deadline=_share((t for t in honest if t.label["deadline"]), lambda trial: _verdict(trial) == "exact"),
        )


def _verdict(trial: Trial) -> str:
    return deadline_verdict(trial.label["deadline"], trial.told("deadline"))


def _deadlines(trials: Sequence[Trial]) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for basis in (*Basis, "none"):
        own = [trial for trial in trials if (trial.label["deadline"] or {"basis": "none"})["basis"] == basis]
        counts = Counter(_verdict(trial) for trial in own)
        table[str(basis)] = {verdict: counts[verdict] for verdict in VERDICTS}
    return table


def _authenticity(trials: Sequence[Trial]) -> dict[str, Share]:
    def is_right(trial: Trial) -> bool:
        return bool(trial.told("authenticity") == trial.label["authenticity"])

    def alarm_is_right(trial: Trial) -> bool:
        return bool(trial.told("authenticity") == Authenticity.SUSPICIOUS) == trial.is_forgery

    return {
        "all": _share(trials, is_right),
        "forgeries found": _share((t for t in trials if t.is_forgery), alarm_is_right),
        "honest mails not accused": _share((t for t in trials if not t.is_forgery), alarm_is_right),
    }


def _mistakes(trial: Trial) -> Iterable[Mistake]:
    because = "; ".join(trial.told("because") or ()) or trial.error

    def mistake(what: str, wanted: object, said: object) -> Mistake:
        return Mistake(file=trial.file, what=what, wanted=str(wanted), said=str(said), because=because)

    for field in ("authenticity", "language", "order_ids"):
        if trial.told(field) != trial.label[field]:
            yield mistake(field, trial.label[field], trial.told(field))
    if trial.is_forgery:
        return
    if not trial.event_is_right:
        yield mistake("kind and event", _what(trial.label), _what(trial.said or {}))
    verdict = _verdict(trial)
    if verdict not in ("exact", "none, rightly"):
        yield mistake(f"deadline {verdict}", _when(trial.label["deadline"]), _when(trial.told("deadline")))


def _what(line: Line) -> str:
    return " ".join(str(line[field]) for field in ("kind", "event") if line.get(field)) or "unreadable"


def _when(deadline: Line | None) -> str:
    if deadline is None:
        return "none"
    phrase = f', "{deadline["phrase"]}"' if deadline.get("phrase") else ""
    return f"{deadline['respond_by']} ({deadline['basis']}{phrase})"
