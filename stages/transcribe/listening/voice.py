"""Voice activity: where somebody speaks, by Silero VAD, on sound of any length.

faster-whisper's `get_speech_timestamps` takes the whole sound at once, several times over (two
hours: two gigabytes). Here its network runs over one piece after another with its state carried
on, and the sound is handed on in blocks that end in a pause, so that the speech found is the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stages.listening.sound import RATE, Samples
from stages.transcribe.cues import Cue

if TYPE_CHECKING:
    from stages.transcribe.config import TranscribeConfig

FRAME = 512  # samples that the network judges at once, 32 ms at 16 kHz
CONTEXT = 64  # samples before them that it also sees
HYSTERESIS = 0.15  # speech goes on until the probability is this far below the threshold
BLOCK_FRAMES = 240 * RATE // FRAME

Probabilities = np.ndarray[Any, np.dtype[np.float32]]
Span = tuple[int, int]


@dataclass(frozen=True)
class SpeechBlock:
    """A stretch of sound that begins and ends in a pause.

    Attributes:
        start: its first sample on the timeline.
        samples: 16 kHz mono, at most about eight minutes.
        spans: where there is speech between two pauses, first and last sample within the block;
            none overlap.
        parts: the same with `transcribe.speech_margin_s` on each side, and the longer ones cut
            where speech is least sure.
    """

    start: int
    samples: Samples
    spans: list[Span]
    parts: list[Span]

    def seconds(self, span: Span) -> tuple[float, float]:
        """Where on the timeline a span of its samples begins and ends."""
        return (self.start + span[0]) / RATE, (self.start + span[1]) / RATE


class VoiceActivity:
    """Finds speech in sound that comes a piece at a time. Loads Silero VAD (CPU, one thread)."""

    def __init__(self, config: "TranscribeConfig") -> None:
        from faster_whisper.vad import get_vad_model

        self._session = get_vad_model().session
        self._config = config

    def blocks(self, pieces: Iterable[Samples]) -> Iterator[SpeechBlock]:
        """The sound in blocks of about four minutes, each with its speech.

        Blocks follow one another; samples after the last whole frame of 32 ms are judged with
        zeros behind them.
        """
        network = _Network(self._session)
        start = 0
        samples = np.zeros(0, np.float32)
        speech = np.zeros(0, np.float32)
        for piece in pieces:
            samples = np.concatenate([samples, piece])
            speech = np.concatenate([speech, network.judge(piece)])
            if len(speech) < BLOCK_FRAMES:
                continue
            spans = self._spans(speech)
            border = self._border(spans, len(speech)) or self._forced_border(speech)
            if border:
                part = samples[: border * FRAME]
                yield self._block(start, part, speech[:border], spans)
                start += len(part)
                samples, speech = samples[border * FRAME :], speech[border:]
        speech = np.concatenate([speech, network.finish()])
        if len(samples):
            yield self._block(start, samples, speech, self._spans(speech))

    def _spans(self, speech: Probabilities) -> list[Span]:
        pause_frames = self._config.min_pause_s * RATE / FRAME
        return speech_spans(speech, self._config.vad_threshold, pause_frames)

    def _block(
        self, start: int, samples: Samples, speech: Probabilities, spans: list[Span]
    ) -> SpeechBlock:
        """A block of `samples`; of `spans` (frames) what is within it."""
        config = self._config
        within = [
            (first * FRAME, min(last * FRAME, len(samples)))
            for first, last in spans
            if first < len(speech)
        ]
        lasting = [span for span in within if span[1] - span[0] > config.min_speech_s * RATE]
        kept = with_margins(lasting, len(samples), round(config.speech_margin_s * RATE))
        longest = round(config.max_utterance_s * RATE / FRAME)
        parts = [part for span in kept for part in split_at_quietest(span, speech, longest)]
        return SpeechBlock(start, samples, lasting, parts)

    def _border(self, spans: list[Span], length: int) -> int:
        """Where to part the sound, frames: in the last pause of which both ends are known, or
        far enough from speech for its margin; 0 where there is no such place yet.
        """
        if not spans:
            return length - 2 * self._margin_frames()
        if len(spans) > 1:
            return (spans[-2][1] + spans[-1][0]) // 2
        before = spans[0][0] - 2 * self._margin_frames()
        after = spans[0][1] + 2 * self._margin_frames()
        return after if after < length else max(before, 0)

    def _forced_border(self, speech: Probabilities) -> int:
        """Minutes without a pause are music that passes for speech: parted where it is quietest."""
        half = len(speech) // 2
        return quietest(speech, half, len(speech)) if half > BLOCK_FRAMES else 0

    def _margin_frames(self) -> int:
        return int(self._config.speech_margin_s * RATE / FRAME) + 1


class _Network:
    """Silero VAD with the state that it carries from one piece of sound to the next."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._hidden = np.zeros((1, 1, 128), np.float32)
        self._cell = np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros(CONTEXT, np.float32)
        self._rest = np.zeros(0, np.float32)

    def judge(self, samples: Samples) -> Probabilities:
        """Probability of speech for each whole frame; what is left waits for the next piece."""
        samples = np.concatenate([self._rest, samples])
        whole = len(samples) // FRAME * FRAME
        self._rest = samples[whole:]
        if not whole:
            return np.zeros(0, np.float32)
        heard = np.concatenate([self._context, samples[:whole]])
        self._context = heard[-CONTEXT:]
        frames = np.lib.stride_tricks.sliding_window_view(heard, CONTEXT + FRAME)[::FRAME]
        speech, self._hidden, self._cell = self._session.run(
            None,
            {"input": np.ascontiguousarray(frames), "h": self._hidden, "c": self._cell},
        )
        return np.asarray(speech, np.float32).reshape(-1)

    def finish(self) -> Probabilities:
        """Probability of speech for the last frame, which the sound fills in part."""
        if not len(self._rest):
            return np.zeros(0, np.float32)
        return self.judge(np.zeros(FRAME - len(self._rest), np.float32))


def speech_spans(speech: Probabilities, threshold: float, pause_frames: float) -> list[Span]:
    """Where there is speech, first and last frame: Silero's rule, as faster-whisper has it.

    Speech begins where the probability reaches `threshold` and ends where it first fell
    `HYSTERESIS` below it, if it does not come back within `pause_frames`.
    """
    low = max(threshold - HYSTERESIS, 0.01)
    spans: list[Span] = []
    begins = quiet_from = -1
    for frame, probability in enumerate(speech.tolist()):
        if probability >= threshold:
            quiet_from = -1
            if begins < 0:
                begins = frame
        elif probability < low and begins >= 0:
            if quiet_from < 0:
                quiet_from = frame
            if frame - quiet_from >= pause_frames:
                spans.append((begins, quiet_from))
                begins = quiet_from = -1
    if begins >= 0:
        spans.append((begins, len(speech)))
    return spans


def with_margins(spans: list[Span], length: int, margin: int) -> list[Span]:
    """The spans with `margin` more on each side; neighbours that come too near share the pause."""
    starts = [begins for begins, _ in spans] + [length + margin]
    ends = [-margin] + [ends for _, ends in spans]
    before = [min(margin, (starts[i] - ends[i]) // 2) for i in range(len(starts))]
    return [
        (max(begins - before[i], 0), min(ends + before[i + 1], length))
        for i, (begins, ends) in enumerate(spans)
    ]


def split_at_quietest(span: Span, speech: Probabilities, longest: int) -> list[Span]:
    """The span of samples in parts of at most `longest` frames, cut where speech is least sure."""
    begins, ends = span
    if ends - begins <= longest * FRAME:
        return [span]
    quarter = (ends - begins) // FRAME // 4
    cut = quietest(speech, begins // FRAME + quarter, ends // FRAME - quarter) * FRAME
    return [
        *split_at_quietest((begins, cut), speech, longest),
        *split_at_quietest((cut, ends), speech, longest),
    ]


def quietest(speech: Probabilities, first: int, last: int) -> int:
    """The frame in `first..last` with the least speech around it (five frames, 160 ms)."""
    around = np.convolve(np.pad(speech, 2, mode="edge"), np.full(5, 0.2), mode="valid")
    return first + int(np.argmin(around[first:last]))


def cues_of_voice(block: SpeechBlock) -> list[Cue]:
    """The speech of a block as cues without text."""
    return [Cue(*block.seconds(part), "", "its sound") for part in block.parts]
