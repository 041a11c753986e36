"""Pages through Apprise to a web server on loopback: what becomes of each, and that nobody else is ever reached."""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from servers.scripted import scripted_server

from config.settings import Channel, Secret
from daemon.channels import EXTRA_IS_MISSING, Order, deliver, url_fault
from daemon.outbox import drain
from daemon.paging import ChannelSender
from daemon.sending import Ambiguous, DeliveryState, Permanent, Sent, Transient, Via
from daemon.storage import outbox_rows
from daemon.storage.store import Store
from responders.page import Page

pytest.importorskip("apprise", reason="the extra `channels` is not installed")

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
PAGE = b'{"title": "CC-000123: needs an answer", "body": "by Wed 25 Nov, 14:00"}'


@contextmanager
def web(status: int = 200) -> Iterator[tuple[int, list[dict[str, str]]]]:
    """A server that takes every POST and answers `status`; the value is its port and what it got."""
    got: list[dict[str, str]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], got
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def sender(tmp_path):
    def make(url: str, **limits: float) -> ChannelSender:
        file = tmp_path / "url"
        file.write_text(url)
        file.chmod(0o600)
        return ChannelSender({"chat": Channel(name="chat", url=Secret(file=file))}, **limits)

    return make


def test_a_page_arrives_with_its_words_and_nothing_else(sender):
    with web() as (port, got):
        outcome = sender(f"json://127.0.0.1:{port}/hook/s3cret-token").send("", "chat", PAGE)
    assert isinstance(outcome, Sent)
    assert [(each["title"], each["message"]) for each in got] == [
        ("CC-000123: needs an answer", "by Wed 25 Nov, 14:00")
    ]
    assert got[0]["attachments"] == []


@pytest.mark.parametrize(("status", "kind"), [(500, Transient), (429, Transient), (404, Permanent), (401, Permanent)])
def test_a_refusal_is_told_by_its_number_and_shows_no_token(sender, status, kind):
    with web(status) as (port, _):
        outcome = sender(f"json://127.0.0.1:{port}/hook/s3cret-token").send("", "chat", PAGE)
    assert outcome == kind(reply=f"the service answers {status}")


def test_a_service_that_is_not_there_is_tried_again(sender):
    outcome = sender("json://127.0.0.1:9/hook/s3cret-token").send("", "chat", PAGE)
    assert outcome == Transient(reply="the connection is refused")


def test_a_service_that_drips_is_cut_off_and_may_have_it(sender):
    def drip(line, _):
        for _ in range(200):
            line.raw(b"H")
            time.sleep(0.05)

    with scripted_server(drip) as port:
        outcome = sender(f"json://127.0.0.1:{port}/", seconds=1.0).send("", "chat", PAGE)
    assert outcome == Ambiguous(reply="no end after 1 s")


def test_a_connection_that_ends_before_the_answer_may_have_the_page(sender):
    with scripted_server(lambda line, _: line.hear()) as port:
        outcome = sender(f"json://127.0.0.1:{port}/").send("", "chat", PAGE)
    assert outcome == Ambiguous(reply="the connection ended before an answer")


def test_a_redirect_is_not_followed():
    def elsewhere(line, _):
        while line.hear():
            pass
        line.raw(f"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:{other}/\r\nContent-Length: 0\r\n\r\n".encode())

    with web() as (other, got), scripted_server(elsewhere) as port:
        result = deliver(Order(url=f"json://127.0.0.1:{port}/", title="t", body="b"))
    assert (result.state, got) == ("later", [])


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("mailto://ana:pw@mail.example", "team list"),
        ("ses://a@b.example/key/secret/us-east-1", "team list"),
        ("json://hook.example/s3cret-token", "jsons://"),
        ("ntfy://seller-topic", "ntfys://"),
        ("jsons://hook.example/?verify=no", "verify=no"),
        ("jsons://hook.example/?redirect=yes", "redirect=yes"),
        ("syslog://", "this machine"),
        ("gopher://hook.example/s3cret-token", "no URL that Apprise knows"),
        ("s3cret-token", "no URL that Apprise knows"),
    ],
)
def test_a_url_that_leads_elsewhere_or_in_the_open_is_refused_without_showing_it(url, word):
    fault = url_fault(url)
    assert fault is not None
    assert word in fault
    assert "s3cret" not in fault


@pytest.mark.parametrize(
    "url", ["json://127.0.0.1:80/x", "json://localhost", "jsons://hook.example/x", "ntfys://topic"]
)
def test_an_encrypted_url_or_one_on_loopback_is_accepted(url):
    assert url_fault(url) is None


def test_without_the_library_check_and_page_say_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert url_fault("json://localhost") == EXTRA_IS_MISSING
    result = deliver(Order(url="json://localhost", title="t", body="b"))
    assert (result.state, result.why) == ("later", EXTRA_IS_MISSING)


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/claimclock.db", lock=True) as opened:
        yield opened


def put(store, *channels, at=NOW):
    with store.write() as tx:
        page = Page(key="page:case:1", title="CC-000123", body="by 14:00")
        return outbox_rows.enqueue_page(tx, page, channels, at, None)


def drained(store, sender, at):
    names = frozenset({"chat"})
    return drain(store, sender, allowed=names, envelope_from="", owner="me", now=at, via=Via.CHANNEL)


def test_a_page_has_the_outboxs_retries_and_is_sent_once(store, sender):
    assert put(store, "chat")
    assert not put(store, "chat")
    with web(503) as (port, got):
        assert drained(store, sender(f"json://127.0.0.1:{port}/"), NOW).count(DeliveryState.PENDING) == 1
        assert drained(store, sender(f"json://127.0.0.1:{port}/"), NOW).ended == []
        assert len(got) == 1
    with web() as (port, got):
        fine = sender(f"json://127.0.0.1:{port}/")
        assert drained(store, fine, NOW + timedelta(minutes=1)).count(DeliveryState.SENT) == 1
        assert drained(store, fine, NOW + timedelta(days=1)).ended == []
        assert len(got) == 1
    assert store.claim_deliveries("mail", NOW + timedelta(days=1), 9) == []


def test_a_channel_that_the_settings_do_not_name_is_never_reached(store, sender):
    put(store, "chat-of-before")
    with web() as (port, got):
        report = drained(store, sender(f"json://127.0.0.1:{port}/"), NOW)
    assert (report.count(DeliveryState.REFUSED), got) == (1, [])
