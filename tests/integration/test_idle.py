"""The bell at a mailbox: what rings it, and what becomes of servers that break, refuse or lie."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from servers.accounts import account_at, server_at
from servers.dovecot import PASSWORD, Dovecot
from servers.fake_imap import FakeImap
from servers.fault_proxy import Fault, FaultProxy, Plan
from servers.scripted import Line

from config.settings import Account, Secret
from daemon.berths import Berths
from daemon.idle import Doorbell
from daemon.oauth import Keyring


class Idling(FakeImap):
    capabilities = "IMAP4rev1 IDLE"


class Heard:
    """What a doorbell rang and said."""

    def __init__(self) -> None:
        self.rings: queue.Queue[str] = queue.Queue()
        self.said: queue.Queue[tuple[bool, str]] = queue.Queue()

    def idle(self) -> None:
        """Wait until it listens."""
        while not self.said.get(timeout=10)[0]:
            pass
        self.ring()

    def polling(self) -> str:
        """Wait until it does not; why."""
        while (state := self.said.get(timeout=10))[0]:
            pass
        return state[1]

    def ring(self) -> None:
        self.rings.get(timeout=10)


@contextmanager
def bell_at(
    account: Account, *, berths: Berths | None = None, slice_seconds: float = 270.0, read: bool = True
) -> Iterator[tuple[Doorbell, Heard]]:
    heard = Heard()
    bell = Doorbell(
        account,
        Keyring(Path("/nonexistent")),
        berths or Berths(4),
        ring=heard.rings.put,
        say=lambda name, idle, why: heard.said.put((idle, why)),
        progress=lambda: None,
        may=lambda name: True,
        slice_seconds=slice_seconds,
        wait=lambda fault, faults: timedelta(milliseconds=10 * faults),
    )
    bell.start()
    bell.polled(is_read=read, found=0)
    try:
        yield bell, heard
    finally:
        bell.cut("the test is over")
        bell.join(5)
        assert bell.is_over()


@pytest.fixture
def password(tmp_path: Path) -> Secret:
    path = tmp_path / "password"
    path.write_text(PASSWORD)
    path.chmod(0o600)
    return Secret(file=path)


def account(port: int, **server: object) -> Account:
    return account_at(server_at(port, username="alice", **server))  # type: ignore[arg-type]


def test_a_delivered_mail_rings(dovecot: Dovecot, password: Secret) -> None:
    place = account(dovecot.port)
    place = replace(place, server=replace(place.server, password=password))
    with bell_at(place) as (_, heard):
        heard.idle()
        dovecot.deliver([b"Subject: one\r\n\r\nx\r\n"])
        heard.ring()
        dovecot.kill_sessions()
        heard.polling()
        heard.idle()
        dovecot.deliver([b"Subject: two\r\n\r\nx\r\n"])
        heard.ring()


def test_a_new_connection_rings_for_what_came_before_and_news_ring_again() -> None:
    fake = Idling()
    with fake.serving() as port, bell_at(account(port)) as (_, heard):
        heard.idle()
        fake.tell("* 3 EXISTS")
        heard.ring()
    assert heard.rings.empty()


def test_idle_is_asked_for_anew_before_the_server_loses_patience() -> None:
    fake = Idling()
    with fake.serving() as port, bell_at(account(port), slice_seconds=0.05) as (_, heard):
        heard.idle()
        while sum("IDLE" in said for said in fake.heard) < 3:
            threading.Event().wait(0.01)
    assert "DONE" in fake.heard
    assert sum("LOGIN" in said for said in fake.heard) == 1


def test_a_server_without_idle_is_polled_and_that_is_said() -> None:
    fake = FakeImap()
    with fake.serving() as port, bell_at(account(port), read=False) as (bell, heard):
        assert heard.polling() == "the account is not read now"
        bell.polled(is_read=True, found=0)
        assert "offers no IDLE" in heard.polling()


def test_a_server_that_refuses_idle_is_polled_and_that_is_said() -> None:
    class Refusing(Idling):
        def on_idle(self, line: Line, tag: str, rest: str) -> None:
            line.say(f"{tag} NO not for you")

    with Refusing().serving() as port, bell_at(account(port), read=False) as (bell, heard):
        assert heard.polling() == "the account is not read now"
        bell.polled(is_read=True, found=0)
        assert "refuses IDLE: NO not for you" in heard.polling()


def test_an_account_that_cannot_be_read_is_not_waited_at() -> None:
    fake = Idling()
    with fake.serving() as port, bell_at(account(port), read=False) as (_, heard):
        assert heard.polling() == "the account is not read now"
    assert fake.heard == []


def test_without_a_free_connection_there_is_polling() -> None:
    berths = Berths(1)
    fake = Idling()
    with fake.serving() as port, bell_at(account(port), berths=berths, read=False) as (bell, heard):
        heard.polling()
        bell.polled(is_read=True, found=0)
        assert "connections_per_host" in heard.polling()
    assert fake.heard == []


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.RESET])
@pytest.mark.parametrize("after", [10, 100, 330])
def test_a_connection_that_breaks_anywhere_is_replaced(fault: Fault, after: int) -> None:
    fake = Idling()
    plans = iter([Plan(fault, after)])
    with fake.serving() as port, FaultProxy(port) as proxy:
        proxy.trouble(lambda: next(plans, None))
        with bell_at(account(proxy.port, read_seconds=5)) as (_, heard):
            heard.idle()
            fake.tell("* 3 EXISTS")
            heard.ring()


def test_all_places_are_given_back() -> None:
    berths = Berths(2)
    with Idling().serving() as port, bell_at(account(port), berths=berths) as (_, heard):
        heard.idle()
        assert not berths.take_for_idle("127.0.0.1")
    assert berths.take_for_idle("127.0.0.1")
