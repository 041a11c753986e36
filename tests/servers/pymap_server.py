"""pymap, an IMAP server in this process: quick, and of another make than Dovecot."""

import imaplib
from collections.abc import Iterator

import pytest

USER, PASSWORD = "alice", "s3cret word"


class Pymap:
    def __init__(self, port: int) -> None:
        self.port = port

    def client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port)
        client.login(USER, PASSWORD)
        return client


@pytest.fixture
def pymap_server() -> Iterator[Pymap]:
    """A running pymap with the empty mailboxes of alice."""
    pytest.importorskip("pymap", reason="pymap is not installed (extra: demo)")
    from daemon.demo.servers import mailbox_server

    with mailbox_server(user=USER, password=PASSWORD) as port:
        yield Pymap(port)
