"""The bundled clips are what samples/README.md says: small, playable, a face, timed speech."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pysubs2
import pytest
from faster_whisper.audio import decode_audio
from faster_whisper.vad import VadOptions, get_speech_timestamps

from jobs.synthesize.clip import ClipPlan, plan_clip
from samples.make_samples import INDEXES, order_of
from stages.faces import FacesConfig
from stages.faces.detectors.opening import open_detector

SAMPLES = Path(__file__).parent.parent / "samples"
CLIPS = sorted(SAMPLES.glob("*.mp4"))
SUBTITLED = sorted(SAMPLES.glob("*.srt"))
README = (SAMPLES / "README.md").read_text("utf-8")
VAD = VadOptions(min_silence_duration_ms=400, speech_pad_ms=0)

every_clip = pytest.mark.parametrize("clip", CLIPS, ids=lambda path: path.stem)
every_subtitle = pytest.mark.parametrize("subtitle", SUBTITLED, ids=lambda path: path.stem)


def heard(clip: Path) -> list[tuple[float, float]]:
    """Seconds at which Silero VAD finds speech."""
    speech = get_speech_timestamps(decode_audio(str(clip)), VAD)
    return [(piece["start"] / 16_000, piece["end"] / 16_000) for piece in speech]


@pytest.fixture(scope="module")
def plans() -> dict[str, ClipPlan]:
    """What is true of each clip, by its name."""
    orders = {name: order_of(name) for name in INDEXES}
    return {name: plan_clip(order, order.draws()) for name, order in orders.items()}


def test_three_clips_with_subtitles_and_two_megabytes_together() -> None:
    assert {clip.stem for clip in CLIPS} == {path.stem for path in SUBTITLED} == INDEXES.keys()
    assert sum(clip.stat().st_size for clip in CLIPS) < 2_000_000


def test_they_are_clips_of_the_benchmark_as_it_is_now(plans: dict[str, ClipPlan]) -> None:
    for name, plan in plans.items():
        lines = pysubs2.load(str(SAMPLES / f"{name}.srt"), encoding="utf-8")
        assert [(line.plaintext, line.start, line.end) for line in lines] == [
            (f"{turn.speaker}: {turn.text}", round(span.start_s * 1000), round(span.end_s * 1000))
            for turn, span in zip(plan.dialogue.turns, plan.spans, strict=True)
        ]
        with av.open(SAMPLES / f"{name}.mp4") as file:
            assert file.duration is not None
            assert file.duration / av.time_base == pytest.approx(plan.duration_s, abs=0.05)


def test_together_they_show_what_the_benchmark_is_for(plans: dict[str, ClipPlan]) -> None:
    turns = [turn for plan in plans.values() for turn in plan.dialogue.turns]
    assert {turn.display for turn in turns} >= {"micro", "macro", "masked"}
    assert any(turn.text_role == "contradicting" for turn in turns)
    assert [turn.needs_context for turn in plans["context"].dialogue.turns] == [False, True]
    shown = {name: [len(shot.people) for shot in plan.shots] for name, plan in plans.items()}
    assert shown == {"context": [2], "contradicting_words": [1, 1], "masked": [1]}


def test_the_readme_has_the_truth_of_them(plans: dict[str, ClipPlan]) -> None:
    for plan in plans.values():
        for turn in plan.dialogue.turns:
            row = f"{turn.speaker}: {turn.text} | {', '.join(turn.feeling.labels)} |"
            assert row in README
        for move in plan.movements:
            if move.kind in {"macro", "micro"}:
                times = f"({move.onset_s:.2f}, {move.apex_s:.2f}, {move.offset_s:.2f} s)"
                assert times in README


@pytest.mark.slow
def test_making_them_again_gives_the_same_pictures(tmp_path: Path) -> None:
    maker = [sys.executable, str(SAMPLES / "make_samples.py"), str(tmp_path)]
    subprocess.run(maker, check=True, capture_output=True)
    for clip in CLIPS:  # other builds of the encoders may give other bytes
        with av.open(clip) as kept, av.open(tmp_path / clip.name) as made:
            for one, other in zip(kept.decode(video=0), made.decode(video=0), strict=True):
                difference = one.to_ndarray().astype(int) - other.to_ndarray()
                assert np.abs(difference).mean() < 1


@every_clip
def test_small_short_and_in_the_codecs_that_play_everywhere(clip: Path) -> None:
    with av.open(clip) as file:
        video, audio = file.streams.video[0], file.streams.audio[0]
        assert file.duration is not None
        assert 5 <= file.duration / av.time_base <= 9
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height, video.pix_fmt) == (342, 256, "yuv420p")


@every_clip
def test_a_player_can_start_before_the_whole_file_is_there(clip: Path) -> None:
    content = clip.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


@every_clip
def test_sound_and_picture_start_and_end_together(clip: Path) -> None:
    with av.open(clip) as file:
        ends = []
        for stream in (file.streams.video[0], file.streams.audio[0]):
            assert stream.start_time == 0
            assert stream.duration is not None
            assert stream.time_base is not None
            ends.append(float(stream.duration * stream.time_base))
    assert ends[0] == pytest.approx(ends[1], abs=0.04)


@every_clip
def test_the_default_detector_finds_every_face_in_nearly_every_frame(
    clip: Path, plans: dict[str, ClipPlan]
) -> None:
    with av.open(clip) as file:
        shown = [frame for index, frame in enumerate(file.decode(video=0)) if index % 10 == 0]
    frames = [frame.reformat(format="yuv420p").to_ndarray() for frame in shown]
    detector = open_detector(FacesConfig())
    sure = [sum(face.score > 0.85 for face in faces) for faces in detector.detect(frames)]
    people = len(plans[clip.stem].shots[0].people)
    assert np.mean([count == people for count in sure]) >= 0.95


@every_clip
def test_voice_activity_finds_every_utterance_and_the_pauses_between(
    clip: Path, plans: dict[str, ClipPlan]
) -> None:
    speech = heard(clip)
    assert len(speech) == len(plans[clip.stem].spans)
    pauses = [later[0] - earlier[1] for earlier, later in pairwise(speech)]
    assert min(pauses) >= 0.6


@every_subtitle
def test_subtitles_stand_where_the_speech_is(subtitle: Path) -> None:
    lines = pysubs2.load(str(subtitle), encoding="utf-8")
    speech = heard(subtitle.with_suffix(".mp4"))
    assert len(lines) == len(speech)
    for line, (start_s, end_s) in zip(lines, speech, strict=True):
        assert line.text.strip()
        assert line.start / 1000 == pytest.approx(start_s, abs=0.3)
        assert line.end / 1000 == pytest.approx(end_s, abs=0.3)


@every_subtitle
def test_subtitles_are_in_order_and_within_the_clip(subtitle: Path) -> None:
    with av.open(subtitle.with_suffix(".mp4")) as file:
        assert file.duration is not None
        duration_s = file.duration / av.time_base
    times = [t / 1000 for line in pysubs2.load(str(subtitle)) for t in (line.start, line.end)]
    assert times == sorted(times)
    assert times[0] > 0
    assert times[-1] < duration_s
