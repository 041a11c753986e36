"""Is something demanded of the team, with or without a limit (contract, section 2)."""

from __future__ import annotations

from classifiers.wording import Wording
from config.vocabulary import Event, Kind

_ASKING = frozenset({Event.INFO_REQUESTED, Event.REMINDER})


def action_required(kind: Kind, event: Event | None, wording: Wording) -> tuple[bool, str]:
    """Whether the mail demands something, and the words for it; an optional appeal and a no-action notice demand nothing."""
    if kind is Kind.UNRELATED:
        return False, ""
    if event in _ASKING:
        return True, wording.phrase("remind", "need_info", "action")
    if event is Event.OPENED:
        return _opened(kind, wording)
    if event is not None:
        return False, ""
    return _without_event(kind, wording)


def _opened(kind: Kind, wording: Wording) -> tuple[bool, str]:
    if kind is Kind.SAFE_T:
        return False, ""
    if kind is Kind.CS_REQUEST:
        return True, wording.phrase("ask", "action", "contacted")
    demanded = wording.phrase("action")
    if wording.subject.says("action"):
        return True, demanded
    if wording.says("no_action"):
        return False, wording.phrase("no_action")
    return bool(demanded) or kind is Kind.CHARGEBACK, demanded


def _without_event(kind: Kind, wording: Wording) -> tuple[bool, str]:
    demanded = wording.phrase("action")
    if kind is Kind.BUYER_MESSAGE:
        thanks = wording.says("thanks_only") and not wording.says("action", "ask") and not _asks(wording)
        return not thanks, wording.phrase("thanks_only") if thanks else demanded
    if kind is Kind.RETURN_REQUEST:
        done = wording.says("return_authorised") or wording.says("no_action")
        return not done and wording.says("action", "return_decide"), demanded
    if kind in (Kind.ACCOUNT_HEALTH, Kind.SUPPORT_CASE):
        if wording.says("no_action", "settled") and not wording.subject.says("action", "help_needed"):
            return False, wording.phrase("no_action", "settled")
        return bool(demanded) or wording.says("help_needed", "need_info"), demanded
    return wording.subject.says("action") or (wording.says("cancel_request") and bool(demanded)), demanded


def _asks(wording: Wording) -> bool:
    return any(sentence.question for sentence in wording.body)
