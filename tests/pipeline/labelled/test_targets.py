"""Which answer a window and its utterances get."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluation.answers import Answer
from pipeline.labelled import shared_windows, targets_of, unplaced
from stages.rows import Row


def _window(*spans: tuple[int, float, float], count: int = 1, start_s: float = 0.0) -> Row:
    return {
        "video_id": "a",
        "window_id": "a#0",
        "window_count": count,
        "start_s": start_s,
        "end_s": start_s + 10.0,
        "utterances": [{"index": at, "start_s": s, "end_s": e} for at, s, e in spans],
    }


def _timed(start_s: float, end_s: float, index: int | None = None) -> Answer:
    return Answer("A.mp4", ("sad",), utterance_index=index, start_s=start_s, end_s=end_s)


WHOLE = Answer("a", ("glad",))


def test_utterances_by_time_and_by_number() -> None:
    window = _window((3, 1.0, 2.0), (4, 3.0, 5.0), (5, 6.0, 7.0))
    near, far, numbered = _timed(1.1, 2.0), _timed(3.0, 3.4, 4), Answer("a", ("x",), (), 5)
    answers = [numbered, far, near]
    assert targets_of(window, answers) == {3: near, 5: numbered}
    assert unplaced(answers, [targets_of(window, answers)]) == ["A.mp4#4"]


def test_a_number_counts_only_where_the_times_agree() -> None:
    shifted = _timed(3.0, 4.0, 0)
    assert targets_of(_window((0, 1.0, 2.0), (1, 3.0, 4.0)), [shifted]) == {1: shifted}


def test_an_answer_for_the_whole_video() -> None:
    assert targets_of(_window(), [WHOLE]) == {None: WHOLE}
    assert targets_of(_window((0, 1.0, 2.0)), [WHOLE]) == {None: WHOLE, 0: WHOLE}
    assert targets_of(_window((0, 1.0, 2.0), (1, 3.0, 4.0)), [WHOLE]) == {None: WHOLE}


def test_each_window_of_a_longer_video_gets_it_and_that_is_told() -> None:
    notices: list[str] = []
    assert targets_of(_window((0, 1.0, 2.0), count=2), [WHOLE], notices) == {None: WHOLE}
    assert shared_windows(notices) == [
        "1 windows are parts of videos whose labels are for the whole, and take those: a#0."
    ]
    assert shared_windows([]) == []


def test_own_answers_go_before_that_of_the_video() -> None:
    own = _timed(1.0, 2.0, 0)
    assert targets_of(_window((0, 1.0, 2.0)), [WHOLE, own]) == {0: own, None: WHOLE}
    assert targets_of(_window((0, 1.0, 2.0)), [own]) == {0: own}


def test_a_window_in_which_nobody_speaks_gets_the_answer_of_its_times() -> None:
    first, second = _timed(0.0, 10.0), _timed(10.0, 20.0)
    assert targets_of(_window(count=2), [first, second]) == {None: first}
    assert targets_of(_window(count=2, start_s=10.0), [first, second]) == {None: second}


@given(st.lists(st.tuples(st.floats(0, 90), st.floats(0.1, 9)), max_size=8), st.integers(1, 3))
def test_no_answer_is_given_twice_and_all_times_overlap(
    spans: list[tuple[float, float]], count: int
) -> None:
    answers = [_timed(start, start + length, at) for at, (start, length) in enumerate(spans)]
    window = _window(*((at, s, s + 2.0) for at, s in enumerate((1.0, 3.0, 5.0))), count=count)
    targets = targets_of(window, answers)
    assert len({id(answer) for answer in targets.values()}) == len(targets)
    for utterance in window["utterances"]:
        answer = targets.get(utterance["index"])
        if answer is not None:
            assert answer.start_s is not None
            assert answer.start_s < utterance["end_s"]
