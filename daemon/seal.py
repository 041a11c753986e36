"""The proof in a reply: a token that only this installation can make, for a case and a recipient, until a day.

A letter about several matters has one for all that it lists.

It stands in the Message-ID of every letter about a case, and so in In-Reply-To and References of the answer. It is
base32, so that a server that folds case on the way breaks nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from daemon.storage.store import Store

LIFETIME = timedelta(days=180)
"""Longer than any matter with Amazon lasts, appeals included."""

LENGTH = 32
"""Characters of a token: 5 bytes of case, 2 of day, 13 of proof."""

_SECRET = "reply-secret"  # noqa: S105 (the name of the fact, not the secret)
_BUNDLE = 1 << 39
"""Set in the first number of a token that names a bundle and no case."""
_DAY_ZERO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a genuine token says."""

    case_id: int
    """0 for a letter about several matters."""
    is_expired: bool
    bundle: int | None = None
    """What such a letter lists (`storage/bundle_rows.py`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """Makes and checks tokens with the installation's own secret."""

    key: bytes = field(repr=False)

    def bundle_token(self, bundle: int, recipient: str, now: datetime) -> str:
        """The token of a letter about several matters, for one recipient."""
        return self.token(_BUNDLE | bundle, recipient, now)

    def token(self, case_id: int, recipient: str, now: datetime) -> str:
        """The token of one case for one recipient, lower case."""
        until = (now + LIFETIME - _DAY_ZERO).days
        head = case_id.to_bytes(5, "big") + until.to_bytes(2, "big")
        return base64.b32encode(head + self._proof(head, recipient)).decode("ascii").lower()

    def read(self, token: str, sender: str, now: datetime) -> Proof | None:
        """What a token says, null when it is not one that was made for `sender`."""
        try:
            data = base64.b32decode(token.upper())
        except (ValueError, UnicodeError):
            return None
        head, proof = data[:7], data[7:]
        if len(data) != 20 or not hmac.compare_digest(proof, self._proof(head, sender)):
            return None
        until = _DAY_ZERO + timedelta(days=int.from_bytes(head[5:], "big") + 1)
        number = int.from_bytes(head[:5], "big")
        if number & _BUNDLE:
            return Proof(case_id=0, bundle=number ^ _BUNDLE, is_expired=now >= until)
        return Proof(case_id=number, is_expired=now >= until)

    def _proof(self, head: bytes, address: str) -> bytes:
        return hmac.new(self.key, head + address.strip().lower().encode("utf-8", "replace"), hashlib.sha256).digest()[
            :13
        ]


def seal_of(store: Store) -> Seal:
    """The seal of the installation that owns this database; its secret is made once."""
    return Seal(key=bytes.fromhex(store.settle_fact(_SECRET, secrets.token_hex(32), datetime.now(UTC))))


def personal_id(message_id: str, token: str) -> str:
    """The Message-ID of one recipient's copy: the letter's own, shortened, with the token behind it."""
    local, _, domain = message_id.partition("@")
    digest, _, instance = local.partition(".")
    return f"{digest[:16]}.{token}.{instance}@{domain}"
