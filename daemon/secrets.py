"""Secrets from systemd credentials or files that nobody else can read; never from the settings file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from config.settings import Secret, Server


class SecretUnavailable(Exception):
    """A secret cannot be had; the sentence names its place and the next step, never the secret."""


def secrets_of(server: Server) -> list[Secret]:
    """Every secret that the login there needs."""
    oauth = server.oauth
    places = (server.password, *((oauth.refresh_token, oauth.client_secret) if oauth else ()))
    return [place for place in places if place is not None]


def read_secret(secret: Secret) -> str:
    """The secret without its trailing line end; SecretUnavailable says what to mend."""
    path = _place(secret)
    try:
        with path.open("rb") as file:
            if secret.file is not None:
                _refuse_open_file(path, os.fstat(file.fileno()))
            content = file.read(65536)
    except FileNotFoundError as error:
        raise SecretUnavailable(f"the secret {path} does not exist; put the password there, mode 0600") from error
    except OSError as error:
        raise SecretUnavailable(f"the secret {path} cannot be read: {error.strerror}") from error
    return _text(content, path)


def _place(secret: Secret) -> Path:
    if secret.file is not None:
        return secret.file
    directory = os.environ.get("CREDENTIALS_DIRECTORY")
    if not directory:
        raise SecretUnavailable(
            f"the credential {secret.credential} is passed by systemd alone (LoadCredential={secret.credential}:PATH); "
            'outside the unit use password = { file = "PATH" } or set CREDENTIALS_DIRECTORY'
        )
    return Path(directory) / str(secret.credential)


def _refuse_open_file(path: Path, status: os.stat_result) -> None:
    """Only the owner may read a secret, and the owner is this process's user or root."""
    if not stat.S_ISREG(status.st_mode):
        raise SecretUnavailable(f"the secret {path} is no plain file")
    if stat.S_IMODE(status.st_mode) & 0o177:
        mode = stat.S_IMODE(status.st_mode)
        raise SecretUnavailable(f"the secret {path} has mode {mode:04o}; others could read it: chmod 600 {path}")
    if status.st_uid not in (0, os.geteuid()):
        raise SecretUnavailable(f"the secret {path} belongs to another user; chown it to the one that runs claimclock")


def _text(content: bytes, path: Path) -> str:
    try:
        text = content.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise SecretUnavailable(f"the secret {path} is not UTF-8 text") from error
    if not text or "\0" in text or "\n" in text or "\r" in text:
        raise SecretUnavailable(f"the secret {path} must hold the password alone, on one line")
    return text
