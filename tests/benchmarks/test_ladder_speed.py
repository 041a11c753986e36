"""How fast the ladder looks at ten thousand open cases: printed as ratios to a plain loop, and failing on none."""

from datetime import timedelta
from time import perf_counter

import pytest
from mail.people import berlin, case, roster

from daemon.climb import Watched, decide
from daemon.ladder import NoticeState, Taken, due_steps
from daemon.moments import plan_of, running
from daemon.storage.notice_rows import OpenCase

COUNT = 10_000
TUESDAY = berlin(2026, 3, 3, 9)


def best(work, times=5):
    """The shortest of several runs, in seconds."""
    spans = []
    for _ in range(times):
        began = perf_counter()
        work()
        spans.append(perf_counter() - began)
    return min(spans)


def plain_loop():
    """What any pass over so many cases costs at least: a comparison of two instants each."""
    now, dues = TUESDAY, [TUESDAY + timedelta(minutes=number) for number in range(COUNT)]
    return best(lambda: [due for due in dues if due <= now])


@pytest.mark.benchmark
def test_ten_thousand_open_cases_are_re_evaluated(capsys):
    staff = roster()
    cases = [case(TUESDAY, TUESDAY + timedelta(hours=24 + number % 96)) for number in range(COUNT)]
    began = perf_counter()
    plans = [plan_of(each, running(each, TUESDAY), "eu", staff) for each in cases]
    planned = perf_counter() - began
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
