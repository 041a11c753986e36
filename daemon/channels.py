"""One page to one channel through Apprise, which is used here and nowhere else.

A service may hang or drip, so each page is sent by a process of its own that `paging.py` ends after a set time:
`python -m daemon.channels` reads an Order as JSON from standard input and prints a Result as JSON. Of a URL, which
holds a token, no part is ever shown.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from config.settings import is_loopback

EXTRA_IS_MISSING = "the library for channels is not installed; run: pip install 'claimclock[channels]'"
CONNECT_SECONDS, READ_SECONDS = 10.0, 15.0
"""For one connection; the whole page has its own limit in `paging.py`."""

_HTTP_STATUS = re.compile(r"\berror=(\d{3})\b")
_NEVER = frozenset({400, 401, 403, 404, 405, 410, 413, 422})
"""HTTP's answers that the same page will get again."""
_FAULTS = (
    ("ConnectTimeout", "later", "no connection in time"),
    ("ReadTimeout", "perhaps", "no answer in time"),
    ("Read timed out", "perhaps", "no answer in time"),
    ("NameResolutionError", "later", "its host is unknown"),
    ("Connection refused", "later", "the connection is refused"),
    ("unreachable", "later", "its host cannot be reached"),
    ("certificate", "never", "its certificate is not accepted"),
    ("Connection aborted", "perhaps", "the connection ended before an answer"),
    ("RemoteDisconnected", "perhaps", "the connection ended before an answer"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One page and where it goes."""

    url: str
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a page."""

    state: str
    """"sent", "later" (nobody has it), "never" (the service will not take it) or "perhaps" (nobody knows)."""
    why: str


def url_fault(url: str) -> str | None:
    """Why pages cannot go to a URL, in words that show nothing of it; null when they can. Touches no network."""
    try:
        found = _service(url)
    except ModuleNotFoundError:
        return EXTRA_IS_MISSING
    return found if isinstance(found, str) else None


def deliver(order: Order) -> Result:
    """Send a page now; it ends within the library's own limits only if the service does not drip."""
    try:
        service = _service(order.url)
    except ModuleNotFoundError:
        return Result(state="later", why=EXTRA_IS_MISSING)
    if isinstance(service, str):
        return Result(state="later", why=service)
    with _Ear() as ear:
        if service.notify(title=order.title, body=order.body, body_format="text"):
            return Result(state="sent", why="taken over")
    return ear.result()


def _service(url: str) -> Any:
    """Apprise's object for a URL, or what is wrong with it."""
    import apprise

    scheme = url.partition("://")[0].lower()
    for kind, why in _REFUSED.items():
        if scheme in _tables()[kind]:
            return f"{scheme}:// {why}"
    asset = apprise.AppriseAsset(
        app_id="Claimclock",
        app_desc="Claimclock",
        app_url="",
        async_mode=False,
        http_redirects=False,  # a page goes where the team says, nowhere else
        storage_mode="memory",
        image_url_mask="",  # no remote images
        image_url_logo="",
        image_path_mask="",
    )
    with _Ear():
        service = apprise.Apprise.instantiate(url, asset=asset)
    if not service:
        return "is no URL that Apprise knows; its notation for each service stands in Apprise's documentation"
    return _unsafe(service) or service


_REFUSED = {
    "mail": "would be mail to addresses that the team list does not hold; mail goes out by [smtp] alone",
    "local": "shows pages on this machine alone, where nobody on call sees them",
}


def _unsafe(service: Any) -> str | None:
    """As with mail: nothing in plain text beyond this machine, no unchecked certificate, no way elsewhere."""
    plain = service.protocol or ()
    is_plain = service.schema in ((plain,) if isinstance(plain, str) else plain)
    if is_plain and not is_loopback(service.host or ""):
        secure = service.secure_protocol
        better = secure if isinstance(secure, str) else next(iter(secure or ()), "")
        return f"{service.schema}:// is not encrypted" + (f"; use {better}://" if better else "")
    if not service.verify_certificate:
        return "says verify=no, so anybody could read the pages; take it out"
    if service.redirects:
        return "says redirect=yes, so pages could go elsewhere; take it out"
    service.socket_connect_timeout, service.socket_read_timeout = CONNECT_SECONDS, READ_SECONDS
    return None


@cache
def _tables() -> dict[str, list[str]]:
    return tomllib.loads(files("config").joinpath("data/channels.toml").read_text(encoding="utf-8"))


class _Ear(logging.Handler):
    """Hears what Apprise says of a failure, and keeps of it only words of our own and HTTP's status."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._heard: list[str] = []
        self._logger = logging.getLogger("apprise")

    def __enter__(self) -> _Ear:
        self._logger.handlers[:], self._logger.propagate = [self], False
        self._logger.setLevel(logging.DEBUG)
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.handlers.remove(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self._heard.append(record.getMessage())

    def result(self) -> Result:
        """What the messages mean; a failure that says nothing may be tried again."""
        text = "\n".join(self._heard)
        if status := _HTTP_STATUS.search(text):
            code = int(status[1])
            return Result(state="never" if code in _NEVER else "later", why=f"the service answers {code}")
        for sign, state, why in _FAULTS:
            if sign in text:
                return Result(state=state, why=why)
        return Result(state="later", why="the service does not take it and does not say why")


def main() -> int:
    """Standard input to standard output, for `paging.py`."""
    order = Order(**json.load(sys.stdin))
    sys.stdout.write(json.dumps(asdict(deliver(order))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
