"""Shared beginnings, buckets, rows that leave early and rows that join late change no token."""

from collections import Counter
from typing import Any

import pytest
import torch

from stages.generate.engines.batched import BatchedEngine
from stages.generate.engines.engine import Answer, Prompt, Sampling
from stages.generate.engines.opening import open_engine
from stages.generate.engines.vocabulary import Vocabulary, vocabulary

WINDOWS, UTTERANCES, NEW_TOKENS = 8, 8, 16


@pytest.fixture(scope="module")
def prompts(language_model: tuple[Any, Any]) -> list[Prompt]:
    """64 prompts of mixed length; those of a window begin alike."""
    generator = torch.Generator().manual_seed(3)
    embedding = language_model[0].get_input_embeddings()

    def words(least: int, most: int) -> torch.Tensor:
        length = int(torch.randint(least, most, (), generator=generator))
        ids = torch.randint(6, 1024, (length,), generator=generator)
        return embedding(ids) + 0.05 * torch.randn(length, 144, generator=generator)

    prefixes = [words(10, 60) for _ in range(WINDOWS)]
    return [
        Prompt(prefix, f"w{window}", words(5, 90))
        for window, prefix in enumerate(prefixes)
        for _ in range(UTTERANCES)
    ]


@pytest.fixture(scope="module")
def engine(language_model: tuple[Any, Any]) -> Any:
    return open_engine("deepspeed", *language_model)


def ids(answers: list[Answer]) -> list[tuple[int, ...]]:
    return [answer.ids for answer in answers]


def test_the_tokens_are_those_of_a_loop_of_one_prompt_at_a_time(
    engine: Any, prompts: list[Prompt], language_model: tuple[Any, Any]
) -> None:
    reference = open_engine("transformers", *language_model)
    alone = [reference.generate([prompt], NEW_TOKENS)[0] for prompt in prompts]
    together = engine.generate(prompts, NEW_TOKENS)
    assert ids(together) == ids(alone)
    assert engine.positions.waste < 0.15
    for one, other in zip(together, alone, strict=True):
        assert one.logprobs == pytest.approx(other.logprobs, abs=1e-4)


def test_sampled_tokens_depend_on_the_seed_alone(
    engine: Any, prompts: list[Prompt], language_model: tuple[Any, Any]
) -> None:
    some = prompts[::5]
    sampling = [Sampling(1.0, 0.9, 100 + at) if at % 4 else None for at in range(len(some))]
    together = engine.generate(some, NEW_TOKENS, sampling)
    backwards = engine.generate(some[::-1], NEW_TOKENS, sampling[::-1])[::-1]
    alone = [
        engine.generate([prompt], NEW_TOKENS, [own])[0]
        for prompt, own in zip(some, sampling, strict=True)
    ]
    reference = open_engine("transformers", *language_model)
    assert ids(together) == ids(backwards) == ids(alone)
    assert ids(together) == ids(reference.generate(some, NEW_TOKENS, sampling))
    other_seeds = [own and Sampling(1.0, 0.9, own.seed + 1) for own in sampling]
    others = engine.generate(some, NEW_TOKENS, other_seeds)
    changed = [one != other for one, other in zip(ids(together), ids(others), strict=True)]
    assert changed == [own is not None for own in sampling]


def test_rows_that_end_leave_the_batch(
    language_model: tuple[Any, Any], prompts: list[Prompt], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some tokens are made to end an answer, so rows end all the time; the others go on unmoved."""
    engine = open_engine("deepspeed", *language_model)
    free = engine.generate(prompts, NEW_TOKENS)
    said_by = Counter(token for answer in free for token in set(answer.ids))
    ends = engine._ends | {next(token for token, rows in said_by.items() if 8 < rows < 40)}
    monkeypatch.setattr(engine, "_ends", ends)
    found = engine.generate(prompts, NEW_TOKENS)
    assert 5 < sum(answer.finished for answer in found) < len(prompts)
    for answer, longest in zip(found, free, strict=True):
        first = next((at for at, token in enumerate(longest.ids) if token in ends), None)
        assert answer.ids == longest.ids[:first]
        assert answer.finished == (first is not None or longest.finished)
    assert engine.positions.waste < 0.15


def test_one_token_may_be_all_that_is_asked_for(engine: Any, prompts: list[Prompt]) -> None:
    answers = engine.generate(prompts[:3], 1)
    # What ends at once has said nothing, and is finished.
    assert [len(answer.ids) for answer in answers] == [1 - answer.finished for answer in answers]


@pytest.mark.parametrize("look_every", [1, 3])
def test_refilled_in_any_order_each_prompt_has_the_same_answer(
    language_model: tuple[Any, Any], prompts: list[Prompt], look_every: int
) -> None:
    """Rows end all the time, so every order gives each prompt another slot and other neighbours."""
    model, tokenizer = language_model
    words = vocabulary(model, tokenizer)
    ends = tuple(sorted({*words.ends, *range(6, 120)}))
    engine = BatchedEngine(
        "deepspeed",
        model,
        model.get_input_embeddings(),
        Vocabulary(ends, words.banned),
        look_every=look_every,
    )
    some = prompts[::3]
    sampling = [Sampling(1.0, 0.9, at) if at % 3 == 0 else None for at in range(len(some))]
    expected = engine.generate(some, NEW_TOKENS, sampling)
    assert len({len(answer.ids) for answer in expected}) > 4
    for seed, at_once in enumerate((2, 3, 7)):
        order = torch.randperm(len(some), generator=torch.Generator().manual_seed(seed)).tolist()
        found = engine.generate(
            [some[at] for at in order], NEW_TOKENS, [sampling[at] for at in order], at_once
        )
        assert ids(found) == [expected[at].ids for at in order]


def test_prompts_that_wait_take_the_places_of_those_that_ended(
    language_model: tuple[Any, Any], prompts: list[Prompt], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one batch after the other: in the end as many steps as the tokens need."""
    engine = open_engine("deepspeed", *language_model)
    monkeypatch.setattr(engine, "_ends", engine._ends | set(range(6, 120)))
    sampling = [Sampling(1.0, 0.9, at) if at % 3 == 0 else None for at in range(len(prompts))]
    expected = engine.generate(prompts, NEW_TOKENS, sampling)
    assert 10 < sum(answer.finished for answer in expected) < len(prompts)
    rows: list[int] = []
    forward = engine._forward

    def counted(**given: Any) -> Any:
        if given["inputs_embeds"].shape[1] == 1 and "logits_to_keep" not in given:
            rows.append(len(given["inputs_embeds"]))
        return forward(**given)

    monkeypatch.setattr(engine, "_forward", counted)
    found = engine.generate(prompts, NEW_TOKENS, sampling, at_once=10)
    assert ids(found) == ids(expected)
    assert max(rows) == 10
    tokens = sum(len(answer.ids) for answer in expected)
    assert len(rows) < 1.5 * tokens / 10 + NEW_TOKENS
