"""The sound of a video, for the stages that hear it."""
