"""Cuts a video into bounded dialogue windows: one row of a video becomes one row a window."""

from stages.segment.config import SegmentConfig
from stages.segment.cut import Window, cut
from stages.segment.stage import SegmentStage

__all__ = ["SegmentConfig", "SegmentStage", "Window", "cut"]
