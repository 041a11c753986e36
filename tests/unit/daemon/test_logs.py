import io
import json
import logging

import pytest

from daemon import logs


@pytest.fixture(autouse=True)
def loggers_as_before():
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    yield
    root.handlers[:], logging.raiseExceptions = handlers, raising
    root.setLevel(level)


def written(level="info", *, as_json=False, say):
    stream = io.StringIO()
    logs.configure(level, as_json=as_json, stream=stream)
    say(logging.getLogger("daemon.test"))
    return stream.getvalue()


def raise_and_log(log):
    try:
        raise ValueError("first line\nsecond line")
    except ValueError:
        log.exception("it failed")


def test_a_line_has_time_level_and_text(monkeypatch):
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    line = written(say=lambda log: log.warning("eu: gone"))
    assert line.endswith("+00:00 warning eu: gone\n")


@pytest.mark.parametrize(("method", "number"), [("info", 6), ("warning", 4), ("error", 3), ("critical", 2)])
def test_under_systemd_a_line_begins_with_its_priority(monkeypatch, method, number):
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    monkeypatch.setenv("INVOCATION_ID", "x")
    assert written(say=lambda log: getattr(log, method)("text")) == f"<{number}>text\n"


def test_the_level_is_kept():
    assert written("warning", say=lambda log: log.info("unheard")) == ""


def test_json_is_one_object_a_line():
    row = json.loads(written(as_json=True, say=lambda log: log.error("für %s", "Bo")))
    assert {key: row[key] for key in ("level", "logger", "message")} == {
        "level": "error",
        "logger": "daemon.test",
        "message": "für Bo",
    }


@pytest.mark.parametrize("evil", ["a\n<3>forged", "a\r\nb", "a\x1b[31mred", "a\u2028b", "a\u202eb", "a\0b"])
@pytest.mark.parametrize("as_json", [True, False])
def test_a_mail_cannot_forge_a_line_or_colour_a_terminal(evil, as_json):
    line = written(as_json=as_json, say=lambda log: log.warning("host says %s", evil))
    assert line.count("\n") == 1
    assert all(character.isprintable() for character in line.rstrip("\n"))


def test_an_exception_is_one_line_without_a_stack():
    line = written(say=raise_and_log)
    assert line.count("\n") == 1
    assert "it failed: ValueError in raise_and_log, line" in line
    assert "first line" in line
    assert "second line" not in line
    assert "Traceback" not in line


def test_a_broken_stream_does_not_stop_the_service(capsys):
    class Full(io.StringIO):
        def write(self, text):
            raise OSError(28, "No space left on device")

    logs.configure("info", as_json=False, stream=Full())
    logging.getLogger("daemon.test").error("text")
    assert capsys.readouterr().err == ""
