"""A server that fails in every way: each window ends once, and with no words but its own."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from aiohttp import web

from stages.chat import ChatStage
from stages.rows import Row
from tests.chat_server import (
    Body,
    chat_server,
    completion,
    described,
    error,
    labelled,
    named_in,
    wants_labels,
)
from tests.stages.chat.windows import stage_for, window

_WAYS = (
    *("late",) * 8,
    *("limited", "broken", "hangs", "half a body", "no answer"),  # once, then it answers
    *("half", "garbage", "cut off", "refused", "refused in words"),  # always
    *("always broken", "too long"),
)
_ONCE = frozenset({"limited", "broken", "hangs", "half a body", "no answer"})
_REASONS = {
    "half": "unreadable",
    "garbage": "unreadable",
    "cut off": "cut_off",
    "refused": "refused",
    "refused in words": "refused",
}
_FAILURES = {"always broken": "server", "too long": "too_large"}


def _way(name: str) -> str:
    """How the server fails what it is asked about, by the number of the window."""
    number = int(re.findall(r"\d+", name)[0])
    return _WAYS[number % len(_WAYS)]


class _FaultyServer:
    """Answers with the name of what it was asked about, late and out of order, or fails."""

    def __init__(self, *, hangs: bool) -> None:
        self._hangs = hangs  # else it says that it would
        self.asked: Counter[tuple[str, bool]] = Counter()
        self._random = random.Random(7)

    async def __call__(self, body: Body) -> web.StreamResponse:
        name, of_labels = named_in(body), wants_labels(body)
        self.asked[name, of_labels] += 1
        await asyncio.sleep(self._random.random() * 0.05)
        way = _way(name)
        if way in _ONCE and of_labels and self.asked[name, of_labels] == 1:
            return await _failed_once(way, hangs=self._hangs)
        text = labelled(name) if of_labels else described(f"It is {name}.")
        return _failed(way, text) if of_labels else completion(text)


async def _failed_once(way: str, *, hangs: bool) -> web.StreamResponse:
    if way == "hangs":
        await asyncio.sleep(600 if hangs else 0)
        return error(408)
    if way == "half a body":
        return web.Response(text='{"id": "1", "choices": [{"ind', content_type="application/json")
    if way == "no answer":
        return web.json_response({"id": "1", "object": "chat.completion", "choices": []})
    return error(429, **{"Retry-After": "0.05"}) if way == "limited" else error(503)


def _failed(way: str, text: str) -> web.StreamResponse:
    answers = {
        "half": lambda: completion(text[: len(text) // 2]),
        "garbage": lambda: completion("\x00\x1b[31m %PDF- lorem, ipsum, joy"),
        "cut off": lambda: completion(text[:20], "length"),
        "refused": lambda: completion(None, refusal="I can't help with that."),
        "refused in words": lambda: completion("I'm sorry, but I cannot identify emotions."),
        "always broken": lambda: error(500, "out of order"),
        "too long": lambda: error(400, "too many tokens", "context_length_exceeded"),
    }
    return answers[way]() if way in answers else completion(text)


def _side_by_side(stage: ChatStage, rows: Iterator[Row]) -> list[Row]:
    """The rows behind the stage, as they are done, as a process of a lane calls it."""
    with ThreadPoolExecutor(48) as pool:
        return [row for done in pool.map(lambda row: list(stage([row])), rows) for row in done]


@pytest.mark.parametrize(
    ("count", "hangs"), [(40, False), pytest.param(500, True, marks=pytest.mark.slow)]
)
def test_nothing_is_lost_or_doubled_and_no_answer_is_on_anothers_row(
    count: int, hangs: bool
) -> None:
    faulty = _FaultyServer(hangs=hangs)
    with chat_server(faulty) as server:
        stage = stage_for(
            server,
            retries=3,
            timeout_s=30.0,
            patience_s=200.0,
            frames=1,
            face_crops=1,
            requests_at_once=64,
        )
        rows = _side_by_side(stage, (window(number, utterances=2) for number in range(count)))
    assert Counter(row["window_id"] for row in rows) == Counter(
        f"clip{number}.mp4#0" for number in range(count)
    )
    for row in rows:
        number = int(re.findall(r"\d+", row["window_id"])[0])
        _require_right(row, f"w{number}")
    asked_about = {name for name, _ in faulty.asked}
    assert len(asked_about) == 3 * count


def _require_right(row: Row, name: str) -> None:
    way = _way(name)
    if way in _FAILURES:
        assert row["error"]["kind"] == _FAILURES[way], row["error"]
        assert row["error"]["stage"] == "chat"
        assert "labels" not in row
        return
    assert row["error"] is None, (name, row["error"])
    names = [name, *(f"{name}u{at}" for at in range(2))]
    for told, own in zip([row, *row["utterances"]], names, strict=True):
        assert told["description"] == f"It is {own}."
        assert told["abstained_reason"] == _REASONS.get(way)
        assert told["labels"] == ([] if way in _REASONS else [own])
        assert told["abstained"] == (way in _REASONS)
