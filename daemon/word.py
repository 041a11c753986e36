"""Word to the others on a case when somebody takes it, answers it or ends it, by reply or by command."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from classifiers.commands import CommandKind
from config.settings import Person
from daemon.cases import Case
from daemon.desk import Desk, Post
from daemon.storage import bundle_rows, outbox_rows, reply_rows
from daemon.storage.bundle_rows import Item
from daemon.storage.engine import Transaction
from responders.answer import Standing, word_of_several, word_to_others
from responders.voice import TeamVoice

_TOLD = frozenset(
    {
        *(CommandKind.MINE, CommandKind.ASSIGN, CommandKind.DONE, CommandKind.REOPEN),
        *(CommandKind.WON, CommandKind.LOST, CommandKind.WRONG),
    }
)
"""Commands of which the others on the case hear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What was said, and by whom."""

    command: CommandKind
    who: str
    remark: str
    holder: str
    """To whom an `assign` gave the case, by name; else empty."""
    identity: str
    """Of this saying: the same saying is told once."""
    kind: str = ""
    """What a `wrong` says that the case is."""


def tell_others(tx: Transaction, word: Word, case: Case, case_id: int, desk: Desk, now: datetime) -> int:
    """Letters to everybody else who was written to about the case, and to the person who has it now; how many."""
    if word.command not in _TOLD or desk.post is None or desk.team is None:
        return 0
    addresses = {person.name: person.address.lower() for person in desk.team.people}
    sender, holder = addresses.get(word.who, ""), addresses.get(word.holder, "")
    others = {each for each in reply_rows.told_about(tx, case_id) if each in desk.team.addresses} - {sender, holder}
    count = 0
    for to_holder, to in ((False, sorted(others)), (True, [holder] if holder and holder != sender else [])):
        people = [person for each in to if (person := person_at(desk, each))]
        for number, person in enumerate(people):
            letter = word_to_others(
                word.command.value,
                {"who": word.who, "remark": word.remark, "person": word.holder, "kind": word.kind},
                standing_of(case),
                identity=f"{word.identity}:{number}",
                to_holder=to_holder,
                team=voice_for(person, desk.post),
                now=now,
            )
            count += outbox_rows.enqueue(tx, letter, desk.post.copies(letter, (person.address,)), now, case_id)
    return count


def tell_others_of_several(tx: Transaction, said: Sequence[tuple[Word, Case, int]], desk: Desk, now: datetime) -> int:
    """One letter a person about all the cases that somebody spoke of at once; how many."""
    if len(said) == 1:
        word, case, case_id = said[0]
        return tell_others(tx, word, case, case_id, desk, now)
    if desk.post is None or desk.team is None:
        return 0
    addresses = {person.name: person.address.lower() for person in desk.team.people}
    heard: dict[str, list[tuple[Word, Case, int]]] = defaultdict(list)
    for word, case, case_id in said:
        if word.command not in _TOLD:
            continue
        told = {each for each in reply_rows.told_about(tx, case_id) if each in desk.team.addresses}
        for address in sorted((told | {addresses.get(word.holder, "")}) - {addresses.get(word.who, ""), ""}):
            heard[address].append((word, case, case_id))
    return sum(_tell_of_several(tx, address, found, desk, desk.post, now) for address, found in heard.items())


def _tell_of_several(
    tx: Transaction, address: str, found: Sequence[tuple[Word, Case, int]], desk: Desk, post: Post, now: datetime
) -> bool:
    person = person_at(desk, address)
    if person is None:
        return False
    letter = word_of_several(
        [
            (word.command.value, {"who": word.who, "remark": word.remark, "person": word.holder}, standing_of(case))
            for word, case, _ in found
        ],
        identity=f"{found[0][0].identity}:{address}",
        team=voice_for(person, post),
        now=now,
    )
    items = [Item(code=case.number, case_id=case_id) for _, case, case_id in found]
    bundle = bundle_rows.add(tx, letter.key, items, now)
    return outbox_rows.enqueue(tx, letter, post.copies(letter, (person.address,), bundle=bundle), now, None)


def person_at(desk: Desk, address: str) -> Person | None:
    """The person in the team list with this address."""
    people = desk.team.people if desk.team else ()
    return next((person for person in people if person.address.lower() == address), None)


def zone_of(who: Person, post: Post) -> ZoneInfo:
    """The person's own zone, else the team's."""
    return ZoneInfo(who.time_zone) if who.time_zone else post.voice.zone


def voice_for(who: Person, post: Post) -> TeamVoice:
    """The team's voice as this person reads it."""
    return post.voice.to(who)


def standing_of(case: Case) -> Standing:
    """How the case stands, for a letter."""
    return Standing(
        number=case.number,
        kind=case.kind,
        order_ids=case.order_ids,
        status=case.status,
        respond_by=case.respond_by,
    )
