import errno
import logging
import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from daemon.room import Room, storage_trouble

NO_DISK_HAS_THIS = 2**62


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO])
def test_errors_of_the_disk_pause_intake(number):
    assert storage_trouble(OSError(number, "said by the kernel")) == "said by the kernel"


@pytest.mark.parametrize("text", ["database or disk is full", "attempt to write a readonly database", "disk I/O error"])
def test_errors_of_the_database_that_mean_the_disk_pause_intake(text):
    error = OperationalError("INSERT", {}, sqlite3.OperationalError(text))
    assert text in storage_trouble(error)


def test_an_error_behind_an_error_is_found():
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as error:
            raise RuntimeError("cannot keep the mail") from error
    except RuntimeError as error:
        assert storage_trouble(error) == "No space left on device"


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOENT, "No such file"),
        RuntimeError("database or disk is full"),
        OperationalError("x", {}, sqlite3.OperationalError("no such table: mails")),
    ],
)
def test_other_errors_are_faults_and_no_pause(error):
    assert storage_trouble(error) is None


def test_a_full_disk_is_told_once_and_its_end_once(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    room = Room(tmp_path, least_free_bytes=NO_DISK_HAS_THIS)
    assert [room.is_open() for _ in range(3)] == [False] * 3
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "MiB are free" in caplog.text
    room.resume()
    room.resume()
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert room.paused_because is None


def test_after_an_error_of_the_disk_intake_goes_on_as_soon_as_a_file_can_be_written(tmp_path):
    room = Room(tmp_path, least_free_bytes=0)
    room.pause("No space left on device")
    assert room.is_open()
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_is_gone_pauses_intake(tmp_path):
    room = Room(tmp_path / "gone", least_free_bytes=0)
    assert not room.is_open()
    assert "No such file" in room.paused_because
