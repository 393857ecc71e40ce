"""Visual states to a few tokens in the language model's width: `[global; u1; ...; uN]`."""

from stages.pool.config import PoolConfig
from stages.pool.stage import PoolStage

__all__ = ["PoolConfig", "PoolStage"]
