"""Convert public checkpoints to a MicroEmo model."""

import argparse
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from stages.model.adapter import ADAPTER
from stages.model.downloads import CHECKPOINTS, Download

if TYPE_CHECKING:
    from jobs.convert.choices import Choices, Sources
    from jobs.convert.conversion import Conversion
    from jobs.convert.notice import Source

BERT = Download(
    "bert-base-uncased",
    "tokenizer of the image Q-Former",
    "0.2 MB (vocab.txt)",
    "Apache-2.0",
    "https://huggingface.co/google-bert/bert-base-uncased",
)
_FILE_WIDTH = 120  # columns, where there is no terminal to ask
_PARTS = {
    "encoder.frames.vision_model.": "ViT",
    "encoder.frames.": "image Q-Former",
    "encoder.": "local branch",
    "pooler.video.projection.": "projection",
    "pooler.video.frame_position_embedding.": "frame positions",
    "pooler.": "video Q-Former",
    "language_model.": "language model",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `microemo convert`."""
    _add_sources(parser.add_argument_group("what is converted"))
    parser.add_argument(
        "--out", required=True, type=Path, metavar="FOLDER", help="where the model is written"
    )
    parser.add_argument(
        "--merge-lora",
        action="store_true",
        help="put TimeChat's LoRA into the language model; else it stays beside the weights",
    )
    parser.add_argument(
        "--lora-alpha",
        type=_positive,
        metavar="ALPHA",
        help="alpha the LoRA was trained with (default: its rank, as TimeChat's)",
    )
    parser.add_argument(
        "--timestamp-ids",
        choices=("bert", "llama"),
        default="bert",
        help="whose ids timestamps are given in: TimeChat's inference, or its training",
    )
    parser.add_argument(
        "--max-frames",
        type=_positive,
        metavar="N",
        help="stretch the frame position embedding to N (default: as in the file)",
    )
    parser.add_argument(
        "--max-shard-size",
        default="2GB",
        metavar="SIZE",
        help="of one weight file; about as much memory is taken (default: 2GB)",
    )
    for option, what, width in (("--vit-heads", "ViT", 88), ("--qformer-heads", "Q-Formers", 64)):
        parser.add_argument(
            option,
            type=_positive,
            metavar="N",
            help=f"attention heads of the {what} (default: one for {width} of the width)",
        )


def run(arguments: argparse.Namespace) -> int:
    """Convert, and print what came from where."""
    from transformers.utils import logging

    from jobs.convert.conversion import convert

    logging.disable_progress_bar()
    console = Console()
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    sources, choices, out = _sources(arguments), _choices(arguments), arguments.out.expanduser()
    done = convert(sources, choices, out, lambda line: console.print(line, markup=False))
    _show(console, done, out)
    return 0


def _add_sources(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--eva", required=True, type=Path, metavar="FILE", help="eva_vit_g.pth: the ViT"
    )
    group.add_argument(
        "--instruct-blip",
        required=True,
        type=Path,
        metavar="FILE",
        help="instruct_blip_vicuna7b_trimmed.pth: image Q-Former, last layer norm of the ViT",
    )
    group.add_argument(
        "--video-llama",
        type=Path,
        metavar="FILE",
        help="VL_LLaMA_2_7B_Finetuned.pth: video Q-Former, projection",
    )
    group.add_argument(
        "--timechat",
        type=Path,
        metavar="FILE",
        help="timechat_7b.pth: both Q-Formers, projection, LoRA; used instead of the others'",
    )
    group.add_argument(
        "--llm",
        required=True,
        type=Path,
        metavar="FOLDER",
        help="a Hugging Face folder, such as Llama-2-7b-chat-hf",
    )
    group.add_argument(
        "--qformer-tokenizer",
        type=Path,
        metavar="FOLDER",
        help="the tokenizer of bert-base-uncased (vocab.txt or tokenizer.json)",
    )


def _sources(arguments: argparse.Namespace) -> "Sources":
    from jobs.convert.choices import Sources
    from jobs.convert.notice import Source

    published = {file.name: file for file in (*CHECKPOINTS, BERT)}

    def source(path: Path, name: str, unless: str = "") -> "Source":
        file = published[name]
        return Source(path.expanduser(), file.holds, unless + file.licence, file.source)

    def optional(path: Path | None, name: str) -> "Source | None":
        return None if path is None else source(path, name)

    return Sources(
        eva=source(arguments.eva, "eva_vit_g.pth"),
        instruct_blip=source(arguments.instruct_blip, "instruct_blip_vicuna7b_trimmed.pth"),
        llm=source(
            arguments.llm, "Llama-2-7b-chat-hf", "its own; of Llama-2-7b-chat-hf, if it is that: "
        ),
        video_llama=optional(arguments.video_llama, "VL_LLaMA_2_7B_Finetuned.pth"),
        timechat=optional(arguments.timechat, "timechat_7b.pth"),
        qformer_tokenizer=optional(arguments.qformer_tokenizer, BERT.name),
    )


def _choices(arguments: argparse.Namespace) -> "Choices":
    from jobs.convert.choices import Choices

    return Choices(
        merge_lora=arguments.merge_lora,
        lora_alpha=arguments.lora_alpha,
        timestamp_ids=arguments.timestamp_ids,
        max_frames=arguments.max_frames,
        max_shard_size=arguments.max_shard_size,
        vit_heads=arguments.vit_heads,
        qformer_heads=arguments.qformer_heads,
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _show(console: Console, done: "Conversion", out: Path) -> None:
    """What came from where, what was left, what is new."""
    table = Table(box=None, pad_edge=False)
    table.add_column("from", overflow="fold")
    table.add_column("part", no_wrap=True)
    for figure in ("tensors", "parameters"):
        table.add_column(figure, justify="right")
    tensors: Counter[tuple[str, str]] = Counter()
    parameters: Counter[tuple[str, str]] = Counter()
    for name, planned in done.plan.tensors.items():
        row = planned.origin, _part(name)
        tensors[row] += 1
        parameters[row] += planned.parameters
    for (origin, part), count in tensors.items():
        table.add_row(Text(origin), part, f"{count:,}", f"{parameters[origin, part]:,}")
    table.add_row("all", "", f"{tensors.total():,}", f"{parameters.total():,}")
    console.print(table)
    for path, names in done.plan.dropped.items():
        if names:
            kinds = Counter(map(_kind, names))
            listed = ", ".join(f"{kind} ({count})" for kind, count in kinds.items())
            console.print(f"{path.name}: known and not used: {listed}", markup=False)
    for path, count in done.plan.replaced.items():
        console.print(
            f"{path.name}: {count} tensors are taken from a later file instead", markup=False
        )
    console.print(
        "'new' is the local branch: untrained, from a fixed seed, its gate at 0, so that it "
        "changes nothing until it is trained.",
        markup=False,
    )
    if done.config.lora_rank:
        console.print(
            f"The LoRA (rank {done.config.lora_rank}) is beside the weights and is added when the "
            "model is loaded; --merge-lora adds it now.",
            markup=False,
        )
    console.print(f"{out}: set model.path to it. Licences: {out / 'NOTICE'}", markup=False)


def _kind(name: str) -> str:
    """Names that differ in the number of a layer alone, or lie in one block of the ViT, as one."""
    block = re.match(r"blocks\.\d+\.", name)
    return f"{block[0]}*" if block else re.sub(r"\.\d+\.", ".N.", name)


def _part(name: str) -> str:
    if ADAPTER in name:
        return "LoRA"
    return next(part for prefix, part in _PARTS.items() if name.startswith(prefix))
