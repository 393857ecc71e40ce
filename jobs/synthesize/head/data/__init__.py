"""The mesh that all heads are made of, and the script that took it from its source."""
