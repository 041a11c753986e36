"""An invented team with turns, and one case with a clock, for tests of the ladder."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from classifiers.assessment import Deadline
from config.calendars import WorkingTime
from config.ladder import default_ladder
from config.rota import Queue, Rota
from config.settings import Person
from config.vocabulary import Basis, Event, Kind
from daemon.cases import Armed, Case
from daemon.ladder import Taken, due_steps
from daemon.moments import plan_of, running
from daemon.roster import Roster

BERLIN = ZoneInfo("Europe/Berlin")
EU = Queue(
    name="eu", members=("Ana", "Bo", "Cleo"), start=date(2026, 3, 2), hand_over=time(9), zone=BERLIN, leads=("Dan",)
)
NAMES = ("Ana", "Bo", "Cleo", "Dan")


def berlin(*parts: int) -> datetime:
    """An instant on Berlin's clock."""
    return datetime(*parts, tzinfo=BERLIN).astimezone(UTC)  # type: ignore[arg-type, misc]


def roster(**changes: Any) -> Roster:
    """Four people in Berlin: three take turns, one leads."""
    people = tuple(
        Person(name=name, address=f"{name.lower()}@seller.example", **changes.pop(name, {})) for name in NAMES
    )
    usual: dict[str, Any] = {
        "people": people,
        "rota": Rota(queues=(EU,)),
        "ladder": default_ladder(),
        "work": WorkingTime(zone=BERLIN),
    }
    return Roster(**{**usual, **changes})


def case(read_at: datetime, respond_by: datetime, *, basis: Basis = Basis.STATED, **changes: Any) -> Case:
    """An A-to-z case with one clock."""
    deadline = Deadline(respond_by=respond_by, target=None, basis=basis, phrase=None, rule="")
    usual: dict[str, Any] = {
        "kind": Kind.ATOZ_CLAIM,
        "opener": "key",
        "clocks": (Armed(deadline=deadline, read_at=read_at),),
        "newest_at": read_at,
        "newest_read_at": read_at,
        "number": "CC-000001",
        "events": (Event.OPENED,),
        "marketplace": "DE",
    }
    return Case(**{**usual, **changes})


def minutes(start: datetime, end: datetime, step: int = 1) -> list[datetime]:
    """The sweeps of a service that looks every so many minutes, both ends included."""
    return [
        start + number * timedelta(minutes=step)
        for number in range(int((end - start).total_seconds() // 60 // step) + 1)
    ]


def replay(states: Any, ticks: list[datetime], staff: Roster) -> list[tuple[datetime, Any]]:
    """Decide at every tick for `states(tick)`, remembering what was decided as the database does."""
    taken: dict[tuple[str, str, str], Taken] = {}
    found = []
    for now in ticks:
        current = states(now) if callable(states) else states
        armed = running(current, now)
        if armed is None:
            continue
        plan = plan_of(current, armed, "eu", staff)
        known = [each for (clock, _, _), each in taken.items() if clock == plan.clock]
        for decision in due_steps(current, plan, known, "eu", staff, now):
            found.append((now, decision))
            taken[(plan.clock, decision.step, decision.person)] = Taken(
                step=decision.step, person=decision.person, state=decision.state, fire_at=decision.fire_at
            )
    return found
