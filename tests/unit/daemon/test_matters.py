from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mail.entries import ORDER, act, at, limit, mail, own_reply, request

from config.vocabulary import Authenticity, Basis, Event, FundedBy, Kind, Outcome, Reason, Status
from daemon.entries import ActKind
from daemon.matters import Terms, fold

PROOF = Terms(proof=True)
NO_PROOF = Terms(proof=False)
UNVERIFIED = Authenticity.UNVERIFIED


def only(*entries, hours=1.0, terms=PROOF):
    """The one case of these entries, read so many hours after the first mail."""
    cases = fold(entries, at(hours), terms)
    assert len(cases) == 1
    return cases[0]


# Clocks


def test_an_opening_starts_the_clock():
    case = only(mail(Event.OPENED, deadline=limit(72)))
    assert (case.status, case.respond_by, case.events, case.messages) == (Status.OPEN, at(72), (Event.OPENED,), 1)
    assert not case.review


def test_a_question_replaces_the_running_clock_even_with_a_later_one():
    case = only(mail(Event.OPENED, deadline=limit(72)), mail(Event.INFO_REQUESTED, 5, deadline=limit(101)), hours=6)
    assert case.respond_by == at(101)


def test_a_reminder_with_a_limit_replaces_the_running_one():
    case = only(mail(Event.OPENED, deadline=limit(72)), mail(Event.REMINDER, 48, deadline=limit(96)), hours=49)
    assert case.respond_by == at(96)


def test_a_reminder_without_a_limit_keeps_the_stated_one_that_still_runs():
    reminder = mail(Event.REMINDER, 48, deadline=limit(96, Basis.POLICY))
    case = only(mail(Event.OPENED, deadline=limit(72)), reminder, hours=49)
    assert (case.respond_by, case.clock.basis) == (at(72), Basis.STATED)


def test_a_reminder_without_a_limit_starts_the_policy_clock_when_the_stated_one_has_run_out():
    reminder = mail(Event.REMINDER, 80, deadline=limit(128, Basis.POLICY))
    assert only(mail(Event.OPENED, deadline=limit(72)), reminder, hours=81).respond_by == at(128)


def test_a_reminder_without_a_limit_replaces_an_assumed_clock():
    first = mail(Event.OPENED, deadline=limit(72, Basis.POLICY))
    assert only(first, mail(Event.REMINDER, 10, deadline=limit(58, Basis.POLICY)), hours=11).respond_by == at(58)


@pytest.mark.parametrize(("first", "second", "expected"), [(72, 100, 72), (72, 60, 60)])
def test_of_two_openings_of_a_live_case_the_earlier_running_clock_counts(first, second, expected):
    case = only(mail(Event.OPENED, deadline=limit(first)), mail(Event.OPENED, 30, deadline=limit(second)), hours=31)
    assert (case.respond_by, case.events) == (at(expected), (Event.OPENED, Event.OPENED))


def test_a_second_opening_counts_alone_when_the_first_clock_has_run_out():
    case = only(mail(Event.OPENED, deadline=limit(24)), mail(Event.OPENED, 30, deadline=limit(90)), hours=31)
    assert case.respond_by == at(90)


def test_a_demand_stands_behind_an_earlier_conditional_window():
    entries = (mail(Event.OPENED, deadline=limit(72, Basis.CONDITIONAL)), mail(Event.OPENED, 30, deadline=limit(102)))
    assert only(*entries, hours=31).respond_by == at(72)
    assert only(*entries, hours=80).respond_by == at(102)
    assert only(*entries, hours=110).respond_by == at(102)


def test_a_conditional_window_that_ran_out_means_waiting_for_amazon():
    opened = mail(Event.OPENED, deadline=limit(72, Basis.CONDITIONAL))
    assert only(opened, hours=71).respond_by == at(72)
    later = only(opened, hours=73)
    assert (later.status, later.respond_by, later.is_waiting) == (Status.OPEN, None, True)


def test_a_stated_clock_that_ran_out_stays_as_overdue():
    assert only(mail(Event.OPENED, deadline=limit(72)), hours=200).respond_by == at(72)


# Decisions

ENDINGS = [
    (mail(Event.GRANTED, 50, funded_by=FundedBy.AMAZON), Outcome.AMAZON_FUNDED),
    (mail(Event.DENIED, 50), Outcome.WON),
    (mail(Event.APPEAL_GRANTED, 50), Outcome.WON),
    (mail(Event.APPEAL_DENIED, 50), Outcome.LOST),
    (mail(Event.WITHDRAWN, 50), Outcome.WITHDRAWN),
    (mail(Event.WON, 50, kind=Kind.CHARGEBACK), Outcome.WON),
    (mail(Event.LOST, 50, kind=Kind.CHARGEBACK), Outcome.LOST),
    (request(Event.CLOSED, 50), Outcome.UNKNOWN),
    (request(Event.CLOSED, 50, settled=Outcome.REFUNDED), Outcome.REFUNDED),
]


@pytest.mark.parametrize(("ending", "outcome"), ENDINGS, ids=[f"{mail.event}-{outcome}" for mail, outcome in ENDINGS])
def test_a_decision_closes_the_case_and_stops_its_clock(ending, outcome):
    case = only(mail(Event.OPENED, kind=ending.kind, deadline=limit(72)), ending, hours=60)
    assert (case.status, case.outcome, case.respond_by) == (Status.CLOSED, outcome, None)
    assert not case.review


@pytest.mark.parametrize("payer", [FundedBy.SELLER, None])
def test_a_claim_granted_at_the_sellers_cost_starts_the_appeal_clock(payer):
    granted = mail(Event.GRANTED, 50, funded_by=payer, deadline=limit(50 + 720, Basis.POLICY))
    case = only(mail(Event.OPENED, deadline=limit(72)), granted, hours=60)
    assert (case.status, case.outcome, case.respond_by) == (Status.DECIDED, Outcome.LOST, at(770))


def test_a_question_inside_the_appeal_opens_the_case_until_the_appeal_is_decided():
    entries = (
        mail(Event.OPENED, deadline=limit(72)),
        mail(Event.GRANTED, 50, funded_by=FundedBy.SELLER, deadline=limit(770)),
        mail(Event.INFO_REQUESTED, 100, deadline=limit(148)),
    )
    asked = only(*entries, hours=101)
    assert (asked.status, asked.outcome, asked.respond_by) == (Status.OPEN, None, at(148))
    decided = only(*entries, mail(Event.APPEAL_DENIED, 200), hours=201)
    assert (decided.status, decided.outcome) == (Status.CLOSED, Outcome.LOST)


def test_a_later_decision_overrides_an_earlier_one():
    case = only(mail(Event.DENIED, 10), mail(Event.GRANTED, 50, funded_by=FundedBy.SELLER, deadline=limit(770)))
    assert (case.status, case.outcome) == (Status.DECIDED, Outcome.LOST)


def test_a_late_copy_that_is_older_than_the_decision_reopens_nothing():
    late = replace(mail(Event.REMINDER, 20, deadline=limit(68)), read_at=at(90), arrived_at=at(90))
    case = only(mail(Event.OPENED, deadline=limit(72)), mail(Event.DENIED, 50), late, hours=91)
    assert (case.status, case.events) == (Status.CLOSED, (Event.OPENED, Event.REMINDER, Event.DENIED))


def test_an_opening_after_the_end_opens_a_second_case():
    entries = (
        mail(Event.OPENED, deadline=limit(72)),
        mail(Event.DENIED, 50),
        mail(Event.OPENED, 500, deadline=limit(572)),
    )
    first, second = fold(entries, at(501), PROOF)
    assert (first.status, second.status, second.respond_by) == (Status.CLOSED, Status.OPEN, at(572))
    assert (first.events, second.events) == ((Event.OPENED, Event.DENIED), (Event.OPENED,))


def test_a_question_after_the_end_opens_the_same_case_again():
    case = only(mail(Event.DENIED, 50), mail(Event.INFO_REQUESTED, 90, deadline=limit(138)), hours=91)
    assert (case.status, case.outcome, case.respond_by) == (Status.OPEN, None, at(138))


# Proof to loosen

LOOSENING = [
    mail(Event.DENIED, 50, authenticity=UNVERIFIED),
    mail(Event.WITHDRAWN, 50, authenticity=UNVERIFIED),
    mail(Event.APPEAL_GRANTED, 50, authenticity=UNVERIFIED),
    mail(Event.GRANTED, 50, authenticity=UNVERIFIED, funded_by=FundedBy.AMAZON),
    mail(Event.WON, 50, authenticity=UNVERIFIED, kind=Kind.CHARGEBACK),
    request(Event.CLOSED, 50, authenticity=UNVERIFIED),
]


@pytest.mark.parametrize("loosening", LOOSENING, ids=[str(each.event) for each in LOOSENING])
def test_without_proof_of_its_sender_no_mail_stops_a_clock(loosening):
    opened = mail(Event.OPENED, kind=loosening.kind, deadline=limit(72))
    case = only(opened, loosening, hours=60)
    assert (case.status, case.respond_by, case.review) == (Status.OPEN, at(72), True)
    assert (case.events, case.messages) == ((Event.OPENED, loosening.event), 2)


@pytest.mark.parametrize("loosening", LOOSENING, ids=[str(each.event) for each in LOOSENING])
def test_where_nothing_can_be_proved_it_acts_and_a_person_must_look(loosening):
    case = only(mail(Event.OPENED, kind=loosening.kind, deadline=limit(72)), loosening, hours=60, terms=NO_PROOF)
    assert (case.status, case.respond_by, case.review) == (Status.CLOSED, None, True)


def test_bad_news_needs_no_proof():
    granted = mail(Event.GRANTED, 50, funded_by=FundedBy.SELLER, authenticity=UNVERIFIED, deadline=limit(770))
    case = only(mail(Event.OPENED, deadline=limit(72)), granted, hours=60)
    assert (case.status, case.review) == (Status.DECIDED, False)


def test_a_proved_copy_of_an_unproved_decision_gives_it_its_effect():
    forwarded = mail(Event.DENIED, 50, authenticity=UNVERIFIED, forwarded_by="bo@seller.example", seed="forward")
    opened, direct = mail(Event.OPENED, deadline=limit(72)), mail(Event.DENIED, 50)
    assert only(opened, forwarded, hours=60).status is Status.OPEN
    case = only(opened, forwarded, direct, hours=60)
    assert (case.status, case.messages, case.review) == (Status.CLOSED, 2, False)


# Own replies and people


def test_a_copy_of_the_own_reply_answers_an_open_request():
    case = only(request(Event.OPENED, deadline=limit(48)), own_reply(5), hours=6)
    assert (case.status, case.respond_by, case.messages, case.events) == (Status.ANSWERED, None, 2, (Event.OPENED,))


def test_an_own_reply_before_the_request_is_not_of_the_case():
    case = only(own_reply(0), request(Event.OPENED, 5, deadline=limit(53)), hours=6)
    assert (case.status, case.messages) == (Status.OPEN, 1)


def test_an_own_reply_alone_makes_no_case():
    assert fold([own_reply(0)], at(1), PROOF) == ()


def test_an_own_reply_without_proof_stops_no_clock():
    case = only(request(Event.OPENED, deadline=limit(48)), own_reply(5, authenticity=UNVERIFIED), hours=6)
    assert (case.status, case.respond_by, case.review) == (Status.OPEN, at(48), True)


def test_a_reminder_after_the_answer_opens_the_request_again():
    case = only(
        request(Event.OPENED, deadline=limit(48)),
        own_reply(5),
        request(Event.REMINDER, 30, deadline=limit(54)),
        hours=31,
    )
    assert (case.status, case.respond_by) == (Status.OPEN, at(54))


def test_an_own_reply_does_not_answer_a_claim():
    case = only(mail(Event.OPENED, deadline=limit(72)), own_reply(5), hours=6)
    assert (case.status, case.messages) == (Status.OPEN, 1)


def support(hours, **changes):
    return request(None, hours, kind=Kind.SUPPORT_CASE, order_ids=(), case_ids=("12345678901",), **changes)


def test_a_demand_of_seller_support_about_the_same_case_reminds():
    case = only(request(Event.OPENED, deadline=limit(48)), support(30, deadline=limit(54)), hours=31)
    assert (case.events, case.messages, case.respond_by) == ((Event.OPENED, Event.REMINDER), 2, at(54))


def test_a_mere_message_of_seller_support_leaves_the_clock_alone():
    case = only(request(Event.OPENED, deadline=limit(48)), support(30, action_required=False), hours=31)
    assert (case.events, case.messages, case.respond_by) == ((Event.OPENED,), 2, at(48))


def test_seller_support_alone_makes_no_case():
    assert fold([support(0, deadline=limit(24))], at(1), PROOF) == ()


def test_a_person_answers_closes_and_reopens():
    opened = mail(Event.OPENED, deadline=limit(72))
    answered = only(opened, act(ActKind.ANSWERED, 5), hours=6)
    assert (answered.status, answered.respond_by) == (Status.ANSWERED, None)
    reopened = only(opened, act(ActKind.ANSWERED, 5), act(ActKind.REOPENED, 6), hours=7)
    assert (reopened.status, reopened.respond_by) == (Status.OPEN, at(72))
    closed = only(opened, act(ActKind.CLOSED, 5, outcome=Outcome.REFUNDED), hours=6)
    assert (closed.status, closed.outcome) == (Status.CLOSED, Outcome.REFUNDED)


# Facts


def test_the_newest_statement_wins_and_null_overwrites_nothing():
    case = only(
        mail(Event.OPENED, amount=("34.99", "GBP"), reason=Reason.LATE_DELIVERY, case_ids=("11111111111",)),
        mail(
            Event.INFO_REQUESTED, 5, amount=("30.00", "GBP"), reason=None, case_ids=("22222222222",), marketplace=None
        ),
    )
    assert (case.amount, case.reason, case.marketplace) == (("30.00", "GBP"), Reason.LATE_DELIVERY, "UK")
    assert case.support_case_ids == ("11111111111", "22222222222")
    assert case.order_ids == (ORDER,)


def test_a_case_without_an_order_is_for_review():
    assert only(request(Event.OPENED, order_ids=(), case_ids=("11111111111",))).review


def test_a_doubtful_mail_marks_its_case_for_review():
    assert only(mail(Event.OPENED), mail(Event.REMINDER, 5, review=True)).review


# The past


def old(entry, days):
    return replace(entry, read_at=entry.sent_at + timedelta(days=days))


def test_a_matter_whose_clock_ran_out_long_before_it_was_read_is_filed_closed():
    case = only(old(mail(Event.OPENED, deadline=limit(72)), 40), hours=24 * 40)
    assert (case.status, case.outcome, case.respond_by, case.past) == (Status.CLOSED, Outcome.UNKNOWN, None, True)


def test_an_appeal_window_that_ran_out_long_before_it_was_read_is_lost():
    granted = mail(Event.GRANTED, 0, funded_by=FundedBy.SELLER, deadline=limit(720))
    case = only(old(granted, 70), hours=24 * 70)
    assert (case.status, case.outcome) == (Status.CLOSED, Outcome.LOST)


def test_a_clock_that_ran_out_within_the_last_month_is_no_past():
    assert only(old(mail(Event.OPENED, deadline=limit(72)), 32), hours=24 * 32).status is Status.OPEN


def test_a_case_that_was_read_in_time_stays_open_however_long_it_is_overdue():
    assert only(mail(Event.OPENED, deadline=limit(72)), hours=24 * 400).status is Status.OPEN


def test_an_opening_after_the_past_was_filed_opens_a_second_case():
    past = old(mail(Event.OPENED, deadline=limit(72)), 40)
    first, second = fold([past, mail(Event.OPENED, 24 * 41, deadline=limit(24 * 44))], at(24 * 41), PROOF)
    assert (first.status, second.status) == (Status.CLOSED, Status.OPEN)


def test_a_decision_about_a_past_matter_ends_its_case():
    past = old(mail(Event.OPENED, deadline=limit(72)), 40)
    case = only(past, mail(Event.GRANTED, 24 * 41, funded_by=FundedBy.AMAZON), hours=24 * 41)
    assert (case.outcome, case.events) == (Outcome.AMAZON_FUNDED, (Event.OPENED, Event.GRANTED))


# Order of reading

STORY = (
    mail(Event.OPENED, deadline=limit(72, Basis.CONDITIONAL)),
    mail(Event.INFO_REQUESTED, 20, deadline=limit(68)),
    act(ActKind.ANSWERED, 30),
    mail(Event.GRANTED, 90, funded_by=FundedBy.SELLER, deadline=limit(810)),
    mail(Event.OPENED, 2000, deadline=limit(2072)),
)


def test_the_order_of_reading_never_matters():
    expected = fold(STORY, at(2001), PROOF)
    assert all(fold(order, at(2001), PROOF) == expected for order in permutations(STORY))


EVENTS = [Event.OPENED, Event.INFO_REQUESTED, Event.REMINDER, Event.GRANTED, Event.DENIED, Event.WITHDRAWN]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 60), st.integers(1, 90), st.booleans()), max_size=7),
    st.randoms(use_true_random=False),
)
def test_any_mails_in_any_order_make_the_same_cases(drawn, random):
    entries = [
        mail(event, hour, deadline=limit(hour + span), authenticity=Authenticity.VERIFIED if proved else UNVERIFIED)
        for event, hour, span, proved in drawn
    ]
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert fold(shuffled, at(100), PROOF) == fold(entries, at(100), PROOF)
