"""Telling a copy of a notice from another notice: redelivered, sent to two addresses, or forwarded by a colleague."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from zlib import crc32

from config.vocabulary import Authenticity
from daemon.entries import MailEntry

_WIDTH = 9
_KEPT = 48
_READ = 12_000
_RUN = re.compile(r"[\W_]+")
_PREFIX = re.compile(r"^\s*(?:[^\W\d_]{1,4}\s*:\s*)+", re.IGNORECASE)

_ADDRESSES_APART = timedelta(minutes=15)
"""Amazon writes to a second address of an account within minutes; a reminder in the same words comes much later."""
_FORWARDS_APART = timedelta(days=14)
"""A forward whose inner date cannot be read carries the date of the forwarding."""


def sketch_of(text: str) -> tuple[int, ...]:
    """The smallest hashes of the text's overlapping pieces, sorted; wrapping, blanks, marks and case do not matter."""
    flat = _RUN.sub("", text[:_READ]).casefold()
    pieces = {flat[place : place + _WIDTH] for place in range(max(1, len(flat) - _WIDTH + 1))}
    return tuple(sorted({crc32(piece.encode("utf-8", "replace")) for piece in pieces})[:_KEPT])


def likeness(first: Sequence[int], second: Sequence[int]) -> float:
    """Share of pieces that two texts have in common, estimated from their sketches (bottom-k): 0 to 1."""
    if not first or not second:
        return 0.0
    bottom = sorted({*first, *second})[: min(_KEPT, max(len(first), len(second)))]
    return len(set(bottom) & set(first) & set(second)) / len(bottom)


def is_copy(first: MailEntry, second: MailEntry) -> bool:
    """Whether two mails of one matter are the same message."""
    if first.own_reply != second.own_reply:
        return False
    if first.message_id and first.message_id == second.message_id:
        return likeness(first.sketch, second.sketch) >= 0.8
    if first.event != second.event or _bare(first.subject) != _bare(second.subject):
        return False
    apart = abs(first.sent_at - second.sent_at)
    if first.forwarded_by or second.forwarded_by:
        return apart <= _FORWARDS_APART and likeness(first.sketch, second.sketch) >= 0.7
    return (
        apart <= _ADDRESSES_APART
        and first.sender == second.sender
        and _facts(first) == _facts(second)
        and likeness(first.sketch, second.sketch) >= 0.8
    )


def distinct(mails: Sequence[MailEntry]) -> tuple[tuple[MailEntry, ...], ...]:
    """The mails in groups of copies, the best of each group first; independent of the order of the argument."""
    groups: list[list[MailEntry]] = []
    for mail in sorted(mails, key=_order):
        home = next((group for group in groups if any(is_copy(mail, other) for other in group)), None)
        if home is None:
            groups.append([mail])
        else:
            home.append(mail)
    return tuple(tuple(sorted(group, key=_worth)) for group in groups)


def _bare(subject: str) -> str:
    """A subject without the prefixes of replies and forwards in any language."""
    return _RUN.sub("", _PREFIX.sub("", subject)).casefold()


def _facts(mail: MailEntry) -> tuple[object, ...]:
    return (mail.amount, mail.case_ids, mail.reason, mail.funded_by)


def _order(mail: MailEntry) -> tuple[object, ...]:
    return (mail.sent_at, mail.arrived_at or mail.sent_at, mail.key)


def _worth(mail: MailEntry) -> tuple[object, ...]:
    """Proved before unproved, direct before forwarded, first before later."""
    return (mail.authenticity is not Authenticity.VERIFIED, mail.forwarded_by is not None, *_order(mail))
