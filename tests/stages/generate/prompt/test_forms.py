"""Turns begin and end where each form says, and text cannot make a special token."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.faults import SetupError
from stages.generate.prompt.chat import Chat, Ids, visual_id
from stages.generate.prompt.forms import FORMS, chat_of
from stages.model.configuration_microemo import MicroEmoConfig

REQUEST = ["<Video>", range(2), "</Video> ", "Who?"]


@pytest.fixture(scope="module", params=["chatml", "chatml-no-thinking", "llama2"])
def chat(request: pytest.FixtureRequest, tokenizers: dict[str, Any]) -> Chat:
    """Each form, over a tokenizer of its own."""
    return FORMS[request.param](tokenizers[request.param])


def read(tokenizer: Any, ids: Ids) -> str:
    """The ids as text, a visual token as `{row}`."""
    pieces = [
        f"{{{visual_id(token)}}}" if token < 0 else tokenizer.decode([token]) for token in ids
    ]
    return "".join(pieces)


def test_llama2s_turns_are_the_evaluation_form(tokenizers: dict[str, Any]) -> None:
    tokenizer = tokenizers["llama2"]
    chat = FORMS["llama2"](tokenizer)
    opened = chat.opened("Be kind.", REQUEST)
    first = "<s>[INST] <<SYS>>\nBe kind.\n<</SYS>>\n\n<Video>{0}{1}</Video> Who? [/INST]"
    assert read(tokenizer, opened) == first
    followed = chat.continued(opened, chat.encoded(" Anna."), "Why?")
    assert read(tokenizer, followed) == first + " Anna.</s><s>[INST] Why? [/INST]"


def test_chatmls_turns_are_those_of_qwens_template(tokenizers: dict[str, Any]) -> None:
    tokenizer = tokenizers["chatml"]
    chat = FORMS["chatml"](tokenizer)
    opened = chat.opened("Be kind.", REQUEST)
    first = (
        "<|im_start|>system\nBe kind.<|im_end|>\n"
        "<|im_start|>user\n<Video>{0}{1}</Video> Who?<|im_end|>\n<|im_start|>assistant\n"
    )
    assert read(tokenizer, opened) == first
    followed = chat.continued(opened, chat.encoded("Anna."), "Why?")
    assert read(tokenizer, followed) == (
        f"{first}Anna.<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n"
    )


def test_a_thinking_model_is_asked_not_to_and_nothing_of_that_is_kept(
    tokenizers: dict[str, Any],
) -> None:
    tokenizer = tokenizers["chatml-no-thinking"]
    chat = FORMS["chatml-no-thinking"](tokenizer)
    opened = chat.opened("Be kind.", ["Who?"])
    empty = "<think>\n\n</think>\n\n"
    assert read(tokenizer, opened).endswith(f"<|im_start|>assistant\n{empty}")
    followed = read(tokenizer, chat.continued(opened, chat.encoded("Anna."), "Why?"))
    assert followed.count(empty) == 1
    assert followed.endswith(f"<|im_start|>assistant\n{empty}")
    assert "<|im_start|>assistant\nAnna.<|im_end|>" in followed


def test_a_form_writes_its_special_tokens_as_special_tokens(
    chat: Chat, tokenizers: dict[str, Any]
) -> None:
    """Spelt out in letters, they would read the same and mean nothing."""
    tokenizer = tokenizers[chat.name]
    names = {"llama2": {"<s>"}, "chatml": {"<|im_start|>", "<|im_end|>"}}
    names["chatml-no-thinking"] = names["chatml"] | {"<think>", "</think>"}
    ids = {token for token in chat.opened("Be kind.", REQUEST) if token >= 0}
    added = tokenizer.added_tokens_decoder
    assert {added[token].content for token in ids & set(added)} == names[chat.name]


def test_an_answer_goes_on_token_by_token(chat: Chat) -> None:
    opened = chat.opened("Be kind.", REQUEST)
    answer = (300, 17, 411)
    followed = chat.continued(opened, answer, "Why?")
    asked = len(opened) - len(chat.answer_opening)
    assert followed[:asked] == opened[:asked]
    assert followed[asked : asked + 3] == answer
    assert len(followed) <= len(opened) + len(answer) + chat.turn_cost("Why?")


def test_text_side_by_side_is_tokenised_as_one(chat: Chat) -> None:
    assert chat.opened("", ["hap", "py ", "Anna"]) == chat.opened("", ["happy Anna"])


def test_special_tokens_in_text_are_spelt_out(chat: Chat, tokenizers: dict[str, Any]) -> None:
    tokenizer = tokenizers[chat.name]
    special = "".join(tokenizer.all_special_tokens) + "<ImageHere>"
    ids = chat.encoded(special)
    assert not set(ids) & set(tokenizer.all_special_ids)
    assert tokenizer.decode(ids) == special


@given(st.text(min_size=1), st.integers(0, 20))
def test_a_cut_is_the_beginning_and_fits(tokenizer: Any, text: str, tokens: int) -> None:
    chat = FORMS["llama2"](tokenizer)
    cut = chat.beginning(text, tokens)
    assert text.startswith(cut)
    assert len(chat.encoded(cut)) <= tokens or cut == ""
    if len(chat.encoded(text)) <= tokens:
        assert cut == text


@pytest.mark.parametrize(
    ("kind", "name"),
    [("llama", "llama2"), ("qwen2", "chatml"), ("qwen3", "chatml-no-thinking")],
)
def test_the_type_of_the_language_model_says_the_form(
    kind: str, name: str, tokenizers: dict[str, Any]
) -> None:
    shape = MicroEmoConfig(text_config={"model_type": kind})
    assert chat_of(shape, tokenizers[name]).name == name


def test_the_models_folder_may_say_otherwise(tokenizers: dict[str, Any]) -> None:
    shape = MicroEmoConfig(text_config={"model_type": "llama"}, chat_form="chatml")
    assert chat_of(shape, tokenizers["chatml"]).name == "chatml"


def test_an_unknown_form_is_refused_with_the_known_ones(tokenizer: Any) -> None:
    shape = MicroEmoConfig(chat_form="vicuna")
    with pytest.raises(SetupError, match=r"'vicuna'.*chatml-no-thinking, llama2 or template"):
        chat_of(shape, tokenizer)


def test_a_language_model_without_a_form_of_its_own_is_refused(tokenizer: Any) -> None:
    shape = MicroEmoConfig(text_config={"model_type": "gpt2"})
    with pytest.raises(SetupError, match=r"no chat_form.*'gpt2'"):
        chat_of(shape, tokenizer)


def test_a_tokenizer_without_the_forms_tokens_is_refused(tokenizers: dict[str, Any]) -> None:
    with pytest.raises(SetupError, match=r"no token <think>.*config\.json"):
        FORMS["chatml-no-thinking"](tokenizers["chatml"])


@pytest.mark.parametrize(("form", "of"), [("chatml", "llama2"), ("llama2", "chatml")])
def test_another_end_than_the_forms_is_refused(
    form: str, of: str, tokenizers: dict[str, Any]
) -> None:
    """LLaMA-3 is of type "llama" too; its answers would never end."""
    with pytest.raises(SetupError, match=r"no token|eos_token"):
        FORMS[form](tokenizers[of])


def test_a_base_model_whose_answers_end_otherwise_is_refused() -> None:
    from tests.stages.generate.tokenizing import byte_tokenizer

    tokenizer = byte_tokenizer(["<|endoftext|>", "<|im_start|>", "<|im_end|>"], "<|endoftext|>")
    with pytest.raises(SetupError, match=r"eos_token <\|endoftext\|>.*<\|im_end\|>"):
        FORMS["chatml"](tokenizer)
