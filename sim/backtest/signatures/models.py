"""Chances of signing, learnt on earlier pledges and votes, and how they are scored.

For the Declaration a model learns who had joined the Paris Call; for Hanoi, who had voted in
favour of beginning the convention (74/247). Neither sees the event that it is scored on.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import hypergeom

from sim.backtest.logistic import fit
from sim.backtest.measures import auc, auc_error, base_rate, brier, log_score
from sim.backtest.signatures.events import DFI, EVENTS, HANOI, in_favour, known, pledged, signed

Floats = npt.NDArray[np.float64]

VOTES = ("73/187", "74/247", "75/240")  # on texts led by the Russian Federation
BEGUN, BEFORE = "74/247", "73/187"  # the vote that began the convention, and the one before
OURS = "model of four predictors"


@dataclass(frozen=True)
class Way:
    """One way to hindcast who signs."""

    name: str
    chances: Floats  # (states,)
    soft: bool = True  # chances, and not only a yes or no
    knows: bool = False  # fitted on the event itself: no hindcast


@dataclass(frozen=True)
class Scored:
    """How one way does where every signature is known."""

    way: Way
    accuracy: float
    brier: float
    log: float  # nan for a mere yes or no
    auc: float
    expected: float  # how many sign


def declaration() -> tuple[Floats, list[Way]]:
    """Who endorsed the Declaration, and every way to hindcast it, ours first."""
    event = EVENTS[DFI]
    x, paris = known(event.day, VOTES), pledged("paris_call", event.day)
    yes = signed(event)
    point = x[:, :1]
    rate = np.full(len(paris), float(base_rate(paris)))
    return yes, [
        Way(OURS, fit(x, paris).chances(x)),
        Way("ideal point alone", fit(point, paris).chances(point)),
        Way("one cut on the ideal point", best_cut(point[:, 0], paris)(point[:, 0]), soft=False),
        Way("in the Paris Call", paris, soft=False),
        Way("base rate of the Paris Call", rate),
        Way("one cut, fitted on the event", best_cut(point[:, 0], yes)(point[:, 0]), False, True),
    ]


@dataclass(frozen=True)
class Cut:
    """One cut point on the ideal points; it says yes above itself, or below."""

    place: float
    above: bool

    def __call__(self, values: Floats) -> Floats:
        """1 where a state is called a yes, else 0."""
        return np.asarray((values > self.place) == self.above, dtype=np.float64)


def best_cut(values: Floats, yes: Floats) -> Cut:
    """The cut point that calls most labels right."""
    places = np.unique(values)
    places = np.append((places[1:] + places[:-1]) / 2, places[0] - 1)
    right = np.array([np.mean((values > place) == (yes > 0.5)) for place in places])
    best = int(np.argmax(np.maximum(right, 1 - right)))
    return Cut(float(places[best]), bool(right[best] >= 0.5))


def scored(way: Way, yes: Floats) -> Scored:
    """Score one way on labels of all states."""
    log = float(log_score(way.chances, yes)) if way.soft else float("nan")
    called = float(np.mean((way.chances > 0.5) == (yes > 0.5)))
    area = auc(way.chances, yes)
    return Scored(way, called, float(brier(way.chances, yes)), log, area, float(way.chances.sum()))


@dataclass(frozen=True)
class Ranked:
    """How one way ranks those named, where only some of those who signed are."""

    way: Way
    area: float  # named against all others, of whom some signed too
    error: float  # its standard error
    corrected: float  # as it would be against those who did not, if the unnamed are like the named
    area_refused: float  # named against those known not to have signed
    caught: int  # named among as many states, from the top, as signed in all
    by_chance: float  # as many as a random order would catch
    luck: float  # chance that a random order catches as many


def convention() -> tuple[Floats, list[Way]]:
    """Who is known to have signed at Hanoi, or not, and every way to rank them, ours first."""
    event = EVENTS[HANOI]
    began = in_favour(BEGUN)
    before = known(dt.date(2019, 12, 27), (BEFORE,))
    now = known(event.day, (BEGUN,))
    other = pledged("budapest", event.day)
    return signed(event), [
        Way(OURS, fit(before, began).chances(now)),
        Way("ideal point alone", fit(before[:, :1], began).chances(now[:, :1])),
        Way("voted to begin it (74/247)", (now[:, 3] + 1) / 2, soft=False),
        Way("in the Budapest Convention", other, soft=False),
        Way("random state", np.full(len(began), 0.5)),
    ]


def ranked(way: Way, said: Floats, total: int) -> Ranked:
    """Score one way on those named; others are unknown, and not a no.

    Args:
        way: it gives higher chances to those likelier to sign.
        said: 1 signed, 0 did not, nan not known.
        total: how many signed in all.
    """
    named, refused = said == 1.0, said == 0.0
    yes, rest = int(named.sum()), int((~named).sum())
    area = auc(way.chances, named.astype(float))
    hidden = (total - yes) / rest  # share of signatories among the others
    corrected = (area - hidden / 2) / (1 - hidden)
    known_ = named | refused
    caught = _caught(way.chances, named, total)
    luck = float(hypergeom.sf(int(np.floor(caught)) - 1, len(said), yes, total))
    return Ranked(
        way,
        area,
        auc_error(area, yes, rest),
        corrected,
        auc(way.chances[known_], named[known_].astype(float)),
        round(caught),
        yes * total / len(said),
        luck,
    )


def _caught(chances: Floats, named: npt.NDArray[np.bool_], total: int) -> float:
    """Named among the first ``total``; of states that tie at the end, the share that has room."""
    edge = np.sort(chances)[::-1][total - 1]
    above, tied = chances > edge, chances == edge
    room = (total - int(above.sum())) / int(tied.sum())
    return float(named[above].sum() + room * named[tied].sum())
