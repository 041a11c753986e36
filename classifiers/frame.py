"""The buyer's own words inside the frame that Amazon's message system draws around them."""

from __future__ import annotations

import re

from classifiers.mail import Message

_LONGEST = 200_000
_EDGE = re.compile(r"^[ \t]*[-–—]{4,}[ \t]*[^\W\d_][^\n]{0,60}?[ \t]*[-–—]{4,}[ \t]*$", re.MULTILINE)

_LABELS = "message|nachricht|messaggio|mensaje|mensagem|bericht|meddelande|wiadomość|mesaj|メッセージ|消息|留言|讯息"
_ENDS = (
    "end (?:of )?message|ende (?:der )?nachricht|nachricht ende|fin (?:du |de )?message|fine (?:del )?messaggio"
    "|fin (?:del? )?mensaje|fim da mensagem|encerrar mensagem|einde (?:van het )?bericht|slut på meddelande(?:t)?"
    "|koniec wiadomości|mesaj sonu|メッセージ終了|消息结束|留言结束"
)
_PLAIN = re.compile(
    rf"^[ \t]*(?:{_LABELS})[ \t]*[:：](?P<words>.{{1,20000}}?)^[ \t]*(?:{_ENDS})[ \t.:-]*$",
    re.MULTILINE | re.IGNORECASE | re.DOTALL,
)
"""The same frame without its rulers: the label of the message, and the words that end it."""


def framed_words(message: Message) -> str | None:
    """What stands between the frame's two edges, whatever their language; null when the mail has no frame."""
    text = message.text[:_LONGEST]
    edges = list(_EDGE.finditer(text)) or list(_PLAIN.finditer(text))[:1]
    if not edges:
        return None
    if not edges[0][0].lstrip().startswith(("-", "–", "—")):
        return edges[0]["words"].strip() or None
    inside = text[edges[0].end() : edges[1].start() if len(edges) > 1 else len(text)].strip()
    return inside or None
