"""How rendered faces move: makes the norms of `stages.evidence`."""
