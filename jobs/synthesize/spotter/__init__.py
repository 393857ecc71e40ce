"""Teaches the network of `stages.evidence.spotter` on clips with truth."""
