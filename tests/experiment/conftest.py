"""Small experiments on disk, beside a small scenario, and the mistakes that they make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.errors import InputError, Mistake
from sim.experiment import Checked, checked, lay_out, read
from sim.experiment.model import Experiment
from tests.small import VOTE, VOTES

HEAD = "title: A small experiment\nscenario: small.yaml\n"

Write = Callable[..., Path]
Reads = Callable[..., Experiment]
Checks = Callable[..., Checked]
Refused = Callable[..., tuple[Mistake, ...]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write an experiment beside the small scenario (and files, by name), and return its path."""

    def writing(text: str, /, head: str = HEAD, **beside: str) -> Path:
        (tmp_path / "small.yaml").write_text(VOTE, encoding="utf-8")
        (tmp_path / "votes.csv").write_text(VOTES, encoding="utf-8")
        for other, content in beside.items():
            (tmp_path / other.replace("__", ".")).write_text(content, encoding="utf-8")
        file = tmp_path / "mine.yaml"
        file.write_text(head + text, encoding="utf-8")
        return file

    return writing


@pytest.fixture
def reads(write: Write) -> Reads:
    """Write and read an experiment."""
    return lambda *said, **beside: read(write(*said, **beside))


@pytest.fixture
def checks(reads: Reads) -> Checks:
    """Write, read, lay out and check an experiment."""

    def checking(*said: str, **beside: str) -> Checked:
        experiment = reads(*said, **beside)
        return checked(experiment, lay_out(experiment))

    return checking


@pytest.fixture
def refused(checks: Checks) -> Refused:
    """The mistakes that an experiment is refused for, by its form or by its scenario."""

    def mistakes(*said: str, **beside: str) -> tuple[Mistake, ...]:
        with pytest.raises(InputError) as caught:
            checks(*said, **beside)
        return caught.value.mistakes

    return mistakes
