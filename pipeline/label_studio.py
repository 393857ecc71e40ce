"""The controls of the labelling configuration of Label Studio that rows are exported with.

Decisions that come back are read by these names.
"""

VIDEO = "video"
EMOTION = "emotion"
"""Regions on the time line, with the labels of the dataset."""
WORDS = "words"
"""Free words for labels that are not among these."""
DESCRIPTION = "description"
TRANSCRIPT = "transcript"
VERDICT = "verdict"
"""What cannot be said by labels: one of these three."""
NO_EMOTION = "no emotion can be named"
LEFT_OUT = "leave this out"
UNSURE = "I cannot tell"
