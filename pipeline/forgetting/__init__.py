"""One source taken out of all that a dataset holds of it."""

from pipeline.forgetting.run import Forgetting, forget

__all__ = ["Forgetting", "forget"]
