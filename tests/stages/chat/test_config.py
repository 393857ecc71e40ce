"""What the section takes, and that a secret in it is refused without being said."""

import pytest

from pipeline.config import ConfigError, load_config

NAMED = ["chat.base_url=http://localhost:8000/v1/", "chat.model=m"]


def test_the_preset_needs_only_the_server_and_the_model() -> None:
    config = load_config("chat", NAMED)
    assert config.recipe.names[-1] == "chat"
    section = config.sections["chat"]
    assert section.base_url == "http://localhost:8000/v1"
    assert [lane.stages for lane in config.lanes][-1] == ("chat",)


@pytest.mark.parametrize(
    "url",
    [
        "http://me:hunter2@localhost/v1",
        "https://host/v1?key=hunter2",
        "https://host/v1#hunter2",
        "https://hunter2@host/v1",
    ],
)
def test_a_secret_in_the_address_is_refused_and_not_said(url: str) -> None:
    with pytest.raises(ConfigError, match=r"chat\.base_url: must") as raised:
        load_config("chat", [f"chat.base_url={url}"])
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host/v1", "http:///v1"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=r"such as http://localhost:8000/v1"):
        load_config("chat", [f"chat.base_url={url}"])


def test_where_and_how_fast_and_for_how_much_does_not_decide_what_comes_out() -> None:
    kept = load_config("chat", NAMED).sections["chat"].result_keys()
    assert {"model", "answers", "frames", "parameters", "explain_given"} <= kept.keys()
    assert not {"base_url", "api_key_env", "prompt", "cache", "price", "max_cost"} & kept.keys()


def test_parameters_cannot_take_the_place_of_other_keys() -> None:
    with pytest.raises(ConfigError, match="messages is set by other keys"):
        load_config("chat", [*NAMED, "chat.parameters={messages: []}"])


def test_a_key_can_be_set_to_nothing() -> None:
    section = load_config("chat", [*NAMED, "chat.cache=null"]).sections["chat"]
    assert section.cache is None


def test_patience_is_not_less_than_one_try() -> None:
    with pytest.raises(ConfigError, match="patience_s"):
        load_config("chat", [*NAMED, "chat.timeout_s=500"])
