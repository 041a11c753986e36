"""Whose time is it: each expression is weighed by the signals around it, because no single cue word generalises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from classifiers.dates import read_expressions
from classifiers.sentences import Sentence, sentences
from classifiers.temporal.lexicon import cue_words
from classifiers.temporal.reading import Reading
from classifiers.temporal.values import Expression, Lead, Moment, Span


class Aim(StrEnum):
    """What kind of limit is looked for: an answer, or the appeal against a decision."""

    ANSWER = "answer"
    APPEAL = "appeal"


_LEAD_WEIGHT = {
    Lead.NONE: 0.0,
    Lead.AFTER: 0.0,
    Lead.WITHIN: 1.0,
    Lead.BY: 1.0,
    Lead.BEFORE: 1.0,
    Lead.LATEST: 1.6,
}
_ANSWER_WEIGHT = {
    "label": 4.0,
    "you_have": 2.0,
    "demand": 1.7,
    "silence": 1.7,
    "left": 1.5,
    "limit": 1.2,
    "must": 1.1,
    "anchor": 0.9,
    "consequence": 0.7,
    "you": 0.5,
    "told": -2.2,
    "retention": -3.0,
    "false": -1.9,
    "appeal": -2.6,
    "history": -1.8,
    "general": -1.6,
    "third": -1.1,
    "may": -0.7,
}
_APPEAL_WEIGHT = {**_ANSWER_WEIGHT, "appeal": 3.0, "may": 0.0, "demand": 0.4, "must": 0.3, "false": -1.6, "third": -1.6}
_DISTANCE = (1.0, 0.75, 0.5, 0.3)
"""How much a cue counts by the number of clause marks between it and the expression."""
_ONWARD = 0.6
"""How much the demand of the sentence before counts for "You have 48 hours."."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One expression with the weight of evidence that it is the limit asked for."""

    expression: Expression
    weight: float
    conditional: bool
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Scene:
    """A reading with its sentences and the cues of each."""

    reading: Reading
    sentences: tuple[Sentence, ...]
    cues: tuple[Mapping[str, tuple[int, ...]], ...]
    """Of each sentence: cue class -> token places where it stands."""


def candidates(reading: Reading, aim: Aim) -> tuple[Candidate, ...]:
    """Weigh every time expression of a reading, in the order of the text."""
    expressions = tuple(read_expressions(reading))
    if not expressions:
        return ()
    scene = _scene(reading, expressions)
    found = []
    number = 0
    for expression in expressions:
        place = _token_at(reading, expression.start)
        while number + 1 < len(scene.sentences) and scene.sentences[number].end <= place:
            number += 1
        found.append(_weigh(scene, number, place, expression, aim))
    return tuple(found)


def says_no_action(reading: Reading) -> bool:
    """Tell whether the mail says, outside a condition, that nothing has to be done now."""
    scene = _scene(reading, tuple(read_expressions(reading)))
    return any("no_action" in cues and "condition" not in cues for cues in scene.cues)


def _scene(reading: Reading, expressions: Sequence[Expression]) -> _Scene:
    spans = [(_token_at(reading, item.start), _token_at(reading, item.end - 1) + 1) for item in expressions]
    parts = sentences(reading, spans)
    return _Scene(reading, parts, tuple(_cues(reading, part) for part in parts))


def _token_at(reading: Reading, offset: int) -> int:
    """Find the token that covers a place of the original text, by halving."""
    low, high = 0, len(reading.tokens) - 1
    while low < high:
        middle = (low + high) // 2
        if reading.span(middle, middle + 1)[1] > offset:
            high = middle
        else:
            low = middle + 1
    return low


def _cues(reading: Reading, sentence: Sentence) -> Mapping[str, tuple[int, ...]]:
    lexicon = cue_words(reading.language)
    found: dict[str, list[int]] = {}
    for place in range(sentence.start, sentence.end):
        for cue in lexicon.at(reading.tokens, place):
            found.setdefault(cue, []).append(place)
    return {cue: tuple(places) for cue, places in found.items()}


def _weigh(scene: _Scene, number: int, place: int, expression: Expression, aim: Aim) -> Candidate:
    weights = _ANSWER_WEIGHT if aim is Aim.ANSWER else _APPEAL_WEIGHT
    sentence, cues = scene.sentences[number], scene.cues[number]
    total = _LEAD_WEIGHT[expression.lead] + _shape(expression)
    because = []
    for cue, places in cues.items():
        weight = weights.get(cue, 0.0)
        if weight and (cue != "label" or _is_label(scene.reading, sentence, place)):
            nearest = min(sentence.clauses_between(at, place) for at in places)
            total += weight * _DISTANCE[min(nearest, len(_DISTANCE) - 1)]
            because.append(cue)
    total += _from_before(scene, number, cues, weights)
    if sentence.is_question and "demand" not in cues:
        total -= 1.0
    return Candidate(expression, round(total, 2), _is_conditional(scene, number), tuple(because))


def _shape(expression: Expression) -> float:
    """Weigh the expression itself: a bare day without a limit word is seldom a limit."""
    value = expression.value
    if isinstance(value, Moment) and expression.lead is Lead.NONE:
        return -0.8 if value.clock is None else -0.3
    if isinstance(value, Span) and expression.lead is Lead.NONE:
        return -0.3
    return 0.0


def _is_label(reading: Reading, sentence: Sentence, place: int) -> bool:
    """Tell whether the sentence is a table row whose value is the expression: few words, then a colon or nothing."""
    return place - sentence.start <= 12


def _from_before(
    scene: _Scene, number: int, cues: Mapping[str, tuple[int, ...]], weights: Mapping[str, float]
) -> float:
    """Take over part of what the sentence before says, when this one goes on about it."""
    if number == 0 or (scene.sentences[number].opens_paragraph and "you_have" not in cues):
        return 0.0
    before, total = scene.cues[number - 1], 0.0
    if "faq" in before and scene.sentences[number - 1].is_question:
        total -= 1.8
    for cue in ("demand", "appeal", "must"):
        if cue in before and cue not in cues:
            total += _ONWARD * weights.get(cue, 0.0)
    return total


def _is_conditional(scene: _Scene, number: int) -> bool:
    """Tell whether the window starts only if Amazon asks for more."""
    cues = scene.cues[number]
    if "silence" in cues and "ask_more" not in cues:
        return False
    if "condition" in cues and "ask_more" in cues:
        return True
    before = scene.cues[number - 1] if number else {}
    return "ask_more" in before and ("then" in cues or "condition" in before) and "silence" not in before
