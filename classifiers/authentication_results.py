"""RFC 8601 Authentication-Results fields, also in Exchange's form without an authserv-id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_MAX_FIELD = 16_000
_TOKEN = re.compile(r"[^\s;()\"=]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodResult:
    """One "method=result ptype.property=value …" statement, in lower case."""

    method: str
    result: str
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationResults:
    """One field: the server that speaks (null in Exchange's form) and what it found."""

    authserv_id: str | None
    results: tuple[MethodResult, ...]


def parse_results(value: str) -> AuthenticationResults:
    """Read a field's value; comments and quoted strings never count as results, nonsense is skipped."""
    statements = _statements(value[:_MAX_FIELD])
    authserv_id = None
    if statements and "=" not in statements[0]:
        authserv_id = statements[0][0].lower().rstrip(".") if statements[0] else None
        statements = statements[1:]
    found = [result for statement in statements if (result := _result(statement))]
    return AuthenticationResults(authserv_id=authserv_id, results=tuple(found))


def _statements(value: str) -> list[list[str]]:
    """The words of each statement between semicolons; "=" is a word of its own."""
    statements: list[list[str]] = [[]]
    place = 0
    while place < len(value):
        character = value[place]
        if character == "(":
            place = _behind_comment(value, place)
        elif character == '"':
            text, place = _quoted(value, place)
            statements[-1].append(text)
        elif character == ";":
            statements.append([])
            place += 1
        elif character == "=":
            statements[-1].append("=")
            place += 1
        else:
            match = _TOKEN.match(value, place)
            if match:
                statements[-1].append(match[0])
            place = match.end() if match else place + 1
    return [statement for statement in statements if statement]


def _behind_comment(value: str, place: int) -> int:
    depth = 0
    while place < len(value):
        character = value[place]
        if character == "\\":
            place += 1
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return place + 1
        place += 1
    return place


def _quoted(value: str, place: int) -> tuple[str, int]:
    kept: list[str] = []
    place += 1
    while place < len(value) and value[place] != '"':
        if value[place] == "\\":
            place += 1
        kept.append(value[place : place + 1])
        place += 1
    return "".join(kept), place + 1


def _result(words: list[str]) -> MethodResult | None:
    if len(words) < 3 or words[1] != "=":
        return None
    properties: dict[str, str] = {}
    for place in range(3, len(words) - 2):
        if words[place + 1] == "=":
            properties.setdefault(words[place].lower(), words[place + 2].lower())
    method = words[0].lower().partition("/")[0]
    return MethodResult(method=method, result=words[2].lower(), properties=properties)
