"""Make the sample clips again: `python samples/make_samples.py [FOLDER]`.

Needs the project's packages and espeak-ng on the path. The same versions of them give the same
files. README.md beside this file says where picture and sentences come from.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pysubs2
from portrait import Camera, Grade, Picture, Portrait, Pose
from speech import SAMPLE_RATE, Line, Sound, Spoken, mouth_opening, speak

WIDTH, HEIGHT = 640, 360
FPS = 25
_BLINK_S = 0.24
_TAIL_S = 0.7
_VIDEO_OPTIONS = {"crf": "21", "preset": "slow", "threads": "1"}
_AUDIO_BIT_RATE = 64_000


@dataclass(frozen=True)
class Flash:
    """A brief movement: pixels of brow rise and share of smile at its apex, added to the rest."""

    onset_s: float
    apex_s: float
    offset_s: float
    brows: float = 0.0
    smile: float = 0.0


@dataclass(frozen=True)
class Clip:
    """A clip: what is said, how it looks, how the face rests, when it blinks and what flashes."""

    name: str
    lines: tuple[Line, ...]
    subtitled: bool
    grade: Grade
    camera_from: Camera
    camera_to: Camera
    rest: Pose
    blinks_s: tuple[float, ...]
    flash: Flash


CLIPS = (
    Clip(
        name="last_train_en",
        lines=(
            Line("You missed the last train again?", "en-us+m3", 165, 40, 0.6, "MARA", False),
            Line(
                "I ran all the way, and the doors closed in my face!",
                "en-us+f2",
                175,
                58,
                0.8,
                "JO",
            ),
            Line("I could cry, but honestly, I have to laugh.", "en-us+f2", 160, 50, 0.9, "JO"),
        ),
        subtitled=True,
        grade=Grade((1.0, 1.0, 1.0), (1.0, 1.0, 1.0)),
        camera_from=Camera(236, 128, 330),
        camera_to=Camera(230, 118, 268),
        rest=Pose(closed_lips=0.6, smile=-0.4),
        blinks_s=(1.5, 4.4, 6.9, 8.7),
        flash=Flash(2.44, 2.6, 2.8, brows=3.5),
    ),
    Clip(
        name="unopened_letter_fr",
        lines=(
            Line("La lettre est arrivée ce matin.", "fr-fr+f3", 150, 50, 0.7),
            Line("Je n'ose pas l'ouvrir, j'ai tellement peur.", "fr-fr+f3", 140, 42, 1.0),
        ),
        subtitled=True,
        grade=Grade((0.86, 0.9, 1.0), (0.3, 0.42, 0.56), mirrored=True),
        camera_from=Camera(222, 120, 236),
        camera_to=Camera(232, 112, 214, tilt=2.0),
        rest=Pose(closed_lips=1.0, smile=-1.0),
        blinks_s=(0.5, 3.9, 5.9),
        flash=Flash(2.6, 2.76, 3.0, smile=0.9),
    ),
    Clip(
        name="borrowed_guitar_en",
        lines=(
            Line("He gave my guitar away without asking me.", "en-gb+f4", 165, 45, 0.5),
            Line("I keep saying that it is fine.", "en-gb+f4", 145, 40, 0.9),
            Line("It is not fine, I am furious!", "en-gb+f4", 180, 60, 1.0),
        ),
        subtitled=False,
        grade=Grade((1.06, 0.97, 0.84), (0.62, 0.4, 0.3)),
        camera_from=Camera(210, 130, 290, tilt=-2.0),
        camera_to=Camera(244, 124, 290, tilt=-1.0),
        rest=Pose(closed_lips=0.9, smile=-0.7),
        blinks_s=(1.2, 3.2, 5.4, 8.1),
        flash=Flash(6.0, 6.12, 6.36, brows=4.0, smile=-0.5),
    ),
)


def main() -> int:
    """Write every clip, with its subtitles, into the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    folder: Path = parser.parse_args().folder
    if shutil.which("espeak-ng") is None:
        print("espeak-ng is not on the path: install it to make the samples.", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    for clip in CLIPS:
        sound, spoken = speak(clip.lines, _TAIL_S)
        _encode(folder / f"{clip.name}.mp4", _pictures(clip, sound, spoken), sound)
        if clip.subtitled:
            _subtitle(folder / f"{clip.name}.srt", spoken)
        print(clip.name, *(f"{s.start_s:.2f}-{s.end_s:.2f}" for s in spoken))
    return 0


def _pictures(clip: Clip, sound: Sound, spoken: list[Spoken]) -> Iterator[Picture]:
    times = np.arange(0, sound.size / SAMPLE_RATE, 1 / FPS)
    openings = mouth_opening(sound, spoken, times)
    portrait = Portrait(clip.grade)
    for time, opening in zip(times, openings, strict=True):
        camera = _camera(clip, float(time / times[-1]))
        yield portrait.draw(camera, _pose(clip, float(time), float(opening)), WIDTH, HEIGHT)


def _camera(clip: Clip, progress: float) -> Camera:
    """The camera on its way, slow at both ends."""
    share = progress * progress * (3 - 2 * progress)
    begin, end = clip.camera_from, clip.camera_to
    return Camera(
        begin.x + share * (end.x - begin.x),
        begin.y + share * (end.y - begin.y),
        begin.width + share * (end.width - begin.width),
        begin.tilt + share * (end.tilt - begin.tilt),
    )


def _pose(clip: Clip, time: float, opening: float) -> Pose:
    flash = np.interp(time, (clip.flash.onset_s, clip.flash.apex_s, clip.flash.offset_s), (0, 1, 0))
    blink = max(
        float(np.interp(abs(time - at), (0.03, _BLINK_S / 2), (1, 0))) for at in clip.blinks_s
    )
    return Pose(
        turn=1.8 * np.sin(2 * np.pi * time / 4.3) + 0.8 * np.sin(2 * np.pi * time / 1.7),
        nod=1.2 * np.sin(2 * np.pi * time / 2.9) + 1.5 * opening,
        blink=blink,
        brows=clip.flash.brows * flash + 0.8 * opening,
        smile=clip.rest.smile + clip.flash.smile * flash,
        open=0.9 * opening,
        closed_lips=clip.rest.closed_lips,
    )


def _encode(path: Path, pictures: Iterator[Picture], sound: Sound) -> None:
    with av.open(path, "w", options={"movflags": "+faststart", "fflags": "+bitexact"}) as output:
        video = output.add_stream("libx264", rate=FPS, options=_VIDEO_OPTIONS)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        audio = output.add_stream("aac", rate=SAMPLE_RATE, layout="mono")
        audio.bit_rate = _AUDIO_BIT_RATE
        for stream in (video, audio):
            stream.codec_context.flags |= av.codec.context.Flags.bitexact
        said = _sound_frames(sound, SAMPLE_RATE // FPS)
        for picture, frame in zip(pictures, said, strict=True):
            output.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            output.mux(audio.encode(frame))
        output.mux(video.encode(None))
        output.mux(audio.encode(None))


def _sound_frames(sound: Sound, samples: int) -> Iterator[av.AudioFrame]:
    """The sound in pieces as long as a picture, the last one filled up with silence."""
    whole: npt.NDArray[np.float32] = np.pad(sound, (0, -sound.size % samples))
    for begin in range(0, whole.size, samples):
        piece = whole[None, begin : begin + samples]
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = begin
        frame.time_base = Fraction(1, SAMPLE_RATE)
        yield frame


def _subtitle(path: Path, spoken: list[Spoken]) -> None:
    subtitles = pysubs2.SSAFile()
    for place in spoken:
        speaker = f"{place.line.speaker}: " if place.line.speaker else ""
        subtitles.append(
            pysubs2.SSAEvent(
                start=round(place.start_s * 1000),
                end=round(place.end_s * 1000),
                text=speaker + place.line.text,
            )
        )
    subtitles.save(str(path))


if __name__ == "__main__":
    sys.exit(main())
