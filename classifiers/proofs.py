"""Which items of the checklist a file proves: by words in its name, of a fitting type, or by what its table states."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from classifiers.export_values import folded
from config.evidence import EvidencePolicy, evidence_policy

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def proved_by(*texts: str, kind: str, facts: Collection[str] = ()) -> tuple[str, ...]:
    """Keys of the items that a file proves, in the policy's order.

    `texts` are the file's name, then its folders, then what was said of it: the first that says anything counts. `kind`
    is the file's, of filetypes.CLASSES; `facts` are those that a table states.
    """
    policy = evidence_policy()
    found = {key for key, rule in policy.items.items() if rule.proof.facts and set(rule.proof.facts) <= set(facts)}
    for text in texts:
        named = {key for key in _named(text, policy) if kind in policy.items[key].proof.types}
        if named:
            found |= named
            break
    return tuple(key for key in policy.items if key in found)


def item_called(text: str) -> str | None:
    """The item that a person means: its key, its short name in a team language, or words that name it alone."""
    policy, said = evidence_policy(), folded(text)
    for key, rule in policy.items.items():
        if said == folded(key) or said in (folded(each.short) for each in rule.texts.values()):
            return key
    named = set(_named(text, policy))
    return named.pop() if len(named) == 1 else None


def _named(text: str, policy: EvidencePolicy) -> Iterator[str]:
    """Items of which a word stands in the text; a word inside a longer one of another item does not count."""
    said = f" {folded(_CAMEL.sub(' ', _ENDING.sub('', text)))} "
    sightings: list[tuple[int, int, str]] = []
    for key, rule in policy.items.items():
        for word in (folded(key), *rule.proof.words):
            wanted = f" {word} " if word.isascii() else word
            place = said.find(wanted)
            while place >= 0:
                lead = int(word.isascii())
                sightings.append((place + lead, place + lead + len(word), key))
                place = said.find(wanted, place + 1)
    for start, end, key in sightings:
        inside = any(first <= start and end <= last and last - first > end - start for first, last, _ in sightings)
        if not inside:
            yield key
