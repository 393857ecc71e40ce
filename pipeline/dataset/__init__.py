"""The output folder of a run: the one place that knows what stands in it and under which name."""
