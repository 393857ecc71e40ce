"""Blocks of subtitles, as they are shown, and the cues that they amount to."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from stages.transcribe.cues import Cue
from stages.transcribe.transcripts.markup import has_word_times, voices, without_layout
from stages.transcribe.transcripts.speakers import with_speakers

_JOINED_S = 0.1  # captions that roll follow one another at once
_PHRASE = 3  # words that nobody repeats by chance in one cue after another
_FLASH_S = 0.05  # shown for too short a time to be read: a step of the roll, nothing that is said


@dataclass
class Block:
    """What is shown at one time; its lines still have their markup."""

    start_s: float
    end_s: float
    lines: list[str]
    place: str  # where it stands in its source
    speaker: str | None = None


def cues_of(blocks: Iterable[Block]) -> list[Cue]:
    """The cues of the blocks of one source: said once, their speakers found, layout gone."""
    shown = list(blocks)
    if _rolls(shown):
        shown = list(_without_repeats(shown, _lines))
    elif _grows(shown):
        shown = list(_without_repeats(shown, _words))
    return with_speakers([_cue(block) for block in shown])


def _rolls(blocks: Sequence[Block]) -> bool:
    """Whether captions roll up, so that a line is shown again in the next block.

    Words with times of their own are proof, as YouTube writes them. Else most blocks must begin
    with the end of the one before; once is no proof, for things are said twice.
    """
    if any(has_word_times(line) for block in blocks for line in block.lines):
        return True
    joined = [(_lines(a), _lines(b)) for a, b in pairwise(blocks) if _follows_at_once(a, b)]
    repeats = [(before, after) for before, after in joined if _overlap(before, after)]
    carried = sum(len(after) > _overlap(before, after) for before, after in repeats)
    flashes = any(block.end_s - block.start_s <= _FLASH_S and _lines(block) for block in blocks)
    return carried >= (1 if flashes else 2) and 2 * len(repeats) > len(joined)


def _grows(blocks: Sequence[Block]) -> bool:
    """Whether captions roll or grow within a line, so that its words are shown again.

    People repeat words, too: it takes several blocks that repeat a few, or all that was shown.
    """
    joined = [(_words(a), _words(b)) for a, b in pairwise(blocks) if _follows_at_once(a, b)]
    overlaps = [(len(before), _overlap(before, after), len(after)) for before, after in joined]
    carried = [(whole, again) for whole, again, now in overlaps if 0 < again < now]
    by_phrase = sum(again >= _PHRASE for _, again in carried) >= 2
    by_all = sum(again == whole for whole, again in carried) >= 3
    return (by_phrase or by_all) and 3 * len(carried) >= 2 * len(joined)


def _without_repeats(
    blocks: Iterable[Block], parts: Callable[[Block], tuple[str, ...]]
) -> Iterator[Block]:
    """The blocks with what they show anew, in lines or in words."""
    before: Block | None = None
    for block in blocks:
        again = 0
        if before is not None and _follows_at_once(before, block):
            again = _overlap(parts(before), parts(block))
        if again and parts is _words:
            fresh = [" ".join(_words(block)[again:])]
        else:
            fresh = [line for line in block.lines if without_layout(line).strip()][again:]
        if any(fresh):
            yield replace(block, lines=fresh)
        if any(fresh) or again:
            before = block


def _follows_at_once(before: Block, after: Block) -> bool:
    return before.start_s <= after.start_s <= before.end_s + _JOINED_S


def _overlap(before: Sequence[str], after: Sequence[str]) -> int:
    """How many parts at the end of one block are those at the beginning of the next."""
    longest = min(len(before), len(after))
    return next((n for n in range(longest, 0, -1) if before[-n:] == after[:n]), 0)


def _lines(block: Block) -> tuple[str, ...]:
    plain = (" ".join(without_layout(line).split()) for line in block.lines)
    return tuple(line for line in plain if line)


def _words(block: Block) -> tuple[str, ...]:
    return tuple(word for line in block.lines for word in without_layout(line).split())


def _cue(block: Block) -> Cue:
    marked = "\n".join(block.lines)
    named = voices(marked)
    return Cue(
        start_s=block.start_s,
        end_s=block.end_s,
        text=without_layout(marked),
        place=block.place,
        speaker=block.speaker or (named.pop() if len(named) == 1 else None),
    )
