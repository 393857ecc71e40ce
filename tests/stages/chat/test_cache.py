"""Answers are kept by the content of their requests, and paid for once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stages.faults import SetupError
from stages.spending import Spending
from tests.chat_server import ChatServer, chat_server
from tests.stages.chat.windows import annotated, stage_for, window

PRICE = {"input_per_million": 1.0, "output_per_million": 1.0}


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as served:
        yield served


def test_another_dataset_pays_nothing_for_the_same_questions(
    server: ChatServer, tmp_path: Path
) -> None:
    first = annotated(stage_for(server, tmp_path, Spending("one"), price=PRICE), window(1))
    asked = len(server.asked)
    second = annotated(stage_for(server, tmp_path, Spending("two"), price=PRICE), window(1))
    assert len(server.asked) == asked
    assert second["labels"] == first["labels"]
    assert second["chat_usage"]["cost"] == second["chat_usage"]["requests"] == 0
    assert second["chat_usage"]["cached"] == first["chat_usage"]["requests"] == 4


def test_what_a_dataset_paid_for_is_counted_though_its_row_was_lost(
    server: ChatServer, tmp_path: Path
) -> None:
    """A process that was killed had paid, and no row told of it."""
    first = annotated(stage_for(server, tmp_path, Spending("one"), price=PRICE), window(1))
    again = annotated(stage_for(server, tmp_path, Spending("one"), price=PRICE), window(1))
    assert again["chat_usage"] == first["chat_usage"]
    other = annotated(
        stage_for(server, tmp_path, Spending("one"), price=PRICE),
        window(1) | {"window_id": "copy.mp4#0"},
    )
    assert other["chat_usage"]["cached"] == 4


def test_other_words_another_model_or_another_server_are_other_questions(
    server: ChatServer, tmp_path: Path
) -> None:
    annotated(stage_for(server, tmp_path), window(1))
    for keys in ({"max_label_tokens": 9}, {"model": "pupil"}, {"parameters": {"top_k": 1}}):
        row = annotated(stage_for(server, tmp_path, **keys), window(1))
        assert row["chat_usage"]["requests"] > 0
    with chat_server() as other:
        assert annotated(stage_for(other, tmp_path), window(1))["chat_usage"]["requests"] == 4


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"reply": {"text": 3}}', b"\xff" * 9])
def test_an_entry_that_is_broken_is_asked_for_again(
    server: ChatServer, tmp_path: Path, content: bytes
) -> None:
    annotated(stage_for(server, tmp_path), window(1))
    files = list(tmp_path.rglob("*.json"))
    for file in files:
        file.write_bytes(content)
    row = annotated(stage_for(server, tmp_path), window(1))
    assert (row["chat_usage"]["requests"], row["labels"]) == (4, ["w1"])
    assert {file.read_bytes() for file in files}.isdisjoint({content})


def test_it_holds_neither_key_nor_questions(
    server: ChatServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    annotated(stage_for(server, tmp_path), window(1))
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"w1" in kept
    for secret in (b"sk-secret", b"data:image", b"clues can we infer", b"clip1.mp4"):
        assert secret not in kept
    assert not list(tmp_path.rglob("*.part"))


def test_a_folder_that_cannot_be_written_to_is_named(server: ChatServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    stage = stage_for(server, tmp_path / "file" / "below")
    with pytest.raises(SetupError, match=r"chat\.cache: .*below cannot be written to"):
        annotated(stage, window(1))
