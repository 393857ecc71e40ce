"""What can be checked of a window: what its faces did, when, and whose face speaks."""

from stages.evidence.config import EvidenceConfig
from stages.evidence.stage import EvidenceStage

__all__ = ["EvidenceConfig", "EvidenceStage"]
