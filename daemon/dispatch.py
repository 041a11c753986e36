"""Outgoing mail, pass after pass: what is due in the outbox goes to the SMTP server, whose faults are remembered."""

from __future__ import annotations

import logging
import os
import random
import socket
from collections.abc import Callable
from datetime import datetime

from config.settings import Settings
from daemon.desk import Desk
from daemon.oauth import Bearer, Keyring
from daemon.oauth_state import write_token
from daemon.outbox import DrainReport, drain
from daemon.secrets import SecretUnavailable
from daemon.smtp import SmtpSender
from daemon.supervisor import OUTGOING, Health, failed, read_health, succeeded, told, write_health

log = logging.getLogger(__name__)


class Dispatch:
    """Sends for one service; only one thread may send at a time, while any may `cut`."""

    def __init__(self, keyring: Keyring, *, stop: Callable[[], bool]) -> None:
        self._keyring = keyring
        self._stop = stop
        self._sender: SmtpSender | None = None
        self._owner = f"{socket.gethostname()}:{os.getpid()}"

    def send(self, desk: Desk, settings: Settings, now: datetime) -> tuple[Health, DrainReport | None]:
        """Send what is due; the report is null when the server is to be left alone, or no password can be had."""
        health = read_health(desk.store, OUTGOING, settings.smtp.host)
        if not health.is_due(now):
            return health, None
        try:
            login = self._keyring.login(OUTGOING, settings.smtp)
            sender = SmtpSender(settings.smtp, login)
        except SecretUnavailable as fault:
            return _failed(desk, health, fault, now), None
        self._sender = sender
        try:
            with sender:
                report = drain(
                    desk.store,
                    sender,
                    allowed=settings.team.addresses,
                    envelope_from=settings.from_address,
                    owner=self._owner,
                    now=now,
                    stop=self._stop,
                )
        finally:
            self._sender = None
            if isinstance(login, Bearer):
                write_token(desk.store, login.state, now)
        if report.fault is not None:
            return _failed(desk, health, report.fault, now), report
        if report.ended:
            health = succeeded(health, now)
            write_health(desk.store, health, now)
        return health, report

    def cut(self, because: str) -> None:
        """End the connection at once, from any thread; a message under way becomes transient or ambiguous."""
        if (sender := self._sender) is not None:
            sender.cut(because)


def _failed(desk: Desk, health: Health, fault: Exception, now: datetime) -> Health:
    health = failed(health, fault, now, chance=random.random())  # noqa: S311 (spreads retries, no secret)
    log.warning("%s", told(health, fault, now))
    write_health(desk.store, health, now)
    return health
