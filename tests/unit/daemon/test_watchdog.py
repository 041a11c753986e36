import os
import socket
from time import monotonic

from daemon.watchdog import Heartbeats, notify, watchdog_seconds


def test_without_a_service_manager_nothing_is_sent(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert notify("READY=1") is False


def test_the_service_manager_is_told_line_by_line(monkeypatch, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        assert notify("READY=1", "STATUS=well")
        assert manager.recv(100) == b"READY=1\nSTATUS=well"


def test_an_abstract_socket_is_understood(monkeypatch):
    name = f"claimclock-test-{os.getpid()}-{monotonic()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"\0{name}")
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
        assert notify("WATCHDOG=1")
        assert manager.recv(100) == b"WATCHDOG=1"


def test_a_socket_that_is_gone_is_no_fault(monkeypatch, tmp_path):
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nowhere"))
    assert notify("READY=1") is False


def test_a_manager_that_does_not_read_never_blocks_the_service(monkeypatch, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        assert not all(notify("WATCHDOG=1") for _ in range(2000))


def test_the_watchdog_is_fed_twice_in_its_time_and_by_its_own_process_alone(monkeypatch):
    monkeypatch.setenv("WATCHDOG_USEC", "120000000")
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    assert watchdog_seconds() == 60
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    assert watchdog_seconds() == 60
    monkeypatch.setenv("WATCHDOG_PID", "1")
    assert watchdog_seconds() is None
    monkeypatch.setenv("WATCHDOG_USEC", "")
    assert watchdog_seconds() is None


def test_a_busy_worker_that_is_silent_for_too_long_is_stuck():
    beats = Heartbeats()
    with beats.busy("reading eu", limit=-1), beats.busy("sending", limit=1000):
        assert beats.stuck() == ("reading eu",)
        assert beats.workers() == ("reading eu", "sending")


def test_a_sign_of_progress_counts_for_the_worker_that_gave_it():
    beats = Heartbeats()
    with beats.busy("reading eu", limit=1000):
        beats.beat("reading eu")
        beats.beat("somebody else")
        assert beats.stuck() == ()
        assert beats.workers() == ("reading eu",)


def test_an_idle_worker_owes_nothing_even_after_a_fault():
    beats = Heartbeats()
    try:
        with beats.busy("reading eu", limit=-1):
            raise RuntimeError
    except RuntimeError:
        pass
    assert beats.stuck() == beats.workers() == ()
