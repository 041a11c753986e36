"""The project's own invented texts, which the statistical voter is trained on."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from config.vocabulary import EVENTS_OF_KIND, LANGUAGES, Event, Kind

Slots = Mapping[str, list[str]]
Tables = Mapping[str, Mapping[str, Mapping[str, list[str]]]]

FILES = tuple(f"{language}{part}" for language in LANGUAGES for part in ("", ".second", ".third"))


TEAM = "team"
"""The writer of texts that a team has corrected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One invented text: subject in the first line, who might have written it, and what it is."""

    text: str
    kind: Kind
    event: Event | None
    language: str
    style: str

    @property
    def label(self) -> str:
        """The class that is learnt: the kind, with its event where the kind has one."""
        return f"{self.kind}.{self.event}" if self.event else str(self.kind)


def read_corpus() -> tuple[Sample, ...]:
    """Every text of the corpus in a fixed order, slots filled, half of them with a greeting and a footer around."""
    slots, around = tomllib.loads(_corpus("slots")), tomllib.loads(_corpus("boilerplate"))
    tables = [(name[:2], tomllib.loads(_corpus(name))) for name in FILES]
    tables += tomllib.loads(_corpus("near_misses")).items()
    return tuple(
        _dressed(sample, around[language])
        for language, kinds in tables
        for sample in _samples(language, kinds, {**slots["common"], **slots[language]})
    )


def corpus_hash() -> str:
    """SHA-256 over the corpus files, by which a model tells what it was made from."""
    digest = hashlib.sha256()
    for name in ("slots", "boilerplate", "deadline_roles", "near_misses", *FILES):
        digest.update(_corpus(name).encode())
    return digest.hexdigest()


def _corpus(name: str) -> str:
    return (files("classifiers") / "corpus" / f"{name}.toml").read_text(encoding="utf-8")


def _samples(language: str, tables: Tables, slots: Slots) -> Iterator[Sample]:
    for kind_name, topics in tables.items():
        kind = Kind(kind_name)
        for topic, styles in topics.items():
            event = Event(topic) if kind in EVENTS_OF_KIND else None
            for style, texts in styles.items():
                for text in texts:
                    yield Sample(text=_filled(text, slots), kind=kind, event=event, language=language, style=style)


def _filled(text: str, slots: Slots) -> str:
    """The text with each slot filled, the choice fixed by the text itself."""
    turn = _turn(text)
    return text.format_map({name: choices[turn % len(choices)] for name, choices in slots.items()})


def _dressed(sample: Sample, around: Slots) -> Sample:
    """Half of the texts as they stand in many mails: between a greeting and a footer that say nothing of the matter."""
    turn = _turn(sample.text)
    if turn % 2:
        return sample
    subject, _, body = sample.text.partition("\n")
    above = around["above"][turn % len(around["above"])].replace("{store}", "Seller")
    below = around["below"][turn // 7 % len(around["below"])]
    return Sample(
        text=f"{subject}\n{above}\n{body}\n{below}",
        kind=sample.kind,
        event=sample.event,
        language=sample.language,
        style=sample.style,
    )


def _turn(text: str) -> int:
    """A small number fixed by the text, for choices that must come out the same each time."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:2], "big")
