"""The parts of the model, timed beside what the machine can do."""
