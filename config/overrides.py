"""A team's own policy over the shipped one, key by key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.policy import Policy, parse_duration, policy_from_table, policy_table
from config.problems import Problem, unknown_key

DURATION = 'a text such as "48 hours" or "30 days"'
CLOCK_PARTS = frozenset({"respond", "target"})


def override_policy(own: Mapping[str, Any], *, path: Path) -> tuple[Policy | None, list[Problem]]:
    """The shipped policy with the keys of `own` in their place; null and all problems when any key is wrong."""
    table = policy_table()
    problems: list[Problem] = []
    for key, value in own.items():
        if key == "clocks" and isinstance(value, Mapping):
            problems += _override_clocks(table["clocks"], value, path)
        elif key not in table:
            problems.append(Problem(path=path, key=f"policy.{key}", message=unknown_key(key, table)))
        elif fault := _fault(value, like=table[key]):
            problems.append(Problem(path=path, key=f"policy.{key}", message=fault))
        else:
            table[key] = value
    if not problems and not 0 <= table["review_below"] <= 1:
        problems.append(Problem(path=path, key="policy.review_below", message="must be a number from 0 to 1"))
    return (None if problems else policy_from_table(table)), problems


def _override_clocks(clocks: dict[str, Any], own: Mapping[str, Any], path: Path) -> list[Problem]:
    problems = []
    for name, value in own.items():
        key = f'policy.clocks."{name}"'
        if name not in clocks:
            problems.append(Problem(path=path, key=key, message=unknown_key(name, clocks)))
        elif not isinstance(value, Mapping):
            problems.append(Problem(path=path, key=key, message='must be a table such as { respond = "48 hours" }'))
        else:
            problems += _clock_problems(value, key, path)
            clocks[name] = {**clocks[name], **value}
    return problems


def _clock_problems(clock: Mapping[str, Any], key: str, path: Path) -> list[Problem]:
    problems = []
    for part, value in clock.items():
        if part not in CLOCK_PARTS:
            problems.append(Problem(path=path, key=f"{key}.{part}", message=unknown_key(part, CLOCK_PARTS)))
        elif fault := _fault(value, like="48 hours"):
            problems.append(Problem(path=path, key=f"{key}.{part}", message=fault))
    return problems


def _fault(value: object, *, like: object) -> str | None:
    """What is wrong with a value that must be of the kind of the shipped one; null when nothing is."""
    if isinstance(like, bool):
        return (
            None
            if isinstance(value, bool)
            else f"must be true or false; it is {json.dumps(value, ensure_ascii=False, default=str)}"
        )
    if isinstance(like, (int, float)):
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return None if number else f"must be a number; it is {json.dumps(value, ensure_ascii=False, default=str)}"
    if isinstance(like, str):
        return _duration_fault(value)
    return (
        None
        if isinstance(value, type(like))
        else f"must be written like the shipped one; it is {json.dumps(value, ensure_ascii=False, default=str)}"
    )


def _duration_fault(value: object) -> str | None:
    try:
        parse_duration(value if isinstance(value, str) else "")
    except ValueError:
        return f"must be {DURATION}; it is {json.dumps(value, ensure_ascii=False, default=str)}"
    return None
