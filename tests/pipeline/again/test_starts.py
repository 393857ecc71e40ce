"""A row is made again from the first stage that gives something else, as far as it can be."""

from collections.abc import Mapping
from typing import Any

import pytest

from pipeline.again.starts import Older, Starts, tokens_stage
from pipeline.config import Config, load_config
from pipeline.dataset.record import Making
from pipeline.identity import config_hash, making_of
from pipeline.recipe import FULL, Recipe

MODEL = {"name": "m", "revision": "1", "visual_revision": "v1", "trained": "no"}
WEIGHTS = {"model": MODEL, "detector": {"name": "yunet", "revision": "d1"}}
ALL = Older("", has_tokens=True, has_window=True)


def _making(config: Config, weights: Mapping[str, Any]) -> Making:
    return making_of(config, weights)


def _start(
    settings: list[str],
    weights: Mapping[str, Any] = WEIGHTS,
    older: Older = ALL,
    before: list[str] | None = None,
) -> tuple[str, str]:
    """Where a row of the preset tiny begins when it is made with other settings or weights."""
    was, config = load_config("tiny", before or []), load_config("tiny", settings)
    then = _making(was, WEIGHTS)
    record = {then.config_hash: {"config": then.config, "weights": WEIGHTS}}
    detector = {"detector": weights["detector"]}
    own = {name: detector if name == "faces" else {} for name in config.recipe.names}
    starts = Starts(config, _making(config, weights), own, record)
    start = starts.of(Older(then.config_hash, older.has_tokens, older.has_window))
    return start.stage, start.why


def test_what_generate_is_told_otherwise_begins_there() -> None:
    assert _start(["generate.max_labels=5"]) == ("generate", "generate.max_labels: was 8, is 5")


def test_without_kept_tokens_it_begins_at_the_pictures_and_says_so() -> None:
    older = Older("", has_tokens=False, has_window=True)
    stage, why = _start(["generate.max_labels=5"], older=older)
    assert stage == "decode"
    assert why == (
        "generate.max_labels: was 8, is 5, and its visual tokens were not kept (sink.keep)"
    )


@pytest.mark.parametrize(
    ("setting", "stage"),
    [
        ("transcribe.voice=false", "transcribe"),
        ("segment.max_window_s=20", "transcribe"),
        ("decode.max_frames=8", "decode"),
        ("faces.max_gap_s=0.1", "decode"),
        ("evidence.listeners=true", "decode"),
        ("model.dtype=bfloat16", "decode"),
        ("stages=[transcribe,segment,decode,faces,encode,pool,generate]", "decode"),
    ],
)
def test_what_else_is_changed_begins_where_rows_still_can(setting: str, stage: str) -> None:
    found, why = _start([setting])
    assert found == stage
    assert why.startswith(setting.partition("=")[0])


def test_a_language_model_leaves_visual_tokens_and_an_encoder_does_not() -> None:
    spoken = {**WEIGHTS, "model": {**MODEL, "revision": "2"}}
    assert _start([], spoken) == ("generate", "model: was m, revision 1, is m, revision 2")
    visual = {**WEIGHTS, "model": {**MODEL, "revision": "2", "visual_revision": "v2"}}
    assert _start([], visual)[0] == "decode"
    unknown = {**WEIGHTS, "model": {"name": "m", "revision": "2", "trained": "no"}}
    assert _start([], unknown)[0] == "decode"


def test_another_detector_begins_at_the_pictures() -> None:
    other = {**WEIGHTS, "detector": {"name": "lbp", "revision": "d2"}}
    stage, why = _start([], other)
    assert (stage, why) == ("decode", "detector: was yunet, revision d1, is lbp, revision d2")


def test_a_window_of_which_is_not_known_how_it_began_is_heard_again() -> None:
    older = Older("", has_tokens=False, has_window=False)
    stage, why = _start(["faces.max_gap_s=0.1"], older=older)
    assert stage == "transcribe"
    assert why.endswith("and how it was cut is not recorded")


def test_where_nothing_has_changed_the_answers_are_made_again() -> None:
    assert _start([]) == ("generate", "nothing has changed")


def test_a_configuration_that_nobody_noted_is_no_reason_to_trust_anything() -> None:
    config = load_config()
    starts = Starts(config, _making(config, WEIGHTS), {}, {})
    start = starts.of(Older("ffffffffffff", has_tokens=True, has_window=True))
    assert (start.stage, start.why) == (
        "transcribe",
        "what configuration ffffffffffff was is not in run.json",
    )


def test_another_version_of_the_columns_makes_all_of_it_again() -> None:
    config = load_config()
    making = _making(config, WEIGHTS)
    record = {"000000000000": {"config": making.config, "weights": WEIGHTS}}
    starts = Starts(config, making, {name: {} for name in FULL}, record)
    start = starts.of(Older("000000000000", has_tokens=True, has_window=True))
    assert start.stage == "transcribe"
    assert "another version of MicroEmo" in start.why
    assert config_hash(config, WEIGHTS) == making.config_hash


def test_tokens_are_taken_only_where_nothing_behind_needs_more() -> None:
    assert tokens_stage(Recipe.of(FULL)) == FULL.index("generate")
    assert tokens_stage(Recipe.of(FULL[:-1])) is None
    own = "tests.pipeline.again.reading"
    passes_on = (*FULL[:-1], f"{own}:TimingStage", "generate")
    assert tokens_stage(Recipe.of(passes_on)) == len(FULL)
    assert tokens_stage(Recipe.of((*passes_on, f"{own}:ReadingStage"))) is None
