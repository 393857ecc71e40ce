"""What is known beforehand of how faces move; made by `jobs.synthesize.norms`."""

from stages.evidence.norms.norms import Norms, Setting, load_norms

__all__ = ["Norms", "Setting", "load_norms"]
