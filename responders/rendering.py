"""Views to text and HTML by Jinja templates; a team may replace any template by its own text."""

from __future__ import annotations

import re
from functools import cache

from jinja2 import ChoiceLoader, DictLoader, Environment, PackageLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from responders.view import LetterView

TEMPLATES = (
    "letter.txt.j2",
    "letter.html.j2",
    "base.html.j2",
    "notice.txt.j2",
    "notice.html.j2",
    "ladder.txt.j2",
    "ladder.html.j2",
    "digest.txt.j2",
    "digest.html.j2",
)
"""Every template that a team can replace."""


Templates = tuple[tuple[str, str], ...]
"""(name, source) pairs."""


@cache
def environment(templates: Templates = ()) -> Environment:
    """The template environment; `templates` are (name, source) pairs that win over the shipped ones.

    A team's templates run in a sandbox, the shipped ones do not need it: it costs a third of the rendering.
    """
    made = (ImmutableSandboxedEnvironment if templates else Environment)(
        loader=ChoiceLoader([DictLoader(dict(templates)), PackageLoader("responders", "templates")]),
        autoescape=select_autoescape(enabled_extensions=("html", "html.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["wrap"] = wrap
    made.filters["wrap_lines"] = wrap_lines
    return made


def render(view: LetterView, *, templates: Templates = ()) -> tuple[str, str]:
    """The letter as text and as HTML; raises jinja2.TemplateError when one uses what is not there."""
    env = environment(templates)
    text = env.get_template("letter.txt.j2").render(view=view)
    return text, env.get_template("letter.html.j2").render(view=view)


def render_notice(view: object, *, templates: Templates = ()) -> tuple[str, str]:
    """A notice without a case as text and as HTML."""
    env = environment(templates)
    text = env.get_template("notice.txt.j2").render(view=view)
    return text, env.get_template("notice.html.j2").render(view=view)


def wrap(text: str, indent: int = 0, width: int = 76) -> str:
    """`text` in lines of at most `width` cells, later lines indented; wide characters count two cells."""
    lines: list[str] = []
    line, used = "", 0
    for piece in _pieces(text):
        cells = _cells(piece.rstrip())
        if line and used + cells > width - indent:
            lines.append(line.rstrip())
            line, used = "", 0
        line += piece
        used += cells + len(piece) - len(piece.rstrip())
    lines.append(line.rstrip())
    return ("\n" + " " * indent).join(lines)


def wrap_lines(text: str) -> str:
    """Each line of `text` wrapped by itself."""
    return "\n".join(wrap(line) for line in text.split("\n"))


_WIDE = "\u2e80-\ufaff\uff00-\uff60"
_CLOSING = "，。；：、！？）】》”’％"
_PIECE = re.compile(rf"(?:[{_WIDE}]|[^\s{_WIDE}]+)[{_CLOSING}]*\s*|\s+")
"""A unit that may not be broken: a word or one wide character, with the closing marks and the space behind it."""
_WIDE_CHARACTER = re.compile(f"[{_WIDE}]")


def _pieces(text: str) -> list[str]:
    return _PIECE.findall(text.lstrip())


def _cells(text: str) -> int:
    return len(text) if text.isascii() else len(text) + len(_WIDE_CHARACTER.findall(text))
