"""Pages that are built to be slow, and their text by plain cutting instead of a tree."""

from __future__ import annotations

import html as entities
import re

from classifiers.mail import Link
from classifiers.normalise import clean_text

# Elements that are empty, or that the next of their kind closes, so that they do not nest.
# fmt: off
_SHALLOW = {
    "br", "img", "hr", "meta", "link", "input", "col", "area", "base", "wbr", "source", "p",
    "li", "td", "th", "tr", "option", "dt", "dd", "tbody", "thead", "tfoot", "o:p",
}
# fmt: on
_FORMATTING = {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)")
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{2000,}")
_ATTRIBUTE_END = re.compile(r"[\s=]+(?=[^\s=])")
_MAX_BLOCK_DEPTH = 3_000
_MAX_FORMATTING_DEPTH = 100
_MAX_ATTRIBUTES = 700
_CAREFREE_TAGS = 1_000
_MAX_LINKS = 500
_FLAT_BREAK = re.compile(r"<(?:br|/?(?:p|div|tr|li|table|h[1-6]|pre|blockquote))\b[^<>]{0,4000}>", re.IGNORECASE)
_FLAT_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_FLAT_LINK = re.compile(r"<a\s[^<>]{0,200}?href\s{0,5}=\s{0,5}[\"']?([^\"'\s<>]{1,2000})", re.IGNORECASE)


def is_hostile(html: str) -> bool:
    """Whether nesting or attributes would make the tree builder slow (it is quadratic in open elements)."""
    # Inline pictures make long tags too, but of few attributes.
    if any(len(_ATTRIBUTE_END.findall(tag[0])) > _MAX_ATTRIBUTES for tag in _LONG_TAG.finditer(html)):
        return True
    if html.count("<") < _CAREFREE_TAGS:
        return False
    depth = formatting = 0
    for slash, name in _TAG.findall(html):
        tag = name.lower()
        if tag in _SHALLOW:
            continue
        step = -1 if slash else 1
        depth = max(0, depth + step)
        if tag in _FORMATTING:
            formatting = max(0, formatting + step)
        if depth > _MAX_BLOCK_DEPTH or formatting > _MAX_FORMATTING_DEPTH:
            return True
    return False


def flat_text(html: str) -> str:
    """The text of a page that no tree is built of; hidden text cannot be told apart here."""
    for start, end in (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"), ("<head", "</head")):
        first, *rest = html.split(start)
        html = first + " ".join(part.partition(end)[2] for part in rest)
    return entities.unescape(_FLAT_TAG.sub(" ", _FLAT_BREAK.sub("\n", html)))


def flat_links(html: str) -> tuple[Link, ...]:
    """The addresses of all links, without their anchor texts."""
    found = _FLAT_LINK.findall(html)[:_MAX_LINKS]
    return tuple(Link(text="", href=clean_text(entities.unescape(href))) for href in found)
