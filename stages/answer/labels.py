"""Open-vocabulary labels read by rule from what the model wrote, in whatever list form it chose.

Rules, not a second model: the same text always gives the same labels, and a label can be traced
to the characters it came from. The rules are ours; the answers they are made for are the label
lists of EMER (Lian et al., "Explainable Multimodal Emotion Recognition").
"""

import re
import unicodedata
from dataclasses import dataclass

from stages.answer import wording
from stages.answer.listing import LIST_MARK, readable, ways_to_read
from stages.answer.text import printable

MAX_WORDS = 4
MAX_CHARACTERS = 40
MAX_IDEOGRAPHS = 8  # of a Chinese or Japanese label, which has no spaces

_ORNAMENTS = " \n\"'`*_“”‘’«»‹›「」『』《》{}<>().!?。#~=-–—:：；…"
_PICTURES = frozenset({"So", "Sk"})  # categories of emoji and of their skin tones
_PICTURE_JOINTS = "\ufe0f\u200d"
_INSIDE_A_LABEL = frozenset(" '’-\u200c\u200d")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")

_NOTHING = re.compile(
    r"none|nothing|no|null|nil|nan|na|unknown|unclear|uncertain|undetermined|unsure"
    r"|not (?:sure|clear|applicable|available)|empty|emotionless|etc|so on|others?|yes|true|false"
    r"|sure|ok(?:ay)?|certainly|of course|here|hello|thank(?:s| you)|good|high|medium|low|overall"
    r"|more|however|difficult|hard|impossible|possible|clear|likely|worth noting|visible"
    r"|(?:smil|frown|cry|laugh|talk|speak|look|nodd|sitt|stand|sigh|star|shout|yell|blink|gestur|mov|say|tell|ask"
    r"|walk|cook|wav|point)ing"
    # Chinese, the language of most EMER data.
    r"|无|無|没有|沒有|未知|不明|不确定|其他|可能|或许|也许|似乎|好的|当然|如下|以下"
)
_WORD_OF_A_SENTENCE = re.compile(  # or of an introduction, or of a refusal
    r"\b(?:i|he|she|it|they|we|you|his|her|its|their|my|your|this|that|these|those|there|here|who|which|what"
    r"|because|since|when|as|is|are|was|were|am|be|been|being|has|have|had|do|does|did|can|cannot"
    r"|could|will|would|should|may|might|must|the|persons?|characters?|speakers?|labels?|emotions?|emotional"
    r"|answer|output|list|determine|identif(?:y|ied)|infer(?:red)?|recogni[sz]ed?|tell|say|unable"
    r"|impossible|information|evidence|video|image|audio|context|provided|enough|visible|present"
    r"|wants|needs|tries|keeps|goes|says|detected|shown|expressed|evident|apparent|based|sorry"
    r"|language model|possible|following)\b"
    r"|[他她它我你您们這这那]|人物|视频|情绪|情感|表情|标签|语气|声音|眼神|判断|确定|因为|可以|无法|根据"
)


@dataclass(frozen=True)
class Label:
    """A label and the characters `[start, end)` of the model's text that say it."""

    text: str
    start: int
    end: int


def parse_labels(text: str, *, truncated: bool = False) -> list[Label]:
    """The labels named in `text`, lower-cased, each once, in order.

    Understood are JSON, bracketed, quoted, bulleted and numbered lists, lists separated by commas,
    semicolons, slashes or "and", after an introduction or not, and sentences that tell of a state.
    What is longer than a few words, holds other signs than letters between its ends, is denied
    ("not happy"), explains, or says that there is nothing ("none") is not a label; nor is what a
    model thinks aloud. Any text is taken; none raises.

    Args:
        text: what the model wrote.
        truncated: the text was cut at the token limit, so what touches its end may be half a word.
    """
    shown = readable(printable(text))
    last = len(shown.rstrip())
    for spans in ways_to_read(shown):
        found: dict[str, Label] = {}
        for start, end in spans:
            label = None if truncated and end >= last else _label(shown, start, end)
            if label is not None:
                found.setdefault(label.text, label)
        if found:
            return list(found.values())
    return []


def _label(text: str, start: int, end: int) -> Label | None:
    """The label in `text[start:end]`, without what surrounds it, or None where there is none."""
    mark = LIST_MARK.match(text, start, end)
    start = mark.end() if mark else start
    start, end = _bare(text, start, end)
    about = wording.ABOUT.search(text, start, end)
    end = about.start() if about else end
    before = wording.BEFORE.match(text[start:end])
    if before and before[0].strip(_ORNAMENTS) != text[start:end].strip(_ORNAMENTS):
        start += before.end()
    behind = wording.BEHIND.search(text[start:end])
    end = start + behind.start() if behind and behind.start() else end
    start, end = _bare(text, start, end)
    words = unicodedata.normalize("NFC", " ".join(text[start:end].split())).lower()
    return Label(words, start, end) if _is_label(words) else None


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the ornaments at its ends."""
    while start < end and _is_ornament(text[start]):
        start += 1
    while end > start and _is_ornament(text[end - 1]):
        end -= 1
    return start, end


def _is_ornament(character: str) -> bool:
    if character in _ORNAMENTS or character in _PICTURE_JOINTS:
        return True
    return unicodedata.category(character) in _PICTURES


def _is_label(words: str) -> bool:
    if not words or len(words) > MAX_CHARACTERS or len(words.split()) > MAX_WORDS:
        return False
    if not words[0].isalpha() or not all(_is_spelling(character) for character in words):
        return False
    if len(words) == 1 and words.isascii():
        return False
    if len(words) > MAX_IDEOGRAPHS and _IDEOGRAPH.search(words):
        return False
    return not (_NOTHING.fullmatch(words) or _WORD_OF_A_SENTENCE.search(words))


def _is_spelling(character: str) -> bool:
    """A letter, a mark on one (Hindi vowels are marks), a digit, or a joint between words."""
    return unicodedata.category(character)[0] in "LMN" or character in _INSIDE_A_LABEL
