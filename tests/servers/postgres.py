"""PostgreSQL from Debian's packages: one private server a test session on a Unix socket, one database a test."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

_NUMBERS = count(1)


def _program(name: str) -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if found:
        return found[-1]
    on_path = shutil.which(name)
    return Path(on_path) if on_path else None


class Postgres:
    """A running server; nobody but this session reaches it."""

    def __init__(self) -> None:
        # A short path: Unix sockets allow 107 characters. Outside pytest's own folders, which only root may enter.
        self.home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self._owner = _unprivileged()
        os.chown(self.home, self._owner.pw_uid, self._owner.pw_gid)
        self._run("initdb", "-D", f"{self.home}/data", "-U", "test", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={self.home} -c fsync=off"
        self._run(
            "pg_ctl", "-D", f"{self.home}/data", "-w", "-t", "30", "-l", f"{self.home}/log", "-o", options, "start"
        )

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"test{next(_NUMBERS)}"
        self._run("createdb", "-h", str(self.home), "-U", "test", name)
        return f"postgresql://test@/{name}?host={self.home}"

    def close(self) -> None:
        self._run("pg_ctl", "-D", f"{self.home}/data", "-m", "immediate", "stop")
        shutil.rmtree(self.home, ignore_errors=True)

    def _run(self, name: str, *arguments: str) -> None:
        """Run a program as an unprivileged user: PostgreSQL refuses root."""
        program = _program(name)
        assert program is not None
        change = {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []} if _is_root() else {}
        # To a file, not a pipe: the server that pg_ctl leaves behind would keep a pipe open.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [str(program), *arguments], cwd=self.home, stdout=output, stderr=output, check=False, **change
            )
            output.seek(0)
            assert done.returncode == 0, output.read().decode(errors="replace")


def _is_root() -> bool:
    return os.geteuid() == 0


def _unprivileged() -> pwd.struct_passwd:
    """Ourselves, or for root the user that Debian made for PostgreSQL, else nobody."""
    if not _is_root():
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL."""
    missing = [name for name in ("initdb", "pg_ctl", "createdb") if _program(name) is None]
    if missing:
        pytest.skip(f"PostgreSQL is not installed: no {', '.join(missing)} (Debian: postgresql)")
    pytest.importorskip("psycopg", reason="psycopg is not installed (extra: postgresql)")
    server = Postgres()
    yield server
    server.close()
