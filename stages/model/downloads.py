"""What can be fetched: size, licence and source of every model that is not in the package."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Download:
    """A file or repository that a person fetches."""

    name: str
    holds: str
    size: str
    licence: str
    source: str

    def __str__(self) -> str:
        """All but the source, in one line."""
        return f"{self.name}: {self.holds}, {self.size}, {self.licence}"


CHECKPOINTS = (
    Download(
        "Llama-2-7b-chat-hf",
        "language model",
        "13.5 GB",
        "LLaMA 2 Community License, to be accepted on the page",
        "https://huggingface.co/meta-llama/Llama-2-7b-chat-hf",
    ),
    Download(
        "eva_vit_g.pth",
        "vision model",
        "about 2 GB",
        "released with LAVIS, BSD-3-Clause",
        "https://storage.googleapis.com/sfr-vision-language-research/LAVIS/models/BLIP2/"
        "eva_vit_g.pth",
    ),
    Download(
        "instruct_blip_vicuna7b_trimmed.pth",
        "image Q-Former",
        "under 1 GB",
        "research only, under the licences of LLaMA and Vicuna",
        "https://storage.googleapis.com/sfr-vision-language-research/LAVIS/models/InstructBLIP/"
        "instruct_blip_vicuna7b_trimmed.pth",
    ),
    Download(
        "VL_LLaMA_2_7B_Finetuned.pth",
        "video Q-Former",
        "under 1 GB",
        "non-commercial research only",
        "https://huggingface.co/DAMO-NLP-SG/Video-LLaMA-2-7B-Finetuned",
    ),
    Download(
        "timechat_7b.pth",
        "both Q-Formers, projection and LoRA as trained by TimeChat",
        "about 1 GB",
        "non-commercial research only",
        "https://huggingface.co/ShuhuaiRen/TimeChat-7b",
    ),
)
"""What the weights of the preset `llama2-7b` are converted from."""
