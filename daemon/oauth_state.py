"""What is known of an account's tokens, without the tokens: for `status` and for warnings in good time; pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from config.settings import Settings
from daemon.supervisor import OUTGOING, Facts

FAILING_FOR = timedelta(minutes=15)
"""A token endpoint that is away for a moment is no news; the access token lives on meanwhile."""

WARN_BEFORE = (timedelta(days=14), timedelta(days=3), timedelta(days=1))
"""Before a refresh token or a client secret ends; one letter each. Of a short life, in its last third."""

GRAVE_BEFORE = timedelta(days=3)
"""From here on `status` is not well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenState:
    """One server's tokens; instants in aware UTC, null where unknown or without end."""

    name: str
    """The account's, or OUTGOING."""
    host: str
    """The token endpoint's."""
    refreshed_at: datetime | None = None
    access_until: datetime | None = None
    refresh_since: datetime | None = None
    refresh_until: datetime | None = None
    secret_until: datetime | None = None
    error: str = ""
    """One sentence when the last try to refresh failed."""
    refused: bool = False
    """True when trying again will not help: somebody must sign in anew."""
    failing_since: datetime | None = None

    @property
    def ends(self) -> datetime | None:
        """When the login dies if nobody does anything."""
        return min((end for end in (self.refresh_until, self.secret_until) if end), default=None)

    def is_well(self, now: datetime) -> bool:
        """Whether nobody needs to do anything soon."""
        failing = self.failing_since is not None and now - self.failing_since >= FAILING_FOR
        soon = self.ends is not None and self.ends - now < min(GRAVE_BEFORE, self._patience(self.ends))
        return not (self.refused or failing or soon)

    def warning(self, now: datetime) -> timedelta | None:
        """The step of WARN_BEFORE that has come; null when the end is far."""
        if self.ends is None:
            return None
        left, patience = self.ends - now, self._patience(self.ends)
        return min((step for step in WARN_BEFORE if left < min(step, patience)), default=None)

    def _patience(self, end: datetime) -> timedelta:
        """A third of a life that is known to be short, else no limit."""
        short = self.refresh_since is not None and end == self.refresh_until
        return (end - self.refresh_since) / 3 if short and self.refresh_since else timedelta.max


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenNews:
    """Something to tell the operator of a token; the same name, facts and occasion once."""

    name: str
    facts: dict[str, str]
    occasion: str


def life(state: TokenState, now: datetime) -> str:
    """The countdown: "access token 43 min, login 89 days"; empty before the first token."""
    parts = [f"access token {left(state.access_until, now)}"] if state.access_until else []
    parts += [f"login {left(state.ends, now)}"] if state.ends else []
    return ", ".join(parts)


def left(end: datetime, now: datetime) -> str:
    """The time until then, as "12 days", "5 h" or "43 min", or "ended"."""
    seconds = (end - now).total_seconds()
    if seconds <= 0:
        return "ended"
    if seconds >= 172_800:
        return f"{int(seconds // 86_400)} days"
    return f"{int(seconds // 3600)} h" if seconds >= 7200 else f"{int(seconds // 60)} min"


def token_news(states: Iterable[TokenState], now: datetime) -> list[TokenNews]:
    """What is wrong with tokens now, or will be soon."""
    news = []
    for state in states:
        base = {"account": state.name, "host": state.host}
        if state.refused and state.failing_since:
            if state.access_until is None or state.access_until <= now:
                continue  # from here on the account itself cannot be read, and that is told
            since = _day(state.failing_since)
            news.append(TokenNews(name="token_refused", facts={**base, "error": state.error}, occasion=since))
        elif state.failing_since and now - state.failing_since >= FAILING_FOR:
            since = _day(state.failing_since)
            news.append(TokenNews(name="token_failing", facts={**base, "since": since}, occasion=since))
        if (step := state.warning(now)) is not None and state.ends is not None:
            name = "token_ending" if state.ends == state.refresh_until else "secret_ending"
            until = _day(state.ends)
            news.append(TokenNews(name=name, facts={**base, "until": until}, occasion=f"{until}:{step.days}"))
    return news


def read_token(facts: Facts, name: str) -> TokenState | None:
    """What was written last; null for a login without tokens."""
    text = facts.get_fact(f"token:{name}")
    if not text:
        return None
    row = json.loads(text)
    for key, value in row.items():
        if key.endswith(("_at", "_until", "_since")) and value:
            row[key] = datetime.fromisoformat(value)
    return TokenState(**row)


def write_token(facts: Facts, state: TokenState, now: datetime) -> None:
    """Keep it, unless nothing changed."""
    row = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(state).items()}
    text = json.dumps(row)
    if facts.get_fact(f"token:{state.name}") != text:
        facts.set_fact(f"token:{state.name}", text, now)


def all_tokens(facts: Facts, settings: Settings) -> list[TokenState]:
    """The tokens of every login that uses some, the outgoing server's last."""
    names = [account.name for account in settings.accounts if account.server.oauth]
    names += [OUTGOING] if settings.smtp.oauth else []
    return [state for name in names if (state := read_token(facts, name)) is not None]


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
