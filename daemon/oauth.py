"""How we log in: a password, or access tokens (OAuth) that are refreshed before they end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from config.settings import OAuth, Server
from daemon.connection import TokenRefused, TokenUnavailable
from daemon.oauth_endpoint import EndpointDown, Grant, GrantRefused, ask
from daemon.oauth_file import Kept, TokenFile
from daemon.oauth_state import TokenState
from daemon.secrets import read_secret

log = logging.getLogger(__name__)

RENEW_BEFORE = timedelta(minutes=5)
"""An access token with less left is replaced first."""

ASK_AGAIN_AFTER = timedelta(minutes=1)
"""After a question that failed; the next one before that gets the same fault, so that an endpoint is not hammered."""


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Access:
    token: str = field(repr=False)
    until: datetime


class Bearer:
    """Access tokens for one login, cached in memory; safe across threads."""

    def __init__(
        self, who: str, server: Server, oauth: OAuth, state_directory: Path, clock: Callable[[], datetime]
    ) -> None:
        self._who, self._server, self._oauth = who, server, oauth
        self._directory = state_directory
        self._clock = clock
        self._lock = threading.Lock()
        self._access: _Access | None = None
        self._fault: TokenRefused | TokenUnavailable | None = None
        self._not_before: datetime | None = None
        self._asked_with = ""
        self.generation = 0
        """Grows with each new token; a server ends the sessions of an older one soon."""
        self._unsaved: Kept | None = None
        """The successor of a refresh token, while it could not be written."""
        end = oauth.secret_expires
        self.state = TokenState(
            name=who,
            host=urlsplit(oauth.token_url).hostname or "",
            secret_until=datetime.combine(end, time(), UTC) if end else None,
        )

    def token(self) -> str:
        """An access token that lives; TokenRefused, TokenUnavailable or SecretUnavailable say why there is none."""
        with self._lock:
            now = self._clock()
            access = self._access
            if access is not None and access.until - now > RENEW_BEFORE:
                return access.token
            secrets = self._secrets()
            try:
                self._renew(secrets, now)
            except (TokenRefused, TokenUnavailable) as fault:
                self._note(fault, now)
                if access is None or access.until <= now:
                    raise
                log.warning("%s; the present token lives on until %s", fault, f"{access.until:%H:%M:%S} UTC")
                return access.token
            assert self._access is not None
            return self._access.token

    def refused(self, token: str) -> None:
        """The mail server does not take this token: the next one is a new one."""
        with self._lock:
            if self._access is not None and self._access.token == token:
                self._access = None

    def _secrets(self) -> tuple[str | None, str | None]:
        """The refresh token and the client secret as they stand now: an admin may have replaced them."""
        refresh, client = self._oauth.refresh_token, self._oauth.client_secret
        return read_secret(refresh) if refresh else None, read_secret(client) if client else None

    def _renew(self, secrets: tuple[str | None, str | None], now: datetime) -> None:
        seed, client = secrets
        asked_with = f"{seed}\0{client}"
        if self._fault and self._not_before and now < self._not_before and asked_with == self._asked_with:
            raise self._fault
        self._asked_with = asked_with
        kept = TokenFile(self._directory, self._oauth.token_url, self._oauth.client_id, seed or "")
        try:
            with kept.locked():
                grant, successor = self._ask(kept, seed, client, now)
                if successor is not None:
                    self._keep(kept, successor)
        except GrantRefused as refusal:
            raise TokenRefused(self._who, self._server, f"{refusal}; sign in again (docs/oauth.md)") from refusal
        except EndpointDown as down:
            raise TokenUnavailable(self._who, self._server, str(down), down.retry_after) from down
        self._access = _Access(token=grant.access_token, until=now + grant.lives)
        self._fault = self._not_before = None
        self.generation += 1
        self.state = replace(
            self.state,
            refreshed_at=now,
            access_until=now + grant.lives,
            refresh_since=successor.since if successor else None,
            refresh_until=self._end_of(successor),
            error="",
            refused=False,
            failing_since=None,
        )

    def _ask(self, kept: TokenFile, seed: str | None, client: str | None, now: datetime) -> tuple[Grant, Kept | None]:
        """A new access token, and the refresh token that holds from now on."""
        form = {"client_id": self._oauth.client_id, "scope": self._oauth.scope, "client_secret": client or ""}
        form = {name: value for name, value in form.items() if value}
        if seed is None:
            return ask(self._oauth.token_url, {**form, "grant_type": "client_credentials"}, self._server), None
        form["grant_type"] = "refresh_token"
        last = self._unsaved or kept.read()
        try:
            grant = ask(self._oauth.token_url, {**form, "refresh_token": last.token if last else seed}, self._server)
        except GrantRefused as refusal:
            if last is None or last.token == seed or refusal.code != "invalid_grant":
                raise
            last = None  # perhaps the state directory is older than the secret: that one still may hold
            grant = ask(self._oauth.token_url, {**form, "refresh_token": seed}, self._server)
        until = now + grant.refresh_lives if grant.refresh_lives else None
        if grant.refresh_token is not None and (last is None or grant.refresh_token != last.token):
            return grant, Kept(token=grant.refresh_token, since=now, until=until)
        return grant, Kept(token=last.token if last else seed, since=last.since if last else now, until=until)

    def _keep(self, kept: TokenFile, successor: Kept) -> None:
        self._unsaved = successor
        try:
            kept.write(successor)
            self._unsaved = None
        except OSError as error:
            log.error("%s: the new refresh token cannot be kept: %s; it is tried again", self._who, error.strerror)

    def _end_of(self, kept: Kept | None) -> datetime | None:
        if kept is None:
            return None
        return kept.until or (kept.since + self._oauth.lifetime if self._oauth.lifetime else None)

    def _note(self, fault: TokenRefused | TokenUnavailable, now: datetime) -> None:
        if fault is self._fault:
            return
        self._fault = fault
        hint = fault.retry_after if isinstance(fault, TokenUnavailable) else None
        self._not_before = now + (hint or ASK_AGAIN_AFTER)
        self.state = replace(
            self.state,
            error=str(fault),
            refused=isinstance(fault, TokenRefused),
            failing_since=self.state.failing_since or now,
        )


Login = str | Bearer | None
"""A password, a source of access tokens, or no login at all."""


class Keyring:
    """Every login of an installation; keeps the tokens' sources, so that one token serves all connections."""

    def __init__(self, state_directory: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self._directory = state_directory
        self._clock = clock
        self._lock = threading.Lock()
        self._bearers: dict[tuple[str, OAuth], Bearer] = {}

    def login(self, who: str, server: Server) -> Login:
        """How to log in at this server; SecretUnavailable when a password cannot be read."""
        if server.oauth is None:
            return read_secret(server.password) if server.password else None
        with self._lock:
            key = (who, server.oauth)
            if key not in self._bearers:
                self._bearers[key] = Bearer(who, server, server.oauth, self._directory, self._clock)
            return self._bearers[key]


def xoauth2(username: str, token: str) -> bytes:
    """The SASL message of both providers."""
    return f"user={username}\x01auth=Bearer {token}\x01\x01".encode()
