"""The encode stage: the same states in any batch, and faults that say what to do."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from stages import rows
from stages.encode import EncodeConfig, EncodeStage
from stages.faults import SetupError
from stages.model import ModelConfig
from stages.model.folder import TINY
from stages.model.loading import load_tokenizer
from stages.model.timestamps import timestamp_sentence
from stages.rows import Row
from tests.models import copy_of_tiny
from tests.rows import schema_of

MODEL = ModelConfig()


def _stage(batch_windows: int = 4, batch_frames: int = 32) -> EncodeStage:
    config = EncodeConfig(batch_windows=batch_windows, batch_frames=batch_frames)
    stage = EncodeStage(config, MODEL)
    stage._encoder.global_local.gate.fill_(1.0)  # so that the faces count
    return stage


def _window(frames: int, crops: int, seed: int = 0, start_s: float = 0.0) -> Row:
    random = np.random.default_rng(seed)
    return {
        "window_id": f"{frames}-{crops}",
        "start_s": start_s,
        "frames": random.integers(0, 256, (frames, 112, 112, 3), dtype=np.uint8),
        "frame_times_s": [start_s + at / 2 for at in range(frames)],
        "crops": random.integers(0, 256, (crops, 112, 112, 3), dtype=np.uint8),
        "crop_times_s": [start_s + at / 25 for at in range(crops)],
        "crop_track_ids": [0] * crops,
        "utterances": [
            {"start_s": start_s + 0.2, "end_s": start_s + 1.2, "speaker_track": 0},
            {"start_s": start_s + 1.4, "end_s": start_s + 2.0, "speaker_track": None},
        ],
    }


WINDOWS = [_window(7, 30, 1), _window(1, 0, 2), _window(16, 70, 3), _window(3, 5, 4)]


def _told(window: Row) -> int:
    """Tokens of the window's longest timestamp sentence."""
    times_s = [time_s - window["start_s"] for time_s in window["frame_times_s"]]
    tokenizer = load_tokenizer(TINY)
    return max(len(tokenizer(timestamp_sentence(time_s)).input_ids) for time_s in times_s)


def _states(stage: EncodeStage, windows: list[Row]) -> list[np.ndarray[Any, Any]]:
    encoded = list(stage(windows))
    assert not any(row.get("error") for row in encoded)
    return [row["visual_states"] for row in encoded]


def test_a_window_gets_the_states_of_its_frames() -> None:
    for window, states in zip(WINDOWS, _states(_stage(), WINDOWS), strict=True):
        assert states.shape == (len(window["frames"]), 8 + _told(window), 64)
        assert states.dtype == np.float16


def test_the_face_of_whoever_speaks_is_marked() -> None:
    """As far as it is known: utterances of a run without evidence have no such column."""
    (window,) = WINDOWS[:1]
    unknown = [{**said, "speaker_track": None} for said in window["utterances"]]
    untold = [{"start_s": said["start_s"], "end_s": said["end_s"]} for said in unknown]
    stage = _stage()
    marked, plain, bare, none = (
        _states(stage, [{**window, "utterances": said}])[0]
        for said in (window["utterances"], unknown, untold, None)
    )
    changed = (marked != plain).any((1, 2))
    assert changed.tolist() == [False, True, True, False, False, False, False]  # 0.5 and 1 s
    np.testing.assert_array_equal(plain, bare)
    np.testing.assert_array_equal(plain, none)


@pytest.mark.parametrize(("batch_windows", "batch_frames"), [(1, 1), (1, 32), (2, 5), (4, 4096)])
def test_the_states_do_not_depend_on_the_batch(batch_windows: int, batch_frames: int) -> None:
    expected = _states(_stage(), WINDOWS)
    found = _states(_stage(batch_windows, batch_frames), WINDOWS[::-1])[::-1]
    for one, other in zip(expected, found, strict=True):
        np.testing.assert_allclose(one, other, atol=2e-3)  # a step of float16 at 2


def test_in_32_bits_the_batch_shows_in_the_last_digits_only() -> None:
    stages = _stage(), _stage(batch_frames=3)
    with torch.inference_mode():
        one, other = (stage._global_tokens(WINDOWS) for stage in stages)
    torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5)


def test_each_window_is_padded_to_its_own_longest_sentence() -> None:
    """As TimeChat was trained; a window beside it with a longer sentence changes nothing."""
    short, long = _window(3, 5, 1), {**_window(3, 5, 2), "frame_times_s": [0.0, 20.0, 40.0]}
    assert _told(short) < _told(long)
    stage = _stage()
    expected = [_states(stage, [window])[0] for window in (short, long)]
    assert [states.shape[1] for states in expected] == [8 + _told(short), 8 + _told(long)]
    for one, other in zip(expected, _states(stage, [short, long]), strict=True):
        np.testing.assert_allclose(one, other, atol=2e-3)


def test_times_count_from_the_start_of_the_window() -> None:
    stage = _stage()
    early, late = _states(stage, [_window(3, 9), _window(3, 9, start_s=5025.3)])
    np.testing.assert_allclose(early, late, atol=2e-3)


def test_what_was_read_is_dropped_and_the_rest_kept() -> None:
    (encoded,) = _stage()([WINDOWS[0]])
    assert set(encoded) == {
        "window_id",
        "start_s",
        "frame_times_s",
        "utterances",
        "visual_states",
        "timings",
    }


def test_rows_from_arrow_are_taken() -> None:
    table = rows.to_table(WINDOWS, schema_of(WINDOWS[0]))
    stage = _stage()
    for one, other in zip(
        _states(stage, rows.from_table(table)), _states(stage, WINDOWS), strict=True
    ):
        assert np.array_equal(one, other)


def test_a_window_without_frames_is_a_fault_of_its_own() -> None:
    good, empty = list(_stage()([WINDOWS[0], _window(0, 0)]))
    assert good.get("error") is None
    assert empty["error"]["kind"] == "no_frames"


def test_frames_of_another_size_name_the_key_to_set() -> None:
    wrong = {**_window(2, 0), "frames": np.zeros((2, 64, 64, 3), np.uint8)}
    good, failed = list(_stage()([WINDOWS[0], wrong]))
    assert good.get("error") is None
    assert "decode.image_size=112" in failed["error"]["message"]


def test_states_that_are_not_finite_are_an_error_not_a_row() -> None:
    stage = _stage()
    stage._encoder.frames.query_tokens.fill_(float("nan"))
    (failed,) = stage([WINDOWS[0]])
    assert "visual_states" not in failed
    assert "not finite" in failed["error"]["message"]


def test_a_model_with_two_tokenizers_tells_the_time_in_its_own_ids(tmp_path: Path) -> None:
    folder = copy_of_tiny(tmp_path / "mine")
    config = folder / "config.json"
    config.write_text(
        config.read_text().replace('"timestamp_ids": "llama"', '"timestamp_ids": "bert"')
    )
    own = folder / "qformer_tokenizer"
    own.mkdir()
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(TINY / name, own / name)
    same = EncodeStage(EncodeConfig(), ModelConfig(path=str(folder)))
    written = json.loads((own / "tokenizer.json").read_text())
    ids = written["model"]["vocab"]
    three, four = "Ġ3.0", "Ġ4.0"
    ids[three], ids[four] = ids[four], ids[three]
    (own / "tokenizer.json").write_text(json.dumps(written))
    other = EncodeStage(EncodeConfig(), ModelConfig(path=str(folder)))
    window = {**_window(2, 0), "frame_times_s": [3.0, 3.0]}
    tiny = EncodeStage(EncodeConfig(), MODEL)
    expected, alike, unlike = (_states(stage, [window])[0] for stage in (tiny, same, other))
    assert np.array_equal(expected, alike)
    assert np.abs(expected.astype(np.float32) - unlike).max() > 1e-2


def test_a_model_that_is_not_there_is_a_setup_error() -> None:
    with pytest.raises(SetupError, match=r"model\.path"):
        EncodeStage(EncodeConfig(), ModelConfig(path="./no-such-folder/here/it/is"))
