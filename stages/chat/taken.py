"""What is asked of a server."""

from dataclasses import dataclass
from typing import Literal

Structured = Literal["schema", "json", "text"]


@dataclass(frozen=True)
class Taken:
    """What is asked of the server.

    Attributes:
        structured: the form of answers.
        pictures: they are sent.
        sound: likewise.
        logprobs: the probabilities of tokens are asked for.
        doubts: what a run with it should be warned of, on each row.
    """

    structured: Structured
    pictures: bool
    sound: bool
    logprobs: bool
    doubts: tuple[str, ...] = ()
