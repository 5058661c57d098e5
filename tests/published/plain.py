"""Small tables for tests, in files' units: positions and saliences on 0-100."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.published.table import Table


def table(
    position: npt.ArrayLike,
    salience: npt.ArrayLike | None = None,
    capability: npt.ArrayLike | None = None,
    status_quo: npt.ArrayLike | None = None,
    **more: Any,
) -> Table:
    """A table of actors a, b, c ... on issues K1, K2 ..."""
    x = np.array(position, dtype=float) / 100
    n, m = x.shape
    s = np.ones((n, m)) if salience is None else np.array(salience, dtype=float) / 100
    c = np.ones(n) if capability is None else np.array(capability, dtype=float)
    q = np.full(m, np.nan) if status_quo is None else np.array(status_quo, dtype=float) / 100
    return Table(
        name="small",
        actors=tuple("abcdefghijklmnopqrstuvwxyz"[:n]),
        issues=tuple(f"K{k}" for k in range(1, m + 1)),
        position=x,
        salience=np.where(np.isnan(x), 0.0, s),
        capability=np.where(np.isnan(x), 0.0, np.repeat(c[:, None], m, axis=1)),
        low=np.zeros(m),
        high=np.full(m, 100.0),
        status_quo=q,
        outcome=np.full(m, np.nan),
        **more,
    )
