"""The stage that finds who says what when."""

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, ClassVar

from stages.check import Check
from stages.contract import StageSpec
from stages.faults import DataFault, ErrorKind
from stages.file_state import require_unchanged
from stages.identity import Identity
from stages.listening.sound import Sound
from stages.media import media_facts, open_media
from stages.rows import Row
from stages.section import Sections
from stages.stage import Stage
from stages.transcribe.checks import check_speech, speech_identity
from stages.transcribe.config import TranscribeConfig
from stages.transcribe.cues import Utterance, on_the_clock_of, summary, to_utterances
from stages.transcribe.listening.ear import Ear
from stages.transcribe.listening.recognition import Recogniser
from stages.transcribe.listening.voice import VoiceActivity
from stages.transcribe.prosody.hearing import Hearing
from stages.transcribe.prosody.voices import give_voices
from stages.transcribe.transcripts.embedded import has_subtitles, read_embedded
from stages.transcribe.transcripts.matching import (
    Match,
    bad_transcript,
    match_transcript,
    wanted_language,
)

if TYPE_CHECKING:
    from av.container import InputContainer


@dataclass
class _Speech:
    """What was found out about the speech of one video."""

    utterances: list[Utterance] = field(default_factory=list)
    language: str | None = None
    warnings: list[str] = field(default_factory=list)


class TranscribeStage(Stage):
    """Gives each video its media facts and its utterances.

    The first of these that there is: the transcript named by the row (`transcript_uri`), the
    utterances on the row, a transcript beside the video, subtitles inside it, speech recognition
    where `transcribe.asr` names a model, voice activity. The last two listen to the sound, and so
    does `transcribe.voice`, which measures how each utterance is spoken; it is decoded once.
    """

    section = TranscribeConfig
    spec: ClassVar[StageSpec] = StageSpec(
        name="transcribe",
        grain="video",
        reads=(
            "video_id",
            "uri",
            "file",
            "transcript_uri",
            "transcript_is_shared",
            "language",
            "utterances",
            "warnings",
        ),
        writes=("media", "language", "utterances", "warnings", "speech_model"),
        drops=("transcript_uri", "transcript_is_shared"),
        needs=("identity",),
    )

    def __init__(self, config: TranscribeConfig, identity: Identity | None = None) -> None:
        """
        Args:
            config: the section.
            identity: names the speech model on the rows it gave the text of.

        Raises:
            SetupError: the speech model of `transcribe.asr` is not there or does not load.
        """
        self.config = config
        self._speech_model = (identity or {}).get("speech")
        self._voice: VoiceActivity | None = None  # loaded with the first video that needs it
        self._recogniser = Recogniser(config, config.asr) if config.asr else None

    @classmethod
    def checks(cls, sections: Sections, *, thorough: bool) -> list[Check]:
        """See `Stage.checks`: the speech model."""
        return [check_speech(sections[cls.spec.name])]

    @classmethod
    def identity(cls, sections: Sections) -> Identity:
        """See `Stage.identity`: the speech model, where there is one."""
        return speech_identity(sections[cls.spec.name])

    def process(self, rows: list[Row]) -> list[Row]:
        """Find the speech of each video.

        Raises:
            DataFault: the video cannot be opened (see `stages.media.open_media`), NO_VIDEO,
                TOO_LARGE for one longer than `transcribe.max_duration_s`, BAD_TRANSCRIPT when a
                transcript is there and nothing of it can be used.
        """
        return [self._transcribed(row) for row in rows]

    def _transcribed(self, row: Row) -> Row:
        require_unchanged(row["uri"], row["file"])
        with open_media(row["uri"]) as container:
            facts = media_facts(container)
            if not facts.has_video:
                raise DataFault(
                    ErrorKind.NO_VIDEO,
                    f"{row['uri']}: has no video stream, only sound. Leave it out.",
                )
            if facts.duration_s > self.config.max_duration_s:
                raise DataFault(
                    ErrorKind.TOO_LARGE,
                    f"{row['uri']}: lasts {facts.duration_s:.0f} s, more than "
                    f"transcribe.max_duration_s = {self.config.max_duration_s:g}. Cut it, or raise "
                    "the limit.",
                )
            speech = self._read(row, facts.duration_s, has_subtitles(container))
            if not speech.utterances and facts.has_audio:
                language = wanted_language(row, self.config)
                self._listen(container, facts.duration_s, speech, language)
            elif facts.has_audio and self.config.voice:
                self._hear(container, facts.duration_s, speech)
            elif not speech.utterances:
                speech.warnings.append("It has no sound: no utterances.")
        return row | {
            "media": asdict(facts),
            "language": row.get("language") or speech.language or self.config.language,
            "utterances": speech.utterances,
            "warnings": list(dict.fromkeys([*(row.get("warnings") or []), *speech.warnings])),
            "speech_model": self._speech_model if _is_recognised(speech) else None,
        }

    def _read(self, row: Row, duration_s: float, has_subtitles: bool) -> _Speech:
        """What a transcript says; no utterances where there is none.

        Raises:
            DataFault: BAD_TRANSCRIPT when there is one and nothing of it can be used.
        """
        match = match_transcript(row, self.config)
        if match.transcript is None and has_subtitles:
            match = self._inside(row, match.warnings)
        speech = _Speech(warnings=match.warnings)
        if match.transcript is None:
            return speech
        transcript = on_the_clock_of(match.transcript, duration_s)
        utterances, flaws = to_utterances(transcript.cues, duration_s, match.source)
        flaws = [*transcript.flaws, *flaws]
        if not utterances and match.source == "embedded":
            what = summary(flaws) if flaws else "it holds no cue"
            speech.warnings.append(f"Nothing in its {match.name} can be used: {what}.")
            return speech
        if not utterances:
            reason = summary(flaws) if flaws else "it holds no cue"
            raise bad_transcript(f"{match.name}: nothing in the transcript can be used: {reason}.")
        speech.utterances = utterances
        speech.language = transcript.language
        speech.warnings += transcript.notes
        if flaws:
            short = match.name.rsplit("/", 1)[-1]
            speech.warnings.append(
                f"{short}: {len(flaws)} of its lines were not used as they stand: {summary(flaws)}."
            )
        return speech

    def _inside(self, row: Row, warnings: list[str]) -> Match:
        """The subtitles in the container, which is opened anew: they stand all through it."""
        with open_media(row["uri"]) as container:
            found = read_embedded(container, wanted_language(row, self.config))
        return Match(found.transcript, found.name, "embedded", [*warnings, *found.warnings])

    def _listen(
        self, container: "InputContainer", duration_s: float, speech: _Speech, language: str | None
    ) -> None:
        """Find utterances in the sound."""
        self._voice = self._voice or VoiceActivity(self.config)
        ear = Ear(self._recogniser, self.config, language)
        sound = Sound(container, duration_s or self.config.max_duration_s)
        hearing = Hearing()
        pieces = hearing.over(sound.pieces()) if self.config.voice else sound.pieces()
        cues = [cue for block in self._voice.blocks(pieces) for cue in ear.cues(block)]
        source = "asr" if ear.recognises else "none"
        speech.utterances, _ = to_utterances(cues, duration_s, source)
        speech.language = ear.language
        speech.warnings += sound.warnings
        if self.config.voice:
            speech.warnings += give_voices(speech.utterances, hearing)
        if speech.utterances:
            speech.warnings += ear.warnings
        elif sound.was_heard:
            speech.warnings.append("No speech was found in its sound: no utterances.")

    def _hear(self, container: "InputContainer", duration_s: float, speech: _Speech) -> None:
        """Measure the voice of utterances that a transcript gave."""
        sound = Sound(container, duration_s or self.config.max_duration_s)
        hearing = Hearing([(said["start_s"], said["end_s"]) for said in speech.utterances])
        for _ in hearing.over(sound.pieces()):
            pass
        speech.warnings += sound.warnings
        if sound.was_heard:
            speech.warnings += give_voices(speech.utterances, hearing)


def _is_recognised(speech: _Speech) -> bool:
    return any(said["text_source"] == "asr" for said in speech.utterances)
