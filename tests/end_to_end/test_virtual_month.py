"""A month of sixty cases, ten people in three zones, absences, an outage and a storm, replayed in seconds.

What the service writes is compared with a second computation that shares nothing with it: it walks the minutes of a
wall clock, knows the shipped ladder by heart, and remembers what it has told in a set.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from mail.entries import mail
from mail.office import FilingOffice

from classifiers.assessment import Deadline
from config.calendars import WorkingTime
from config.ladder import override_ladder
from config.policy import default_policy
from config.rota import Absence, Queue, Rota
from config.settings import Person
from config.vocabulary import Basis, Event
from daemon.acting import act
from daemon.acts import ActKind
from daemon.climb import Watchlist, climb
from daemon.desk import Desk, Post
from daemon.jury import Jury
from daemon.ladder import NoticeState
from daemon.matters import Terms
from daemon.reading import Rules
from daemon.roster import Roster
from daemon.storage import notice_rows
from daemon.storage.store import Store
from daemon.telling import tell
from responders.voice import TeamVoice

START, DAYS, TICK = datetime(2026, 3, 2, 0, 0, tzinfo=UTC), 30, timedelta(minutes=15)
ZONES = {
    **dict.fromkeys(("Ana", "Bo", "Cleo", "Dan"), "Europe/Berlin"),
    **dict.fromkeys(("Fang", "Gao", "Hui"), "Asia/Shanghai"),
    **dict.fromkeys(("Ida", "Jim", "Kay"), "America/New_York"),
}
TURNS = {"DE": ("Ana", "Bo", "Cleo"), "JP": ("Fang", "Gao"), "US": ("Ida", "Jim")}
LEADS = {"DE": "Dan", "JP": "Hui", "US": "Kay"}
AWAY = (
    ("Bo", datetime(2026, 3, 9, 12, tzinfo=UTC), datetime(2026, 3, 13, tzinfo=UTC)),
    ("Fang", datetime(2026, 3, 18, tzinfo=UTC), datetime(2026, 3, 20, 6, tzinfo=UTC)),
    ("Kay", datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 16, tzinfo=UTC)),
)
OUTAGE = (datetime(2026, 3, 11, 2, tzinfo=UTC), datetime(2026, 3, 11, 15, tzinfo=UTC))
STORM = datetime(2026, 3, 24, 10, tzinfo=UTC)
TERMS = Terms(proof=True)
RULES = Rules(policy=default_policy(), trusted_authserv=(), marketplaces=(), instance="test", domain="seller.example")
OWN = {"letters_per_hour": 0, "late_after": "15 minutes", "stated": {"overdue": {"most": 4}}}
HABITS = ((), (ActKind.ACKNOWLEDGED,), (ActKind.TAKEN,), (ActKind.ACKNOWLEDGED, ActKind.ANSWERED))
FAR = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass
class Story:
    """One case: when it is read, what is due, and what people do."""

    number: int
    store: str
    read: datetime
    due: datetime
    basis: Basis
    acts: list[tuple[datetime, ActKind, str]] = field(default_factory=list)
    decided: datetime = FAR

    @property
    def ended(self) -> datetime:
        return min([self.decided, *(at for at, what, _ in self.acts if what is ActKind.ANSWERED)])

    @property
    def order(self):
        return f"026-{self.number:07d}-7654321"


@cache
def ticks():
    return [now for now in (START + n * TICK for n in range(DAYS * 96)) if not OUTAGE[0] <= now < OUTAGE[1]]


def stories():
    """Sixty cases drawn once for all, so that the month is the same at every run; 32 more are the storm."""
    dice, running = random.Random(20260302), ticks()
    found = []
    for number in range(1, 93):
        read = STORM if number > 60 else dice.choice(running[: 96 * 26])
        due = read + timedelta(minutes=15 * dice.randrange(2, 96 * 4 * (3 if number > 60 else 1) // 4 * 3))
        basis = dice.choice([Basis.STATED] * 5 + [Basis.POLICY, Basis.CONDITIONAL])
        store = dice.choice(list(TURNS))
        story = Story(number, store, read, due, basis)
        later = [now for now in running if read < now < due + timedelta(hours=8)]
        for what in dice.choice(
            [(), (ActKind.ACKNOWLEDGED,), (ActKind.TAKEN,), (ActKind.ACKNOWLEDGED, ActKind.ANSWERED)]
        ):
            moments = [now for now in later if not story.acts or now > story.acts[-1][0]]
            if moments:
                who = dice.choice(TURNS[store])
                story.acts.append((dice.choice(moments), what, who))
        if dice.random() < 0.3 and later:
            story.decided = dice.choice(later)
            story.acts = [each for each in story.acts if each[0] < story.decided]
        found.append(story)
    return found


# --- the service -------------------------------------------------------------------------------------------------


def roster():
    ladder, problems = override_ladder(OWN, path=None)
    assert problems == []
    people = tuple(Person(name=n, address=f"{n.lower()}@seller.example", time_zone=z) for n, z in ZONES.items())
    queues = tuple(
        Queue(
            name=store, members=members, start=date(2026, 3, 2), hand_over=time(9),
            zone=ZoneInfo(ZONES[members[0]]), leads=(LEADS[store],), marketplaces=frozenset({store}),
        )
        for store, members in TURNS.items()
    )  # fmt: skip
    rota = Rota(queues=queues, absences=tuple(Absence(who=w, start=s, end=e) for w, s, e in AWAY))
    return Roster(people=people, rota=rota, ladder=ladder, work=WorkingTime(zone=ZoneInfo("Europe/Berlin")))


def opening(story):
    deadline = Deadline(respond_by=story.due, target=None, basis=story.basis, phrase=None, rule="")
    changes = {"order_ids": (story.order,), "marketplace": story.store, "deadline": deadline, "sketch": (story.number,)}
    return replace(mail(Event.OPENED, seed=story.order, **changes), sent_at=story.read, arrived_at=story.read,
                   message_id=f"{story.number}@amazonses.example")  # fmt: skip


def denial(story):
    changes = {"order_ids": (story.order,), "marketplace": story.store, "sketch": (1000 + story.number,)}
    return replace(mail(Event.DENIED, seed=f"{story.order} denied", **changes), sent_at=story.decided,
                   arrived_at=story.decided, message_id=f"{story.number}-denied@amazonses.example")  # fmt: skip


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    """The month as the service lives it: what it told, and the letters that left."""
    told = set()
    voice = TeamVoice(language="en", zone=ZoneInfo("Europe/Berlin"), instance="test", domain="seller.example")
    post = Post(voice=voice, from_display="C", from_address="c@seller.example", recipients=("ana@seller.example",))
    with Store.open(f"sqlite:///{tmp_path_factory.mktemp('month')}/claims.db", lock=True) as store:
        office = FilingOffice(Desk(store=store, jury=Jury(RULES, workers=0), terms=TERMS, post=post, storm_cases=30))
        staff, numbers = roster(), {}
        watch = Watchlist(roster=staff)
        for index, now in enumerate(ticks()):
            if index % 500 == 0:
                watch = Watchlist(roster=staff)  # a restart
            for story in stories_at(now, lambda story: story.read):
                office.file(opening(story), now=now)
                numbers = {case.order_ids[0]: case.number for case in store.cases(True, now)}
            for story in stories_at(now, lambda story: story.decided):
                office.file(denial(story), now=now)
            for story in all_stories():
                for at, what, who in story.acts:
                    if at == now:
                        act(store, numbers[story.order], what, by=who, now=now, terms=TERMS)
            if stories_at(now, lambda story: story.read):
                tell(office.desk, now)
            climb(store, post, watch, now)
        claimed = office.claimed(ticks()[-1])
        letters = [(letter["Date"].datetime, each.recipient, letter) for each, letter in claimed]
        with store.read() as tx:
            for story in all_stories():
                for each in notice_rows.notices_of(tx, int(numbers[story.order][3:])):
                    if each.state in (NoticeState.SENT, NoticeState.ENDED):
                        told.add((story.number, each.step, each.person, each.fire_at, each.late))
    return told, letters


@cache
def all_stories():
    return tuple(stories())


def stories_at(now, when):
    return [story for story in all_stories() if when(story) == now]


# --- the same by other means ---------------------------------------------------------------------------------------


def away(who, at):
    return any(name == who and start <= at < end for name, start, end in AWAY)


@cache
def line(store, at):
    """Who is on call and who follows: turns are counted by walking from hand-over to hand-over."""
    members, zone, turn = TURNS[store], ZoneInfo(ZONES[TURNS[store][0]]), 0
    monday = datetime(2026, 3, 2, 9, tzinfo=zone)
    if at < monday:
        turn = -1
    while at >= monday + timedelta(days=7):
        turn, monday = turn + 1, monday + timedelta(days=7)
    order = [members[(turn + n) % len(members)] for n in range(len(members))]
    return [who for who in order if not away(who, at)]


@cache
def works(who, at):
    local = at.astimezone(ZoneInfo(ZONES[who]))
    return local.weekday() < 5 and 9 <= local.hour < 18


def worker(store, at):
    return (line(store, at) or ["Ana"])[0]


def quiet_until(who, at):
    local = at.astimezone(ZoneInfo(ZONES[who]))
    if 7 <= local.hour < 22:
        return at
    end = local.replace(hour=7, minute=0, second=0)
    return (end + timedelta(days=1) if local.hour >= 22 else end).astimezone(UTC)


def moved(store, at, read, due, alarm):
    """Where a moment outside working time belongs, found by walking in single minutes."""
    who, minute = worker(store, at), timedelta(minutes=1)
    back = at.replace(second=0, microsecond=0)
    while back > read and not works(who, back - minute):
        back -= minute
    if back > read:
        return max(read, back - timedelta(hours=1))
    ahead = at
    while not works(who, ahead):
        ahead = (ahead + minute).replace(second=0)
    if ahead <= due - timedelta(hours=4):
        return ahead
    return read if alarm else at


HOUR = timedelta(hours=1)
STEPS = {
    Basis.STATED: [("on_call_12", 12), ("on_call_4", 4), ("lead_2", 2), ("on_call_1", 1)],
    Basis.POLICY: [("reminder_4", 4)],
    Basis.CONDITIONAL: [],
}


def schedule(story):
    """(due, step, letter, audience) of a case."""
    read, due, found, reached = story.read, story.due, [], {}
    before = [(step, h) for step, h in STEPS[story.basis] if due - h * HOUR < read and story.basis is Basis.STATED]
    last = {("lead" if "lead" in step else "on_call"): step for step, _ in before}
    for audience, step in last.items():
        found.append((read, step, audience))
        reached["alarm"] = read
    timed = [("reminder", read + (due - read) / 2)]
    timed += [(step, due - h * HOUR) for step, h in STEPS[story.basis] if due - h * HOUR >= read]
    for step, at in sorted(timed, key=lambda each: each[1]):
        chain = "reminder" if "reminder" in step else "alarm"
        when = at if works(worker(story.store, at), at) else moved(story.store, at, read, due, chain == "alarm")
        if when != at and chain in reached and when <= reached[chain]:
            when = at
        reached[chain] = max(reached.get(chain, when), when)
        found.append((when, step, "lead" if "lead" in step else "holder" if chain == "reminder" else "on_call"))
    if story.basis is Basis.STATED:
        found += [(due + n * HOUR, f"overdue+{n}" if n else "overdue", "both") for n in range(4)]
    if story.basis is Basis.POLICY:
        found.append((due, "overdue", "holder"))
    return sorted(found, key=lambda each: each[0])


def people(story, audience, holder, now):
    first = line(story.store, now)[:1] or [who for who in ZONES if not away(who, now)]
    held = [holder] if holder and not away(holder, now) else []
    lead = [LEADS[story.store]] if not away(LEADS[story.store], now) else [*held, *first]
    return {"holder": held or first, "on_call": [*held, *first], "lead": lead, "both": [*held, *first, *lead]}[audience]


def expected(story):
    """What must be told of a case: (number, step, person, when, whether late)."""
    told, waiting, plan, seen = set(), {}, schedule(story), set()
    for now in ticks():
        if (
            now < story.read
            or now >= min(story.ended, story.due + timedelta(days=2))
            or (story.basis is Basis.CONDITIONAL and now > story.due)
        ):
            continue
        heeded = [at for at, what, _ in story.acts if what is not ActKind.ANSWERED and at <= now]
        holder = next((who for at, what, who in reversed(story.acts) if what is ActKind.TAKEN and at <= now), None)
        quiet = set()
        for at in heeded:
            ahead = [due for due, step, _ in plan if due > at and step not in quiet]
            over = at >= story.due
            quiet |= {s for d, s, _ in plan if d <= at or (ahead and d == ahead[0]) or (over and "overdue" in s)}
        fresh = [each for each in plan if each[0] <= now and each[1] not in seen]
        for due, step, audience in fresh:
            seen.add(step)
            newer = any("overdue" in step and "overdue" in other and later > due for later, other, _ in fresh)
            if step in quiet or (newer and story.basis is Basis.STATED):
                continue
            for who in dict.fromkeys(people(story, audience, holder, now)):
                announce(story, step, who, due, now, told, waiting)
        for (step, who), until in list(waiting.items()):
            if until > now or (step, who) in {(s, w) for _, s, w, _, _ in told}:
                continue
            del waiting[(step, who)]
            origin = next(due for due, name, _ in plan if name == step.partition(">")[0])
            if not any(at >= origin for at in heeded):
                told.add((story.number, step, who, now, now - until > TICK))
        follow(story, plan, heeded, now, told, waiting)
    return told


def announce(story, step, who, due, now, told, waiting):
    near = story.due - 4 * HOUR
    free = now if now >= near else min(quiet_until(who, now), near)
    if free > now:
        waiting[(step, who)] = free
    else:
        told.add((story.number, step, who, now, now - due > TICK))


def follow(story, plan, heeded, now, told, waiting):
    """The next in line, half an hour after a page that nobody acknowledged."""
    for _, step, audience in plan:
        if audience != "on_call":
            continue
        for level in (1, 2):
            name, before = f"{step}>{level}", step if level == 1 else f"{step}>{level - 1}"
            went = [at for _, s, _, at, _ in told if s == before]
            reached = {w for _, s, w, _, _ in told if s.partition(">")[0] == step}
            reached |= {w for s, w in waiting if s.partition(">")[0] == step}
            if not went or any(s == name for _, s, _, _, _ in told) or any(s == name for s, _ in waiting):
                continue
            due = max(went) + timedelta(minutes=30)
            candidates = [who for who in line(story.store, now) if who not in reached]
            if due <= now and due <= story.due and candidates and not any(at >= min(went) for at in heeded):
                back = [end for who, _, end in AWAY if who == candidates[0] and end <= now]
                announce(story, name, candidates[0], max([due, *back]), now, told, waiting)


def test_every_notice_of_the_month_goes_to_the_right_person_at_the_right_time_exactly_once(month):
    told, _ = month
    wanted = set().union(*(expected(story) for story in all_stories()))
    assert len(wanted) > 300
    assert sorted(told - wanted) == []
    assert sorted(wanted - told) == []


def test_the_outage_makes_late_notices_and_nothing_else_does(month):
    told, _ = month
    late = {each for each in told if each[4]}
    assert late
    assert {fire_at for *_, fire_at, _ in late} == {OUTAGE[1]}


def test_the_storm_is_one_letter_and_the_suggestions_before_it_are_single(month):
    _, letters = month
    storms = [now for now, _, letter in letters if "Storm" in letter["Subject"]]
    assert storms == [STORM]
    opened = {letter["Subject"] for now, _, letter in letters if letter["Subject"].startswith("[CC-") and now < STORM}
    assert len(opened) == sum(story.read < STORM for story in all_stories())


def test_nobody_gets_two_letters_of_the_ladder_in_one_sweep(month):
    _, letters = month
    bodies = [(now, to, letter.get_body(("plain",)).get_content()) for now, to, letter in letters]
    ladder = [
        (now, to) for now, to, body in bodies if "To acknowledge, answer" in body or "For each case: answer" in body
    ]
    assert len(ladder) > 200
    assert len(ladder) == len(set(ladder))
