"""Blocks of subtitles, as they are shown, and the cues that they amount to."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from stages.transcribe.cues import Cue
from stages.transcribe.transcripts.markup import has_word_times, voices, without_layout
from stages.transcribe.transcripts.speakers import with_speakers

_JOINED_S = 0.1  # captions that roll follow one another at once
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
        shown = list(_without_repeats(shown))
    return with_speakers([_cue(block) for block in shown])


def _rolls(blocks: Sequence[Block]) -> bool:
    """Whether captions roll up, so that a line is shown again in the next block.

    Words with times of their own are proof, as YouTube writes them. Else most blocks must begin
    with the end of the one before; once is no proof, for things are said twice.
    """
    if any(has_word_times(line) for block in blocks for line in block.lines):
        return True
    joined = [(_words(a), _words(b)) for a, b in pairwise(blocks) if _follows_at_once(a, b)]
    repeats = [(before, after) for before, after in joined if _overlap(before, after)]
    carried = sum(len(after) > _overlap(before, after) for before, after in repeats)
    flashes = any(block.end_s - block.start_s <= _FLASH_S and _words(block) for block in blocks)
    return carried >= (1 if flashes else 2) and 2 * len(repeats) > len(joined)


def _without_repeats(blocks: Iterable[Block]) -> Iterator[Block]:
    before: Block | None = None
    for block in blocks:
        again = 0
        if before is not None and _follows_at_once(before, block):
            again = _overlap(_words(before), _words(block))
        fresh = [line for line in block.lines if without_layout(line).strip()][again:]
        if fresh:
            yield replace(block, lines=fresh)
        if fresh or again:
            before = block


def _follows_at_once(before: Block, after: Block) -> bool:
    return before.start_s <= after.start_s <= before.end_s + _JOINED_S


def _overlap(before: Sequence[str], after: Sequence[str]) -> int:
    """How many lines at the end of one block are those at the beginning of the next."""
    longest = min(len(before), len(after))
    return next((n for n in range(longest, 0, -1) if before[-n:] == after[:n]), 0)


def _words(block: Block) -> tuple[str, ...]:
    plain = (" ".join(without_layout(line).split()) for line in block.lines)
    return tuple(line for line in plain if line)


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
