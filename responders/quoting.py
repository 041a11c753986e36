"""Words of a stranger inside our letters: one safe form, without live links and without invisible characters."""

from __future__ import annotations

import re
import unicodedata

_SCHEME = re.compile(r"\b(?:h?tt?ps?|ftp|mailto|tel|javascript|data|file)\s?:(?://)?", re.IGNORECASE)
_DOT_IN_HOST = re.compile(r"(?<=[\w-])\.(?=[a-z][\w-]{1,62}(?:[/:.?#]|\b))", re.IGNORECASE)
_KEPT = frozenset("\n")


def quoted(text: str) -> str:
    """`text` for display: NFC, controls and bidirectional marks removed, links and hosts defanged ("amazon[.]de")."""
    return defanged(_seen(text)).strip()


def one_line(text: str) -> str:
    """`quoted` on one line."""
    return " ".join(quoted(text).split())


def plain_line(text: str) -> str:
    """Our own server names and errors on one line: invisible characters removed and link schemes broken, dots kept."""
    return " ".join(_SCHEME.sub(_broken, _seen(text)).split())


def _broken(found: re.Match[str]) -> str:
    return "hxxps://" if "//" in found.group() else ""


def defanged(text: str) -> str:
    """`text` in which no mail client finds a link: schemes removed or broken, dots of hosts bracketed."""
    return _DOT_IN_HOST.sub("[.]", _SCHEME.sub(_broken, text))


def _seen(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(char) for char in unicodedata.normalize("NFC", text))


def _visible(char: str) -> str:
    if char in _KEPT:
        return char
    category = unicodedata.category(char)
    if category in {"Zs", "Zl", "Zp"} or char == "\t":
        return " " if category in {"Zs"} or char == "\t" else "\n"
    return "" if category in {"Cc", "Cf", "Cs", "Co"} else char
