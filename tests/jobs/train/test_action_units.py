"""The side task: which units move on which crops, and that a local branch learns to name them."""

from typing import Any

import numpy as np
import pytest
import torch

from jobs.train.action_units import (
    UNITS,
    UNKNOWN,
    MovingUnits,
    add_naming,
    moving_units,
    naming_of,
    take_naming,
)
from jobs.train.collator import MOVING, Collator, Example
from pipeline.evaluation.events.film import FaceEvent, Spoken, TrueFilm
from stages.model.folder import TINY
from stages.model.layout import token_layout
from stages.model.loading import load_tokenizer
from stages.model.modeling_microemo import MicroEmo
from stages.model.shapes import tiny
from stages.model.windows import WindowBatch
from stages.rows import Row
from tests.jobs.train.windows import window

SMILE, FROWN = frozenset({6, 12}), frozenset({4})


def _film(*events: FaceEvent) -> TrueFilm:
    spoken = (Spoken("ANNA", 0.5, 1.5), Spoken("BEN", 2.0, 3.0))
    return TrueFilm("v", 30.0, events, spoken)


def _event(units: frozenset[int], start_s: float, end_s: float, **more: Any) -> FaceEvent:
    fields = {"kind": "macro", "person": "ANNA", **more}
    return FaceEvent(
        onset_s=start_s, apex_s=(start_s + end_s) / 2, offset_s=end_s, action_units=units, **fields
    )


def _row() -> Row:
    """Ten crops of ANNA, who speaks first, ten of BEN, and two of a stranger."""
    row = window(crops=22)
    times = np.linspace(0.0, 3.6, 10).tolist()
    row["utterances"][1] |= {"speaker": "BEN", "speaker_track": 1}
    tracks = [0] * 10 + [1] * 10 + [7] * 2
    return {**row, "crop_times_s": [*times, *times, 1.0, 1.2], "crop_track_ids": tracks}


def _named(row: torch.Tensor) -> set[int]:
    return {unit for unit, moves in zip(UNITS, row.tolist(), strict=True) if moves == 1}


def test_a_unit_moves_on_the_crops_of_its_face_from_onset_to_offset() -> None:
    moving = moving_units(_film(_event(SMILE, 0.7, 1.7)), _row()).crops
    found = [_named(own) for own in moving[:20]]
    assert found == [set(SMILE) if place in {2, 3, 4} else set() for place in range(20)]


def test_of_a_face_that_never_speaks_nothing_is_known() -> None:
    moving = moving_units(_film(_event(SMILE, 0.7, 1.7, person="CLARA")), _row()).crops
    assert (moving[20:] == UNKNOWN).all()
    assert (moving[:20] == 0).all()


def test_what_is_no_expression_or_out_of_view_is_not_named() -> None:
    film = _film(_event(SMILE, 0.7, 1.7, kind="speech"), _event(FROWN, 0.7, 1.7, in_view=False))
    assert (moving_units(film, _row()).crops[:20] == 0).all()


def test_an_utterance_has_the_expressions_of_its_speaker_in_and_close_to_its_words() -> None:
    film = _film(
        _event(SMILE, 1.7, 1.9, kind="micro"),
        _event(FROWN, 2.4, 3.4, person="BEN"),
        _event(FROWN, 3.2, 3.6),  # ANNA's, long after her words
    )
    anna, ben = moving_units(film, _row()).utterances.unflatten(1, (2, len(UNITS)))
    assert [_named(kind) for kind in anna] == [set(SMILE), set()]
    assert [_named(kind) for kind in ben] == [set(), set(FROWN)]


def test_without_a_film_nothing_is_known() -> None:
    moving = moving_units(None, _row())
    assert moving.crops.shape == (22, len(UNITS))
    assert (moving.crops == UNKNOWN).all()
    assert (moving.utterances == UNKNOWN).all()


@pytest.fixture
def model() -> MicroEmo:
    torch.manual_seed(0)
    made = MicroEmo(tiny())
    add_naming(made)
    return made


def _batch(*moving: MovingUnits, crops: tuple[int, ...]) -> tuple[WindowBatch, dict[str, Any]]:
    rows = [window(f"v{place}", crops=count, seed=place) for place, count in enumerate(crops)]
    count = token_layout(tiny(), 2, [(0.5, 1.5), (2.0, 3.0)]).count
    examples = [Example(row, count, [], own) for row, own in zip(rows, moving, strict=True)]
    batch = Collator(load_tokenizer(TINY), 16)(examples)
    assert set(batch) == {*MOVING, "windows"}  # nothing is asked
    return WindowBatch(**batch["windows"]), {name: batch[name] for name in MOVING}


def _of_crops(model: MicroEmo, windows: WindowBatch, moving: dict[str, Any]) -> torch.Tensor:
    """The loss of crops whose local features have just been found."""
    naming = naming_of(model)
    assert naming is not None
    if len(windows.crops):
        model.encoder.local(windows.faces())
    return naming.crops_loss(moving[MOVING[0]])


def _units(crops: int, value: float) -> MovingUnits:
    return MovingUnits(
        torch.full((crops, len(UNITS)), value), torch.full((2, 2 * len(UNITS)), value)
    )


def test_what_is_unknown_has_no_part_in_the_loss(model: MicroEmo) -> None:
    """A window of which nothing is known beside one that is known."""
    model.eval()
    both = _of_crops(model, *_batch(_units(3, 1.0), _units(2, UNKNOWN), crops=(3, 2)))
    one = _of_crops(model, *_batch(_units(3, 1.0), crops=(3,)))
    torch.testing.assert_close(one, both)
    assert _of_crops(model, *_batch(_units(2, UNKNOWN), crops=(2,))) == 0


def test_windows_without_a_face_teach_nothing_of_faces(model: MicroEmo) -> None:
    _of_crops(model, *_batch(_units(3, 1.0), crops=(3,)))
    assert _of_crops(model, *_batch(_units(0, 1.0), crops=(0,))) == 0


def test_both_losses_reach_the_local_branch_and_what_reads_it(model: MicroEmo) -> None:
    naming = naming_of(model)
    assert naming is not None
    with torch.no_grad():
        model.encoder.global_local.gate.fill_(1.0)
    windows, moving = _batch(_units(6, 1.0), _units(6, 0.0), crops=(6, 6))
    model.visual_tokens(windows)
    naming.crops_loss(moving[MOVING[0]]).backward(retain_graph=True)
    reader = model.encoder.local.departure.tokens.weight
    assert reader.grad is not None
    assert model.pooler.video.projection.weight.grad is None
    reader.grad = None
    naming.utterances_loss(windows, moving[MOVING[1]]).backward()
    assert reader.grad is not None
    assert reader.grad.abs().sum() > 0
    assert model.pooler.video.projection.weight.grad is not None


def test_the_local_branch_learns_to_tell_where_a_face_moves(model: MicroEmo) -> None:
    """Two places of a face of noise light up, each its own unit; it is tried on another face."""
    naming = naming_of(model)
    assert naming is not None
    optimizer = torch.optim.AdamW(
        [*model.encoder.local.parameters(), *naming.of_crops.parameters()], 2e-3
    )

    def shown(seed: int) -> tuple[WindowBatch, torch.Tensor]:
        row = window(crops=30, seed=seed)
        face = row["crops"][0] // 2
        row["crops"] = np.repeat(face[None], 30, axis=0)
        row["crops"][3:8, 20:40, 30:80] += 40
        row["crops"][11:17, 80:100, 40:70] += 40
        moving = torch.zeros(30, len(UNITS))
        moving[3:8, 0] = 1
        moving[11:17, 8] = 1
        return WindowBatch(**Collator(load_tokenizer(TINY), 16).windows([row])), moving

    for seed in range(60):
        windows, moving = shown(seed)
        optimizer.zero_grad()
        _of_crops(model, windows, {MOVING[0]: moving}).backward()
        optimizer.step()
    windows, moving = shown(1000)
    model.eval()
    with torch.no_grad():
        _, departure = model.encoder.local(windows.faces())
        told = naming.of_crops(torch.nn.functional.gelu(departure.flatten(1)))
    assert ((told > 0) == (moving > 0)).float().mean() > 0.99
    assert ((told > 0) & (moving > 0)).sum() >= 9


def test_the_heads_are_taken_off_again(model: MicroEmo) -> None:
    take_naming(model)
    assert naming_of(model) is None
    assert set(model.state_dict()) == set(MicroEmo(tiny()).state_dict())
