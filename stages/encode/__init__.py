"""Global frames and face crops to timestamp-bound visual states, after global-local attention."""

from stages.encode.config import EncodeConfig
from stages.encode.stage import EncodeStage

__all__ = ["EncodeConfig", "EncodeStage"]
