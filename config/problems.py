"""What is wrong in a settings file, as values: every problem at once, each with its key and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One wrong place: the key's path (empty for the whole file) and a sentence that says what is allowed."""

    path: Path
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}" if self.key else self.message


class SettingsError(Exception):
    """The settings cannot be used; `problems` holds all of them, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self._told())

    def _told(self) -> str:
        """All problems under the file's name, and the next step."""
        if len(self.problems) == 1 and not self.problems[0].key:
            return f"{self.problems[0].path}: {self.problems[0].message}"
        count = len(self.problems)
        head = f"{self.problems[0].path}: {count} problem{'s' if count != 1 else ''} in the settings"
        lines = [f"  {problem}" for problem in self.problems]
        return "\n".join(
            [
                head,
                *lines,
                "Next: mend the file and run `claimclock check`; `claimclock config example` shows every key.",
            ]
        )


def unknown_key(name: str, known: Iterable[str]) -> str:
    """The sentence for a key that does not exist, with the likeliest one that does."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    return f"unknown key; did you mean {close[0]}?" if close else f"unknown key; known here: {', '.join(names)}"
