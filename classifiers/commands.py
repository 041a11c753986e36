"""What a person tells a case by reply: the command on the first line of the fresh text, or why there is none.

Doubt is an answer. A command that moves a case stands alone on its line or before a separator: "Lost my VPN
connection" and "Done?" are everyday speech.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from classifiers.normalise import for_matching
from classifiers.until import read_until
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
    HELP = "help"


class Doubt(StrEnum):
    """Why nothing is done."""

    QUESTION = "question"
    """The line asks."""
    RUNS_ON = "runs_on"
    """A command's word begins a sentence."""
    TAKEN_BACK = "taken_back"
    """What follows denies it."""
    TWO = "two"
    """Two commands."""
    INCOMPLETE = "incomplete"
    """A name, a time, a kind or the text of the note is missing."""
    NO_TIME = "no_time"
    """What follows `snooze` names no time after now."""
    NO_KIND = "no_kind"
    """What follows `wrong` names no kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What is to be done."""

    kind: CommandKind
    argument: str = ""
    """A name as written (assign), a kind's value (wrong), the text (note)."""
    until: datetime | None = None
    """For snooze; aware UTC."""
    remark: str = ""
    cases: tuple[str, ...] = ()
    """Case numbers that stand beside the command, as written in upper case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoCommand:
    """The text begins with no command; `line` is how it begins."""

    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """Perhaps a command; nothing is to be done."""

    why: Doubt
    kind: CommandKind
    line: str


Reading = Command | NoCommand | Doubtful

_CASE = re.compile(r"(?<![\w-])\[?(CC-?\d{1,12})\]?(?![\w-])", re.IGNORECASE)
_DECORATION = "#/@*_\"'“”‘’「」『』【】[]<>·•`→"
_END = r"[\s.!。!…~,;:、*_\"'”’」』】\])\u2600-\u27bf\ufe0f\U0001f300-\U0001faff]*"
_WHOLE = re.compile(rf"{_END}$")
_SEPARATOR = re.compile(r"\s*(?:[,;:!、。…(\n|]|\.(?=\s|$|[^\x00-\x7f])|-+(?=\s)|(?<=\s)-+)[\s,;:!.、。…|-]*")
_CLAUSES = re.compile(r"[,;:!?、。…(\n|]|\.(?=\s|$)|\s-+\s")
_CJK = re.compile(r"[\u3400-\u9fff]")
_LONGEST_NAME = 80
_LONGEST_REMARK = 2_000


def read_command(fresh: str, *, now: datetime, zone: ZoneInfo) -> Reading:
    """Read the fresh text of a reply (`fresh_text`); `zone` is where "tomorrow 9:00" is meant."""
    lines = [line for line in fresh.split("\n") if line.strip()]
    head, rest = _first_line(lines)
    if not head:
        return NoCommand(line="")
    line, cases = _without_cases(head)
    found = _command_at(line)
    if found is None:
        return NoCommand(line=head[:200])
    kind, behind = found
    result = _read(kind, behind, rest, now=now, zone=zone)
    if isinstance(result, Doubt):
        return Doubtful(why=result, kind=kind, line=head[:200])
    argument, until, remark = result
    return Command(kind=kind, argument=argument, until=until, remark=remark[:_LONGEST_REMARK].strip(), cases=cases)


_Parts = tuple[str, datetime | None, str]


def _read(kind: CommandKind, behind: str, rest: list[str], *, now: datetime, zone: ZoneInfo) -> _Parts | Doubt:
    if kind is CommandKind.HELP:
        return "", None, ""
    if kind is CommandKind.NOTE:
        text = "\n".join([_SEPARATOR.sub("", behind, count=1) if _SEPARATOR.match(behind) else behind, *rest]).strip()
        return (text, None, "") if text.strip(" .!?,;:") else Doubt.INCOMPLETE
    if behind.lstrip(" *_\"'”").startswith("?"):
        return Doubt.QUESTION
    if kind is CommandKind.ASSIGN:
        return _assigned(behind, rest)
    if kind is CommandKind.SNOOZE:
        return _snoozed(behind, rest, now=now, zone=zone)
    if kind is CommandKind.WRONG:
        return _reclassified(behind, rest)
    return _plain(kind, behind, rest)


def _plain(kind: CommandKind, behind: str, rest: list[str]) -> _Parts | Doubt:
    """A command without an argument, and its remark."""
    remark = _remark(behind)
    if remark is None:
        # "收到您的邮件…" is how Chinese answering machines begin.
        is_glued = kind is CommandKind.ACK and bool(_CJK.match(behind))
        if kind in command_words().whole_line or is_glued:
            return Doubt.RUNS_ON
        remark = behind
    return _with_remark(kind, "", None, remark, rest)


def _with_remark(
    kind: CommandKind, argument: str, until: datetime | None, remark: str, rest: list[str]
) -> _Parts | Doubt:
    if kind in command_words().whole_line:
        if remark.rstrip(" \"'”)*").endswith("?"):
            return Doubt.QUESTION
        if _is_taken_back(kind, remark.lower()):
            return Doubt.TAKEN_BACK
    if _holds_another(kind, "\n".join([remark, *rest])):
        return Doubt.TWO
    return argument, until, "\n".join([remark, *rest]).strip()


def _is_taken_back(kind: CommandKind, remark: str) -> bool:
    words = command_words()
    # Behind an outcome stands a lesson, which may well begin with "not" or "没有".
    denials = () if kind in (CommandKind.WON, CommandKind.LOST) else words.denied
    return _starts_with(remark, (*words.taken_back, *denials))


def _assigned(behind: str, rest: list[str]) -> _Parts | Doubt:
    text = _SEPARATOR.sub("", behind, count=1) if _SEPARATOR.match(behind) else behind.strip()
    text = re.sub(r"^(?:to(?:\s+|$)|给\s*|給\s*|@)", "", text, flags=re.IGNORECASE)
    name, remark = _cut(text)
    name = _without_courtesies(name.strip().lstrip("@"))
    if not name or len(name) > _LONGEST_NAME:
        return Doubt.INCOMPLETE
    if name.endswith("?"):
        return Doubt.QUESTION
    return _with_remark(CommandKind.ASSIGN, name, None, remark, rest)


def _snoozed(behind: str, rest: list[str], *, now: datetime, zone: ZoneInfo) -> _Parts | Doubt:
    text = _SEPARATOR.sub("", behind, count=1) if _SEPARATOR.match(behind) else behind.strip()
    if not text.strip(" .!?"):
        return Doubt.INCOMPLETE
    until = read_until(text.lower(), now=now, zone=zone)
    if until is None:
        return Doubt.NO_TIME
    remark = _remark(text[until.length :])
    if remark is None:
        return Doubt.QUESTION if "?" in text[until.length :] else Doubt.NO_TIME
    return _with_remark(CommandKind.SNOOZE, "", until.at, remark, rest)


def _reclassified(behind: str, rest: list[str]) -> _Parts | Doubt:
    text = _SEPARATOR.sub("", behind, count=1) if _SEPARATOR.match(behind) else behind.strip()
    if not text.strip(" .!?"):
        return Doubt.INCOMPLETE
    text = re.sub(
        r"^(?:kind\s*[,:]?\s*|it is (?:an? )?|it's (?:an? )?|this is (?:an? )?|an? |是|应为|應為|应该是|應該是|为)",
        "",
        text,
        flags=re.IGNORECASE,
    )
    for phrase, kind in command_words().kinds:
        if text.lower().startswith(phrase):
            remark = _remark(text[len(phrase) :])
            if remark is not None:
                return _with_remark(CommandKind.WRONG, kind, None, remark, rest)
    return Doubt.NO_KIND


def _remark(behind: str) -> str | None:
    """What is remarked behind a command, perhaps nothing; null when the text runs on without a separator."""
    if _WHOLE.match(behind):
        return ""
    if found := _SEPARATOR.match(behind):
        return behind[found.end() :].strip()
    thanks = behind.strip()
    return "" if not _WHOLE.sub("", _without_courtesies(thanks)) else None


def _cut(text: str) -> tuple[str, str]:
    """A name and the remark behind it."""
    found = re.search(r"[,;:!、。(\n|]|\.(?=\s|$)|\s-+\s", text)
    return (text[: found.start()], text[found.end() :].strip(" )")) if found else (text, "")


def _first_line(lines: list[str]) -> tuple[str, list[str]]:
    """The line that may hold the command, its greeting taken off, and the lines below it as written."""
    for place, written in enumerate(lines[:3]):
        line = _undecorated(for_matching(written[:1_000]))
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
    if _command_at(line) is not None:
        return None
    greeting = next((word for word in command_words().greetings if _has_word(low, word)), None)
    if greeting is None:
        return None
    behind = line[len(greeting) :].lstrip(" ,.!;:、。~-")
    if not behind or _command_at(behind) is not None:
        return behind
    name, separator, tail = _partitioned(behind)
    if len(name.split()) <= 4 and len(name) <= 40 and (separator or len(line) <= 40):
        return tail
    return None


def _partitioned(text: str) -> tuple[str, str, str]:
    found = re.search(r"[,;:!、。~]|\s-+\s|\.(?=\s|$)", text)
    return (text[: found.start()], found[0], text[found.end() :].strip()) if found else (text, "", "")


def _undecorated(line: str) -> str:
    return line.strip().lstrip(_DECORATION).strip() if not _CASE.match(line.strip()) else line.strip()


def _without_cases(line: str) -> tuple[str, tuple[str, ...]]:
    """The line without the case numbers that stand in front of its first separator, and those numbers."""
    cases = tuple(dict.fromkeys(_number(found[1]) for found in _CASE.finditer(line)))
    if not cases:
        return line, ()
    lead = _CASE.match(line)
    stripped = line[lead.end() :].lstrip(" ,:;-") if lead else line
    found = _command_at(stripped)
    if found is None:
        return line, cases
    behind = found[1]
    beside = re.match(r"\s*(?:for|on|case|:)?\s*" + _CASE.pattern, behind, re.IGNORECASE)
    named = tuple(_number(each) for each in ([lead[1]] if lead else []) + ([beside[1]] if beside else []))
    word = stripped[: len(stripped) - len(behind)]
    return (word + behind[beside.end() :] if beside else stripped), named


def _number(written: str) -> str:
    return f"CC-{int(re.sub(r'[^0-9]', '', written)):06d}"


def _command_at(line: str) -> tuple[CommandKind, str] | None:
    """The command whose word begins the line, and what stands behind it; a "please" in front is passed over."""
    text = line.lstrip(" " + _DECORATION)
    for courtesy in ("please", "pls", "plz", "请", "請", "麻烦", "麻煩"):
        if _has_word(text.lower(), courtesy):
            text = text[len(courtesy) :].lstrip(" ,")
    low = text.lower()
    for phrase, name in command_words().commands:
        if _has_word(low, phrase):
            return CommandKind(name), text[len(phrase) :].lstrip("*_\"'”’」』】]")
    return None


def _has_word(low: str, word: str) -> bool:
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
    return not following[0].isalnum() or bool(_CJK.match(following[0]))


def _starts_with(low: str, words: tuple[str, ...]) -> bool:
    return any(_has_word(low.lstrip(), word) for word in words)


def _without_courtesies(text: str) -> str:
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


def _holds_another(kind: CommandKind, text: str) -> bool:
    """Whether another command stands in a remark as a clause of its own."""
    text = text.lower()
    for conjunction in command_words().conjunctions:
        text = text.replace(conjunction, "\n")
    return any(_is_command(clause.strip(), kind) for clause in _CLAUSES.split(for_matching(text)))


def _is_command(clause: str, other_than: CommandKind) -> bool:
    found = _command_at(clause)
    if found is None or found[0] is other_than:
        return False
    kind, behind = found
    if _WHOLE.match(behind) or not _WHOLE.sub("", _without_courtesies(behind.strip())):
        return True
    # "assign Bo", "snooze 3h", "wrong chargeback": a word or two behind it, no sentence.
    return kind in (CommandKind.ASSIGN, CommandKind.SNOOZE, CommandKind.WRONG) and len(behind.split()) <= 2
