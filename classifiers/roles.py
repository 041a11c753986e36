"""Whose time is it: each expression is weighed by the signals around it, because no single cue word generalises."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice

from classifiers.aims import ANSWER_WEIGHT, LEAD_WEIGHT, UNNAMED_APPEAL, WEIGHTS, Aim
from classifiers.dates import locate_expressions
from classifiers.sentences import Sentence, sentences
from classifiers.temporal.folding import fold
from classifiers.temporal.lexicon import cue_words
from classifiers.temporal.reading import Reading
from classifiers.temporal.tokens import tokenise
from classifiers.temporal.values import Expression, Lead, RelativeDay, Span

Cues = Mapping[str, tuple[tuple[int, int], ...]]

_CLAUSES = (1.0, 0.75, 0.5, 0.3)
"""How much a cue counts by the number of clause marks between it and the expression."""
_NEAR, _FAR = 6, 14
"""Words from the expression within which a cue against it counts in full, and beyond which it counts little."""
_SHORT = 7
"""Tokens of a short answer: "Nothing at this point."."""
_HAVE_REACH = 8
"""Tokens that may stand between "you have" and its time."""
_ROWS = 12
"""Rows above a cell that are searched for its column's head."""
_LONGEST_ROW = 1000
"""Characters of a table row that are looked at."""
_LABEL_REACH = 4
"""Tokens that may stand between a row's label and its value."""
_ONWARD = 0.6
"""How much the demand of the sentence before counts for "You have 48 hours."."""
_IMPERATIVE = 0.6
"""What a demand gains at the head of its sentence, where it is an imperative."""


_CONDITIONAL = 1.0
"""What an open "if we ask" gains in a first notice: the usual window stands there."""
_FIRM_SOFTENS = {"false": 0.5, "third": 0.5, "history": 0.7}
"""Against a demand in so many words these count less: "send us the carrier's delivery confirmation within ..."."""
_CONDITION_SOFTENS = {"false": 0.5, "third": 0.4, "history": 0.7, "general": 0.6, "ours": 0.4}
"""In "if we need more, the seller has ..." Amazon and the seller are third persons without harm."""
_SWALLOWS = frozenset({"silence", "asked_before", "told", "no_action", "false", "history", "wish", "ours"})
"""Cues whose words are not also read as a demand: the "reply" of "no reply"."""
_SWALLOWED = frozenset({"demand", "must", "you_have", "imperative"})
_APPEALS = frozenset({"appeal", "object"})
_PARTS = frozenset({"false", "history", "third", "general"})
"""Cues that count for nothing as a part of a demand's own longer words: "proof of delivery"."""
_AGAINST = frozenset(cue for cue, weight in ANSWER_WEIGHT.items() if weight < 0)
_MOST = 400
"""Time expressions of a mail that are looked at: a bound for hostile mail and for long reports."""
_STATEMENT = frozenset({"must", "demand", "ours", "third", "history", "imperative"})
"""Cues that the verb of a condition would be taken for."""
_IDLE = frozenset({"no_action", "nothing"})
_OWN_WORDS = frozenset({"you_have", "left", "limit"})
"""Cues that count although they are the expression's own words: "you have 48 hours"."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One expression with the weight of evidence that it is the limit asked for."""

    expression: Expression
    weight: float
    conditional: bool
    supposed: bool
    """Whether its sentence only supposes: "if", "when", "then"."""
    firm: bool
    """Whether its sentence demands a deed in so many words: "please ... send", or an imperative."""
    because: tuple[str, ...]


class Scene:
    """A reading with its expressions, its sentences and the cues of each sentence that somebody asks about."""

    def __init__(self, reading: Reading) -> None:
        """Find the expressions and the sentences of a reading."""
        self.reading = reading
        self.located = tuple(islice(locate_expressions(reading), _MOST))
        self.sentences = sentences(reading, [(start, end) for _, start, end in self.located])
        self._lexicon = cue_words(reading.language)
        self._firsts = self._lexicon.firsts(reading.tokens.texts)
        self._cues: dict[int, Cues] = {}

    def cues(self, number: int) -> Cues:
        """Give the cues of a sentence: cue class -> token spans where it stands."""
        known = self._cues.get(number)
        if known is None:
            known = self._cues[number] = self._find_cues(self.sentences[number])
        return known

    def sentences_with(self, wanted: frozenset[str]) -> list[int]:
        """Give the sentences in which one of these cues may stand; the others have none of them for certain."""
        places = [place for place, first in enumerate(self._firsts) if not first.reach.isdisjoint(wanted)]
        ends = [part.end for part in self.sentences]
        return sorted({bisect_right(ends, place) for place in places} - {len(ends)})

    def _find_cues(self, sentence: Sentence) -> Cues:
        found: dict[str, list[tuple[int, int]]] = {}
        tokens, at = self.reading.tokens, self._lexicon.at
        for place, first in enumerate(self._firsts[sentence.start : sentence.end], sentence.start):
            if first.nodes:
                for cue, (_, behind) in at(tokens, place, first).items():
                    found.setdefault(cue, []).append((place, behind))
        _take_verb_first(found, sentence)
        _drop_parts_of_longer(found)
        taken = {place for cue in _SWALLOWS & found.keys() for spot in found[cue] for place in range(*spot)}
        return {
            cue: kept
            for cue, spots in found.items()
            if (kept := tuple(one for one in spots if cue not in _SWALLOWED or one[0] not in taken))
        }


def _drop_parts_of_longer(found: dict[str, list[tuple[int, int]]]) -> None:
    """Read "proof of delivery" as what is asked for, not as a delivery: a longer phrase of a demand swallows these."""
    longer = [spot for cue in ("demand", "you_have") for spot in found.get(cue, ())]
    for cue in _PARTS & found.keys():
        found[cue] = [one for one in found[cue] if not any(_is_part(one, whole) for whole in longer)]
    for cue in [cue for cue, spots in found.items() if not spots]:
        del found[cue]


def _is_part(one: tuple[int, int], whole: tuple[int, int]) -> bool:
    return whole[0] <= one[0] and one[1] <= whole[1]


def _take_verb_first(found: dict[str, list[tuple[int, int]]], sentence: Sentence) -> None:
    """Read "Brauchen wir mehr, ..." at the head of a sentence as "if we need more"; elsewhere it is no condition."""
    heads = [spot for spot in found.pop("verb_first", ()) if spot[0] <= sentence.start + 1]
    if not heads or "silence" in found or sentence.is_question:
        return
    start, end = heads[0]
    for cue in _STATEMENT & found.keys():
        found[cue] = [spot for spot in found[cue] if not start <= spot[0] < end]
    for cue in ("condition", "ask_more"):
        found.setdefault(cue, []).append((start, end))


def candidates(scene: Scene, aim: Aim, *, is_open: Callable[[Expression], bool]) -> tuple[Candidate, ...]:
    """Weigh the time expressions of a scene for which `is_open` holds, in the order of the text."""
    found = []
    number = 0
    for expression, place, behind in scene.located:
        while number + 1 < len(scene.sentences) and scene.sentences[number].end <= place:
            number += 1
        if is_open(expression):
            found.append(_weigh(scene, number, (place, behind - 1), expression, aim))
    return tuple(found)


def says_no_action(scene: Scene) -> bool:
    """Tell whether the mail says, outside a condition, that nothing has to be done now.

    That is a phrase such as "no action is needed", or the short answer to a heading: "What do you need to do? Nothing."
    """
    return any(
        "condition" not in scene.cues(number) and ("no_action" in scene.cues(number) or _answers_nothing(scene, number))
        for number in scene.sentences_with(_IDLE)
    )


def _answers_nothing(scene: Scene, number: int) -> bool:
    """Tell whether a short "Nothing for now." answers a heading that asks what you must do."""
    part, cues = scene.sentences[number], scene.cues(number)
    if number == 0 or "nothing" not in cues or "silence" in cues or part.end - part.start > _SHORT:
        return False
    heading, asked = scene.sentences[number - 1], scene.cues(number - 1)
    return heading.end - heading.start <= 2 * _SHORT and not asked.keys().isdisjoint({"must", "faq"})


def _weigh(scene: Scene, number: int, place: tuple[int, int], expression: Expression, aim: Aim) -> Candidate:
    weights = WEIGHTS[aim]
    sentence, cues = scene.sentences[number], scene.cues(number)
    total = LEAD_WEIGHT[expression.lead] + _shape(expression, asked=_is_asked(sentence, cues, place[0]))
    because = []
    imperative = _is_imperative(sentence, cues)
    firm = imperative or ("demand" in cues and "must" in cues and not _speaks_of_others(sentence, cues))
    conditional = _is_conditional(scene, number) or (aim is Aim.WINDOW and not firm and _only_supposes(scene, number))
    total += _CONDITIONAL if conditional and aim is Aim.WINDOW else 0.0
    for cue, spots in cues.items():
        share = _softened(cue, firm=firm, conditional=conditional)
        share *= max(_share(scene.reading, sentence, cue, spot, place, expression.lead) for spot in spots)
        if share and cue in weights:
            total += weights[cue] * share
            because.append(cue)
    column = _column_label(scene.reading, expression)
    if column is not None and column not in because:
        total += weights.get(column, 0.0)
        because.append(column)
    if imperative:
        total += _IMPERATIVE
        because.append("imperative")
    total += _from_before(scene, number, weights, aim)
    if sentence.is_question and "demand" not in cues and "must" not in cues:
        total -= 1.0
    supposed = conditional or "condition" in cues or "then" in cues
    return Candidate(expression, round(total, 2), conditional, supposed, firm, tuple(because))


def _softened(cue: str, *, firm: bool, conditional: bool) -> float:
    return min(
        _FIRM_SOFTENS.get(cue, 1.0) if firm else 1.0,
        _CONDITION_SOFTENS.get(cue, 1.0) if conditional else 1.0,
    )


def _column_label(reading: Reading, expression: Expression) -> str | None:
    """Name the label cue that heads the expression's table column, from the rows above it; null when there is none."""
    text = reading.source
    first = max(0, expression.start - _LONGEST_ROW)
    line = text.rfind("\n", first, expression.start) + 1
    if line == 0 and first > 0:
        return None
    column = text.count("\t", line, expression.start)
    if "\t" not in text[line : line + _LONGEST_ROW].partition("\n")[0]:
        return None
    for _ in range(_ROWS):
        above = text.rfind("\n", max(0, line - _LONGEST_ROW), max(0, line - 1)) + 1
        cells = text[above : line - 1].split("\t") if line else [""]
        if len(cells) <= column or len(cells) < 2:
            return None
        head = tokenise(fold(cells[column]).text)
        found = cue_words(reading.language).at(head, 0) if len(head) else {}
        cue = next((name for name in ("label", "ship_label") if name in found), None)
        if cue is not None:
            return cue
        line = above
    return None


def _is_imperative(sentence: Sentence, cues: Cues) -> bool:
    """Tell whether a demand stands at the head of the sentence or of a clause."""
    heads = _heads(sentence)
    return any(spot[0] in heads for cue in ("demand", "imperative") for spot in cues.get(cue, ()))


def _speaks_of_others(sentence: Sentence, cues: Cues) -> bool:
    """Tell whether somebody else has to do it: a clause begins with them, and a "must" follows or no "you" is there."""
    heads = _heads(sentence)
    others = [spot for spot in cues.get("third", ()) if spot[0] in heads]
    theirs = any(0 <= must[0] - spot[1] <= 1 for spot in others for must in cues.get("must", ()))
    return theirs or (bool(others) and "you" not in cues)


def _heads(sentence: Sentence) -> set[int]:
    return {sentence.start, sentence.start + 1, *(mark + 1 for mark in sentence.marks)}


def _share(
    reading: Reading, sentence: Sentence, cue: str, spot: tuple[int, int], place: tuple[int, int], lead: Lead
) -> float:
    """Give how much of a cue's weight reaches the expression: less over clause marks and, against it, over words."""
    start, end = place
    if spot[0] >= start and spot[1] <= end + 1 and cue not in _OWN_WORDS:
        return 0.0
    if cue in {"label", "ship_label"}:
        return 1.0 if spot[0] <= sentence.start + 3 and spot[1] <= start <= spot[1] + _LABEL_REACH else 0.0
    if cue == "must" and lead is Lead.NONE and spot[1] == start:
        return -1.0  # "servono 24 ore", "needs 24 hours": how long something takes
    if cue == "you_have" and not 0 <= start - spot[1] <= _HAVE_REACH and spot[1] <= start:
        return 0.3  # an auxiliary far off: "ha comprato ... entro"
    marks = sentence.clauses_between(spot[0], start)
    if cue == "silence":
        return 1.0 if marks == 0 or spot[0] > start or lead is Lead.AFTER else -0.3
    share = _CLAUSES[min(marks, len(_CLAUSES) - 1)]
    if cue in _AGAINST:
        width = 2 if reading.tokens.kind(spot[0]) == "letter" else 1
        distance = (start - spot[1] if spot[0] < start else spot[0] - end) / width
        share *= 1.0 if distance <= _NEAR else 0.6 if distance <= _FAR else 0.35
    return share


def _is_asked(sentence: Sentence, cues: Cues, place: int) -> bool:
    """Tell whether a deed is asked for in the very clause of an expression: "can you please tell me today"."""
    return all(
        any(not sentence.clauses_between(spot[0], place) for spot in cues.get(cue, ())) for cue in ("demand", "must")
    )


def _shape(expression: Expression, *, asked: bool) -> float:
    """Weigh the expression itself: a bare day without a limit word is seldom a limit, unless it says today."""
    value = expression.value
    if expression.lead is not Lead.NONE:
        return 0.0
    if isinstance(value, Span):
        return -0.3
    if asked and isinstance(value.day, RelativeDay):
        return -0.3
    return -0.3 if value.clock is not None and value.day is not None else -1.6


def _from_before(scene: Scene, number: int, weights: Mapping[str, float], aim: Aim) -> float:
    """Take over part of what the sentence before says, when this one goes on about it."""
    cues = scene.cues(number)
    goes_on = not cues.keys().isdisjoint({"you_have", "limit", "left", "label", "anchor"})
    if number == 0:
        return -UNNAMED_APPEAL if aim is Aim.APPEAL and _APPEALS.isdisjoint(cues) else 0.0
    before, total = scene.cues(number - 1), 0.0
    if "faq" in before and scene.sentences[number - 1].is_question:
        total -= 1.8
    if aim is Aim.APPEAL:
        if not _APPEALS.isdisjoint(cues):
            return total
        return total + (_ONWARD * weights["appeal"] if "appeal" in before and goes_on else -UNNAMED_APPEAL)
    if scene.sentences[number].opens_paragraph and "you_have" not in cues:
        return total
    for cue in ("demand", "must") if goes_on else ():
        if cue in before and cue not in cues:
            total += _ONWARD * weights[cue]
    if "appeal" in before and "demand" not in cues and aim is not Aim.QUESTION:
        total += _ONWARD * weights["appeal"]
    return total


def _only_supposes(scene: Scene, number: int) -> bool:
    """Tell whether a first notice names a time only for what may come: "in the event that ..., three days"."""
    cues = scene.cues(number)
    return "condition" in cues and cues.keys().isdisjoint({"silence", "demand", "must", "consequence"})


def _is_conditional(scene: Scene, number: int) -> bool:
    """Tell whether the window starts only if Amazon asks for more."""
    cues = scene.cues(number)
    if "silence" in cues and "ask_more" not in cues:
        return False
    if "ask_more" in cues and ("condition" in cues or "then" in cues):
        return True
    before = scene.cues(number - 1) if number else {}
    asked = "ask_more" in before or "condition" in before
    return asked and "then" in cues and "silence" not in before
