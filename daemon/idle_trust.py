"""Whether a server's IDLE deserves belief: mail that a poll found and IDLE never told of counts against it; pure."""

from __future__ import annotations

GRACE_SECONDS = 30.0
"""News may come this much later than a poll that found the mail first."""

MOST_MISSED = 3
"""Times in a row that a poll found mail and IDLE told of none; then the server's IDLE is not believed."""


class Trust:
    """One connection's record; every `now` is on the monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._last_news = float("-inf")
        self._suspect_since: float | None = None
        self._missed = 0

    def listening(self, now: float) -> None:
        """From now on the server would tell."""
        self._since = now

    def deaf(self) -> None:
        """The connection is over; what it did not tell of before does not count as told."""
        self._since = self._suspect_since = None

    def news(self, now: float) -> None:
        """The server told of something: all is forgiven."""
        self._last_news, self._suspect_since, self._missed = now, None, 0

    def found(self, now: float) -> None:
        """A poll found new mail; the server should have told of it, or do so soon."""
        if self._since is not None and now - max(self._since, self._last_news) > GRACE_SECONDS:
            self._suspect_since = self._suspect_since or now

    def is_lost(self, now: float) -> bool:
        """Whether too much was missed by now; says it once and begins anew."""
        if self._suspect_since is None or now - self._suspect_since <= GRACE_SECONDS:
            return False
        self._suspect_since = None
        self._missed += 1
        if self._missed < MOST_MISSED:
            return False
        self._missed = 0
        return True
