"""A provider's token endpoint on loopback, and the look at a token that Dovecot asks for (RFC 6749, RFC 7662)."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class TokenServer:
    """Hands out access tokens for one user; every refresh token works once when `rotates`."""

    def __init__(self, user: str = "alice") -> None:
        self.user = user
        self.port = 0
        self.rotates = True
        self.expires_in = 3600
        self.more: dict[str, object] = {}
        """Put into every answer."""
        self.refresh = "seed-token"
        self.valid: set[str] = set()
        """Access tokens that the mail server takes."""
        self.asked: list[dict[str, str]] = []
        self.answers: list[tuple[int, bytes, dict[str, str]]] = []
        """Said instead, one a question, as long as there are some."""
        self._number = 0

    def say(self, status: int, body: object, **headers: str) -> None:
        """Answer the next question so."""
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append((status, text, {name.replace("_", "-"): value for name, value in headers.items()}))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/token?v=2"

    @property
    def look_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/look?access_token="

    def answer(self, form: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        self.asked.append(form)
        if self.answers:
            return self.answers.pop(0)
        if form.get("grant_type") == "refresh_token" and form.get("refresh_token") != self.refresh:
            text = {"error": "invalid_grant", "error_description": "The token has been revoked."}
            return 400, json.dumps(text).encode(), {}
        self._number += 1
        token = f"access-{self._number}"
        self.valid.add(token)
        told: dict[str, object] = {"access_token": token, "token_type": "Bearer", "expires_in": self.expires_in}
        if self.rotates and form.get("grant_type") in ("refresh_token", "authorization_code"):
            self.refresh = f"refresh-{self._number}"
            told["refresh_token"] = self.refresh
        return 200, json.dumps(told | self.more).encode(), {}

    def look(self, token: str) -> tuple[int, bytes, dict[str, str]]:
        if token not in self.valid:
            return 401, b"{}", {}
        return 200, json.dumps({"username": self.user, "active": True}).encode(), {}


@contextmanager
def serving(server: TokenServer) -> Iterator[TokenServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._reply(server.answer({name: values[0] for name, values in parse_qs(body).items()}))

        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            self._reply(server.look(query.get("access_token", [""])[0]))

        def _reply(self, answer: tuple[int, bytes, dict[str, str]]) -> None:
            status, body, headers = answer
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.port = http.server_port
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
