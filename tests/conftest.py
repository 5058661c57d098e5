"""Settings that all tests share."""

from __future__ import annotations

import compileall
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# Tests of a file run in one process, which makes what they share once; but for those of files that
# take longest and share nothing, and those of files that play the same scenarios.
SPREAD = (
    *("tests/test_reference.py", "tests/show/test_study_plots.py"),
    *("tests/packaging/test_mechanisms.py", "tests/sweep/test_faults.py"),
)
TOGETHER = (
    *("tests/test_baseline.py", "tests/experiment/test_outcomes.py"),
    *("tests/scenario/test_shipped.py", "tests/scenario/test_packed.py"),
)

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put slow files first, so that no process is left with one when the others have ended."""
    files = {item: file_of(item.nodeid) for item in items}
    slow = Counter(file for item, file in files.items() if item.get_closest_marker("slow"))
    slow.update(file for file in files.values() if file in SPREAD)
    items.sort(key=lambda item: -slow[files[item]])  # else in their order: sorting is stable


def file_of(nodeid: str) -> str:
    """The file that a test stands in."""
    return nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each process whole files, in the order above.

    By the marks of pytest-xdist it would be none: what it writes into names of tests, pytest 9
    does not read.
    """
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = file_of(nodeid)
            return nodeid if file in SPREAD else "together" if file in TOGETHER else file

    config.option.loadscopereorder = False
    return Scheduling(config, log)
