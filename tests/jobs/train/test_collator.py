"""The collator: several windows in a batch are seen as each alone."""

from typing import Any

import pytest
import torch

from jobs.train.collator import Collator, Example
from jobs.train.config import TrainConfig
from jobs.train.conversations import Conversations, visual_row
from jobs.train.examples import Examples
from stages.model.folder import TINY
from stages.model.loading import load_tokenizer
from stages.model.modeling_microemo import MicroEmo
from stages.model.shapes import tiny
from stages.model.shared_beginning import PADDING
from stages.model.windows import WindowBatch
from tests.jobs.train.windows import answer, window


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return load_tokenizer(TINY)


@pytest.fixture(scope="module")
def model() -> MicroEmo:
    torch.manual_seed(0)
    return MicroEmo(tiny()).eval()


@pytest.fixture(scope="module")
def examples(model: MicroEmo, tokenizer: Any) -> list[Example]:
    conversations = Conversations(
        model.config, tokenizer, context=2048, most_answered=32, with_evidence=True, briefly=False
    )
    rows = [window("a", 2, 3, seed=1), window("b", 3, 0, seed=2), window("c", 1, 4, seed=3)]
    targets = [{0: answer(0, "calm")}, {1: answer(1, "glad", "warm")}, {None: answer(None, "sad")}]
    told = {"shape": model.config, "conversations": conversations, "config": TrainConfig()}
    whole = Examples(rows, targets, films={}, **told)
    return [whole[at] for at in range(3)]


@torch.inference_mode()
def test_each_window_of_a_batch_has_the_visual_tokens_that_it_has_alone(
    model: MicroEmo, tokenizer: Any, examples: list[Example]
) -> None:
    collate = Collator(tokenizer, model.config.timestamp_length)
    rows = [example.row for example in examples]
    together = model.visual_tokens(WindowBatch(**collate.windows(rows)))
    for row, seen in zip(rows, together, strict=True):
        (alone,) = model.visual_tokens(WindowBatch(**collate.windows([row])))
        torch.testing.assert_close(seen, alone, atol=1e-4, rtol=1e-4)


def test_the_rows_of_a_conversation_are_those_of_its_own_window(
    model: MicroEmo, tokenizer: Any, examples: list[Example]
) -> None:
    batch = Collator(tokenizer, model.config.timestamp_length)(examples)
    before = 0
    for place, example in enumerate(examples):
        (talk,) = example.conversations
        rows = batch["visual_rows"][place][: len(talk.ids)]
        expected = [visual_row(token) for token in talk.ids]
        assert rows.tolist() == [row + before if row >= 0 else -1 for row in expected]
        assert (batch["parts"][place] != PADDING).sum() == len(talk.ids)
        before += example.visual_count


@torch.inference_mode()
def test_the_loss_of_a_batch_is_the_mean_over_its_answers(
    model: MicroEmo, tokenizer: Any, examples: list[Example]
) -> None:
    """However long one is beside another, and whatever was padded."""
    collate = Collator(tokenizer, model.config.timestamp_length)
    alone = [model(**collate([example])).loss for example in examples]
    torch.testing.assert_close(
        model(**collate(examples)).loss, torch.stack(alone).mean(), atol=1e-4, rtol=1e-4
    )


@torch.inference_mode()
def test_the_loss_is_the_same_where_what_conversations_begin_with_is_read_once(
    model: MicroEmo, tokenizer: Any
) -> None:
    conversations = Conversations(
        model.config, tokenizer, context=2048, most_answered=32, with_evidence=True, briefly=False
    )
    rows = [window("a", 2, 3, seed=1), window("b", 3, 0, seed=2)]
    targets = {0: answer(0, "calm"), 1: answer(1, "glad", "warm"), None: answer(None, "sad")}
    told = {"shape": model.config, "conversations": conversations, "config": TrainConfig()}
    whole = Examples(rows, [targets, targets], films={}, **told)
    apart, together = (
        Collator(tokenizer, model.config.timestamp_length, shares=shares)([whole[0], whole[1]])
        for shares in (False, True)
    )
    assert len(together["input_ids"]) == 2 < len(apart["input_ids"])
    assert together["input_ids"].numel() < 0.7 * apart["input_ids"].numel()
    torch.testing.assert_close(model(**together).loss, model(**apart).loss, atol=1e-5, rtol=1e-5)
