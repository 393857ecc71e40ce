"""The command `evaluate`: predictions are scored by a truth."""
