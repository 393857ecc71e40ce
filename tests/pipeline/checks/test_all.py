"""The checks together, and the refusal of a run."""

import pytest

from pipeline.checks import State, refuse_if_unfit, run_checks
from pipeline.config import load_config
from stages.faults import SetupError


def test_the_default_preset_is_fit() -> None:
    refuse_if_unfit(load_config("tiny"))


def test_each_check_has_something_to_say_and_what_is_not_fine_has_a_remedy() -> None:
    for check in run_checks(load_config("llama2-7b")):
        assert check.detail
        assert check.remedy or check.state is State.OK


def test_a_run_that_is_not_possible_is_refused_with_a_line_for_each_reason() -> None:
    config = load_config("tiny", ["model.path=/nowhere", "lanes.0.cpus=9999"])
    with pytest.raises(SetupError) as raised:
        refuse_if_unfit(config)
    lanes, model, *files = str(raised.value).splitlines()
    assert lanes.startswith("lanes: they need ")
    assert model.startswith("model: there is no folder /nowhere")
    assert "Fetch the files below" in model
    for name in ("eva_vit_g.pth", "Llama-2-7b-chat-hf"):
        assert any(name in line and "GB" in line for line in files)
    assert any("https://" in line for line in files)
