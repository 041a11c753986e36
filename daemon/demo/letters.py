"""The letters that the demonstration's team receives, kept as files: .eml for a mail client, .html for a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from html import escape
from pathlib import Path


@dataclass(slots=True)
class LetterFolder:
    """Numbers the letters in the order of their arrival and writes each as .eml and .html into `directory`."""

    directory: Path
    subjects: dict[str, str] = field(default_factory=dict)
    """File name without suffix to subject, in the order of arrival."""
    recipients: set[str] = field(default_factory=set)
    message_ids: set[str] = field(default_factory=set)

    def keep(self, raw: bytes, recipients: list[str]) -> None:
        """Write one letter down; a copy of it to a further person adds that recipient only."""
        self.recipients.update(recipients)
        message = message_from_bytes(raw, policy=default)
        if message["Message-ID"] in self.message_ids:
            return
        self.message_ids.add(message["Message-ID"])
        subject = str(message["Subject"] or "")
        name = f"{len(self.subjects) + 1:02}-{_slug(subject)}"
        self.subjects[name] = subject
        (self.directory / f"{name}.eml").write_bytes(raw)
        page = message.get_body(("html",))
        if page is not None:
            (self.directory / f"{name}.html").write_text(page.get_content(), encoding="utf-8")

    def write_index(self) -> Path:
        """A page that links every letter, for a browser."""
        rows = "\n".join(
            f'<li><a href="{escape(name)}.html">{escape(subject)}</a></li>' for name, subject in self.subjects.items()
        )
        head = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Letters to the team</title>'
        page = f"{head}<h1>Letters to the team</h1><ol>{rows}</ol></html>"
        path = self.directory / "index.html"
        path.write_text(page, encoding="utf-8")
        return path


def _slug(subject: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", subject.lower()).strip("-")[:60] or "letter"
