from dataclasses import replace
from datetime import timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st
from mail.entries import at, limit, mail

from config.vocabulary import Authenticity, Event
from daemon.copies import distinct, is_copy, likeness, sketch_of

NOTICE = (
    "Dear seller, the buyer of order 026-1234567-7654321 says that the parcel has not arrived, and asks for the sum of "
    "34.99 pounds. Please answer within three days with the tracking number and the proof of delivery, or we shall "
    "decide without you."
)
FIRST = mail(Event.OPENED, text=NOTICE, deadline=limit(72))


def changed(**changes):
    return replace(FIRST, key="0" * 64, **changes)


def test_the_same_message_id_with_the_same_text_is_a_copy_whatever_its_date():
    assert is_copy(FIRST, changed(sent_at=at(200)))


def test_the_same_message_id_with_another_text_is_another_message():
    other = sketch_of("The claim has been closed in your favour, nothing has been taken from your account at all.")
    assert not is_copy(FIRST, changed(sketch=other))


def test_a_notice_to_a_second_address_is_a_copy():
    greeted = sketch_of(NOTICE.replace("Dear seller", "Dear partner"))
    assert is_copy(FIRST, changed(message_id="other@amazonses.example", sent_at=at(0.1), sketch=greeted))


def test_the_same_words_hours_later_are_another_message():
    assert not is_copy(FIRST, changed(message_id="other@amazonses.example", sent_at=at(5)))


def test_the_same_words_about_another_sum_are_another_message():
    assert not is_copy(FIRST, changed(message_id="other@amazonses.example", amount=("9.00", "GBP")))


def test_a_forward_is_a_copy_of_the_direct_mail():
    wrapped = sketch_of(NOTICE.replace(" ", "\n") + "\nThe Guarantee team")
    forwarded = changed(
        message_id=None,
        forwarded_by="bo@seller.example",
        subject="Fwd: " + FIRST.subject,
        sketch=wrapped,
        sent_at=at(30),
    )
    assert is_copy(FIRST, forwarded)
    assert is_copy(forwarded, FIRST)


def test_another_event_is_never_a_copy_of_a_forward():
    assert not is_copy(FIRST, changed(message_id=None, forwarded_by="bo@seller.example", event=Event.REMINDER))


def test_the_proved_direct_mail_stands_for_its_copies():
    forward = changed(forwarded_by="bo@seller.example", authenticity=Authenticity.UNVERIFIED)
    unproved = replace(FIRST, key="1" * 64, authenticity=Authenticity.UNVERIFIED)
    for order in permutations((FIRST, forward, unproved)):
        groups = distinct(order)
        assert len(groups) == 1
        assert groups[0][0] == FIRST


def test_likeness_is_high_for_a_changed_line_and_low_for_another_text():
    longer = NOTICE + " This mailbox is not monitored."
    other = "Votre colis est en retard, et nous vous remercions de votre patience pendant les jours qui viennent."
    assert likeness(sketch_of(NOTICE), sketch_of(longer)) > 0.7
    assert likeness(sketch_of(NOTICE), sketch_of(other)) < 0.1


def test_a_text_without_letters_is_like_no_other():
    assert likeness(sketch_of("..."), ()) == 0.0


@given(st.text(max_size=300))
def test_blanks_around_a_text_change_nothing(text):
    assert sketch_of(text) == sketch_of(f"  {text}\n")


def test_copies_minutes_apart_do_not_chain_over_hours():
    mails = [
        replace(FIRST, key=f"{number:064d}", message_id=f"{number}@x.example", sent_at=at(0) + timedelta(hours=number))
        for number in range(4)
    ]
    assert len(distinct(mails)) == 4
