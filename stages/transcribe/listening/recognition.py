"""Speech recognition with faster-whisper: words with times, and utterances made of them."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stages.faults import SetupError
from stages.transcribe.cues import Cue, plain_text
from stages.transcribe.listening.sound import RATE

if TYPE_CHECKING:
    from stages.transcribe.config import TranscribeConfig
    from stages.transcribe.listening.voice import Span, SpeechBlock

SURE_OF_LANGUAGE = 0.5
STRETCH_S = 30.0  # what Whisper hears at once
SURE_OF_SILENCE = 0.6  # Whisper's own rule: no speech, where it is this sure of it
UNSURE_OF_TEXT = -1.0  # and less sure than this of the text, mean log-probability of a token


@dataclass(frozen=True)
class Word:
    """A recognised word; seconds on the timeline, probability 0..1."""

    start_s: float
    end_s: float
    text: str
    probability: float


class Recogniser:
    """A faster-whisper model. Nothing is fetched: the model must be on this machine."""

    def __init__(self, config: "TranscribeConfig", model: str) -> None:
        """
        Args:
            config: how it runs.
            model: `config.asr`, a folder or a hub name.

        Raises:
            SetupError: the model is not on this machine or does not load.
        """
        from faster_whisper import BatchedInferencePipeline, WhisperModel

        folder = model_folder(model)
        device, _, number = config.asr_device.partition(":")
        try:
            model = WhisperModel(
                str(folder),
                device=device,
                device_index=int(number or 0),
                compute_type=config.asr_compute_type,
                cpu_threads=1,
            )
        except Exception as fault:  # a broken tokenizer.json raises Exception itself
            raise SetupError(
                f"transcribe.asr: the model in {folder} does not load on {config.asr_device} "
                f"({fault}). It must be a Whisper model converted with ct2-transformers-converter; "
                "transcribe.asr_device and transcribe.asr_compute_type must suit the machine."
            ) from None
        self._pipeline = BatchedInferencePipeline(model)
        self._config = config

    def knows(self, language: str) -> bool:
        """Whether the model was made for the language, ISO 639-1."""
        return language in self._pipeline.model.supported_languages

    def cues(self, block: "SpeechBlock", language: str | None) -> tuple[list[Cue], str | None]:
        """What is said in a block, and in which language if that is sure enough.

        Speech in which no word is recognised (a laugh, a sob) is a cue without text.

        Args:
            block: 16 kHz mono with its speech spans.
            language: one that it knows; None: found out from the block.
        """
        if not block.spans:
            return [], language
        segments, info = self._pipeline.transcribe(
            block.samples,
            language=language,
            beam_size=self._config.asr_beam_size,
            batch_size=self._config.asr_batch_size,
            word_timestamps=True,
            clip_timestamps=[
                {"start": begins / RATE, "end": ends / RATE}
                for begins, ends in stretches(block.spans, round(STRETCH_S * RATE))
            ],
            language_detection_segments=4,
        )
        offset_s = block.start / RATE
        words = sorted(_words(segments, offset_s), key=lambda word: word.start_s)
        said = list(cues_of_words(words, self._config.min_pause_s, self._config.max_utterance_s))
        unheard = _without_words(block, said)
        is_sure = info.language_probability >= SURE_OF_LANGUAGE
        return said + unheard, info.language if is_sure else None


_WAY_OUT = "With transcribe.asr=null, voice activity alone finds the utterances, without text."


def model_folder(name: str) -> Path:
    """The folder of a CTranslate2 Whisper model: `name` itself, or what the hub cache has of it.

    Raises:
        SetupError: it is not there, or not whole.
    """
    from faster_whisper.utils import download_model

    folder = Path(name).expanduser()
    if not folder.is_dir():
        if folder.is_absolute() or name.startswith((".", "~")):
            raise SetupError(f"transcribe.asr: there is no folder {name}. {_WAY_OUT}")
        try:
            folder = Path(download_model(name, local_files_only=True))
        except Exception as fault:  # the hub's errors are of many kinds, all of which mean this
            raise SetupError(
                f"transcribe.asr: there is no folder {name!r} here, and no model of this name in "
                f"the hub cache ({type(fault).__name__}). Fetch it where there is a network: "
                f"faster_whisper.download_model({name!r}, output_dir='whisper'), then set "
                f"transcribe.asr to that folder. {_WAY_OUT}"
            ) from None
    missing = [
        part
        for part in ("model.bin", "config.json", "tokenizer.json")
        if not (folder / part).is_file()
    ]
    if missing:
        raise SetupError(
            f"transcribe.asr: the folder {folder} lacks {', '.join(missing)}. Convert the model "
            "with: ct2-transformers-converter --model MODEL --output_dir FOLDER --copy_files "
            "tokenizer.json preprocessor_config.json"
        )
    return folder


def stretches(spans: "list[Span]", longest: int) -> "list[Span]":
    """Neighbouring spans of speech joined into stretches of at most `longest` samples.

    The pauses within stay: Whisper punctuates and aligns by them.
    """
    joined: list[Span] = []
    for begins, ends in spans:
        if joined and ends - joined[-1][0] <= longest:
            joined[-1] = joined[-1][0], ends
        else:
            joined.append((begins, ends))
    return joined


def cues_of_words(words: list[Word], pause_s: float, longest_s: float) -> Iterator[Cue]:
    """Utterances: words in order of time, parted where nothing is said for `pause_s` seconds.

    What is still longer than `longest_s` is parted at its longest pause. Confidence is the
    geometric mean of the words' probabilities, 0..1.
    """
    said: list[Word] = []
    for word in words:
        if said and word.start_s - said[-1].end_s >= pause_s:
            yield from _parted(said, longest_s)
            said = []
        said.append(word)
    if said:
        yield from _parted(said, longest_s)


def _parted(words: list[Word], longest_s: float) -> Iterator[Cue]:
    if len(words) > 1 and words[-1].end_s - words[0].start_s > longest_s:
        middle = len(words) / 2
        after = max(
            range(1, len(words)),
            key=lambda i: (words[i].start_s - words[i - 1].end_s, -abs(i - middle)),
        )
        yield from _parted(words[:after], longest_s)
        yield from _parted(words[after:], longest_s)
        return
    logs = [math.log(max(word.probability, 1e-6)) for word in words]
    yield Cue(
        start_s=words[0].start_s,
        end_s=max(word.end_s for word in words),
        text=plain_text("".join(word.text for word in words)),
        place="its sound",
        confidence=math.exp(sum(logs) / len(logs)),
    )


def _words(segments: Iterable[Any], offset_s: float) -> Iterator[Word]:
    for segment in segments:
        if segment.no_speech_prob > SURE_OF_SILENCE and segment.avg_logprob < UNSURE_OF_TEXT:
            continue
        for word in segment.words or []:
            yield Word(
                start_s=float(word.start) + offset_s,
                end_s=float(word.end) + offset_s,
                text=word.word,
                probability=float(word.probability),
            )


def _without_words(block: "SpeechBlock", said: list[Cue]) -> list[Cue]:
    unheard = []
    for begins, ends in block.spans:
        start_s, end_s = (block.start + begins) / RATE, (block.start + ends) / RATE
        if not any(cue.start_s < end_s and (cue.end_s or 0) > start_s for cue in said):
            unheard.append(Cue(start_s, end_s, "", "its sound"))
    return unheard
