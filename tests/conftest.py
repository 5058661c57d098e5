"""Settings that all tests share."""

from hypothesis import settings

# Examples are derived from each test's own code: the same on every machine and every run.
settings.register_profile(
    "plenary", max_examples=50, deadline=None, derandomize=True, database=None
)
settings.load_profile("plenary")
