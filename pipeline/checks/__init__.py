"""What must be in place before the first video: looked at by `doctor` and before every run."""

from pipeline.checks.all import refuse_if_unfit, run_checks
from stages.check import Check, State

__all__ = ["Check", "State", "refuse_if_unfit", "run_checks"]
