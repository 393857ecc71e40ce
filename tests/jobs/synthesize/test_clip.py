"""Clips: planned from their number alone, and made as planned."""

from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path
from typing import get_args

import av
import pytest

from jobs.synthesize.clip import ClipPlan, MadeClip, make_clip, plan_clip
from jobs.synthesize.order import ClipOrder
from jobs.synthesize.plan import Split
from jobs.synthesize.scene.shots import Framing
from stages.faces.config import FacesConfig
from stages.faces.detectors.yunet.detector import YunetDetector
from stages.listening.sound import Sound
from stages.media import open_media
from stages.transcribe.config import TranscribeConfig
from stages.transcribe.listening.voice import VoiceActivity

PLANNED = 40
SPLITS: tuple[Split, ...] = get_args(Split)


def _plan(split: Split, index: int, seed: int = 1) -> ClipPlan:
    order = ClipOrder(split, seed, index, 256)
    return plan_clip(order, order.draws())


@pytest.fixture(scope="module")
def plans() -> dict[Split, list[ClipPlan]]:
    return {split: [_plan(split, index) for index in range(PLANNED)] for split in SPLITS}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[MadeClip]]:
    folder = tmp_path_factory.mktemp("clips")
    return folder, [make_clip(ClipOrder("dev", 3, index, 128), folder) for index in range(2)]


def test_shots_tile_the_clip(plans: dict[Split, list[ClipPlan]]) -> None:
    for plan in (plan for planned in plans.values() for plan in planned):
        edges = [(shot.start_s, shot.end_s) for shot in plan.shots]
        assert edges[0][0] == 0
        assert edges[-1][1] == plan.duration_s
        assert all(a[1] == b[0] for a, b in pairwise(edges))
        assert all(start < end for start, end in edges)


def test_who_speaks_and_every_expression_is_in_view(plans: dict[Split, list[ClipPlan]]) -> None:
    for plan in (plan for planned in plans.values() for plan in planned):
        for turn, span in zip(plan.dialogue.turns, plan.spans, strict=True):
            for shot in plan.shots:
                if shot.start_s < span.end_s and span.start_s < shot.end_s:
                    assert turn.speaker in shot.people
        events = [event for row in plan.rows for event in row["events"]]
        assert all(event["in_view"] for event in events if event["kind"] in ("macro", "micro"))


def test_every_kind_of_shot_occurs(plans: dict[Split, list[ClipPlan]]) -> None:
    planned = plans["train"]
    assert {shot.framing for plan in planned for shot in plan.shots} == set(Framing)
    assert any(len(plan.dialogue.people) == 2 and len(plan.shots) > 2 for plan in planned)


def test_pictures_have_even_sizes_and_rates_that_cameras_have(
    plans: dict[Split, list[ClipPlan]],
) -> None:
    looks = [plan.look for planned in plans.values() for plan in planned]
    assert all(look.height == 256 and look.width % 2 == 0 for look in looks)
    assert len({look.width for look in looks}) == 3
    assert {24, 25, 30} <= {float(look.fps) for look in looks}


def test_splits_share_no_head_and_no_sentence(plans: dict[Split, list[ClipPlan]]) -> None:
    sentences = {
        split: {turn.text for plan in planned for turn in plan.dialogue.turns}
        for split, planned in plans.items()
    }
    heads = {
        split: {str(row["identity"]) for plan in planned for row in plan.rows}
        for split, planned in plans.items()
    }
    for one, other in combinations(SPLITS, 2):
        assert not sentences[one] & sentences[other]
        assert not heads[one] & heads[other]


def test_a_plan_follows_from_split_seed_and_number() -> None:
    assert _plan("dev", 4).rows == _plan("dev", 4).rows
    assert _plan("dev", 4).rows != _plan("dev", 5).rows
    assert _plan("dev", 4).rows != _plan("dev", 4, seed=2).rows
    assert _plan("dev", 4).movements != _plan("test", 4).movements


def test_a_clip_has_the_pictures_and_the_length_of_its_plan(
    made: tuple[Path, list[MadeClip]],
) -> None:
    folder, clips = made
    for index, clip in enumerate(clips):
        plan = plan_clip(order := ClipOrder("dev", 3, index, 128), order.draws())
        assert clip.rows == plan.rows
        with av.open(folder / f"{order.name}.mp4") as container:
            pictures = list(container.decode(video=0))
        assert len(pictures) == round(plan.duration_s * plan.look.fps)
        assert (pictures[0].height, pictures[0].width) == (128, plan.look.width)
        assert (folder / f"{order.name}.srt").read_text("utf-8").count("-->") == len(plan.spans)


def test_the_same_clip_is_made_of_the_same_bytes(
    tmp_path: Path, made: tuple[Path, list[MadeClip]]
) -> None:
    folder, _ = made
    make_clip(ClipOrder("dev", 3, 0, 128), tmp_path)
    for name in ("dev-000000.mp4", "dev-000000.srt"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_what_is_there_is_left_as_it_is(made: tuple[Path, list[MadeClip]]) -> None:
    folder, clips = made
    before = (folder / "dev-000000.mp4").stat().st_mtime_ns
    again = make_clip(ClipOrder("dev", 3, 0, 128), folder)
    assert not again.is_new
    assert again.rows == clips[0].rows
    assert (folder / "dev-000000.mp4").stat().st_mtime_ns == before


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[ClipOrder]]:
    """Some clips at their usual size, one of them with a shot without anybody."""
    folder = tmp_path_factory.mktemp("filmed")
    planned = sorted((_plan("dev", index).duration_s, index) for index in range(PLANNED))
    shortest = [index for _, index in planned]
    still = next(index for index in shortest if not _plan("dev", index).shots[0].people)
    orders = [ClipOrder("dev", 1, index, 256) for index in (shortest[0], still)]
    for order in orders:
        make_clip(order, folder)
    return folder, orders


def test_the_detector_finds_the_people_who_are_there(filmed: tuple[Path, list[ClipOrder]]) -> None:
    folder, orders = filmed
    detector = YunetDetector(FacesConfig())
    right = frames = 0
    for order in orders:
        plan = plan_clip(order, order.draws())
        with av.open(folder / f"{order.name}.mp4") as container:
            for number, frame in enumerate(container.decode(video=0)):
                if number % 10:
                    continue
                (faces,) = detector.detect([frame.to_ndarray()])
                shot = next(s for s in plan.shots if s.start_s <= frame.time < s.end_s)
                frames += 1
                right += len(faces) == len(shot.people)
    assert frames > 20
    assert right >= 0.95 * frames


def test_voice_activity_finds_the_speech(filmed: tuple[Path, list[ClipOrder]]) -> None:
    folder, orders = filmed
    activity = VoiceActivity(TranscribeConfig())
    for order in orders:
        plan = plan_clip(order, order.draws())
        with open_media(str(folder / f"{order.name}.mp4")) as container:
            (block,) = activity.blocks(list(Sound(container, 0).pieces()))
        found = [block.seconds(span) for span in block.spans]
        assert len(found) == len(plan.spans)
        for (start_s, end_s), span in zip(found, plan.spans, strict=True):
            assert start_s == pytest.approx(span.start_s, abs=0.3)
            assert end_s == pytest.approx(span.end_s, abs=0.3)


def test_a_clip_of_a_negative_set_moves_and_shows_nothing(tmp_path: Path) -> None:
    orders = [ClipOrder("dev", 3, index, 128, expressions=False) for index in range(PLANNED)]
    kinds = Counter(
        event["kind"]
        for order in orders
        for row in plan_clip(order, order.draws()).rows
        for event in row["events"]
    )
    assert set(kinds) == {"blink", "gaze", "speech"}
    made = [make_clip(orders[0], tmp_path / name) for name in _folders(tmp_path, "one", "other")]
    assert made[0] == made[1]
    one, other = ((tmp_path / name / "dev-000000.mp4").read_bytes() for name in ("one", "other"))
    assert one == other


def _folders(place: Path, *names: str) -> tuple[str, ...]:
    for name in names:
        (place / name).mkdir()
    return names


def test_in_an_unclear_clip_nothing_is_told_and_the_same_bytes_come_again(tmp_path: Path) -> None:
    orders = [ClipOrder("dev", 3, index, 128, unclear=True) for index in range(12)]
    plans = {order: plan_clip(order, order.draws()) for order in orders}
    for plan in plans.values():
        for row in plan.rows:
            assert (row["labels"], row["family"], row["intensity"]) == ([], None, None)
            assert (row["clues"], row["display"], row["voice_tells"]) == ([], "none", False)
            assert row["description"]
            assert (row["speaker_place"] is None) == (plan.unclear == "no_face")
        kinds = {event["kind"] for row in plan.rows for event in row["events"]}
        assert plan.unclear == "rendering" or kinds <= {"blink", "gaze", "speech"}
    assert {plan.unclear for plan in plans.values()} == {"rendering", "no_face"}
    rendered = [order for order, plan in plans.items() if plan.unclear == "rendering"]
    first = min(rendered, key=lambda order: plans[order].duration_s)
    made = [make_clip(first, tmp_path / name) for name in _folders(tmp_path, "one", "other")]
    assert made[0] == made[1]
    one, other = ((tmp_path / name / f"{first.name}.mp4").read_bytes() for name in ("one", "other"))
    assert one == other
