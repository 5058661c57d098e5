"""Settings that all tests share."""

from __future__ import annotations

import compileall
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

# Files that take longest and whose tests share nothing: any process takes up any of them, first.
SPREAD = ("test_reference", "test_study_plots", "test_mechanisms", "test_faults")

# Examples are derived from each test's own code: the same on every machine and every run.
settings.register_profile(
    "plenary", max_examples=50, deadline=None, derandomize=True, database=None
)
settings.load_profile("plenary")


def pytest_configure(config: pytest.Config) -> None:
    """Compile the code once: each of the many processes that tests start would do it anew.

    They do where Python is told to write no compiled files (PYTHONDONTWRITEBYTECODE).
    """
    config.option.loadscopereorder = False  # of pytest-xdist: the order is the one below
    if not hasattr(config, "workerinput"):  # this is no worker of pytest-xdist
        compileall.compile_dir(Path(__file__).parents[1] / "sim", quiet=2)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file in one process, which makes what they share once; slow ones first.

    So no process is left with a slow file when the others have ended.
    """
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    slow.update(item.path for item in items if item.path.stem in SPREAD)
    items.sort(key=lambda item: -slow[item.path])  # else in their order: sorting is stable
    for item in items:
        if item.path.stem not in SPREAD and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(f"{item.path.parent.name}.{item.path.stem}"))
