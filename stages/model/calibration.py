"""calibration.json in a model's folder: from the probability of a label to how often it is right.

The map is fitted by `microemo evaluate --calibrate` on labels whose truth is known. It never goes
down, so labels keep their order, though some that differed may come out equal.
"""

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from stages.faults import SetupError

CALIBRATION = "calibration.json"
_LARGEST = 1_000_000  # bytes; a map has tens of knots
_MOST_KNOTS = 10_000

_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
_Text = Annotated[str, Field(max_length=200)]


class Knot(NamedTuple):
    """A place of the map: what the model says, and how often it is right there; both 0..1."""

    said: _Share
    right: _Share


class FittedOn(BaseModel):
    """What a map was fitted on.

    Attributes:
        truth: 12 hex digits by the content of the truth.
        labels, videos: how many there were.
        model: `revision` of the model whose answers they were, without a map.
        wheels: on which wheels a label was judged.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    truth: _Text
    labels: int = Field(ge=1)
    videos: int = Field(ge=1)
    model: _Text
    wheels: _Text


class Calibration(BaseModel):
    """A map that never goes down: straight between its knots, and level outside of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Literal["isotonic"] = "isotonic"
    knots: tuple[Knot, ...] = Field(min_length=1, max_length=_MOST_KNOTS)
    fitted_on: FittedOn

    @field_validator("knots")
    @classmethod
    def _never_goes_down(cls, knots: tuple[Knot, ...]) -> tuple[Knot, ...]:
        for before, after in pairwise(knots):
            if after.said <= before.said or after.right < before.right:
                raise ValueError("knots must rise in the first value and not fall in the second")
        return knots

    def applied(self, confidence: float) -> float:
        """The calibrated value of a confidence, 0..1."""
        said, right = zip(*self.knots, strict=True)
        return float(np.interp(confidence, said, right))


def read_calibration(folder: Path) -> Calibration | None:
    """The map in a model's folder; None where there is none.

    Raises:
        SetupError: the file cannot be read, is too large, or holds no such map.
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
    """Write the map into a model's folder, in place of an earlier one; return its file.

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
