"""Settings that all tests share."""

from __future__ import annotations

import compileall
from pathlib import Path

import pytest
from hypothesis import settings

# Examples are derived from each test's own code: the same on every machine and every run.
settings.register_profile(
    "plenary", max_examples=50, deadline=None, derandomize=True, database=None
)
settings.load_profile("plenary")


def pytest_configure(config: pytest.Config) -> None:
    """Compile the code once: each of the many processes that tests start would do it anew.

    They do where Python is told to write no compiled files (PYTHONDONTWRITEBYTECODE).
    """
    if not hasattr(config, "workerinput"):  # this is no worker of pytest-xdist
        compileall.compile_dir(Path(__file__).parents[1] / "sim", quiet=2)
