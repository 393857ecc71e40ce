"""Turns a window of a video into its global frames and its analysis frames, in one pass."""

from stages.decode.clock import PictureClock, picture_clock, prepare_codec
from stages.decode.colour import full_range, matrix
from stages.decode.config import DecodeConfig
from stages.decode.reader import FrameReader, TimedFrame
from stages.decode.stage import DecodeStage

__all__ = [
    "DecodeConfig",
    "DecodeStage",
    "FrameReader",
    "PictureClock",
    "TimedFrame",
    "full_range",
    "matrix",
    "picture_clock",
    "prepare_codec",
]
