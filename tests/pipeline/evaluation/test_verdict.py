"""What is said of predictions as a whole."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.evaluation.answers import Answer, Answers
from pipeline.evaluation.groups import own_groups
from pipeline.evaluation.page.build import page_of
from pipeline.evaluation.reading import read_predictions, read_truth
from pipeline.evaluation.verdict import Verdict, Yardsticks, judge
from pipeline.evaluation.wheels.own import own_wheels
from stages.faults import SetupError
from tests.pipeline.evaluation.corpora import answers, truth_rows, write_answers, write_truth


def judged(
    predictions: Answers, truth: Answers, annotators: list[Answers] | None = None
) -> Verdict:
    return judge(
        predictions, Yardsticks(truth, own_wheels(), own_groups(), annotators or [], seed=0)
    )


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> Verdict:
    folder: Path = tmp_path_factory.mktemp("corpus")
    rows = truth_rows(120)
    predictions = read_predictions(str(write_answers(folder / "p.jsonl", answers(rows))))
    return judged(predictions, read_truth(str(write_truth(folder, rows))))


def test_every_score_lies_within_its_interval(verdict: Verdict) -> None:
    assert verdict.sureness is not None
    estimates = [score.estimate for score in (*verdict.scores, *verdict.sureness.scores)]
    estimates += [part.wheel_f for part in verdict.parts]
    assert len(estimates) > 20
    for estimate in estimates:
        assert estimate.low is not None
        assert estimate.high is not None
        assert estimate.low <= estimate.value <= estimate.high


def test_the_parts_of_a_synthetic_truth_are_told_apart(verdict: Verdict) -> None:
    found = {(part.column, part.value): part for part in verdict.parts}
    assert [value for column, value in found if column == "display"] == [
        "macro",
        "micro",
        "masked",
        "none",
    ]
    assert {value for column, value in found if column == "needs_context"} == {"no", "yes"}
    for column in ("display", "text_role", "needs_context", "voice_tells", "told_by"):
        assert sum(part.rows for key, part in found.items() if key[0] == column) == 240
    open_, micro = found["display", "macro"], found["display", "micro"]
    assert open_.wheel_f.value > micro.wheel_f.value + 15  # the answers were made so


def test_answers_that_are_too_sure_are_found_out(verdict: Verdict) -> None:
    sure = verdict.sureness
    assert sure is not None
    scores = {score.key: score.estimate.value for score in sure.scores}
    assert scores["ece_equal_mass"] > 0.15
    assert sure.held_out_error is not None
    assert sure.held_out_error < scores["ece_equal_mass"] / 2
    assert scores["aurc"] < scores["risk"]
    assert sure.answered == pytest.approx(1 - len(verdict.counts.missing) / 240)
    assert sure.curve.coverage[-1] == pytest.approx(sure.answered)


def test_a_truth_by_itself_is_perfect_and_has_no_confidences(
    answers_of: Callable[..., Answers],
) -> None:
    truth = answers_of(*(Answer(f"v{at}", (word,)) for at, word in enumerate(("happy", "sad"))))
    verdict = judged(truth, truth)
    assert {score.estimate.value for score in verdict.scores} == {100.0}
    assert verdict.sureness is None
    assert verdict.parts == ()
    assert "own: scores on it are not comparable" in verdict.cautions[0]


@pytest.mark.parametrize(
    ("trained", "is_synthetic", "words"),
    [
        ({"no"}, False, ["untrained", "project's own"]),
        ({"synthetic"}, True, ["trained on synthetic clips", "no score is comparable"]),
        ({"MELD"}, False, ["project's own"]),
    ],
)
def test_a_reader_is_told_what_scores_are_worth(
    answers_of: Callable[..., Answers], trained: set[str], is_synthetic: bool, words: list[str]
) -> None:
    rows = answers_of(Answer("a", ("happy",))).rows
    predictions = Answers("p", "by hand", rows, trained=frozenset(trained))
    truth = Answers("t", "by hand", rows, is_synthetic=is_synthetic)
    cautions = judged(predictions, truth).cautions
    assert len(cautions) == len(words)
    assert all(word in caution for word, caution in zip(words, cautions, strict=True))


def test_predictions_of_other_videos_are_refused(answers_of: Callable[..., Answers]) -> None:
    one, other = answers_of(Answer("a", ("happy",))), answers_of(Answer("b", ("sad",)))
    with pytest.raises(SetupError, match="none of its 1 predictions belongs to a row"):
        judged(one, other)


def test_abstentions_and_missing_rows_are_counted(answers_of: Callable[..., Answers]) -> None:
    truth = answers_of(*(Answer(name, ("happy",)) for name in "abc"))
    given = answers_of(
        Answer("a", ("happy",), (0.9,)), Answer("b", abstained=True), Answer("x", ("sad",))
    )
    verdict = judged(given, truth)
    counts = verdict.counts
    assert (counts.abstained, counts.missing, counts.unscored) == (1, ("c",), ("x",))
    assert verdict.sureness is not None
    assert verdict.sureness.answered == pytest.approx(1 / 3)


def test_where_nothing_can_be_told_only_abstentions_count(
    answers_of: Callable[..., Answers],
) -> None:
    told = [Answer("a", ("happy",)), Answer("b", ("sad",))]
    untold = [Answer(name, abstained=True) for name in "cde"]
    given = answers_of(*told, Answer("c", abstained=True), Answer("d", ("angry",), (0.9,)))
    alone, both = judged(given, answers_of(*told)), judged(given, answers_of(*told, *untold))
    assert (both.counts.untold, both.counts.untold_abstained) == (3, 1)
    assert (alone.counts.untold, alone.counts.untold_abstained) == (0, 0)
    assert both.counts.missing == ("e",)
    assert both.scores == alone.scores
    assert (both.label_use, both.parts, both.sureness) == (alone.label_use, (), alone.sureness)


def test_a_set_of_nothing_else_can_be_judged(answers_of: Callable[..., Answers]) -> None:
    truth = answers_of(*(Answer(name, abstained=True) for name in "ab"))
    given = answers_of(Answer("a", abstained=True), Answer("b", ("sad",), (0.9,)))
    verdict = judged(given, truth)
    assert (verdict.counts.untold, verdict.counts.untold_abstained) == (2, 1)
    page = page_of(verdict)
    assert "1 of 2" in page
    assert "abstained on where nothing can be told" in page
