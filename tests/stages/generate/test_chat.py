"""Turns begin and end where the form says, and text cannot make a special token."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stages.generate.chat import Llama2Chat


def test_the_first_turn_is_the_evaluation_form(tokenizer: Any) -> None:
    opened = Llama2Chat(tokenizer).opened("Be kind.", "<Video><ImageHere></Video> Who?")
    before = tokenizer.decode(opened.ids[: opened.visual_at])
    after = tokenizer.decode(opened.ids[opened.visual_at :])
    assert before == "<s>[INST] <<SYS>>\nBe kind.\n<</SYS>>\n\n<Video>"
    assert after == "</Video> Who? [/INST]"


def test_the_second_turn_follows_the_answer_as_it_was_generated(tokenizer: Any) -> None:
    chat = Llama2Chat(tokenizer)
    opened = chat.opened("Be kind.", "<ImageHere> Who?")
    answer = (300, 7, 411)
    followed = chat.continued(opened, answer, "Why?")
    assert followed.visual_at == opened.visual_at
    assert followed.ids[: len(opened.ids)] == opened.ids
    assert followed.ids[len(opened.ids) :][:3] == answer
    rest = followed.ids[len(opened.ids) + 3 :]
    assert tokenizer.decode(rest) == "</s><s>[INST] Why? [/INST]"
    assert chat.turn_cost("Why?") == len(rest)


def test_special_tokens_in_text_are_spelt_out(tokenizer: Any) -> None:
    special = "".join(tokenizer.all_special_tokens) + "<ImageHere>"
    ids = Llama2Chat(tokenizer).encoded(special)
    assert not set(ids) & set(tokenizer.added_tokens_decoder)
    assert tokenizer.decode(ids) == special


@given(st.text(min_size=1), st.integers(0, 20))
def test_a_cut_is_the_beginning_and_fits(tokenizer: Any, text: str, tokens: int) -> None:
    chat = Llama2Chat(tokenizer)
    cut = chat.cut(text, tokens)
    assert text.startswith(cut)
    assert len(chat.encoded(cut)) <= tokens or cut == ""
    if len(chat.encoded(text)) <= tokens:
        assert cut == text
