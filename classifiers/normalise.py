"""Text made comparable: for matching phrases, and clean for keeping."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_HYPHENS = re.compile("[\u2010-\u2015\u2043\u2212\u2796\ufe58\ufe63\uff0d]")
_APOSTROPHES = re.compile("[\u00b4\u02b9\u02bb\u02bc\u02c8\u2018\u2019\u201b\u2032\uff07]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_MARK_FLOOD = re.compile("([\u0300-\u036f\u0483-\u0489]{3})[\u0300-\u036f\u0483-\u0489]+")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NEWLINES = re.compile("\r\n?|\u2028|\u2029|\x85")


def for_matching(text: str) -> str:
    """NFKC with one kind of hyphen, apostrophe and space and nothing invisible; case and newlines are kept."""
    return text if text.isascii() else _matched(text)


@lru_cache(maxsize=32)
def _matched(text: str) -> str:
    """The work behind `for_matching`; the judges of one mail ask for the same text one after the other."""
    text = _INVISIBLE.sub("", text)
    # Before NFKC, which would tear the free-standing acute accent into a space and a mark.
    text = _APOSTROPHES.sub("'", _HYPHENS.sub("-", text))
    text = unicodedata.normalize("NFKC", _SPACES.sub(" ", text))
    return _MARK_FLOOD.sub(r"\1", text)


def without_invisible(text: str) -> str:
    """The text without zero-width, bidi and filler characters, which only serve to deceive or to space."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def clean_text(text: str) -> str:
    """NFC with line feeds as newlines, without NUL, other control characters and lone surrogates."""
    if "\r" in text or not text.isascii():
        text = _NEWLINES.sub("\n", text)
    if not text.isprintable():
        text = _CONTROLS.sub("", text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)
