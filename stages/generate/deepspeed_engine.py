"""DeepSpeed inference, set up for one process and a quiet terminal."""

import logging
from typing import TYPE_CHECKING, Any

from stages.stage import SetupError

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def init_inference(model: "PreTrainedModel") -> Any:
    """`model` in a DeepSpeed inference engine, where it stands and as it is.

    With tp_size 1 DeepSpeed starts no process group and compiles no operator (read in 0.19.8), so
    several such engines live side by side on a host without ports, MPI or a compiler. Kernel
    injection is off: it does nothing or breaks on current transformers models.

    Raises:
        SetupError: DeepSpeed does not run the model's dtype on this device.
    """
    deepspeed = _imported_quietly()
    _require_dtype(model, deepspeed.get_accelerator())
    if model.device.type == "cuda":
        import torch

        torch.cuda.set_device(model.device)
    return deepspeed.init_inference(
        model,
        tensor_parallel={"tp_size": 1},
        dtype=model.dtype,
        replace_with_kernel_inject=False,
        keep_module_on_host=True,  # "where it stands": loading has chosen the device
    )


def _require_dtype(model: "PreTrainedModel", accelerator: Any) -> None:
    if model.dtype not in accelerator.supported_dtypes():
        dtype = str(model.dtype).removeprefix("torch.")
        raise SetupError(
            f"model.dtype: DeepSpeed does not run {dtype} on this {accelerator.device_name()}; "
            "set model.dtype to float32 or bfloat16, or generate.engine to transformers"
        )


def _imported_quietly() -> Any:
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
