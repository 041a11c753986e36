"""The statement as PDF, readable in every language of the mails. reportlab only here.

Latin, Greek and Cyrillic come from a system font where one is found, Chinese and Japanese likewise, else from the fonts
that every viewer has for them. Without any font, marks on letters are left out rather than shown as boxes.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, Image, KeepTogether, Paragraph, SimpleDocTemplate, Spacer

from responders.statement import Block

_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
_LATIN = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "FreeSans.ttf", "Arial.ttf")
_CJK = (
    "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf", "wqy-microhei.ttc", "wqy-zenhei.ttc", "uming.ttc",
    "NotoSansSC-Regular.ttf", "NotoSansJP-Regular.ttf", "simsun.ttc", "msyh.ttc",
)  # fmt: skip
_EAST = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0002fa1f]+")
_KANA = re.compile("[\u3040-\u30ff]")
_LEFT_OUT = {
    "ł": "l",
    "Ł": "L",
    "ı": "i",
    "ø": "o",
    "Ø": "O",
    "đ": "d",
    "Đ": "D",
    "☒": "[x]",
    "☐": "[ ]",
    "▮": "#",
    "✓": "yes",
}
_WIDTH = A4[0] - 36 * mm


@dataclass(frozen=True, slots=True)
class Fonts:
    """Names under which the fonts are registered; `knows` says whether the Latin one can draw a character."""

    latin: str
    chinese: str
    japanese: str
    knows: Callable[[str], bool]


@cache
def fonts() -> Fonts:
    """The best fonts of this machine."""
    latin, east = _system_font(_LATIN, "CcLatin") or _bundled("CcLatin"), _system_font(_CJK, "CcEast")
    if east is None:
        for name in ("STSong-Light", "HeiseiMin-W3"):
            pdfmetrics.registerFont(UnicodeCIDFont(name))
    known = pdfmetrics.getFont(latin).face.charToGlyph
    return Fonts(
        latin=latin,
        chinese=east or "STSong-Light",
        japanese=east or "HeiseiMin-W3",
        knows=lambda char: ord(char) in known,
    )


def _system_font(names: Sequence[str], as_: str) -> str | None:
    found = {path.name: path for folder in _FOLDERS if folder.is_dir() for path in folder.rglob("*.tt[fc]")}
    for name in names:
        if name in found:
            try:
                pdfmetrics.registerFont(TTFont(as_, str(found[name])))
            except (TTFError, OSError):
                continue
            return as_
    return None


def _bundled(as_: str) -> str:
    """The font that the library brings: Turkish whole, of Polish and Hungarian some letters without their marks."""
    pdfmetrics.registerFont(TTFont(as_, "Vera.ttf"))
    return as_


def styled(text: str) -> str:
    """Text as reportlab's markup: every run in a font that can draw it; nothing in it counts as markup."""
    chosen, found = fonts(), []
    end = 0
    for match in _EAST.finditer(text):
        found.append(_drawable(text[end : match.start()], chosen))
        font = chosen.japanese if _KANA.search(text) else chosen.chinese
        found.append(f'<font name="{font}">{escape(match[0])}</font>')
        end = match.end()
    found.append(_drawable(text[end:], chosen))
    return "".join(found).replace("\n", "<br/>")


def _drawable(text: str, chosen: Fonts) -> str:
    return escape("".join(char if char in "\n " or chosen.knows(char) else _like(char, chosen) for char in text))


def _like(char: str, chosen: Fonts) -> str:
    """The nearest that the font can draw: the letter without its marks, else a question mark."""
    if unicodedata.category(char)[0] == "C":
        return ""
    if unicodedata.category(char) == "Zs":
        return " "
    plain = _LEFT_OUT.get(char) or "".join(
        each for each in unicodedata.normalize("NFKD", char) if not unicodedata.combining(each)
    )
    return plain if plain and all(chosen.knows(each) for each in plain) else "?"


def _style(name: str, size: float, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(name, fontName=fonts().latin, fontSize=size, leading=size * 1.45, splitLongWords=1, **more)


def _paragraph(text: str, style: ParagraphStyle, markup: str | None = None) -> Paragraph:
    if _EAST.search(text):
        style = ParagraphStyle(f"{style.name}-east", parent=style, wordWrap="CJK")
    return Paragraph(styled(text) if markup is None else markup, style)


def as_pdf(blocks: Sequence[Block], *, title: str, footer: str) -> tuple[bytes, int]:
    """The document, and how many pages it has."""
    made = io.BytesIO()
    document = SimpleDocTemplate(
        made,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=title,
        author="Claimclock",
    )
    pages: list[int] = []
    document.build(
        [flowable for block in blocks for flowable in _flowables(block)],
        canvasmaker=lambda *args, **more: _Numbered(*args, footer=footer, pages=pages, **more),
    )
    return made.getvalue(), pages[0] if pages else 0


class _Numbered(Canvas):  # type: ignore[misc]
    """Writes "3 / 7" at the foot of each page once all pages are known."""

    def __init__(self, *args: Any, footer: str, pages: list[int], **more: Any) -> None:
        super().__init__(*args, **more)
        self._foot, self._count, self._kept = footer, pages, list[dict[str, Any]]()

    def showPage(self) -> None:
        """Keep the page for later."""
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write all pages with their numbers."""
        self._count.append(len(self._kept))
        for page in list(self._kept):
            self.__dict__.update(page)
            self.setFont(fonts().latin, 8)
            self.setFillColor(colors.HexColor("#667080"))
            self.drawString(18 * mm, 10 * mm, self._foot)
            self.drawRightString(A4[0] - 18 * mm, 10 * mm, f"{self._pageNumber} / {len(self._kept)}")
            super().showPage()
        super().save()


def _flowables(block: Block) -> Iterator[Flowable]:
    text = block.text
    if block.kind == "title":
        yield _paragraph(text, _style("title", 20, spaceAfter=4))
    elif block.kind == "heading":
        yield _paragraph(text, _style("heading", 13, spaceBefore=14, spaceAfter=5, keepWithNext=1, textColor="#14406b"))
    elif block.kind == "small":
        yield _paragraph(text, _style("small", 8, spaceAfter=6, textColor="#667080"))
    elif block.kind in ("row", "item"):
        label = f'<font color="#667080">{styled(block.label)}</font>&nbsp;&nbsp;'
        indent = _style("row", 9.5, spaceAfter=4, leftIndent=14, firstLineIndent=-14)
        yield _paragraph(f"{block.label} {text}", indent, markup=label + styled(text))
    elif block.kind == "break":
        yield CondPageBreak(150 * mm)
    elif block.kind == "message":
        yield from _message(text)
    elif block.kind == "picture" and block.picture is not None:
        yield _picture(block.picture, text)
    else:
        yield _paragraph(text, _style("text", 9.5, spaceAfter=4))


def _message(text: str) -> Iterator[Flowable]:
    style = _style("message", 8.5, leftIndent=10, borderPadding=0, spaceAfter=1)
    for line in text.split("\n"):
        if line.strip():
            yield _paragraph(line, style)
        else:
            yield Spacer(1, 4)
    yield Spacer(1, 4)


def _picture(data: bytes, caption: str) -> Flowable:
    width, height = ImageReader(io.BytesIO(data)).getSize()
    scale = min(_WIDTH / width, 105 * mm / height, 1.0)
    shown = Image(io.BytesIO(data), width=width * scale, height=height * scale, hAlign="LEFT")
    return KeepTogether([_paragraph(caption, _style("caption", 8.5, spaceBefore=8, spaceAfter=3)), shown])
