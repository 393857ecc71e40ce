"""From checkpoints to a folder that is there whole or not at all."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huggingface_hub.errors import StrictDataclassError

from jobs.convert.choices import Choices, Sources
from jobs.convert.language_model import language_model_config
from jobs.convert.lora import lora_rank
from jobs.convert.notice import NOTICE, legal_texts, notice
from jobs.convert.plan import Files, Opened, Plan, plan_model
from jobs.convert.shards import write_shards
from jobs.convert.sizes import (
    frame_positions,
    image_qformer_sizes,
    queries,
    video_qformer_sizes,
    vision_sizes,
)
from jobs.convert.tensor_files import checkpoint_tensors, safetensors_tensors
from jobs.convert.tokenizers import (
    VISUAL_PLACE,
    language_model_tokenizer,
    qformer_tokenizer,
    require_timestamps_fit,
)
from stages.faults import SetupError
from stages.model.answer_ends import copy_answer_ends
from stages.model.configuration_microemo import MicroEmoConfig
from stages.model.folder import QFORMER_TOKENIZER, weight_files

LICENCES = "licences"
# A folder is opened to others as the umask of most people has it.
FOLDER_MODE = 0o755


@dataclass(frozen=True)
class Conversion:
    """What was written.

    Attributes:
        plan: which tensor came from where, and what was dropped.
        config: the model's.
        files: how many safetensors files hold the weights.
    """

    plan: Plan
    config: MicroEmoConfig
    files: int


def convert(
    sources: Sources, choices: Choices, out: Path, on_progress: Callable[[str], None]
) -> Conversion:
    """Write the MicroEmo folder `out`; every key is checked before the first byte is written.

    It is written beside `out` and renamed when it is whole.

    Args:
        on_progress: called with a line on what is being done.

    Raises:
        SetupError: `out` is not empty, a source is not whole, or the sources do not fit together.
    """
    _require_free(out)
    if sources.timechat is None and (choices.merge_lora or choices.lora_alpha):
        raise SetupError("only TimeChat's file holds a LoRA: give --timechat as well.")
    files = _opened(sources)
    tokenizer = language_model_tokenizer(sources.llm.path)
    config = _config(files, choices, tokenizer.get_vocab()[VISUAL_PLACE])
    own_tokenizer = _timestamp_tokenizer(sources, choices, config, tokenizer)
    plan = plan_model(config, files, choices.merge_lora)
    if choices.merge_lora:
        config.lora_rank = 0
    with _whole_or_nothing(out) as folder:
        written = write_shards(
            folder,
            plan.tensors,
            choices.max_shard_size,
            lambda name: on_progress(f"writing {name}"),
        )
        tokenizer.save_pretrained(folder)
        copy_answer_ends(sources.llm.path, folder)
        if own_tokenizer is not None:
            own_tokenizer.save_pretrained(folder / QFORMER_TOKENIZER)
        on_progress("reading all files once more for their SHA-256")
        (folder / NOTICE).write_text(notice(list(sources)), encoding="utf-8")
        _copy_legal_texts(sources, folder)
        config.architectures = ["MicroEmo"]
        config.save_pretrained(folder)
    return Conversion(plan, config, written)


def _require_free(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise SetupError(f"{out} exists and is not an empty folder. Choose another --out.")


def _opened(sources: Sources) -> Files:
    def checkpoint(path: Path) -> Opened:
        return Opened(path, checkpoint_tensors(path))

    return Files(
        eva=checkpoint(sources.eva.path),
        instruct_blip=checkpoint(sources.instruct_blip.path),
        llm=_language_model(sources.llm.path),
        video_llama=checkpoint(sources.video_llama.path) if sources.video_llama else None,
        timechat=checkpoint(sources.timechat.path) if sources.timechat else None,
    )


def _language_model(folder: Path) -> Opened:
    if not folder.is_dir():
        raise SetupError(f"{folder} is no folder. Give --llm the folder of a language model.")
    return Opened(folder, safetensors_tensors(weight_files(folder)))


def _config(files: Files, choices: Choices, image_token_id: int) -> MicroEmoConfig:
    image, video, heads = files.image, files.video, choices.qformer_heads
    held = frame_positions(video.path, video.tensors)
    rank = lora_rank(video.path, video.tensors) if files.timechat else 0
    try:
        return MicroEmoConfig(
            vision_config=vision_sizes(files.eva.path, files.eva.tensors, choices.vit_heads),
            qformer_config=image_qformer_sizes(image.path, image.tensors, heads),
            video_qformer_config=video_qformer_sizes(video.path, video.tensors, heads),
            text_config=language_model_config(files.llm.path, dict(files.llm.tensors)),
            num_query_tokens=queries(image.path, image.tensors, "query_tokens"),
            num_video_query_tokens=queries(video.path, video.tensors, "video_query_tokens"),
            max_frames=choices.max_frames or held,
            # TimeChat's LoRA was trained in this form, whatever the tokenizer's template says.
            chat_form="llama2" if files.timechat else None,
            global_mode="sliding",  # these weights never saw tokens of an utterance
            timestamp_ids=choices.timestamp_ids,
            lora_rank=rank,
            lora_alpha=choices.lora_alpha or rank,
            trained=f"{'TimeChat' if files.timechat else 'Video-LLaMA'}'s data; local branch new",
            image_token_id=image_token_id,
        )
    except (StrictDataclassError, ValueError) as fault:
        raise SetupError(f"the files do not make a model: {fault}") from fault


def _timestamp_tokenizer(
    sources: Sources, choices: Choices, config: MicroEmoConfig, tokenizer: Any
) -> Any:
    """The image Q-Former's own tokenizer, None where it reads the language model's ids."""
    vocabulary = config.qformer_config.vocab_size
    if choices.timestamp_ids == "llama":
        require_timestamps_fit(tokenizer, vocabulary, sources.llm.path)
        return None
    if sources.qformer_tokenizer is None:
        raise SetupError(
            "timestamps are given in BERT's ids: give --qformer-tokenizer (the folder of "
            "bert-base-uncased's vocab.txt), or --timestamp-ids llama."
        )
    own = qformer_tokenizer(sources.qformer_tokenizer.path, vocabulary)
    require_timestamps_fit(own, vocabulary, sources.qformer_tokenizer.path)
    return own


def _copy_legal_texts(sources: Sources, folder: Path) -> None:
    for text in legal_texts(sources.llm.path):
        (folder / LICENCES).mkdir(exist_ok=True)
        shutil.copyfile(text, folder / LICENCES / text.name)


@contextmanager
def _whole_or_nothing(out: Path) -> Iterator[Path]:
    """A folder beside `out` that becomes `out` at the end, or is gone after a fault."""
    out = out.absolute()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise SetupError(f"{out.parent} cannot be made: {fault}. Choose another --out.") from fault
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}.unfinished-", dir=out.parent))
    try:
        yield folder
        folder.chmod(FOLDER_MODE)
        folder.replace(out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
