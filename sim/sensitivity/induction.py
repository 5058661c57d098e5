"""Under which conditions an outcome comes about: a small decision tree over the points.

A point counts as *yes* where the mean of the outcome reaches a threshold, and weighs as much as
it has runs. A tree (CART: Breiman, Friedman, Olshen and Stone 1984) of at most three questions
parts the points; cost-complexity pruning keeps the smallest tree whose accuracy is within one
error of the best. How well it does is measured on points that neither grew nor pruned it, beside
always giving the commoner answer. A tree that is not clearly better than that is no rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, Mistake
from sim.experiment.model import UNCHANGED, Factor, Point
from sim.extras import extra
from sim.sensitivity import usable
from sim.study.findings import Study

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

DEPTH = 3
LEAST = 5  # points in a leaf
SHARE = 0.05  # of all points in a leaf, where that is more
FOLDS = 5
BEYOND = 2.0  # errors by which a rule beats the commoner answer
SEED = 1
NO_QUESTION = 1.0  # a price that no question is worth: impurity is at most 0.5


@dataclass(frozen=True)
class Leaf:
    """Where all these conditions hold: how often the answer is yes."""

    conditions: tuple[str, ...]  # "parameters.insistence <= 0.7"; none: everywhere
    share: float  # of its points, weighed by runs, that reach the threshold
    points: int
    mean: float  # of the outcome over its points, weighed by runs, in the outcome's unit


@dataclass(frozen=True)
class Rules:
    """The leaves of a tree, those with most yes first, and how far it can be trusted."""

    outcome: str
    threshold: float
    leaves: tuple[Leaf, ...]  # a single one without conditions, if no rule was found
    accuracy: float  # share of points it did not see that it answers rightly, weighed by runs
    baseline: float  # the same of always giving the commoner answer
    error: float  # of accuracy - baseline
    points: int

    @property
    def found(self) -> bool:
        """Whether it beats the commoner answer beyond its error."""
        return len(self.leaves) > 1

    @property
    def sentence(self) -> str:
        """Say what was found, and how well it does."""
        what = f"{self.outcome} >= {self.threshold:g}"
        beside = (
            f"{self.accuracy:.0%} of {self.points} points, the commoner answer {self.baseline:.0%}"
        )
        if self.found:
            return f"{what}: the rules are right at {beside}"
        if self.baseline == 1:
            here = "every" if self.leaves[0].share else "no"
            return f"no rule found for {what}: it holds at {here} point"
        return f"no rule found for {what}: a tree is right at {beside}"


@dataclass(frozen=True)
class _Feature:
    """One column that the tree may ask about, and how its two answers read."""

    factor: str
    level: str = ""  # of a factor in words
    other: str = ""  # the one other level, if there is just one

    def condition(self, below: bool, cut: str) -> str:
        if not self.level:
            return f"{self.factor} {'<=' if below else '>'} {cut}"
        if not below:
            return f"{self.factor} is {self.level}"
        return f"{self.factor} is {'' if self.other else 'not '}{self.other or self.level}"


@dataclass(frozen=True)
class _Cases:
    """The points as the tree takes them."""

    columns: Floats  # (points, features)
    yes: Bools  # (points,)
    weight: Floats  # runs: (points,)
    mean: Floats  # of the outcome: (points,)
    features: tuple[_Feature, ...]

    @property
    def fewer(self) -> int:
        """How many points have the rarer answer."""
        return int(min(self.yes.sum(), (~self.yes).sum()))

    def at(self, rows: Ints) -> _Cases:
        return _Cases(
            self.columns[rows], self.yes[rows], self.weight[rows], self.mean[rows], self.features
        )


_Asked = tuple[str, str, bool]  # factor, word, whether the answer was "below" or "not it"


def rules(study: Study, outcome: str, threshold: float = 0.5) -> Rules:
    """Find conditions on the factors under which the mean of an outcome reaches a threshold.

    Args:
        study: of a design in which all factors vary together. The base is left out.
        outcome: a column of the study; ``DRAFT.STAGE.adopted`` asks when a text is adopted.
        threshold: in the outcome's own unit: a share of runs for adopted, 0-100 for values.

    Raises:
        InputError: the outcome is not known, or factors vary one at a time.
        RunError: scikit-learn is missing, or a point failed or leaves the outcome undefined.
    """
    points = _together(study)
    cases = _cases(study, outcome, threshold, points)
    tree, common = _unseen(cases)
    error = _error(tree - common, cases.weight)
    leaves = [_leaf(cases, (), np.ones(len(points), dtype=bool))]
    accuracy, baseline = (float(np.average(r, weights=cases.weight)) for r in (tree, common))
    if accuracy - baseline > BEYOND * error:
        leaves = [_leaf(cases, *found) for found in _walk(cases, _grown(cases).tree_)]
    in_order = tuple(sorted(leaves, key=lambda leaf: -leaf.share))
    return Rules(outcome, threshold, in_order, accuracy, baseline, error, len(points))


def _together(study: Study) -> list[Point]:
    """The points of the design: the base is one where its factors may all stay as they are."""
    experiment = study.experiment
    if experiment.design == "one_at_a_time":
        raise InputError(
            Mistake(
                "rules need a design in which all factors vary together",
                file=experiment.file.name,
                field="design",
                value=experiment.design,
                allowed="latin_hypercube, sobol, grid, or another that varies all",
            )
        )
    stays = all(UNCHANGED in factor.levels for factor in experiment.factors)
    return [p for p in study.points if p.settings or stays]


def _cases(study: Study, outcome: str, threshold: float, points: list[Point]) -> _Cases:
    values = usable.values(study, outcome, points)
    mean = np.array([values[p.id].mean() for p in points])
    runs = np.array([float(len(values[p.id])) for p in points])
    asked = [column for factor in study.experiment.factors for column in _asked(factor, points)]
    features = tuple(feature for feature, _ in asked)
    return _Cases(np.stack([c for _, c in asked], axis=1), mean >= threshold, runs, mean, features)


def _asked(factor: Factor, points: list[Point]) -> Iterator[tuple[_Feature, Floats]]:
    """What may be asked about a factor: how large it is, or whether it is a word."""
    levels = [p.levels[factor.path] for p in points]
    if factor.numeric and UNCHANGED not in levels:
        yield _Feature(factor.path), np.array([float(level) for level in levels])
        return
    words = sorted(set(levels))
    pair = words[::-1] if len(words) == 2 else [""]
    for word, other in zip(words[: 1 if len(words) == 2 else None], cycle(pair)):
        is_it = np.array([float(level == word) for level in levels])
        yield _Feature(factor.path, word, other), is_it


def _unseen(cases: _Cases) -> tuple[Floats, Floats]:
    """Whether each point is answered rightly by a tree, and by the commoner answer: (points,).

    Neither has seen the point: it was put aside while the tree was grown and pruned.
    """
    tree, common = np.zeros(len(cases.yes)), np.zeros(len(cases.yes))
    for seen, unseen in _folds(cases):
        of_tree = _grown(cases.at(seen)).predict(cases.columns[unseen])
        tree[unseen] = of_tree == cases.yes[unseen]
        common[unseen] = _commoner(cases.at(seen)) == cases.yes[unseen]
    return tree, common


def _folds(cases: _Cases) -> Iterator[tuple[Ints, Ints]]:
    """Parts of points, each with both answers as all have; all at once if that cannot be."""
    fewer = cases.fewer
    if fewer < 2:
        everything = np.arange(len(cases.yes))
        yield everything, everything
        return
    kind = extra("sklearn.model_selection").StratifiedKFold
    yield from kind(min(FOLDS, fewer), shuffle=True, random_state=SEED).split(
        cases.columns, cases.yes
    )


def _grown(cases: _Cases) -> Any:
    """The smallest pruned tree that is no worse than the best by more than one error."""
    if cases.fewer < 2:
        return _tree(cases, NO_QUESTION)
    prices = _prices(cases)
    right = _held_out(cases, prices)
    best = right[np.average(right, axis=1, weights=cases.weight).argmax()]
    worse = [np.average(best - each, weights=cases.weight) for each in right]
    errors = [_error(best - each, cases.weight) for each in right]
    enough = [p for p, w, e in zip(prices, worse, errors, strict=True) if w <= e]
    return _tree(cases, max(enough))


def _held_out(cases: _Cases, prices: list[float]) -> Floats:
    """Whether a tree of each price answers a point it has not seen rightly: (prices, points)."""
    right = np.zeros((len(prices), len(cases.yes)))
    for seen, unseen in _folds(cases):
        for place, price in enumerate(prices):
            answers = _tree(cases.at(seen), price).predict(cases.columns[unseen])
            right[place, unseen] = answers == cases.yes[unseen]
    return right


def _prices(cases: _Cases) -> list[float]:
    """A price of complexity for every pruned tree, from the whole tree to no question at all.

    Between two prices at which the tree changes it is their geometric mean, so that trees of a
    part of the points are pruned as the tree of all is (Breiman and others 1984, section 3.4).
    """
    path = _tree(cases, 0.0).cost_complexity_pruning_path(cases.columns, cases.yes, cases.weight)
    changes = np.unique(np.clip(path.ccp_alphas, 0.0, None))
    return [*np.sqrt(changes[:-1] * changes[1:]).tolist(), NO_QUESTION]


def _tree(cases: _Cases, price: float) -> Any:
    least = max(LEAST, ceil(SHARE * len(cases.yes)))
    kind = extra("sklearn.tree").DecisionTreeClassifier
    tree = kind(max_depth=DEPTH, min_samples_leaf=least, ccp_alpha=price, random_state=SEED)
    return tree.fit(cases.columns, cases.yes, cases.weight)


def _commoner(cases: _Cases) -> bool:
    return bool(cases.weight[cases.yes].sum() > cases.weight.sum() / 2)


def _error(values: Floats, weight: Floats) -> float:
    """Standard error of a weighted mean of independent values."""
    apart = values - np.average(values, weights=weight)
    return float(np.sqrt(np.sum((weight * apart) ** 2)) / weight.sum())


def _walk(cases: _Cases, tree: Any) -> Iterator[tuple[tuple[str, ...], Bools]]:
    """The leaves of a fitted tree: the conditions on the way, and which points come there."""
    start: tuple[int, dict[_Asked, str], Bools] = (0, {}, np.ones(len(cases.yes), dtype=bool))
    ways = [start]
    while ways:
        node, said, rows = ways.pop()
        if tree.children_left[node] < 0:
            yield tuple(said.values()), rows
            continue
        place, feature = int(tree.feature[node]), cases.features[tree.feature[node]]
        column = cases.columns[:, place]
        low = column.astype(np.float32) <= tree.threshold[node]  # as scikit-learn compares
        cut = _plain(column[rows & low].max(), column[rows & ~low].min())
        for child, below, side in (
            (tree.children_left[node], True, low),
            (tree.children_right[node], False, ~low),
        ):
            ways.append((child, _with(said, feature, below, cut), rows & side))


def _with(
    said: Mapping[_Asked, str], feature: _Feature, below: bool, cut: str
) -> dict[_Asked, str]:
    """Add a condition; a narrower one takes the place of a wider one on the same factor."""
    settled = bool(feature.level) and (not below or bool(feature.other))
    kept = {k: v for k, v in said.items() if not (settled and k[0] == feature.factor)}
    return kept | {(feature.factor, feature.level, below): feature.condition(below, cut)}


def _plain(low: float, high: float) -> str:
    """The number of fewest digits that is at least ``low`` and less than ``high``."""
    middle = (low + high) / 2
    tries = (float(f"{middle:.{digits}g}") for digits in range(1, 17))
    return np.format_float_positional(next((t for t in tries if low <= t < high), low), trim="-")


def _leaf(cases: _Cases, said: tuple[str, ...], rows: Bools) -> Leaf:
    weight = cases.weight[rows]
    share, mean = (float(np.average(c[rows], weights=weight)) for c in (cases.yes, cases.mean))
    return Leaf(said, share, int(rows.sum()), mean)
