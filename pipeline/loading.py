"""How a process loads what it works with."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Without the collector of garbage, for the length of a load.

    Of modules and weights nothing is garbage, yet each pass of the collector walks through all that
    is there already: a sixth of the time it takes to import what a language model needs. What was
    loaded stays as long as the process, so later passes leave it out.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
