"""A mail that shows that somebody has acted stops the ladder without a click, and says so."""

from dataclasses import replace
from datetime import timedelta

import pytest
from mail.entries import mail, own_reply, request
from mail.office import FilingOffice
from mail.people import BERLIN, NAMES, berlin, minutes, roster

from classifiers.assessment import Deadline
from classifiers.refunds import Refund
from config.ladder import override_ladder
from config.policy import default_policy
from config.vocabulary import Authenticity, Basis, Event, Kind, Status
from daemon.acting import act
from daemon.acts import ActKind
from daemon.climb import Watchlist, climb
from daemon.commands.acts import _check
from daemon.desk import Desk, Post
from daemon.faults import Refused
from daemon.jury import Jury
from daemon.matters import Terms
from daemon.reading import Rules
from daemon.storage.store import Store
from responders.voice import TeamVoice

TERMS = Terms(proof=True)
RULES = Rules(policy=default_policy(), trusted_authserv=(), marketplaces=(), instance="test", domain="seller.example")
TUESDAY, DUE = berlin(2026, 3, 3, 9), berlin(2026, 3, 5, 17)
PAGED, ANSWER = berlin(2026, 3, 5, 14), berlin(2026, 3, 5, 14, 30)
ORDER = "026-0000001-7654321"
POST = Post(
    voice=TeamVoice(language="en", zone=BERLIN, instance="test", domain="seller.example"),
    from_display="Claimclock",
    from_address="claimclock@seller.example",
    recipients=tuple(f"{name.lower()}@seller.example" for name in NAMES),
)


@pytest.fixture
def office(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/claimclock.db", lock=True) as store:
        yield FilingOffice(Desk(store=store, jury=Jury(RULES, workers=0), terms=TERMS, post=POST))


def opening(make=mail, **changes):
    deadline = Deadline(respond_by=DUE, target=None, basis=Basis.STATED, phrase=None, rule="")
    opened = make(Event.OPENED, seed="opened", deadline=deadline, order_ids=(ORDER,), **changes)
    return replace(opened, sent_at=TUESDAY, arrived_at=TUESDAY, message_id="opened@amazonses.example", sketch=(1,))


def later(entry, **changes):
    return replace(entry, sent_at=ANSWER, arrived_at=ANSWER, order_ids=(ORDER,), sketch=(2,), **changes)


def refund(value="", **changes):
    seed = changes.pop("seed", "refund")
    told = mail(None, seed=seed, kind=Kind.NOTICE, subject="Refund initiated", deadline=None, **changes)
    return later(told, refund=Refund(value=value, currency="EUR" if value else ""))


class Service:
    """Sweeps on a roster in which nobody follows in line; letters as (recipient, first line) by instant."""

    def __init__(self, office):
        ladder, _ = override_ladder({"next_most": 0}, path=None)
        self.office, self.watch = office, Watchlist(roster=roster(ladder=ladder))

    def sweep(self, *instants):
        found = []
        for now in instants:
            climb(self.office.desk.store, POST, self.watch, now)
            for to, letter in self.office.letters(now):
                text = letter.get_body(("plain",)).get_content()
                found.append((to.partition("@")[0], " ".join(text.split())))
        return found


def alarmed(office, opened):
    """A case of which the ladder has told, with pages to Ana, and the service that told."""
    office.file(opened, now=TUESDAY)
    service = Service(office)
    assert [who for who, _ in service.sweep(*minutes(TUESDAY, PAGED, 60))] == ["ana", "ana", "ana"]
    return service


def trail(office):
    return [(line.what, line.why) for line in office.desk.store.trail("CC-000001")]


def rest_of(service):
    return service.sweep(*minutes(ANSWER, DUE + timedelta(hours=3), 30))


@pytest.mark.parametrize("event", [Event.DENIED, Event.WITHDRAWN])
def test_a_decision_or_a_withdrawal_stops_the_ladder(office, event):
    service = alarmed(office, opening())
    office.file(later(mail(event, seed="end", deadline=None)), now=ANSWER)
    assert rest_of(service) == []
    assert trail(office)[-1][0] == "ladder stopped"
    assert trail(office)[-1][1].startswith(event.value)


def test_a_copy_of_the_teams_own_reply_stops_the_ladder_and_whoever_was_paged_hears_of_it(office):
    service = alarmed(office, opening(request))
    office.file(later(own_reply(0)), now=ANSWER)
    ((who, letter),) = rest_of(service)
    assert who == "ana"
    assert letter.startswith("Nothing more is to be done on this case for now. Amazon has sent a copy")
    assert trail(office)[-1] == ("ladder stopped", "own reply: a copy of the team's own reply: waiting for Amazon")


@pytest.mark.parametrize("value", ["", "34.99", "40"])
def test_a_refund_notice_stops_the_ladder_while_the_case_stays_open_with_its_clock(office, value):
    service = alarmed(office, opening(amount=("34.99", "EUR")))
    office.file(refund(value), now=ANSWER)
    office.file(refund(value, seed="copy"), now=ANSWER)  # in two mailboxes
    ((who, letter),) = rest_of(service)
    assert who == "ana"
    assert "Amazon tells that this order has been refunded" in letter
    case = office.desk.store.case("CC-000001", ANSWER)
    assert (case.status, case.respond_by, case.messages) == (Status.OPEN, DUE, 1)
    assert [what for what, _ in trail(office)].count("refund notice") == 1


@pytest.mark.parametrize(
    ("value", "changes", "why"),
    [("10", {}, "a refund of a part"), ("", {"authenticity": Authenticity.UNVERIFIED}, "without proof")],
)
def test_a_part_and_a_notice_without_proof_stop_nothing(office, value, changes, why):
    service = alarmed(office, opening(amount=("34.99", "EUR")))
    office.file(refund(value, **changes), now=ANSWER)
    told = rest_of(service)
    assert [who for who, _ in told][:3] == ["dan", "ana", "ana"]
    assert any(what == "note" or why in line for what, line in trail(office))


def test_when_amazon_asks_after_the_refund_the_ladder_climbs_again(office):
    service = alarmed(office, opening())
    office.file(refund(), now=ANSWER)
    service.sweep(ANSWER)
    question = later(mail(Event.REMINDER, seed="again", deadline=None, message_id="again@amazonses.example"))
    asked = ANSWER + timedelta(minutes=20)
    office.file(replace(question, sent_at=asked, sketch=(3,)), now=asked)
    assert ("dan", True) in [(who, "Nobody has answered" in letter) for who, letter in rest_of(service)]


def test_whoever_knows_better_sets_the_ladder_going_again(office):
    service = alarmed(office, opening())
    office.file(refund(), now=ANSWER)
    service.sweep(ANSWER)
    act(office.desk.store, "CC-000001", ActKind.REOPENED, by="Bo", now=ANSWER + timedelta(minutes=5), terms=TERMS)
    assert ("dan", True) in [(who, "Nobody has answered" in letter) for who, letter in rest_of(service)]


def test_a_reply_or_a_command_may_reopen_what_a_refund_has_hushed_and_nothing_else_that_is_open(office):
    alarmed(office, opening())
    case = office.desk.store.case("CC-000001", ANSWER)
    with pytest.raises(Refused, match="not closed"):
        _check(case, ActKind.REOPENED)
    office.file(refund(), now=ANSWER)
    _check(office.desk.store.case("CC-000001", ANSWER), ActKind.REOPENED)
