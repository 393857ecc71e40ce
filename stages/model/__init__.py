"""MicroEmo as a transformers `PreTrainedModel`: shared by encode, pool, generate and training.

Importing this package is cheap: torch and transformers are imported by the modules that define
the networks (`modeling_microemo` and its parts) and inside the functions of `loading`.
"""

from stages.model.config import ModelConfig

__all__ = ["ModelConfig"]
