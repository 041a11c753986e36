"""Log lines for people and journals: one line an event; no control characters, bodies, subjects or buyers' names."""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

PRIORITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}
"""sd-daemon(3): the number that a line begins with under systemd."""


def configure(level: str, *, as_json: bool, stream: TextIO | None = None) -> None:
    """Send all logs to `stream` (standard output) at this level: "debug", "info", "warning" or "error"."""
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JsonLines() if as_json else PlainLines(under_systemd=runs_under_systemd()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.raiseExceptions = False  # a full pipe or disk behind standard output must not stop the service
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # its listener in service.py tells what matters
    for noisy in ("alembic", "imapclient", "mailparser", "sqlalchemy"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def runs_under_systemd() -> bool:
    """Whether standard output goes to the journal, which adds the time itself."""
    return "JOURNAL_STREAM" in os.environ and "INVOCATION_ID" in os.environ


class PlainLines(logging.Formatter):
    """`time level message`, or `<priority>message` for the journal."""

    def __init__(self, *, under_systemd: bool) -> None:
        super().__init__()
        self._under_systemd = under_systemd

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        text = one_line(message_of(record))
        if self._under_systemd:
            return f"<{PRIORITIES.get(record.levelno, 6)}>{text}"
        return f"{_time(record)} {record.levelname.lower():7} {text}"


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        return json.dumps(
            {
                "time": _time(record),
                "level": record.levelname.lower(),
                "logger": record.name,
                "message": one_line(message_of(record)),
            },
            ensure_ascii=False,
        )


def message_of(record: logging.LogRecord) -> str:
    """The message; of an exception its class, its place in the code and its first line, never a stack."""
    text = record.getMessage()
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return text
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    first = (str(error).strip().splitlines() or [""])[0]
    return f"{text}: {type(error).__name__}{place}: {first}"


def one_line(text: str) -> str:
    """The text with every control and line-separating character escaped: a mail cannot forge a log line."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
