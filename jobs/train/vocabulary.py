"""The tokenizer of a new small model, made from what it will read."""

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
from stages.model.shapes import TINY_VOCABULARY

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

PAD, BOS, EOS = "<pad>", "<s>", "</s>"
VIDEO_MARKS = ("<Video>", "</Video>", "<ImageHere>")
# A word with the space before it, a time in tenths likewise, else a digit; then signs, then blanks.
_PIECES = r"'s| ?\p{L}+| ?\d+\.\d|\d| ?[^\s\p{L}\d]+|\s+"
_OFTEN = 300  # what stands in every prompt is given so often that each of its words is one token
CORPUS = Path(__file__).with_name("vocabulary.txt")


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
