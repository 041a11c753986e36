"""How the cost of a piece of work grows, measured so that neither the machine's load nor the collector decides."""

import gc
from collections.abc import Callable
from time import process_time


def cost(work: Callable[[], object]) -> float:
    """Processor seconds of the quickest of three runs, with the garbage collector out of the way."""
    work()
    gc.disable()
    try:
        return min(_seconds(work) for _ in range(3))
    finally:
        gc.enable()


def _seconds(work: Callable[[], object]) -> float:
    begin = process_time()
    work()
    return process_time() - begin


def grows_no_faster_than_its_text(read: Callable[[str], object], unit: str, *, size: int = 2_000) -> bool:
    """Whether ten times the text costs less than forty times as much: a square would cost a hundred times."""
    small, large = (cost(lambda text=(unit * length)[:length]: read(text)) for length in (size, 10 * size))
    return large < 40 * max(small, 0.005)
