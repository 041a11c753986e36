"""When digests are written: the team's, and people's own, at a wall-clock time of their working days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from types import MappingProxyType

EIGHT = time(8, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPlan:
    """Who gets a digest and when; times are on the clock of the team, or of the person."""

    team: time | None = EIGHT
    """Null for none."""
    people: Mapping[str, time] = field(default_factory=lambda: MappingProxyType({}))
    """Own digests by name; who has one is left out of the team's."""
    shift: bool = True
    """At a hand-over of the rota, whoever comes on call gets the open cases of the queue."""
    weekly: bool = True
    """On the first working day of a week, leads get how the weeks compare."""
    heartbeat: bool = True
    """On the first working day of a week a digest is sent also when there is nothing to say."""
