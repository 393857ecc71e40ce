"""What holds for all tests."""

from hypothesis import settings

# A busy machine takes its time over any example; no test of ours is about time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
