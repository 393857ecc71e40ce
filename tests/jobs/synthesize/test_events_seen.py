"""The events of a clip's rows against the frames of its file.

A clip is filmed twice, once without one of its expressions: only there may the two differ, and what
differs is what that expression does to the pictures.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from jobs.synthesize import clip
from jobs.synthesize.clip import ClipPlan, MadeClip, make_clip, plan_clip
from jobs.synthesize.files.video import Picture, Quality, write_clip
from jobs.synthesize.order import ClipOrder
from jobs.synthesize.plan import Movement
from jobs.synthesize.speech.track import Sound

Luma = npt.NDArray[np.float32]
_HEIGHT, _SEED = 256, 1
_SEARCHED = 25
_ROUNDED = 2  # of 255
_ENCODED = 0.5  # of the difference at the apex


@dataclass(frozen=True)
class Filmed:
    """An expression, the events of the clip's rows, and the clip with it and without it.

    `changed` is how much the luma of each frame differs at the most, [n], of 255, before it is
    encoded; `apart` is the norm of the difference of decoded frames, [n], of the largest.
    """

    movement: Movement
    events: list[dict[str, object]]
    fps: float
    changed: Luma
    apart: Luma

    def frame(self, time_s: float) -> int:
        """The frame at a time."""
        return round(time_s * self.fps)


def _plan(order: ClipOrder) -> ClipPlan:
    return plan_clip(order, order.draws())


def _decoded(path: Path) -> Luma:
    with av.open(path) as container:
        height = container.streams.video[0].height
        frames = [frame.to_ndarray()[:height] for frame in container.decode(video=0)]
    return np.stack(frames).astype(np.float32)


def _shortest_with(kind: str) -> tuple[ClipOrder, Movement]:
    """The shortest clip with such an expression, and that expression."""
    orders = [ClipOrder("dev", _SEED, index, _HEIGHT) for index in range(_SEARCHED)]
    plans = sorted(((_plan(order), order) for order in orders), key=lambda pair: pair[0].duration_s)
    return next(
        (order, movement)
        for plan, order in plans
        for movement in plan.movements
        if movement.kind == kind
    )


def _make(order: ClipOrder, plan: ClipPlan, folder: Path) -> tuple[MadeClip, Luma, Luma]:
    """Make a clip by a plan; its luma before the encoder and after the decoder, [n, h, w]."""
    taken: list[Picture] = []

    def as_planned(asked: ClipOrder, draws: Iterator[np.random.Generator]) -> ClipPlan:
        plan_clip(asked, draws)  # takes its random numbers, so that all else stays the same
        return plan

    def watched(
        path: Path, pictures: Iterable[Picture], fps: Fraction, sound: Sound, quality: Quality
    ) -> int:
        taken.extend(pictures)
        return write_clip(path, taken, fps, sound, quality)

    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clip, "plan_clip", as_planned)
        patch.setattr(clip, "write_clip", watched)
        made = make_clip(order, folder)
    before = np.stack(taken)[:, : order.height].astype(np.float32)
    return made, before, _decoded(folder / f"{order.name}.mp4")


def _film(folder: Path, kind: str) -> Filmed:
    order, movement = _shortest_with(kind)
    plan = _plan(order)
    without = replace(plan, movements=tuple(m for m in plan.movements if m != movement))
    made, there, decoded = _make(order, plan, folder / "there")
    _, missing, decoded_missing = _make(order, without, folder / "missing")
    apart = np.linalg.norm((decoded - decoded_missing).reshape(len(decoded), -1), axis=1)
    events = [event for row in made.rows for event in row["events"]]
    changed = np.abs(there - missing).max(axis=(1, 2))
    return Filmed(movement, events, float(plan.look.fps), changed, apart / apart.max())


@pytest.fixture(scope="module")
def micro(tmp_path_factory: pytest.TempPathFactory) -> Filmed:
    return _film(tmp_path_factory.mktemp("micro"), "micro")


@pytest.fixture(scope="module")
def macro(tmp_path_factory: pytest.TempPathFactory) -> Filmed:
    return _film(tmp_path_factory.mktemp("macro"), "macro")


def _require_seen_where_it_is(filmed: Filmed) -> None:
    movement = filmed.movement
    (event,) = [e for e in filmed.events if e["pattern"] and e["onset_s"] == movement.onset_s]
    assert event["pattern"] == movement.pattern
    assert (event["apex_s"], event["offset_s"]) == (movement.apex_s, movement.offset_s)
    moving = np.flatnonzero(filmed.changed > _ROUNDED)
    assert 0 <= moving[0] - filmed.frame(movement.onset_s) - 1 <= 1
    assert 0 <= filmed.frame(movement.offset_s) - 1 - moving[-1] <= 1


@pytest.mark.slow
def test_a_micro_expression_changes_the_pictures_from_onset_to_offset_alone(micro: Filmed) -> None:
    _require_seen_where_it_is(micro)


@pytest.mark.slow
def test_a_macro_expression_changes_the_pictures_from_onset_to_offset_alone(macro: Filmed) -> None:
    _require_seen_where_it_is(macro)


@pytest.mark.slow
def test_the_apex_of_a_micro_expression_is_seen_in_the_decoded_frames(micro: Filmed) -> None:
    """To one frame. The encoder's own differences, which go on after it, stay far below."""
    onset, apex = (micro.frame(t) for t in (micro.movement.onset_s, micro.movement.apex_s))
    assert abs(int(micro.apart.argmax()) - apex) <= 1
    assert micro.apart[: onset + 1].max() < _ENCODED
    assert micro.apart[micro.frame(micro.movement.offset_s) :].max() < _ENCODED
