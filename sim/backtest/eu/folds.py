"""Cross-validation over proposals: what is fitted never saw any outcome of the proposal it meets.

Issues of one proposal are decided together, so they stay together. What is tuned is tuned
within the training part, by folds of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from sim.backtest.eu.decisions import Decisions

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Choice = TypeVar("Choice")

Model = Callable[[Decisions, Decisions], Floats]  # known issues, blind ones -> (blind ones, ...)
INNER = 5  # folds within the training part


def folds(decisions: Decisions, count: int, seed: int) -> Iterator[tuple[Ints, Ints]]:
    """Give places of issues to learn from and to hindcast, fold by fold.

    Each proposal is hindcast in one fold. There are no more folds than proposals; of one
    proposal alone nothing can be learned, and there is no fold.
    """
    proposals = len(decisions.proposals)
    count = min(count, proposals)
    if count < 2:
        return
    order = np.random.default_rng([seed, proposals]).permutation(proposals)
    fold = np.empty(proposals, dtype=np.int64)
    fold[order] = np.arange(proposals) % count
    here = fold[decisions.group]
    for number in range(count):
        yield np.flatnonzero(here != number), np.flatnonzero(here == number)


def crossed(decisions: Decisions, count: int, seed: int, model: Model) -> Floats:
    """Hindcast every issue by a model that learned from other proposals; nan where none could.

    The model is handed the issues to hindcast without their outcomes.
    """
    found: Floats | None = None
    for learn, test in folds(decisions, count, seed):
        known = decisions.take(learn)
        if not len(known.known):
            continue
        part = model(known, decisions.take(test).blind())
        if found is None:
            found = np.full((len(decisions), *part.shape[1:]), np.nan)
        found[test] = part
    return np.full(len(decisions), np.nan) if found is None else found


def chosen(
    known: Decisions,
    choices: Sequence[Choice],
    loss: Callable[[Choice, Decisions, Decisions], Floats],
    seed: int,
) -> Choice:
    """Choose what loses least on proposals left out of the known ones; the first if none can.

    Args:
        known: the training part.
        choices: what there is to choose among, the simplest first.
        loss: of a choice, fitted to the first decisions, on each issue of the second.
        seed: of the inner folds.
    """
    total = np.zeros(len(choices))
    for learn, test in folds(known, INNER, seed):
        part, rest = known.take(learn), known.take(test)
        rest = rest.take(rest.known)
        if len(part.known) and len(rest):
            total += [float(loss(choice, part, rest).sum()) for choice in choices]
    return choices[int(total.argmin())]
