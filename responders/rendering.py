"""Views to text and HTML by Jinja templates; a team may replace any template by its own text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from jinja2 import ChoiceLoader, Environment, FunctionLoader, PackageLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

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
    "report.txt.j2",
    "report.html.j2",
    "draft.txt.j2",
)
"""Every shipped template that a team can replace."""


Templates = tuple[tuple[str, str], ...]
"""(name, source) pairs."""

OnFault = Callable[[str, str], None]
"""Hears of a team's template that broke while a letter was written: its place, and what was wrong."""


def ignore(_place: str, _fault: str) -> None:
    """Hear nothing."""


@cache
def environment(templates: Templates = ()) -> Environment:
    """The template environment; `templates` are (name, source) pairs that win over the shipped ones.

    A team's templates run in a sandbox, the shipped ones do not need it: it costs a third of the rendering.
    """
    made = (ImmutableSandboxedEnvironment if templates else Environment)(
        loader=ChoiceLoader([FunctionLoader(_finder(templates)), PackageLoader("responders", "templates")]),
        autoescape=select_autoescape(enabled_extensions=("html", "html.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["wrap"] = wrap
    made.filters["wrap_lines"] = wrap_lines
    return made


def _finder(templates: Templates) -> Callable[[str], tuple[str, str, None] | None]:
    """How Jinja finds a team's template; it keeps the file's name, so that a fault can name its line."""
    sources = dict(templates)
    return lambda name: (sources[name], name, None) if name in sources else None


def render(view: object, *, templates: Templates = (), on_fault: OnFault = ignore) -> tuple[str, str]:
    """The letter as text and as HTML."""
    return render_pair("letter", view, templates=templates, on_fault=on_fault)


def render_notice(view: object, *, templates: Templates = (), on_fault: OnFault = ignore) -> tuple[str, str]:
    """A notice without a case as text and as HTML."""
    return render_pair("notice", view, templates=templates, on_fault=on_fault)


def render_pair(stem: str, view: object, *, templates: Templates = (), on_fault: OnFault = ignore) -> tuple[str, str]:
    """`view` by STEM.txt.j2 and STEM.html.j2; a team's template that breaks is told, and the shipped one stands in."""
    names = ((f"{stem}.txt.j2",), (f"{stem}.html.j2",))
    text, html = (render_first(each, templates=templates, on_fault=on_fault, view=view) for each in names)
    return text, html


def render_first(
    names: tuple[str, ...], *, templates: Templates = (), on_fault: OnFault = ignore, **values: object
) -> str:
    """By the first template of `names` that the team has, else by the shipped one, which is the last name."""
    if templates:
        try:
            return environment(templates).select_template(list(names)).render(**values)
        except Exception as error:  # whatever a team's template raises: the letter must go out all the same
            on_fault(*fault_of(error, names[-1]))
    return environment().get_template(names[-1]).render(**values)


def fault_of(error: Exception, name: str) -> tuple[str, str]:
    """Where a template broke ("letter.txt.j2, line 4") and how; `name` when nothing tells the template."""
    place, line = getattr(error, "name", None) or name, getattr(error, "lineno", None)
    trace = error.__traceback__ if line is None else None
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith(".j2"):
            place, line = file.rpartition("/")[2], trace.tb_lineno
        trace = trace.tb_next
    message = getattr(error, "message", None) or str(error) or type(error).__name__
    return (f"{place}, line {line}" if line else str(place)), message


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
