"""The ladder over a real database: letters once each, grouped, limited, stopped, after a restart and in a storm."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from mail.entries import mail, own_reply, request
from mail.office import FilingOffice
from mail.people import BERLIN, NAMES, berlin, minutes, roster

from classifiers.assessment import Deadline
from config.ladder import override_ladder
from config.policy import default_policy
from config.vocabulary import Basis, Event
from daemon.acting import act
from daemon.acts import ActKind
from daemon.climb import Watchlist, climb
from daemon.desk import Desk, Post
from daemon.jury import Jury
from daemon.ladder import NoticeState
from daemon.matters import Terms
from daemon.reading import Rules
from daemon.storage import notice_rows
from daemon.storage.store import Store
from daemon.telling import tell
from responders.voice import TeamVoice

TERMS = Terms(proof=True)
RULES = Rules(policy=default_policy(), trusted_authserv=(), marketplaces=(), instance="test", domain="seller.example")
TUESDAY, DUE = berlin(2026, 3, 3, 9), berlin(2026, 3, 5, 17)
ADDRESSES = tuple(f"{name.lower()}@seller.example" for name in NAMES)
POST = Post(
    voice=TeamVoice(language="en", zone=BERLIN, instance="test", domain="seller.example"),
    from_display="Claimclock",
    from_address="claimclock@seller.example",
    recipients=ADDRESSES,
)


@pytest.fixture
def office(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/claimclock.db", lock=True) as store:
        yield FilingOffice(Desk(store=store, jury=Jury(RULES, workers=0), terms=TERMS, post=POST, storm_cases=30))


def claim(number, *, due=DUE, at=TUESDAY, event=Event.OPENED, make=mail, **changes):
    deadline = Deadline(respond_by=due, target=None, basis=Basis.STATED, phrase=None, rule="") if due else None
    return replace(
        make(
            event, seed=f"{number}{event}{at}", deadline=deadline, order_ids=(f"026-{number:07d}-7654321",), **changes
        ),
        sent_at=at,
        arrived_at=at,
        message_id=f"{number}-{event}@amazonses.example",
        subject=f"Claim {number} {event}",
        sketch=(number,),
    )


def single(**changes):
    ladder, problems = override_ladder({"next_most": 0, **changes}, path=None)
    assert problems == []
    return roster(ladder=ladder)


class Service:
    """Sweeps like the service; letters as (recipient, subject) by instant."""

    def __init__(self, office, staff):
        self.office, self.watch = office, Watchlist(roster=staff)

    def sweep(self, *instants):
        found = []
        for now in instants:
            climb(self.office.desk.store, POST, self.watch, now)
            found += [(now, to, letter) for to, letter in self.office.letters(now)]
        return found

    def restart(self):
        self.watch = Watchlist(roster=self.watch.roster)


def heads(found):
    return [(now, to.partition("@")[0], letter["Subject"].partition(" 026")[0]) for now, to, letter in found]


def text(letter):
    return letter.get_body(("plain",)).get_content()


def trail(office, number="CC-000001"):
    return [(line.what, line.why) for line in office.desk.store.trail(number)]


def test_a_notice_stands_in_the_thread_of_its_case_and_in_its_trail(office):
    office.file(claim(1), now=TUESDAY)
    ((now, to, letter),) = Service(office, single()).sweep(*minutes(TUESDAY, berlin(2026, 3, 4, 14), 30))
    assert (now, to) == (berlin(2026, 3, 4, 13), "ana@seller.example")
    assert letter["Subject"] == "Re: [CC-000001] A-to-z claim 026-0000001-7654321"
    assert letter["In-Reply-To"] == letter["References"]
    assert "in 28 h" in text(letter)
    assert ("reminder to Ana", "reminder: 50 % of the time is gone; on call") in trail(office)


def test_nothing_is_told_twice_through_restarts(office):
    office.file(claim(1), now=TUESDAY)
    service, found = Service(office, single()), []
    for now in minutes(TUESDAY, DUE, 30):
        found += service.sweep(now, now)
        service.restart()
    assert [who for _, who, _ in heads(found)] == ["ana", "ana", "ana", "dan", "ana", "ana", "dan"]


def test_several_cases_of_one_person_come_in_one_letter_with_a_table(office):
    office.file(claim(1), claim(2), claim(3, due=DUE + timedelta(hours=2)), now=TUESDAY)
    found = Service(office, single()).sweep(*minutes(berlin(2026, 3, 4, 16), berlin(2026, 3, 4, 18), 60))
    together = [letter for _, _, letter in found if "cases need you" in letter["Subject"]]
    assert together
    assert all(f"CC-00000{number}" in text(together[0]) for number in (1, 2, 3))
    assert text(together[0]).index("CC-000001") < text(together[0]).index("CC-000003")


def test_more_letters_than_the_limit_are_held_back_with_a_note_and_come_together(office):
    for number in range(1, 6):
        office.file(claim(number, due=DUE + number * timedelta(minutes=10)), now=TUESDAY)
    service = Service(office, single(letters_per_hour=2))
    found = service.sweep(*minutes(berlin(2026, 3, 5, 12, 50), berlin(2026, 3, 5, 13, 40), 10))
    pages = [(now, text(letter)) for now, to, letter in found if to.startswith("ana")]
    assert "You had 2 notices within an hour" in pages[1][1]
    with office.desk.store.read() as tx:
        assert notice_rows.held(tx)
    later = service.sweep(*minutes(berlin(2026, 3, 5, 13, 50), berlin(2026, 3, 5, 14, 30), 10))
    assert any("Held back for up to an hour" in text(letter) for _, to, letter in later if to.startswith("ana"))
    with office.desk.store.read() as tx:
        assert notice_rows.held(tx) == []
        told = {n.step for number in range(1, 6) for n in notice_rows.notices_of(tx, number) if n.letter_key}
    assert "on_call_4" in told


def test_overdue_is_never_held_back(office):
    office.file(claim(1), claim(2, due=DUE + timedelta(minutes=20)), now=TUESDAY)
    found = Service(office, single(letters_per_hour=1)).sweep(*minutes(DUE, DUE + timedelta(minutes=20), 10))
    assert [(now, who) for now, who, _ in heads(found) if who == "dan"] == [
        (DUE, "dan"),
        (DUE + timedelta(minutes=20), "dan"),
    ]


def test_what_was_held_back_is_dropped_when_the_case_is_acknowledged(office):
    for number in (1, 2):
        office.file(claim(number, due=DUE + number * timedelta(minutes=10)), now=TUESDAY)
    service = Service(office, single(letters_per_hour=1))
    service.sweep(*minutes(berlin(2026, 3, 5, 12), berlin(2026, 3, 5, 13, 20), 10))
    with office.desk.store.read() as tx:
        (held,) = notice_rows.held(tx)
    seen = berlin(2026, 3, 5, 13, 25)
    act(office.desk.store, f"CC-{held.case_id:06d}", ActKind.ACKNOWLEDGED, by="Bo", now=seen, terms=TERMS)
    service.sweep(*minutes(berlin(2026, 3, 5, 13, 30), berlin(2026, 3, 5, 14, 30), 10))
    with office.desk.store.read() as tx:
        (same,) = [n for n in notice_rows.notices_of(tx, held.case_id) if n.step == held.step]
    assert (same.state, same.letter_key) == (NoticeState.SKIPPED, None)


@pytest.mark.parametrize(
    ("event", "make", "why"),
    [
        (Event.DENIED, mail, "denied: closed, won"),
        (Event.WITHDRAWN, mail, "withdrawn: closed, withdrawn"),
        (None, own_reply, "own reply: a copy of the team's own reply"),
    ],
)
def test_an_answer_or_a_decision_stops_the_ladder_and_says_so(office, event, make, why):
    opening = request if make is own_reply else mail
    office.file(claim(1, make=opening), now=TUESDAY)
    service = Service(office, single())
    assert service.sweep(berlin(2026, 3, 4, 13))
    at = berlin(2026, 3, 4, 15)
    copied = replace(own_reply(30), sent_at=at, order_ids=claim(1).order_ids)
    office.file(claim(1, due=None, at=at, event=event) if event else copied, now=at)
    assert service.sweep(*minutes(at, DUE + timedelta(hours=3), 30)) == []
    (line,) = [why for what, why in trail(office) if what == "ladder stopped"]
    assert line.startswith(why)


def test_done_stops_the_ladder_and_reopening_lets_it_go_on_without_repeating(office):
    office.file(claim(1), now=TUESDAY)
    service, store = Service(office, single()), office.desk.store
    service.sweep(berlin(2026, 3, 4, 13))
    act(store, "CC-000001", ActKind.ANSWERED, by="Ana", now=berlin(2026, 3, 4, 14), terms=TERMS)
    assert service.sweep(*minutes(berlin(2026, 3, 4, 14), berlin(2026, 3, 4, 20), 30)) == []
    act(store, "CC-000001", ActKind.REOPENED, by="Ana", now=berlin(2026, 3, 5, 9), terms=TERMS)
    found = service.sweep(*minutes(berlin(2026, 3, 5, 10), berlin(2026, 3, 5, 14), 30))
    with store.read() as tx:
        steps = [n.step for n in notice_rows.notices_of(tx, 1)]
    assert [now for now, _, _ in found] == [berlin(2026, 3, 5, 10), berlin(2026, 3, 5, 13)]
    assert steps == ["reminder", "on_call_12", "on_call_4"]


def test_whoever_lives_elsewhere_reads_the_own_time(office):
    staff = replace(single(), people=roster(Ana={"time_zone": "Asia/Shanghai", "quiet": ""}).people)
    office.file(claim(1), now=TUESDAY)
    found = Service(office, staff).sweep(*minutes(TUESDAY, DUE, 30))
    assert "Fri 6 Mar, 00:00" in text(found[0][2]) or "Thu 5 Mar, 24:00" in text(found[0][2])


def test_a_storm_is_told_in_one_letter_with_a_table(office):
    office.file(*(claim(number) for number in range(1, 41)), now=TUESDAY)
    assert tell(office.desk, TUESDAY) == 1
    letters = office.letters(TUESDAY)
    assert {to for to, _ in letters} == set(ADDRESSES)
    assert letters[0][1]["Subject"] == "[Claimclock] Storm: 40 new cases within an hour"
    assert all(f"CC-{number:06d}" in text(letters[0][1]) for number in range(1, 41))


def test_what_follows_in_a_storm_comes_ten_minutes_later_and_single_letters_come_again_after_it(office):
    office.file(*(claim(number) for number in range(1, 41)), now=TUESDAY)
    tell(office.desk, TUESDAY)
    soon, later = TUESDAY + timedelta(minutes=2), TUESDAY + timedelta(minutes=12)
    office.file(claim(41), now=soon)
    assert (tell(office.desk, soon), tell(office.desk, later)) == (0, 1)
    office.file(claim(42), now=TUESDAY + timedelta(minutes=80))
    tell(office.desk, TUESDAY + timedelta(minutes=80))
    subjects = [letter["Subject"] for _, letter in office.letters(TUESDAY + timedelta(minutes=80))]
    assert any(subject.startswith("[CC-000042]") for subject in subjects)


def test_as_many_cases_as_the_limit_are_told_one_by_one(office):
    office.file(*(claim(number) for number in range(1, 31)), now=TUESDAY)
    assert tell(office.desk, TUESDAY) == 30


def test_whoever_reads_chinese_gets_the_ladders_letters_in_chinese_and_on_the_own_clock(office):
    staff = single()
    people = tuple(
        replace(person, language="zh", time_zone="Asia/Shanghai") if person.name == "Ana" else person
        for person in staff.people
    )
    office.file(claim(1), now=TUESDAY)
    found = Service(office, replace(staff, people=people)).sweep(DUE + timedelta(minutes=1))
    texts = {to.partition("@")[0]: text(letter) for _, to, letter in found}
    assert "请" in texts["ana"]
    assert "3月5日周四 24:00" in texts["ana"], texts["ana"]  # 17:00 in Berlin
    assert "17:00" in texts["dan"]
    assert "请" not in texts["dan"]


def test_repetitions_for_many_overdue_cases_are_bundled_beyond_the_limit_and_none_is_left_out(office):
    """Twelve cases that fell due minute by minute: each is told at once, then what repeats comes every ten minutes."""
    for number in range(12):
        office.file(claim(number + 1, due=DUE + number * timedelta(minutes=2)), now=TUESDAY)
    service = Service(office, single(letters_per_hour=3))
    service.sweep(*minutes(TUESDAY, DUE - timedelta(minutes=10), 60))
    first = [to for _, to, _ in heads(service.sweep(*minutes(DUE, DUE + timedelta(minutes=58), 2))) if to == "dan"]
    assert len(first) == 12
    found = service.sweep(*minutes(DUE + timedelta(hours=1), DUE + timedelta(minutes=118), 2))
    again = [(now, text(letter)) for now, to, letter in found if to.startswith("dan")]
    assert len(again) <= 6
    assert all(later - now >= timedelta(minutes=10) for (now, _), (later, _) in pairwise(again))
    told = " ".join(each for _, each in again)
    assert all(f"CC-{number:06d}" in told for number in range(1, 13))
