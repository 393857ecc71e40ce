"""How face crops look, and how they depart from what is usual of a face."""

import numpy as np
import pytest
import torch

from stages.model.local_encoder import (
    BESIDE_S,
    CROPS_AT_A_TIME,
    CROPS_OF_USUAL,
    LocalEncoder,
    usual_crops,
)
from stages.model.modeling_microemo import MicroEmoEncoder
from stages.model.shapes import tiny
from stages.model.windows import Faces

TOKENS = tiny().local_config.num_query_tokens
WIDTH = tiny().local_config.hidden_size
Local = tuple[torch.Tensor, torch.Tensor]


@pytest.fixture(scope="module")
def encoder() -> LocalEncoder:
    torch.manual_seed(0)
    return MicroEmoEncoder(tiny()).eval().local


def _crops(count: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (count, 112, 112, 3), dtype=torch.uint8, generator=generator)


@torch.inference_mode()
def _encoded(
    encoder: LocalEncoder, crops: torch.Tensor, tracks: list[int], apart_s: float = 1.0
) -> Local:
    """Of crops that are so far apart that none is read with another, unless told otherwise."""
    return encoder(Faces(crops, np.arange(len(crops)) * apart_s, np.array(tracks)))


def test_each_crop_gives_k_tokens_of_each_kind(encoder: LocalEncoder) -> None:
    appearance, departure = _encoded(encoder, _crops(5), [0] * 5)
    assert appearance.shape == departure.shape == (5, TOKENS, WIDTH)


def test_a_still_face_does_not_depart_from_itself(encoder: LocalEncoder) -> None:
    still = _crops(1).expand(CROPS_AT_A_TIME + 3, -1, -1, -1)
    appearance, departure = _encoded(encoder, still, [0] * len(still))
    assert torch.count_nonzero(departure) == 0
    assert torch.count_nonzero(appearance) > 0


def test_one_step_of_one_value_is_a_departure(encoder: LocalEncoder) -> None:
    faint = _crops(1).clamp(max=254).repeat(3, 1, 1, 1)
    faint[1, 40:56, 40:56] += 1
    _, departure = _encoded(encoder, faint, [0] * 3)
    departs = departure.flatten(1).abs().sum(1) > 0
    assert departs.tolist() == [False, True, False]


def test_a_long_expression_does_not_become_what_is_usual(encoder: LocalEncoder) -> None:
    """Two fifths of the time, and still it is the face at rest that the others are held against."""
    rest = _crops(1).repeat(100, 1, 1, 1)
    rest[30:70] = 255 - rest[30:70]
    departs = _encoded(encoder, rest, [0] * 100)[1].flatten(1).abs().sum(1) > 0
    assert departs.tolist() == [30 <= place < 70 for place in range(100)]


def test_each_track_has_a_look_of_its_own(encoder: LocalEncoder) -> None:
    one, two = _crops(1, seed=4).repeat(3, 1, 1, 1), _crops(3, seed=5)
    both = _encoded(encoder, torch.cat([one, two]), [4, 4, 4, 9, 9, 9])[1]
    alone = _encoded(encoder, two, [0, 0, 0])[1]
    assert torch.count_nonzero(both[:3]) == 0
    torch.testing.assert_close(both[3:], alone, atol=1e-5, rtol=1e-5)


def test_a_face_seen_once_departs_from_nothing(encoder: LocalEncoder) -> None:
    _, departure = _encoded(encoder, _crops(2), [0, 1])
    assert torch.count_nonzero(departure) == 0


def test_the_usual_look_is_the_median_of_crops_of_all_the_track() -> None:
    crops = _crops(CROPS_OF_USUAL + 31)
    tracks = np.array([3] * CROPS_OF_USUAL + [8] * 31)
    usual, places = usual_crops(crops, tracks)
    assert places.tolist() == [0] * CROPS_OF_USUAL + [1] * 31
    ordered = crops[:CROPS_OF_USUAL].sort(dim=0).values
    torch.testing.assert_close(usual[0], ordered[(CROPS_OF_USUAL - 1) // 2])
    late = crops.clone()
    late[-10:] = 255
    changed, _ = usual_crops(late, tracks)
    assert torch.equal(changed[0], usual[0])
    assert (changed[1] > usual[1]).float().mean() > 0.1


def test_a_crop_depends_on_itself_and_what_is_usual_only(encoder: LocalEncoder) -> None:
    """In whatever company it is computed."""
    count = CROPS_AT_A_TIME + 8
    crops = _crops(1, seed=1).repeat(count, 1, 1, 1)
    odd = (1, CROPS_AT_A_TIME - 1, CROPS_AT_A_TIME, CROPS_AT_A_TIME + 1, count - 1)
    crops[list(odd)] = _crops(len(odd), seed=2)
    looks, departs = _encoded(encoder, crops, [0] * count)
    for place in odd:
        few = torch.stack([crops[0], crops[place], crops[0]])
        looked, departed = _encoded(encoder, few, [0] * 3)
        torch.testing.assert_close(looked[1], looks[place], atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(departed[1], departs[place], atol=1e-5, rtol=1e-5)


def test_a_crop_is_read_with_those_just_before_and_after_it(encoder: LocalEncoder) -> None:
    crops = _crops(1).repeat(40, 1, 1, 1)
    crops[20] = 255 - crops[20]
    departs = _encoded(encoder, crops, [0] * 40, apart_s=0.1)[1].flatten(1).abs().sum(1) > 0
    assert departs.nonzero()[:, 0].tolist() == list(range(20 - 4, 20 + 5))
    assert (BESIDE_S[0], BESIDE_S[-1]) == (-0.4, 0.4)


def test_what_comes_before_is_told_from_what_comes_after(encoder: LocalEncoder) -> None:
    crops = _crops(1).repeat(40, 1, 1, 1)
    crops[20] = 255 - crops[20]
    departure = _encoded(encoder, crops, [0] * 40, apart_s=0.1)[1]
    assert (departure[19] - departure[21]).abs().max() > 1e-3


def test_faces_of_another_track_are_not_beside(encoder: LocalEncoder) -> None:
    crops = _crops(1).repeat(20, 1, 1, 1)
    crops[10] = 255 - crops[10]  # the first of its track
    faces = Faces(crops, np.tile(np.arange(10) / 10, 2), np.repeat([0, 1], 10))
    with torch.inference_mode():
        departs = encoder(faces)[1].flatten(1).abs().sum(1) > 0
    assert departs.nonzero()[:, 0].tolist() == list(range(10, 15))


def test_the_rate_of_the_crops_does_not_matter(encoder: LocalEncoder) -> None:
    """Neighbours are found by their times: twice as many crops say the same of each."""
    crops = _crops(1).repeat(41, 1, 1, 1)
    crops[18:24] = 255 - crops[18:24]
    dense = _encoded(encoder, crops, [0] * 41, apart_s=0.05)[1]
    sparse = _encoded(encoder, crops[::2], [0] * 21, apart_s=0.1)[1]
    torch.testing.assert_close(dense[::2], sparse, atol=1e-5, rtol=1e-5)


def test_all_crops_of_a_track_have_one_appearance(encoder: LocalEncoder) -> None:
    appearance, _ = _encoded(encoder, _crops(6), [0, 0, 0, 0, 1, 1])
    assert torch.equal(appearance[:4], appearance[:1].expand(4, -1, -1))
    assert torch.equal(appearance[4], appearance[5])
    assert (appearance[0] - appearance[4]).abs().max() > 1e-3


def test_pixels_are_left_as_they_were(encoder: LocalEncoder) -> None:
    crops = _crops(4)
    before = crops.clone()
    _encoded(encoder, crops, [0] * 4)
    assert torch.equal(crops, before)


def test_crops_of_another_size_are_refused(encoder: LocalEncoder) -> None:
    with pytest.raises(ValueError, match=r"\(96, 96, 3\).*\(112, 112, 3\)"):
        _encoded(encoder, torch.zeros(2, 96, 96, 3, dtype=torch.uint8), [0, 0])
