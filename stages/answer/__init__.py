"""What a language model said, read by rule: labels, refusals, times, and what supports them."""
