"""What is looked at before a run with a chat model."""

import pytest

from stages.chat.checks import check_chat
from stages.check import State
from tests.chat_server import Body, chat_server, echo, error
from tests.stages.chat.windows import config_for

AUTO = {"structured": "auto", "logprobs": "auto"}


def test_all_is_well_with_a_server_that_has_the_model() -> None:
    with chat_server() as server:
        checks = check_chat(config_for(server, **AUTO), thorough=True)
        assert len(server.bodies) == 2  # a small request for each thing that is not said
    assert [check.state for check in checks if check.name != "chat key"] == [State.OK] * 3


def test_without_being_thorough_nothing_is_asked_that_costs() -> None:
    with chat_server() as server:
        check_chat(config_for(server, **AUTO), thorough=False)
        assert server.bodies == []


def test_a_model_that_is_not_listed_is_told_with_the_nearest() -> None:
    with chat_server(models=("techer", "other")) as server:
        [found] = _named(check_chat(config_for(server), thorough=False), "chat server")
    assert (found.state, "nearest: techer" in found.detail) == (State.WARN, True)


def test_a_server_that_is_not_there_fails() -> None:
    with chat_server() as server:
        config = config_for(server)
    [found] = _named(check_chat(config, thorough=True), "chat server")
    assert found.state is State.FAIL
    assert f"{config.base_url}: it cannot be reached" in found.detail


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"base_url": None}, "chat.base_url is not set"),
        ({"model": None}, "chat.model is not set"),
    ],
)
def test_what_is_not_named_is_told_with_an_example(keys: dict[str, None], said: str) -> None:
    with chat_server() as server:
        checks = check_chat(config_for(server, **keys), thorough=True)
    [found] = _named(checks, "chat server")
    assert (found.state, said in found.detail) == (State.FAIL, True)


def test_prompts_that_cannot_be_read_fail() -> None:
    with chat_server() as server:
        checks = check_chat(config_for(server, prompt="emer-fr"), thorough=True)
    assert _named(checks, "chat prompts")[0].state is State.FAIL
    assert not _named(checks, "chat answers")


def test_what_a_server_does_not_take_is_a_warning() -> None:
    async def answer(body: Body) -> object:
        return error(400) if body.get("logprobs") else await echo(body)

    with chat_server(answer) as server:
        checks = check_chat(config_for(server, **AUTO), thorough=True)
    [found] = _named(checks, "chat answers")
    assert (found.state, "form: schema" in found.detail) == (State.WARN, True)


def _named(checks: list, name: str) -> list:
    return [check for check in checks if check.name == name]
