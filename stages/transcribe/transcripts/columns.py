"""What the columns of tables of speech are called, and what each holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from stages.delimited import plain_name
from stages.transcribe.transcripts.languages import iso_639_1

_COLUMNS = {  # what a column holds, and the plain names it goes by
    "text": "text utterance transcript sentence transcription subtitle subtitles sentences "
    "transcripts content rawtext utterancetext spokentext asrtext script",
    "speaker": "speaker speakerid speakername speakers character",
    "start": "start starttime starts startsec startseconds begin begintime onset from",
    "end": "end endtime ends endsec endseconds offset to",
    "duration": "duration durations dur",
    "video": "videoid video videoname videofile videopath vid vidid",
    "clip": "clipid clip segment segmentid clipnum clipnumber segid seg",
    "name": "name names file filename filenames fileid filepath path uri url audio audiofile "
    "audioname audiopath audioid wav wavfile wavname wavpath wavid recording recordingid recid "
    "sample sampleid samplename clipname clipfile clippath segmentname uttid uttname utt uid key "
    "media mediafile mediaid mp4 mp4file item itemid turnname sourcepath source stem basename",
    "dialogue": "dialogueid diaid dialogid",
    "utterance": "utteranceid",
    "old_dialogue": "olddialogueid",
    "old_utterance": "oldutteranceid",
    "season": "season seasonid",
    "episode": "episode episodeid",
    "scene": "sceneid scene",
    "language": "language lang",
    "counter": "id index idx no n nr number srno line lineid lineno turn turnid rowid row",
}
_MEANING = {name: meaning for meaning, names in _COLUMNS.items() for name in names.split()}


@dataclass(frozen=True)
class Header:
    """The columns of a table: what each holds, "" where that is not known.

    Attributes:
        written: their names.
        meanings: the same number of texts; of `text` there is at most one, of the others the first
            counts.
        language: ISO 639-1, of the text, where the name of its column says so.
        notes: sentences on which of several texts was taken.
    """

    written: Sequence[str]
    meanings: Sequence[str]
    language: str | None = None
    notes: list[str] = field(default_factory=list)


def is_known(name: str) -> bool:
    """Whether a column of this name is one that is looked for."""
    return plain_name(name) in _MEANING or _language_of(name) is not None


def header_of(written: Sequence[str], language: str | None) -> Header:
    """What the columns hold. Of texts in several languages the one in `language` is taken."""
    meanings = [_MEANING.get(plain_name(name), "") for name in written]
    plain = [at for at, meaning in enumerate(meanings) if meaning == "text"]
    spoken = {at: _language_of(name) for at, name in enumerate(written) if not meanings[at]}
    tongues = {at: tongue for at, tongue in spoken.items() if tongue is not None}
    wanted = [at for at, tongue in tongues.items() if tongue == language]
    choice = [*wanted, *plain, *tongues]
    if not choice:
        return Header(written, meanings)
    taken = choice[0]
    meanings = ["" if meaning == "text" else meaning for meaning in meanings]
    meanings[taken] = "text"
    others = [written[at] for at in tongues if at != taken]
    notes = []
    if others and not wanted:
        notes.append(
            f"The text is that of the column {written[taken]}, not {', '.join(others)}; "
            "transcribe.language chooses."
        )
    return Header(written, meanings, tongues.get(taken), notes)


def _language_of(name: str) -> str | None:
    """`zh` of `Chinese` and of `text_zh`."""
    words = [word for word in re.split(r"[\s_-]+", name.strip().casefold()) if word]
    if len(words) == 1:
        return iso_639_1(words[0]) if len(words[0]) > 3 else None
    if len(words) == 2 and any(_MEANING.get(word) == "text" for word in words):
        return next((tongue for word in words if (tongue := iso_639_1(word))), None)
    return None
