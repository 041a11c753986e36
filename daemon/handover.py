"""What a command asks of the running service when that one has the database: a folder in, an answer out.

SQLite has one writer. A command that finds the service to be it lays its request into the service's `requests`
directory, where the service looks every second; the answer lies there a moment later. A request is a folder made aside
and renamed into place, so it is there whole or not at all, also with files:

    .ID.new/  →  ID.request/{request.json, files…}  →  ID.taken/  →  ID.answer

Whoever may write into the directory may ask: it belongs to the service's user alone (mode 0700), and what another user
owns or could change is not taken. A request that nobody took in time is withdrawn by whoever asked, so nothing happens
behind people's backs; one that was under way when the service was killed is answered as unclear, never done twice.
"""

from __future__ import annotations

import json
import logging
import os
import pwd
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from daemon.faults import Refused, told
from daemon.storage.store import Store

log = logging.getLogger(__name__)

DIRECTORY = "handover"
"""The fact that names the running service's `requests` directory."""

PATIENCE, LONG_PATIENCE = 20.0, 300.0
"""Seconds that a command waits until its request is taken, and until a taken one is answered."""

_LARGEST = 1024 * 1024
_FORGOTTEN = timedelta(hours=1)
_LOOK = 0.05

Arguments = Mapping[str, Any]
"""Values that JSON can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a deed says when it is done: what to print, and the command's exit status."""

    text: str
    status: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as the service takes it."""

    name: str
    arguments: Arguments
    now: datetime | None
    """The time to work at, for a command with `--now`; null for the clock."""
    files: tuple[Path, ...]
    """Copies of the files that the command named, in the service's reach until the answer is written."""


Obey = Callable[[Request], Done]
"""What the service does with a request; `Refused` when it cannot."""


def place_of(store: Store) -> Path | None:
    """Where the service that holds this database takes requests; null when none has been heard of for a while."""
    from daemon.work import HEARTBEAT

    named, beat = store.get_fact(DIRECTORY), store.get_fact(HEARTBEAT)
    if not named or not beat or datetime.now(UTC) - datetime.fromisoformat(beat) > timedelta(minutes=2):
        return None
    return Path(named)


def ask(
    place: Path,
    name: str,
    arguments: Arguments,
    *,
    now: datetime | None = None,
    files: Sequence[Path] = (),
    patience: float = PATIENCE,
) -> Done:
    """Ask the service and wait for its answer; Refused with its reason, or when it does not answer in time."""
    number = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(8)}"
    lying, taken, answer = (place / f"{number}.{end}" for end in ("request", "taken", "answer"))
    _lay(place, number, name, arguments, now, files, patience)
    try:
        for _ in _while(patience, lambda: lying.exists()):
            pass
        if lying.exists() and _withdrawn(place, number):
            raise Refused(
                f"the running service did not take the request within {patience:.0f} s, so nothing was done; "
                "`claimclock status` says what it does"
            )
        for _ in _while(LONG_PATIENCE, lambda: not answer.exists()):
            pass
    except BaseException:
        _withdrawn(place, number)
        raise
    if not answer.exists():
        where = "is still at it" if taken.exists() else "was stopped meanwhile"
        raise Refused(f"the running service {where}; look at what became of it before you repeat the command")
    found = json.loads(answer.read_text(encoding="utf-8"))
    answer.unlink(missing_ok=True)
    if "refused" in found:
        raise Refused(str(found["refused"]))
    return Done(text=str(found["text"]), status=int(found["status"]))


def _lay(
    place: Path,
    number: str,
    name: str,
    arguments: Arguments,
    now: datetime | None,
    files: Sequence[Path],
    patience: float,
) -> None:
    aside = place / f".{number}.new"
    try:
        aside.mkdir(mode=0o700)
    except OSError as error:
        raise Refused(
            f"the running service takes requests in {place}, where this user cannot write ({error.strerror}); "
            f"run the command as the service's user: sudo -u {_owner(place)} claimclock ..."
        ) from error
    names = []
    for index, file in enumerate(files):
        names.append(f"{index:04d}-{file.name}"[:200])
        shutil.copyfile(file, aside / names[-1])
    until = datetime.now(UTC) + timedelta(seconds=patience)
    request = {
        "name": name,
        "arguments": dict(arguments),
        "now": now.isoformat() if now else None,
        "files": names,
        "until": until.isoformat(),
    }
    _write(aside / "request.json", request)
    aside.rename(place / f"{number}.request")


def _owner(place: Path) -> str:
    try:
        return pwd.getpwuid(place.stat().st_uid).pw_name
    except (OSError, KeyError):
        return "claimclock"


def _withdrawn(place: Path, number: str) -> bool:
    """Whether the request could still be taken back."""
    aside = place / f".{number}.new"
    with suppress(OSError):
        (place / f"{number}.request").rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
        return True
    return False


def _while(seconds: float, condition: Callable[[], bool]) -> Iterator[None]:
    end = time.monotonic() + seconds
    while condition() and time.monotonic() < end:
        time.sleep(_LOOK)
        yield


def open_place(place: Path) -> None:
    """Make the directory ready when the service starts: readable by its user alone, and without what is left over.

    Requests that were under way when an earlier service ended are answered as unclear.
    """
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.chmod(0o700)
    for taken in place.glob("*.taken"):
        why = "the service was stopped while it did this; look at what became of it before you repeat the command"
        _answer(place, taken.name.removesuffix(".taken"), {"refused": why})
    _sweep(place)


def answer_all(place: Path, obey: Obey) -> int:
    """Take every request that lies there, oldest first, and write its answer; how many were answered."""
    try:
        found = sorted(entry.name for entry in os.scandir(place) if entry.name.endswith(".request"))
    except FileNotFoundError:
        return 0
    for name in found:
        number = name.removesuffix(".request")
        with suppress(FileNotFoundError):  # withdrawn meanwhile
            (place / name).rename(place / f"{number}.taken")
            _answer(place, number, _outcome(place / f"{number}.taken", obey))
    return len(found)


def _outcome(folder: Path, obey: Obey) -> dict[str, object]:
    try:
        request, until = _read(folder)
        if datetime.now(UTC) > until:
            return {"refused": "the request came too late to the service; nothing was done"}
        done = obey(request)
        log.info("asked by a command: %s", request.name)
        return {"text": done.text, "status": done.status}
    except Refused as refusal:
        return {"refused": str(refusal)}
    except Exception as error:
        log.exception("a request of a command failed")
        return {"refused": told(error)}


def _read(folder: Path) -> tuple[Request, datetime]:
    """A request that this user made, and until when it stands."""
    _check(folder, stat.S_ISDIR)
    file = folder / "request.json"
    _check(file, stat.S_ISREG)
    if file.stat().st_size > _LARGEST:
        raise Refused("the request is too large")
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        paths = tuple(folder / Path(name).name for name in found["files"])
        now, until = found["now"], datetime.fromisoformat(found["until"])
        request = Request(
            name=str(found["name"]),
            arguments=dict(found["arguments"]),
            now=datetime.fromisoformat(now) if now else None,
            files=paths,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"the request cannot be read: {error}") from error
    for path in paths:
        _check(path, stat.S_ISREG)
    return request, until


def _check(path: Path, is_right: Callable[[int], bool]) -> None:
    """Refuse what is not the service's own, what others may change, and links."""
    found = path.lstat()
    if not is_right(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise Refused(f"{path.name} is not a request of the service's own user")


def _answer(place: Path, number: str, found: Mapping[str, object]) -> None:
    aside = place / f".{number}.answering"
    _write(aside, found)
    aside.rename(place / f"{number}.answer")
    _remove(place / f"{number}.taken")


def _write(path: Path, found: Mapping[str, object]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(found, file, ensure_ascii=False)


def _sweep(place: Path) -> None:
    """Take away what nobody will come for."""
    oldest = time.time() - _FORGOTTEN.total_seconds()
    for path in place.iterdir():
        with suppress(OSError):
            if path.lstat().st_mtime < oldest and path.suffix in (".answer", ".new", ".answering", ".request"):
                _remove(path)


def _remove(path: Path) -> None:
    """Whatever it is; what a link points to stays."""
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
