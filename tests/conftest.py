"""What holds for all tests."""

from hypothesis import settings

# A busy machine takes its time over any example, and no test of ours is about time. Half of the
# usual examples keep the suite short; what needs more asks for it.
settings.register_profile("short", deadline=None, max_examples=50)
settings.load_profile("short")
