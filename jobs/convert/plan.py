"""Which tensor of a model comes from which file, after a look at every key of every file."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch

from jobs.convert import key_names, language_model
from jobs.convert.key_check import check_keys
from jobs.convert.lora import merged
from jobs.convert.new_weights import new_weights
from jobs.convert.shards import Planned
from jobs.convert.sizes import HEAD_OF_VIT, used_blocks
from jobs.convert.tensor_files import StoredTensor
from stages.model.adapter import ADAPTER, BASE
from stages.model.configuration_microemo import MicroEmoConfig
from stages.model.frame_positions import stretched
from stages.model.modeling_microemo import MicroEmo

NEW = "new"
"""The origin of what no file holds."""
FRAME_POSITIONS = "pooler.video.frame_position_embedding.weight"

Namer = Callable[[str], str | None]

_POSITION_IDS = re.compile(r".*\.position_ids")
_UNUSED_HEADS = re.compile(r"(video_)?Qformer\.cls\..*")
_OTHER_PROJECTIONS = re.compile(r"(llm|t5)_proj\..*")


@dataclass(frozen=True)
class Opened:
    """A file or folder and its tensors by their own names."""

    path: Path
    tensors: Mapping[str, StoredTensor]


@dataclass(frozen=True)
class Files:
    """The opened files; see `Sources`."""

    eva: Opened
    instruct_blip: Opened
    llm: Opened
    video_llama: Opened | None
    timechat: Opened | None

    @property
    def image(self) -> Opened:
        """The file whose image Q-Former is taken."""
        return self.timechat or self.instruct_blip

    @property
    def video(self) -> Opened:
        """The file whose video Q-Former is taken."""
        given = self.timechat or self.video_llama
        if given is None:
            raise ValueError("neither TimeChat's file nor Video-LLaMA's")  # Sources sees to it
        return given


@dataclass
class Plan:
    """What is written and what is not.

    Attributes:
        tensors: what is written, by MicroEmo's names.
        dropped: of each file the names that are known and not used.
        replaced: of each file how many tensors a later file gives instead.
    """

    tensors: dict[str, Planned] = field(default_factory=dict)
    dropped: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    replaced: dict[Path, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Giver:
    """A file, what its tensors are called in it, and what else it may hold."""

    opened: Opened
    namers: tuple[Namer, ...]
    surplus: Collection[re.Pattern[str]]

    def name(self, ours: str) -> str | None:
        return next((name for namer in self.namers if (name := namer(ours))), None)


def plan_model(config: MicroEmoConfig, files: Files, merge: bool) -> Plan:
    """Plan a model of the shape `config`, with a LoRA if TimeChat's file is among the `files`.

    Args:
        merge: put the LoRA into the weights of the language model; the plan is then that of a
            model without one.

    Raises:
        SetupError: a key of a file is missing, surplus or misshapen.
    """
    shapes = _shapes(config)
    givers = _givers(files, bool(config.text_config.tie_word_embeddings))
    plan = Plan()
    for giver in givers:
        plan.dropped[giver.opened.path] = _checked(giver, shapes)
    untrained = new_weights(config)
    for ours, shape in shapes.items():
        able = [(giver, name) for giver in givers if (name := giver.name(ours))]
        for giver, _ in able[:-1]:
            path = giver.opened.path
            plan.replaced[path] = plan.replaced.get(path, 0) + 1
        if not able:
            values = untrained[ours]
            plan.tensors[ours] = Planned(NEW, shape, values.dtype, values.clone)
        elif not merge or (ADAPTER not in ours and BASE not in ours):
            plan.tensors[ours] = _taken(*able[-1], shape)
        elif ours.endswith(f"{BASE}weight"):
            lora = _merged(ours, files, config.lora_alpha / config.lora_rank)
            plan.tensors[ours.replace(BASE, ".")] = lora
        elif BASE in ours:
            plan.tensors[ours.replace(BASE, ".")] = _taken(*able[-1], shape)
    return plan


def _shapes(config: MicroEmoConfig) -> dict[str, tuple[int, ...]]:
    """The shape of every tensor that is written, none of them held."""
    with torch.device("meta"):
        model = MicroEmo(config)
    tied = model.all_tied_weights_keys
    state: dict[str, Any] = model.state_dict()
    return {name: tuple(one.shape) for name, one in state.items() if name not in tied}


def _givers(files: Files, tied: bool) -> list[_Giver]:
    """All files; of two that hold the same tensor, the later gives it."""
    blocks = used_blocks(files.eva.tensors)
    eva_surplus = [HEAD_OF_VIT, re.compile(rf"blocks\.{blocks}\..*")]
    image, video = key_names.image_qformer_name, key_names.video_name
    of_training = (_POSITION_IDS, _UNUSED_HEADS, _OTHER_PROJECTIONS)
    givers = [
        _Giver(files.eva, (key_names.eva_name,), eva_surplus),
        _Giver(files.instruct_blip, (key_names.layer_norm_name, image), of_training),
    ]
    if files.video_llama:
        givers.append(_Giver(files.video_llama, (video,), of_training))
    if files.timechat:
        namers = (image, video, key_names.lora_name)
        givers.append(_Giver(files.timechat, namers, of_training))
    surplus = [*language_model.KNOWN_SURPLUS, *([re.compile(r"lm_head\.weight")] if tied else [])]
    givers.append(_Giver(files.llm, (key_names.language_model_name,), surplus))
    return givers


def _checked(giver: _Giver, shapes: Mapping[str, tuple[int, ...]]) -> tuple[str, ...]:
    held = giver.opened.tensors
    expected: dict[str, tuple[int, ...]] = {}
    for ours, shape in shapes.items():
        name = giver.name(ours)
        if name is None:
            continue
        if name.endswith(key_names.QKV_BIAS):
            expected |= dict.fromkeys(key_names.qkv_bias_parts(name), (shape[0] // 3,))
        elif ours == FRAME_POSITIONS and name in held and held[name].shape[1:] == shape[1:]:
            expected[name] = held[name].shape  # of any length: it is stretched
        else:
            expected[name] = shape
    return check_keys(giver.opened.path, held, expected, giver.surplus)


def _taken(giver: _Giver, name: str, shape: tuple[int, ...]) -> Planned:
    held, origin = giver.opened.tensors, giver.opened.path.name
    if name.endswith(key_names.QKV_BIAS):
        query, value = (held[part] for part in key_names.qkv_bias_parts(name))
        return Planned(origin, shape, query.dtype, partial(_qkv_bias, query, value))
    stored = held[name]
    if stored.shape != shape:
        # Only the frame position embedding may have another length.
        return Planned(origin, shape, stored.dtype, lambda: stretched(stored.read(), shape[0]))
    return Planned(origin, shape, stored.dtype, stored.read)


def _merged(ours: str, files: Files, scale: float) -> Planned:
    """The weight `ours` of the language model with the LoRA in it."""
    weight = files.llm.tensors[str(key_names.language_model_name(ours))]
    down, up = (
        files.video.tensors[str(key_names.lora_name(ours.replace(BASE, factor)))]
        for factor in (f"{ADAPTER}A.default.", f"{ADAPTER}B.default.")
    )
    origin = f"{files.llm.path.name}, LoRA of {files.video.path.name} merged"
    make = partial(merged, weight, down, up, scale)
    return Planned(origin, weight.shape, weight.dtype, make)


def _qkv_bias(query: StoredTensor, value: StoredTensor) -> torch.Tensor:
    """EVA gives no bias to the keys."""
    bias = query.read()
    return torch.cat([bias, torch.zeros_like(bias), value.read().to(bias.dtype)])
