"""What is looked for in a mail, and how much each signal around a time expression weighs for it."""

from __future__ import annotations

from enum import StrEnum

from classifiers.temporal.values import Lead


class Aim(StrEnum):
    """What kind of limit is looked for: an answer, or the appeal against a decision."""

    ANSWER = "answer"
    WINDOW = "window"
    """An answer, in a first notice that may name a window which starts only if Amazon asks for more."""
    QUESTION = "question"
    """An answer to a question that may be asked inside an appeal: the word appeal says nothing there."""
    BUYER = "buyer"
    """What a buyer demands: banks and refunds are part of the threat."""
    DISPUTE = "dispute"
    """Documents against a chargeback: banks are its subject, and contesting is always optional."""
    SHIPMENT = "shipment"
    """A deed in a routine notice: orders to be shipped."""
    APPEAL = "appeal"


LEAD_WEIGHT = {
    Lead.NONE: 0.0,
    Lead.AFTER: -0.8,
    Lead.WITHIN: 1.0,
    Lead.BY: 1.0,
    Lead.BEFORE: 1.0,
    Lead.LATEST: 1.6,
}
ANSWER_WEIGHT = {
    "label": 4.0,
    "you_have": 2.0,
    "demand": 1.7,
    "silence": 1.7,
    "left": 1.2,
    "limit": 1.2,
    "must": 1.1,
    "anchor": 0.9,
    "anchor_decision": -1.5,
    "consequence": 0.7,
    "you": 0.5,
    "told": -2.2,
    "wish": -2.2,
    "ours": -2.4,
    "later": -2.2,
    "asked_before": -3.0,
    "retention": -3.0,
    "false": -2.0,
    "appeal": -4.0,
    "history": -1.8,
    "general": -1.6,
    "third": -1.1,
    "may": -0.7,
    "awaited": 0.0,
}
UNNAMED_APPEAL = 2.0
"""What a window loses in a decision whose sentence does not speak of an appeal."""
WEIGHTS = {
    Aim.ANSWER: {**ANSWER_WEIGHT, "no_action": -2.0},
    Aim.WINDOW: ANSWER_WEIGHT,
    Aim.QUESTION: {**ANSWER_WEIGHT, "no_action": -2.0, "appeal": -1.4, "may": -1.2},
    Aim.BUYER: {**ANSWER_WEIGHT, "third": -0.3, "false": -1.2, "history": -1.3, "consequence": 1.0, "wish": 0.0},
    Aim.DISPUTE: {**ANSWER_WEIGHT, "no_action": -2.0, "appeal": -1.4, "false": -1.4, "third": -0.7, "may": -0.1},
    Aim.SHIPMENT: {**ANSWER_WEIGHT, "no_action": -2.0, "general": -3.5, "ship_label": 4.0},
    Aim.APPEAL: {
        **ANSWER_WEIGHT,
        "appeal": 3.0,
        "object": 3.0,
        "may": 0.0,
        "demand": 0.4,
        "must": 0.3,
        "third": -1.6,
        "anchor_decision": 0.9,
    },
}
