"""What a language model said, read by rule: labels, refusals, times, and what supports them."""

from stages.answer.moving import moved_times

__all__ = ["moved_times"]
