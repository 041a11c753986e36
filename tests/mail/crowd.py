"""Varied mails without end: the other writers' mails, each lap with order ids and Message-IDs of its own."""

import re
from collections.abc import Iterator
from itertools import count

from mail.compact import as_bytes, written_by


def crowd() -> Iterator[bytes]:
    texts = [as_bytes(mail) for name in ("second_writer", "writer_a", "writer_b") for mail in written_by(name)]
    for number in count():
        lap = number // len(texts)
        raw = texts[number % len(texts)].replace(b"@eu-west-1.", f".{lap}@eu-west-1.".encode())
        yield re.sub(rb"-(\d{7})-(\d{3})", rb"-\1-%03d" % lap, raw)
