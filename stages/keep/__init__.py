"""Pictures and face crops of a window into the results, so that they are decoded once."""

from stages.keep.config import KeepConfig
from stages.keep.stage import KeepStage

__all__ = ["KeepConfig", "KeepStage"]
