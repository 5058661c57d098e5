"""The compromise model: the mean of positions, weighted by capability and salience.

    z_k = sum_i c_ik s_ik x_ik / sum_i c_ik s_ik

Source: Van den Bos (1991), Dutch EC Policy Making; Stokman and Van den Bos (1992), A Two-Stage
Model of Policymaking; Achen (2006), Institutional Realism and Bargaining Models, in Thomson et
al., The European Union Decides, where it approximates the Nash bargaining solution of actors to
whom disagreement is very bad.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.published.model import Model
from sim.published.solution import Solution
from sim.published.table import Table

Floats = npt.NDArray[np.float64]


def weighted_mean(position: Floats, weight: Floats) -> Floats:
    """Mean of positions (actors, issues), weighted (actors, issues): (issues,).

    A position of nan counts for nothing; an issue without weight is nan.
    """
    weight = np.where(np.isnan(position), 0.0, weight)
    total = weight.sum(axis=0)
    summed = (np.nan_to_num(position) * weight).sum(axis=0)
    mean: Floats = np.divide(summed, total, out=np.full(total.shape, np.nan), where=total > 0)
    return mean


def solve(table: Table) -> Solution:
    """The compromise model on every issue, each for itself."""
    return Solution(weighted_mean(table.position, table.weight))


def solve_mean(table: Table) -> Solution:
    """The mean of the positions as they are: every actor counts alike."""
    return Solution(weighted_mean(table.position, table.present.astype(np.float64)))


MEAN = Model("mean", "Mean", "the middle of all positions: everybody counts alike", (), solve_mean)
MODEL = Model(
    "compromise",
    "Compromise model",
    "the mean weighted by capability times salience",
    ("vandenbos1991", "stokman1992", "achen2006"),
    solve,
)
