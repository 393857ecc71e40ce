"""What a person chooses when converting."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jobs.convert.notice import Source
from stages.faults import SetupError


@dataclass(frozen=True)
class Sources:
    """The files and folders a model is converted from.

    The image Q-Former is TimeChat's where its file is given, else InstructBLIP's; what follows it
    is TimeChat's, else Video-LLaMA's.

    Raises:
        SetupError: neither TimeChat nor Video-LLaMA is given.
    """

    eva: Source
    instruct_blip: Source
    llm: Source
    video_llama: Source | None = None
    timechat: Source | None = None
    qformer_tokenizer: Source | None = None

    def __post_init__(self) -> None:
        if self.video_llama is None and self.timechat is None:
            raise SetupError(
                "the video Q-Former and the projection are in neither file: give --timechat "
                "(timechat_7b.pth) or --video-llama (VL_LLaMA_2_7B_Finetuned.pth)."
            )

    def __iter__(self) -> Iterator[Source]:
        """All that are given."""
        given = (
            self.eva,
            self.instruct_blip,
            self.video_llama,
            self.timechat,
            self.llm,
            self.qformer_tokenizer,
        )
        return (source for source in given if source is not None)


@dataclass(frozen=True)
class Choices:
    """How they are converted.

    Attributes:
        merge_lora: TimeChat's LoRA goes into the language model's weights; else beside them.
        lora_alpha: as the LoRA was trained; None is its rank, TimeChat's choice.
        timestamp_ids: in whose ids the model takes timestamp sentences, see `MicroEmoConfig`.
        max_frames: length of the frame position embedding; None is that of the file.
        max_shard_size: bytes of one file, or such as "2GB"; also what is held in memory.
        vit_heads: attention heads of the ViT; None is one for 88 of its width.
        qformer_heads: attention heads of the Q-Formers; None is one for 64 of their width.
    """

    merge_lora: bool = False
    lora_alpha: int | None = None
    timestamp_ids: Literal["bert", "llama"] = "bert"
    max_frames: int | None = None
    max_shard_size: str = "2GB"
    vit_heads: int | None = None
    qformer_heads: int | None = None
