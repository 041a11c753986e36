"""Settings values that point at a test's servers."""

from datetime import date
from pathlib import Path

from config.settings import Account, Security, Server


def server_at(
    port: int,
    *,
    host: str = "127.0.0.1",
    security: Security = Security.NONE,
    username: str | None = "alice",
    ca_file: Path | None = None,
    connect_seconds: float = 5.0,
    read_seconds: float = 10.0,
) -> Server:
    return Server(
        host=host,
        port=port,
        security=security,
        username=username,
        password=None,
        ca_file=ca_file,
        connect_seconds=connect_seconds,
        read_seconds=read_seconds,
    )


def account_at(server: Server, *, mailboxes: tuple[str, ...] = ("INBOX",), name: str = "eu") -> Account:
    return Account(
        name=name, server=server, mailboxes=mailboxes, start=date(2020, 1, 1), poll_seconds=60, marketplace=None
    )
