"""`microemo bench check`: counts beside their bounds, and a failure that names what is worse."""

import json
from pathlib import Path

import pytest

from jobs.bench import check
from jobs.bench.model.slots import generation_figures
from jobs.bench.thresholds import thresholds
from jobs.command import main


def test_every_bound_has_a_figure_and_every_figure_a_bound() -> None:
    """On two layers the shares are those of the deep model; calls are fewer."""
    figures, bounds = generation_figures(layers=2), thresholds("model")
    assert set(figures) == set(bounds)
    assert figures["calls_per_step"] < bounds["calls_per_step"].most / 8  # type: ignore[operator]
    shared = {
        "calls_beside_recorded_step",
        "host_transfers_per_step",
        "padded_share",
        "slot_use",
    }
    assert all(bounds[name].holds(figures[name]) for name in shared)


def test_a_figure_beyond_its_bound_is_named_and_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    figures = dict.fromkeys(thresholds("model"), 0.0) | {"slot_use": 1.0}
    monkeypatch.setattr(check, "generation_figures", lambda: figures)
    assert main(["bench", "check", "--json", str(tmp_path / "figures.json")]) == 0
    assert json.loads((tmp_path / "figures.json").read_text()) == {"model": figures}
    figures |= {"slot_use": 0.5, "host_transfers_per_step": 9.0}
    assert main(["bench", "check"]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "model.slot_use is 0.5 and must be at least" in said
    assert "model.host_transfers_per_step is 9 and must be at most" in said
    assert "model.padded_share is" not in said


@pytest.mark.slow
def test_the_package_keeps_its_bounds() -> None:
    assert main(["bench", "check"]) == 0
