"""What a language model is told of a window in words: what is said, and what was measured."""

from stages.question.evidence import measured_kinds

__all__ = ["measured_kinds"]
