"""Which answer belongs to which row of a truth."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.evaluation.answers import Answer, Answers
from pipeline.evaluation.matching import match

AnswersOf = Callable[..., Answers]


def _said(video_id: str, start_s: float, end_s: float, label: str, index: int = 0) -> Answer:
    return Answer(video_id, (label,), utterance_index=index, start_s=start_s, end_s=end_s)


@pytest.mark.parametrize(
    ("true", "predicted", "found"),
    [
        (("a.mp4", "b.mp4"), ("b.mp4", "a.mp4"), ("a.mp4", "b.mp4")),
        (("a", "b.v2"), ("day1/a.mp4", "day2/b.v2.MKV"), ("day1/a.mp4", "day2/b.v2.MKV")),
        (("x/a.mp4",), ("y\\a.mp4",), ("y\\a.mp4",)),
        (("a",), ("x/a.mp4", "y/a.mp4"), (None,)),  # two are like it
        (("a", "x/a.avi"), ("a.mp4",), (None, None)),
        (("a", "x/a"), ("a", "y/a"), ("a", "y/a")),  # the name as written goes first
        (("a.b",), ("a.c",), (None,)),  # no suffix of a video
    ],
)
def test_videos_are_found_by_id_then_file_name_then_stem(
    answers_of: AnswersOf,
    true: tuple[str, ...],
    predicted: tuple[str, ...],
    found: tuple[str | None, ...],
) -> None:
    truth = answers_of(*(Answer(name, ("sad",)) for name in true))
    matched = match(answers_of(*(Answer(name, ("sad",)) for name in predicted)), truth)
    assert tuple(p.prediction and p.prediction.video_id for p in matched.pairs) == found
    assert matched.missing == tuple(n for n, f in zip(true, found, strict=True) if f is None)
    assert set(matched.unscored) == set(predicted) - set(found)


def test_utterances_are_paired_by_overlap_the_best_first(answers_of: AnswersOf) -> None:
    truth = answers_of(_said("v", 0, 2, "sad", 0), _said("v", 2, 4, "angry", 1))
    predictions = answers_of(
        _said("v", 1.0, 3.4, "a", 0),  # IoU 1/3.4 with the first, 1.4/3 with the second
        _said("v", 0.1, 2.1, "b", 1),  # 1.9/2.1 with the first
        _said("v", 2.2, 4, "c", 2),  # 0.9 with the second
    )
    matched = match(predictions, truth)
    assert [pair.predicted for pair in matched.pairs] == [("b",), ("c",)]
    assert matched.unscored == ("v#0",)


def test_an_answer_about_a_clip_counts_for_none_of_its_utterances_and_is_named(
    answers_of: AnswersOf,
) -> None:
    truth = answers_of(
        _said("v", 0, 2, "sad", 0), _said("v", 2, 4, "angry", 1), _said("w", 0, 1, "sad", 0)
    )
    matched = match(answers_of(Answer("v", ("sad",)), Answer("w", ("sad",))), truth)
    assert [pair.predicted for pair in matched.pairs] == [(), (), ("sad",)]
    assert matched.coarse == ("v",)


def test_half_must_be_shared(answers_of: AnswersOf) -> None:
    truth = answers_of(_said("v", 0, 1, "sad"))
    half, less = _said("v", 0, 2, "a"), _said("v", 0, 2.01, "a")
    assert match(answers_of(half), truth).missing == ()
    assert match(answers_of(less), truth).missing == ("v#0",)


def test_a_truth_of_whole_clips_takes_all_utterances_together(answers_of: AnswersOf) -> None:
    truth = answers_of(Answer("v", ("sad",)))
    first = Answer(
        "v", ("sad", "hurt"), (0.4, None), utterance_index=0, start_s=0, end_s=1, abstained=False
    )
    then = Answer("v", ("calm", "sad"), (0.2, 0.9), utterance_index=1, start_s=2, end_s=3)
    (pair,) = match(answers_of(then, first), truth).pairs
    assert pair.prediction is not None
    assert pair.prediction.labels == ("sad", "hurt", "calm")
    assert pair.prediction.confidences == (0.9, None, 0.2)
    assert not pair.prediction.abstained


def test_without_times_the_number_of_the_utterance_decides(answers_of: AnswersOf) -> None:
    truth = answers_of(_said("v", 0, 1, "sad", 0), _said("v", 2, 3, "glad", 1))
    matched = match(answers_of(Answer("v", ("a",), utterance_index=1)), truth)
    assert [pair.predicted for pair in matched.pairs] == [(), ("a",)]


def test_an_answer_for_the_clip_belongs_to_its_only_utterance(answers_of: AnswersOf) -> None:
    whole = answers_of(Answer("v", ("a",)))
    assert match(whole, answers_of(_said("v", 0, 1, "sad"))).pairs[0].predicted == ("a",)
    two = answers_of(_said("v", 0, 1, "sad", 0), _said("v", 2, 3, "glad", 1))
    matched = match(whole, two)
    assert matched.missing == ("v#0", "v#1")
    assert matched.unscored == ("v",)


SPANS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 8)).map(lambda pair: (pair[0], sum(pair))),
    max_size=6,
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SPANS, SPANS, st.randoms())
def test_pairs_are_one_to_one_and_the_order_of_rows_does_not_count(
    answers_of: AnswersOf,
    true: list[tuple[int, int]],
    predicted: list[tuple[int, int]],
    rng: random.Random,
) -> None:
    rows = [_said("v", *span, "t", at) for at, span in enumerate(true)]
    said = [_said("v", *span, f"p{at}", at) for at, span in enumerate(predicted)]
    matched = match(answers_of(*said), answers_of(*rows))
    used = [pair.prediction for pair in matched.pairs if pair.prediction]
    assert len(used) == len(set(used))
    assert len(used) + len(matched.unscored) == len(said)
    assert len(used) + len(matched.missing) == len(rows)
    for pair in matched.pairs:
        if pair.prediction and pair.truth.span_s and pair.prediction.span_s:
            (a, b), (c, d) = pair.truth.span_s, pair.prediction.span_s
            assert 2 * (min(b, d) - max(a, c)) >= max(b, d) - min(a, c)
    mixed = match(
        answers_of(*rng.sample(said, len(said))), answers_of(*rng.sample(rows, len(rows)))
    )
    assert {(p.truth, p.prediction) for p in mixed.pairs} == {
        (p.truth, p.prediction) for p in matched.pairs
    }


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SPANS)
def test_a_truth_finds_itself(answers_of: AnswersOf, spans: list[tuple[int, int]]) -> None:
    rows = [_said("v", *span, f"t{at}", at) for at, span in enumerate(sorted(set(spans)))]
    matched = match(answers_of(*(replace(row) for row in rows)), answers_of(*rows))
    assert all(pair.truth == pair.prediction for pair in matched.pairs)
