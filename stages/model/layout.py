"""Where the visual tokens of a window stand, and which of them tell of which utterance.

Whoever makes visual tokens and whoever reads them ask here; nothing heavy is imported.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stages.model.configuration_microemo import MicroEmoConfig

Span = tuple[float, float]


@dataclass(frozen=True)
class TokenLayout:
    """The places of a window's visual tokens, `[global; u1; ...; uM]`.

    Attributes:
        window: the tokens of the whole window; they come first.
        utterances: for each utterance of the window, in order, the tokens of its own; merged
            utterances have the same. Empty ranges where the model makes none of an utterance.
    """

    window: range
    utterances: tuple[range, ...]

    @property
    def count(self) -> int:
        """The number of visual tokens of the window."""
        return max([self.window.stop, *(own.stop for own in self.utterances)])


def token_layout(
    config: "MicroEmoConfig", frames: int, utterances_s: Sequence[Span]
) -> TokenLayout:
    """The layout of the tokens of one window.

    Args:
        config: the model's.
        frames: global frames of the window (T), at least one.
        utterances_s: start and end of each utterance, seconds, in order of time.
    """
    queries = config.num_video_query_tokens
    if config.global_mode == "sliding":
        window = range(queries * len(sliding_windows(config, frames)))
        return TokenLayout(window, tuple(range(0) for _ in utterances_s))
    own: list[range] = []
    for place, merged in enumerate(merged_utterances(utterances_s, config.max_utterances), 1):
        own += [range(queries * place, queries * (place + 1))] * len(merged)
    return TokenLayout(range(queries), tuple(own))


def sliding_windows(config: "MicroEmoConfig", frames: int) -> list[range]:
    """TimeChat's windows over `frames` global frames; the last may be shorter."""
    size, stride = config.sliding_window, config.sliding_stride
    return [range(start, min(start + size, frames)) for start in range(0, frames, stride)]


def merged_utterances(utterances_s: Sequence[Span], most: int) -> list[range]:
    """Utterances side by side that share tokens, so that there are at most `most` groups.

    As long as there are too many, the two neighbours that together take the least time become
    one; of equal pairs the earlier.

    Args:
        utterances_s: start and end of each utterance, seconds, in order of time.
        most: groups allowed, at least one.

    Returns:
        The indices of each group; together they are all utterances, in order.
    """
    groups = [range(place, place + 1) for place in range(len(utterances_s))]
    while len(groups) > most:
        joined = [range(one.start, two.stop) for one, two in pairwise(groups)]
        lengths = [end - start for start, end in (hull(utterances_s, each) for each in joined)]
        at = lengths.index(min(lengths))
        groups[at : at + 2] = [joined[at]]
    return groups


def hull(utterances_s: Sequence[Span], group: range) -> Span:
    """From the first start to the last end of the utterances of a `group`, seconds."""
    return (
        min(utterances_s[place][0] for place in group),
        max(utterances_s[place][1] for place in group),
    )
