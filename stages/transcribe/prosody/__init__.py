"""How an utterance is spoken: pitch, loudness, pace and pauses, and how they differ from usual."""
