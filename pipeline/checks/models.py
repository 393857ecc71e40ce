"""Whether the weights that the configuration names are on this machine."""

from pathlib import Path

from pipeline.checks.check import Check, fail, ok, warn
from pipeline.checks.downloads import CHECKPOINTS, SPEECH_GB
from pipeline.config import Config
from stages.faces.detectors.packs import detector_file
from stages.model.folder import HUB_NAME, frame_format, model_folder, model_identity, weight_files
from stages.stage import SetupError
from stages.transcribe.listening.recognition import model_folder as speech_folder


def check_speech(config: Config) -> Check:
    """Whether the speech model is there, if one is configured."""
    asr = config.transcribe.asr
    if asr is None:
        return ok("speech model", "none configured: transcripts beside the videos, voice activity")
    try:
        return ok("speech model", str(speech_folder(asr)))
    except SetupError as fault:
        if asr not in SPEECH_GB:
            return fail("speech model", str(fault), "A model such as large-v3 is 3.1 GB.")
        size = f"{asr} is a download of {SPEECH_GB[asr]} GB under the MIT License."
        return fail("speech model", str(fault), size)


def check_detector(config: Config) -> Check:
    """Whether the face detector's weights are there."""
    backend, _, weights = config.faces.detector.partition(":")
    if backend == "lbp":
        return ok("face detector", "lbp, comes with scikit-image")
    try:
        file = detector_file(weights, config.faces.model_root)
    except SetupError as fault:
        return fail("face detector", str(fault), "faces.detector=lbp needs no download.")
    return ok("face detector", str(file))


def check_model(config: Config) -> list[Check]:
    """Whether MicroEmo's weights are there and trained; if not, what they are made from."""
    path = config.model.path
    is_local = path == "tiny" or Path(path).expanduser().is_dir()
    if not is_local:
        return _model_missing(path) if not _is_in_hub_cache(path) else [ok("model", path)]
    try:
        size = sum(file.stat().st_size for file in weight_files(model_folder(config.model)))
        identity = model_identity(config.model)
    except SetupError as fault:
        return [fail("model", str(fault), "model.path=tiny is the model in the package.")]
    detail = f"{identity['name']}, revision {identity['revision']}, {size / 1e6:.0f} MB"
    if identity["trained"] == "no":
        return [
            warn(
                "model",
                f"{detail}, not trained",
                "Its descriptions and labels mean nothing; everything else is real. Set "
                "model.path to trained weights.",
            )
        ]
    return [ok("model", f"{detail}, trained on {identity['trained']}")]


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
    missing = fail(
        "model",
        f"there is no folder {path} (model.path)",
        "Fetch the files below, convert them with `microemo convert`, and set model.path to the "
        "folder that writes; or set model.path=tiny, the model in the package.",
    )
    return [missing, *(warn("model file", str(file), file.source) for file in CHECKPOINTS)]


def check_frame_format(config: Config) -> list[Check]:
    """Whether decode takes frames as the model wants them; silent where there is no model."""
    path = config.model.path
    if path != "tiny" and not Path(path).expanduser().is_dir():
        return []
    try:
        wanted = frame_format(config.model)
    except SetupError:  # told by the check of the model
        return []
    size, frames = config.decode.image_size, config.decode.max_frames
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
