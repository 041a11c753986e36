"""`config sign-in`: a refresh token for an account, by a browser anywhere, into a file that only its owner reads."""

from __future__ import annotations

import os
from pathlib import Path

from config.settings import Server, Settings
from daemon.connection import plain
from daemon.faults import Refused
from daemon.oauth_endpoint import EndpointDown, GrantRefused, ask
from daemon.oauth_sign_in import SignIn, SignInFailed
from daemon.secrets import SecretUnavailable, read_secret
from daemon.terminal import console
from daemon.workspace import required_settings


def sign_in(name: str, *, to: Path | None, settings_path: Path | None) -> int:
    """Sign in for an account, or "smtp", and keep the refresh token; 1 when the provider gives none."""
    server = _server(required_settings(settings_path), name)
    oauth = server.oauth
    if oauth is None or not oauth.authorize_url:
        raise Refused(
            f'{name} does not log in by a sign-in: it needs auth = "xoauth2" and an oauth table with provider'
        )
    place = to or (oauth.refresh_token.file if oauth.refresh_token else None)
    if place is None:
        raise Refused("say where the token goes: --to FILE, which LoadCredential= in the unit then names")
    attempt = SignIn(oauth=oauth, username=server.username or "")
    screen = console()
    screen.print(f"1. Open this address in any browser and sign in as {server.username}:\n")
    print(attempt.address)
    screen.print('\n2. The browser ends at a page on "localhost" that cannot be loaded: that is right.')
    screen.print("   Copy its whole address from the address bar, paste it here, and press Enter.\n")
    try:
        code = attempt.code_in(_line())
        secret = read_secret(oauth.client_secret) if oauth.client_secret else None
        grant = ask(oauth.token_url, attempt.form(code, secret), server)
    except (SignInFailed, SecretUnavailable, GrantRefused, EndpointDown) as error:
        screen.print(plain(str(error)), style="red", soft_wrap=True)
        return 1
    if grant.refresh_token is None:
        screen.print("The provider gave no refresh token; the scope must allow offline access.", style="red")
        return 1
    _keep(place, grant.refresh_token)
    screen.print(f"The refresh token is in {place}, mode 0600. Try it: claimclock check --online", soft_wrap=True)
    return 0


def _server(settings: Settings, name: str) -> Server:
    servers = {account.name: account.server for account in settings.accounts} | {"smtp": settings.smtp}
    if name not in servers:
        raise Refused(f"there is no account {name}; the settings name {', '.join(servers)}")
    return servers[name]


def _line() -> str:
    try:
        return input()
    except EOFError:
        raise SignInFailed("no address was given") from None


def _keep(place: Path, token: str) -> None:
    """Replace the file as a whole; a link is not followed."""
    temporary = place.with_name(f".{place.name}.{os.getpid()}.tmp")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        owner = (place if place.exists() else place.parent).stat()
        with os.fdopen(os.open(temporary, flags, 0o600), "w", encoding="utf-8") as file:
            if os.geteuid() == 0:
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)  # who reads it now must read it still
            file.write(token + "\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(place)
    except OSError as error:
        raise Refused(f"{place} cannot be written: {error.strerror}") from error
