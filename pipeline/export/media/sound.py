"""The sound of a stretch of a source, sample by sample on the timeline of its pictures."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from stages.start import rewind, timeline_origin_s
from stages.timeline import Timeline

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.resampler import AudioResampler
    from av.audio.stream import AudioStream
    from av.container import InputContainer

Samples = np.ndarray[Any, np.dtype[np.float32]]  # [channels, n], -1..1

_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)  # that AAC may have
_USUAL_RATE = 48_000
_JITTER_S = 0.01  # time stamps of whole milliseconds wander by as much; more is a gap
_BEFORE_S = 1.0  # what a demuxer's seek may land too late by, and a codec needs to come in


class SoundTrack:
    """The default sound track of an open file, as mono or stereo at a rate that AAC has.

    Attributes:
        rate: samples a second.
        layout: `mono` or `stereo`.
    """

    def __init__(
        self, container: "InputContainer", timeline: Timeline, mono_rate: int | None = None
    ) -> None:
        """
        Args:
            container: of which nothing else is read.
            timeline: of the file.
            mono_rate: make it mono at this rate; None: as the source has it, as far as AAC can.
        """
        from av.stream import Discard

        self._container = container
        self._timeline = timeline
        self._origin_s = timeline_origin_s(container)
        best = container.streams.best("audio") or container.streams.audio[0]
        self._stream: AudioStream = next(
            track for track in container.streams.audio if track.index == best.index
        )
        for stream in container.streams:
            is_own = stream.index == self._stream.index
            stream.discard = Discard.default if is_own else Discard.all
        codec = self._stream.codec_context
        self.can_be_read = codec is not None and bool(codec.sample_rate)
        self.rate = codec.sample_rate if self.can_be_read else 0
        self.rate = self.rate if self.rate in _RATES else _USUAL_RATE
        self.layout = "mono" if self.can_be_read and codec.layout.nb_channels == 1 else "stereo"
        if mono_rate is not None:
            self.rate, self.layout = mono_rate, "mono"

    def samples(self, start_s: float, end_s: float) -> Iterator[Samples]:
        """What is heard in `[start_s, end_s)`: pieces that follow one another without a gap.

        Where there is no sound, as in a track that begins later, there are zeros.
        """
        wanted = round((end_s - start_s) * self.rate)
        written = 0
        for place, samples in self._placed(start_s, end_s):
            fresh = samples[:, max(written - place, 0) :]
            silence = min(place, wanted) - written
            if silence > 0:
                yield self._silence(silence)
                written += silence
            fresh = fresh[:, : wanted - written]
            if fresh.shape[1]:
                yield fresh
                written += fresh.shape[1]
        if written < wanted:
            yield self._silence(wanted - written)

    def _silence(self, count: int) -> Samples:
        return np.zeros((1 if self.layout == "mono" else 2, count), np.float32)

    def _placed(self, start_s: float, end_s: float) -> Iterator[tuple[int, Samples]]:
        """Stretches of sound, and how many samples after `start_s` each begins."""
        resampler: AudioResampler | None = None
        expected_s = -math.inf
        form, place = None, 0
        for frame in self._frames(start_s):
            time_s = self._time_s(frame, expected_s)
            if time_s >= end_s:
                break
            goes_on = form == _form(frame) and abs(time_s - expected_s) <= _JITTER_S
            if resampler is None or not goes_on:
                if resampler is not None:
                    yield from _counted(place, _out(resampler, None))
                resampler, form = self._resampler(), _form(frame)
                place = round((time_s - start_s) * self.rate)
                expected_s = time_s
            expected_s += frame.samples / frame.sample_rate
            frame.pts = None  # the place is counted here
            for samples in _out(resampler, frame):
                yield place, samples
                place += samples.shape[1]
        if resampler is not None:
            yield from _counted(place, _out(resampler, None))

    def _resampler(self) -> "AudioResampler":
        from av import AudioResampler

        return AudioResampler("fltp", self.layout, self.rate)

    def _time_s(self, frame: "AudioFrame", expected_s: float) -> float:
        if frame.pts is None or frame.time_base is None:
            return max(expected_s, 0.0)
        return float(frame.pts * frame.time_base) - self._origin_s

    def _frames(self, start_s: float) -> "Iterator[AudioFrame]":
        """From some time before `start_s` on; from the file's start where a seek lands too late."""
        if not self._timeline.restarts_s and self._seek(start_s - _BEFORE_S):
            frames = self._decoded()
            first = next(frames, None)
            if first is not None and self._time_s(first, math.inf) <= start_s:
                yield first
                yield from frames
                return
        rewind(self._container)
        yield from self._decoded()

    def _seek(self, target_s: float) -> bool:
        from av.error import FFmpegError

        if target_s <= 0:
            return False
        offset = math.floor((target_s + self._origin_s) / (self._stream.time_base or 1))
        try:
            self._container.seek(max(offset, self._stream.start_time or 0), stream=self._stream)
        except FFmpegError:
            return False
        return True

    def _decoded(self) -> "Iterator[AudioFrame]":
        from av.error import FFmpegError

        packets = self._timeline.packets(self._container, self._stream)
        while True:
            try:
                packet = next(packets)
            except (StopIteration, FFmpegError):  # what breaks off is silent from there on
                return
            try:
                yield from packet.decode()
            except FFmpegError:  # a broken packet is a moment of silence
                continue


def _counted(place: int, pieces: Iterator[Samples]) -> Iterator[tuple[int, Samples]]:
    for samples in pieces:
        yield place, samples
        place += samples.shape[1]


def _out(resampler: "AudioResampler", frame: "AudioFrame | None") -> Iterator[Samples]:
    for out in resampler.resample(frame):
        if out is not None and out.samples:  # what one with nothing to do gives for the end
            yield np.clip(np.nan_to_num(out.to_ndarray()), -1, 1)


def _form(frame: "AudioFrame") -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate
