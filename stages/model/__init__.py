"""MicroEmo as a transformers `PreTrainedModel`: shared by encode, pool, generate and training.

Importing this package is cheap: torch and transformers are imported by the modules that define
the networks (`modeling_microemo` and its parts) and inside the functions of `loading`.
"""

from stages.model.calibration import (
    CALIBRATION,
    MEASURED,
    Calibration,
    FittedOn,
    LabelClass,
    log_odds,
    write_calibration,
)
from stages.model.checks import check_model
from stages.model.config import ModelConfig
from stages.model.folder import (
    TINY,
    model_folder,
    model_identity,
    trained_on,
    uncalibrated_revision,
    weight_files,
)

__all__ = [
    "CALIBRATION",
    "MEASURED",
    "TINY",
    "Calibration",
    "FittedOn",
    "LabelClass",
    "ModelConfig",
    "check_model",
    "log_odds",
    "model_folder",
    "model_identity",
    "trained_on",
    "uncalibrated_revision",
    "weight_files",
    "write_calibration",
]
