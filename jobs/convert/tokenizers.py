"""The two tokenizers of a model: the language model's, and the image Q-Former's own."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from stages.faults import SetupError
from stages.model.timestamps import timestamp_sentence

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

VISUAL_PLACE = "<ImageHere>"
# LAVIS adds this token to BERT's, which makes the 30523 of its Q-Former.
DECODER_MARK = "[DEC]"


def language_model_tokenizer(folder: Path) -> "PreTrainedTokenizerFast":
    """The tokenizer of the language model in `folder`, which knows `<ImageHere>` and can pad.

    As in TimeChat, `<ImageHere>` gets the next free id, which the language model need not know,
    and padding is by the unknown token where the model has no token for it.

    Raises:
        SetupError: there is no tokenizer.json, or it is broken.
    """
    from transformers import AddedToken, PreTrainedTokenizerFast

    if not (folder / "tokenizer.json").is_file():
        raise SetupError(
            f"{folder} holds no tokenizer.json. Fetch the whole folder of the language model."
        )
    tokenizer: PreTrainedTokenizerFast = _opened(PreTrainedTokenizerFast, folder)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.unk_token or tokenizer.eos_token
    tokenizer.add_tokens([AddedToken(VISUAL_PLACE, special=True)], special_tokens=True)
    return tokenizer


def qformer_tokenizer(folder: Path, vocabulary: int) -> "PreTrainedTokenizerFast":
    """BERT's tokenizer with LAVIS's `[DEC]` for a Q-Former of `vocabulary` words.

    Args:
        folder: with vocab.txt or tokenizer.json, such as that of bert-base-uncased.
        vocabulary: rows of the Q-Former's word embedding.

    Raises:
        SetupError: the files are not there, are broken, or of another vocabulary.
    """
    from transformers import BertTokenizer

    if not any((folder / name).is_file() for name in ("vocab.txt", "tokenizer.json")):
        raise SetupError(
            f"{folder} holds neither vocab.txt nor tokenizer.json. Give the folder of "
            "bert-base-uncased's tokenizer."
        )
    tokenizer: PreTrainedTokenizerFast = _opened(BertTokenizer, folder)
    if len(tokenizer) != vocabulary:
        tokenizer.add_special_tokens({"bos_token": DECODER_MARK})
    if len(tokenizer) != vocabulary:
        raise SetupError(
            f"{folder}: with {DECODER_MARK} the tokenizer has {len(tokenizer)} words, and the "
            f"image Q-Former {vocabulary}. The public one takes that of bert-base-uncased."
        )
    return tokenizer


def require_timestamps_fit(tokenizer: Any, vocabulary: int, folder: Path) -> None:
    """Check that the image Q-Former knows every id of a timestamp sentence.

    Raises:
        SetupError: it does not; the sentences are to be given in another tokenizer's ids.
    """
    sentences = [timestamp_sentence(time_s / 10) for time_s in range(1000)]
    highest = max(max(ids) for ids in tokenizer(sentences).input_ids)
    if max(highest, tokenizer.pad_token_id) >= vocabulary:
        raise SetupError(
            f"{folder}: a timestamp sentence has the id {highest}, and the image Q-Former knows "
            f"{vocabulary}. Use --timestamp-ids bert."
        )


def _opened(kind: Any, folder: Path) -> Any:
    try:
        return kind.from_pretrained(folder, local_files_only=True)
    except Exception as fault:  # the Rust library raises plain Exception on a broken file
        raise SetupError(f"the tokenizer in {folder} is broken: {fault}") from fault
