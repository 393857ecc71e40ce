"""The answers in the folder of a run."""

from collections.abc import Callable
from pathlib import Path

from pipeline.dataset.folder import DatasetFolder
from pipeline.evaluation.answers import Answer
from pipeline.evaluation.matching import match
from pipeline.evaluation.reading import read_predictions, read_truth
from stages.rows import Row

Make = Callable[..., Row]


def test_utterances_windows_without_any_and_failures(
    write_run: Callable[..., DatasetFolder],
    make_annotation: Make,
    make_utterance: Make,
    make_failure: Make,
) -> None:
    spoken = [
        make_utterance(
            0, 1.0, 2.0, labels=["Sad", "sad", "hurt"], label_confidence=[0.75, 0.5, 0.25]
        ),
        make_utterance(1, 2.5, 4.0, labels=[], label_confidence=None, abstained=True),
    ]
    folder = write_run(
        [make_annotation("a.mp4", utterances=spoken), make_annotation("b.mp4", utterances=[])],
        failures=[make_failure("c.mp4")],
    )
    answers = read_predictions(folder.location)
    assert [(row.name, row.labels, row.confidences, row.abstained) for row in answers.rows] == [
        ("a.mp4#0", ("sad", "hurt"), (0.75, 0.25), False),
        ("a.mp4#1", (), (), True),
        ("b.mp4", ("relief",), (0.5,), False),
    ]
    assert answers.rows[1].span_s == (2.5, 4.0)
    assert answers.rows[2].span_s == (0.0, 10.0)
    assert answers.failed == ("c.mp4",)
    assert answers.trained == {"no"}
    assert answers.notices == (
        f"{folder.location}: 1 windows or videos failed; they count as no labels.",
    )


def test_a_failed_video_counts_as_an_answer_without_labels(
    write_run: Callable[..., DatasetFolder],
    make_annotation: Make,
    make_failure: Make,
    tmp_path: Path,
) -> None:
    folder = write_run([make_annotation("a.mp4")], failures=[make_failure("c.mp4")])
    (tmp_path / "truth.csv").write_text("name,openset\na,upset\nc,sad\n")
    matched = match(read_predictions(folder.location), read_truth(str(tmp_path / "truth.csv")))
    assert [pair.predicted for pair in matched.pairs] == [("breathless", "upset"), ()]
    assert matched.missing == ("c",)
    assert matched.pairs[1].truth == Answer("c", ("sad",))


def test_it_is_told_which_models_answered(
    write_run: Callable[..., DatasetFolder], make_annotation: Make, make_failure: Make
) -> None:
    teacher = {
        "name": "large-vl",
        "revision": "1a2b3c",
        "trained": None,
        "engine": "chat",
        "server": "http://localhost:8000/v1",
    }
    folder = write_run(
        [make_annotation("a.mp4"), make_annotation("b.mp4", model=teacher)],
        failures=[make_failure("c.mp4")],
    )
    answers = read_predictions(folder.location)
    assert answers.form == (
        "folder of microemo annotate, by large-vl (chat, 1a2b3c, http://localhost:8000/v1), "
        "tiny (deepspeed, 0a1b2c3d4e5f)"
    )
    assert answers.trained == {"no"}
