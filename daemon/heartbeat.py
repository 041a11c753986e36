"""A sign of life to a check outside (Healthchecks and its like): pings on progress, words when there is trouble.

POST URL while all is well, URL/fail with the reason when not, URL/start and URL/log at the service's start and end.
When nobody pings, the check outside raises the alarm: that is what it is for.
"""

from __future__ import annotations

import http.client
import logging
import socket
from urllib.parse import urlsplit

from config.settings import Secret, is_loopback
from daemon.lifeline import Lifeline
from daemon.secrets import SecretUnavailable, read_secret
from daemon.tls import client_context

log = logging.getLogger(__name__)

PING_SECONDS = 10.0
"""Altogether; a ping holds up nothing, since it has a job of its own."""
_LONGEST_REASON = 10_000


class Heartbeat:
    """Pings one URL; a ping that does not arrive is logged once, until one does again."""

    def __init__(self, url: Secret | None) -> None:
        self.url = url
        self._is_failing = False

    def ping(self, signal: str = "", reason: str = "", *, seconds: float = PING_SECONDS) -> bool:
        """Send a signal ("", "start", "fail" or "log"); False without a URL or when it did not arrive. Never raises."""
        if self.url is None:
            return False
        try:
            fault = post(read_secret(self.url), signal, reason, seconds)
        except SecretUnavailable as error:
            fault = str(error)
        if fault is not None and not self._is_failing:
            log.warning("the heartbeat does not arrive: %s", fault)
        elif fault is None and self._is_failing:
            log.info("the heartbeat arrives again")
        self._is_failing = fault is not None
        return fault is None


def url_fault(url: str) -> str | None:
    """Why a URL cannot be pinged, in words that show nothing of it; null when it can."""
    try:
        target = urlsplit(url)
        is_whole = target.scheme in ("http", "https") and bool(target.hostname) and target.port != 0
    except ValueError:
        is_whole = False
    if not is_whole or not url.isascii() or not url.isprintable() or " " in url:
        return "it is no URL such as https://hc.seller.example/ping/TOKEN"
    if target.scheme == "http" and not is_loopback(target.hostname or ""):
        return "it is not encrypted; use https"
    return None


def post(url: str, signal: str, reason: str, seconds: float) -> str | None:
    """One ping within `seconds` altogether; what went wrong, in words that hold no part of the path, or null."""
    if (fault := url_fault(url)) is not None:
        return fault
    target = urlsplit(url)
    host, secure = target.hostname or "", target.scheme == "https"
    path = target.path.rstrip("/") + (f"/{signal}" if signal else "") or "/"
    try:
        sock = socket.create_connection((host, target.port or (443 if secure else 80)), timeout=seconds)
    except OSError as error:
        return f"{host}: {error.strerror or error}"
    lifeline = Lifeline(sock)
    try:
        with lifeline.deadline(seconds, "pinging"):
            if secure:
                sock = client_context(None).wrap_socket(sock, server_hostname=host)
            connection = http.client.HTTPConnection(host)
            connection.sock = sock
            body = reason.encode("utf-8", "replace")[:_LONGEST_REASON]
            headers = {"Host": target.netloc.rpartition("@")[2], "Connection": "close", "User-Agent": "claimclock"}
            connection.request("POST", path + (f"?{target.query}" if target.query else ""), body, headers)
            status = connection.getresponse().status
        return None if 200 <= status < 300 else f"{host} answers {status}"
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"{host}: {lifeline.cut_because or getattr(error, 'strerror', None) or type(error).__name__}"
    finally:
        lifeline.close()
        sock.close()
