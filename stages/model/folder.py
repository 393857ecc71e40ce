"""A model's folder on disk: where it is, whether it is whole, and which model it is."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from stages.faults import SetupError
from stages.identity import Contents, Weights, contents_of, revision_of_contents
from stages.model.calibration import CALIBRATION, Calibration, read_calibration
from stages.model.config import ModelConfig
from stages.model.visual_revision import visual_revision

TINY = Path(__file__).parent / "tiny"
WEIGHTS = "model.safetensors"
WEIGHTS_INDEX = "model.safetensors.index.json"
# The image Q-Former's own tokenizer, where timestamps are given in its ids.
QFORMER_TOKENIZER = "qformer_tokenizer"
HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
# What a model is made of; pickled weights and Python files are never fetched.
HUB_FILES = ("*.json", "*.jinja", "*.safetensors", "*.txt", "*.model")
# The ids that end an answer; a language model has it beside its config.json.
GENERATION_CONFIG = "generation_config.json"


# What decides how the weights are used, beside the weights.
_SAID = (
    "config.json",
    CALIBRATION,
    GENERATION_CONFIG,
    "tokenizer*.json",
    "*.jinja",
    f"{QFORMER_TOKENIZER}/*.json",
    f"{QFORMER_TOKENIZER}/*.txt",
)


class FrameFormat(NamedTuple):
    """What a model takes as global frames."""

    image_size: int  # pixels, both sides
    max_frames: int  # of one window


def model_folder(config: ModelConfig) -> Path:
    """The folder of the model named by `config.path`, fetched first where it is a hub name.

    Raises:
        SetupError: there is no such folder, it is no MicroEmo folder, or it cannot be fetched.
    """
    if config.path == "tiny":
        return _checked(TINY)
    folder = Path(config.path).expanduser()
    if folder.is_dir():
        return _checked(folder)
    if HUB_NAME.fullmatch(config.path) and not folder.exists():
        return _checked(_fetched(config.path))
    raise SetupError(
        f"model.path is '{config.path}' and there is no such folder. Set it to 'tiny', to the "
        "folder that `microemo convert` wrote, or to the name of a MicroEmo model on the hub."
    )


def weight_files(folder: Path) -> list[Path]:
    """The safetensors files of the model in `folder`, in the order of their names.

    Raises:
        SetupError: there are none, the index is broken, or a file it names is missing.
    """
    if (folder / WEIGHTS).is_file():
        return [folder / WEIGHTS]
    index = folder / WEIGHTS_INDEX
    if not index.is_file():
        raise SetupError(
            f"{folder} holds neither {WEIGHTS} nor {WEIGHTS_INDEX}. Only safetensors weights are "
            "read; fetch or convert the model again."
        )
    names = read_json(index).get("weight_map")
    if not isinstance(names, dict) or not names:
        raise SetupError(f"{index} has no 'weight_map'. Fetch or convert the model again.")
    files = [folder / name for name in sorted(set(names.values()))]
    for file in files:
        if file.parent != folder or not file.is_file():
            raise SetupError(
                f"{index} names {file.name}, which is not in {folder}. Fetch or convert the model "
                "again."
            )
    return files


def frame_format(config: ModelConfig) -> FrameFormat:
    """The size and the largest number of global frames the model takes; reads only JSON.

    Raises:
        SetupError: as `model_folder`, or config.json does not say.
    """
    file = model_folder(config) / "config.json"
    written = read_json(file)
    try:
        return FrameFormat(int(written["vision_config"]["image_size"]), int(written["max_frames"]))
    except (KeyError, TypeError, ValueError) as fault:
        raise SetupError(
            f"{file} does not give vision_config.image_size and max_frames as whole numbers. "
            "Fetch or convert the model again."
        ) from fault


def model_name(config: ModelConfig) -> str:
    """ "tiny", the folder's name or the hub name."""
    is_folder = config.path != "tiny" and Path(config.path).expanduser().is_dir()
    return model_folder(config).resolve().name if is_folder else config.path


def trained_on(config: ModelConfig) -> str:
    """On what the weights were trained; "no" for random ones.

    Raises:
        SetupError: as `model_folder`.
    """
    return str(read_json(model_folder(config) / "config.json").get("trained", "unknown"))


def model_identity(config: ModelConfig) -> Weights:
    """What every row says of the model it was made with.

    Returns:
        `name`: see `model_name`; `revision`: of all that is loaded (weights, config.json,
        tokenizers, calibration.json); `visual_revision`: of what makes visual tokens, see
        `stages.model.visual_revision`; `trained`: see `trained_on`.

    Raises:
        SetupError: as `model_folder` and `weight_files`; or its calibration.json is broken, or was
            fitted on the answers of other weights.
    """
    folder = model_folder(config)
    contents = _contents(folder)
    calibration = read_calibration(folder)
    if calibration is not None:
        _require_fitted_on(calibration, _without_calibration(contents), folder)
    return {
        "name": model_name(config),
        "revision": revision_of_contents(contents),
        "visual_revision": visual_revision(folder, weight_files(folder), QFORMER_TOKENIZER),
        "trained": trained_on(config),
    }


def uncalibrated_revision(folder: Path) -> str:
    """The `revision` that the model in `folder` has without its calibration.json.

    Raises:
        SetupError: as `weight_files`.
    """
    return _without_calibration(_contents(folder))


def _contents(folder: Path) -> Contents:
    said = [file for pattern in _SAID for file in folder.glob(pattern)]
    return contents_of([*weight_files(folder), *said], folder)


def _without_calibration(contents: Contents) -> str:
    return revision_of_contents([one for one in contents if one[0] != CALIBRATION])


def _require_fitted_on(calibration: Calibration, revision: str, folder: Path) -> None:
    if calibration.fitted_on.model != revision:
        raise SetupError(
            f"{folder / CALIBRATION}: was fitted on the answers of revision "
            f"{calibration.fitted_on.model}, and the model beside it is revision {revision}. Take "
            "the file away, annotate, and fit it again with `microemo evaluate --calibrate`."
        )


def read_json(file: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        SetupError: the file cannot be read or does not hold an object.
    """
    try:
        written = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise SetupError(f"{file} cannot be read as JSON: {fault}.") from fault
    if not isinstance(written, dict):
        raise SetupError(f"{file} does not hold a JSON object.")
    return written


def _checked(folder: Path) -> Path:
    kind = read_json(folder / "config.json").get("model_type")
    if kind != "microemo":
        raise SetupError(
            f"{folder / 'config.json'} describes a model of type '{kind}', not 'microemo'. Convert "
            "it first (`microemo convert`)."
        )
    return folder


def _fetched(name: str) -> Path:
    """The folder of a hub model that was fetched before; a run downloads nothing."""
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=list(HUB_FILES), local_files_only=True))
    except (OSError, ValueError) as fault:
        raise SetupError(
            f"model.path is '{name}': there is no such folder, and no hub model of that name has "
            f"been fetched. Fetch it with `hf download {name}`, or set model.path to its folder."
        ) from fault
