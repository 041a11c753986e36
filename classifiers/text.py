"""HTML to the text that a person sees; what nobody sees is kept apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from classifiers.flat import flat_links, flat_text, is_hostile
from classifiers.mail import Link
from classifiers.normalise import clean_text, without_invisible
from classifiers.styles import PLAIN_LOOK, Look, changed, style_rules

# fmt: off
_SKIPPED = {
    "script", "style", "template", "head", "title", "meta", "link", "noscript", "svg", "object", "embed", "iframe",
    "audio", "video", "canvas", "map", "datalist", "xml",
}
_PARAGRAPHS = {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "ul", "ol", "dl", "blockquote",
    "hr", "fieldset",
}
_BLOCKS = _PARAGRAPHS | {
    "div", "table", "tbody", "thead", "tfoot", "tr", "li", "address", "section", "article", "header", "footer",
    "form", "center", "dt", "dd", "caption", "body", "main", "nav", "aside", "figure", "figcaption",
}
# fmt: on
_MAX_BOXES = 24
_MAX_CITATIONS = 10
_MAX_LINKS = 500
_CITING = re.compile(r"quote|cite|reply|history", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f\u00a0\u2000-\u200a\u202f\u3000]+")
_SPACE_RUN = re.compile(r"[ \u00a0\u2000-\u200a\u202f]{2,}")
_WORD = re.compile(r"\w", re.UNICODE)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleText:
    """The text of a page as seen: lines, tab-separated table rows, "> " before cited blocks; and what is hidden."""

    text: str
    hidden: str
    links: tuple[Link, ...]


@dataclass(slots=True)
class _Cell:
    """Pieces of text that are being collected for one box: the page, a table cell or a cited block."""

    pieces: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Anchor:
    href: str
    pieces: list[str] = field(default_factory=list)
    seen: bool = False


def visible_text(html: str) -> VisibleText:
    """What a person sees of an HTML page; never raises, and stays linear for hostile nesting."""
    if is_hostile(html):
        return VisibleText(text=tidy(flat_text(html)), hidden="", links=flat_links(html))
    tree = LexborHTMLParser(html)
    root = tree.root
    if root is None:
        return VisibleText(text="", hidden="", links=())
    walker = _Walker(_rules_of(tree))
    walker.walk(root)
    text = tidy("".join(walker.boxes[0].pieces))
    if not _WORD.search(text) and walker.alternatives:
        text = tidy("\n".join(walker.alternatives))
    return VisibleText(text=text, hidden=tidy(" ".join(walker.hidden)), links=tuple(walker.links))


def tidy(text: str) -> str:
    """Lines stripped, runs of blanks and of empty lines shortened, tabs between cells kept."""
    text = clean_text(_SPACE_RUN.sub(" ", without_invisible(text)))
    lines: list[str] = []
    empty = 0
    for line in text.split("\n"):
        kept = line.strip()
        empty = 0 if kept else empty + 1
        if empty < 2:
            lines.append(kept)
    return "\n".join(lines).strip("\n")


def _rules_of(tree: LexborHTMLParser) -> dict[str, str]:
    sheets = [node.text(deep=True) or "" for node in tree.css("style")[:20]]
    return style_rules("\n".join(sheets)) if sheets else {}


class _Walker:
    """One pass over the tree with a stack of its own, because hostile mail nests deeper than Python recurses."""

    def __init__(self, rules: dict[str, str]) -> None:
        self.rules = rules
        self.boxes = [_Cell()]
        self.hidden: list[str] = []
        self.links: list[Link] = []
        self.alternatives: list[str] = []
        self.anchors: list[_Anchor] = []
        self.citations = 0

    def walk(self, root: LexborNode) -> None:
        """Visit every node once: text is collected, elements open and close."""
        stack: list[tuple[LexborNode | str, Look]] = [(root, PLAIN_LOOK)]
        while stack:
            node, look = stack.pop()
            if isinstance(node, str):
                self._close(node)
                continue
            tag = node.tag or ""
            if tag == "-text":
                self._text(node.text_content or "", look)
            elif tag[:1] in "-_!" or tag in _SKIPPED:
                continue
            else:
                self._element(node, tag, look, stack)

    def _element(self, node: LexborNode, tag: str, look: Look, stack: list[tuple[LexborNode | str, Look]]) -> None:
        attributes = node.attributes
        look = self._look(tag, attributes, look)
        if tag == "br":
            if not look.hides:
                self._put("\n")
            return
        if tag == "img" or tag == "input":
            self._replaced(tag, attributes, look)
            return
        closing = self._open(tag, attributes, look)
        if closing:
            stack.append((closing, look))
        children = []
        child = node.first_child
        while child is not None:
            children.append(child)
            child = child.next
        stack.extend((child, look) for child in reversed(children))

    def _look(self, tag: str, attributes: dict[str, str | None], look: Look) -> Look:
        if look.gone:
            return look
        style = attributes.get("style") or ""
        if self.rules:
            style = f"{self._rule_style(tag, attributes)};{style}"
        if "bgcolor" in attributes:
            style = f"background-color:{attributes['bgcolor']};{style}"
        if "background" in attributes:
            style = f"background-image:url();{style}"
        if tag == "font" and "color" in attributes:
            style = f"color:{attributes['color']};{style}"
        if "hidden" in attributes:
            style += ";display:none"
        if tag == "pre" or tag == "textarea":
            style = f"white-space:pre;{style}"
        return changed(look, style) if ":" in style else look

    def _rule_style(self, tag: str, attributes: dict[str, str | None]) -> str:
        rules = self.rules
        found = [rules.get(tag, "")]
        for name in (attributes.get("class") or "").lower().split()[:20]:
            found += [rules.get(f".{name}", ""), rules.get(f"{tag}.{name}", "")]
        if attributes.get("id"):
            found.append(rules.get(f"#{attributes['id']}".lower(), ""))
        return ";".join(filter(None, found))

    def _text(self, text: str, look: Look) -> None:
        if look.hides:
            kept = _SPACE.sub(" ", text)
            if kept.strip() and _WORD.search(kept):
                self.hidden.append(kept)
            return
        self._put(text if look.keeps_newlines else _SPACE.sub(" ", text))
        for anchor in self.anchors:
            anchor.pieces.append(text)
            anchor.seen = True

    def _put(self, text: str) -> None:
        self.boxes[-1].pieces.append(text)

    def _replaced(self, tag: str, attributes: dict[str, str | None], look: Look) -> None:
        shown = attributes.get("alt") if tag == "img" else attributes.get("value")
        if self.anchors and tag == "img" and not look.hides:
            self.anchors[-1].seen = True
        if not shown or look.hides:
            return
        if tag == "img":
            self.alternatives.append(shown)
        elif (attributes.get("type") or "").lower() in ("submit", "button", "reset"):
            self._put(f" {shown} ")

    def _open(self, tag: str, attributes: dict[str, str | None], look: Look) -> str:
        """Start an element; the word for its end goes on the stack, empty when its end means nothing."""
        if tag == "a":
            self.anchors.append(_Anchor(href=(attributes.get("href") or "").strip()))
            return "a"
        box = self._box_of(tag, attributes)
        if box:
            self.boxes.append(_Cell())
            return box
        if tag == "form" and attributes.get("action"):
            self._link("", (attributes["action"] or "").strip())
        if tag in _BLOCKS:
            mark = "\n\n" if tag in _PARAGRAPHS else "\n"
            if not look.gone:
                self._break(mark)
                if tag == "hr":
                    self._put("________________________________\n")
            return mark
        return ""

    def _box_of(self, tag: str, attributes: dict[str, str | None]) -> str:
        """The kind of box that an element collects its text in; none beyond the depth that real mail has."""
        if tag == "blockquote" and len(self.boxes) <= _MAX_BOXES and _is_citation(attributes):
            self.citations += 1
            return "citation" if self.citations <= _MAX_CITATIONS else "deep citation"
        if tag == "tr" and len(self.boxes) <= _MAX_BOXES:
            return "row"
        return "cell" if tag in ("td", "th") and len(self.boxes) <= _MAX_BOXES + 1 else ""

    def _close(self, closing: str) -> None:
        if closing == "a":
            anchor = self.anchors.pop()
            if anchor.seen:
                self._link(_SPACE.sub(" ", "".join(anchor.pieces)).strip(), anchor.href)
        elif closing == "cell":
            text = tidy("".join(self.boxes.pop().pieces))
            if text:
                self.boxes[-1].rows.append(text)
        elif closing == "row":
            row = self.boxes.pop()
            self._break("\n")
            self._put(joined_row(row.rows, tidy("".join(row.pieces))))
            self._break("\n")
        elif closing.endswith("citation"):
            self.citations -= 1
            text = tidy("".join(self.boxes.pop().pieces))
            self._break("\n\n")
            mark = "> " if closing == "citation" else ""
            self._put("\n".join(f"{mark}{line}".rstrip() for line in text.split("\n")) if text else "")
            self._break("\n\n")
        else:
            self._break(closing)

    def _break(self, mark: str) -> None:
        pieces = self.boxes[-1].pieces
        if pieces and not pieces[-1].endswith(mark):
            pieces.append(mark)

    def _link(self, text: str, href: str) -> None:
        if len(self.links) < _MAX_LINKS and href and not href.startswith("#"):
            self.links.append(Link(text=clean_text(without_invisible(text))[:500], href=clean_text(href)[:2_000]))


def joined_row(cells: list[str], stray: str) -> str:
    """One table row: cells of one line side by side with tabs, larger ones under each other as they are laid out."""
    parts = [*cells, stray] if stray else cells
    if all("\n" not in cell for cell in parts[:-1]) and all(len(cell) <= 200 for cell in parts[:-1]):
        return "\t".join(parts)
    return "\n\n".join(parts)


def _is_citation(attributes: dict[str, str | None]) -> bool:
    if (attributes.get("type") or "").lower() == "cite" or "cite" in attributes:
        return True
    marks = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return bool(_CITING.search(marks)) or "border-left" in (attributes.get("style") or "").lower()
