"""What a style declaration does to text: whether a person can see it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

_BRACE = re.compile(r"[{}]")
_COLOUR_PROPERTY = re.compile(r"(?<![-\w])color\s{0,9}:")
_SIMPLE_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]*)?(?:[.#][\w-]+)?$")
_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|ex|ch|vw|vh|mm|cm|in|pc|%)?$")
_LEVEL = r"(\d{0,4}(?:\.\d{1,6})?(?<=\d)%?)"
_FUNCTION_COLOUR = re.compile(rf"rgba?\(\s*{_LEVEL}[\s,]+{_LEVEL}[\s,]+{_LEVEL}(?:[\s,/]+{_LEVEL})?\s*\)$")
_NAMED = {
    "white": (255, 255, 255),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "whitesmoke": (245, 245, 245),
    "ghostwhite": (248, 248, 255),
    "black": (0, 0, 0),
    "silver": (192, 192, 192),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "navy": (0, 0, 128),
    "orange": (255, 165, 0),
    "yellow": (255, 255, 0),
}
_TINY_PIXELS = 1.5
_SAME_COLOUR = 12
_FAR_OFF_PIXELS = 500

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How inherited style shows text at one place of the page; `background` null means unknown."""

    gone: bool = False
    """Hidden for good: no descendant can undo it."""
    tiny: bool = False
    invisible: bool = False
    transparent: bool = False
    colour: Colour | None = (0, 0, 0)
    background: Colour | None = (255, 255, 255)
    keeps_newlines: bool = False

    @property
    def hides(self) -> bool:
        """Whether text that stands directly here is seen by nobody."""
        if self.gone or self.tiny or self.invisible or self.transparent:
            return True
        if self.colour is None or self.background is None:
            return False
        return all(abs(a - b) <= _SAME_COLOUR for a, b in zip(self.colour, self.background, strict=True))


PLAIN_LOOK = Look()


@lru_cache(maxsize=4096)
def changed(look: Look, declarations: str) -> Look:
    """The look inside an element with these declarations ("name:value;…"), given the look around it."""
    values = _parsed(declarations)
    if not values:
        return look
    changes: dict[str, object] = {}
    if _gone(values):
        changes["gone"] = True
    if "font-size" in values or "font" in values:
        changes["tiny"] = _is_tiny(values.get("font-size") or values.get("font", ""))
    if "visibility" in values:
        changes["invisible"] = values["visibility"] in ("hidden", "collapse")
    if "white-space" in values:
        changes["keeps_newlines"] = values["white-space"].startswith("pre") or values["white-space"] == "break-spaces"
    _note_colours(values, changes)
    return replace(look, **changes) if changes else look  # type: ignore[arg-type]


def _note_colours(values: dict[str, str], changes: dict[str, object]) -> None:
    if "color" in values:
        changes["transparent"] = _is_transparent(values["color"])
        changes["colour"] = _colour(values["color"])
    for name in ("background-color", "background"):
        value = values.get(name)
        if value and value not in ("none", "inherit", "initial", "unset") and not _is_transparent(value):
            changes["background"] = _colour(value)
    if "background-image" in values and values["background-image"] != "none":
        changes["background"] = None


def _parsed(declarations: str) -> dict[str, str]:
    values = {}
    for declaration in declarations[:4000].lower().split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            values[name.strip()] = value.replace("!important", "").strip()
    return values


def _gone(values: dict[str, str]) -> bool:
    if values.get("display") in ("none", "table-column") or values.get("mso-hide") == "all":
        return True
    if _number(values.get("opacity")) <= 0.05 or "scale(0)" in values.get("transform", ""):
        return True
    clipped = "hidden" in values.get("overflow", "") or "clip" in values.get("overflow", "")
    if _pixels(values.get("max-height")) <= 1 or _pixels(values.get("max-width")) <= 1:
        return True
    if clipped and (_pixels(values.get("height")) <= 1 or _pixels(values.get("width")) <= 1):
        return True
    return _off_screen(values)


def _off_screen(values: dict[str, str]) -> bool:
    if _pixels(values.get("text-indent")) <= -_FAR_OFF_PIXELS:
        return True
    clip = values.get("clip", "") + values.get("clip-path", "")
    if re.search(r"rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?|inset\((?:50|100)%", clip):
        return True
    if values.get("position") in ("absolute", "fixed", "relative"):
        return any(_pixels(values.get(side)) <= -_FAR_OFF_PIXELS for side in ("left", "top", "right", "bottom"))
    return any(_pixels(values.get(f"margin-{side}")) <= -_FAR_OFF_PIXELS for side in ("left", "top"))


def _is_tiny(value: str) -> bool:
    for word in value.replace("/", " ").split():
        if _LENGTH.match(word) and not word.isdigit():
            return _pixels(word) < _TINY_PIXELS
        if word == "0":
            return True
    return False


def _pixels(value: str | None) -> float:
    """A CSS length in rough pixels; infinity when there is none, so that "at most" comparisons fail."""
    match = _LENGTH.match(value) if value else None
    if not match:
        return float("inf")
    factor = {"em": 14.0, "rem": 16.0, "pt": 1.33, "%": 0.16, "vw": 10.0, "vh": 8.0, "cm": 38.0, "mm": 3.8, "in": 96.0}
    return float(match[1]) * factor.get(match[2] or "px", 1.0)


def _number(value: str | None) -> float:
    try:
        return float(value) if value else float("inf")
    except ValueError:
        return 0.0 if value == "0%" else float("inf")


def _is_transparent(value: str) -> bool:
    if value == "transparent":
        return True
    match = _FUNCTION_COLOUR.match(value)
    return bool(match and match[4] and float(match[4].rstrip("%")) == 0)


def _colour(value: str) -> Colour | None:
    """Red, green and blue of the first colour that is named; null for gradients, images and unknown names."""
    value = value.strip()
    if "url(" in value or "gradient" in value or "var(" in value:
        return None
    match = _FUNCTION_COLOUR.match(value)
    if match:
        red, green, blue = (_channel(match[place]) for place in (1, 2, 3))
        return red, green, blue
    for word in value.split():
        if word in _NAMED:
            return _NAMED[word]
        if re.fullmatch(r"#?[0-9a-f]{6}(?:[0-9a-f]{2})?", word):
            digits = word.lstrip("#")
            return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
        if re.fullmatch(r"#[0-9a-f]{3,4}", word):
            return int(word[1] * 2, 16), int(word[2] * 2, 16), int(word[3] * 2, 16)
    return None


def _channel(text: str) -> int:
    value = float(text.rstrip("%")) * (2.55 if text.endswith("%") else 1)
    return min(255, int(value))


@lru_cache(maxsize=256)
def style_rules(sheet: str) -> dict[str, str]:
    """Declarations by simple selector ("tag", ".class", "#id", "tag.class"), lower case; media blocks are left out."""
    rules: dict[str, str] = {}
    for selectors, declarations in _top_level_rules(_without_comments(sheet[:65_536].lower())):
        for selector in selectors.split(","):
            name, kept = selector.strip(), declarations.strip()
            if not _SIMPLE_SELECTOR.match(name):
                # ".button td": where it applies is not worked out, so that the colours there are unknown.
                name, kept = re.split(r"[\s>+~]", name)[-1], _unknown_colours(kept)
            if name and kept and _SIMPLE_SELECTOR.match(name):
                rules[name] = f"{rules.get(name, '')};{kept}"
    return rules


def _unknown_colours(declarations: str) -> str:
    background = "background-image:url();" if "background" in declarations else ""
    return background + ("color:var()" if _COLOUR_PROPERTY.search(declarations) else "")


def _without_comments(sheet: str) -> str:
    first, *rest = sheet.replace("<!--", " ").replace("-->", " ").split("/*")
    return first + "".join(part.partition("*/")[2] for part in rest)


def _top_level_rules(sheet: str) -> list[tuple[str, str]]:
    """Selector and declaration texts of rules that stand in no at-block; one linear scan over the braces."""
    found: list[tuple[str, str]] = []
    depth = start = opened = 0
    for brace in _BRACE.finditer(sheet):
        if brace[0] == "{":
            depth += 1
            if depth == 1:
                opened = brace.start()
            continue
        if depth == 1:
            selectors = sheet[start:opened].rpartition(";")[2]
            if "@" not in selectors:
                found.append((selectors, sheet[opened + 1 : brace.start()]))
        depth = max(0, depth - 1)
        if depth == 0:
            start = brace.end()
    return found
