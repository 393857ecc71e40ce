"""Turns a window of a video into its global frames and its analysis frames, in one pass."""

from stages.decode.config import DecodeConfig
from stages.decode.stage import DecodeStage

__all__ = ["DecodeConfig", "DecodeStage"]
