"""An IMAP server with the habits of real ones on a bad day; each test overrides what it is about."""

import re
from contextlib import AbstractContextManager, suppress

from servers.scripted import Line, scripted_server


class FakeImap:
    """Answers just enough of IMAP4rev1; `mails` is UID to bytes."""

    greeting = "* OK ready"
    capabilities = "IMAP4rev1"
    uidvalidity = "* OK [UIDVALIDITY 7] ok"

    def __init__(self, mails: dict[int, bytes] | None = None) -> None:
        self.mails = mails if mails is not None else {1: b"Subject: a\r\n\r\none\r\n", 2: b"Subject: b\r\n\r\ntwo\r\n"}
        self.heard: list[str] = []
        self.idling: list[Line] = []

    def serving(self) -> AbstractContextManager[int]:
        return scripted_server(self.converse)

    def converse(self, line: Line, number: int) -> None:
        line.say(self.greeting)
        while command := line.hear():
            self.heard.append(command)
            tag, _, rest = command.partition(" ")
            name = rest.split(" ")[0].upper()
            handler = getattr(self, f"on_{name.lower()}", None)
            if name == "UID":
                handler = getattr(self, f"on_uid_{rest.split(' ')[1].lower()}")
            if handler is None:
                line.say(f"{tag} BAD unknown command")
            else:
                handler(line, tag, rest)

    def on_capability(self, line: Line, tag: str, rest: str) -> None:
        line.say(f"* CAPABILITY {self.capabilities}")
        line.say(f"{tag} OK done")

    def on_login(self, line: Line, tag: str, rest: str) -> None:
        line.say(f"{tag} OK logged in")

    def on_id(self, line: Line, tag: str, rest: str) -> None:
        line.say("* ID NIL")
        line.say(f"{tag} OK done")

    def on_examine(self, line: Line, tag: str, rest: str) -> None:
        line.say(f"* {len(self.mails)} EXISTS")
        if self.uidvalidity:
            line.say(self.uidvalidity)
        line.say(f"* OK [UIDNEXT {max(self.mails, default=0) + 1}] next")
        line.say(f"{tag} OK [READ-ONLY] done")

    def on_uid_search(self, line: Line, tag: str, rest: str) -> None:
        line.say("* SEARCH " + " ".join(map(str, self.mails)))
        line.say(f"{tag} OK done")

    def on_uid_fetch(self, line: Line, tag: str, rest: str) -> None:
        wanted = [int(uid) for uid in rest.split(" ")[2].split(",")]
        sequence = {uid: number for number, uid in enumerate(self.mails, 1)}
        for uid in (uid for uid in wanted if uid in self.mails):
            head = f"* {sequence[uid]} FETCH (UID {uid} "
            if "BODY.PEEK" in rest:
                line.raw(head.encode() + self.body(uid, rest) + b")\r\n")
            else:
                line.say(
                    f'{head}RFC822.SIZE {self.size(uid)} INTERNALDATE "20-Nov-2026 10:30:00 +0000" FLAGS (\\Seen))'
                )
        line.say(f"{tag} OK done")

    def body(self, uid: int, rest: str) -> bytes:
        raw, name = self.mails[uid], "BODY[]"
        if piece := re.search(r"<(\d+)\.(\d+)>", rest):
            offset, length = int(piece[1]), int(piece[2])
            raw, name = raw[offset : offset + length], f"BODY[]<{offset}>"
        return f"{name} {{{len(raw)}}}\r\n".encode() + raw

    def size(self, uid: int) -> int:
        return len(self.mails[uid])

    def on_idle(self, line: Line, tag: str, rest: str) -> None:
        self.idling.append(line)
        line.say("+ idling")
        said = line.hear()
        self.idling.remove(line)
        self.heard.append(said)
        if said.upper() == "DONE":
            line.say(f"{tag} OK done")

    def tell(self, news: str) -> None:
        """Say something to everybody who waits in IDLE."""
        for line in list(self.idling):
            line.say(news)

    def on_logout(self, line: Line, tag: str, rest: str) -> None:
        with suppress(OSError):
            line.say("* BYE bye")
            line.say(f"{tag} OK done")
        line.hang_up()
