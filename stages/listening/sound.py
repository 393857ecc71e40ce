"""The sound of a video as 16 kHz mono, on the presentation timeline, a piece at a time.

How many channels become one, see `stages.listening.downmix`.
"""

import math
from collections.abc import Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from stages.listening.downmix import Downmix, QuarterTurn
from stages.media import video_stream
from stages.start import rewind, timeline_origin_s
from stages.timeline import timeline_of

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

RATE = 16_000
"""Hz."""

Samples = np.ndarray[Any, np.dtype[np.float32]]

PIECE = 10 * RATE
JITTER_S = 0.01  # time stamps of whole milliseconds wander by as much; more is a gap
REWIND_S = 1.0  # a clock that goes back by more has been reset
_EARLIER_S = 1.0  # before a later start: a codec has to come in, a demuxer may seek too late
_JUMPS = "The clock of its sound jumps"


class Sound:
    """The speech track of an open container.

    The default track is taken where there are several. The first sample stands at 0 s of the
    timeline whatever the track's own start; where the track is silent by its time stamps there
    are zeros, and what the stamps place before 0 or twice is left out, so that sample n is heard
    at n / 16000 s. A broken packet leaves a gap. After `pieces` has run out, `warnings` says what
    was not as it should be.
    """

    def __init__(self, container: "InputContainer", duration_s: float) -> None:
        """
        Args:
            container: positioned at its start; its other streams are passed over from now on.
            duration_s: of the video; the sound is not read beyond it. 0: unknown.
        """
        self.warnings: list[str] = []
        self._container = container
        self._end = round(duration_s * RATE) if duration_s > 0 else None
        self._timeline = timeline_of(container, video_stream(container), duration_s or None)
        self.warnings += self._timeline.warnings
        self._stream = self._speech_track()
        self._broken = 0
        self._first = 0  # of the samples that are asked for, on the timeline
        self._clock = _Clock(timeline_origin_s(container), self._end)
        self._written = 0

    def pieces(self, start_s: float = 0.0) -> Iterator[Samples]:
        """Pieces of up to 10 s that follow one another without a gap, float32 in -1..1.

        Args:
            start_s: where the first sample stands, seconds of the timeline. What is before is not
                decoded where the file can be sought. In one whose clock jumps (see `jumps`) the
                places of sound are known only to one who reads it from its start.
        """
        self._first = self._written = round(start_s * RATE)
        held: list[Samples] = []
        length = 0
        for part in self._placed():
            held.append(part)
            length += len(part)
            if length >= PIECE:
                yield _clean(held)
                held, length = [], 0
        if held:
            yield _clean(held)
        self._say_what_was_broken()

    @property
    def was_heard(self) -> bool:
        """Whether `pieces` gave any sound."""
        return self._written > self._first

    def _speech_track(self) -> "AudioStream | None":
        from av.stream import Discard

        tracks = self._container.streams.audio
        chosen = self._container.streams.best("audio") or tracks[0]
        if len(tracks) > 1:
            number = [track.index for track in tracks].index(chosen.index) + 1
            self.warnings.append(
                f"It has {len(tracks)} sound tracks; track {number} "
                f"({chosen.language or 'no language given'}) was heard."
            )
        for stream in self._container.streams:
            if stream.index != chosen.index:
                stream.discard = Discard.all
        for track in tracks:
            if track.index == chosen.index and track.codec_context is not None:
                track.codec_context.thread_count = 1
                return track
        return None  # no decoder for it in this build

    def _placed(self) -> Iterator[Samples]:
        """The parts that follow one another from 0 s on."""
        for place, samples in self._resampled():
            skip = max(self._written - place, 0)
            silence = max(place - self._written, 0)
            fresh = samples[skip:]
            if not len(fresh):
                continue
            for start in range(0, silence, PIECE):
                yield self._counted(np.zeros(min(PIECE, silence - start), np.float32))
            yield self._counted(fresh)
            if self._end is not None and self._written >= self._end:
                return

    def _counted(self, samples: Samples) -> Samples:
        if self._end is not None:
            samples = samples[: max(self._end - self._written, 0)]
        self._written += len(samples)
        return samples

    def _resampled(self) -> Iterator[tuple[int, Samples]]:
        """Stretches of sound and the sample of the timeline at which each begins."""
        from av.error import FFmpegError

        run: _Run | None = None
        for frame in self._frames():
            start_s = self._clock.time_s(frame)
            try:
                if run is None or not run.goes_on_with(frame, start_s):
                    if run is not None:
                        yield from run.rest()
                    run = _Run(frame, start_s)
                yield from run.resample(frame)
            except (FFmpegError, ValueError, ZeroDivisionError):  # a frame of no form, of rate 0
                self._broken += 1
                run = None
            else:
                self._clock.expected_s = run.end_s
        if run is not None:
            yield from run.rest()

    def _frames(self) -> "Iterator[AudioFrame]":
        if self._stream is None:
            return
        if self._first and not self._timeline.restarts_s:
            frames = self._since(self._first / RATE, self._stream)
            if frames is not None:
                yield from frames
                return
        yield from self._decoded(self._stream)

    def _since(self, start_s: float, stream: "AudioStream") -> "Iterator[AudioFrame] | None":
        """From some time before `start_s` on; None, at the file's start, where that fails."""
        from av.error import FFmpegError

        with suppress(FFmpegError):
            self._container.seek(self._clock.stamp(start_s - _EARLIER_S, stream), stream=stream)
            frames = self._decoded(stream)
            first = next(frames, None)
            if first is not None and self._clock.begins_by(first, start_s):
                return chain([first], frames)
        rewind(self._container)
        self._broken = 0
        return None

    def _decoded(self, stream: "AudioStream") -> "Iterator[AudioFrame]":
        from av.error import FFmpegError

        packets = self._timeline.packets(self._container, stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except FFmpegError as fault:
                self.warnings.append(
                    f"Its sound breaks off at {self._written / RATE:.1f} s ({fault.strerror})."
                )
                return
            try:
                yield from packet.decode()
            except FFmpegError:
                self._broken += 1

    def _say_what_was_broken(self) -> None:
        if self._stream is None:
            self.warnings.append("Its sound has a codec that cannot be decoded; it was not heard.")
        elif not self.was_heard:
            self.warnings.append("No sound could be decoded from its sound track.")
        if self._broken:
            self.warnings.append(
                f"{self._broken} broken pieces of its sound were passed over as silence."
            )
        if self._clock.resets:
            self.warnings.append(
                f"{_JUMPS} {self._clock.resets} times; the sound was joined "
                "there, so speech after a jump may be misplaced."
            )


def jumps(warnings: Iterable[str]) -> bool:
    """Whether one of the warnings says that the clock of a file's sound jumps."""
    return any(warning.startswith(_JUMPS) for warning in warnings)


class _Clock:
    """Places frames on the timeline, and does not believe a clock that leaps out of the video."""

    def __init__(self, origin_s: float, end: int | None) -> None:
        self.resets = 0
        self.expected_s: float | None = None  # where the sound so far ends; None before any
        self._origin_s = origin_s
        self._end_s = None if end is None else end / RATE + REWIND_S

    def stamp(self, time_s: float, stream: "AudioStream") -> int:
        """The time stamp of a time, in the unit of `stream`; not before its first."""
        unit = stream.time_base or Fraction(1, RATE)
        return max(math.floor((time_s + self._origin_s) / unit), stream.start_time or 0)

    def begins_by(self, frame: "AudioFrame", time_s: float) -> bool:
        """Whether `frame` surely begins no later than at `time_s`."""
        return frame.pts is not None and (frame.time or 0.0) - self._origin_s <= time_s

    def time_s(self, frame: "AudioFrame") -> float:
        """Where `frame` begins, seconds."""
        expected_s = self.expected_s or 0.0
        if frame.pts is None or frame.time_base is None:
            return expected_s
        base = frame.time_base  # multiplied as integers: fractions are slow, a frame lasts 20 ms
        time_s = frame.pts * base.numerator / base.denominator - self._origin_s
        goes_back = self.expected_s is not None and time_s < expected_s - REWIND_S
        goes_beyond = self._end_s is not None and time_s > max(self._end_s, expected_s + JITTER_S)
        if goes_back or goes_beyond:
            self.resets += 1
            self._origin_s += time_s - expected_s
            return expected_s
        return time_s


class _Run:
    """Frames of one form that follow one another without a gap, through one resampler.

    The place of its samples is counted from its first frame, so that rounding cannot add up.
    """

    def __init__(self, first: "AudioFrame", start_s: float) -> None:
        from av import AudioResampler

        is_mono = first.layout.name == "mono"
        self._downmix = None if is_mono else Downmix(first.layout.nb_channels, first.sample_rate)
        self._turn = QuarterTurn()
        self._resampler: AudioResampler = AudioResampler(
            "flt", "mono" if is_mono else "stereo", RATE
        )
        self._form = _form(first)
        self._rate = first.sample_rate
        self._start_s = start_s
        self._taken = 0
        self._place = round(start_s * RATE)

    @property
    def end_s(self) -> float:
        """Where the frames taken so far end, seconds."""
        return self._start_s + self._taken / self._rate

    def goes_on_with(self, frame: "AudioFrame", start_s: float) -> bool:
        return _form(frame) == self._form and abs(start_s - self.end_s) <= JITTER_S

    def resample(self, frame: "AudioFrame") -> Iterator[tuple[int, Samples]]:
        self._taken += frame.samples
        if self._downmix is None:
            frame.pts = None  # the place is counted here
            yield from self._out(frame)
            return
        for pair in self._downmix.take(frame):
            yield from self._out(self._frame(pair))

    def rest(self) -> Iterator[tuple[int, Samples]]:
        """What the downmix and the resampler still hold."""
        if self._downmix is not None:
            for pair in self._downmix.rest():
                yield from self._out(self._frame(pair))
        yield from self._out(None)
        if self._downmix is not None:
            yield self._placed(self._turn.rest())

    def _out(self, frame: "AudioFrame | None") -> Iterator[tuple[int, Samples]]:
        for out in self._resampler.resample(frame):
            if out is not None:  # what a resampler with nothing to do gives for the end
                count = out.samples * out.layout.nb_channels
                samples = np.frombuffer(memoryview(out.planes[0]), np.float32, count=count)
                if self._downmix is not None:
                    samples = self._turn.join(samples[::2], samples[1::2])
                yield self._placed(samples)

    def _placed(self, samples: Samples) -> tuple[int, Samples]:
        place = self._place
        self._place += len(samples)
        return place, samples

    def _frame(self, pair: Samples) -> "AudioFrame":
        from av import AudioFrame

        frame = AudioFrame.from_ndarray(pair.T.reshape(1, -1), "flt", "stereo")
        frame.sample_rate = self._rate
        return frame


def _clean(parts: list[Samples]) -> Samples:
    """One array in -1..1; a broken stream may decode to numbers that are none."""
    return np.clip(np.nan_to_num(np.concatenate(parts)), -1, 1)


def _form(frame: "AudioFrame") -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate
