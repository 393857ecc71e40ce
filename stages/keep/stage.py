"""The keep stage: frames and crops out of the row, and into what is written of it."""

from stages.contract import StageSpec
from stages.keep.config import KeepConfig
from stages.rows import KEPT, Row
from stages.stage import Stage


class KeepStage(Stage):
    """Hands on under other names, which are written, what the model would see of a window."""

    section = KeepConfig
    spec = StageSpec(
        name="keep",
        reads=tuple(KEPT.values()),
        writes=tuple(KEPT),
        drops=("frames", "crops", "face_patches"),
    )

    def process(self, rows: list[Row]) -> list[Row]:
        """Add the columns of `stages.rows.KEPT` to each window; see `Stage.process`."""
        return [{**row, **{kept: row[name] for kept, name in KEPT.items()}} for row in rows]
