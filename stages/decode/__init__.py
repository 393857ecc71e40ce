"""Turns a window of a video into its global frames and its analysis frames, in one pass."""

from stages.decode.clock import picture_clock, prepare_codec
from stages.decode.config import DecodeConfig
from stages.decode.reader import FrameReader
from stages.decode.stage import DecodeStage

__all__ = ["DecodeConfig", "DecodeStage", "FrameReader", "picture_clock", "prepare_codec"]
