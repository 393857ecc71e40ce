"""Where the weights of an InsightFace detector lie on disk. Nothing is ever downloaded here."""

from pathlib import Path

from stages.faults import SetupError

LICENCE = "free for non-commercial research only"
DETECTORS = {  # pack: its detector and the download's size in MB
    "buffalo_l": ("det_10g.onnx, 17 MB", 289),
    "buffalo_m": ("det_2.5g.onnx, 3 MB", 276),
    "buffalo_s": ("det_500m.onnx, 3 MB", 128),
    "buffalo_sc": ("det_500m.onnx, 3 MB", 15),
    "antelopev2": ("scrfd_10g_bnkps.onnx, 17 MB", 361),
}
PREFIXES = ("det_", "scrfd_")  # of the detector's file in a pack of several models


def detector_file(weights: str, model_root: str) -> Path:
    """The ONNX file of the detector in a pack, a folder, or named itself.

    Args:
        weights: name of a pack below `model_root`, path of a folder, or path of an .onnx file.
        model_root: folder of packs; `~` is the user's home.

    Raises:
        SetupError: it is not there; says which file is wanted, its size and licence and how to
            get it.
    """
    named = Path(weights).expanduser()
    root = Path(model_root).expanduser()
    if named.suffix == ".onnx":
        if named.is_file():
            return named
        raise SetupError(f"faces.detector: there is no file {named}")
    for folder in (named, root / weights):
        if folder.is_dir():
            return _detector_in(folder)
    if weights in DETECTORS:
        raise SetupError(_how_to_get(weights, root))
    raise SetupError(
        f"faces.detector: {weights} is neither a folder nor a pack in {root} (faces.model_root). "
        f"Give the path of a folder with an SCRFD model, or one of the packs "
        f"{', '.join(DETECTORS)}."
    )


def _detector_in(folder: Path) -> Path:
    """The one detector in a folder; packs may be unpacked with a folder of their own inside."""
    models = sorted(folder.rglob("*.onnx"))
    detectors = [model for model in models if model.name.startswith(PREFIXES)] or models
    if len(detectors) == 1:
        return detectors[0]
    held = ", ".join(model.name for model in models) or "no .onnx file"
    raise SetupError(
        f"faces.detector: {folder} holds {held}, and not one SCRFD detector ({PREFIXES[0]}*.onnx "
        f"or {PREFIXES[1]}*.onnx). Name the detector's .onnx file itself."
    )


def _how_to_get(pack: str, root: Path) -> str:
    file, megabytes = DETECTORS[pack]
    fetch = (
        f"insightface-cli model.download {pack} --root {root.parent}"
        if root.name == "models"
        else f"download the pack from https://github.com/deepinsight/insightface/releases and "
        f"unpack it as {root / pack}"
    )
    return (
        f"faces.detector: the InsightFace pack {pack} is not in {root} (faces.model_root). "
        f"Of it only {file}, is used; the pack is a download of {megabytes} MB, {LICENCE}. "
        f"To get it: {fetch}"
    )
