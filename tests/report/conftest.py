"""Finished folders to report on: a run with figures, a what-if, a consensus room, a sweep."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from small import CONSENSUS, VOTE, write

from sim.results import writeup
from sim.staging import writing
from sim.study.run import plan

Finish = Callable[..., Path]


def finish(
    folder: Path,
    *settings: str,
    text: str = VOTE,
    runs: int = 40,
    hide: bool = False,
    figures: bool = False,
) -> Path:
    """Play a small scenario and write its folder as `plenary run` does; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    source = str(write(folder, text))
    out = folder / "results"
    with writing(out) as staging:
        run = plan(source, settings, hide_record=hide).play(runs)
        writeup.tabulate(staging, run)
        if figures:
            writeup.illustrate(staging, run)
        writeup.conclude(staging, run, ["run", "small.yaml"])
    return out


@pytest.fixture
def finished(tmp_path: Path) -> Finish:
    """Make a finished folder; takes what `finish` takes after the folder."""
    count = iter(range(100))
    return lambda *settings, **how: finish(tmp_path / str(next(count)), *settings, **how)


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a run with its figures; tests do not change it."""
    return finish(tmp_path_factory.mktemp("drawn"), figures=True)


@pytest.fixture
def room(finished: Finish) -> Path:
    """A folder of a room that seeks consensus."""
    return finished(text=CONSENSUS)
