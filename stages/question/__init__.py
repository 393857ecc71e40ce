"""What a language model is told of a window in words: what is said, and what was measured."""
