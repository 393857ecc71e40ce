"""What is heard in a synthetic clip, when, and how the mouth moves for it.

When each turn and syllable is spoken follows from the text and the person alone, never from the
voice that speaks it: the truth of a clip is the same with espeak-ng as without.
"""
