"""One question to a token endpoint (RFC 6749): a form over https, with total deadlines, and its answer as a value."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from config.settings import Server, is_loopback
from daemon.connection import plain, socket_fault
from daemon.lifeline import Lifeline, connect
from daemon.tls import client_context

LARGEST_ANSWER = 256 * 1024
"""Bytes; an access token has some thousand."""

SHORTEST_LIFE = timedelta(minutes=5)
USUAL_LIFE = timedelta(hours=1)
"""Of an access token, when the answer does not say it."""

_LATER = frozenset({"temporarily_unavailable", "server_error", "slow_down"})


class EndpointDown(Exception):
    """No usable answer: waiting may help. `retry_after` is the endpoint's own hint, or null."""

    def __init__(self, what: str, retry_after: timedelta | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(what)


class GrantRefused(Exception):
    """The endpoint says no, and will say it again: `code` is its error, such as "invalid_grant"."""

    def __init__(self, code: str, what: str) -> None:
        self.code = code
        super().__init__(what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What the endpoint hands out; its repr shows no token."""

    access_token: str
    lives: timedelta
    refresh_token: str | None
    """A new one that takes the old one's place; null when the old one stays."""
    refresh_lives: timedelta | None
    """How long the refresh token lives, where the endpoint says it."""

    def __repr__(self) -> str:
        return f"Grant(lives={self.lives})"


def ask(url: str, form: Mapping[str, str], server: Server) -> Grant:
    """POST the form; `server` lends its seconds and its certificate authority. GrantRefused or EndpointDown."""
    status, hint, body = _post(url, urlencode(form).encode("ascii"), server)
    answer = _json(body)
    if status == 200 and (token := answer.get("access_token")):
        return _grant(str(token), answer)
    error = str(answer.get("error") or "")
    words = plain(f"{error} {answer.get('error_description') or ''}")
    if status in (400, 401, 403) and error and error not in _LATER:
        raise GrantRefused(error, f"{urlsplit(url).hostname} refuses: {words}")
    said = words if error else f"HTTP status {status}"
    raise EndpointDown(f"{urlsplit(url).hostname} gives no token now: {said}", _seconds(hint))


def _grant(token: str, answer: Mapping[str, Any]) -> Grant:
    if not token.isascii() or not token.isprintable() or " " in token:
        raise EndpointDown("the access token holds characters that no header can carry")
    refresh = answer.get("refresh_token")
    return Grant(
        access_token=token,
        lives=max(_seconds(answer.get("expires_in")) or USUAL_LIFE, SHORTEST_LIFE),
        refresh_token=str(refresh) if refresh else None,
        refresh_lives=_seconds(answer.get("refresh_token_expires_in")),
    )


def _post(url: str, form: bytes, server: Server) -> tuple[int, str | None, bytes]:
    """The status, the Retry-After header and the body; EndpointDown when there is no answer in time."""
    target = urlsplit(url)
    host, secure = target.hostname or "", target.scheme == "https"
    if not secure and not is_loopback(host):
        raise EndpointDown(f"{host} is no loopback host; a token is asked for over https alone")
    there = replace(server, host=host, port=target.port or (443 if secure else 80))
    try:
        sock = connect(there)
    except OSError as error:
        raise EndpointDown(str(socket_fault("token endpoint", there, error, during="connecting"))) from error
    lifeline = Lifeline(sock)
    try:
        with lifeline.deadline(server.connect_seconds + server.read_seconds, "asking for a token"):
            if secure:
                sock = client_context(server.ca_file).wrap_socket(sock, server_hostname=host)
            sock.settimeout(server.read_seconds)
            connection = http.client.HTTPConnection(host, there.port)
            connection.sock = sock
            path = (target.path or "/") + (f"?{target.query}" if target.query else "")
            connection.request("POST", path, form, _headers(target.netloc))
            response = connection.getresponse()
            return response.status, response.getheader("Retry-After"), response.read(LARGEST_ANSWER)
    except OSError as error:
        during = "connecting" if lifeline.cut_because is None else "asking for a token"
        raise EndpointDown(str(socket_fault("token endpoint", there, error, during=during))) from error
    except (http.client.HTTPException, ValueError) as error:
        raise EndpointDown(f"{host} answers with no HTTP: {plain(str(error) or type(error).__name__)}") from error
    finally:
        lifeline.close()
        sock.close()


def _headers(host: str) -> dict[str, str]:
    return {
        "Host": host,
        "Accept": "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "claimclock",
        "Connection": "close",
    }


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _seconds(value: object) -> timedelta | None:
    """A number of seconds, also as text, up to ten years; null for anything else."""
    text = str(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else ""
    number, _, _ = text.partition(".")
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        return None
    return min(timedelta(seconds=int(number)), timedelta(days=3650)) if int(number) else None
