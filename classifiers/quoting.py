"""Own words, quoted history and signature of a mail's text, in many clients' shapes; no phrase decides alone."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from classifiers.normalise import for_matching

_MAX_LINE = 1_000
_MAX_LINES = 20_000
_QUOTE = re.compile(r"^\s{0,3}(?:[>＞]|\|\s(?=\S))")
_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_CLOCK = re.compile(r"\d{1,2}\s?[:.h時时]\s?\d{2}|(?<!\d)(?:19|20)\d{2}(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2}")
_LABEL = re.compile(r"^[\s*_>|]{0,8}([^\s:：*_][^:：*_]{0,30}?)[\s*_]{0,4}[:：]\s?[*_]{0,3}\s?(.{0,900})$")
_DASHES = re.compile(r"^[\s>]{0,6}[-—–_=*─━]{2,60}\s?(\S.{0,100}?)\s?[-—–_=*─━:：]{0,60}\s*$")
_DASH_CHARACTERS = "-—–_=*─━"
_RULE = re.compile(r"^\s{0,3}[_─━—-]{10,80}\s*$")
_FRAME = re.compile(r"^\s*-{5,}\s?[^-]{1,60}?\s?-{5,}\s*$")
_SIGNATURE = re.compile(r"^(?:--\s?|__|—)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """The three parts of a text; joined they hold every line once."""

    own: str
    quoted: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderBlock:
    """Labelled lines at the head of a quoted or forwarded mail: line range and values by field name."""

    start: int
    end: int
    """The first line behind the block."""
    fields: dict[str, str]


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(resources.files("config").joinpath("data/quoting.toml").read_text("utf-8"))


@cache
def _labels() -> dict[str, str]:
    return {label: name for name, labels in _words()["labels"].items() for label in labels}


@cache
def _sent_from() -> tuple[str, ...]:
    return tuple(_words()["signature"]["sent_from"])


@cache
def _marks(kind: str) -> frozenset[str]:
    return frozenset(_words()["marks"][kind])


def split_quotes(text: str) -> Segments:
    """Take quoted history and the signature off; when unsure the text stays whole."""
    lines = text.split("\n", _MAX_LINES)
    quoted = _quoted_lines(lines)
    own = [line for place, line in enumerate(lines) if place not in quoted]
    if quoted and not any(line.strip() for line in own):
        # A mail that is nothing but a quotation is somebody's text all the same.
        return Segments(own=_joined(lines), quoted="", signature="")
    own, signature = _split_signature(own)
    return Segments(
        own=_joined(own),
        quoted=_joined([line for place, line in enumerate(lines) if place in quoted]),
        signature=_joined(signature),
    )


def _joined(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _quoted_lines(lines: list[str]) -> set[int]:
    quoted = {place for place, line in enumerate(lines) if is_quoted_line(line)}
    for place in sorted(quoted):
        if place - 1 not in quoted:
            quoted |= _attribution_above(lines, place)
    start = _history_start(lines)
    if start is not None:
        quoted |= set(range(start, _frame_end(lines, start)))
    return quoted


def _frame_end(lines: list[str], start: int) -> int:
    """Where history ends: at the closing line of the frame around a buyer's words when it began inside, else never."""
    if not any(_is_frame(line) for line in lines[:start]):
        return len(lines)
    return next((place for place in range(start + 1, len(lines)) if _is_frame(lines[place])), len(lines))


def _is_frame(line: str) -> bool:
    return line.lstrip().startswith("-----") and bool(_FRAME.match(line)) and mark_of(line) is None


def is_quoted_line(line: str) -> bool:
    """Whether a line carries a client's quotation mark."""
    return bool(_QUOTE.match(line)) and not line.lstrip().startswith(("|-", "| -"))


def _attribution_above(lines: list[str], place: int) -> set[int]:
    """The one to three lines "On …, X wrote:" above a quotation, recognised without any word of a language."""
    above: list[int] = []
    for candidate in range(place - 1, max(-1, place - 6), -1):
        line = lines[candidate].strip()
        if line:
            above.append(candidate)
        elif above:
            break
        if len(above) == 3:
            break
    best: set[int] = set()
    for count in range(1, len(above) + 1):
        joined = " ".join(lines[number].strip() for number in reversed(above[:count]))[:_MAX_LINE]
        if count > 1 and lines[above[count - 1]].strip().endswith((".", "!", "?", "。")):
            break
        if _is_attribution(joined):
            best = best or set(above[:count])
            # A wrapped line: name and address stand in the second, the date in the first.
            if _CLOCK.search(joined):
                return set(above[:count])
    return best


def _is_attribution(line: str) -> bool:
    if not line.rstrip().endswith((":", "：")) or len(line) > 300:
        return False
    has_clock, has_address = bool(_CLOCK.search(line)), bool(_ADDRESS.search(line))
    return (has_clock and (has_address or _says_wrote(line))) or (has_address and _says_wrote(line))


def _says_wrote(line: str) -> bool:
    plain = for_matching(line).lower()
    return any(word in plain for word in _words()["attribution"]["wrote"])


def _history_start(lines: list[str]) -> int | None:
    """The first line behind which everything is an older mail; null when there is no such line."""
    for place, line in enumerate(lines):
        if not line.strip() or len(line) > _MAX_LINE or is_quoted_line(line):
            continue
        if mark_of(line) == "original" and _has_text_behind(lines, place):
            return place
        if ":" not in line and "：" not in line:
            continue
        block = header_block(lines, place)
        if block and (_ADDRESS.search(block.fields["from"]) or block.fields.get("subject")):
            return _with_rule_above(lines, place)
        if (
            _is_attribution(line.strip())
            and _ADDRESS.search(line)
            and _says_wrote(line)
            and _has_own_above(lines, place)
        ):
            return place
    return None


def _has_text_behind(lines: list[str], place: int) -> bool:
    return any(line.strip() for line in lines[place + 1 :])


def _has_own_above(lines: list[str], place: int) -> bool:
    return any(line.strip() for line in lines[:place])


def _with_rule_above(lines: list[str], place: int) -> int:
    above = place - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and (_RULE.match(lines[above]) or mark_of(lines[above])) else place


def mark_of(line: str) -> str | None:
    """Tell a client's separator line: "forwarded", "original", or null for any other line."""
    stripped = line.strip("> \t\xa0\u3000")
    colon = stripped.endswith((":", "："))
    if not 4 <= len(stripped) <= 160 or not (colon or stripped[0] in _DASH_CHARACTERS):
        return None
    match = _DASHES.match(stripped)
    words = for_matching(match[1] if match else stripped).lower().strip(" -–—_=*:：<>")
    if match is not None or colon:
        for kind in ("forwarded", "original"):
            if words in _marks(kind):
                return kind
    if match is not None and len(words) <= 140 and words.startswith(tuple(_marks("forwarded"))):
        return "forwarded"
    return None


def header_block(lines: list[str], place: int) -> HeaderBlock | None:
    """The block of From, Date, Subject and To lines that begins at a line; at least From and two others.

    Labels of all languages count, bold marks and "> " in front are skipped, and a value that is cut off
    ("To: a@x.example," and a second line) runs on.
    """
    fields: dict[str, str] = {}
    end = place
    blanks = 0
    for number in range(place, min(len(lines), place + 16)):
        line = lines[number]
        if len(line) > _MAX_LINE:
            break
        if not line.strip(" >|*"):
            blanks += 1
            if blanks > 1 or _is_complete(fields):
                break
            continue
        name = _label_name(line)
        if name is None:
            if not fields or blanks or not _runs_on(lines, number, fields):
                break
            last = next(reversed(fields))
            fields[last] = f"{fields[last]} {line.strip(' >|')}"
        elif name[0] in fields and name[0] != "other":
            break
        else:
            fields[name[0]] = name[1]
        blanks = 0
        end = number + 1
    known = fields.keys() & {"date", "to", "subject", "cc", "reply_to", "message_id"}
    if "from" not in fields or len(known) < 2 or ("date" not in fields and "subject" not in fields):
        return None
    return HeaderBlock(start=place, end=end, fields=fields)


def _is_complete(fields: dict[str, str]) -> bool:
    return {"from", "date", "subject"} <= fields.keys()


def _label_name(line: str) -> tuple[str, str] | None:
    match = _LABEL.match(line.replace("\t", " ").replace("\u3000", " "))
    if not match:
        return None
    label = for_matching(match[1]).lower().strip()
    # Chinese clients spread two characters over the width of four.
    name = _labels().get(label) or (_labels().get(label.replace(" ", "")) if not label.isascii() else None)
    return (name, match[2].strip(" *")) if name else None


def _runs_on(lines: list[str], number: int, fields: dict[str, str]) -> bool:
    """Whether an unlabelled line belongs to the field above it: a long address list or a folded subject."""
    following = lines[number + 1] if number + 1 < len(lines) else ""
    last = next(reversed(fields))
    if last in ("to", "cc") and (_ADDRESS.search(lines[number]) or fields[last].rstrip().endswith((",", ";"))):
        return True
    return last in ("from", "subject", "to", "cc", "date") and _label_name(following) is not None


def _split_signature(own: list[str]) -> tuple[list[str], list[str]]:
    """Cut at "-- " or "Sent from my …"; a delimiter line in the first half of a long text is no signature."""
    if any(_is_frame(line) for line in own):
        return own, []
    last = len(own)
    for place in range(len(own) - 1, max(-1, len(own) - 16), -1):
        line = own[place]
        if (_SIGNATURE.match(line) and any(before.strip() for before in own[:place])) or (
            _is_sent_from(line) and not any(after.strip() for after in own[place + 1 : last])
        ):
            last = place
    return own[:last], own[last:]


def _is_sent_from(line: str) -> bool:
    plain = for_matching(line[:200]).lower().strip(" -–—>")
    if not 6 <= len(plain) <= 120:
        return False
    words = _sent_from()
    return plain.startswith(words) or plain.endswith(words)
