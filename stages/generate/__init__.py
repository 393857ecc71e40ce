"""Descriptions and open-vocabulary labels, generated from visual tokens and the transcript."""

from stages.generate.config import GenerateConfig
from stages.generate.stage import GenerateStage

__all__ = ["GenerateConfig", "GenerateStage"]
