"""Whether MicroEmo's weights are there, trained, and fed with what they take."""

from pathlib import Path
from typing import Any

from stages.check import Check, fail, ok, warn
from stages.faults import SetupError
from stages.model.calibration import read_calibration
from stages.model.config import ModelConfig
from stages.model.downloads import CHECKPOINTS
from stages.model.folder import (
    HUB_NAME,
    frame_format,
    model_folder,
    model_name,
    trained_on,
    weight_files,
)


def check_model(config: ModelConfig) -> list[Check]:
    """Whether MicroEmo's weights are there and trained; if not, what they are made from."""
    path = config.path
    is_local = path == "tiny" or Path(path).expanduser().is_dir()
    if not is_local:
        return _model_missing(path) if not _is_in_hub_cache(path) else [ok("model", path)]
    try:
        size = sum(file.stat().st_size for file in weight_files(model_folder(config)))
        name, trained = model_name(config), trained_on(config)
        calibration = read_calibration(model_folder(config))
    except SetupError as fault:
        return [fail("model", str(fault), "model.path=tiny is the model in the package.")]
    detail = f"{name}, {size / 1e6:.0f} MB"
    if calibration is not None:
        detail += f", confidences calibrated on {calibration.fitted_on.labels} labels"
    if trained == "no":
        return [
            warn(
                "model",
                f"{detail}, not trained",
                "Its descriptions and labels mean nothing; everything else is real. Set "
                "model.path to trained weights.",
            )
        ]
    return [ok("model", f"{detail}, trained on {trained}")]


def _is_in_hub_cache(path: str) -> bool:
    from huggingface_hub import try_to_load_from_cache

    if not HUB_NAME.fullmatch(path):
        return False
    return isinstance(try_to_load_from_cache(path, "config.json"), str)


def _model_missing(path: str) -> list[Check]:
    if HUB_NAME.fullmatch(path):
        return [
            fail("model", f"{path} is not on this machine", f"Fetch it: hf download {path}"),
        ]
    files = "\n".join(f"  {file}\n    {file.source}" for file in CHECKPOINTS)
    return [
        fail(
            "model",
            f"there is no folder {path} (model.path)",
            "Fetch the files below, convert them with `microemo convert`, and set model.path to "
            f"the folder that writes; or set model.path=tiny, the model in the package.\n{files}",
        )
    ]


def check_frame_format(model: ModelConfig, decode: Any) -> list[Check]:
    """Whether frames are taken as the model wants them; silent where either is missing.

    Args:
        model: the section of the model.
        decode: the section of the stage that takes the frames, None where a run has no such stage.
    """
    is_local = model.path == "tiny" or Path(model.path).expanduser().is_dir()
    if decode is None or not is_local:
        return []
    try:
        wanted = frame_format(model)
    except SetupError:  # the check of the model says so
        return []
    size, frames = decode.image_size, decode.max_frames
    if size != wanted.image_size:
        return [
            fail(
                "frames",
                f"decode.image_size is {size}, the model takes {wanted.image_size}",
                f"Set decode.image_size={wanted.image_size}.",
            )
        ]
    if frames > wanted.max_frames:
        return [
            fail(
                "frames",
                f"decode.max_frames is {frames}, the model takes {wanted.max_frames} at the most",
                f"Set decode.max_frames={wanted.max_frames}.",
            )
        ]
    return [ok("frames", f"{frames} of {size} x {size} pixels from a window, as the model takes")]
