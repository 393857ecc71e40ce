"""A tokenizer's own chat template: the same ids as transformers writes, turn after turn."""

from typing import Any

import pytest

from stages.faults import SetupError
from stages.generate.prompt.chat import visual_id
from stages.generate.prompt.forms import chat_of
from stages.generate.prompt.template import TemplateChat, turn_end
from stages.model.configuration_microemo import MicroEmoConfig
from tests.stages.generate.tokenizing import byte_tokenizer

# Written for these tests, each with the habits of a family.
LLAMA3 = (
    "{{ bos_token }}{% for m in messages %}{{ '<|start_header_id|>' + m.role +"
    " '<|end_header_id|>\n\n' + (m.content | trim) + '<|eot_id|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}"
    "{% endif %}"
)
# The date of the day stands in the system turn unless it is given.
LLAMA31 = LLAMA3.replace(
    "{{ bos_token }}",
    "{{ bos_token }}{% if not date_string is defined %}{% set date_string ="
    " strftime_now('%d %b %Y') %}{% endif %}{{ 'Today: ' + date_string + '\n' }}",
)
# The system text goes to the last request, wherever that is.
MISTRAL = (
    "{% if messages[0].role == 'system' %}{% set system = messages[0].content %}"
    "{% set messages = messages[1:] %}{% endif %}{{ bos_token }}{% for m in messages %}"
    "{% if m.role == 'user' %}{{ '[INST] ' }}{% if loop.last and system is defined %}"
    "{{ system + '\n\n' }}{% endif %}{{ m.content + ' [/INST]' }}"
    "{% else %}{{ ' ' + m.content + eos_token }}{% endif %}{% endfor %}"
)
GEMMA = (
    "{{ bos_token }}{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}"
    "{% endif %}{% for m in messages %}{{ '<start_of_turn>' + ('model' if m.role == 'assistant'"
    " else m.role) + '\n' + (m.content | trim) + '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)
QWEN3 = (
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}"
    "{% if enable_thinking is defined and enable_thinking is false %}"
    "{{ '<think>\n\n</think>\n\n' }}{% endif %}{% endif %}"
)
SYSTEM, REQUEST, ANSWER, NEXT = "Be kind.", "Who is she?", "Anna, smiling.", "Why?"


def _tokenizer(template: str) -> Any:
    special = {
        LLAMA3: ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"],
        LLAMA31: ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"],
        MISTRAL: ["[INST]", "[/INST]"],
        GEMMA: ["<start_of_turn>", "<end_of_turn>"],
        QWEN3: ["<|im_start|>", "<|im_end|>"],
    }
    tokenizer = byte_tokenizer(["<s>", "</s>", *special.get(template, [])], "</s>", ["<think>"])
    tokenizer.bos_token = "<s>"
    tokenizer.chat_template = template
    return tokenizer


def _by_transformers(tokenizer: Any, *texts: str, has_system: bool = True) -> list[int]:
    system = [{"role": "system", "content": SYSTEM}] if has_system else []
    roles = ("user", "assistant", "user")
    turns = [{"role": role, "content": text} for role, text in zip(roles, texts, strict=False)]
    text = tokenizer.apply_chat_template(
        [*system, *turns],
        tokenize=False,
        add_generation_prompt=True,
        enable_thinking=False,
        date_string="26 Jul 2024",
    )
    ids: list[int] = tokenizer(text, add_special_tokens=False).input_ids
    return ids


@pytest.mark.parametrize("template", [LLAMA3, LLAMA31, QWEN3])
def test_a_conversation_has_the_ids_that_transformers_gives_it(template: str) -> None:
    tokenizer = _tokenizer(template)
    chat = TemplateChat(tokenizer)
    opened = chat.opened(SYSTEM, [REQUEST])
    assert list(opened) == _by_transformers(tokenizer, REQUEST)
    followed = chat.continued(opened, chat.encoded(ANSWER), NEXT)
    assert list(followed) == _by_transformers(tokenizer, REQUEST, ANSWER, NEXT)


@pytest.mark.parametrize(("template", "own_space"), [(GEMMA, ""), (MISTRAL, " ")])
def test_where_the_template_has_no_place_for_it_the_system_text_opens_the_request(
    template: str, own_space: str
) -> None:
    tokenizer = _tokenizer(template)
    chat = TemplateChat(tokenizer)
    opened = chat.opened(SYSTEM, [REQUEST])
    request = f"{SYSTEM}\n\n{REQUEST}"
    assert list(opened) == _by_transformers(tokenizer, request, has_system=False)
    followed = chat.continued(opened, chat.encoded(own_space + ANSWER), NEXT)
    whole = _by_transformers(tokenizer, request, ANSWER, NEXT, has_system=False)
    assert list(followed) == whole
    assert len(followed) <= len(opened) + len(ANSWER) + 1 + chat.turn_cost(NEXT)


def test_thinking_is_off_and_not_kept_of_what_was_answered() -> None:
    tokenizer = _tokenizer(QWEN3)
    chat = TemplateChat(tokenizer)
    assert tokenizer.decode(chat.answer_opening) == "<think>\n\n</think>\n\n"
    opened = chat.opened(SYSTEM, [REQUEST])
    followed = chat.continued(opened, chat.encoded(ANSWER), NEXT)
    assert tokenizer.decode(followed).count("<think>") == 1


def test_visual_tokens_and_special_tokens_in_text_are_what_they_are() -> None:
    tokenizer = _tokenizer(LLAMA3)
    chat = TemplateChat(tokenizer)
    opened = chat.opened(SYSTEM, ["<Video>", range(2), "</Video> <|eot_id|></s>Who?"])
    assert [visual_id(token) for token in opened if token < 0] == [0, 1]
    special = [token for token in opened if token in tokenizer.all_special_ids]
    plain = [token for token in chat.opened(SYSTEM, ["Who?"]) if token in tokenizer.all_special_ids]
    assert special == plain


@pytest.mark.parametrize(
    ("template", "end"),
    [(LLAMA3, "<|eot_id|>"), (MISTRAL, "</s>"), (GEMMA, "<end_of_turn>"), (QWEN3, "<|im_end|>")],
)
def test_the_token_behind_an_answer_is_known(template: str, end: str) -> None:
    tokenizer = _tokenizer(template)
    assert turn_end(tokenizer) == tokenizer.convert_tokens_to_ids(end)


def test_a_tokenizer_without_a_template_says_nothing_of_ends() -> None:
    assert turn_end(byte_tokenizer(["</s>"], "</s>")) is None


def test_the_blanks_that_a_special_token_takes_in_are_left_out() -> None:
    from tokenizers import AddedToken

    tokenizer = byte_tokenizer(["</s>"], "</s>")
    tokenizer.add_tokens([AddedToken("<|user|>", rstrip=True, special=True)], special_tokens=True)
    tokenizer.add_tokens([AddedToken("<|model|>", rstrip=True, special=True)], special_tokens=True)
    tokenizer.chat_template = (
        "{% for m in messages %}{{ ('<|model|>' if m.role == 'assistant' else '<|user|>') + '\n' +"
        " m.content + '</s>\n' }}{% endfor %}{{ '<|model|>\n' }}"
    )
    chat = TemplateChat(tokenizer)
    assert list(chat.opened(SYSTEM, [REQUEST])) == _by_transformers(tokenizer, REQUEST)


@pytest.mark.parametrize(
    "template",
    [
        "{{ raise_exception('never') }}",
        "{% for m in messages %}{{ m.content | upper }}{% endfor %}",
        "{{ messages[-1].content }}",
        "{{ messages | length }}{% for m in messages %}{{ m.content }}{% endfor %}",
        "{% for m in messages %}{{ m.content }",
    ],
)
def test_a_template_that_writes_no_conversation_is_refused(template: str) -> None:
    with pytest.raises(SetupError, match=r"chat template.*set chat_form"):
        TemplateChat(_tokenizer(template))


def test_a_model_converses_by_the_template_of_its_tokenizer_unless_it_says_a_form() -> None:
    shape = MicroEmoConfig(text_config={"model_type": "llama"})
    assert chat_of(shape, _tokenizer(LLAMA3)).name == "template"
    shape = MicroEmoConfig(text_config={"model_type": "qwen3"}, chat_form="chatml")
    tokenizer = byte_tokenizer(["<|im_start|>", "<|im_end|>"], "<|im_end|>")
    tokenizer.chat_template = QWEN3
    assert chat_of(shape, tokenizer).name == "chatml"
