"""Speech recognition with faster-whisper: words with times, and utterances made of them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from stages.faults import SetupError
from stages.listening.sound import RATE
from stages.transcribe.cues import Cue
from stages.transcribe.listening.language import OnceEncoded, heard_language
from stages.transcribe.listening.words import PLACE, Word, cues_of_words

if TYPE_CHECKING:
    from stages.transcribe.config import TranscribeConfig
    from stages.transcribe.listening.voice import Span, SpeechBlock

STRETCH_S = 30.0  # what Whisper hears at once
SURE_OF_SILENCE = 0.6  # Whisper's own rule: no speech, where it is this sure of it
UNSURE_OF_TEXT = -1.0  # and less sure than this of the text, mean log-probability of a token
REPEATS_ITSELF = 2.4  # its rule, too: text that gzip makes so many times smaller is no speech


class Recognised(NamedTuple):
    """What was heard in a block."""

    cues: list[Cue]
    language: str | None  # ISO 639-1; None where it was not told and is not sure


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
            whisper = WhisperModel(
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
        setattr(whisper, "encode", OnceEncoded(whisper.encode))  # noqa: B010 - mypy: a method
        self._model = whisper
        self._pipeline = BatchedInferencePipeline(whisper)
        self._config = config

    def knows(self, language: str) -> bool:
        """Whether the model was made for the language, ISO 639-1."""
        return language in self._pipeline.model.supported_languages

    @property
    def knows_english_alone(self) -> bool:
        """Whether the model hears English in any language."""
        return not self._model.model.is_multilingual

    def recognised(self, block: "SpeechBlock", language: str | None) -> Recognised:
        """What is said in a block, and in which language if that is sure enough.

        Speech in which no word is recognised (a laugh, a sob) is a cue without text.

        Args:
            block: 16 kHz mono with its speech spans.
            language: one that it knows; None: found out from the block, but for a model that
                knows English alone, which cannot tell.
        """
        if not block.spans:
            return Recognised([], language)
        clips = stretches(block.parts, round(STRETCH_S * RATE))
        heard, told = language, language
        if language is None and not self.knows_english_alone:
            first = clips[: self._config.asr_batch_size]
            most_likely = heard_language(
                self._model, [block.samples[begins:ends] for begins, ends in first]
            )
            heard = most_likely.language
            told = heard if most_likely.is_sure else None
        words = list(self._words(block, clips, heard or "en"))
        return Recognised(self._cues(block, words), told)

    def _words(self, block: "SpeechBlock", clips: "list[Span]", language: str) -> Iterator[Word]:
        segments, _ = self._pipeline.transcribe(
            block.samples,
            language=language,
            beam_size=self._config.asr_beam_size,
            batch_size=self._config.asr_batch_size,
            word_timestamps=True,
            clip_timestamps=[
                {"start": begins / RATE, "end": ends / RATE} for begins, ends in clips
            ],
        )
        yield from sorted(_words(segments, block.start / RATE), key=lambda word: word.start_s)

    def _cues(self, block: "SpeechBlock", words: list[Word]) -> list[Cue]:
        spans = [block.seconds(span) for span in block.spans]
        said = list(cues_of_words(words, spans, self._config.max_utterance_s))
        parts = [block.seconds(part) for part in block.parts]
        unheard = [
            Cue(start_s, end_s, "", PLACE)
            for start_s, end_s in parts
            if not any(cue.start_s < end_s and (cue.end_s or 0) > start_s for cue in said)
        ]
        return said + unheard


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


def _words(segments: Iterable[Any], offset_s: float) -> Iterator[Word]:
    for segment in segments:
        if segment.no_speech_prob > SURE_OF_SILENCE and segment.avg_logprob < UNSURE_OF_TEXT:
            continue
        if segment.compression_ratio > REPEATS_ITSELF:
            continue
        for word in segment.words or []:
            yield Word(
                start_s=float(word.start) + offset_s,
                end_s=float(word.end) + offset_s,
                text=word.word,
                probability=float(word.probability),
            )
