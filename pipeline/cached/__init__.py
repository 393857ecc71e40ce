"""The front half of the pipeline, run once into a folder and read back window by window."""
