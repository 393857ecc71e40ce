"""Which answer of a model belongs to which row of a truth.

Videos are found by `video_id` as written; where that fails by the name of the file, and then by the
name without the suffix of a video, each only where it is the only one like it on either side.

Within a video:
1. A truth of one row without times or number is about the whole clip: the labels of all answers are
   put together, in order, each once, with the highest confidence that it has.
2. Rows with times on both sides are paired by how much they overlap, the best pair first; they
   overlap where intersection over union is at least `LEAST_IOU`. Nothing is paired twice.
3. What is left is paired by the number of the utterance, where one of the two has no times.
4. A single answer about the whole clip belongs to the truth's only utterance.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.evaluation.answers import Answer, Answers
from pipeline.evaluation.video_names import video_partners

LEAST_IOU = 0.5
"""What two spans must share to be the same utterance, as in temporal action detection."""

_Span = tuple[float, float]


@dataclass(frozen=True)
class Pair:
    """A row of the truth and its answer; None where there is none, which counts as no labels."""

    truth: Answer
    prediction: Answer | None

    @property
    def predicted(self) -> tuple[str, ...]:
        """The predicted labels."""
        return () if self.prediction is None else self.prediction.labels


@dataclass(frozen=True)
class Matched:
    """What came of matching.

    Attributes:
        pairs: one for each row of the truth, in its order.
        missing: names of the rows of the truth without an answer.
        unscored: names of the answers that belong to no row of the truth.
        coarse: those of them that are about a whole clip, of which the truth has several rows.
    """

    pairs: tuple[Pair, ...]
    missing: tuple[str, ...]
    unscored: tuple[str, ...]
    coarse: tuple[str, ...]


def match(predictions: Answers, truth: Answers) -> Matched:
    """Find the answer of each row of the truth, as the head of this module says."""
    predicted, true = _by_video(predictions.rows), _by_video(truth.rows)
    partners = video_partners(list(true), list(predicted))
    found: dict[int, Answer] = {}
    used: set[int] = set()
    coarse: list[str] = []
    for video_id, rows in true.items():
        answers = predicted.get(partners.get(video_id, ""), [])
        if len(rows) > 1:
            coarse += [answer.name for answer in answers if _is_of_whole_clip(answer)]
        for row, members in pair_within(rows, answers):
            found[id(row)] = members[0] if len(members) == 1 else _united(members)
            used.update(map(id, members))
    return Matched(
        pairs=tuple(Pair(row, found.get(id(row))) for row in truth.rows),
        missing=tuple(row.name for row in truth.rows if id(row) not in found),
        unscored=tuple(answer.name for answer in predictions.rows if id(answer) not in used),
        coarse=tuple(coarse),
    )


def _by_video(answers: Iterable[Answer]) -> dict[str, list[Answer]]:
    """The answers of each video, in an order that does not depend on that of the list."""
    videos: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        videos[answer.video_id].append(answer)
    return {video_id: sorted(rows, key=_order) for video_id, rows in videos.items()}


def _order(answer: Answer) -> tuple[float, float, int, tuple[str, ...]]:
    start_s, end_s = answer.span_s or (0.0, 0.0)
    index = -1 if answer.utterance_index is None else answer.utterance_index
    return start_s, end_s, index, answer.labels


def pair_within(
    rows: Sequence[Answer], answers: Sequence[Answer]
) -> list[tuple[Answer, list[Answer]]]:
    """Each row of one video that has answers, with these.

    As the head of this module says. Of equal overlaps the pair that comes first is taken.
    """
    if len(rows) == 1 and rows[0].span_s is None and rows[0].utterance_index is None:
        return [(rows[0], list(answers))] if answers else []
    pairs = _by_overlap(rows, answers)
    pairs += _by_index(*_left(rows, answers, pairs))
    rows, answers = _left(rows, answers, pairs)
    if not pairs and len(rows) == len(answers) == 1 and _is_of_whole_clip(answers[0]):
        pairs = [(rows[0], answers[0])]
    return [(row, [answer]) for row, answer in pairs]


def _by_overlap(rows: Sequence[Answer], answers: Sequence[Answer]) -> list[tuple[Answer, Answer]]:
    """The best overlapping pair first; of equal ones the earliest, which both are sorted by."""
    overlaps = [
        (-iou, at, other)
        for at, row in enumerate(rows)
        for other, answer in enumerate(answers)
        if row.span_s
        and answer.span_s
        and (iou := span_iou(row.span_s, answer.span_s)) >= LEAST_IOU
    ]
    taken_rows: set[int] = set()
    taken_answers: set[int] = set()
    pairs = []
    for _, at, other in sorted(overlaps):
        if at not in taken_rows and other not in taken_answers:
            taken_rows.add(at)
            taken_answers.add(other)
            pairs.append((rows[at], answers[other]))
    return pairs


def _by_index(rows: Sequence[Answer], answers: Sequence[Answer]) -> list[tuple[Answer, Answer]]:
    numbered = {
        answer.utterance_index: answer for answer in answers if answer.utterance_index is not None
    }
    return [
        (row, answer)
        for row in rows
        if row.utterance_index is not None
        and (answer := numbered.get(row.utterance_index)) is not None
        and (row.span_s is None or answer.span_s is None)
    ]


def _left(
    rows: Sequence[Answer], answers: Sequence[Answer], pairs: Sequence[tuple[Answer, Answer]]
) -> tuple[list[Answer], list[Answer]]:
    """The rows and the answers that are in no pair."""
    used = {id(member) for pair in pairs for member in pair}
    return (
        [row for row in rows if id(row) not in used],
        [answer for answer in answers if id(answer) not in used],
    )


def _is_of_whole_clip(answer: Answer) -> bool:
    return answer.span_s is None and answer.utterance_index is None


def span_iou(one: _Span, other: _Span) -> float:
    """Intersection over union of two spans; 0 of empty ones."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    union = max(one[1], other[1]) - min(one[0], other[0])
    return max(shared, 0.0) / union if union > 0 else 0.0


def _united(answers: Sequence[Answer]) -> Answer:
    """One answer about the whole clip from those about its utterances."""
    confidences: dict[str, float | None] = {}
    for answer in answers:
        for label, confidence in zip(answer.labels, answer.confidences, strict=True):
            known = [c for c in (confidences.get(label), confidence) if c is not None]
            confidences[label] = max(known, default=None)
    families = {answer.family for answer in answers}
    sentiments = {answer.sentiment for answer in answers}
    return Answer(
        answers[0].video_id,
        tuple(confidences),
        tuple(confidences.values()),
        abstained=all(answer.abstained for answer in answers),
        family=families.pop() if len(families) == 1 else None,
        sentiment=sentiments.pop() if len(sentiments) == 1 else None,
        description=" ".join(a.description for a in answers if a.description) or None,
        measured=frozenset().union(*(answer.measured for answer in answers)),
    )
