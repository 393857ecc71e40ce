"""Bounds of figures."""

import pytest
from rich.console import Console

from jobs.bench.thresholds import WITHIN, WORSE, Bound, compare, thresholds


def test_a_bound_holds_up_to_itself() -> None:
    assert Bound(most=2).holds(2)
    assert not Bound(most=2).holds(2.01)
    assert Bound(least=0.9).holds(0.9)
    assert not Bound(least=0.9).holds(0.89)


def test_figures_within_their_bounds_are_passed_over(capsys: pytest.CaptureFixture[str]) -> None:
    figures = {"speed_up_share": 0.95, "start_s": 6.5}
    assert set(figures) == set(thresholds("pipeline"))
    assert compare("pipeline", figures, Console()) == WITHIN
    assert capsys.readouterr().out == ""


def test_a_figure_beyond_its_bound_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare("decode", {"bare_to_stage": 0.5}, Console()) == WORSE
    said = " ".join(capsys.readouterr().out.split())
    assert said == "decode.bare_to_stage is 0.5 and must be at least 0.9 (thresholds.yaml)"
