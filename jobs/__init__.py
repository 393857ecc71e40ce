"""The commands: thin front ends over the pipeline and the stages."""
