"""What every list of labels is read into, be it the answers of a model or a truth."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipeline.evaluation.events.film import SpottedFilm, TrueFilm

Sentiment = Literal["positive", "negative", "neutral"]


@dataclass(frozen=True)
class Facets:
    """What a synthetic truth says of an utterance beside its feeling; see `truth_columns`."""

    display: str
    text_role: str
    needs_context: bool
    voice_tells: bool
    worn_family: str | None = None
    text_family: str | None = None

    @property
    def tells(self) -> tuple[str, ...]:
        """What tells the feeling: how the face shows it, "words", "voice"; none where it takes what
        was said before, or where nothing is felt."""
        if self.needs_context:
            return ()
        told = {
            self.display: self.display != "none",
            "words": self.text_role == "congruent",
            "voice": self.voice_tells,
        }
        return tuple(name for name, tells in told.items() if tells)

    @property
    def told_by(self) -> str:
        """What alone `tells` it, or "context"; else "several" or "nothing"."""
        if self.needs_context:
            return "context"
        return self.tells[0] if len(self.tells) == 1 else "several" if self.tells else "nothing"


@dataclass(frozen=True)
class Answer:
    """The labels of an utterance, or of a whole clip.

    Attributes:
        video_id: as it is written in the list.
        labels: small letters, without white space around them, each once, the best one first.
        confidences: one a label, 0..1; None where the list gives none.
        utterance_index: within the video; None for a whole clip.
        start_s, end_s: seconds from the start of the video; None where the list has no times.
        abstained: the model declined to name an emotion, which is not the label "neutral". Of a
            truth: nothing can be told, and to abstain is right.
        abstained_reason: of a run of ours, why; see `stages.rows`.
        family: one of `wheels.own.FAMILIES`, where the list names it itself.
        sentiment: where the list names it itself.
        facets: of a synthetic truth alone.
        said: the words that are spoken, where the list gives them.
        speaker: of these.
        measured: of a run of ours, what it measured of whom the answer is about, see
            `stages.question.measured_kinds`.
        brief: the description in a few short sentences of one form; of a synthetic truth alone.
    """

    video_id: str
    labels: tuple[str, ...] = ()
    confidences: tuple[float | None, ...] = ()
    utterance_index: int | None = None
    start_s: float | None = None
    end_s: float | None = None
    abstained: bool = False
    abstained_reason: str | None = None
    family: str | None = None
    sentiment: Sentiment | None = None
    description: str | None = None
    facets: Facets | None = None
    said: str | None = None
    speaker: str | None = None
    brief: str | None = None
    measured: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.confidences:
            object.__setattr__(self, "confidences", (None,) * len(self.labels))
        if len(self.confidences) != len(self.labels):
            raise ValueError(
                f"{len(self.confidences)} confidences for {len(self.labels)} labels of {self.name}"
            )

    @property
    def name(self) -> str:
        """What a person finds it by: the video, and which utterance of it."""
        if self.utterance_index is None:
            return self.video_id
        return f"{self.video_id}#{self.utterance_index}"

    @property
    def words_tell(self) -> str | None:
        """The family of which the words by themselves speak, "neutral" where they tell nothing;
        None where nobody knows."""
        if self.facets is None or self.facets.needs_context:
            return None
        return "neutral" if self.facets.text_role == "neutral" else self.facets.text_family

    @property
    def span_s(self) -> tuple[float, float] | None:
        """Start and end in seconds; None where one of them is missing."""
        if self.start_s is None or self.end_s is None:
            return None
        return self.start_s, self.end_s


@dataclass(frozen=True)
class Answers:
    """A list of answers, and what a reader of scores should know of it.

    Attributes:
        location: where it was read.
        form: which of the known forms it has, in words.
        rows: in the order of the list, no two of the same name.
        notices: sentences on what was passed over, doubled or uncertain.
        failed: of a run of ours, the windows and videos that it could not annotate. They have no
            row, and so count as answers without labels wherever the truth has one.
        trained: of a run of ours, the values of `model.trained` that occur.
        is_synthetic: made by `microemo synthesize`.
        true_films: of such a truth, what faces do, by video; None where it does not say.
        spotted_films: of a run of ours, what it spotted of that; None where it did not look.
    """

    location: str
    form: str
    rows: tuple[Answer, ...]
    notices: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    trained: frozenset[str] = field(default_factory=frozenset)
    is_synthetic: bool = False
    true_films: Mapping[str, TrueFilm] | None = None
    spotted_films: Mapping[str, SpottedFilm] | None = None


def clean_labels(words: Iterable[str]) -> tuple[str, ...]:
    """Small letters, no white space around, each once, in the order of their first occurrence."""
    cleaned = (word.strip().lower() for word in words)
    return tuple(dict.fromkeys(word for word in cleaned if word))
