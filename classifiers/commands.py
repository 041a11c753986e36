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

from classifiers.command_line import (
    CJK,
    WHOLE,
    command_at,
    first_line,
    has_word,
    is_crossed_out,
    starts_with,
    without_all,
    without_cases,
    without_courtesies,
)
from classifiers.command_line import (
    CommandKind as CommandKind,
)
from classifiers.normalise import for_matching
from classifiers.until import read_until
from config.commands import command_words


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
    everything: bool = False
    """Whether "all" stands there."""


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

_SEPARATOR = re.compile(r"\s*(?:[,;:!、。…(\[【\n|]|\.+(?=\s|$|[^\x00-\x7f])|-+(?=\s)|(?<=\s)-+)[\s,;:!.、。…|-]*")
_CLAUSES = re.compile(r"[,;:!?、。…(\n|]|\.(?=\s|$)|\s-+\s")
_PARTICLES = re.compile(r"^[了啦囉喽嘍咯哈呀哦喔噢嘞]+")
"""What Chinese speakers put behind a word without meaning anything; those that ask or doubt are not among them."""
_LONGEST_NAME = 80
_LONGEST_REMARK = 2_000


def read_command(fresh: str, *, now: datetime, zone: ZoneInfo) -> Reading:
    """Read the fresh text of a reply (`fresh_text`); `zone` is where "tomorrow 9:00" is meant."""
    lines = [line for line in fresh.split("\n") if line.strip()]
    head, rest = first_line(lines)
    if not head:
        return NoCommand(line="")
    line, cases = without_cases(head)
    found = command_at(line)
    if found is None:
        return NoCommand(line=head[:200])
    kind, behind = found
    behind, everything = (behind, False) if kind in _OF_TEXTS else without_all(behind)
    if kind in _OF_TEXTS:
        result = _text_behind(kind, line, behind, rest)
    else:
        result = _read(kind, behind, rest, now=now, zone=zone)
    if isinstance(result, Doubt):
        return Doubtful(why=result, kind=kind, line=head[:200])
    argument, until, remark = result
    return Command(
        kind=kind,
        argument=argument,
        until=until,
        remark=remark[:_LONGEST_REMARK].strip(),
        cases=cases,
        everything=everything,
    )


_Parts = tuple[str, datetime | None, str]


def _read(kind: CommandKind, behind: str, rest: list[str], *, now: datetime, zone: ZoneInfo) -> _Parts | Doubt:
    if kind is CommandKind.HELP:
        return "", None, ""
    if kind is CommandKind.NOTE:
        text = "\n".join([_SEPARATOR.sub("", behind, count=1) if _SEPARATOR.match(behind) else behind, *rest]).strip()
        return (text, None, "") if text.strip(" .!?,;:") else Doubt.INCOMPLETE
    if re.match(r"[\s*_\"'”.!]*\?", behind):
        return Doubt.QUESTION
    if is_crossed_out(behind):
        return Doubt.TAKEN_BACK
    if kind is CommandKind.ASSIGN:
        return _assigned(behind, rest)
    if kind is CommandKind.SNOOZE:
        return _snoozed(behind, rest, now=now, zone=zone)
    if kind is CommandKind.WRONG:
        return _reclassified(behind, rest)
    return _plain(kind, behind, rest)


_OF_TEXTS = frozenset({CommandKind.TONE, CommandKind.LESSON})
"""Commands about the text below them, which is not searched for further commands."""


def _text_behind(kind: CommandKind, line: str, behind: str, rest: list[str]) -> _Parts | Doubt:
    """The text that a command is about; a word that begins a sentence is no command.

    A lesson keeps its first line as a whole: "decided: the signature" is a line of the form itself.
    """
    remark = _remark(behind)
    if remark is None:
        return Doubt.RUNS_ON
    if not "".join([remark, *rest]).strip(" .!?,;:"):
        return Doubt.INCOMPLETE
    first = line if kind is CommandKind.LESSON and remark else remark
    return "\n".join([first, *rest]).strip(), None, ""


def _plain(kind: CommandKind, behind: str, rest: list[str]) -> _Parts | Doubt:
    """A command without an argument, and its remark."""
    remark = _remark(behind)
    if remark is None:
        # "收到您的邮件…" is how Chinese answering machines begin.
        is_glued = kind is CommandKind.ACK and bool(CJK.match(behind))
        if kind in command_words().whole_line or is_glued:
            return Doubt.RUNS_ON
        remark = behind
    return _with_remark(kind, "", None, remark, rest)


def _with_remark(
    kind: CommandKind, argument: str, until: datetime | None, remark: str, rest: list[str]
) -> _Parts | Doubt:
    if kind in command_words().whole_line and remark.rstrip(" \"'”)*").endswith("?"):
        return Doubt.QUESTION
    if _is_taken_back(kind, remark.lower()) or any(_is_turn(line) for line in _sentences(rest)):
        return Doubt.TAKEN_BACK
    if _holds_another(kind, "\n".join([remark, *rest])):
        return Doubt.TWO
    return argument, until, "\n".join([remark, *rest]).strip()


def _is_taken_back(kind: CommandKind, remark: str) -> bool:
    words = command_words()
    if starts_with(remark, words.taken_back) or WHOLE.sub("", remark.strip()) in words.denied:
        return True
    if kind not in words.whole_line:
        return False
    # Behind an outcome stands a lesson, which may well begin with "not" or "没有".
    denials = () if kind in (CommandKind.WON, CommandKind.LOST) else words.denied
    to_come = words.unfinished if kind is CommandKind.DONE else ()
    return starts_with(remark, (*words.hedges, *denials, *to_come))


def _is_turn(line: str) -> bool:
    """Whether a later sentence takes the command back, after a "sorry" or an "actually"."""
    words, low, before = command_words(), for_matching(line).lower().strip(), ""
    while low != before:
        before = low
        turn = next((word for word in words.turns if has_word(low, word)), "")
        low = low[len(turn) :].lstrip(" ,.!-、。~")
    return starts_with(low, words.taken_back)


def _sentences(lines: list[str]) -> list[str]:
    """The lines that begin a sentence: a line may be broken anywhere by the client that sent it."""
    ends = [True, *(line.rstrip().endswith((".", "!", "?", "。", "！", "？", "…")) for line in lines)]
    return [line for line, begins in zip(lines, ends, strict=False) if begins]


def _assigned(behind: str, rest: list[str]) -> _Parts | Doubt:
    text = _SEPARATOR.sub("", behind, count=1) if _SEPARATOR.match(behind) else behind.strip()
    text = re.sub(r"^(?:to(?:\s+|$)|给\s*|給\s*|@)", "", text, flags=re.IGNORECASE)
    name, remark = _cut(text)
    name = without_courtesies(name.strip().lstrip("@"))
    if not name or len(name) > _LONGEST_NAME:
        return Doubt.INCOMPLETE
    if name.endswith("?"):
        return Doubt.QUESTION
    return _with_remark(CommandKind.ASSIGN, name, None, remark, rest)


def _snoozed(behind: str, rest: list[str], *, now: datetime, zone: ZoneInfo) -> _Parts | Doubt:
    if re.match(r"\s*-\d", behind):
        return Doubt.NO_TIME  # "-3h" is a dash to some and a minus to others
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
    if WHOLE.match(behind):
        return ""
    if found := _SEPARATOR.match(behind):
        return behind[found.end() :].strip()
    thanks = _PARTICLES.sub("", behind.strip(), count=1)
    if WHOLE.match(thanks):
        return ""
    return "" if not WHOLE.sub("", without_courtesies(thanks)) else None


def _cut(text: str) -> tuple[str, str]:
    """A name and the remark behind it."""
    found = re.search(r"[,;:!、。(\n|]|\.(?=\s|$)|\s-+\s", text)
    return (text[: found.start()], text[found.end() :].strip(" )")) if found else (text, "")


def _holds_another(kind: CommandKind, text: str) -> bool:
    """Whether another command stands in a remark as a clause of its own."""
    text = text.lower()
    for conjunction in command_words().conjunctions:
        text = text.replace(conjunction, "\n")
    return any(_is_command(clause.strip(), kind) for clause in _CLAUSES.split(for_matching(text)))


def _is_command(clause: str, other_than: CommandKind) -> bool:
    found = command_at(clause)
    if found is None or found[0] is other_than:
        return False
    kind, behind = found
    if kind in _OF_TEXTS:  # "won, decided: the signature" is a lesson behind an outcome
        return False
    if WHOLE.match(behind) or not WHOLE.sub("", without_courtesies(behind.strip())):
        return True
    # "assign Bo", "snooze 3h", "wrong chargeback": a word or two behind it, no sentence.
    return kind in (CommandKind.ASSIGN, CommandKind.SNOOZE, CommandKind.WRONG) and len(behind.split()) <= 2
