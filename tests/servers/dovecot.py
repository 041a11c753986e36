"""Dovecot from Debian's packages as a private foreground instance on free loopback ports, fresh for each test."""

import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from servers.certificates import Certificate

USER, PASSWORD = "alice", "s3cret word"

CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
{internal_users}
mail_location = maildir:{home}/mail/%u
mail_max_userip_connections = {connections}
auth_mechanisms = plain login{mechanisms}
auth_failure_delay = 0
{oauth}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {home}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


OAUTH = """passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {home}/oauth2.conf
}}"""

OAUTH_FILE = """tokeninfo_url = {url}
username_attribute = username
username_format = %n
active_attribute = active
active_value = true
"""


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class Dovecot:
    """One instance; `start` and `stop` may alternate, mail stays."""

    def __init__(self, certificate: Certificate, *, connections: int = 100, look_url: str = "") -> None:
        # A short path: Unix sockets allow 107 characters.
        self.home = Path(tempfile.mkdtemp(prefix="dc-", dir="/tmp"))
        self.port, self.tls_port = free_port(), free_port()
        self.users = {USER: PASSWORD}
        self._numbers = count()
        self._process: subprocess.Popen[bytes] | None = None
        # Dovecot refuses mail users with uid 0, so root borrows nobody; anyone else runs as themselves.
        owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._owner = owner
        group = "nogroup" if os.geteuid() == 0 else str(owner.pw_gid)
        internal = (
            ""
            if os.geteuid() == 0
            else f"default_login_user = {owner.pw_name}\ndefault_internal_user = {owner.pw_name}\n"
            f"default_internal_group = {group}"
        )
        text = CONFIGURATION.format(
            home=self.home,
            certificate=certificate.certificate,
            key=certificate.key,
            internal_users=internal,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            port=self.port,
            tls_port=self.tls_port,
            connections=connections,
            mechanisms=" xoauth2 oauthbearer" if look_url else "",
            oauth=OAUTH.format(home=self.home) if look_url else "",
        )
        (self.home / "oauth2.conf").write_text(OAUTH_FILE.format(url=look_url))
        self.home.chmod(0o755)
        (self.home / "mail").mkdir()
        self._give(self.home / "mail")
        self._configuration = self.home / "dovecot.conf"
        self._configuration.write_text(text)

    def start(self) -> None:
        (self.home / "users").write_text("".join(f"{name}:{word}\n" for name, word in self.users.items()))
        self._process = subprocess.Popen(
            ["dovecot", "-F", "-c", str(self._configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.tls_port), timeout=1) as sock:
                sock.close()
                return
            time.sleep(0.02)
        raise TimeoutError(f"Dovecot did not start: {self.log()}")

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(20)
            self._process = None

    def kill_sessions(self) -> None:
        """SIGKILL to every process that serves a logged-in user."""
        assert self._process is not None
        for entry in Path("/proc").iterdir():
            with suppress(OSError, ValueError, IndexError):
                command = (entry / "cmdline").read_bytes().split(b"\0")[0]
                if command == b"dovecot/imap" and self._is_ours(entry):
                    os.kill(int(entry.name), signal.SIGKILL)

    def _is_ours(self, entry: Path) -> bool:
        assert self._process is not None
        parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        return parent == self._process.pid

    def log(self) -> str:
        path = self.home / "dovecot.log"
        return path.read_text(errors="replace")[-2000:] if path.exists() else "no log"

    def deliver(self, mails: Iterable[bytes], mailbox: str = "INBOX", user: str = USER) -> None:
        """Put mails straight into the Maildir, as a delivery agent would."""
        box = self.home / "mail" / user if mailbox == "INBOX" else self.home / "mail" / user / f".{mailbox}"
        for part in ("tmp", "new", "cur"):
            (box / part).mkdir(parents=True, exist_ok=True)
        for directory in (self.home / "mail" / user, box, *(box / p for p in ("tmp", "new", "cur"))):
            self._give(directory)
        for number, raw in zip(self._numbers, mails, strict=False):
            name = f"{1_700_000_000 + number}.M{number:06}P1.test"
            (box / "tmp" / name).write_bytes(raw.replace(b"\r\n", b"\n"))
            self._give(box / "tmp" / name)
            (box / "tmp" / name).rename(box / "new" / name)  # a server that reads meanwhile sees whole mails only

    def forget_uids(self, user: str = USER) -> None:
        """Lose the UID list while stopped: the next SELECT has another UIDVALIDITY."""
        for path in (self.home / "mail" / user).glob("dovecot*"):
            path.unlink()

    def client(self, user: str = USER) -> imaplib.IMAP4:
        """Another person's mail program in the same mailbox."""
        client = imaplib.IMAP4("127.0.0.1", self.port)
        client.login(user, f'"{self.users[user]}"' if " " not in self.users[user] else self.users[user])
        return client

    def close(self) -> None:
        self.stop(signal.SIGTERM)
        shutil.rmtree(self.home, ignore_errors=True)

    def _give(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self._owner.pw_uid, self._owner.pw_gid)


def require_dovecot() -> None:
    if shutil.which("dovecot") is None:
        pytest.skip("dovecot is not installed (Debian: dovecot-imapd)")


@pytest.fixture
def dovecot(certificate: Certificate) -> Iterator[Dovecot]:
    """A running Dovecot with the empty mailboxes of alice."""
    require_dovecot()
    server = Dovecot(certificate)
    server.start()
    yield server
    server.close()
