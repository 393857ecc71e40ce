"""What the page says of a whole run."""

from collections.abc import Callable
from typing import Any

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.totals import count
from pipeline.report.page import Page, lay_out
from pipeline.report.selection import shown_rows

Make = Callable[..., Any]


def page(output: DatasetFolder, record: dict[str, Any] | None = None) -> Page:
    totals = count(output)
    return lay_out(record or {}, totals, shown_rows(output, totals))


def test_an_untrained_model_is_said(write_run: Make, make_annotation: Make) -> None:
    assert page(write_run([make_annotation("a")])).untrained


def test_a_trained_model_is_not_called_untrained(write_run: Make, make_annotation: Make) -> None:
    model = {"name": "big", "revision": "1", "trained": "EMER", "engine": "deepspeed"}
    laid = page(write_run([make_annotation("a", model=model)]))
    assert not laid.untrained
    assert not laid.synthetic
    assert laid.models[0].trained == "EMER"


def test_a_model_that_knows_synthetic_faces_alone_is_said(
    write_run: Make, make_annotation: Make
) -> None:
    model = {"name": "tiny", "revision": "1", "trained": "synthetic", "engine": "deepspeed"}
    laid = page(write_run([make_annotation("a", model=model)]))
    assert laid.synthetic
    assert not laid.untrained


def test_abstentions_are_counted(
    write_run: Make, make_annotation: Make, make_utterance: Make
) -> None:
    spoken = [make_utterance(n, n, n + 1, abstained=n < 3) for n in range(4)]
    figures = page(write_run([make_annotation("a", utterances=spoken)])).figures
    (abstained,) = [figure for figure in figures if figure.name == "of utterances abstained"]
    assert (abstained.value, abstained.remark) == ("75 %", "3 of 4")


def test_the_common_labels_first(
    write_run: Make, make_annotation: Make, make_utterance: Make
) -> None:
    spoken = [
        make_utterance(n, n, n + 1, labels=labels) for n, labels in enumerate((["b"], ["a", "b"]))
    ]
    bars = page(write_run([make_annotation("x", utterances=spoken)])).labels
    assert [(bar.name, bar.value, bar.width) for bar in bars] == [("b", "2", 100), ("a", "1", 50)]


def test_every_key_of_the_record_is_optional(write_run: Make, make_annotation: Make) -> None:
    output = write_run([make_annotation("a")])
    assert page(output, {}).config == ""
    facts = dict(page(output, {"created_at": "2026-01-31T13:05:00+01:00"}).facts)
    assert facts["Run begun"] == "2026-01-31 12:05 UTC"


def test_failures_name_the_window_and_its_times(write_run: Make, make_failure: Make) -> None:
    place = {"window_index": 2, "window_count": 4, "start_s": 60.0, "end_s": 90.0}
    laid = page(write_run(failures=[make_failure("film", **place), make_failure("a")]))
    assert [one.window for one in laid.failures] == ["", "window 3, 1:00.00–1:30.00"]
    assert laid.title == "0 videos annotated, 2 failed"
