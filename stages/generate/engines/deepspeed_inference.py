"""DeepSpeed inference: one process of its own, or one rank of a tensor-parallel group."""

import logging
import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from stages.faults import SetupError

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def init_inference(model: "PreTrainedModel", tp_size: int = 1) -> Any:
    """`model` in a DeepSpeed inference engine, where it stands.

    With tp_size 1 DeepSpeed leaves the model as it is, starts no process group and compiles no
    operator (read in 0.19.8), so several such engines live side by side on a host without ports,
    MPI or a compiler. With more, each rank of the group (`join_group`) calls this with the whole
    model and keeps its part of each layer (AutoTP). Kernel injection is off: it does nothing or
    breaks on current transformers models.

    Raises:
        SetupError: DeepSpeed does not run the model's dtype on this device.
    """
    deepspeed = imported_quietly()
    require_dtype(model, deepspeed.get_accelerator())
    if model.device.type == "cuda":
        import torch

        torch.cuda.set_device(model.device)
    return deepspeed.init_inference(
        model,
        tensor_parallel={"tp_size": tp_size},
        dtype=model.dtype,
        replace_with_kernel_inject=False,
        keep_module_on_host=True,  # "where it stands": loading has chosen the device
    )


def join_group(rank: int, ranks: int, address: str, port: int, timeout_s: float) -> None:
    """Make this process a rank of a new process group, over NCCL on GPUs and gloo on CPUs.

    Args:
        rank: of this process, from 0.
        ranks: in the group.
        address: of the host of rank 0.
        port: free there.
        timeout_s: until the others must have come, and for each of their messages.
    """
    deepspeed = imported_quietly()
    # What DeepSpeed and torch read. A rank sees its own GPU alone, so it is the first there.
    os.environ |= {
        "RANK": str(rank),
        "WORLD_SIZE": str(ranks),
        "LOCAL_RANK": "0" if _sees_one_gpu() else str(rank),
        "MASTER_ADDR": address,
        "MASTER_PORT": str(port),
    }
    # Its all-reduce through shared memory is compiled on the spot and crashed on a CPU it was
    # not made for; gloo needs neither.
    deepspeed.ops.__compatible_ops__["deepspeed_shm_comm"] = False
    deepspeed.init_distributed(verbose=False, timeout=timedelta(seconds=timeout_s))


def _sees_one_gpu() -> bool:
    import torch

    return torch.cuda.device_count() == 1


def require_dtype(model: "PreTrainedModel", accelerator: Any) -> None:
    """Raise SetupError if DeepSpeed does not run the model's dtype on this machine."""
    if model.dtype not in accelerator.supported_dtypes():
        dtype = str(model.dtype).removeprefix("torch.")
        raise SetupError(
            f"model.dtype: DeepSpeed does not run {dtype} on this {accelerator.device_name()}; "
            "set model.dtype to float32 or bfloat16, or generate.engine to transformers"
        )


def imported_quietly() -> Any:
    """DeepSpeed with its log in Python's logging, where it belongs, instead of on stdout.

    The filter must stand before the import, which already reports the accelerator it found.
    """
    log = logging.getLogger("DeepSpeed")
    log.addFilter(_only_errors)
    import deepspeed

    log.handlers.clear()
    log.propagate = True
    return deepspeed


def _only_errors(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR
