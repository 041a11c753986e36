"""A team's own templates: read from their directory, proved, and watched while they are used."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from responders.overriding import template_problems
from responders.rendering import Templates

log = logging.getLogger(__name__)

LARGEST = 256 * 1024
"""Bytes of one template; a larger file is none."""


@dataclass(slots=True)
class TemplateFaults:
    """What went wrong with the team's templates since somebody last asked; every thread may tell."""

    _found: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, place: str, fault: str) -> None:
        """Keep one fault; the shipped template has stood in."""
        with self._lock:
            known, self._found[place] = place in self._found, fault
        if not known:
            log.error("the template %s broke, the shipped one stands in: %s", place, fault)

    def take(self) -> tuple[tuple[str, str], ...]:
        """(place, fault) of each since the last time."""
        with self._lock:
            found, self._found = self._found, {}
        return tuple(found.items())


def read_templates(directory: Path | None) -> tuple[dict[str, str], tuple[str, ...]]:
    """The directory's templates by file name, and a sentence for each file that cannot be read."""
    if directory is None:
        return {}, ()
    try:
        paths = sorted(path for path in directory.iterdir() if path.name.endswith(".j2"))
    except OSError as error:
        return {}, (f"{directory}: cannot be read: {error.strerror}",)
    sources: dict[str, str] = {}
    problems = []
    for path in paths:
        try:
            if path.stat().st_size > LARGEST:
                raise ValueError(f"is larger than {LARGEST} bytes")
            sources[path.name] = path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            problems.append(f"{path.name}: cannot be read: {error}")
    return sources, tuple(problems)


def problems_in(directory: Path | None) -> tuple[str, ...]:
    """Everything that is wrong in the directory, file and line named."""
    sources, unread = read_templates(directory)
    return (*unread, *template_problems(sources))


def proven_templates(directory: Path | None, faults: TemplateFaults) -> Templates:
    """The templates with which every sample could be written; the others are told and left out."""
    sources, unread = read_templates(directory)
    problems = (*unread, *template_problems(sources))
    for problem in problems:
        place, _, fault = problem.partition(": ")
        faults.tell(place, fault)
    return tuple((name, text) for name, text in sources.items() if not _is_named(name, problems))


def _is_named(name: str, problems: Iterable[str]) -> bool:
    return any(problem.startswith((f"{name}:", f"{name},")) for problem in problems)
