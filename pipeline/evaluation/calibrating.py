"""Whether a run's confidences may calibrate a model, and the calibration."""

import hashlib
import json
from pathlib import Path

from pipeline.dataset.opened import Dataset, open_dataset
from pipeline.dataset.record import makings
from pipeline.evaluation.answers import Answers
from pipeline.evaluation.fitting import fit_calibration
from pipeline.evaluation.judged import Judged
from stages.faults import SetupError
from stages.model import (
    CALIBRATION,
    TINY,
    Calibration,
    ModelConfig,
    model_folder,
    model_identity,
    uncalibrated_revision,
)


def calibration_for(
    model: str, predictions: Answers, truth: Answers, judged: Judged, wheels: str
) -> Calibration:
    """The calibration of the model in the folder `model`, by the answers that it gave in a run.

    It is only ever fitted on what a model said by itself. So it never stands on another one, and
    fitting again replaces it.

    Args:
        model: the folder.
        predictions: read from the folder of the run.
        truth: what they were judged by.
        judged: the labels.
        wheels: the name of the wheels they were judged on.

    Raises:
        SetupError: the folder is no model's or the package's own; the predictions are not those of
            this model without a calibration; the run dropped unsure labels; or there are too few.
    """
    folder = own_folder(model)
    try:
        run = open_dataset(predictions.location)
    except SetupError as fault:
        raise SetupError(
            f"--calibrate: {predictions.location} is not the folder of a run of `microemo annotate`"
            ", and only such a folder says which model the confidences are from."
        ) from fault
    revision = uncalibrated_revision(folder)
    _require_own_answers(run, folder, revision)
    _require_all_labels(run)
    return fit_calibration(judged, fingerprint(truth), revision, wheels)


def own_folder(model: str) -> Path:
    """The folder of a model that a calibration may be written into.

    Raises:
        SetupError: it is no folder, no MicroEmo model, or the one in the package.
    """
    folder = Path(model).expanduser()
    if model == "tiny" or folder.resolve() == TINY.resolve():
        raise SetupError(
            f"--calibrate {model}: the model in the package is never written to. Copy {TINY} to a "
            "folder of your own, annotate with model.path set to that, and name it here."
        )
    if not folder.is_dir():
        raise SetupError(f"--calibrate {model}: there is no such folder")
    return model_folder(ModelConfig(path=str(folder)))


def fingerprint(truth: Answers) -> str:
    """12 hex digits by what a truth says, whatever its form, place and order of rows."""
    rows = sorted([row.name, *map(str, row.span_s or ()), *row.labels] for row in truth.rows)
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:12]


def _require_own_answers(run: Dataset, folder: Path, revision: str) -> None:
    found: set[str] = set()
    for batch in run.iter_annotations(["model"]):
        found.update(str(row["model"]["revision"]) for row in batch.to_pylist())
    if found == {revision}:
        return
    if found == {model_identity(ModelConfig(path=str(folder)))["revision"]}:
        raise SetupError(
            f"--calibrate: the confidences of {run.location} were calibrated already, by "
            f"{folder / CALIBRATION}. Take that file away, annotate again, and fit on the result."
        )
    raise SetupError(
        f"--calibrate: the rows of {run.location} are from a model of revision "
        f"{', '.join(sorted(found))}; {folder} without a {CALIBRATION} has revision {revision}. "
        "Name the folder of the model that made them, or annotate with it."
    )


def _require_all_labels(run: Dataset) -> None:
    made_with = makings(run.record)
    hashes = {one for rows in run.iter_annotations(["config_hash"]) for one in rows[0].to_pylist()}
    configs = [one["config"] for name, one in made_with.items() if name in hashes]
    least = max((one.get("generate", {}).get("min_confidence", 0) for one in configs), default=0)
    if least:
        raise SetupError(
            f"--calibrate: the run in {run.location} dropped labels below "
            f"generate.min_confidence={least}, so little would be known of unsure ones. Annotate "
            "with generate.min_confidence=0."
        )
