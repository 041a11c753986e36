"""The check outside: what it hears, when it hears nothing, and that it never holds anything up."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path

import pytest
from servers.scripted import scripted_server

from config.loading import load_settings
from config.settings import Heartbeat as Setting
from config.settings import Secret
from daemon.connection import Unreachable
from daemon.desk import desk_of, rules_of
from daemon.heartbeat import Heartbeat, post, url_fault
from daemon.jury import Jury
from daemon.sending import DeliveryState, Ending
from daemon.storage.store import Store
from daemon.supervisor import Health, failed, succeeded, write_health
from daemon.vigil import Vigil

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EXAMPLE = Path(str(files("config"))) / "data/settings.example.toml"


@contextmanager
def check(status: int = 200) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A check such as Healthchecks; the value is its URL and (signal, reason) of what it heard."""
    heard: list[tuple[str, str]] = []

    class Check(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            reason = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
            heard.append((self.path.removeprefix("/ping/s3cret"), reason))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Check)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/ping/s3cret", heard
    finally:
        server.shutdown()
        server.server_close()


def secret(home: Path, url: str) -> Secret:
    file = home / "heartbeat"
    file.write_text(url)
    file.chmod(0o600)
    return Secret(file=file)


def test_each_signal_has_its_own_address(tmp_path):
    with check() as (url, heard):
        heartbeat = Heartbeat(secret(tmp_path, url))
        assert [heartbeat.ping(signal, "why") for signal in ("", "start", "fail", "log")] == [True] * 4
    assert heard == [("", "why"), ("/start", "why"), ("/fail", "why"), ("/log", "why")]


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("http://hc.seller.example/ping/s3cret", "https"),
        ("ftp://hc.seller.example/s3cret", "no URL"),
        ("s3cret", "no URL"),
        ("https://hc.seller.example:port/s3cret", "no URL"),
        ("https://hc.seller.example/s3cret\r\nX: y", "no URL"),
    ],
)
def test_an_address_in_the_open_or_a_broken_one_is_refused_without_showing_it(url, word):
    fault = url_fault(url)
    assert fault is not None
    assert word in fault
    assert "s3cret" not in fault


def test_a_check_that_is_away_or_refuses_or_drips_is_given_up_in_time():
    def drip(line, _):
        for _ in range(200):
            line.raw(b"H")
            time.sleep(0.05)

    assert "refused" in str(post("http://127.0.0.1:9/s3cret", "", "", 1.0)).lower()
    with check(404) as (url, _):
        assert post(url, "", "", 5.0) == "127.0.0.1 answers 404"
    began = time.monotonic()
    with scripted_server(drip) as port:
        assert "no end after 1 s" in str(post(f"http://127.0.0.1:{port}/s3cret", "", "", 1.0))
    assert time.monotonic() - began < 5


def test_a_ping_that_does_not_arrive_is_logged_once(tmp_path, caplog):
    heartbeat = Heartbeat(secret(tmp_path, "http://127.0.0.1:9/s3cret"))
    assert not any(heartbeat.ping() for _ in range(3))
    assert caplog.text.count("does not arrive") == 1
    assert "s3cret" not in caplog.text


class Watched:
    """A service whose clock the test turns."""

    def __init__(self, home: Path, store: Store, url: str) -> None:
        example = load_settings(EXAMPLE)
        self.settings = replace(example, heartbeat=Setting(url=secret(home, url)))
        self.store, self.now, self.ran = store, NOW, 0.0
        self.desk = desk_of(self.settings, store, Jury(rules_of(self.settings), workers=0))
        self.vigil = Vigil(store, lambda: self.now, lambda: self.ran)
        self.vigil.begin()

    def account(self, *, is_read: bool) -> None:
        health = Health(name="eu", host="imap.seller.example")
        fault = Unreachable("eu", self.settings.accounts[0].server, "no route")
        after = succeeded(health, self.now) if is_read else failed(health, fault, self.now, chance=0)
        write_health(self.store, after, self.now)

    def round(self, later: timedelta = MINUTE) -> None:
        """A sweep, then a pulse."""
        self.now += later
        self.ran += later.total_seconds()
        self.vigil.compare_clocks()
        self.vigil.look(self.desk, self.settings, self.now, stuck=(), paused=None)
        self.vigil.swept()
        self.vigil.pulse(self.settings)


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/claimclock.db", lock=True) as opened:
        yield opened


def test_success_is_pinged_on_real_progress_alone(tmp_path, store):
    with check() as (url, heard):
        watched = Watched(tmp_path, store, url)
        watched.vigil.pulse(watched.settings)
        watched.vigil.pulse(watched.settings)
        watched.round()
        assert heard == [("/start", "")]  # nothing has been read yet
        watched.account(is_read=True)
        watched.round()
        assert heard[1:] == [("", "")]
        watched.vigil.end(watched.settings, seconds=2)
        assert heard[2:] == [("/log", "stopped in order")]


def test_trouble_is_pinged_with_its_reason_and_ends_when_it_is_over(tmp_path, store):
    with check() as (url, heard):
        watched = Watched(tmp_path, store, url)
        watched.vigil.pulse(watched.settings)
        watched.account(is_read=False)
        watched.round(16 * MINUTE)
        signal, reason = heard[-1]
        assert (signal, "eu (imap.seller.example) cannot be read" in reason) == ("/fail", True)
        watched.account(is_read=True)
        watched.round()
        assert heard[-1] == ("", "")


def test_a_clock_that_jumps_is_trouble_for_an_hour(tmp_path, store):
    with check() as (url, heard):
        watched = Watched(tmp_path, store, url)
        watched.vigil.pulse(watched.settings)
        watched.account(is_read=True)
        watched.round()
        watched.now += timedelta(minutes=7)
        watched.account(is_read=True)
        watched.round()
        assert heard[-1][0] == "/fail"
        assert "the clock jumped forward by 420 s" in heard[-1][1]
        for _ in range(7):
            for delivery in store.claim_deliveries("me", watched.now, 9):
                store.finish(delivery, Ending(state=DeliveryState.SENT, due=None, reply="250"), watched.now)
            watched.account(is_read=True)
            watched.round(timedelta(minutes=11))
        assert heard[-1] == ("", "")


def test_a_service_that_does_not_sweep_pings_nothing_and_starves_the_watchdog(tmp_path, store):
    with check() as (url, heard):
        watched = Watched(tmp_path, store, url)
        watched.vigil.pulse(watched.settings)
        watched.account(is_read=True)
        watched.round()
        assert watched.vigil.missing() == ()
        watched.ran += 1000
        count = len(heard)
        watched.vigil.pulse(watched.settings)
        assert len(heard) == count
        assert watched.vigil.missing() == ("sweeping",)
