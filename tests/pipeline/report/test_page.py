"""What the page says of a whole run."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.totals import Totals, count
from pipeline.report.choice import Choice, choose
from pipeline.report.page import Contents, Page, Place, lay_out
from pipeline.report.selection import shown_failures, shown_pages

Make = Callable[..., Any]


EVERYTHING = Choice()
FIRST = Place()


def page(
    output: DatasetFolder,
    record: dict[str, Any] | None = None,
    choice: Choice = EVERYTHING,
    place: Place = FIRST,
    totals: Totals | None = None,
) -> Page:
    totals = totals or count(output)
    chosen = choose(output, totals, choice)
    contents = Contents(
        windows=next(shown_pages(output, [chosen.windows])),
        failures=shown_failures(output, 500),
        choice=choice,
        shown=len(chosen.windows),
        of=chosen.of,
        place=place,
    )
    return lay_out(record or {}, totals, contents)


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


@pytest.mark.parametrize(
    ("currencies", "told"),
    [
        (Counter({"EUR": 3}), ("1.235 EUR", "paid for the chat model")),
        (Counter(), ("12,000 + 900", "tokens of the chat model")),
    ],
)
def test_what_a_chat_model_took_is_told(
    write_run: Make, make_annotation: Make, currencies: Counter[str], told: tuple[str, str]
) -> None:
    output = write_run([make_annotation("a")])
    totals = count(output)
    assert not any("chat model" in figure.name for figure in page(output).figures)
    totals.spent.update(
        {"requests": 7, "cached": 2, "prompt_tokens": 12_000, "completion_tokens": 900}
    )
    totals.spent["cost"] = 1.2346  # type: ignore[assignment]  # money is no whole number
    totals.currencies += currencies
    figure = page(output, totals=totals).figures[-1]
    assert (figure.value, figure.name) == told
    assert "7 answers, 2 kept from before" in figure.remark


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


def test_failures_are_told_by_kind_with_their_stages(write_run: Make, make_failure: Make) -> None:
    def failed(name: str, kind: str, stage: str) -> dict[str, Any]:
        return make_failure(name, error={"kind": kind, "stage": stage, "message": "-"})

    rows = [
        failed("a", "no_frames", "decode"),
        failed("b", "internal", "faces"),
        failed("c", "internal", "decode"),
    ]
    bars = page(write_run(failures=rows)).failure_kinds
    assert [(bar.name, bar.value, bar.width) for bar in bars] == [
        ("internal", "2", 100),
        ("no_frames", "1", 50),
    ]
    assert bars[0].remark == "faces, decode"


def test_confidences_are_counted_by_tenths(
    write_run: Make, make_annotation: Make, make_utterance: Make
) -> None:
    spoken = [
        make_utterance(n, n, n + 1, label_confidence=[share])
        for n, share in enumerate((0.05, 0.91, 1.0))
    ]
    columns = page(write_run([make_annotation("a", utterances=spoken)])).confidences
    assert [column.number for column in columns] == ["1", *[""] * 8, "2"]
    assert columns[9].title == "0.9: 2 utterances"


def test_warnings_of_a_kind_stand_together_with_the_windows_they_are_on(
    write_run: Make, make_annotation: Make
) -> None:
    rows = [
        make_annotation("a", warnings=["Line 3 is wrong.", "No face."]),
        make_annotation("b", warnings=["Line 14 is wrong."]),
    ]
    place = Place(addresses={"a#0": "report.html#a#0"})
    lines, faces = page(write_run(rows), place=place).warnings
    assert (lines.words, lines.windows) == ("Line N is wrong.", 2)
    assert lines.some == [("a#0", "report.html#a#0"), ("b#0", "")]
    assert (faces.words, faces.windows) == ("No face.", 1)


def test_what_is_shown_is_said(write_run: Make, make_annotation: Make) -> None:
    output = write_run([make_annotation(name) for name in "abc"])
    assert page(output).is_whole
    some = page(output, choice=Choice(limit=2, sort="time", where="confidence < 0.9"))
    assert not some.is_whole
    assert some.shown == "Shown: 2 of 3 windows where confidence < 0.9, the latest first."
    none = page(output, choice=Choice(only=("failed",)))
    assert none.shown == "No windows are shown: failures alone were asked for."
