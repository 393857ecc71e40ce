"""The pipeline in a plain loop."""

from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.identity import identify
from pipeline.manifest import resolve_inputs
from pipeline.plain_loop import build_stage, chain
from tests.clips import tone, write_clip


def test_the_stages_work_in_a_plain_loop_without_ray(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", seconds=1, audio=tone())
    (tmp_path / "b.mp4").touch()
    config = load_config("tiny", ["generate.max_description_tokens=4"])
    stages = [build_stage(name, config) for name in config.recipe.names]
    good, bad = chain(stages, resolve_inputs([str(tmp_path)]).rows)
    assert good["window_id"] == "a.mp4#0"
    assert good["description"] is not None
    assert set(good["timings"]) == set(config.recipe.names)
    assert good["detector"]["name"] == "yunet"
    assert good["speech_model"] is None
    assert good["model"]["revision"] == identify(config)["model"]["revision"]
    assert bad["error"]["kind"] == "empty_file"


def test_a_stage_signs_with_the_identity_it_is_handed(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", seconds=1)
    config = load_config("tiny", ["stages=[transcribe,segment,decode,faces]"])
    handed = {"detector": {"name": "mine", "revision": "0123456789ab"}}
    stages = [build_stage(name, config, handed) for name in config.recipe.names]
    (row,) = chain(stages, resolve_inputs([str(tmp_path)]).rows)
    assert row["detector"] == handed["detector"]


def test_a_stage_outside_the_recipe_cannot_be_built() -> None:
    config = load_config("tiny", ["stages=[transcribe,segment]"])
    with pytest.raises(KeyError, match="decode"):
        build_stage("decode", config)
