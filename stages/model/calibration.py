"""calibration.json in a model's folder: from the probability of a label to how often it is right.

How often that is depends on more than the probability: on what of a face and a voice was measured,
and on the class of feelings that the label belongs to. The weights are fitted by `microemo evaluate
--calibrate` on labels whose truth is known.
"""

from collections.abc import Collection, Mapping
from math import log, tanh
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from stages.faults import SetupError

CALIBRATION = "calibration.json"
MEASURED = ("micro", "macro", "voice")
"""What may have been measured of whom a label is about, see `stages.question.measured_kinds`."""

_LARGEST = 1_000_000  # bytes; a file has some hundred words
_SURE = 1e-6  # no model's word is taken for surer than that

_Weight = Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)]
_Text = Annotated[str, Field(max_length=200)]


class FittedOn(BaseModel):
    """What the weights were fitted on.

    Attributes:
        truth: 12 hex digits by the content of the truth.
        labels, videos: how many there were.
        model: `revision` of the model whose answers they were, without a calibration.
        wheels: on which wheels a label was judged.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    truth: _Text
    labels: int = Field(ge=1)
    videos: int = Field(ge=1)
    model: _Text
    wheels: _Text


class LabelClass(BaseModel):
    """Labels that are right alike often, all else being equal: a class of the wheel."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weight: _Weight
    words: tuple[_Text, ...]


class Calibration(BaseModel):
    """A logistic regression. Among labels of one class and one measurement it keeps the order.

    Attributes:
        level: the log-odds where all else is 0.
        sureness: how much the log-odds of the model's own probability count.
        measured: what is added where something of `MEASURED` was measured.
        classes: what is added for the words of a class. Others have nothing added.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Literal["logistic"] = "logistic"
    level: _Weight
    sureness: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    measured: Mapping[Literal["micro", "macro", "voice"], _Weight]
    classes: Mapping[_Text, LabelClass]
    fitted_on: FittedOn

    @field_validator("classes")
    @classmethod
    def _each_word_once(cls, classes: Mapping[str, LabelClass]) -> Mapping[str, LabelClass]:
        words = [word for one in classes.values() for word in one.words]
        if len(words) > len(set(words)):
            raise ValueError("a word stands in more than one class")
        return classes

    def applied(self, chance: float, label: str, measured: Collection[str]) -> float:
        """How often such a label is right, 0..1, never nearer to 0 or 1 than 1 / (n + 2).

        What n labels never showed may still happen.

        Args:
            chance: the model's own probability, 0..1.
            label: any case.
            measured: of `MEASURED`.
        """
        odds = self.level + self.sureness * log_odds(chance)
        odds += sum(weight for kind, weight in self.measured.items() if kind in measured)
        odds += sum(one.weight for one in self.classes.values() if label.lower() in one.words)
        least = 1 / (self.fitted_on.labels + 2)
        share = (1 + tanh(odds / 2)) / 2  # the logistic function, for any odds
        return min(max(share, least), 1 - least)


def log_odds(chance: float) -> float:
    """Of a probability, 0..1; finite."""
    kept = min(max(chance, _SURE), 1 - _SURE)
    return log(kept / (1 - kept))


def read_calibration(folder: Path) -> Calibration | None:
    """What stands in a model's folder; None where there is nothing.

    Raises:
        SetupError: the file cannot be read, is too large, or holds something else.
    """
    file = folder / CALIBRATION
    remedy = "Fit it again with `microemo evaluate --calibrate`, or take the file away."
    try:
        if not file.exists():
            return None
        if file.stat().st_size > _LARGEST:
            raise SetupError(f"{file}: is larger than {_LARGEST:,} bytes. {remedy}")
        return Calibration.model_validate_json(file.read_bytes())
    except OSError as fault:
        raise SetupError(f"{file}: cannot be read: {fault.strerror}. {remedy}") from fault
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "its content"
        raise SetupError(f"{file}: {place}: {first['msg']}. {remedy}") from fault


def write_calibration(folder: Path, calibration: Calibration) -> Path:
    """Write it into a model's folder, in place of an earlier one; return its file.

    Raises:
        SetupError: it cannot be written.
    """
    file = folder / CALIBRATION
    written = calibration.model_dump_json(indent=2) + "\n"
    try:
        hidden = file.with_name(f".{CALIBRATION}")
        hidden.write_text(written, encoding="utf-8")
        hidden.replace(file)
    except OSError as fault:
        raise SetupError(f"{file}: cannot be written: {fault.strerror}") from fault
    return file
