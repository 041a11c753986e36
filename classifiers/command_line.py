"""Where the command of a reply stands: without greeting, courtesies and decoration, and whose word begins the line."""

from __future__ import annotations

import re
from enum import StrEnum

from classifiers.normalise import for_matching
from config.commands import command_words


class CommandKind(StrEnum):
    """The commands; the values are the names in config/data/commands.toml."""

    ACK = "ack"
    MINE = "mine"
    ASSIGN = "assign"
    DONE = "done"
    SNOOZE = "snooze"
    NOTE = "note"
    WON = "won"
    LOST = "lost"
    REOPEN = "reopen"
    WRONG = "wrong"
    EVIDENCE = "evidence"
    DRAFT = "draft"
    TONE = "tone"
    LESSON = "lesson"
    HELP = "help"


_CASE = re.compile(r"(?<![\w-])\[?(CC-?\d{1,12})\]?(?![\w-])", re.IGNORECASE)
_AND = r"\s*(?:,|;|、|&|\+|and\b|und\b|和|及|跟|与|與)?\s*"
_CASES = re.compile(rf"{_CASE.pattern}(?:{_AND}{_CASE.pattern})*", re.IGNORECASE)
_BESIDE = re.compile(rf"\s*(?:for|on|cases?|:)?\s*{_CASES.pattern}", re.IGNORECASE)
_LATE = re.compile(rf"([^,;!?、。(\n]*?)(\s+(?:for|on|cases?)?\s*{_CASES.pattern})", re.IGNORECASE)
_WITH_ARGUMENT = frozenset({CommandKind.SNOOZE, CommandKind.ASSIGN, CommandKind.WRONG})
"""Commands behind whose argument a case may be named: "snooze 3h CC-000123"."""
_DECORATION = "#/@*_!(\"'“”‘’「」『』【】[]<>·•`→"
_EMBLEMS = "\u2600-\u27bf\ufe0f\U0001f300-\U0001faff"
END = r"[\s.!。!…~,;:、*_`\"'”’」』】\])" + _EMBLEMS + "]*"
"""What may end a line without meaning anything."""
WHOLE = re.compile(rf"{END}$")
CJK = re.compile(r"[\u3400-\u9fff]")
_BULLET = re.compile(rf"^(?:[-–—]\s+|[{_EMBLEMS}\s]+)")
_ASKING, _REFUSING = re.compile("[❓❔⁉‽]"), re.compile("[❌❎✖✗✘🚫⛔👎🙅🤷]")
"""Emblems that mean something: they are read as a question, and as a taking back."""


def first_line(lines: list[str]) -> tuple[str, list[str]]:
    """The line that may hold the command, its greeting taken off, and the lines below it as written."""
    for place, written in enumerate(lines[:3]):
        line = _undecorated(_ASKING.sub("?", for_matching(written[:1_000])))
        below = lines[place + 1 :]
        behind = _behind_greeting(line)
        if behind is None:
            return line, below
        if behind:
            return behind, below
    return "", []


def _behind_greeting(line: str) -> str | None:
    """What follows a greeting on its line, empty for a line of its own; null when the line does not greet."""
    low = line.lower()
    if command_at(line) is not None:
        return None
    greeting = next((word for word in command_words().greetings if has_word(low, word)), None)
    if greeting is None:
        return None
    behind = line[len(greeting) :].lstrip(" ,.!;:、。~-")
    if not behind or command_at(behind) is not None:
        return behind
    name, separator, tail = _partitioned(behind)
    if len(name.split()) <= 4 and len(name) <= 40 and (separator or len(line) <= 40):
        return tail
    return None


def _partitioned(text: str) -> tuple[str, str, str]:
    found = re.search(r"[,;:!、。~]|\s-+\s|\.(?=\s|$)", text)
    return (text[: found.start()], found[0], text[found.end() :].strip()) if found else (text, "", "")


def _undecorated(line: str) -> str:
    line = line.strip()
    if _CASE.match(line) or _REFUSING.match(line):
        return line
    return _BULLET.sub("", line).lstrip(_DECORATION).strip()


def is_crossed_out(line: str) -> bool:
    """Whether an emblem such as a cross or a thumb down stands in the line."""
    return bool(_REFUSING.search(line))


def without_cases(line: str) -> tuple[str, tuple[str, ...]]:
    """The line without the case numbers that stand in front of its first separator, and those numbers."""
    cases = _numbers(line)
    if not cases:
        return line, ()
    lead = _CASES.match(line)
    stripped = line[lead.end() :].lstrip(" ,:;-") if lead else line
    found = command_at(stripped)
    if found is None:
        return line, cases
    behind = found[1]
    beside = _BESIDE.match(behind)
    if beside is None and found[0] in _WITH_ARGUMENT and (late := _LATE.match(behind)):
        word = stripped[: len(stripped) - len(behind)]
        named = (*(_numbers(lead[0]) if lead else ()), *_numbers(late[2]))
        return word + late[1] + behind[late.end() :], tuple(dict.fromkeys(named))
    named = (*(_numbers(lead[0]) if lead else ()), *(_numbers(beside[0]) if beside else ()))
    word = stripped[: len(stripped) - len(behind)]
    return (word + behind[beside.end() :] if beside else stripped), tuple(dict.fromkeys(named))


def without_all(behind: str) -> tuple[str, bool]:
    """What stands behind a command without an "all of them", and whether it was there."""
    text = behind.lstrip()
    for word in command_words().everything:
        if has_word(text.lower(), word) and re.match(rf"{END}(?:$|[,;:!.、。])", text[len(word) :]):
            return text[len(word) :], True
    return behind, False


def _numbers(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_number(found[1]) for found in _CASE.finditer(text)))


def _number(written: str) -> str:
    return f"CC-{int(re.sub(r'[^0-9]', '', written)):06d}"


def command_at(line: str) -> tuple[CommandKind, str] | None:
    """The command whose word begins the line, and what stands behind it; an "ok" in front is passed over."""
    text = line.lstrip(" " + _DECORATION)
    for courtesy in command_words().nods:
        if has_word(text.lower(), courtesy):
            text = text[len(courtesy) :].lstrip(" ,.!-、。~")
    low = text.lower()
    for phrase, name in command_words().commands:
        if has_word(low, phrase):
            return CommandKind(name), text[len(phrase) :].lstrip("*_\"'”’」』】]")
    return None


def has_word(low: str, word: str) -> bool:
    """Whether a text begins with a word; words of letters end where another begins, Chinese ones anywhere."""
    if not low.startswith(word):
        return False
    if not word[-1].isascii():
        return True
    following = low[len(word) : len(word) + 2]
    if not following:
        return True
    if following[0] in "'_" or (following[0] == "-" and following[1:].isalnum()) or following[0] in "/\\&+%=@":
        return following[0] in "_'" and following[1:2] in ("", " ", "\n")
    return not following[0].isalnum() or bool(CJK.match(following[0]))


def starts_with(low: str, words: tuple[str, ...]) -> bool:
    """Whether a text begins with one of these words."""
    return any(has_word(low.lstrip(), word) for word in words)


def without_courtesies(text: str) -> str:
    """The text without courtesies at its end and its start."""
    before = None
    while text != before:
        before = text
        low = text.lower().rstrip(" ,.!。~、")
        for word in command_words().courtesies:
            if low.endswith(word) and (not word.isascii() or low[: -len(word)][-1:] in ("", " ", ",", ".", "!", "、")):
                text = text[: len(low) - len(word)].rstrip(" ,.!。~、")
                break
    return text
