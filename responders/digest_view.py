"""What the digest templates see: finished strings, in sections."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case; finished strings."""

    case: str
    matter: str
    by_when: str
    left: str
    words: str
    hot: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartRow:
    """One bar of a chart that every mail client shows: a table cell as wide as its share."""

    label: str
    percent: int
    """Of the longest bar, 0 to 100."""
    value: str
    colour: str

    @property
    def drawn(self) -> str:
        """The bar in letters."""
        return "▇" * max(1 if self.percent else 0, round(self.percent / 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with cases, bars or lines below it."""

    title: str
    rows: tuple[Row, ...] = ()
    chart: tuple[ChartRow, ...] = ()
    lines: tuple[str, ...] = ()
    more: str = ""
    grave: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One part of the bar under the headline: its share of the width and its colour."""

    percent: int
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestView:
    """What the digest templates see."""

    language: str
    preheader: str
    headline: str
    bars: tuple[Bar, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    footer: str
