"""The stage as it is called: rows in, annotated rows out, with the tiny model and DeepSpeed."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import torch

from pipeline.recipe import BUILT_IN, Recipe
from stages.faults import SetupError
from stages.generate import GenerateConfig, GenerateStage
from stages.generate.engines.engine import Answer, Engine, LanguageModel, Prompt, Sampling
from stages.generate.engines.opening import open_language_model
from stages.model import ModelConfig, model_identity
from stages.rows import Row, from_table, to_table
from tests.models import untrained

QUERIES = 8
WIDTH = 144
QUICK = GenerateConfig(max_description_tokens=16, max_label_tokens=12, batch_windows=4)


SAMPLED = QUICK.model_copy(update={"samples": 3, "temperature": 1.0, "top_p": 1.0})
TINY = untrained()


class Recorder:
    """An engine that notes what another one is asked and answers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.name = engine.name
        self.prompts: list[Prompt] = []
        self.drawn: dict[int, tuple[int, ...]] = {}  # token ids by the seed they were drawn with

    def generate(
        self,
        prompts: Sequence[Prompt],
        max_new_tokens: int,
        sampling: Sequence[Sampling | None] | None = None,
        at_once: int | None = None,
    ) -> list[Answer]:
        """As the engine's, noted."""
        given = self._engine.generate(prompts, max_new_tokens, sampling, at_once)
        self.prompts += prompts
        for answer, way in zip(given, sampling or [None] * len(given), strict=True):
            if way is not None:
                self.drawn[way.seed] = answer.ids
        return given


@pytest.fixture(scope="module")
def opened() -> LanguageModel:
    return open_language_model(QUICK, TINY)


def staged(config: GenerateConfig, opened: LanguageModel) -> GenerateStage:
    """The stage with a language model that is open already."""
    return GenerateStage(config, TINY, {"model": model_identity(TINY)}, lambda *_: opened)


@pytest.fixture(scope="module")
def stage(opened: LanguageModel) -> GenerateStage:
    return staged(QUICK, opened)


def window(index: int, utterances: int, text: str = "I did not expect you.") -> Row:
    generator = np.random.default_rng(index)
    shape = (QUERIES * (utterances + 1), WIDTH)
    return {
        "video_id": "clip",
        "window_index": index,
        "warnings": [],
        "uri": "clip.mp4",
        "window_id": f"clip#{index}",
        "start_s": 0.0,
        "end_s": 8.0,
        "frame_times_s": [0.5 * frame for frame in range(16)],
        "visual_tokens": generator.normal(size=shape).astype(np.float16),
        "utterances": [
            {
                "index": spoken,
                "start_s": 2.0 * spoken,
                "end_s": 2.0 * spoken + 1.5,
                "speaker": "Anna",
                "text": text,
                "text_source": "sidecar",
                "text_confidence": None,
            }
            for spoken in range(utterances)
        ],
    }


def emotions(row: Row) -> list[dict[str, Any]]:
    names = (
        "description",
        "labels",
        "label_confidence",
        "label_agreement",
        "labels_raw",
        "abstained",
    )
    return [{name: part[name] for name in names} for part in (row, *row["utterances"])]


def words(row: Row) -> list[tuple[str, list[str]]]:
    return [(said["description"], said["labels"]) for said in emotions(row)]


def test_a_window_and_each_utterance_are_annotated(stage: GenerateStage) -> None:
    (row,) = stage([window(0, 2)])
    assert row.get("error") is None
    assert "visual_tokens" not in row
    assert "frame_times_s" not in row
    assert row["model"]["engine"] == "deepspeed"
    assert set(row["model"]) == {"name", "revision", "trained", "engine", "server"}
    assert row["timings"]["generate"] > 0
    assert [spoken["text"] for spoken in row["utterances"]] == ["I did not expect you."] * 2
    assert len(emotions(row)) == 3
    for said in emotions(row):
        assert said["description"]
        assert said["abstained"] == (not said["labels"])
        assert len(said["labels"]) == len(said["label_confidence"])
        assert said["label_agreement"] is None
        assert said["labels_raw"].strip()


def test_what_is_said_of_a_time_is_laid_beside_what_was_measured(opened: LanguageModel) -> None:
    text = "At 1.2 s she frowns."
    ids = tuple(opened.tokenizer(text, add_special_tokens=False).input_ids)

    class Quoting(Recorder):
        """Describes everything in the same words."""

        def generate(self, prompts: Sequence[Prompt], *arguments: Any) -> list[Answer]:
            given = super().generate(prompts, *arguments)
            return [Answer(ids, (0.0,) * len(ids), finished=True)] * len(given)

    stage = staged(QUICK, replace(opened, engine=Quoting(opened.engine)))
    event = {"event_id": 5, "track_id": 1, "kind": "blink", "onset_s": 1.1, "offset_s": 1.3}
    (row,) = stage([{**window(0, 1), "micro_events": [], "face_events": [event]}])
    for part in (row, *row["utterances"]):
        assert part["description"] == text
        assert [clue["event_ids"] for clue in part["clues"]] == [[5]]
        assert part["evidence_coverage"] == 1.0


def test_what_was_measured_reaches_the_model_unless_it_is_not_wanted(
    opened: LanguageModel,
) -> None:
    spoken = {**window(0, 1)["utterances"][0], "voice": {"words": "louder and higher than usual"}}
    heard = {**window(0, 1), "utterances": [spoken]}
    silent = staged(QUICK.model_copy(update={"evidence_in_prompt": False}), opened)
    (told,), (plain,), (untold,) = (
        list(staged(QUICK, opened)([heard])),
        list(staged(QUICK, opened)([window(0, 1)])),
        list(silent([heard])),
    )
    assert words(told) != words(plain) == words(untold)


def test_a_window_without_utterances_is_annotated(stage: GenerateStage) -> None:
    (row,) = stage([window(0, 0)])
    assert row["description"]
    assert row["utterances"] == []


def test_company_does_not_change_an_annotation(stage: GenerateStage) -> None:
    """Alone, in a full batch, in another order: the same words."""
    rows = [window(index, index % 3) for index in range(6)]
    alone = {row["window_id"]: words(row) for one in rows for row in stage([one])}
    together = {row["window_id"]: words(row) for row in stage(rows)}
    backwards = {row["window_id"]: words(row) for row in stage(rows[::-1])}
    assert alone == together == backwards


def test_samples_vote_and_change_nothing_else(stage: GenerateStage, opened: LanguageModel) -> None:
    rows = [window(index, index % 3) for index in range(4)]
    voting = staged(SAMPLED, opened)
    for greedy, voted in zip(stage(rows), voting(rows), strict=True):
        assert words(voted) == words(greedy)
        for said in emotions(voted):
            assert len(said["label_agreement"]) == len(said["labels"])
            assert all(share in (0, 1 / 3, 2 / 3, 1) for share in said["label_agreement"])


def test_company_does_not_change_a_sample(opened: LanguageModel) -> None:
    """Alone, in a full batch, in another order: each seed draws the same tokens."""
    rows = [window(index, 1) for index in range(3)]

    def drawn(*batches: list[Row]) -> dict[int, tuple[int, ...]]:
        engine = Recorder(opened.engine)
        stage = staged(SAMPLED, replace(opened, engine=engine))
        for batch in batches:
            list(stage(batch))
        return engine.drawn

    alone = drawn(*[[row] for row in rows])
    assert alone == drawn(rows) == drawn(rows[::-1])
    assert len(alone) == 3 * 2 * SAMPLED.samples
    assert len(set(alone.values())) > SAMPLED.samples


def test_labels_below_the_least_confidence_are_dropped(opened: LanguageModel) -> None:
    strict = staged(QUICK.model_copy(update={"min_confidence": 1.0}), opened)
    (row,) = strict([window(0, 2)])
    for said in emotions(row):
        assert said["abstained"]
        assert said["labels_raw"].strip()


def test_prompts_of_a_window_share_their_beginning(opened: LanguageModel) -> None:
    """In both steps of its conversations, and most of a prompt."""
    engine = Recorder(opened.engine)
    list(staged(QUICK, replace(opened, engine=engine))([window(0, 3), window(1, 3)]))
    assert len(engine.prompts) == 2 * 2 * 4
    prefixes = {prompt.prefix_id: prompt.prefix for prompt in engine.prompts}
    assert len(prefixes) == 2
    for prompt in engine.prompts:
        assert torch.equal(prompt.prefix, prefixes[prompt.prefix_id])
        assert len(prompt.prefix) > len(prompt.suffix)


def test_what_was_seen_and_what_was_said_both_matter(stage: GenerateStage) -> None:
    (row,) = stage([window(0, 1)])
    (seen_otherwise,) = stage([{**window(0, 1), "visual_tokens": window(1, 1)["visual_tokens"]}])
    (said_otherwise,) = stage([window(0, 1, text="What a lovely, lovely surprise this is!")])
    assert words(seen_otherwise) != words(row)
    assert words(said_otherwise) != words(row)


def test_a_transcript_beyond_the_context_is_whole_in_the_row_and_warned_of(
    stage: GenerateStage,
) -> None:
    text = "and then he said " * 2000
    given = {**window(0, 2, text), "warnings": ["an earlier warning"]}
    (row,) = stage([given])
    assert [spoken["text"] for spoken in row["utterances"]] == [text, text]
    assert row["warnings"][0] == "an earlier warning"
    assert "does not fit the language model's context" in row["warnings"][1]
    assert len(row["warnings"]) == 2


def test_a_short_transcript_warns_of_nothing(stage: GenerateStage) -> None:
    (row,) = stage([window(0, 1)])
    assert row["warnings"] == []


def test_one_faulty_row_fails_alone(stage: GenerateStage) -> None:
    faulty = {**window(1, 1), "visual_tokens": np.full((16, WIDTH), np.nan, np.float16)}
    first, failed, last = stage([window(0, 0), faulty, window(2, 0)])
    assert first.get("error") is None
    assert last.get("error") is None
    assert failed["error"]["stage"] == "generate"
    assert "labels" not in failed


def test_the_row_it_was_given_is_not_changed(stage: GenerateStage) -> None:
    given = window(0, 1)
    list(stage([given]))
    assert set(given["utterances"][0]) == set(window(0, 1)["utterances"][0])


def test_annotations_come_back_from_parquet(stage: GenerateStage, tmp_path: Path) -> None:
    rows = list(stage([window(0, 2), window(1, 0)]))
    pq.write_table(to_table(rows, Recipe(BUILT_IN).annotation_schema), tmp_path / "part.parquet")
    read = from_table(pq.read_table(tmp_path / "part.parquet"))
    assert [words(row) for row in read] == [words(row) for row in rows]
    assert read[0]["model"] == rows[0]["model"]


def test_the_plain_engine_says_the_same_and_signs_for_it(stage: GenerateStage) -> None:
    plain = GenerateStage(
        QUICK.model_copy(update={"engine": "transformers"}),
        TINY,
        {"model": model_identity(TINY)},
    )
    (row,) = plain([window(0, 2)])
    (other,) = stage([window(0, 2)])
    assert words(row) == words(other)
    assert row["model"] == {**other["model"], "engine": "transformers"}


def test_answers_longer_than_the_context_are_a_fault_of_the_set_up() -> None:
    config = GenerateConfig(max_description_tokens=2048)
    with pytest.raises(SetupError, match=r"generate\.max_description_tokens"):
        GenerateStage(config, TINY)


@pytest.fixture(scope="module")
def qwen(tmp_path_factory: pytest.TempPathFactory, tokenizers: dict[str, Any]) -> Path:
    """A model folder with a small, random language model of Qwen2's kind and its chat form."""
    from safetensors.torch import save_file
    from transformers import AutoModelForCausalLM

    from stages.model.configuration_microemo import MicroEmoConfig

    folder = tmp_path_factory.mktemp("qwen")
    tokenizer = tokenizers["chatml"]
    shape = MicroEmoConfig(
        text_config={
            "model_type": "qwen2",
            "vocab_size": len(tokenizer) + 5,  # padded, as Qwen's is
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "max_position_embeddings": 4096,
            "initializer_range": 0.2,
            "bos_token_id": None,
            "eos_token_id": tokenizer.convert_tokens_to_ids("<|endoftext|>"),
        },
        num_video_query_tokens=QUERIES,
    )
    torch.manual_seed(1)
    network = AutoModelForCausalLM.from_config(shape.text_config)
    tensors = {f"language_model.{name}": own for name, own in network.state_dict().items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    shape.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_a_model_of_another_chat_form_annotates_too(qwen: Path, opened: LanguageModel) -> None:
    model = ModelConfig(path=str(qwen))
    loaded = open_language_model(QUICK, model)
    engine = Recorder(loaded.engine)
    stage = GenerateStage(SAMPLED, model, {}, lambda *_: replace(loaded, engine=engine))
    given = window(0, 2, text="<|im_end|>我没想到你会来。")
    (row,) = stage([{**given, "visual_tokens": given["visual_tokens"][:, :32]}])
    assert row.get("error") is None
    assert len({prompt.prefix_id for prompt in engine.prompts}) == 1
    start = loaded.embedding.weight[loaded.tokenizer.convert_tokens_to_ids("<|im_start|>")]
    for prompt in engine.prompts:
        assert torch.equal(prompt.prefix[0], start)
    for said in emotions(row):
        assert said["description"]
        assert "<|im_" not in said["description"] + said["labels_raw"]
