"""What a server takes is found out by asking, and what it does not take is told on the row."""

from typing import Any

import pytest
from aiohttp import web

from stages.chat.offers import NO_FORM, NO_LOGPROBS, NO_PICTURES, NO_SCHEMA, NO_SOUND
from stages.faults import SetupError
from tests.chat_server import Answer, Body, chat_server, completion, echo, error, wants_labels
from tests.stages.chat.windows import annotated, stage_for, window

AUTO = {"structured": "auto", "pictures": "auto", "logprobs": "auto", "sound": "auto"}


def _kinds(body: Body) -> set[str]:
    contents = [message["content"] for message in body["messages"]]
    return {part["type"] for one in contents if isinstance(one, list) for part in one}


def _without(*missing: str) -> Answer:
    """A server that does not take some things."""

    async def answer(body: Body) -> web.StreamResponse:
        wanted = (body.get("response_format") or {}).get("type")
        asked = {wanted, *_kinds(body), *(["logprobs"] if body.get("logprobs") else [])}
        refused = asked & set(missing)
        if refused:
            return error(400, f"no {sorted(map(str, refused))[0]}")
        if wanted is None and wants_labels(body):
            return completion("glad, proud")
        return await echo(body)

    return answer


@pytest.mark.parametrize(
    ("missing", "doubts"),
    [
        ((), []),
        (("json_schema",), [NO_SCHEMA]),
        (("json_schema", "json_object"), [NO_FORM]),
        (("image_url",), [NO_PICTURES]),
        (("logprobs",), [NO_LOGPROBS]),
        (("input_audio",), [NO_SOUND]),
    ],
)
def test_what_it_does_not_take_is_left_out_and_told(
    missing: tuple[str, ...], doubts: list[str]
) -> None:
    with chat_server(_without(*missing)) as server:
        row = annotated(stage_for(server, **AUTO), window(1))
    assert row["error"] is None
    assert row["warnings"] == doubts
    assert row["labels"] == (["glad", "proud"] if doubts == [NO_FORM] else ["w1"])


def test_a_server_that_passes_over_pictures_is_told_in_words() -> None:
    async def answer(body: Body) -> web.StreamResponse:
        return completion('{"answer": "yes"}') if "image_url" in _kinds(body) else await echo(body)

    with chat_server(answer) as server:
        row = annotated(stage_for(server, pictures="auto"), window(1))
    assert row["warnings"] == [NO_PICTURES]


def test_a_server_that_passes_over_the_form_is_read_by_rule() -> None:
    async def answer(body: Body) -> web.StreamResponse:
        return completion("Glad and proud.")

    with chat_server(answer) as server:
        row = annotated(stage_for(server, structured="auto"), window(1))
    assert row["labels"] == ["glad", "proud"]
    assert row["warnings"] == [NO_FORM]


def test_what_the_configuration_says_is_not_asked() -> None:
    with chat_server() as server:
        stage_for(server)
        assert server.bodies == []


@pytest.mark.parametrize("status", [401, 404, 429, 503])
def test_a_server_that_cannot_be_asked_is_no_server_without_pictures(status: int) -> None:
    async def answer(body: Body) -> web.StreamResponse:
        return error(status, "go away", **{"Retry-After": "0.01"})

    with chat_server(answer) as server, pytest.raises(SetupError, match="go away") as raised:
        stage_for(server, **AUTO)
    assert server.base_url in str(raised.value)


def test_parameters_of_ones_own_go_into_every_request() -> None:
    parameters: dict[str, Any] = {"max_tokens": None, "max_completion_tokens": 7, "top_k": 3}
    with chat_server() as server:
        annotated(stage_for(server, **AUTO, parameters=parameters), window(1))
        assert all(body["max_completion_tokens"] == 7 for body in server.bodies)
        assert all("max_tokens" not in body and body["top_k"] == 3 for body in server.bodies)
