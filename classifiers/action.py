"""Is something demanded of the team, with or without a limit (contract, section 2)."""

from __future__ import annotations

from classifiers.wording import Sentence, Wording
from config.vocabulary import Event, Kind

_ASKING = frozenset({Event.INFO_REQUESTED, Event.REMINDER})
_LIMITED = frozenset({Kind.ATOZ_CLAIM, Kind.ACCOUNT_HEALTH, Kind.SUPPORT_CASE})


def action_required(kind: Kind, event: Event | None, wording: Wording, *, limit: str = "") -> tuple[bool, str]:
    """Whether something is demanded, and the words for it; an optional appeal and a no-action notice demand nothing.

    `limit` is the phrase of a limit that the mail sets for an answer: who sets one demands, whatever the words.
    """
    if kind is Kind.UNRELATED:
        return False, ""
    if event in _ASKING:
        return True, wording.phrase("remind", "need_info", "action")
    if event is Event.OPENED:
        demanded, phrase = _opened(kind, wording)
    elif event is not None:
        return False, ""
    else:
        demanded, phrase = _without_event(kind, wording)
    if not demanded and limit and kind in _LIMITED and not says_no_action(wording):
        return True, limit
    return demanded, phrase


def _opened(kind: Kind, wording: Wording) -> tuple[bool, str]:
    if kind is Kind.SAFE_T:
        return False, ""
    if kind is Kind.CS_REQUEST:
        return True, wording.phrase("ask", "action", "contacted")
    demanded = _demand(wording)
    if wording.subject.says("action"):
        return True, wording.subject.phrase("action")
    if says_no_action(wording):
        return False, wording.phrase("no_action", "nothing")
    return bool(demanded) or kind is Kind.CHARGEBACK, demanded


def says_no_action(wording: Wording) -> bool:
    """Whether nothing is asked now, also as a short answer: "What do I have to do? Nothing for now."."""
    return wording.says("no_action") or any(
        s.short and s.says("nothing") and _leads(s, "nothing") for s in wording.body
    )


def _leads(sentence: Sentence, concept: str) -> bool:
    return any(seen.concept == concept and seen.start <= 12 for seen in sentence.sightings)


def _demand(wording: Wording) -> str:
    """The words of the first demand: stated, no question, an imperative at a sentence's head included."""
    for sentence in wording.sentences:
        if sentence.says("action", "help_needed") and (not sentence.question or sentence.index < 0):
            return sentence.phrase("action", "help_needed")
        if any(seen.concept == "imperative" and seen.start <= 2 for seen in sentence.sightings):
            return sentence.phrase("imperative")
    return ""


def _without_event(kind: Kind, wording: Wording) -> tuple[bool, str]:
    demanded = _demand(wording)
    if kind is Kind.BUYER_MESSAGE:
        released = wording.says("no_action") or not wording.says("action", "ask")
        thanks = wording.says("thanks_only") and released and not _asks(wording)
        return not thanks, wording.phrase("thanks_only") if thanks else demanded
    if kind is Kind.RETURN_REQUEST:
        return _return_wants_an_answer(wording)
    if kind in (Kind.ACCOUNT_HEALTH, Kind.SUPPORT_CASE):
        if says_no_action(wording) and not wording.subject.says("action", "help_needed"):
            return False, wording.phrase("no_action", "settled")
        return bool(demanded) or wording.says("help_needed", "need_info"), demanded
    urged = wording.subject.says("action") or (wording.says("cancel_request") and bool(demanded))
    return urged and not says_no_action(wording), demanded


def _return_wants_an_answer(wording: Wording) -> tuple[bool, str]:
    if wording.says("return_must"):
        return True, wording.phrase("return_must")
    done = wording.says("return_authorised") or says_no_action(wording)
    return not done and wording.says("action", "return_decide"), wording.phrase("return_decide", "action")


def _asks(wording: Wording) -> bool:
    return any(sentence.question for sentence in wording.body)
