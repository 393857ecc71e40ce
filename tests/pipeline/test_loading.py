"""What is loaded is left to no collector, and the collector is as it was."""

import gc

import pytest

from pipeline.loading import loading


class Ring:
    """Garbage only a collector can find, once nobody holds it."""

    def __init__(self) -> None:
        self.itself = self


def test_nothing_is_collected_while_it_loads_and_all_is_passed_over_later() -> None:
    with loading():
        assert not gc.isenabled()
        ring = Ring()
        before = gc.get_freeze_count()
    assert gc.isenabled()
    assert gc.get_freeze_count() > before
    assert not any(one is ring for one in gc.get_objects())


def test_the_collector_comes_back_after_a_fault() -> None:
    with pytest.raises(ValueError, match="weights"), loading():
        raise ValueError("weights")
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with loading():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
