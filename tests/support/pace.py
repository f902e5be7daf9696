"""How quick this machine is just now: times are bounded as multiples of known work, never in seconds."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time

import yaml

_KNOWN = "".join(f"a{number}: {{b: [1, two, '3'], c: {{d: yes, e: {number}}}}}\n" for number in range(250))


def pace() -> float:
    """Return the seconds of computing that PyYAML's own loader needs here, now, for 250 lines (some 0.1 s)."""
    began = process_time()
    yaml.load(_KNOWN, Loader=yaml.SafeLoader)
    return process_time() - began


@contextmanager
def within(paces: float) -> Iterator[None]:
    """Fail where the block computes for longer than so many `pace`s, of which the slower of two, around it, counts.

    A busy machine slows both alike; work that grows with the square of its input is slower by a hundred times,
    not by two. What earlier tests left in memory is put aside: collecting it would be counted where it happens.
    """
    gc.collect()
    gc.freeze()
    before = pace()
    began = process_time()
    yield
    took = process_time() - began
    floor = max(before, pace())
    gc.unfreeze()
    assert took <= paces * floor, f"{took / floor:.1f} times the known work, at most {paces} expected"
