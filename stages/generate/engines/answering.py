"""Rows that are answered together: what each has said, and who takes its slot when it ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stages.generate.engines.buckets import Positions
from stages.generate.engines.decoding import Decoding
from stages.generate.engines.engine import Answer, Prompt
from stages.generate.engines.sampling import TokenChoice
from stages.generate.engines.slots import Layers

if TYPE_CHECKING:
    import torch


@dataclass
class _Row:
    """A prompt that is being answered, as far as the host knows."""

    index: int  # of the prompt
    ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    finished: bool = False  # by an end token
    is_new: bool = True  # its first token was chosen, and not looked at yet

    @property
    def chosen(self) -> int:
        """The tokens that it has, on the device at least."""
        return len(self.ids) + self.is_new

    def take(self, tokens: Sequence[tuple[float, float]], ends: frozenset[int]) -> int:
        """Add tokens and their log-probabilities up to an end; how many came behind it.

        Args:
            tokens: from the last one of the look before on.
            ends: ids that end an answer.
        """
        unknown = tokens[0 if self.is_new else 1 :]
        self.is_new = False
        for at, (token, logprob) in enumerate(unknown):
            if int(token) in ends:
                self.finished = True
                return len(unknown) - 1 - at
            self.ids.append(int(token))
            self.logprobs.append(logprob)
        return 0


class Answering:
    """Rows that go on together, each until its own end token or `most` tokens.

    The host looks at what was chosen every `look_every` steps and not at each: a device that must
    wait for it stands still. What was chosen behind an end by then is thrown away.

    Args:
        decoding: the model's state.
        choice: of the tokens, for no row yet.
        ends: ids that end an answer.
        most: tokens of an answer.
        slots: rows at once at most.
        look_every: steps.
        positions: where the positions computed are counted.
    """

    def __init__(
        self,
        decoding: Decoding,
        choice: TokenChoice,
        ends: frozenset[int],
        *,
        most: int,
        slots: int,
        look_every: int,
        positions: Positions,
    ) -> None:
        self._decoding = decoding
        self._choice = choice
        self._ends = ends
        self._most = most
        self._slots = slots
        self._look_every = look_every
        self._positions = positions
        self._rows: list[_Row] = []

    @property
    def size(self) -> int:
        """The rows there are."""
        return len(self._rows)

    @property
    def free(self) -> int:
        """The slots that prompts can have."""
        return self._slots - sum(not self._has_ended(row) for row in self._rows)

    def renew(
        self,
        prompts: Mapping[int, Prompt],
        prefixes: Mapping[str, Layers],
        choice: TokenChoice,
    ) -> list[tuple[int, Answer]]:
        """Take out the rows that have ended; the prompts have their slots at once.

        Args:
            prompts: as many as are free or fewer, by their indices.
            prefixes: what those begin with, by its id.
            choice: of their tokens.

        Returns:
            The index of the prompt and the answer, without its end token, of each row that ended.
        """
        ended = [row for row in self._rows if self._has_ended(row)]
        if ended or prompts:
            rows = self._rows + [_Row(index) for index in prompts]
            order = self._order(len(prompts))
            slots = [slot for slot, source in enumerate(order) if source >= self.size]
            self._decoding.arrange(order)
            if prompts:
                choice(self._decoding.begin(list(prompts.values()), prefixes, slots))
            self._choice.arrange(order, choice)
            self._rows = [rows[source] for source in order]
        return [
            (row.index, Answer(tuple(row.ids), tuple(row.logprobs), row.finished)) for row in ended
        ]

    def _order(self, joining: int) -> list[int]:
        """The row of each slot: its place among those there are and, behind them, those that join.

        Rows stay where they are. Where fewer join than have ended, the last ones move up, so that
        no slot is computed for nothing.
        """
        going = [at for at, row in enumerate(self._rows) if not self._has_ended(row)]
        size = len(going) + joining
        stay = {at for at in going if at < size}
        others = iter([*(at for at in going if at >= size), *range(self.size, self.size + joining)])
        return [slot if slot in stay else next(others) for slot in range(size)]

    def go_on(self) -> None:
        """The next tokens of all rows, and a look at what they are.

        None of them gets more than `most`: there is room for no more.
        """
        choice = self._choice
        steps = min(self._look_every, *(self._most - row.chosen for row in self._rows))
        said = [(choice.tokens, choice.logprobs)]
        for _ in range(steps):
            choice(self._decoding.step(choice.tokens))
            said.append((choice.tokens, choice.logprobs))
        behind = self._look(said)
        self._positions.add_steps(steps * self.size, behind, places=steps * self._slots)

    def _look(self, said: "Sequence[tuple[torch.Tensor, torch.Tensor]]") -> int:
        """Tell the rows what was said; how many tokens came behind an end.

        In one transfer: 64 bits hold ids and 32-bit numbers alike.
        """
        import torch

        both = [torch.stack(own).double() for own in zip(*said, strict=True)]
        ids, logprobs = torch.stack(both, dim=0).transpose(1, 2).tolist()
        return sum(
            row.take(list(zip(own, chances, strict=True)), self._ends)
            for row, own, chances in zip(self._rows, ids, logprobs, strict=True)
        )

    def _has_ended(self, row: _Row) -> bool:
        return row.finished or len(row.ids) == self._most
