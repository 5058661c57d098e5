"""The model of how those who vote do: two ordered logits, one inside the other.

*Without the series* (`STRANGE`): support from the gain of the text and from votes on other
texts, as if its series had no past. It is learnt from every earlier vote with the series' own
past hidden, so that a text without a precedent meets a model that has seen many.

*With it* (`AFTER`): what a state did on the series' earlier texts, what the text gains it more
than the last one did, and the support of the first model; the further the text has changed, the
less memory counts. A share of the first model's chances, 1 - exp(-(change / 0.8)^2), is mixed in.

Centres and deviations of the priors, weights and sd of surprise were chosen on votes before
2020, each vote hindcast from earlier ones (docs/how-to/backtest-votes.md says what was tried).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.backtest.votes import ordered
from sim.backtest.votes.ordered import Fitted, Prior, Vote
from sim.backtest.votes.traits import Series, Traits
from sim.record import Codes

Floats = npt.NDArray[np.float64]

FULL_CHANGE, MOST_CHANGE = 0.4, 1.5  # a change is measured in units of the first, at most so many
SAME = 0.1  # a text whose change differs by less repeats the last one
REPEATED = 0.3  # what a vote on a repeated text counts
MIXED = 0.8  # a larger change and most of a hindcast forgets the series: see the module
CLIPPED = 4.0  # support of the first model beyond this says no more
STRANGE_SD, STRANGE_SURPRISE = 1.0, 2.0  # of a vote's own effect: in the fit, in a hindcast
STEADY_SD, CHANGED_SD = 0.4, 1.6  # of the effect of a repeated text, and what a change adds

STRANGE = Prior(
    np.array([0.0, 2.0, 0.0, 0.0, 0.0, 2.0]),
    np.array([2.0, 5.0, 1.0, 1.0, 1.0, 1.0]),
    np.array([-0.5, 0.0, 0.0]),
    np.ones(3),
)
AFTER = Prior(
    np.array([0.0, 1.5, -0.7, 1.5, -0.7, 0.0, 0.0, 0.0, 0.0, 0.0, 0.7]),
    np.array([0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 2.5, 0.5, 0.5, 0.5, 0.5]),
    np.array([-0.5, 0.0, 0.0, 0.0]),
    np.ones(4),
)


@dataclass(frozen=True)
class Past:
    """One vote as one reading sees it, with how it went and what was hindcast at its own time."""

    date: dt.date
    traits: Traits
    codes: Codes
    strange: Floats  # support of the first model, (states,)


@dataclass(frozen=True)
class Told:
    """A hindcast: chances of in favour, abstaining, against (states, 3)."""

    chances: Floats
    strange: Floats  # support of the first model, (states,)
    change: float  # of the text from the last of its series; nan without a precedent


@dataclass(frozen=True)
class Model:
    """The coefficients of both parts."""

    strange: Fitted
    after: Fitted

    def tell(self, traits: Traits) -> Told:
        """Hindcast one vote."""
        x, z = strange_terms(traits)
        support = self.strange.latent(x)
        alone = self.strange.chances(x, z, STRANGE_SURPRISE)
        if traits.series is None:
            return Told(alone, support, float("nan"))
        memory = self.after.chances(*after_terms(traits, support), surprise(traits.series))
        share = float(np.exp(-((traits.series.change / MIXED) ** 2)))
        return Told(share * memory + (1.0 - share) * alone, support, traits.series.change)


def learn(past: Sequence[Past], start: Model | None = None) -> Model:
    """Fit both parts to the past; with none, they are what the priors say."""
    first = [_vote(p, *strange_terms(p.traits), STRANGE_SD) for p in past]
    after = [
        _vote(p, *after_terms(p.traits, p.strange), surprise(p.traits.series))
        for p in past
        if p.traits.series is not None
    ]
    return Model(
        ordered.fit(first, STRANGE, start.strange if start else None),
        ordered.fit(after, AFTER, start.after if start else None),
    )


def _vote(past: Past, x: Floats, z: Floats, surprise: float) -> Vote:
    voted = np.abs(past.codes) <= 1
    series = past.traits.series
    repeated = series is not None and series.change <= SAME
    weight = REPEATED if repeated else 1.0
    return Vote(x[voted], z[voted], past.codes[voted], weight, surprise)


def strange_terms(traits: Traits) -> tuple[Floats, Floats]:
    """Terms of support and of width without the series: (states, 6) and (states, 3)."""
    one = np.ones(len(traits.gain))
    support = (one, traits.gain, traits.like, traits.towards, traits.topic, traits.sponsor)
    return np.stack(support, axis=1), np.stack([one, traits.abstains, traits.sponsor], axis=1)


def after_terms(traits: Traits, strange: Floats) -> tuple[Floats, Floats]:
    """Terms of support and of width with the series: (states, 11) and (states, 4)."""
    series = traits.series
    if series is None:
        raise ValueError("a text without a precedent has no series to remember")
    far = changed(series)
    one = np.ones(len(strange))
    clear = np.clip(strange, -CLIPPED, CLIPPED)
    support = (
        *(one, series.last, far * series.last, series.mean, far * series.mean, series.before),
        *(series.gained, series.bloc, series.item, clear, far * clear),
    )
    width = (one, far * one, series.abstained, traits.habit)
    return np.stack(support, axis=1), np.stack(width, axis=1)


def changed(series: Series) -> float:
    """How far the text has moved from the last of its series, 0 to 1.5."""
    return min(series.change / FULL_CHANGE, MOST_CHANGE)


def surprise(series: Series | None) -> float:
    """Standard deviation of a vote's own effect: more where the text has changed."""
    if series is None:
        return STRANGE_SD
    return STEADY_SD + CHANGED_SD * min(changed(series), 1.0)
