"""The configuration of a run: one typed tree, its presets, and how a person meets it."""

from pipeline.config.description import describe
from pipeline.config.faults import ConfigError
from pipeline.config.loading import load_config, preset_names
from pipeline.config.tree import Config

__all__ = ["Config", "ConfigError", "describe", "load_config", "preset_names"]
