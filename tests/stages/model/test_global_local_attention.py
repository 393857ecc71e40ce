"""What face crops may and may not do to the tokens of a global frame."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch

from stages.model.config import ModelConfig
from stages.model.loading import load_encoder
from stages.model.local_encoder import BESIDE_S, CROPS_OF_USUAL
from stages.model.modeling_microemo import Faces, MicroEmoEncoder
from stages.model.shapes import tiny

FRAMES, QUERIES, TOKENS, WIDTH = 6, 8, 24, 64
FRAME_TIMES = np.arange(FRAMES, dtype=np.float64)  # a frame a second; each reaches 0.5 s


@pytest.fixture(scope="module")
def encoder() -> MicroEmoEncoder:
    return load_encoder(ModelConfig())


@pytest.fixture
def opened(encoder: MicroEmoEncoder) -> Iterator[MicroEmoEncoder]:
    """The encoder with its gate wide open, however far training opened it."""
    gate = encoder.global_local.gate
    before = gate.clone()
    gate.fill_(1.0)
    yield encoder
    gate.copy_(before)


def _tokens() -> torch.Tensor:
    return torch.randn(FRAMES, TOKENS, WIDTH, generator=torch.Generator().manual_seed(1))


def _faces(times: np.ndarray, tracks: list[int] | None = None, seed: int = 0) -> Faces:
    generator = torch.Generator().manual_seed(seed)
    crops = torch.randint(0, 256, (len(times), 112, 112, 3), dtype=torch.uint8, generator=generator)
    ids = np.array(tracks if tracks is not None else [0] * len(times), np.int64)
    return Faces(crops, np.asarray(times, np.float64), ids)


def _fused(encoder: MicroEmoEncoder, tokens: torch.Tensor, faces: Faces) -> torch.Tensor:
    with torch.inference_mode():
        return encoder.with_faces(tokens, FRAME_TIMES, faces)


def test_new_weights_leave_the_global_tokens_exactly_as_they_are() -> None:
    new = MicroEmoEncoder(tiny()).eval()
    assert torch.equal(new.global_local.gate, torch.zeros(1))
    tokens = _tokens()
    assert torch.equal(_fused(new, tokens, _faces(np.arange(0, 5, 0.1))), tokens)


def test_the_weights_in_the_package_let_the_faces_in(encoder: MicroEmoEncoder) -> None:
    tokens = _tokens()
    fused = _fused(encoder, tokens, _faces(np.arange(0, 5, 0.1)))
    assert (fused != tokens).flatten(1).any(1).all()


def test_an_open_gate_lets_the_faces_in(opened: MicroEmoEncoder) -> None:
    tokens = _tokens()
    fused = _fused(opened, tokens, _faces(np.arange(0, 5, 0.1)))
    assert torch.isfinite(fused).all()
    changed = (fused != tokens).flatten(1).any(1)
    assert changed.all()


def test_only_the_query_tokens_are_touched(opened: MicroEmoEncoder) -> None:
    tokens = _tokens()
    fused = _fused(opened, tokens, _faces(np.arange(0, 5, 0.1)))
    assert torch.equal(fused[:, QUERIES:], tokens[:, QUERIES:])
    assert (fused[:, :QUERIES] != tokens[:, :QUERIES]).any()


def test_the_input_is_left_as_it_was(opened: MicroEmoEncoder) -> None:
    tokens = _tokens()
    before = tokens.clone()
    _fused(opened, tokens, _faces(np.arange(0, 5, 0.1)))
    assert torch.equal(tokens, before)


def test_a_frame_without_a_face_in_reach_keeps_its_tokens(opened: MicroEmoEncoder) -> None:
    tokens = _tokens()
    fused = _fused(opened, tokens, _faces(np.array([0.4, 0.45, 3.5])))
    assert torch.isfinite(fused).all()
    changed = (fused != tokens).flatten(1).any(1)
    assert changed.tolist() == [True, False, False, True, True, False]


@pytest.mark.parametrize("times", [[], [100.0, 100.1]])
def test_a_window_without_a_face_in_reach_is_passed_on(
    opened: MicroEmoEncoder, times: list[float]
) -> None:
    tokens = _tokens()
    assert torch.equal(_fused(opened, tokens, _faces(np.array(times))), tokens)


def test_crops_out_of_reach_have_no_influence(opened: MicroEmoEncoder) -> None:
    """But for the usual look of the face, which those of these tests leave as it is."""
    times = np.arange(0, 2.1, 0.1)
    faces = _faces(times)
    far = np.flatnonzero(np.abs(times - 2.0) > 0.5 + BESIDE_S[-1] + 1e-6)
    assert len(times) < CROPS_OF_USUAL  # so the order of those far away is all that changes
    changed = faces.crops.clone()
    changed[torch.from_numpy(far)] = faces.crops[torch.from_numpy(np.roll(far, 3))]
    tokens = _tokens()
    one = _fused(opened, tokens, faces)
    other = _fused(opened, tokens, Faces(changed, faces.times_s, faces.track_ids))
    torch.testing.assert_close(one[2], other[2], atol=1e-6, rtol=1e-6)
    assert (one[0] - other[0]).abs().max() > 1e-3


def test_each_crop_in_reach_has_influence(opened: MicroEmoEncoder) -> None:
    times = np.array([1.5, 1.75, 2.0, 2.25, 2.5])
    faces = _faces(times)
    tokens = _tokens()
    whole = _fused(opened, tokens, faces)[2]
    for place in range(len(times)):
        crops = faces.crops.clone()
        crops[place] = 255 - crops[place]
        other = _fused(opened, tokens, Faces(crops, times, faces.track_ids))[2]
        assert (whole - other).abs().max() > 1e-4


def test_faces_shuffled_in_time_are_another_story(opened: MicroEmoEncoder) -> None:
    times = np.arange(1.6, 2.4, 0.1)
    faces = _faces(times)
    order = torch.tensor([3, 0, 7, 1, 5, 2, 6, 4])
    shuffled = Faces(faces.crops[order], times, faces.track_ids)
    tokens = _tokens()
    difference = _fused(opened, tokens, faces)[2] - _fused(opened, tokens, shuffled)[2]
    assert difference.abs().max() > 1e-2


def test_the_same_faces_later_are_told_from_the_same_faces_sooner(opened: MicroEmoEncoder) -> None:
    sooner = np.array([1.6, 1.7, 1.8, 1.9])
    later = sooner + 0.5
    tokens = _tokens()
    one, other = (_fused(opened, tokens, _faces(times))[2] for times in (sooner, later))
    assert (one - other).abs().max() > 1e-3


def test_the_clock_may_start_anywhere(opened: MicroEmoEncoder) -> None:
    times = np.arange(0, 5, 0.1)
    tokens, faces = _tokens(), _faces(times)
    late = Faces(faces.crops, times + 3600, faces.track_ids)
    with torch.inference_mode():
        one = opened.with_faces(tokens, FRAME_TIMES, faces)
        other = opened.with_faces(tokens, FRAME_TIMES + 3600, late)
    torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)


def test_tracks_are_seen_together_but_do_not_mix_in_time(opened: MicroEmoEncoder) -> None:
    times = np.array([1.8, 2.0, 2.2, 1.8, 2.0, 2.2])
    faces = _faces(times, [0, 0, 0, 1, 1, 1])
    tokens = _tokens()
    both = _fused(opened, tokens, faces)
    first = _fused(opened, tokens, Faces(faces.crops[:3], times[:3], faces.track_ids[:3]))
    one_track = _fused(opened, tokens, Faces(faces.crops, np.sort(times), np.zeros(6, np.int64)))
    assert (both[2] - first[2]).abs().max() > 1e-3
    assert (both[2] - one_track[2]).abs().max() > 1e-3


def test_a_frame_is_fused_alike_beside_fewer_faces(opened: MicroEmoEncoder) -> None:
    """Frames of one window are padded to the longest neighbourhood: it must not show."""
    near = np.array([0.0, 0.1])
    crowd = np.concatenate([near, np.arange(3.0, 4.0, 0.04)])
    tokens, faces = _tokens(), _faces(crowd, [0, 0] + [1] * 25)
    alone = Faces(faces.crops[:2], near, faces.track_ids[:2])
    # float32 sums in another order round otherwise; what showed would be a thousand times that.
    torch.testing.assert_close(
        _fused(opened, tokens, faces)[0], _fused(opened, tokens, alone)[0], atol=1e-5, rtol=1e-5
    )


def test_a_face_of_another_frame_does_not_fill_an_empty_place(opened: MicroEmoEncoder) -> None:
    """A frame with one track beside a frame with two is padded by a track: it must not show."""
    times = np.array([0.0, 0.1, 4.0, 4.1, 4.0, 4.1])
    faces = _faces(times, [0, 0, 1, 1, 2, 2])
    other = Faces(faces.crops.clone(), times, faces.track_ids)
    other.crops[2:] = 255 - other.crops[2:]
    tokens = _tokens()
    one, two = _fused(opened, tokens, faces), _fused(opened, tokens, other)
    torch.testing.assert_close(one[0], two[0], atol=1e-6, rtol=1e-6)
    assert (one[4] - two[4]).abs().max() > 1e-3


@pytest.mark.parametrize(
    ("span_s", "marked"),
    [((0.9, 2.1), [1, 2]), ((2.6, 2.9), [3])],  # between two frames it is the nearest
)
def test_the_face_of_whoever_speaks_is_told_from_the_same_face_that_listens(
    opened: MicroEmoEncoder, span_s: tuple[float, float], marked: list[int]
) -> None:
    """At the frames of the utterance, and at no others."""
    faces = _faces(np.arange(0, 5.1, 0.1))
    tokens = _tokens()
    silent = _fused(opened, tokens, faces)
    speaks = _fused(opened, tokens, replace(faces, turns=[(0, span_s)]))
    changed = (silent != speaks).flatten(1).any(1)
    assert changed.nonzero()[:, 0].tolist() == marked


def test_a_turn_of_another_face_changes_nothing(opened: MicroEmoEncoder) -> None:
    faces = _faces(np.arange(0, 5.1, 0.1))
    tokens = _tokens()
    silent = _fused(opened, tokens, faces)
    other = _fused(opened, tokens, replace(faces, turns=[(3, (0.0, 5.0))]))
    assert torch.equal(silent, other)
