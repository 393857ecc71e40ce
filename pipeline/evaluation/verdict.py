"""All that can be said of predictions in the light of a truth."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.evaluation.annotators import Agreement, agreement
from pipeline.evaluation.answers import Answers
from pipeline.evaluation.basic import Confusion, confusion
from pipeline.evaluation.emotion_wheel import LabelUse, label_use
from pipeline.evaluation.events.scoring import EventScores, score_events
from pipeline.evaluation.groups import Groups
from pipeline.evaluation.intervals import Resamples
from pipeline.evaluation.judged import judged_answers, judged_labels
from pipeline.evaluation.matching import Matched, Pair, match
from pipeline.evaluation.scoring import Part, Scored, label_scores, parts
from pipeline.evaluation.sureness import Sureness, sureness
from pipeline.evaluation.wheels.own import own_wheels
from pipeline.evaluation.wheels.wheel import Wheels
from stages.faults import SetupError


@dataclass(frozen=True)
class Yardsticks:
    """What predictions are held against.

    Attributes:
        truth: the labels.
        wheels, groups: which labels are the same.
        annotators: lists of people whose agreement is asked for; may be empty.
        seed: of the intervals and folds.
    """

    truth: Answers
    wheels: Wheels
    groups: Groups
    annotators: Sequence[Answers]
    seed: int


@dataclass(frozen=True)
class Counts:
    """What was there to be scored.

    Attributes:
        videos, rows: of the truth.
        abstained: rows whose prediction declined to name an emotion.
        untold: rows of which the truth says that nothing can be told; no score of labels counts
            them.
        untold_abstained: those of them whose prediction abstained.
        missing: names of rows without a prediction.
        unscored: names of predictions without a row.
        failed: windows and videos that the run could not annotate.
    """

    videos: int
    rows: int
    abstained: int
    untold: int
    untold_abstained: int
    missing: tuple[str, ...]
    unscored: tuple[str, ...]
    failed: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """All scores.

    Attributes:
        predictions, truth: where they were read, with their forms.
        wheels, groups: their names.
        cautions: sentences that a reader of the scores must know.
        notices: what was unusual about the files.
        counts: what was there.
        scores: of the labels, 0..100; the first is the headline.
        label_use: what stands beside an F.
        confusion: families taken for others.
        parts: the scores by what a synthetic truth says; empty for other truths.
        sureness: what confidences are worth; None where there are none.
        agreement: of the annotators; None where none were asked for.
        events: how well facial events were spotted; None where truth or predictions have none.
    """

    predictions: str
    truth: str
    wheels: str
    groups: str
    cautions: tuple[str, ...]
    notices: tuple[str, ...]
    counts: Counts
    scores: tuple[Scored, ...]
    label_use: LabelUse
    confusion: Confusion
    parts: tuple[Part, ...]
    sureness: Sureness | None
    agreement: Agreement | None
    events: EventScores | None


def judge(predictions: Answers, yardsticks: Yardsticks) -> Verdict:
    """Score predictions by a truth.

    Raises:
        SetupError: no prediction belongs to a row of the truth, or no two annotators speak of the
            same row.
    """
    truth, wheels = yardsticks.truth, yardsticks.wheels
    matched = match(predictions, truth)
    _require_some(matched, predictions, truth)
    pairs = matched.pairs
    untold = [pair for pair in pairs if _is_untold(pair)]
    told = [pair for pair in pairs if not _is_untold(pair)]
    resamples = Resamples([pair.truth.video_id for pair in told], yardsticks.seed)
    lists = yardsticks.annotators
    return Verdict(
        predictions=f"{predictions.location} ({predictions.form})",
        truth=f"{truth.location} ({truth.form})",
        wheels=wheels.name,
        groups=yardsticks.groups.name,
        cautions=tuple(_cautions(predictions, yardsticks)),
        notices=(*predictions.notices, *truth.notices, *_coarse(matched)),
        counts=Counts(
            videos=len({pair.truth.video_id for pair in pairs}),
            rows=len(pairs),
            abstained=sum(map(_abstains, pairs)),
            untold=len(untold),
            untold_abstained=sum(map(_abstains, untold)),
            missing=matched.missing,
            unscored=matched.unscored,
            failed=predictions.failed,
        ),
        scores=label_scores(told, wheels, yardsticks.groups, resamples),
        label_use=label_use(told, wheels),
        confusion=confusion(told),
        parts=parts(told, wheels, resamples),
        sureness=sureness(
            judged_labels(told, wheels), judged_answers(told, wheels), resamples, yardsticks.seed
        ),
        agreement=agreement(lists, yardsticks.groups) if lists else None,
        events=_events(predictions, yardsticks),
    )


def _is_untold(pair: Pair) -> bool:
    return pair.truth.abstained and not pair.truth.labels


def _abstains(pair: Pair) -> bool:
    return pair.prediction is not None and pair.prediction.abstained


def _events(predictions: Answers, yardsticks: Yardsticks) -> EventScores | None:
    true, spotted = yardsticks.truth.true_films, predictions.spotted_films
    if true is None or spotted is None:
        return None
    return score_events(true, spotted, yardsticks.seed)


def _require_some(matched: Matched, predictions: Answers, truth: Answers) -> None:
    if matched.pairs and len(matched.missing) == len(matched.pairs) and matched.unscored:
        raise SetupError(
            f"{predictions.location}: none of its {len(matched.unscored)} predictions belongs to a "
            f"row of {truth.location}: there are {matched.unscored[0]} and {matched.missing[0]}, "
            "for instance. Name the truth of the same videos; names must be equal, but for folders "
            "and the suffix of a video, and times must overlap."
        )


def _cautions(predictions: Answers, yardsticks: Yardsticks) -> list[str]:
    found = []
    if "no" in predictions.trained:
        found.append(
            "The model is untrained: its labels and confidences are noise, and what the scores "
            "show is chance."
        )
    if "synthetic" in predictions.trained:
        found.append(
            "The model was trained on synthetic clips: on clips of the same making it knows more "
            "than it would of real video."
        )
    if yardsticks.truth.is_synthetic:
        found.append(
            "The truth is that of synthetic clips: no score is comparable with published ones."
        )
    elif yardsticks.wheels == own_wheels():
        found.append(
            "The wheel is the project's own: scores on it are not comparable with published ones. "
            "For those, name the challenge's file by --wheels."
        )
    return found


def _coarse(matched: Matched) -> tuple[str, ...]:
    """What to know of answers that cannot be told which utterance they are about."""
    if not matched.coarse:
        return ()
    return (
        f"{len(matched.coarse)} answers, {matched.coarse[0]} among them, are about clips of which "
        "the truth has several utterances, and count for none of these: give each utterance an "
        "answer, with start_s and end_s or utterance_index",
    )
