"""The buyer's own words inside the frame that Amazon's message system draws around them."""

from __future__ import annotations

import re

from classifiers.mail import Message

_LONGEST = 200_000
_EDGE = re.compile(r"^[ \t]*[-–—]{4,}[ \t]*[^\W\d_][^\n]{0,60}?[ \t]*[-–—]{4,}[ \t]*$", re.MULTILINE)


def framed_words(message: Message) -> str | None:
    """What stands between the frame's two edges, whatever their language; null when the mail has no frame."""
    text = message.text[:_LONGEST]
    edges = list(_EDGE.finditer(text))
    if not edges:
        return None
    inside = text[edges[0].end() : edges[1].start() if len(edges) > 1 else len(text)].strip()
    return inside or None
