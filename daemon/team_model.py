"""A team's own model: where it lies, whether it may be used, and the voter that it makes.

It lies beside the shipped one, in the state directory, and holds what the team has corrected. It is used only while it
is at least as good as the shipped one on the corpus that both were tried on; a newer shipped model retires it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from classifiers.model import VOTER_FILES, Voter, load_voter, trained_from, voter_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamModel:
    """A model in a folder, as it was written once."""

    folder: str
    written: int
    """When, in nanoseconds: another one in its place is another value."""


def team_folder(state_directory: Path) -> Path:
    """Where a team's model lies."""
    return state_directory / "model"


def find(state_directory: Path) -> TeamModel | None:
    """The team's model, if it may be used; the log says why one is passed over."""
    folder = team_folder(state_directory)
    try:
        written = (folder / "meta.json").stat().st_mtime_ns
        fault = why_unfit(json.loads((folder / "meta.json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        fault, written = str(error), 0
    if fault:
        log.warning("the team's own model is not used: %s; make it again with: claimclock train --corrections", fault)
        return None
    return TeamModel(folder=str(folder), written=written)


def why_unfit(meta: Mapping[str, Any]) -> str | None:
    """Why the shipped model is to be preferred to one with this meta file; null when it is not."""
    from classifiers.training import is_as_good

    shipped = shipped_meta()
    try:
        if meta["corpus"] != shipped["corpus"]:
            return "it was made beside another version's model"
        return None if is_as_good(meta, shipped) else "it is worse than the shipped one on texts that both had not seen"
    except (KeyError, TypeError) as error:
        return f"its description is damaged ({type(error).__name__})"


@lru_cache(maxsize=1)
def shipped_meta() -> Mapping[str, Any]:
    """The shipped model's meta file."""
    from importlib.resources import files

    meta: Mapping[str, Any] = json.loads((files("classifiers") / "model" / "meta.json").read_text(encoding="utf-8"))
    return meta


def voter_for(team: TeamModel | None) -> Voter | None:
    """The team's voter, else the shipped one."""
    own = _team_voter(team) if team is not None else None
    return own or load_voter()


@lru_cache(maxsize=2)
def _team_voter(team: TeamModel) -> Voter | None:
    try:
        return voter_of(trained_from({name: (Path(team.folder) / name).read_bytes() for name in VOTER_FILES}))
    except (OSError, ValueError, KeyError) as error:
        log.warning("the team's own model cannot be read, so the shipped one is used: %s", error)
        return None
