"""Who speaks, where nothing but the text says so: `Ann: hi`, `ANN: hi`, `[Ann] hi`.

What stands before the text may as well belong to it: `[Applause]`, `Note: ...`. So a name counts
by the company it keeps: whether most lines of the same source open like this.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from stages.transcribe.cues import Cue, plain_text

_BRACKETED = re.compile(
    r"\[(?P<name>[^\[\]]{1,40})\](?P<colon>\s*[:：])?\s*(?P<text>\S.*)", re.DOTALL
)
_BEFORE_COLON = re.compile(
    r"(?P<name>[^\W\d_][^:：\[\](){}<>\"“”!?,;\n]{0,39}?)\s*(?::(?![\d/])|：)\s*(?P<text>\S.*)",
    re.DOTALL,
)
_NUMBERED = re.compile(r"speaker[ _-]?\d+", re.IGNORECASE)  # as diarisation names them
_PARTICLES = frozenset(("and", "&", "de", "der", "la", "of", "the", "van", "von"))
_MOST_WORDS = 4
_LONGEST_UNCASED = 8  # characters of a name in a script without capitals; more is a clause
_NO_NAMES = re.compile(
    "answer|attention|breaking|caution|danger|edit|fact|headline|hint|news|note|notice|ps|question|"
    "quote|remember|reminder|summary|tip|title|translation|update|warning",
    re.IGNORECASE,
)
_SOUND = re.compile(
    r"laugh|chuckl|giggl|sigh|sob|cry|cries|weep|gasp|scream|shout|yell|groan|moan|grunt|cough|"
    r"sniff|breath|pant|whisper|sing|hum|music|song|applau|clap|cheer|crowd|noise|silence|pause|"
    r"inaudible|unintelligible|crosstalk|foreign|speaking|phone|door|knock|bark|thud|bang",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Openings:
    """How the lines of one source name who speaks."""

    brackets: bool = False  # `[Ann] hi`
    colon: bool = False  # `Ann: hi`; `ANN: hi` counts everywhere

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Openings":
        """What most of the texts have; a single text says nothing of `Ann: hi`."""
        opened = [text for text in texts if text.strip()]
        bracketed = sum(_bracketed(text) is not None for text in opened)
        named = sum(_before_colon(text) is not None for text in opened)
        return cls(
            brackets=bracketed > 0 and 2 * bracketed >= len(opened),
            colon=named > 1 and 2 * named > len(opened),
        )

    def parted(self, text: str) -> tuple[str | None, str]:
        """Who speaks, and the text without the name, its spaces made single.

        The text stays whole where nobody is named, or where its lines name several.
        """
        speaker, rest = self._parted(text.strip())
        others = {self._parted(line.strip())[0] for line in text.strip().split("\n")[1:]}
        if speaker is None or others - {None, speaker}:
            return None, plain_text(text)
        return speaker, plain_text(rest)

    def _parted(self, text: str) -> tuple[str | None, str]:
        found = _bracketed(text)
        if found and (
            self.brackets or found["colon"] or _NUMBERED.fullmatch(found["name"].strip())
        ):
            return plain_text(found["name"]), found["text"]
        found = _before_colon(text)
        if found and (self.colon or _is_in_capitals(found["name"])):
            return plain_text(found["name"]), found["text"]
        return None, text


def with_speakers(cues: Sequence[Cue]) -> list[Cue]:
    """The cues of one source with their speakers and plain texts.

    A source that names a speaker beside the text has none in the text, which then stays whole.
    """
    if any(cue.speaker for cue in cues):
        return [replace(cue, text=plain_text(cue.text)) for cue in cues]
    openings = Openings.of(cue.text for cue in cues)
    parted = [openings.parted(cue.text) for cue in cues]
    return [
        replace(cue, speaker=speaker, text=text)
        for cue, (speaker, text) in zip(cues, parted, strict=True)
    ]


def _bracketed(text: str) -> re.Match[str] | None:
    found = _BRACKETED.fullmatch(text.strip())
    if found is None or not _is_name(name := found["name"].strip()):
        return None
    is_a_sound = name.isupper() and not found["colon"] and not _NUMBERED.fullmatch(name)
    return None if is_a_sound else found


def _before_colon(text: str) -> re.Match[str] | None:
    found = _BEFORE_COLON.fullmatch(text.strip())
    return found if found and _is_name(found["name"]) else None


def _is_name(name: str) -> bool:
    if _NUMBERED.fullmatch(name):
        return True
    words = name.split()
    if not words or len(words) > _MOST_WORDS or _SOUND.search(name):
        return False
    if _NO_NAMES.fullmatch(name) or (not name.isascii() and _is_a_clause(name)):
        return False
    return all(not word[0].islower() or word in _PARTICLES for word in words)


def _is_a_clause(name: str) -> bool:
    has_no_case = name.upper() == name.lower()
    return has_no_case and len(name) > _LONGEST_UNCASED


def _is_in_capitals(name: str) -> bool:
    return name.isupper() and len(name) > 1
