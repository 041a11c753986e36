"""What the ladder tells goes to channels too: whose, when, in which words, and never twice."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from mail.entries import mail
from mail.office import FilingOffice
from mail.people import BERLIN, berlin, minutes, roster

from classifiers.assessment import Deadline
from config.ladder import LadderStep, override_ladder
from config.policy import default_policy
from config.settings import Channel, Secret
from config.vocabulary import Basis, Event
from daemon.acting import act
from daemon.acts import ActKind
from daemon.climb import Watchlist, climb
from daemon.desk import Desk, Post
from daemon.jury import Jury
from daemon.matters import Terms
from daemon.paging import channels_of
from daemon.reading import Rules
from daemon.sending import DeliveryState, Ending, Via
from daemon.storage.store import Store
from responders.voice import TeamVoice

RULES = Rules(policy=default_policy(), trusted_authserv=(), marketplaces=(), instance="test", domain="seller.example")
TUESDAY, DUE = berlin(2026, 3, 3, 9), berlin(2026, 3, 5, 17)
POST = Post(
    voice=TeamVoice(language="en", zone=BERLIN, instance="test", domain="seller.example"),
    from_display="Claimclock",
    from_address="claimclock@seller.example",
    recipients=("ana@seller.example",),
)
CHANNELS = {
    "chat": Channel(name="chat", url=Secret(credential="chat")),
    "pager": Channel(name="pager", url=Secret(credential="pager"), order_ids=True),
}
STEP = LadderStep(name="on_call_4", left=timedelta(hours=4))


@pytest.mark.parametrize(
    ("step", "letter", "found"),
    [
        (STEP, "page", ("chat",)),
        (STEP, "overdue", ("chat",)),
        (STEP, "reminder", ()),
        (None, "reminder", ()),
        (replace(STEP, channels=()), "page", ()),
        (replace(STEP, channels=("pager",)), "reminder", ("pager",)),
        (replace(STEP, channels=("own", "pager", "chat")), "page", ("chat", "pager")),
    ],
)
def test_a_steps_channels_take_the_place_of_the_persons_own_and_a_reminder_wakes_nobody(step, letter, found):
    assert channels_of(step, letter, ("chat",)) == found


@pytest.fixture
def office(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/claimclock.db", lock=True) as store:
        yield FilingOffice(Desk(store=store, jury=Jury(RULES, workers=0), terms=Terms(proof=True), post=POST))


def file(office, number):
    deadline = Deadline(respond_by=DUE, target=None, basis=Basis.STATED, phrase=None, rule="")
    entry = mail(Event.OPENED, seed=str(number), deadline=deadline, order_ids=(f"026-{number:07d}-7654321",))
    office.file(
        replace(
            entry,
            sent_at=TUESDAY,
            arrived_at=TUESDAY,
            message_id=f"{number}@amazonses.example",
            subject="SECRET words of the buyer",
            sketch=(number,),
        ),
        now=TUESDAY,
    )


def staff(steps=None, **people):
    ladder, problems = override_ladder({"next_most": 0, "stated": steps or {}}, path=None)
    assert problems == []
    return roster(ladder=ladder, channels=CHANNELS, **people)


def pages(office, staff, *instants):
    """Sweeps as the service makes them; what went to channels, as (hour in Berlin, channel, title, body)."""
    watch, found = Watchlist(roster=staff), []
    for now in instants:
        climb(office.desk.store, POST, watch, now)
        for each in office.desk.store.claim_deliveries("pager", now, 99, via=Via.CHANNEL):
            office.desk.store.finish(each, Ending(state=DeliveryState.SENT, due=None, reply=""), now)
            page = json.loads(each.data)
            found.append((f"{now.astimezone(BERLIN):%a %H:%M}", each.recipient, page["title"], page["body"]))
    return found


ALL = minutes(TUESDAY, DUE + timedelta(hours=1), 30)


def test_pages_go_to_the_channels_of_whoever_is_on_call_and_reminders_do_not(office):
    file(office, 1)
    found = pages(office, staff(Ana={"channels": ("chat",)}), *ALL)
    assert [when for when, *_ in found] == ["Wed 17:00", "Thu 13:00", "Thu 16:00", "Thu 17:00", "Thu 18:00"]
    assert {to for _, to, *_ in found} == {"chat"}
    _, _, title, body = next(each for each in found if each[0] == "Thu 16:00")
    assert title == "[Claimclock] CC-000001: needs an answer, in 1 h"
    assert body.splitlines()[0] == "CC-000001 A-to-z claim UK: by Thu 5 Mar, 17:00"
    assert "SECRET" not in title + body
    assert "026-" not in title + body


def test_a_channel_that_several_people_share_gets_one_page_that_names_them(office):
    file(office, 1)
    shared = staff(Ana={"channels": ("chat",)}, Dan={"channels": ("chat",)})
    found = pages(office, shared, DUE - timedelta(minutes=90), DUE)
    assert [body.splitlines()[-2] for *_, body in found if body][-1] == "For Ana, Dan."
    assert len([each for each in found if each[0] == "Thu 17:00"]) == 1


def test_several_cases_are_one_page_and_a_restart_repeats_none(office):
    for number in (1, 2, 3):
        file(office, number)
    team, at = staff({"on_call_1": {"channels": ["pager"]}}), DUE - timedelta(hours=1)
    found = pages(office, team, at)
    (page,) = [each for each in found if each[1] == "pager"]
    assert page[2] == "[Claimclock] 3 cases need you"
    assert "026-0000002-7654321" in page[3]  # this channel may show order ids
    assert pages(office, team, at, at + timedelta(minutes=1)) == []


def test_whoever_acknowledges_is_not_paged_again(office):
    file(office, 1)
    team = staff(Ana={"channels": ("chat",)})
    before = pages(office, team, *minutes(TUESDAY, DUE - timedelta(hours=3), 30))
    assert before
    at = DUE - timedelta(hours=2, minutes=30)
    act(office.desk.store, "CC-000001", ActKind.ANSWERED, by="Ana", now=at, terms=Terms(proof=True))
    assert pages(office, team, *minutes(at, DUE + timedelta(hours=2), 30)) == []


def test_a_channel_that_left_the_settings_gets_nothing(office):
    file(office, 1)
    assert pages(office, replace(staff(Ana={"channels": ("chat",)}), channels={}), *ALL) == []
