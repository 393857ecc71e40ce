"""The account of a row, and the limit to what a dataset may cost."""

import pytest

from stages.chat.cost import payer_of
from stages.faults import SetupError
from stages.spending import Spending
from tests.chat_server import Body, chat_server, completion, echo, labelled
from tests.stages.chat.windows import annotated, config_for, stage_for, window

PRICE = {"input_per_million": 1000.0, "output_per_million": 10_000.0, "currency": "EUR"}
ANSWER = (100 * 1000 + 10 * 10_000) / 1e6  # what the server's answers cost by that


def test_a_row_says_what_it_took() -> None:
    with chat_server() as server:
        row = annotated(stage_for(server, price=PRICE), window(1, utterances=2))
    assert row["chat_usage"] == {
        "requests": 6,
        "cached": 0,
        "prompt_tokens": 600,
        "completion_tokens": 60,
        "cost": pytest.approx(6 * ANSWER),
        "currency": "EUR",
    }


@pytest.mark.parametrize("before", [0.0, 3 * ANSWER])
def test_the_limit_is_never_passed(before: float) -> None:
    most = 10 * ANSWER + 1e-9
    with chat_server() as server:
        stage = stage_for(
            server, spending=Spending("out", lambda: before), price=PRICE, max_cost=most
        )
        with pytest.raises(SetupError, match=r"raise chat\.max_cost") as raised:
            [annotated(stage, window(number)) for number in range(10)]
        paid = len(server.asked) * ANSWER
    assert "\n" not in str(raised.value)
    assert before + paid <= most
    assert before + paid > most - 2 * ANSWER


def test_a_server_that_tells_no_usage_is_warned_of_and_holds_no_limit() -> None:
    async def answer(body: Body) -> object:
        return completion(labelled("glad"), usage=None)

    with chat_server(answer) as server:
        row = annotated(stage_for(server, answers="fast"), window(1))
        assert row["chat_usage"]["prompt_tokens"] is None
        assert any("how many tokens" in warning for warning in row["warnings"])
        with pytest.raises(SetupError, match="cannot be held"):
            annotated(stage_for(server, answers="fast", price=PRICE, max_cost=1.0), window(1))


def test_a_limit_without_a_price_is_refused() -> None:
    with chat_server() as server, pytest.raises(ValueError, match="max_cost needs price"):
        config_for(server, max_cost=1.0)


def test_who_pays_is_told_by_nothing_in_the_name() -> None:
    assert payer_of("out", "happy.mp4#0") != payer_of("other", "happy.mp4#0")
    assert "happy" not in payer_of("out", "happy.mp4#0")


def test_what_was_said_before_a_failure_is_counted() -> None:
    asked = iter(range(100))

    async def answer(body: Body) -> object:
        return await echo(body) if next(asked) < 3 else completion(None, "stop", usage=(1, 1))

    with chat_server(answer) as server:
        row = annotated(stage_for(server, price=PRICE), window(1))
    assert row["chat_usage"]["requests"] == 4
