"""Tone and policy check of an answer before it is sent: each finding with its words, why, and a better wording."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from config.phrasebook import team_phrases
from config.tone import tone_rules
from config.vocabulary import LANGUAGES
from responders.quoting import one_line

KINDS = (
    "emotion",
    "blame",
    "threat",
    "promise",
    "review",
    "deal",
    "admission",
    "link",
    "contact",
    "shouting",
    "length",
)
"""What can be found, each with a title and a reason in the team phrases."""

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'）】]+", re.IGNORECASE)
_AMAZON = re.compile(
    r"(?:https?://)?(?:[\w-]+\.)*amazon\.(?:com|[a-z]{2}|co\.[a-z]{2}|com\.[a-z]{2})(?=[/:?#]|$)", re.IGNORECASE
)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63})+")
_MESSENGER = re.compile(
    r"(?<![a-z])(?:whats ?app|we ?chat|telegram|viber|skype|messenger|instagram|facebook|line id|signal app)(?![a-z])"
    r"|微信(?!支付)|加\s?qq|qq号|ラインで|lineで|電話(?:番号|して|をください|にて)|お電話(?:ください|にて|で)|打电话|致电|电话号码|手机号",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w.-])(?!\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?!\d))(?:\+\d{1,3}[\s()/.-]{0,2}(?:\d[\s()/.-]{0,2}){7,12}|0\d{1,4}[\s()/.-]{1,3}\d(?:[\s()/.-]{0,1}\d){5,9}|\(\d{3}\)\s?\d{3}[-.\s]\d{4}|\d{3}[-.\s]\d{3}[-.\s]\d{4})(?![\w-])"
)
_MARKS = re.compile(r"[!！]{2,}|[?？]{2,}|[!?！？]{3,}")
_CAPITALS = re.compile(r"(?<![\w-])[^\W\d_a-z]{2,}(?:[\s']+[^\W\d_a-z]{1,}){2,}(?![\w-])")
_GAP = re.compile(r"\[\[[^\]]*\]\]|【[^】]*】")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault: its kind, the words and where they stand in the text, why they harm, what to write instead."""

    kind: str
    words: str
    start: int
    end: int
    title: str
    why: str
    better: str


def check_tone(
    text: str, *, language: str, team_language: str = "en", longest: int | None = None
) -> tuple[Finding, ...]:
    """Every fault of `text`, in order; `language` is the text's own (English rules for one of no rules).

    `longest` is the form's limit in characters, null for no limit. Gaps are left out of the judgement.
    """
    chosen = language if language in LANGUAGES else "en"
    shown = _GAP.sub(lambda gap: " " * len(gap.group()), text)
    spans = [*_wording(shown, chosen), *_outside(shown), *_shouting(shown)]
    if longest is not None and len(text) > longest:
        spans.append(("length", longest, len(text)))
    return tuple(_finding(text, span, chosen, team_language) for span in _apart(spans))


_MOST_LINES = 40


def finding_lines(findings: Sequence[Finding], team_language: str) -> tuple[str, ...]:
    """Each finding as one sentence for a letter: the words, why they harm, and the better wording."""
    phrases = team_phrases(team_language)
    told = [
        phrases.say("tone.line", title=each.title, words=one_line(each.words), why=each.why, better=each.better)
        for each in findings[:_MOST_LINES]
    ]
    left = len(findings) - len(told)
    return (*told, *((phrases.say("tone.more", count=str(left)),) if left else ()))


Span = tuple[str, int, int]


def _apart(spans: Iterable[Span]) -> list[Span]:
    """In the order of the text, those of one kind that overlap as one."""
    kept: list[Span] = []
    for kind, start, end in sorted(set(spans)):
        if kept and kept[-1][0] == kind and start < kept[-1][2]:
            kept[-1] = (kind, kept[-1][1], max(end, kept[-1][2]))
        else:
            kept.append((kind, start, end))
    return sorted(kept, key=lambda span: (span[1], span[2], span[0]))


def _wording(text: str, language: str) -> Iterator[Span]:
    lowered = _lowered(text)
    for kind, pattern in tone_rules(language).patterns.items():
        for match in pattern.finditer(lowered):
            if match.group().strip():
                yield (kind, match.start(), match.end())


def _lowered(text: str) -> str:
    """Lower case with plain apostrophes, of the same length, so that positions hold."""
    plain = text.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in plain)


def _outside(text: str) -> Iterator[Span]:
    for match in _LINK.finditer(text):
        if not _AMAZON.match(match.group().removeprefix("www.")):
            yield ("link", match.start(), match.end())
    for pattern in (_MAIL, _PHONE, _MESSENGER):
        for match in pattern.finditer(text):
            yield ("contact", match.start(), match.end())


def _shouting(text: str) -> Iterator[Span]:
    for pattern in (_MARKS, _CAPITALS):
        for match in pattern.finditer(text):
            if pattern is _MARKS or _is_shouted(re.split(r"[\s']+", match.group())):
                yield ("shouting", match.start(), match.end())
    for index, char in enumerate(text):
        if unicodedata.category(char) == "So" and ord(char) >= 0x2600:
            yield ("shouting", index, index + 1)


def _is_shouted(words: list[str]) -> bool:
    """Three words in capitals after a long one, or four with a long one among them: names and codes are shorter."""
    if not all(word.isupper() for word in words):
        return False
    return any(len(word) >= 4 for word in words[:-2]) or (len(words) >= 4 and any(len(word) >= 5 for word in words))


def _finding(text: str, span: Span, language: str, team_language: str) -> Finding:
    kind, start, end = span
    phrases = team_phrases(team_language)
    return Finding(
        kind=kind,
        words=text[start:end][:80],
        start=start,
        end=end,
        title=phrases.say(f"tone.{kind}.title"),
        why=phrases.say(f"tone.{kind}.why"),
        better=tone_rules(language).better[kind],
    )
