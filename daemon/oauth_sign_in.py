"""Signing in once with a browser (RFC 6749, 4.1, with PKCE, RFC 7636), for the refresh token that the service lives on.

The browser ends at an address on localhost where nobody listens; people copy that address, so this works over SSH too.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

from config.settings import OAuth

REDIRECT = "http://localhost"


class SignInFailed(Exception):
    """The address holds no permission; the sentence says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """One attempt: what the browser is sent with, and what must come back."""

    oauth: OAuth
    username: str
    state: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)

    @property
    def address(self) -> str:
        """Where the person signs in."""
        challenge = base64.urlsafe_b64encode(sha256(self.verifier.encode("ascii")).digest()).rstrip(b"=")
        query = {
            "response_type": "code",
            "client_id": self.oauth.client_id,
            "redirect_uri": REDIRECT,
            "scope": self.oauth.scope,
            "state": self.state,
            "code_challenge": challenge.decode("ascii"),
            "code_challenge_method": "S256",
            "login_hint": self.username,
        }
        return f"{self.oauth.authorize_url}{'&' if '?' in self.oauth.authorize_url else '?'}{urlencode(query)}"

    def code_in(self, address: str) -> str:
        """The permission in the address at which the browser ended; SignInFailed when there is none."""
        found = {name: values[0] for name, values in parse_qs(urlsplit(address.strip()).query).items()}
        if "error" in found:
            raise SignInFailed(
                f"the provider says {found['error']}: {found.get('error_description', 'no reason given')}"
            )
        if "code" not in found:
            raise SignInFailed('that address holds no code; copy it whole, from "http://localhost/?" to its end')
        if found.get("state") != self.state:
            raise SignInFailed("that address belongs to another attempt; open the address above and copy the new one")
        return found["code"]

    def form(self, code: str, client_secret: str | None) -> dict[str, str]:
        """The question to the token endpoint."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self.oauth.client_id,
            "redirect_uri": REDIRECT,
            "code_verifier": self.verifier,
        }
        return {**form, "client_secret": client_secret} if client_secret else form
