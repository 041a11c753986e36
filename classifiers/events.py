"""What happened in the matter, by the mail's words: filed, asked, reminded, decided, appealed, closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from classifiers.wording import Sentence, Wording
from config.vocabulary import Event, Kind

_TROUBLES = ("reason.wrong_item", "reason.damaged_or_defective", "reason.missing_parts", "reason.not_as_described")
_TOLD_EARLY = 10
"""Body sentences among which a first notice tells what the buyer reports; a table's cells count one each."""
_EARLY = 3
"""Body sentences that carry the news; what follows explains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReading:
    """The event, how sure the words are of it (0..1) and the phrase that decided."""

    event: Event | None
    certainty: float
    because: str


def read_event(kind: Kind, wording: Wording, *, decided_mark: bool = False) -> EventReading:
    """The event of a mail of this kind; `decided_mark` is true when a machine mark says that the matter is closed."""
    reader = _READERS.get(kind)
    if reader is None:
        return EventReading(event=None, certainty=1.0, because="")
    return reader(wording, decided_mark)


def _strength(wording: Wording, *concepts: str) -> float:
    """How strongly a mail states a concept: the subject counts three, the first sentences two, others one."""
    return max((_place(sentence) for sentence in wording.saying(*concepts)), default=0.0)


def _place(sentence: Sentence) -> float:
    if sentence.index < 0:
        return 3.0
    return 2.0 if sentence.index <= _EARLY else 1.0


def _total(wording: Wording, *concepts: str) -> float:
    return sum(_place(sentence) for sentence in wording.saying(*concepts))


def _total_without(against: str, wording: Wording, *concepts: str) -> float:
    """The total of the sentences that do not also say the contrary: "we cannot reimburse you" reimburses nobody."""
    return sum(_place(sentence) for sentence in wording.saying(*concepts) if not sentence.says(against))


def _debits(wording: Wording) -> float:
    """How strongly a debit is stated; "nothing is debited" states none."""
    return sum(_place(sentence) for sentence in wording.saying("debit") if sentence.says_apart("debit", "nodebit"))


def _reminds(wording: Wording) -> float:
    """Strength of "we asked before and still wait"; that the buyer got no answer is the buyer's story, no reminder."""
    places = (_place(s) for s in wording.saying("remind") if not s.names("wrote_you") or s.index < 0)
    return max(places, default=0.0)


def _settles(wording: Wording) -> float:
    """How strongly the matter is said to be settled; "received a broken one" settles nothing."""
    return sum(_place(s) for s in wording.saying("settled") if not s.names(*_TROUBLES))


def _asks_for_more(wording: Wording) -> float:
    """Strength of a request for information; a link such as "More information" asks for none."""
    telling = (s for s in wording.saying("need_info") if s.index < 0 or not _is_label(s) or s.says("action"))
    return max((_place(s) for s in telling), default=0.0)


def _is_label(sentence: Sentence) -> bool:
    """A heading, a link or a table cell: few words and no full stop."""
    return sentence.short and not sentence.text.rstrip().endswith((".", "。", "!", "?"))


def _result(wording: Wording, event: Event, certainty: float, *concepts: str) -> EventReading:
    phrase = wording.phrase(*concepts)
    because = f'"{phrase}" means {event.value}' if phrase else f"nothing else is said, so {event.value}"
    return EventReading(event=event, certainty=certainty, because=because)


def _claim_event(wording: Wording, decided_mark: bool) -> EventReading:
    return (
        _appeal_event(wording)
        or _withdrawn_event(wording)
        or _decision_event(wording, decided_mark)
        or _question_event(wording)
    )


def _appeal_event(wording: Wording) -> EventReading | None:
    """A decided appeal, or a question inside an appeal; nothing when the mail only offers one."""
    if not wording.says("appeal_reviewed") and not wording.subject.says("appeal"):
        return None
    won = _total(wording, "reversed", "fav_seller") + _total(wording, "credited")
    lost = _total(wording, "upheld", "final")
    for sentence in wording.sentences:
        about_appeal = sentence.names("appeal")
        if sentence.says("denied"):
            won, lost = (won, lost + 2) if about_appeal and not sentence.says("reversed") else (won + 1.5, lost)
        if sentence.says("granted") and about_appeal:
            won += 1
        if sentence.short and sentence.says("denied_short", "granted_short") and not sentence.names("claim"):
            won, lost = (won, lost + 1.5) if sentence.says("denied_short") else (won + 1.5, lost)
    if max(won, lost) < 1:
        return None
    if won > lost:
        return _result(
            wording, Event.APPEAL_GRANTED, _margin(won, lost), "reversed", "fav_seller", "credited", "denied"
        )
    return _result(wording, Event.APPEAL_DENIED, _margin(lost, won), "upheld", "final", "denied")


def _margin(first: float, second: float) -> float:
    return min(1.0, 0.6 + 0.4 * (first - second) / max(first, 1.0))


def _withdrawn_event(wording: Wording) -> EventReading | None:
    strength = _strength(wording, "withdrawn")
    closed = _strength(wording, "closed")
    if strength >= 2 and not (wording.says("granted", "fav_buyer") and strength < 3):
        return _result(wording, Event.WITHDRAWN, 0.95, "withdrawn")
    if wording.says("you_refunded") and closed and not wording.says("granted", "fav_seller", "denied"):
        return _result(wording, Event.WITHDRAWN, 0.85, "you_refunded")
    return None


def _decision_event(wording: Wording, decided_mark: bool) -> EventReading | None:
    granted = _total(wording, "granted", "fav_buyer") + 0.7 * _debits(wording) + _total(wording, "amazon_pays")
    refunded = _total(wording, "refunded")
    granted += 0.8 * refunded
    denied = _total(wording, "denied", "fav_seller") + 0.5 * _total(wording, "nodebit")
    for sentence in wording.sentences:
        if sentence.short:
            granted += _place(sentence) * 0.7 if sentence.says("granted_short") else 0
            denied += _place(sentence) * 0.7 if sentence.says("denied_short") else 0
    if (wording.says("amazon_pays") or refunded) and not wording.says("denied", "fav_seller"):
        denied -= 0.5 * _total(wording, "nodebit")
    news = _strength(
        wording, "granted", "fav_buyer", "denied", "fav_seller", "amazon_pays", "decision", "debit", "refunded"
    )
    if decided_mark:
        news += 1
    asked = wording.subject.says("action", "need_info", "remind") and not wording.subject.says("decision")
    needed = 2.0 + (1.5 if asked else 0) - (1.0 if decided_mark else 0)
    if max(granted, denied) < needed or news < 2:
        return _closed_without_word(wording, decided_mark)
    if denied > granted:
        return _result(wording, Event.DENIED, _margin(denied, granted), "denied", "fav_seller", "nodebit")
    return _result(wording, Event.GRANTED, _margin(granted, denied), "granted", "fav_buyer", "amazon_pays", "debit")


def _closed_without_word(wording: Wording, decided_mark: bool) -> EventReading | None:
    asks = wording.says("remind", "need_info", "action")
    if _strength(wording, "closed") >= 2 and not asks:
        return _result(wording, Event.WITHDRAWN, 0.6, "closed")
    if decided_mark and not asks and not wording.says("filed"):
        return _result(wording, Event.GRANTED, 0.4, "decision")
    return None


def _tells_of_a_new_claim(wording: Wording) -> bool:
    """A question that begins with what the buyer reports and wants, and speaks of no claim that is known already."""
    known = wording.subject.says("need_info", "remind") or wording.subject.names("appeal")
    spoken_of = any(s.names("claim") and not _is_label(s) for s in wording.body)
    return not known and not spoken_of and any(_tells_the_trouble(wording))


def _tells_the_trouble(wording: Wording) -> Iterator[bool]:
    """For each early sentence, whether it says what the buyer reports, also as the value in a row of a table."""
    label = False
    for sentence in wording.body[:_TOLD_EARLY]:
        about = sentence.names("buyer_says", "customer", "label_reason")
        yield (about or label) and any(name.startswith("reason.") for name in sentence.stated)
        label = about and sentence.short


def _question_event(wording: Wording) -> EventReading:
    remind, filed, info = _reminds(wording), _strength(wording, "filed"), _asks_for_more(wording)
    if remind >= 2 and not (max(filed, info) == 3 and remind < 3):
        return _result(wording, Event.REMINDER, 0.95 if remind == 3 else 0.85, "remind")
    if info == 3 and filed < 3:
        return _result(wording, Event.INFO_REQUESTED, 0.95, "need_info")
    if filed >= 2 or (filed and not info):
        return _result(wording, Event.OPENED, 0.95 if filed == 3 else 0.85, "filed")
    if info and _tells_of_a_new_claim(wording):
        return _result(wording, Event.OPENED, 0.7, "buyer_says", "guarantee")
    if info and not wording.says("no_action"):
        return _result(wording, Event.INFO_REQUESTED, 0.8 if info > 1 else 0.65, "need_info")
    if remind:
        return _result(wording, Event.REMINDER, 0.6, "remind")
    if wording.says("action") and not wording.says("no_action"):
        told = _tells_of_a_new_claim(wording)
        return _result(wording, Event.OPENED if told else Event.INFO_REQUESTED, 0.7 if told else 0.45, "action")
    return _result(wording, Event.OPENED, 0.7 if wording.says("no_action") else 0.45, "no_action")


def _request_event(wording: Wording, decided_mark: bool) -> EventReading:
    settled, remind = _settles(wording), _reminds(wording)
    if wording.subject.says("no_action", "settled") and not wording.subject.says("action"):
        settled += 1
    asks = _strength(wording, "action")
    if settled >= 2 and not ((remind == 3 or asks) and settled < 5):
        return _result(wording, Event.CLOSED, 0.85, "settled")
    if remind >= 2:
        return _result(wording, Event.REMINDER, 0.9 if remind == 3 else 0.8, "remind")
    if settled >= 3 and not asks:
        return _result(wording, Event.CLOSED, 0.7, "settled")
    return _result(wording, Event.OPENED, 0.9 if not remind and not settled else 0.7, "contacted", "action")


def _names_in_a_row(wording: Wording, *concepts: str) -> bool:
    """Whether a table's row gives the decision to one side: a cell that says "ruling", and the next one the side."""
    rows = zip(wording.body, wording.body[1:], strict=False)
    return any(
        label.short and value.short and label.says("decision", "decision_word") and value.names(*concepts)
        for label, value in rows
    )


def _chargeback_event(wording: Wording, decided_mark: bool) -> EventReading:
    won = (
        _total(wording, "fav_seller", "reversed") + 0.7 * _total(wording, "credited") + 0.5 * _total(wording, "nodebit")
    )
    lost = _total(wording, "fav_buyer", "upheld") + 0.7 * (_debits(wording) + _total(wording, "denied"))
    won += _total(wording, "chargeback_won") + 2 * _names_in_a_row(wording, "seller_word")
    lost += _total(wording, "chargeback_lost") + 2 * _names_in_a_row(wording, "customer", "holder_word")
    if wording.says("amazon_pays"):
        won, lost = won + 1, lost - 0.7 * _total(wording, "debit")
    decided = _strength(wording, "decision", "fav_seller", "fav_buyer", "chargeback_won", "chargeback_lost", "upheld")
    remind = _reminds(wording)
    if max(won, lost) >= 2 and decided >= 2 and not wording.subject.says("action", "remind"):
        if won > lost:
            return _result(
                wording, Event.WON, _margin(won, lost), "chargeback_won", "fav_seller", "reversed", "credited"
            )
        return _result(wording, Event.LOST, _margin(lost, won), "chargeback_lost", "fav_buyer", "upheld", "debit")
    if remind >= 2:
        return _result(wording, Event.REMINDER, 0.9, "remind")
    return _result(wording, Event.OPENED, 0.9 if not max(won, lost) else 0.7, "filed", "action")


def _safe_t_event(wording: Wording, decided_mark: bool) -> EventReading:
    granted = _total_without("denied", wording, "granted", "fav_seller", "credited", "safet_paid")
    denied = _total(wording, "denied", "upheld")
    for sentence in wording.sentences:
        if sentence.short:
            granted += _place(sentence) if sentence.says("granted_short") else 0
            denied += _place(sentence) if sentence.says("denied_short") else 0
    if max(granted, denied) >= 2:
        event = Event.GRANTED if granted > denied else Event.DENIED
        return _result(
            wording, event, _margin(max(granted, denied), min(granted, denied)), "granted", "denied", "safet_paid"
        )
    if _strength(wording, "need_info", "remind") and not wording.says("no_action"):
        return _result(wording, Event.INFO_REQUESTED, 0.85, "need_info", "remind")
    return _result(wording, Event.OPENED, 0.8, "filed")


_READERS: Mapping[Kind, Callable[[Wording, bool], EventReading]] = {
    Kind.ATOZ_CLAIM: _claim_event,
    Kind.CS_REQUEST: _request_event,
    Kind.CHARGEBACK: _chargeback_event,
    Kind.SAFE_T: _safe_t_event,
}
