"""What is due now beside mail: notices to the operator, decided as values, then posted once each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from daemon.desk import Desk
from daemon.oauth_state import TokenState, token_news
from daemon.sending import DeliveryState, Ending, Via
from daemon.storage.outbox_rows import Delivery
from responders.operator import operator_letter

LETTER_OF_ENDING = {
    DeliveryState.FAILED: "delivery_failed",
    DeliveryState.HELD: "delivery_failed",
    DeliveryState.AMBIGUOUS: "delivery_ambiguous",
    DeliveryState.REFUSED: "address_refused",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One letter to the operator; the same notice, facts and occasion are sent once."""

    name: str
    facts: Mapping[str, str]
    occasion: str


def quarantine_notice(count: int, now: datetime) -> list[Notice]:
    """At most one a day while mail lies in quarantine."""
    if count == 0:
        return []
    return [Notice(name="quarantined", facts={"count": str(count)}, occasion=now.strftime("%Y-%m-%d"))]


def cap_notices(held_back: Mapping[str, int], now: datetime) -> list[Notice]:
    """At most one an hour for each person whose letters wait because there were too many."""
    occasion = now.strftime("%Y-%m-%dT%H")
    return [Notice(name="letters_capped", facts={"recipient": to}, occasion=occasion) for to in sorted(held_back)]


def delivery_notices(ended: Iterable[tuple[Delivery, Ending]]) -> list[Notice]:
    """A notice for each letter that will not arrive, or perhaps did not; never about a letter to the operator."""
    notices = []
    for delivery, ending in ended:
        name = LETTER_OF_ENDING.get(ending.state)
        if name is None or delivery.key.startswith("operator:") or delivery.via is not Via.MAIL:
            continue
        if ending.state is DeliveryState.REFUSED:
            facts = {"address": delivery.recipient}
        else:
            facts = {"recipient": delivery.recipient, "letter": delivery.key, "reply": ending.reply}
        notices.append(Notice(name=name, facts=facts, occasion=str(delivery.id)))
    return notices


def template_notices(faults: Iterable[tuple[str, str]], now: datetime) -> list[Notice]:
    """At most one a day for each place in a team's template that broke."""
    occasion = now.strftime("%Y-%m-%d")
    return [
        Notice(name="template_broken", facts={"template": place, "error": fault}, occasion=occasion)
        for place, fault in faults
    ]


def token_notices(states: Iterable[TokenState], now: datetime) -> list[Notice]:
    """A notice when a token cannot be renewed, and others before one ends."""
    return [Notice(name=n.name, facts=n.facts, occasion=n.occasion) for n in token_news(states, now)]


def sweep(desk: Desk, operator: str, now: datetime) -> int:
    """Look at everything that can be due, and write what is; how many letters."""
    told_today = f"notice:quarantined:{now:%Y-%m-%d}"
    quarantined = len(desk.store.quarantined()) if desk.store.get_fact(told_today) is None else 0
    if quarantined:
        desk.store.set_fact(told_today, str(quarantined), now)
    return post(
        desk,
        [
            *quarantine_notice(quarantined, now),
            *cap_notices(desk.store.held_back(now), now),
            *template_notices(desk.post.faults.take() if desk.post else (), now),
        ],
        operator,
        now,
    )


def post(desk: Desk, notices: Iterable[Notice], operator: str, now: datetime) -> int:
    """Write the letters that were not written before; how many there were."""
    return sum(_post(desk, notice, operator, now) for notice in notices)


def _post(desk: Desk, notice: Notice, operator: str, now: datetime) -> bool:
    if desk.post is None:
        return False
    letter = operator_letter(notice.name, notice.facts, team=desk.post.voice, now=now, occasion=notice.occasion)
    return desk.send(letter, now, to=(operator,))
