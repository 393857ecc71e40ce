"""Pages of a queue: their order, filters, search and expressions."""

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.review import queue
from stages.rows import Row
from tests.pipeline.conftest import annotation, utterance, write_folder
from tests.pipeline.review.conftest import Client, Serve

Write = Callable[..., DatasetFolder]


def _spoken(index: int, **changes: Any) -> Row:
    return utterance(index, float(index), index + 0.9, **changes)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DatasetFolder:
    spoken = [
        _spoken(0, labels=["joy"], label_confidence=[0.9]),
        _spoken(1, labels=["it's <b>", "joy"], label_confidence=[0.2, 0.9], text="ÀRA ran"),
        _spoken(2, labels=[], label_confidence=[], abstained=True, text=None),
        _spoken(3, labels=["awe"], label_confidence=[0.9], label_agreement=[0.1]),
    ]
    given = [{"key": "label", "value": "sad"}, {"key": "split", "value": "dev"}]
    rows = [
        annotation("a", utterances=spoken),
        annotation("b", utterances=[], warnings=["dark"] * 3, extra=given, labels=["calm"]),
    ]
    return write_folder(tmp_path_factory.mktemp("run"), rows, failures=[])


@pytest.fixture(scope="module")
def client(folder: DatasetFolder, serve_all: Serve) -> Client:
    return serve_all(folder)


def test_the_most_doubtful_come_first_and_silent_windows_are_among_them(client: Client) -> None:
    page = client.queue()
    assert [row["unit_id"] for row in page["rows"]] == ["a#u2", "a#u1", "b#0", "a#u3", "a#u0"]
    assert page["total"] == page["counts"]["todo"] == 5
    doubts = [row["doubt"] for row in page["rows"]]
    assert doubts == sorted(doubts, reverse=True)
    assert page["rows"][2]["is_silent"]


@pytest.mark.parametrize(
    ("where", "chosen"),
    [
        ("confidence < 0.5", {"a#u1"}),
        ("'joy' in labels", {"a#u0", "a#u1"}),
        ("abstained", {"a#u2"}),
        ("doubt > 0.6", {"a#u1", "a#u2"}),
        ("utterance_index is null and len(warnings) = 3", {"b#0"}),
        ("extra['split'] = 'dev'", {"b#0"}),
        ("review is null", {"a#u0", "a#u1", "a#u2", "a#u3", "b#0"}),
        ("", {"a#u0", "a#u1", "a#u2", "a#u3", "b#0"}),
    ],
)
def test_an_expression_chooses(client: Client, where: str, chosen: set[str]) -> None:
    assert set(client.ids(where=where)) == chosen


@pytest.mark.parametrize(
    ("column", "operator", "value", "chosen"),
    [
        ("confidence", "at most", "0.5", {"a#u1", "b#0"}),
        ("confidence", "at least", "0.6", {"a#u0", "a#u3"}),
        ("confidence", "is empty", "", {"a#u2"}),
        ("labels", "is", "joy", {"a#u0", "a#u1"}),
        ("labels", "contains", "IT'S <", {"a#u1"}),
        ("labels", "at least", "2", {"a#u1"}),
        ("labels", "is empty", "", {"a#u2"}),
        ("video_id", "is", "b", {"b#0"}),
        ("video_id", "is not", "b", {"a#u0", "a#u1", "a#u2", "a#u3"}),
        ("text", "contains", "àra", {"a#u1"}),
        ("text", "is empty", "", {"a#u2", "b#0"}),
        ("abstained", "is true", "", {"a#u2"}),
        ("abstained", "is false", "", {"a#u0", "a#u1", "a#u3", "b#0"}),
        ("utterance_index", "is", "3", {"a#u3"}),
        ("extra", "contains", "dev", {"b#0"}),
    ],
)
def test_a_condition_on_any_column_chooses(
    client: Client, column: str, operator: str, value: str, chosen: set[str]
) -> None:
    one = {"column": column, "operator": operator, "value": value}
    assert set(client.ids(filters=[one])) == chosen


@pytest.mark.parametrize(
    ("search", "chosen"),
    [
        ("ARA RAN", set()),
        ("àra", {"a#u1"}),
        ("it's <b>", {"a#u1"}),
        ("DARK", {"b#0"}),
        ("%", set()),
    ],
)
def test_search_looks_into_texts_and_labels(client: Client, search: str, chosen: set[str]) -> None:
    assert set(client.ids(search=search)) == chosen


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"where": "nothing > 1"}, "there is no column nothing"),
        ({"where": "confidence >"}, "syntax error"),
        ({"where": "true; drop table x"}, "more than one statement"),
        ({"where": "(select count(*) from read_text('/etc/passwd')) > 0"}, "disabled"),
        ({"sort": 'x" desc; --'}, "There is no column"),
        ({"filters": [{"column": "1=1", "operator": "is", "value": ""}]}, "There is no column"),
        ({"filters": [{"column": "confidence", "operator": "is", "value": "x"}]}, "is no number"),
        ({"filters": [{"column": "text", "operator": "at most", "value": "1"}]}, "is no number"),
        ({"filters": [{"column": "text", "operator": "is true"}]}, "neither true nor false"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(client: Client, asked: Any, told: str) -> None:
    reply = client.post("api/queue", {"reviewer": "anna", **asked})
    assert reply.status == 409
    assert told in reply.json["error"]
    assert len(reply.json["error"].splitlines()) == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 100_000},
        {"queue": "secret"},
        {"reviewer": "a\u202eb"},
        {"reviewer": " a"},
        {"reviewer": ""},
        {"reviewer": "x" * 101},
        {"unknown": 1},
        {"filters": [{"column": "text", "operator": "or 1=1"}]},
    ],
)
def test_what_is_not_a_question_is_refused(client: Client, asked: Any) -> None:
    assert client.post("api/queue", {"reviewer": "anna", **asked}).status == 422


def test_an_expression_that_takes_too_long_is_broken_off(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_S", 0.2)
    slow = "(select sum(x) from range(1000000000000) AS t(x)) > 0"
    reply = client.post("api/queue", {"reviewer": "anna", "where": slow})
    assert reply.status == 409
    assert "takes too long" in reply.json["error"]


def test_pages_follow_one_another_in_any_order_of_a_column(client: Client) -> None:
    order = {"sort": "confidence", "descending": False}
    pages = [client.ids(**order, offset=offset, limit=2) for offset in (0, 2, 4, 6)]
    assert pages == [["a#u1", "b#0"], ["a#u0", "a#u3"], ["a#u2"], []]


def test_given_labels_are_neither_shown_nor_found_unless_that_is_chosen(
    client: Client, serve: Serve, folder: DatasetFolder
) -> None:
    assert client.ids(search="sad") == []
    assert client.ids(where="extra['label'] = 'sad'") == []
    extra = client.unit("b#0")["window"]["extra"]
    assert extra == [{"key": "split", "value": "dev"}]
    open_client = serve(folder, shows_given=True)
    assert open_client.ids(where="extra['label'] = 'sad'") == ["b#0"]
    assert len(open_client.unit("b#0")["window"]["extra"]) == 2


def test_a_row_that_stands_twice_is_shown_once_as_it_was_last(
    write_run: Write, serve: Serve
) -> None:
    older = annotation("a", utterances=[_spoken(0, text="older")])
    newer = annotation("a", utterances=[_spoken(0, text="newer")])
    client = serve(write_run([older], [newer], failures=[]))
    assert [row["text"] for row in client.queue()["rows"]] == ["newer"]
    assert client.unit("a#u0")["text"] == "newer"


def test_a_run_without_a_model_can_be_reviewed(write_run: Write, serve: Serve) -> None:
    bare = _spoken(0, labels=None, label_confidence=None, description=None, abstained=None)
    row = annotation("a", utterances=[bare], labels=None, label_confidence=None, model=None)
    client = serve(write_run([row], failures=[]))
    (found,) = client.queue()["rows"]
    assert found["doubt"] == 0
    assert client.unit("a#u0")["emotion"]["labels"] is None
