"""Which face speaks an utterance, and which crops follow from that."""
