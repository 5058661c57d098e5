"""Files of other programs kept beside the checkout, where they are there; random tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.published.readers import read
from sim.published.table import Table

FIXTURES = Path(__file__).parents[2] / ".." / "shared" / "fixtures"


def fixture(name: str) -> Path:
    """A file of another program; the test is skipped where it is missing."""
    file = FIXTURES / name
    if not file.exists():
        pytest.skip(f"{name}, an input of another program, is not beside this checkout")
    return file


def table_of(name: str) -> Table:
    """The table in such a file."""
    return read(fixture(name)).table


def table(
    position: np.ndarray, salience: np.ndarray, capability: np.ndarray, high: float = 100.0
) -> Table:
    """A table of these arrays (actors, issues), its scale from 0 to ``high``."""
    n, m = position.shape
    return Table(
        name="made", actors=tuple(f"A{i}" for i in range(n)),
        issues=tuple(f"K{k}" for k in range(m)), position=position, salience=salience,
        capability=np.broadcast_to(capability, (n, m)), low=np.zeros(m), high=np.full(m, high),
        status_quo=np.full(m, np.nan), outcome=np.full(m, np.nan),
    )  # fmt: skip


def drawn(seed: int, actors: int, issues: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Random positions, saliences (their sums at most 1) and capabilities (actors,)."""
    rng = np.random.default_rng(seed)
    salience = rng.uniform(0.05, 1, (actors, issues))
    salience *= rng.uniform(0.5, 1, (actors, 1)) / salience.sum(axis=1, keepdims=True)
    return rng.random((actors, issues)), salience, rng.uniform(0.1, 2, actors)
