"""Means and medians of positions, issue by issue: what the simplest models say."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.backtest.eu.decisions import Decisions
from sim.published.compromise import weighted_mean
from sim.published.median import weighted_median

Floats = npt.NDArray[np.float64]


def weight(decisions: Decisions, capability: Floats) -> Floats:
    """Capability times salience of those who take a position: (issues, actors).

    Where nobody with a capability cares about an issue, those who take a position count alike.
    """
    found = np.where(decisions.present, capability * decisions.salience, 0.0)
    nobody = ~(found.sum(axis=1) > 0)
    found[nobody] = decisions.present[nobody]
    return found


def mean(decisions: Decisions, weights: Floats) -> Floats:
    """Mean of the positions by weights (issues, actors): (issues,)."""
    return weighted_mean(decisions.position.T, weights.T)


def compromise(decisions: Decisions) -> Floats:
    """Mean of the positions by capability and salience, as the compromise model has it."""
    return mean(decisions, weight(decisions, decisions.capability))


def median(decisions: Decisions, weights: Floats) -> Floats:
    """Median of the positions by weights (issues, actors): (issues,)."""
    return weighted_median(decisions.position.T, weights.T)


def spread(decisions: Decisions, weights: Floats) -> Floats:
    """Standard deviation of the positions by weights (issues, actors): (issues,)."""
    away = (decisions.position - mean(decisions, weights)[:, None]) ** 2
    return np.sqrt(weighted_mean(away.T, weights.T))
