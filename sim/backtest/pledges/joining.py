"""Who joins a pledge next: a hazard by region, neighbours, alliances and ideal point.

A transition is a span of one pledge at whose start and end it is known who had joined. The states
still outside at its start are its candidates; those inside at its end have joined. A model is
fitted on the candidates of every transition, of any pledge, that had ended by the start of the
one that is hindcast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.analysis.panel import panel
from sim.backtest.logistic import fit
from sim.backtest.measures import auc, base_rate
from sim.backtest.pledges.membership import Member
from sim.scenario.groups import shipped_groups

Floats = npt.NDArray[np.float64]

REGIONS = ("African", "Asia-Pacific", "EEG", "GRULAC", "WEOG")  # of the United Nations
NEIGHBOURS = 10  # states nearest by ideal point
ALLIANCES = ("NATO", "CSTO", "EU", "GCC", "Five Eyes")  # that pledge defence, or near to it
PREDICTORS = (
    "ideal point",
    "share of the region inside",
    "share of the ten nearest inside",
    "share of allies inside",
)
LEAST_JOINED = 10  # joiners to learn from before anything is hindcast


@dataclass(frozen=True)
class Transition:
    """Who stood outside a pledge at the end of one year, and had joined by that of another."""

    pledge: str
    start: int  # the end of this year
    end: int
    states: tuple[str, ...]  # candidates
    x: Floats  # (candidates, predictors)
    joined: Floats  # (candidates,): 1 or 0


@dataclass(frozen=True)
class Hindcast:
    """One transition with the chances of its candidates."""

    of: Transition
    ours: Floats
    point: Floats  # by the ideal point alone
    rate: Floats  # by the base rate

    @property
    def auc(self) -> float:
        """Chance that a joiner is ranked above one that stayed outside."""
        return auc(self.ours, self.of.joined)

    @property
    def auc_point(self) -> float:
        """The same by the ideal point alone."""
        return auc(self.point, self.of.joined)


def transitions(of: list[Member]) -> list[Transition]:
    """Every span between years at whose ends all members of a pledge are known by name.

    Those of the Paris Call are not: most of its members have no date.
    """
    spans = [(p, y, y + 1) for p in ("budapest", "freedom_online") for y in _years(of, p)]
    spans.append(("counter_ransomware", 2021, 2023))
    return [made for span in spans for made in [_transition(of, *span)] if made is not None]


def _years(of: list[Member], pledge: str) -> range:
    known = [m.by.year for m in of if m.pledge == pledge]
    return range(min(known), max(known)) if known else range(0)


def _transition(of: list[Member], pledge: str, start: int, end: int) -> Transition | None:
    year = {m.state: m.by.year for m in of if m.pledge == pledge}
    if not year:
        return None
    states = panel().states
    inside = np.array([year.get(s, 9999) <= start for s in states])
    joined = np.array([start < year.get(s, 9999) <= end for s in states])
    x = _predictors(inside, start)
    out = ~inside
    names = tuple(s for s, free in zip(states, out, strict=True) if free)
    return Transition(pledge, start, end, names, x[out], joined[out].astype(np.float64))


def _predictors(inside: npt.NDArray[np.bool_], start: int) -> Floats:
    """What was known at the end of a year, of all states: (states, predictors)."""
    ideal = panel().before(start + 1)
    apart = np.abs(ideal[:, None] - ideal)
    np.fill_diagonal(apart, np.inf)
    nearest = np.argsort(apart, axis=1, kind="stable")[:, :NEIGHBOURS]
    near = inside[nearest].mean(1)
    return np.column_stack([ideal, _of_region(inside), near, _of_allies(inside)])


def _of_region(inside: npt.NDArray[np.bool_]) -> Floats:
    """Share of a state's regional group that is inside, itself left out; that of all if none."""
    return _of_groups(inside, REGIONS)


def _of_allies(inside: npt.NDArray[np.bool_]) -> Floats:
    """Share of a state's allies that are inside; that of all states if it has none."""
    return _of_groups(inside, ALLIANCES)


def _of_groups(inside: npt.NDArray[np.bool_], groups: tuple[str, ...]) -> Floats:
    place = {s: i for i, s in enumerate(panel().states)}
    together = np.zeros((len(inside), len(inside)), dtype=bool)
    for group in groups:
        of = np.array([place[s] for s in shipped_groups()[group] if s in place])
        together[np.ix_(of, of)] = True
    np.fill_diagonal(together, False)
    many = together.sum(1)
    share: Floats = (together @ inside.astype(np.float64)) / np.maximum(many, 1)
    return np.where(many > 0, share, inside.mean())


def hindcast(every: list[Transition]) -> list[Hindcast]:
    """Hindcast every transition from those that had ended before it began, where some joined."""
    return [f for t in every if t.joined.any() for f in [_hindcast(t, every)] if f is not None]


def _hindcast(of: Transition, every: list[Transition]) -> Hindcast | None:
    past = [t for t in every if t.end <= of.start]
    if sum(float(t.joined.sum()) for t in past) < LEAST_JOINED:
        return None
    x = np.concatenate([t.x for t in past])
    y = np.concatenate([t.joined for t in past])
    rate = np.full(len(of.joined), float(base_rate(y)))
    point = fit(x[:, :1], y).chances(of.x[:, :1])
    return Hindcast(of, fit(x, y).chances(of.x), point, rate)


def pooled_auc(areas: list[tuple[float, int]]) -> float:
    """Mean of AUCs, each with its number of joiners as weight; nan without any."""
    many = sum(n for _, n in areas)
    return sum(area * n for area, n in areas) / many if many else float("nan")
