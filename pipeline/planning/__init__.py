"""What a run over a corpus would take, and what of it would fail or surprise."""
