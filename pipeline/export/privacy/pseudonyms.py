"""Names of speakers, and what stands in their place."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

_HEX = 8
_LEAST = 3  # letters of a name that is looked for in running text
_NO_NAMES = frozenset(
    {"the", "and", "all", "both", "speaker", "spk", "person", "voice", "unknown", "narrator"}
    | {"man", "woman", "male", "female", "boy", "girl", "mother", "father", "child", "host"}
    | {"guest", "interviewer", "interviewee", "actor", "actress", "student", "teacher"}
    | {"doctor", "patient"}
)
_LETTER = r"[^\W\d_]"
_BETWEEN = r"[\s._-]+"


class Pseudonyms:
    """Replaces names of speakers wherever they stand."""

    def __init__(self, names: Iterable[str], key: str | None = None) -> None:
        """
        Args:
            names: of all speakers.
            key: a secret: one name has one pseudonym in all exports that are made with it. None:
                `S1`, `S2` ..., which follow from this set of names alone.
        """
        known = sorted({name for name in names if name and name.strip()}, key=_shuffled)
        self._of: Mapping[str, str] = {
            name: f"S{at}" if key is None else _keyed(name, key)
            for at, name in enumerate(known, start=1)
        }
        parts: dict[str, str] = {}  # whole names go before the parts of others
        for name, pseudonym in self._of.items():
            parts.setdefault(_form(name), pseudonym)
        for name, pseudonym in self._of.items():
            for part in _parts(name):
                parts.setdefault(_form(part), pseudonym)
        self._by_form = {part: to for part, to in parts.items() if _is_name(part)}
        self._pattern = _pattern(self._by_form)

    def of(self, name: str | None) -> str | None:
        """What stands for a speaker."""
        return None if name is None else self._of.get(name) or self.within(name)

    def within(self, text: str) -> str:
        """A text in which every name gives way that stands whole, or of which a part stands alone,
        in any case of its letters. Names of fewer than three letters stay.
        """
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: self._by_form[_form(found.group())], text)


def _shuffled(name: str) -> bytes:
    """An order that is not that of the alphabet, which would tell of the names."""
    return hashlib.sha256(name.encode("utf-8", "replace")).digest()


def _keyed(name: str, key: str) -> str:
    digest = hmac.new(key.encode(), name.encode("utf-8", "replace"), hashlib.sha256)
    return f"S{digest.hexdigest()[:_HEX]}"


def _parts(name: str) -> Sequence[str]:
    return re.split(_BETWEEN, name)


def _is_name(part: str) -> bool:
    letters = re.sub(r"[\W\d_]+", "", part)
    return len(letters) >= _LEAST and letters not in _NO_NAMES


def _form(text: str) -> str:
    """Equal for all ways to write a name."""
    return re.sub(_BETWEEN, " ", unicodedata.normalize("NFC", text).casefold()).strip()


def _pattern(names: Iterable[str]) -> "re.Pattern[str] | None":
    forms = {
        _BETWEEN.join(map(re.escape, _parts(unicodedata.normalize(form, name))))
        for name in names
        for form in ("NFC", "NFD")
    }
    if not forms:
        return None
    longest_first = "|".join(sorted(forms, key=len, reverse=True))
    return re.compile(rf"(?<!{_LETTER})(?:{longest_first})(?!{_LETTER})", re.IGNORECASE)
