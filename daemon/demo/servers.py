"""The two servers of the demonstration, on free loopback ports: IMAP (pymap) and an SMTP sink (aiosmtpd)."""

from __future__ import annotations

import asyncio
import imaplib
import threading
from argparse import Namespace
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, contextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session
from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.version import ProxyProtocolVersion
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer

from daemon.demo.mails import DemoMail

LOOPBACK = "127.0.0.1"

Start = Callable[[AsyncExitStack], Awaitable[asyncio.Server]]


@contextmanager
def serving(start: Start, *, name: str) -> Iterator[int]:
    """Run a server in a thread of its own while the context lasts; the value is its port."""
    ready = threading.Event()
    port = 0
    loop: asyncio.AbstractEventLoop
    stop: asyncio.Event

    async def serve() -> None:
        nonlocal port, loop, stop
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(await start(stack))
            port = server.sockets[0].getsockname()[1]
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name=name, daemon=True)
    thread.start()
    if not ready.wait(20):
        raise TimeoutError(f"the demonstration's {name} server did not start within 20 seconds")
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)


@contextmanager
def mailbox_server(*, user: str, password: str) -> Iterator[int]:
    """An IMAP server with one user whose mailboxes are empty; the value is its port."""

    async def start(stack: AsyncExitStack) -> asyncio.Server:
        backend, config = await DictBackend.init(_pymap_arguments(user, password), secure_auth=False)
        config.apply_context()
        await backend.start(stack)
        reader = ProxyProtocolReader(ProxyProtocolVersion.get(None))
        return await asyncio.start_server(reader.get_callback(IMAPServer(backend.login, config)), LOOPBACK, 0)

    with serving(start, name="IMAP") as port:
        yield port


@contextmanager
def letter_sink(keep: Callable[[bytes, list[str]], None]) -> Iterator[int]:
    """An SMTP server that hands every letter and its recipients to `keep` and sends nothing on; gives its port."""

    async def start(_: AsyncExitStack) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(
            lambda: SMTP(_Sink(keep), hostname="localhost", enable_SMTPUTF8=True), LOOPBACK, 0
        )

    with serving(start, name="SMTP") as port:
        yield port


class _Sink:
    """aiosmtpd calls `handle_DATA` when a letter is complete."""

    def __init__(self, keep: Callable[[bytes, list[str]], None]) -> None:
        self._keep = keep

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self._keep(envelope.original_content or b"", list(envelope.rcpt_tos))
        return "250 kept by the demonstration"


def deliver(mails: Iterable[DemoMail], *, port: int, user: str, password: str) -> None:
    """Put the mails into their mailboxes, with their arrival as internal date."""
    with imaplib.IMAP4(LOOPBACK, port) as client:
        client.login(user, password)
        for mail in mails:
            if mail.mailbox != "INBOX":
                client.create(mail.mailbox)
            client.append(mail.mailbox, "", imaplib.Time2Internaldate(mail.arrived_at), mail.raw)


def _pymap_arguments(user: str, password: str) -> Namespace:
    """What pymap's own command line would have read."""
    return Namespace(
        host=LOOPBACK,
        port=0,
        debug=False,
        cert=None,
        key=None,
        tls=False,
        passlib_cfg=None,
        proxy_protocol=None,
        inherited_sockets=None,
        demo_data=False,
        demo_user=user,
        demo_password=password,
    )
