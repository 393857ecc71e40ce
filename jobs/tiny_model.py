"""Makes the model folder that ships in the package: `python -m jobs.tiny_model [FOLDER]`.

The weights are random, drawn from a fixed seed; the tokenizer is trained on `tiny_corpus.txt`.
Run twice on one machine, it writes the same bytes.
"""

# mypy: disable-error-code="no-untyped-call"

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.train.conversations import UNCLEAR
from stages.generate.prompt.request import (
    CLUES_QUESTION,
    LABELS_QUESTION,
    SYSTEM,
    TRANSCRIPT_HEADING,
)
from stages.model.folder import TINY, WEIGHTS
from stages.model.shapes import TINY_VOCABULARY, tiny

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

SEED = 20240716
PAD, BOS, EOS = "<pad>", "<s>", "</s>"
VIDEO_MARKS = ("<Video>", "</Video>", "<ImageHere>")
# A word with the space before it, a time in tenths likewise, else a digit; then signs, then blanks.
_PIECES = r"'s| ?\p{L}+| ?\d+\.\d|\d| ?[^\s\p{L}\d]+|\s+"
_OFTEN = 300  # what stands in every prompt is given so often that each of its words is one token
CORPUS = Path(__file__).with_name("tiny_corpus.txt")


def tiny_tokenizer(lines: Iterable[str]) -> "PreTrainedTokenizerFast":
    """A byte-level BPE tokenizer trained on `lines`: any text survives it.

    A number goes by digit, but for a time in tenths of a second, which is one piece: a small model
    learns to repeat a time long before it learns to repeat a row of digits.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    special = [PAD, BOS, EOS, *VIDEO_MARKS]
    tokenizer.train_from_iterator(
        lines,
        trainers.BpeTrainer(
            vocab_size=TINY_VOCABULARY,
            special_tokens=special,
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
            show_progress=False,
        ),
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A", pair=f"{BOS} $A {BOS} $B", special_tokens=[(BOS, special.index(BOS))]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        bos_token=BOS,
        eos_token=EOS,
        additional_special_tokens=list(VIDEO_MARKS),
        padding_side="left",
        model_max_length=2048,
        clean_up_tokenization_spaces=False,
    )


def prompt_lines() -> list[str]:
    """What every prompt says, and the times in it."""
    fixed = [
        f"[INST] <<SYS>>\n{SYSTEM}\n<</SYS>>\n\n [/INST]",
        "<Video></Video> The video contains 16 frames sampled at seconds.",
        f"{TRANSCRIPT_HEADING} - seconds, : Consider the utterance by from to seconds: ",
        f"Measured: from to s, very briefly; voice. {CLUES_QUESTION}",
        f"[INST] {LABELS_QUESTION} [/INST]",
        "Its utterances, one after another: ",
        UNCLEAR,
    ]
    times = [f" {tenth / 10:.1f}" for tenth in range(160)]
    return [*fixed * _OFTEN, *times * (_OFTEN // 10)]


def write_tiny_model(folder: Path) -> None:
    """Make the tiny model and write it to `folder`."""
    import torch
    from transformers.utils import logging

    from stages.model.modeling_microemo import MicroEmo

    logging.disable_progress_bar()
    tokenizer = tiny_tokenizer(CORPUS.read_text(encoding="utf-8").splitlines())
    torch.manual_seed(SEED)
    model = MicroEmo(tiny())
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / WEIGHTS).chmod(0o644)  # safetensors writes for its owner alone


def main(arguments: list[str]) -> int:
    """Write the model to the folder named, by default to the package."""
    # The order in which threads meet words must not decide between equal pairs.
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    folder = Path(arguments[0]) if arguments else TINY
    write_tiny_model(folder)
    print(f"{folder}: {sum(file.stat().st_size for file in folder.iterdir()):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
