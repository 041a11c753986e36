"""What a person decides about the mails of a review list by reply: "1 claim", "2, 3 ignore", "忽略 4".

A code is the number under which the letter lists a mail. Doubt about any line is doubt about all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from classifiers.command_line import WHOLE, command_at, has_word, is_crossed_out, starts_with, without_courtesies
from classifiers.normalise import for_matching
from config.commands import command_words
from config.vocabulary import Kind

_CODE = r"(?<![\w-])#?(\d{1,3})(?![\w-])"
_JOIN = r"\s*(?:,|、|&|\+|and\b|und\b|和|及|与|與)?\s*"
_CODES = re.compile(rf"{_CODE}(?:{_JOIN}{_CODE})*".replace("(?![\\w-])", r"(?![a-z_\d-])"), re.IGNORECASE)
_ONLY_CODES = re.compile(rf"{_CODES.pattern}(?:{_JOIN})*", re.IGNORECASE)
_BEHIND = re.compile(r"^[\s).:=\-→>]*(?:is|are|to|as|是|为|為)?(?:\s+(?:an?|the)\s+)?\s*", re.IGNORECASE)
_NEXT = re.compile(r"[,;、。.]\s*(?=#?\d{1,3}[\s).:=、a-z\u3400-\u9fff])|\s+(?=#?\d{1,3}[).:=]?\s*[a-z\u3400-\u9fff])")
_LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one mail is; null when it is nothing to care about."""

    code: str
    kind: Kind | None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """Codes stand there, and this line cannot be understood."""

    line: str


def read_verdicts(fresh: str) -> tuple[Verdict, ...] | Unclear | None:
    """The verdicts in the fresh text of a reply; null when its first words are no code and no verdict word with one."""
    lines = [for_matching(line[:1_000]).strip() for line in fresh.split("\n") if line.strip()]
    if not lines or (_piece(_pieces(lines[0])[0]) is None and not _begins_with_code(lines[0])):
        return None
    found: dict[str, Verdict] = {}
    for line in lines:
        for piece in _pieces(line):
            read = _piece(piece)
            if read is None and found and not _begins_with_code(piece) and not _is_doubt(piece):
                continue  # a remark of its own line
            if read is None or any(code in found and found[code].kind is not read[1] for code in read[0]):
                return Unclear(line=line[:200])
            found |= {code: Verdict(code=code, kind=read[1], remark=read[2]) for code in read[0]}
    return tuple(found.values())


def _pieces(line: str) -> list[str]:
    """A line of several verdicts, cut in front of each code that begins one."""
    pieces: list[str] = []
    for part in _NEXT.split(line):
        if pieces and _ONLY_CODES.fullmatch(pieces[-1].strip()):
            pieces[-1] = f"{pieces[-1]} {part}"  # "1, 2 ignore" is one verdict on two mails
        elif part.strip():
            pieces.append(part)
    return pieces or [line]


def _begins_with_code(text: str) -> bool:
    return _CODES.match(text.strip()) is not None


def _is_doubt(text: str) -> bool:
    words = command_words()
    return command_at(text) is not None or starts_with(text.lower(), (*words.taken_back, *words.hedges, *words.turns))


def _piece(text: str) -> tuple[tuple[str, ...], Kind | None, str] | None:
    """The codes, the kind and the remark of one verdict, the codes in front or behind."""
    text = text.strip()
    if "?" in text or is_crossed_out(text):
        return None
    if lead := _CODES.match(text):
        behind = text[lead.end() :]
        read = _word(behind[_BEHIND.match(behind).end() :])  # type: ignore[union-attr]
        return (_codes(lead[0]), read[0], read[1]) if read else None
    read = _word(text)
    codes = _CODES.match(read[1]) if read else None
    if read is None or codes is None or not WHOLE.match(read[1][codes.end() :]):
        return None
    return _codes(codes[0]), read[0], ""


def _codes(text: str) -> tuple[str, ...]:
    return tuple(str(int(found)) for found in re.findall(r"\d{1,3}", text))


def _word(text: str) -> tuple[Kind | None, str] | None:
    """The verdict that a text begins with, and its remark behind a separator."""
    words, low = command_words(), text.lower()
    meanings: list[tuple[str, Kind | None]] = [(phrase, Kind(name)) for phrase, name in words.kinds]
    meanings += [(phrase, None) for phrase in words.ignore]
    for phrase, kind in sorted(meanings, key=lambda row: -len(row[0])):
        if not has_word(low, phrase):
            continue
        behind = without_courtesies(text[len(phrase) :])
        if WHOLE.match(behind):
            return kind, ""
        if _CODES.match(behind.strip()):
            return kind, behind.strip()
        remark = re.match(r"\s*[,;:!.、。(]\s*|\s+-+\s+", behind)
        if remark is None:
            return None
        said = behind[remark.end() :]
        unsure = (*words.hedges, *words.denied, *words.taken_back)
        return None if starts_with(said.lower(), unsure) else (kind, said.strip(" )"))
    return None
