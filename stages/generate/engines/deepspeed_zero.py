"""ZeRO-Inference: a language model too large for its device, its layers fetched as they come."""

import os
from typing import TYPE_CHECKING, Any

from stages.faults import SetupError
from stages.generate.engines.deepspeed_inference import imported_quietly, require_dtype

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

_NVME_READS = {
    "block_size": 1 << 20,
    "queue_depth": 32,
    "thread_count": 1,
    "single_submit": False,
    "overlap_events": True,
}


def init_zero(
    model: "PreTrainedModel", device: "torch.device", offload: str, nvme_path: str | None
) -> Any:
    """`model` in a DeepSpeed engine of ZeRO stage 3, which holds a few layers at a time.

    Each weight is moved to where `offload` keeps it, one by one, and is empty from then on outside
    the forward pass. A process group of this process alone is started, without a port.

    Args:
        model: on the CPU, in eval mode.
        device: where it computes.
        offload: where the weights are kept: "none" (the device), "cpu" or "nvme".
        nvme_path: the folder of "nvme", on a fast local disk.

    Raises:
        SetupError: DeepSpeed computes elsewhere, does not run the model's dtype there, or cannot
            read from disk.
    """
    deepspeed = imported_quietly()
    accelerator = deepspeed.get_accelerator()
    if accelerator.device_name() != device.type:
        raise SetupError(
            f"model.device is '{device}' and DeepSpeed computes on {accelerator.device_name()}; "
            f"set model.device={accelerator.device_name()}, or generate.engine to transformers"
        )
    require_dtype(model, accelerator)
    if offload == "nvme":
        _require_disk(deepspeed)
    _start_group(deepspeed, accelerator, device)
    config = _config(model, offload, nvme_path, pinned=device.type == "cuda")
    remote = None if offload == "none" else offload
    deepspeed.zero.Init(module=model, config_dict_or_path=config, remote_device=remote)
    engine = deepspeed.initialize(model=model, config=config)[0]
    engine.eval()
    return engine


def copied_embedding(embedding: "torch.nn.Embedding", device: "torch.device") -> Any:
    """The embedding with weights of its own on `device`: ZeRO empties those of the model."""
    import torch

    weight = embedding.weight.detach().clone().to(device)
    return torch.nn.Embedding.from_pretrained(weight, freeze=True)


def _config(
    model: "PreTrainedModel", offload: str, nvme_path: str | None, *, pinned: bool
) -> dict[str, Any]:
    """Read in DeepSpeed 0.19.8, `runtime/zero/config.py` and `offload_config.py`."""
    zero: dict[str, Any] = {"stage": 3, "stage3_param_persistence_threshold": 0}
    if offload != "none":
        zero["offload_param"] = {"device": offload, "pin_memory": pinned}
    if offload == "nvme":
        largest = max(weight.numel() for weight in model.parameters())
        zero["offload_param"] |= {"nvme_path": nvme_path, "buffer_size": largest}
    dtype = str(model.dtype).removeprefix("torch.")
    return {
        "train_micro_batch_size_per_gpu": 1,  # must be given; nothing is trained
        "zero_optimization": zero,
        "bf16": {"enabled": dtype == "bfloat16"},
        "fp16": {"enabled": dtype == "float16"},
        **({"aio": _NVME_READS} if offload == "nvme" else {}),
    }


def _require_disk(deepspeed: Any) -> None:
    """DeepSpeed compiles its reader against libaio, and waits for ever where it cannot."""
    if not deepspeed.ops.op_builder.AsyncIOBuilder().is_compatible(verbose=False):
        raise SetupError(
            "generate.zero_offload is 'nvme' and DeepSpeed's asynchronous reads cannot be built: "
            "they need a compiler, ninja and the headers of libaio (package libaio-dev). Install "
            "them, or set generate.zero_offload=cpu."
        )


def _start_group(deepspeed: Any, accelerator: Any, device: "torch.device") -> None:
    import torch

    os.environ["LOCAL_RANK"] = str(device.index or 0)  # from which DeepSpeed takes the device
    accelerator.set_device(device.index or 0)
    deepspeed.ops.__compatible_ops__["deepspeed_shm_comm"] = False  # there is nobody to share with
    if not torch.distributed.is_initialized():
        store = torch.distributed.HashStore()  # type: ignore[attr-defined]
        backend = accelerator.communication_backend_name()
        torch.distributed.init_process_group(backend, store=store, rank=0, world_size=1)
