"""Who sees what: two who decide blindly, the audit, and what reviewers differ on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.reviews import read_decisions
from tests.pipeline.conftest import utterance
from tests.pipeline.review.conftest import Client, Serve, row_of

Write = Callable[..., DatasetFolder]
UNIT = "talk.mp4#u0"


@pytest.fixture
def blind(serve: Serve, folder: DatasetFolder) -> Client:
    """A review in which everything is decided twice."""
    return serve(folder, double=1.0)


def test_nobody_sees_what_the_other_decided_before_both_have(blind: Client) -> None:
    blind.decide(UNIT, "anna", verdict="corrected", labels=["joy"], comment="sure")
    blind.decide(UNIT, "anna", verdict="commented", comment="a smile")
    hers = blind.unit(UNIT, "anna")
    assert (hers["state"], hers["awaits_second"]) == ("corrected", True)
    his = blind.unit(UNIT, "ben")
    assert (his["state"], his["mine"], his["decisions"], his["task"]) == (None, None, [], "double")
    row = next(r for r in blind.queue(reviewer="ben")["rows"] if r["unit_id"] == UNIT)
    assert (row["state"], row["mine"]) == (None, None)
    assert blind.ids(reviewer="ben", where="review is not null or mine is not null") == []
    assert UNIT not in blind.ids(reviewer="anna")
    blind.decide(UNIT, "ben", verdict="corrected", labels=["Joy"])
    assert blind.unit(UNIT, "ben")["state"] == "corrected"
    assert {one["reviewer"] for one in blind.unit(UNIT, "anna")["decisions"]} == {"anna", "ben"}
    assert UNIT not in blind.ids(reviewer="cleo")


def test_decisions_of_the_pair_are_marked_and_later_ones_are_not(
    blind: Client, folder: DatasetFolder
) -> None:
    blind.decide(UNIT, "anna")
    blind.decide(UNIT, "ben")
    blind.decide(UNIT, "ben", verdict="corrected", labels=["breathless", "upset"])
    assert [one.task for one in read_decisions(folder)] == ["double", "double", "review"]


def test_what_reviewers_differ_on_is_adjudicated_without_names(
    blind: Client, folder: DatasetFolder
) -> None:
    blind.decide(UNIT, "anna", verdict="corrected", labels=["joy"])
    blind.decide(UNIT, "ben", verdict="rejected")
    assert blind.ids(queue="disputed", reviewer="cleo") == [UNIT]
    shown = blind.unit(UNIT, "cleo")
    assert (shown["task"], shown["state"]) == ("adjudication", "disputed")
    assert [one["verdict"] for one in shown["decisions"]] == ["corrected", "rejected"]
    assert {one["reviewer"] for one in shown["decisions"]} == {None}
    blind.decide(UNIT, "cleo", verdict="corrected", labels=["relief"])
    assert read_decisions(folder)[-1].task == "adjudication"
    after = blind.unit(UNIT, "anna")
    assert after["state"] == "corrected"
    assert {one["reviewer"] for one in after["decisions"]} == {"anna", "ben", "cleo"}
    assert blind.queue(queue="disputed")["total"] == 0


def test_what_is_disputed_comes_first(serve: Serve, folder: DatasetFolder) -> None:
    client = serve(folder)
    client.decide("silent.mp4#0", "anna")
    client.decide("silent.mp4#0", "ben", verdict="rejected")
    assert client.ids(queue="all")[0] == "silent.mp4#0"


def test_the_audit_shows_no_figure_of_the_machine_and_marks_its_decisions(
    serve: Serve, folder: DatasetFolder
) -> None:
    client = serve(folder, audit=1)
    (unit,) = client.ids(queue="audit")
    assert unit not in client.ids(queue="todo")
    (row,) = client.queue(queue="audit")["rows"]
    assert (row["confidence"], row["doubt"], row["is_audit"]) == (None, None, True)
    shown = client.unit(unit)
    assert shown["task"] == "audit"
    for name in ("confidence", "doubt", "evidence_coverage"):
        assert client.ids(queue="audit", where=f"{name} is null") == [unit]
    figures = ("label_confidence", "label_agreement", "label_stated", "evidence_coverage")
    assert [shown["emotion"][name] for name in figures] == [None] * 4
    assert shown["emotion"]["labels"]
    client.decide(unit)
    assert [one.task for one in read_decisions(folder)] == ["audit"]
    assert client.ids(queue="audit") == []
    assert client.unit(unit)["emotion"]["label_confidence"] is None


def test_what_is_drawn_is_the_same_on_each_server_and_hangs_on_ids_alone(
    write_run: Write, serve: Serve, clip: Path
) -> None:
    rows = [
        row_of(clip, f"{number}.mp4", utterances=[utterance(0, 0.5, 1.5)]) for number in range(60)
    ]
    one = serve(write_run(rows, failures=[]), double=0.3, audit=5)
    other = serve(write_run(rows[::-1], failures=[]), double=0.3, audit=5)

    def drawn(client: Client) -> tuple[list[str], set[str]]:
        page = client.queue(queue="all", limit=200)["rows"]
        return client.ids(queue="audit"), {row["unit_id"] for row in page if row["is_double"]}

    audit, double = drawn(one)
    assert (audit, double) == drawn(other)
    assert len(audit) == 5
    assert 8 <= len(double) <= 30
    assert not double.intersection(audit)
