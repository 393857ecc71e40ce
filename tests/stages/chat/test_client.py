"""Asking with patience: what is waited out, what ends a run, and that the key stays here."""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from aiohttp import web

from stages.faults import SetupError
from tests.chat_server import Body, chat_server, completion, echo, error, named_in
from tests.stages.chat.windows import annotated, stage_for, window

KEY = "sk-0123456789-secret"


def test_a_limit_to_the_rate_is_waited_out() -> None:
    left = iter([429, 429, 503])

    async def answer(body: Body) -> web.StreamResponse:
        status = next(left, None)
        return await echo(body) if status is None else error(status, **{"Retry-After": "0.01"})

    with chat_server(answer) as server:
        row = annotated(stage_for(server, retries=4), window(1))
    assert (row["error"], row["labels"]) == (None, ["w1"])


def test_one_slow_answer_holds_nobody_else_up() -> None:
    others_are_done = threading.Event()

    async def answer(body: Body) -> web.StreamResponse:
        if named_in(body) == "w0":
            await asyncio.to_thread(others_are_done.wait)
        return await echo(body)

    with chat_server(answer) as server, ThreadPoolExecutor(2) as pool:
        stage = stage_for(server)
        slow = pool.submit(annotated, stage, window(0))
        assert [annotated(stage, window(at))["labels"] for at in (1, 2)] == [["w1"], ["w2"]]
        assert not slow.done()
        others_are_done.set()
        assert slow.result()["labels"] == ["w0"]


def test_no_more_requests_are_on_their_way_than_allowed() -> None:
    now = most = 0

    async def answer(body: Body) -> web.StreamResponse:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        return await echo(body)

    with chat_server(answer) as server:
        annotated(stage_for(server, requests_at_once=2), window(1, utterances=5))
    assert most == 2


def test_a_server_that_hangs_fails_the_row_as_timed_out() -> None:
    is_over = threading.Event()

    async def answer(body: Body) -> web.StreamResponse:
        await asyncio.to_thread(is_over.wait)
        return await echo(body)

    with chat_server(answer) as server:
        row = annotated(stage_for(server, retries=0, timeout_s=0.3, patience_s=0.3), window(1))
        is_over.set()
    assert row["error"]["kind"] == "timed_out"


def test_a_server_that_is_gone_fails_the_row() -> None:
    with chat_server() as server:
        stage = stage_for(server, retries=0)
    row = annotated(stage, window(1))
    assert row["error"]["kind"] == "server"
    assert "cannot be reached" in row["error"]["message"]


def test_a_server_that_fails_again_and_again_ends_the_run() -> None:
    async def answer(body: Body) -> web.StreamResponse:
        return error(500, "out of order")

    with chat_server(answer) as server:
        stage = stage_for(server, retries=0)
        with pytest.raises(SetupError, match=r"50 times in a row \(.*500: out of order"):
            [annotated(stage, window(at)) for at in range(99)]
        assert len(server.bodies) == 50


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (401, None, "does not take the key"),
        (403, None, "does not allow this"),
        (404, "model_not_found", "does not know the model"),
        (429, "insufficient_quota", "wants to be paid"),
    ],
)
def test_what_no_request_will_get_past_ends_the_run(
    status: int, code: str | None, said: str
) -> None:
    async def answer(body: Body) -> web.StreamResponse:
        return error(status, "not you", code)

    with chat_server(answer) as server:
        stage = stage_for(server, retries=0)
        with pytest.raises(SetupError, match=said) as raised:
            annotated(stage, window(1))
    assert "\n" not in str(raised.value)
    assert "not you" in str(raised.value)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>busy</html>",
        "[]",
        '"text"',
        "{}",
        '{"choices": "none"}',
        '{"choices": [{}]}',
        '{"choices": [{"message": {"content": ["a"]}}]}',
        '{"choices": [{"message": {"content": "a"}, "logprobs": {"content": [3]}}]}',
    ],
)
def test_what_is_no_answer_at_all_fails_the_row(body: str) -> None:
    async def answer(asked: Body) -> web.StreamResponse:
        return web.Response(text=body, content_type="application/json")

    with chat_server(answer) as server:
        row = annotated(stage_for(server), window(1))
    assert row["error"]["kind"] == "server"
    assert "cannot be read" in row["error"]["message"]


def test_a_content_filter_is_a_refusal_and_no_failure() -> None:
    async def answer(body: Body) -> web.StreamResponse:
        return error(400, "filtered by policy", "content_filter")

    with chat_server(answer) as server:
        row = annotated(stage_for(server), window(1))
    assert (row["error"], row["abstained_reason"]) == (None, "refused")


@pytest.mark.parametrize("how", ["error", "answer", "hopeless"])
def test_the_key_goes_to_the_server_and_nowhere_else(
    how: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def answer(body: Body) -> web.StreamResponse:
        if how == "answer":
            return completion(f'{{"description": "{KEY}", "clues": [], "labels": ["{KEY}"]}}')
        return error(400 if how == "error" else 401, f"wrong key {KEY}")

    monkeypatch.setenv("OTHER_KEY", f"{KEY}\n")
    told: list[Any] = []
    with chat_server(answer) as server, caplog.at_level(logging.DEBUG):
        stage = stage_for(server, retries=0, api_key_env="OTHER_KEY")
        try:
            told.append(annotated(stage, window(1)))
        except SetupError as fault:
            told.append(fault)
        assert server.keys == {f"Bearer {KEY}"}
        told += [vars(stage), stage._config, stage._client]
    assert KEY not in repr(told)
    assert KEY not in caplog.text


def test_what_cannot_be_a_key_is_refused_without_saying_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-a\nsk-b")
    with chat_server() as server, pytest.raises(SetupError, match="OPENAI_API_KEY") as raised:
        stage_for(server)
    assert "sk-a" not in str(raised.value)
