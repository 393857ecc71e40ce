"""Face detectors: one protocol, a module for each."""
