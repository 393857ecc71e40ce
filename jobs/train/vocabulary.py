"""The tokenizer of a new small model, made from what it will read."""

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.train.action_units import UNITS
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
FIXED = (
    SYSTEM,
    CLUES_QUESTION,
    LABELS_QUESTION,
    " The video contains ",
    " frames sampled at",
    TRANSCRIPT_HEADING,
    "Consider the utterance",
    "Its utterances, one after another: ",
)
"""Sentences that stand in prompts word by word: a token each, or they would be a quarter."""
# The action units of a movement; a word with the space before it, a time in tenths likewise, else a
# digit; then signs, then blanks.
_PIECES = r" ?\(AU[\d+]+\)|'s| ?\p{L}+| ?\d+\.\d|\d| ?[^\s\p{L}\d]+|\s+"
_OFTEN = 300  # what stands in every prompt is given so often that each of its words is one token
CORPUS = Path(__file__).with_name("vocabulary.txt")


def tiny_tokenizer(lines: Iterable[str]) -> "PreTrainedTokenizerFast":
    """A byte-level BPE tokenizer trained on `lines`: any text survives it.

    A number goes by digit, but for a time in tenths of a second, which is one piece: a small model
    learns to repeat a time long before it learns to repeat a row of digits.
    """
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        pre_tokenizers,
        processors,
        trainers,
    )
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
            vocab_size=TINY_VOCABULARY - len(FIXED),
            special_tokens=special,
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
            show_progress=False,
        ),
    )
    # No marks: what a person says in these words is read as these words.
    tokenizer.add_tokens([AddedToken(sentence, normalized=False) for sentence in FIXED])
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
        "[INST] <<SYS>>\n\n<</SYS>>\n\n [/INST]",
        "<Video></Video>16 seconds.",
        " - seconds, : by from to seconds: ",
        "Measured: very briefly from to s; voice as usual in the video, nothing stands out.",
        "louder, quieter, higher, lower, livelier, flatter, faster and slower than usual, fast, "
        "slow, with many pauses, without a voice that can be heard.",
        UNCLEAR,
    ]
    units = [
        f" (AU{'+'.join(map(str, moving))})"
        for count in (1, 2)
        for moving in combinations(UNITS, count)
    ]
    times = [f"{space}{tenth / 10:.1f}" for tenth in range(160) for space in (" ", "")]
    return [*fixed * _OFTEN, *units * (_OFTEN // 10), *times * (_OFTEN // 10)]
