"""The bundled clips are what samples/README.md says: small, playable, a face, timed speech."""

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pysubs2
import pytest
from faster_whisper.audio import decode_audio
from faster_whisper.vad import VadOptions, get_speech_timestamps

from stages.faces import FacesConfig
from stages.faces.detectors.opening import open_detector

SAMPLES = Path(__file__).parent.parent / "samples"
CLIPS = sorted(SAMPLES.glob("*.mp4"))
SUBTITLED = sorted(SAMPLES.glob("*.srt"))
UTTERANCES = {"last_train_en": 3, "unopened_letter_fr": 2, "borrowed_guitar_en": 3}
VAD = VadOptions(min_silence_duration_ms=400, speech_pad_ms=0)

every_clip = pytest.mark.parametrize("clip", CLIPS, ids=lambda path: path.stem)
every_subtitle = pytest.mark.parametrize("subtitle", SUBTITLED, ids=lambda path: path.stem)


def heard(clip: Path) -> list[tuple[float, float]]:
    """Seconds at which Silero VAD finds speech."""
    speech = get_speech_timestamps(decode_audio(str(clip)), VAD)
    return [(piece["start"] / 16_000, piece["end"] / 16_000) for piece in speech]


def test_three_clips_two_with_subtitles() -> None:
    assert {clip.stem for clip in CLIPS} == UTTERANCES.keys()
    assert {path.stem for path in SUBTITLED} == {"last_train_en", "unopened_letter_fr"}


@every_clip
def test_small_short_and_in_the_codecs_that_play_everywhere(clip: Path) -> None:
    assert clip.stat().st_size <= 600_000
    with av.open(clip) as file:
        video, audio = file.streams.video[0], file.streams.audio[0]
        assert file.duration is not None
        assert 5 <= file.duration / av.time_base <= 12
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height, video.pix_fmt) == (640, 360, "yuv420p")
        assert video.average_rate == 25


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
def test_the_default_detector_finds_the_face_in_nearly_every_frame(clip: Path) -> None:
    with av.open(clip) as file:
        shown = [frame for index, frame in enumerate(file.decode(video=0)) if index % 10 == 0]
    frames = [frame.reformat(format="yuv420p").to_ndarray() for frame in shown]
    detector = open_detector(FacesConfig())
    found = [bool(faces) and faces[0].score > 0.85 for faces in detector.detect(frames)]
    assert np.mean(found) >= 0.95


@every_clip
def test_voice_activity_finds_every_utterance_and_the_pauses_between(clip: Path) -> None:
    speech = heard(clip)
    assert len(speech) == UTTERANCES[clip.stem]
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
