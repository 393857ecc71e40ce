"""A batch whose rows end and are replaced: what each has said, and what they are computed with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stages.generate.engines.buckets import Positions
from stages.generate.engines.decoding import Decoding, PrefilledPrompt
from stages.generate.engines.engine import Answer, Sampling
from stages.generate.engines.sampling import TokenChoice

if TYPE_CHECKING:
    import torch

_ENDED_SHARE = 0.1  # of the rows: from there on it pays to copy the others out


@dataclass
class _Row:
    """A prompt that is being answered."""

    index: int  # of the prompt
    ids: list[int] = field(default_factory=list)
    finished: bool = False  # by an end token


class Answering:
    """Rows that go on together, each until its own end token or `most` tokens.

    Args:
        decoding: the model's state.
        choice: of the tokens, `most` for each row.
        ends: ids that end an answer.
        most: tokens of an answer.
        places: rows that there can be at once.
        positions: where the positions computed are counted.
    """

    def __init__(
        self,
        decoding: Decoding,
        choice: TokenChoice,
        ends: frozenset[int],
        most: int,
        *,
        places: int,
        positions: Positions,
    ) -> None:
        self._decoding = decoding
        self._choice = choice
        self._ends = ends
        self._most = most
        self._places = places
        self._positions = positions
        self._rows: list[_Row] = []
        self._logits: torch.Tensor | None = None  # [B, V], behind each row

    @property
    def size(self) -> int:
        """The rows in the batch."""
        return len(self._rows)

    @property
    def going(self) -> int:
        """The rows whose answers have not ended."""
        return len(self._rows) - len(self._done())

    @property
    def is_worth_renewing(self) -> bool:
        """Whether so many rows have ended that the others are better off without them."""
        return len(self._done()) >= _ENDED_SHARE * len(self._rows)

    def renew(
        self,
        indices: Sequence[int],
        joining: Sequence[PrefilledPrompt],
        sampling: Sequence[Sampling | None],
    ) -> list[tuple[int, Answer]]:
        """Take out the rows that have ended and take in those that join.

        Args:
            indices: of the prompts that join.
            joining: what they have come to; their layers are taken out of them.
            sampling: how each is drawn.

        Returns:
            The index of the prompt and the answer, without its end token, of each row that ended.
        """
        import torch

        done = sorted(self._done())
        given = [
            (row.index, Answer(tuple(row.ids), tuple(logprobs[: len(row.ids)]), row.finished))
            for row, logprobs in zip(
                [self._rows[at] for at in done], self._choice.logprobs(done), strict=True
            )
        ]
        kept = [at for at in range(len(self._rows)) if at not in done]
        behind = [] if self._logits is None or not kept else [self._logits[kept]]
        if joining:
            behind.append(torch.stack([row.logits for row in joining]))
        self._rows = [self._rows[at] for at in kept] + [_Row(index) for index in indices]
        self._decoding.restart(kept, joining, self._most)
        self._choice.restart(kept, sampling)
        self._logits = torch.cat(behind) if behind else None
        return given

    def step(self) -> None:
        """One more token for each row; those that have ended are computed along."""
        if self._logits is None:
            raise RuntimeError("there is no row to go on with")
        tokens = self._choice(self._logits)
        already = self._done()
        for at, token in enumerate(tokens.tolist()):
            row = self._rows[at]
            if at not in already:
                row.finished = token in self._ends
                row.ids += [] if row.finished else [token]
        if self.going:
            self._positions.add_step(len(self._rows), len(self._done()), self._places)
            self._logits = self._decoding.step(tokens)

    def _done(self) -> set[int]:
        """Places of the rows that have ended."""
        return {
            at for at, row in enumerate(self._rows) if row.finished or len(row.ids) == self._most
        }
