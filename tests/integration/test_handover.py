"""Commands beside a running service: what they ask is done by it, once, and nobody else can ask."""

import json
import os
import subprocess
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from servers.installation import Installation, kill

from daemon.faults import Refused
from daemon.handover import Done, answer_all, ask, open_place

NOBODY_LISTENS = 1
CLAIM = (
    "From: Amazon <atoz-guarantee-no-reply@amazon.co.uk>\r\nTo: team@seller.example\r\n"
    f"Date: {datetime.now(UTC):%a, %d %b %Y %H:%M:%S} +0000\r\nMessage-ID: <handover-1@amazonses.example>\r\n"
    "Subject: A-to-z Guarantee claim received for order 206-0000009-7654321\r\n\r\n"
    "A buyer has filed an A-to-z Guarantee claim on order 206-0000009-7654321.\r\n"
    "Please respond within 48 hours in Seller Central.\r\n"
)


@contextmanager
def service(place, obey):
    """Somebody who looks into the directory again and again, as the service does."""
    ended = threading.Event()

    def look():
        while not ended.wait(0.01):
            answer_all(place, obey)

    open_place(place)
    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def shout(request):
    if request.name == "refuse":
        raise Refused("not today")
    texts = [path.read_text("utf-8") for path in request.files]
    return Done(text=f"{request.name} {request.arguments['word'].upper()} {' '.join(texts)}".strip(), status=3)


def test_a_request_with_a_file_is_answered_and_leaves_nothing_behind(tmp_path):
    (tmp_path / "proof.txt").write_text("signed")
    with service(tmp_path / "requests", shout):
        done = ask(tmp_path / "requests", "say", {"word": "hé"}, files=[tmp_path / "proof.txt"])
    assert done == Done(text="say HÉ signed", status=3)
    assert list((tmp_path / "requests").iterdir()) == []


def test_a_refusal_of_the_service_is_the_commands_refusal(tmp_path):
    with service(tmp_path / "requests", shout), pytest.raises(Refused, match="not today"):
        ask(tmp_path / "requests", "refuse", {})


def test_a_fault_of_the_service_is_told_in_a_sentence(tmp_path):
    with service(tmp_path / "requests", shout), pytest.raises(Refused, match="KeyError"):
        ask(tmp_path / "requests", "say", {})


def test_a_request_that_nobody_takes_is_withdrawn(tmp_path):
    open_place(tmp_path)
    with pytest.raises(Refused, match="nothing was done"):
        ask(tmp_path, "say", {"word": "late"}, patience=0.1)
    assert list(tmp_path.iterdir()) == []
    assert answer_all(tmp_path, shout) == 0


def test_what_was_under_way_when_the_service_was_killed_is_not_done_twice(tmp_path):
    (tmp_path / "1.taken").mkdir(parents=True)
    open_place(tmp_path)
    assert "was stopped while it did this" in json.loads((tmp_path / "1.answer").read_text())["refused"]
    assert not (tmp_path / "1.taken").exists()


@pytest.mark.parametrize("damage", ["open to others", "a link", "a file", "no json", "of yesterday"])
def test_what_is_no_request_of_the_services_own_user_is_refused(tmp_path, damage):
    open_place(tmp_path)
    folder, aside = tmp_path / "1.request", tmp_path / "aside"
    aside.mkdir(mode=0o700)
    request = {"name": "say", "arguments": {"word": "x"}, "now": None, "files": [], "until": "2999-01-01T00:00:00Z"}
    if damage == "of yesterday":
        request["until"] = "2020-01-01T00:00:00Z"
    (aside / "request.json").write_text("{" if damage == "no json" else json.dumps(request))
    if damage == "a link":
        folder.symlink_to(aside)
    elif damage == "a file":
        folder.write_text("x")
    else:
        aside.rename(folder)
        folder.chmod(0o777 if damage == "open to others" else 0o700)
    assert answer_all(tmp_path, shout) == 1
    assert "refused" in json.loads((tmp_path / "1.answer").read_text())
    assert not folder.exists() and not (tmp_path / "1.taken").exists()


def test_the_directory_is_for_the_services_user_alone(tmp_path):
    (tmp_path / "requests").mkdir(mode=0o755)
    open_place(tmp_path / "requests")
    assert (tmp_path / "requests").stat().st_mode & 0o777 == 0o700


@pytest.fixture
def running(tmp_path):
    """A service that holds the database with one case in it; no mail server answers it."""
    installation = Installation(tmp_path / "a", imap_port=NOBODY_LISTENS, smtp_port=NOBODY_LISTENS)
    (tmp_path / "claim.eml").write_text(CLAIM)
    assert installation.command("ingest", tmp_path / "claim.eml").returncode == 0
    process = installation.start(tmp_path / "log")
    end = time.monotonic() + 40
    while "started: watching" not in (tmp_path / "log").read_text() and time.monotonic() < end:
        time.sleep(0.05)
    yield installation, process
    if process.poll() is None:
        kill(process)


def said(answer: subprocess.CompletedProcess[bytes]):
    return answer.returncode, (answer.stdout or answer.stderr).decode()


def test_commands_work_while_the_service_runs_and_after_it_was_killed(running):
    installation, process = running
    status, told = said(installation.command("cases", "mine", "1", "--as", "Ana"))
    assert (status, "taken by Ana" in told) == (0, True), told
    assert said(installation.command("cases", "note", "1", "the carrier is asked", "--as", "Ana"))[0] == 0
    assert said(installation.command("retry")) == (0, "0 mails read again, 0 in quarantine\n")
    status, told = said(installation.command("cases", "reopen", "1", "--as", "Ana"))
    assert (status, "is not closed: it is open" in told) == (1, True)
    status, told = said(installation.command("reconcile"))
    assert (status, "nothing listens on that port" in told) == (1, True)
    trail = json.loads(installation.command("cases", "show", "1", "--json").stdout)["trail"]
    assert [(line["what"], line["by"]) for line in trail[-2:]] == [("taken", "Ana"), ("noted", "Ana")]
    requests = installation.settings.parent / "state" / "requests"
    assert (list(requests.iterdir()), requests.stat().st_uid) == ([], os.geteuid())
    kill(process)
    status, told = said(installation.command("cases", "done", "1", "--as", "Ana"))
    assert (status, "answered by Ana" in told) == (0, True), told
