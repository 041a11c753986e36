from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers.growth import grows_no_faster_than_its_text

from classifiers.assessment import Deadline
from classifiers.deadline import Limit, Limits, read_limits, settle_deadline
from classifiers.message import Message
from config.policy import default_policy
from config.vocabulary import Basis, Event, FundedBy, Kind

START = datetime(2026, 3, 3, 10, tzinfo=UTC)
TABLES = ("limits.txt", "limits_styles.txt")


def rows() -> list[tuple[str, ...]]:
    folder = Path(__file__).parent
    lines = [line for name in TABLES for line in (folder / name).read_text(encoding="utf-8").splitlines()]
    return [tuple(line.split("|")) for line in lines if line and not line.startswith("#")]


def message(
    text: str, *, subject: str = "", start: datetime = START, headers: tuple[tuple[str, str], ...] = ()
) -> Message:
    return Message(
        message_id=None,
        sent_at=start,
        subject=subject,
        from_=(),
        sender=None,
        reply_to=(),
        to=(),
        in_reply_to=(),
        references=(),
        headers=headers,
        text=text,
        quoted="",
        hidden="",
        links=(),
        attachments=(),
        forwarded_by=None,
        forward_note="",
        outer_headers=headers,
        arrived_at=None,
        defects=(),
    )


def limits(
    text: str,
    kind: Kind = Kind.ATOZ_CLAIM,
    event: Event | None = Event.INFO_REQUESTED,
    *,
    language: str = "en",
    store: str | None = "UK",
) -> Limits:
    return read_limits(message(text), language=language, marketplace=store, kind=kind, event=event)


def settled(
    found: Limits,
    kind: Kind,
    event: Event | None,
    *,
    action: bool = True,
    funded_by: FundedBy | None = None,
    no_answer: bool = False,
) -> Deadline | None:
    return settle_deadline(
        found,
        message=message(""),
        kind=kind,
        event=event,
        action_required=action,
        funded_by=funded_by,
        no_answer_will_be_asked=no_answer,
        policy=default_policy(),
    )


def printed(found: Limits, form: str) -> str:
    limit, mark = (found.stated, "") if found.stated else (found.conditional, "C")
    if limit is None:
        return "-"
    if not form.lstrip("C").startswith("+"):
        return f"{mark}{limit.respond_by:%m-%dT%H:%M}"
    hours = f"{(limit.respond_by - START) / timedelta(hours=1):g}h"
    low = f"{(limit.target - START) / timedelta(hours=1):g}-" if limit.target else ""
    return f"{mark}+{low}{hours}"


@pytest.mark.parametrize(("language", "store", "kind", "event", "text", "expected"), rows())
def test_the_demand_is_found_among_the_false_deadlines(
    language: str, store: str, kind: str, event: str, text: str, expected: str
) -> None:
    found = limits(
        text.replace("\\n", "\n").replace("\\t", "\t"),
        Kind(kind),
        Event(event) if event else None,
        language=language,
        store=store,
    )
    assert printed(found, expected if expected != "-" else "+") == expected


def test_the_rule_and_the_phrase_speak_to_people() -> None:
    stated = limits("Please send us the invoice within 72 hours.").stated
    assert stated is not None
    assert stated.phrase == "within 72 hours"
    assert stated.rule == "72 hour(s) from the mail's start"


def test_of_a_date_and_a_duration_for_the_same_answer_the_earlier_wins() -> None:
    stated = limits("Please answer within 5 days, and no later than 5 March 2026.").stated
    assert stated is not None
    assert stated.respond_by == datetime(2026, 3, 5, 23, 59, 59, tzinfo=UTC)


def test_a_limit_that_stands_only_in_the_subject_counts() -> None:
    found = read_limits(
        message("See Seller Central.", subject="Please respond within 24 hours"),
        language="en",
        marketplace="US",
        kind=Kind.CS_REQUEST,
        event=Event.OPENED,
    )
    assert found.stated is not None
    assert found.stated.respond_by == START + timedelta(hours=24)


def test_a_column_head_makes_the_cells_below_it_limits() -> None:
    text = "These orders wait for you:\nOrder\tRespond by\n1\t5 March 2026, 16:00\n2\t6 March 2026, 16:00"
    stated = limits(text, Kind.ACCOUNT_HEALTH, None).stated
    assert stated is not None
    assert stated.respond_by == datetime(2026, 3, 5, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        (Kind.UNRELATED, None),
        (Kind.ATOZ_CLAIM, Event.DENIED),
        (Kind.ATOZ_CLAIM, Event.WITHDRAWN),
        (Kind.ATOZ_CLAIM, Event.APPEAL_DENIED),
        (Kind.CS_REQUEST, Event.CLOSED),
        (Kind.CHARGEBACK, Event.WON),
        (Kind.SAFE_T, Event.GRANTED),
    ],
)
def test_nothing_is_due_where_nothing_can_be_due(kind: Kind, event: Event | None) -> None:
    found = limits("Please respond within 24 hours. You can appeal within 30 days.", kind, event)
    assert found == Limits()
    assert settled(found, kind, event) is None


def test_a_copy_of_the_teams_own_reply_states_no_limit() -> None:
    mail = message(
        "Please let us know by Friday which colour you prefer.",
        headers=(("x-space-notification-type", "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT"),),
    )
    assert read_limits(mail, language="en", marketplace="UK", kind=Kind.NOTICE, event=None) == Limits()


def test_words_of_a_second_language_in_the_mail_are_read_as_well() -> None:
    found = limits(
        "Order 1\nDetails: Bitte antworten Sie innerhalb von 24 Stunden.", Kind.CS_REQUEST, Event.OPENED, store="DE"
    )
    assert found.stated is not None
    assert found.stated.respond_by == START + timedelta(hours=24)


def test_public_holidays_count_only_when_the_team_wants_them() -> None:
    mail = message("Bitte antworten Sie binnen 2 Arbeitstagen.", start=datetime(2026, 12, 23, 10, tzinfo=UTC))
    for wanted, day in ((False, 25), (True, 28)):
        found = read_limits(
            mail,
            language="de",
            marketplace="DE",
            kind=Kind.CS_REQUEST,
            event=Event.OPENED,
            count_public_holidays=wanted,
        )
        assert found.stated is not None
        assert found.stated.respond_by.day == day


@pytest.mark.parametrize(
    ("kind", "event", "action", "hours", "target"),
    [
        (Kind.ATOZ_CLAIM, Event.OPENED, False, 72, None),
        (Kind.ATOZ_CLAIM, Event.OPENED, True, 48, None),
        (Kind.ATOZ_CLAIM, Event.INFO_REQUESTED, True, 48, None),
        (Kind.ATOZ_CLAIM, Event.REMINDER, True, 48, None),
        (Kind.ATOZ_CLAIM, Event.GRANTED, False, 720, None),
        (Kind.CS_REQUEST, Event.OPENED, True, 48, 24),
        (Kind.CS_REQUEST, Event.REMINDER, True, 24, None),
        (Kind.CHARGEBACK, Event.OPENED, True, 168, None),
        (Kind.BUYER_MESSAGE, None, True, 24, None),
        (Kind.RETURN_REQUEST, None, True, 48, None),
    ],
)
def test_without_a_limit_the_policy_table_counts(
    kind: Kind, event: Event | None, action: bool, hours: int, target: int | None
) -> None:
    deadline = settled(Limits(), kind, event, action=action)
    assert deadline is not None
    assert (deadline.basis, deadline.phrase) == (Basis.POLICY, None)
    assert deadline.respond_by == START + timedelta(hours=hours)
    assert deadline.target == (START + timedelta(hours=target) if target else None)


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        (Kind.BUYER_MESSAGE, None),
        (Kind.RETURN_REQUEST, None),
        (Kind.NOTICE, None),
        (Kind.SUPPORT_CASE, None),
        (Kind.SAFE_T, Event.OPENED),
    ],
)
def test_mail_that_demands_nothing_has_no_policy_clock(kind: Kind, event: Event | None) -> None:
    assert settled(Limits(), kind, event, action=False) is None


def test_a_claim_that_will_never_ask_has_no_clock_and_amazon_funding_ends_the_appeal() -> None:
    assert settled(Limits(), Kind.ATOZ_CLAIM, Event.OPENED, action=False, no_answer=True) is None
    assert settled(Limits(), Kind.ATOZ_CLAIM, Event.GRANTED, action=False, funded_by=FundedBy.AMAZON) is None


LATER = Limit(respond_by=START + timedelta(hours=60), target=None, phrase="within 60 hours", rule="")


def test_for_a_buyer_the_earlier_of_the_own_limit_and_the_policy_counts() -> None:
    late = settled(Limits(stated=LATER), Kind.BUYER_MESSAGE, None)
    soon = settled(Limits(stated=replace(LATER, respond_by=START + timedelta(hours=6))), Kind.BUYER_MESSAGE, None)
    assert late is not None
    assert soon is not None
    assert (late.basis, soon.basis) == (Basis.POLICY, Basis.STATED)


def test_a_conditional_window_is_armed_but_never_later_than_the_policy_of_a_demand() -> None:
    armed = settled(Limits(conditional=LATER), Kind.ATOZ_CLAIM, Event.OPENED, action=False)
    demanded = settled(Limits(conditional=LATER), Kind.ATOZ_CLAIM, Event.OPENED, action=True)
    assert armed is not None
    assert demanded is not None
    assert (armed.basis, armed.respond_by) == (Basis.CONDITIONAL, LATER.respond_by)
    assert (demanded.basis, demanded.respond_by) == (Basis.POLICY, START + timedelta(hours=48))


def test_a_doubtful_limit_never_loosens_the_policy() -> None:
    late = settled(Limits(stated=replace(LATER, doubtful=True)), Kind.ATOZ_CLAIM, Event.INFO_REQUESTED)
    soon = replace(LATER, respond_by=START + timedelta(hours=6), doubtful=True)
    early = settled(Limits(stated=soon), Kind.ATOZ_CLAIM, Event.INFO_REQUESTED)
    assert late is not None
    assert early is not None
    assert (late.basis, late.respond_by) == (Basis.POLICY, START + timedelta(hours=48))
    assert (early.basis, early.respond_by) == (Basis.STATED, START + timedelta(hours=6))


def test_a_notice_that_says_nothing_is_needed_keeps_its_conditional_window_against_a_supposed_demand() -> None:
    found = limits(
        "You do not need to do anything now. If we need more information, you will have 72 hours to respond.",
        event=Event.OPENED,
    )
    assert found.says_no_action
    deadline = settled(found, Kind.ATOZ_CLAIM, Event.OPENED, action=True)
    assert deadline is not None
    assert deadline.basis is Basis.CONDITIONAL
    assert deadline.respond_by == START + timedelta(hours=72)


NOISE = (
    "Refunds usually appear in 3-5 business days.",
    "The buyer may return the item within 30 days.",
    "Messages are stored for two years.",
    "Delivery was estimated for 12 February.",
    "We told the customer to expect a decision in about a week.",
)


@given(
    hours=st.integers(1, 200),
    before=st.lists(st.sampled_from(NOISE), max_size=3, unique=True),
    after=st.lists(st.sampled_from(NOISE), max_size=3, unique=True),
    start=st.integers(1_704_067_200, 1_893_456_000).map(lambda second: datetime.fromtimestamp(second, tz=UTC)),
)
def test_the_deadline_is_never_later_than_the_demand_nor_before_the_start(
    hours: int, before: list[str], after: list[str], start: datetime
) -> None:
    text = " ".join([*before, f"Please send us the proof of delivery within {hours} hours.", *after])
    found = read_limits(
        message(text, start=start), language="en", marketplace="US", kind=Kind.ATOZ_CLAIM, event=Event.INFO_REQUESTED
    )
    assert found.stated is not None
    assert start < found.stated.respond_by <= start + timedelta(hours=hours)


@pytest.mark.parametrize("unit", ["1-", "within ", "\t1 hour", "48 hours ", "一", "if ", "a\tb\t1 hour\n", ".", "\n"])
def test_the_time_grows_with_the_length_of_hostile_text_and_not_faster(unit: str) -> None:
    assert grows_no_faster_than_its_text(lambda text: limits(text, Kind.ATOZ_CLAIM, Event.OPENED), unit, size=2_000)
