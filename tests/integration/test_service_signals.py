"""The running service as systemd sees it: ready, reloading, stopping, and what it makes of servers that fail."""

import json
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers.dovecot import Dovecot
from servers.fake_imap import FakeImap
from servers.installation import Installation, kill
from servers.scripted import Line, scripted_server

from daemon.demo.servers import letter_sink

pytestmark = pytest.mark.server

NOBODY_LISTENS = 1


def claim(number: int) -> bytes:
    order = f"206-{number:07}-7654321"
    return (
        f"From: Amazon <atoz-guarantee-no-reply@amazon.co.uk>\r\nTo: team@seller.example\r\n"
        f"Date: {datetime.now(UTC):%a, %d %b %Y %H:%M:%S} +0000\r\nMessage-ID: <{number}@amazon.co.uk>\r\n"
        f"Subject: A-to-z Guarantee claim received for order {order}\r\n\r\n"
        f"A buyer has filed an A-to-z Guarantee claim on order {order}.\r\n"
        "Please respond within 48 hours in Seller Central.\r\n"
    ).encode()


def until(condition: Callable[[], object], *, seconds: float = 40, what: str = "") -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what or "it did not come about in time"
        time.sleep(0.05)


class Manager:
    """The service manager's end of the notify socket."""

    def __init__(self, path: Path) -> None:
        self.told: list[str] = []
        self._next = 0
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            self.told.append(self._socket.recv(4096).decode())

    def heard(self, word: str) -> None:
        """Wait for a word that was not waited for before."""

        def comes() -> bool:
            while self._next < len(self.told):
                self._next += 1
                if word in self.told[self._next - 1]:
                    return True
            return False

        until(comes, what=f"the manager never heard {word}, only {self.told}")


class Running:
    """A service process, its log and its service manager."""

    def __init__(self, installation: Installation, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.manager = Manager(home / "notify")
        self.log_file = home / "log"
        monkeypatch.setenv("NOTIFY_SOCKET", str(home / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "2000000")
        self.process = installation.start(self.log_file)

    def log(self) -> str:
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def says(self, words: str) -> None:
        until(lambda: words in self.log(), what=f"never said {words!r}; the log:\n{self.log()}")

    def stop(self) -> tuple[int, float]:
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(40), time.monotonic() - began


Start = Callable[[Installation], Running]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    started: list[Running] = []

    def begin(installation: Installation) -> Running:
        home = tmp_path / f"manager-{len(started)}"
        home.mkdir()
        started.append(Running(installation, home, monkeypatch))
        return started[-1]

    yield begin
    for running in started:
        if running.process.poll() is None:
            kill(running.process)


def test_a_claim_becomes_a_letter_and_sigterm_ends_with_0(dovecot: Dovecot, tmp_path: Path, start: Start) -> None:
    letters: list[bytes] = []
    dovecot.deliver([claim(1), claim(2)])
    with letter_sink(lambda raw, recipients: letters.append(raw)) as smtp:
        service = start(Installation(tmp_path / "a", imap_port=dovecot.port, smtp_port=smtp))
        service.manager.heard("READY=1")
        service.manager.heard("WATCHDOG=1")
        until(lambda: len(letters) >= 2, what=service.log())
        status, seconds = service.stop()
    service.manager.heard("STOPPING=1")
    assert (status, len(letters)) == (0, 2)
    assert seconds < 10
    assert "buyer" not in service.log().lower()
    assert "206-" not in service.log()


def test_a_dead_mail_server_does_not_keep_the_service_from_being_ready(tmp_path: Path, start: Start) -> None:
    service = start(Installation(tmp_path / "a", imap_port=NOBODY_LISTENS, smtp_port=NOBODY_LISTENS))
    service.manager.heard("READY=1")
    service.says("uk (127.0.0.1:1): the connection is refused; nothing listens on that port; next try in")
    assert service.stop()[0] == 0


def test_one_account_that_fails_leaves_the_others_alone(dovecot: Dovecot, tmp_path: Path, start: Start) -> None:
    dovecot.deliver([claim(1)])
    installation = Installation(
        tmp_path / "a",
        imap_port=dovecot.port,
        smtp_port=NOBODY_LISTENS,
        accounts={"wrong": "mallory", "uk": "alice"},
    )
    service = start(installation)
    service.says("wrong (127.0.0.1:")
    service.says("the server refuses the password of mallory")
    service.says("uk: fetched 1 new messages")
    assert service.stop()[0] == 0
    [wrong, uk] = json.loads(installation.command("status", "--json").stdout)["accounts"]
    assert (wrong["alive"], uk["alive"]) == (False, True)
    assert "refuses the password of mallory" in wrong["error"]


def test_a_second_service_on_the_same_database_refuses(dovecot: Dovecot, tmp_path: Path, start: Start) -> None:
    installation = Installation(tmp_path / "a", imap_port=dovecot.port, smtp_port=NOBODY_LISTENS)
    first = start(installation)
    first.manager.heard("READY=1")
    second = installation.command("run")
    assert second.returncode == 1
    assert "another claimclock" in second.stderr.decode()
    assert first.process.poll() is None
    assert first.stop()[0] == 0


def test_broken_settings_are_refused_at_a_reload_and_the_old_ones_stay(
    dovecot: Dovecot, tmp_path: Path, start: Start
) -> None:
    installation = Installation(tmp_path / "a", imap_port=dovecot.port, smtp_port=NOBODY_LISTENS)
    good = installation.settings.read_text()
    service = start(installation)
    service.manager.heard("READY=1")
    installation.settings.write_text(good.replace("poll_seconds = 10", "poll_seconds = -1\nmailboxs = 3"))
    service.process.send_signal(signal.SIGHUP)
    service.manager.heard("RELOADING=1")
    service.manager.heard("READY=1")
    service.says("the new settings are not taken over")
    service.says("poll_seconds")
    service.says("mailboxs")
    dovecot.deliver([claim(1)])
    service.says("uk: fetched 1 new messages")
    assert service.stop()[0] == 0


def test_new_accounts_are_watched_after_a_reload(dovecot: Dovecot, tmp_path: Path, start: Start) -> None:
    dovecot.deliver([claim(1)])
    installation = Installation(tmp_path / "a", imap_port=dovecot.port, smtp_port=NOBODY_LISTENS)
    good = installation.settings.read_text()
    service = start(installation)
    service.says("uk: fetched 1 new messages")
    more = Installation(
        tmp_path / "a",
        imap_port=dovecot.port,
        smtp_port=NOBODY_LISTENS,
        accounts={"uk": "alice", "second": "alice"},
    )
    assert more.settings.read_text() != good
    service.process.send_signal(signal.SIGHUP)
    service.says("watching 2 account(s)")
    service.says("second: fetched 1 new messages")
    assert service.stop()[0] == 0


def test_wrong_settings_at_the_start_end_with_78_and_all_problems(tmp_path: Path) -> None:
    installation = Installation(tmp_path / "a", imap_port=NOBODY_LISTENS, smtp_port=NOBODY_LISTENS)
    text = installation.settings.read_text()
    installation.settings.write_text(text.replace('time_zone = "UTC"', 'time_zone = "Mars"') + "\nunknown = 1\n")
    answer = installation.command("run")
    assert answer.returncode == 78
    assert "time_zone" in answer.stderr.decode()
    assert "unknown" in answer.stderr.decode()


class Hanging(FakeImap):
    """Never answers a SEARCH."""

    def on_uid_search(self, line: Line, tag: str, rest: str) -> None:
        line.hear()


def test_a_server_that_hangs_does_not_hold_up_the_end(tmp_path: Path, start: Start) -> None:
    hanging = Hanging()
    with hanging.serving() as port:
        installation = Installation(tmp_path / "a", imap_port=port, smtp_port=NOBODY_LISTENS)
        service = start(installation)
        until(lambda: any("SEARCH" in command for command in hanging.heard), what=service.log())
        status, seconds = service.stop()
    assert status == 0
    assert seconds < 4


class SlowSink:
    """An SMTP server that holds back its reply to the final dot until told."""

    def __init__(self) -> None:
        self.waiting = False
        self.answer = False

    def converse(self, line: Line, number: int) -> None:
        line.say("220 ready")
        while command := line.hear():
            if command.upper() != "DATA":
                line.say("250 fine")
                continue
            line.say("354 go on")
            while line.hear() != ".":
                pass
            self.waiting = True
            while not self.answer:
                time.sleep(0.02)
            line.say("250 queued")


def test_a_message_under_way_is_finished_before_the_end(dovecot: Dovecot, tmp_path: Path, start: Start) -> None:
    dovecot.deliver([claim(1)])
    sink = SlowSink()
    with scripted_server(sink.converse) as smtp:
        installation = Installation(tmp_path / "a", imap_port=dovecot.port, smtp_port=smtp)
        service = start(installation)
        until(lambda: sink.waiting, what=service.log())
        service.process.send_signal(signal.SIGTERM)
        service.says("stopping: the current message is finished first")
        with pytest.raises(subprocess.TimeoutExpired):
            service.process.wait(1)
        sink.answer = True
        assert service.process.wait(20) == 0
    assert json.loads(installation.command("status", "--json").stdout)["outbox"] == {"sent": 1}


def test_a_second_sigterm_ends_at_once_with_1(dovecot: Dovecot, tmp_path: Path, start: Start) -> None:
    dovecot.deliver([claim(1)])
    sink = SlowSink()
    with scripted_server(sink.converse) as smtp:
        installation = Installation(tmp_path / "a", imap_port=dovecot.port, smtp_port=smtp)
        service = start(installation)
        until(lambda: sink.waiting, what=service.log())
        service.process.send_signal(signal.SIGTERM)
        service.says("stopping: the current message is finished first")
        status, seconds = service.stop()
    assert (status, seconds < 3) == (1, True)
    assert "told twice to stop" in service.log()


def test_a_reply_that_never_comes_is_cut_before_systemd_would_kill(
    dovecot: Dovecot, tmp_path: Path, start: Start
) -> None:
    dovecot.deliver([claim(1)])
    sink = SlowSink()
    with scripted_server(sink.converse) as smtp:
        installation = Installation(tmp_path / "a", imap_port=dovecot.port, smtp_port=smtp)
        service = start(installation)
        until(lambda: sink.waiting, what=service.log())
        status, seconds = service.stop()
        sink.answer = True
    assert status == 0
    assert 15 < seconds < 28
    assert json.loads(installation.command("status", "--json").stdout)["outbox"]["ambiguous"] == 1
