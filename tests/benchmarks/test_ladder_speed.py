"""How fast the ladder looks at ten thousand open cases: printed as ratios to a plain loop, and failing on none."""

from datetime import timedelta
from time import process_time

import pytest
from mail.people import berlin, case, roster
from sqlalchemy import insert

from daemon.climb import Watched, Watchlist, climb, decide
from daemon.ladder import NoticeState, Taken, due_steps
from daemon.moments import plan_of, running
from daemon.storage import schema
from daemon.storage.codec import to_json
from daemon.storage.notice_rows import OpenCase
from daemon.storage.store import Store

COUNT = 10_000
TUESDAY = berlin(2026, 3, 3, 9)


def best(work, times=5):
    """The shortest of several runs, in seconds of this process: other work on the machine does not count."""
    spans = []
    for _ in range(times):
        began = process_time()
        work()
        spans.append(process_time() - began)
    return min(spans)


def plain_loop():
    """What any pass over so many cases costs at least: a comparison of two instants each."""
    now, dues = TUESDAY, [TUESDAY + timedelta(minutes=number) for number in range(COUNT)]
    return best(lambda: [due for due in dues if due <= now])


@pytest.mark.benchmark
def test_ten_thousand_open_cases_are_re_evaluated(capsys):
    staff = roster()
    cases = [case(TUESDAY, TUESDAY + timedelta(hours=24 + number % 96)) for number in range(COUNT)]
    began = process_time()
    plans = [plan_of(each, running(each, TUESDAY), "eu", staff) for each in cases]
    planned = process_time() - began
    now = TUESDAY + timedelta(hours=20)
    taken = [
        [
            Taken(step=moment.key, person="Ana", state=NoticeState.SENT, fire_at=moment.due)
            for moment in plan.moments
            if moment.due <= now
        ]
        for plan in plans
    ]
    pairs = list(zip(cases, plans, taken, strict=True))
    full = best(lambda: [due_steps(each, plan, known, "eu", staff, now) for each, plan, known in pairs])
    watch = [
        Watched(
            open=OpenCase(id=number, account="eu", updated_at=TUESDAY, case=each),
            armed=running(each, now),
            plan=plan,
            taken=known,
            look_at=now + timedelta(minutes=1),
        )
        for number, (each, plan, known) in enumerate(pairs)
    ]
    idle = best(lambda: [decide(each, staff, now) for each in watch])
    loop = plain_loop()
    with capsys.disabled():
        print(
            f"\n{COUNT} open cases: planned once {planned * 1000:.0f} ms; every decision anew {full * 1000:.0f} ms "
            f"({full / loop:.0f} plain loops); a sweep with nothing due {idle * 1000:.1f} ms ({idle / loop:.0f})"
        )
    assert len(plans) == COUNT


@pytest.mark.benchmark
def test_a_sweep_over_ten_thousand_open_cases_in_the_database_is_short(capsys, tmp_path):
    staff = roster()
    with Store.open(f"sqlite:///{tmp_path}/claimclock.db", lock=True) as store:
        with store.write() as tx:
            keys = [{"account": "eu", "family": "atoz_claim", "order_id": str(number)} for number in range(COUNT)]
            tx.execute(insert(schema.matters), keys)
            tx.execute(insert(schema.cases), [_row(number) for number in range(COUNT)])
        watch, now = Watchlist(roster=staff), TUESDAY + timedelta(hours=1)
        began = process_time()
        climb(store, None, watch, now)
        first = process_time() - began
        idle = best(lambda: climb(store, None, watch, now + timedelta(minutes=1)))
        again = best(lambda: _all_anew(store, watch, now + timedelta(minutes=2)), times=2)
    loop = plain_loop()
    with capsys.disabled():
        print(
            f"\n{COUNT} open cases in SQLite: the first sweep reads and plans all {first * 1000:.0f} ms; "
            f"a sweep with nothing due {idle * 1000:.0f} ms ({idle / loop:.0f} plain loops); "
            f"one that decides every case anew {again * 1000:.0f} ms ({again / loop:.0f})"
        )
    assert idle < first


def _row(number):
    opened = case(TUESDAY, TUESDAY + timedelta(hours=48 + number % 96, minutes=number % 7))
    return {
        "matter_id": number + 1,
        "account": "eu",
        "opener": f"key{number}",
        "status": "open",
        "respond_by": opened.clocks[0].deadline.respond_by,
        "state": to_json(opened),
        "created_at": TUESDAY,
        "updated_at": TUESDAY,
        "untold": False,
    }


def _all_anew(store, watch, now):
    for watched in watch.cases.values():
        watched.look_at = None
    climb(store, None, watch, now)
