"""Models fitted to recorded outcomes, each a function from known issues and blind ones.

`sim.backtest.eu.folds.crossed` hands them issues of other proposals with their outcomes, and the
issues to hindcast without.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.backtest.eu import linear, options
from sim.backtest.eu.centre import compromise
from sim.backtest.eu.decisions import Decisions
from sim.backtest.eu.folds import Model, chosen
from sim.backtest.eu.options import POINTS
from sim.backtest.eu.scoring import about, frequencies

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fitted:
    """One model that is fitted; ``chances`` where it gives a distribution, else ``hindcast``."""

    name: str
    title: str
    about: str
    chances: Callable[[int], Model] | None = None  # seed -> model of (issues, points)
    hindcast: Callable[[int], Model] | None = None  # seed -> model of (issues,)


def options_model(seed: int) -> Model:
    """The distribution of two terms."""
    return _options(options.PLAIN)


def _options(terms: tuple[str, ...]) -> Model:
    def model(known: Decisions, blind: Decisions) -> Floats:
        return options.fit(known, terms).chances(blind)

    return model


def averaged(seed: int) -> Model:
    """Half way between the median of that distribution and the compromise.

    Two hindcasts whose errors differ are mostly better together: Bates and Granger (1969).
    """

    def model(known: Decisions, blind: Decisions) -> Floats:
        middle = options.median(_options(options.PLAIN)(known, blind))
        return (middle + compromise(blind)) / 2

    return model


def options_chosen(seed: int) -> Model:
    """The same with its terms chosen anew in each training part, by proposals left out there."""

    def loss(terms: tuple[str, ...], known: Decisions, rest: Decisions) -> Floats:
        return -options.log_chance(_options(terms)(known, rest.blind()), rest.outcome)

    def model(known: Decisions, blind: Decisions) -> Floats:
        return _options(chosen(known, options.LADDER, loss, seed))(known, blind)

    return model


def bent(seed: int) -> Model:
    """Ridge regression of how outcomes depart from the compromise, its shrinkage chosen inside."""

    def hindcast(shrinkage: float, known: Decisions, blind: Decisions) -> Floats:
        fitted = linear.fit(known, shrinkage)
        return fitted.hindcast(blind)

    def loss(shrinkage: float, known: Decisions, rest: Decisions) -> Floats:
        return np.abs(hindcast(shrinkage, known, rest.blind()) - rest.outcome)

    def model(known: Decisions, blind: Decisions) -> Floats:
        return hindcast(chosen(known, linear.SHRINKAGE[::-1], loss, seed), known, blind)

    return model


def drawn_in(seed: int) -> Model:
    """The compromise drawn towards the median outcome of others, by a share chosen inside."""

    def hindcast(share: float, known: Decisions, blind: Decisions) -> Floats:
        typical = float(np.median(known.outcome[known.known]))
        return typical + share * (compromise(blind) - typical)

    def loss(share: float, known: Decisions, rest: Decisions) -> Floats:
        return np.abs(hindcast(share, known, rest.blind()) - rest.outcome)

    def model(known: Decisions, blind: Decisions) -> Floats:
        return hindcast(chosen(known, (1.0, 0.9, 0.8, 0.7, 0.6), loss, seed), known, blind)

    return model


def with_errors(seed: int) -> Model:
    """The compromise with the errors it made elsewhere put about it."""

    def model(known: Decisions, blind: Decisions) -> Floats:
        residuals = (known.outcome - compromise(known))[known.known]
        return about(compromise(blind), residuals)

    return model


def often(seed: int) -> Model:
    """How often each point of the scale came elsewhere, whoever wants what."""

    def model(known: Decisions, blind: Decisions) -> Floats:
        came = frequencies(known.outcome[known.known])
        return np.broadcast_to(came, (len(blind), len(POINTS))).copy()

    return model


MAIN = "options"
FITTED = (
    Fitted(
        MAIN,
        "options on the table",
        "median of a distribution drawn to the middle and to points where an actor stands;"
        " two numbers",
        chances=options_model,
    ),
    Fitted(
        "options_averaged",
        "options and compromise, averaged",
        "half way between the two; nothing more is fitted",
        hindcast=averaged,
    ),
    Fitted(
        "options_chosen",
        "options, terms chosen",
        "the same with terms for the reference point, support, Commission and Parliament, chosen"
        " within each training part",
        chances=options_chosen,
    ),
    Fitted(
        "ridge",
        "ridge regression",
        "departures from the compromise by twelve features, shrinkage chosen within each part",
        hindcast=bent,
    ),
    Fitted(
        "shrunk",
        "compromise, drawn in",
        "drawn towards the median outcome by a share chosen within each training part",
        hindcast=drawn_in,
    ),
)
SPREADS = (  # distributions that only set the measure for ours
    Fitted(
        "compromise_errors",
        "compromise with its errors",
        "the errors it makes on other proposals put about it",
        chances=with_errors,
    ),
    Fitted(
        "frequencies",
        "frequencies alone",
        "how often each point came on other proposals",
        chances=often,
    ),
)
