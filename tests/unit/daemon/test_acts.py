"""What people say about a case, folded into it."""

from dataclasses import replace

from mail.entries import act, at, limit, mail

from config.vocabulary import Event, Status
from daemon.acts import ActKind
from daemon.matters import Terms, fold

TERMS = Terms(proof=True)
OPENED = mail(Event.OPENED, deadline=limit(72))


def only(*entries, hours):
    (case,) = fold(entries, at(hours), TERMS)
    return case


def test_an_acknowledgement_lets_the_clock_run_on():
    case = only(OPENED, act(ActKind.ACKNOWLEDGED, 5), hours=6)
    assert (case.status, case.respond_by, case.holder) == (Status.OPEN, at(72), None)
    assert [(said.what, said.by, said.at) for said in case.said] == [(ActKind.ACKNOWLEDGED, "Ana", at(5))]


def test_a_taken_case_is_held_by_whoever_says_so_until_it_is_given_to_another():
    taken = act(ActKind.TAKEN, 5)
    assert only(OPENED, taken, hours=6).holder == "Ana"
    assigned = replace(act(ActKind.ASSIGNED, 7), person="Bo")
    case = only(OPENED, taken, assigned, hours=8)
    assert case.holder == "Bo"
    assert case.steps[-1].why == "to Bo"


def test_a_snooze_is_remembered_with_its_end():
    case = only(OPENED, replace(act(ActKind.SNOOZED, 5), until=at(9)), hours=6)
    assert [said.until for said in case.said] == [at(9)]
    assert case.respond_by == at(72)


def test_a_note_changes_nothing_but_the_trail():
    case = only(OPENED, replace(act(ActKind.NOTED, 5), note="parcel found"), hours=6)
    assert (case.said, case.holder, case.steps[-1].why) == ((), None, "parcel found")
