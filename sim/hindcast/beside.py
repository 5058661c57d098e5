"""Hindcasts that every hindcast is read beside, from the same past; (states, 3), nan where silent.

- *majority class*: the largest recorded answer, for all. It knows the result: no hindcast.
- *frozen cut*: two cut points on the annual ideal points, fitted on the last contested vote before
  the day of knowledge, used with the points of the year before the vote, and turned about where
  the text's own sponsors would be called against it.
- *last vote again*: what each state did on the last text of the series.
- *last vote, wider band*: an ordered logit on the last vote alone, its band of abstaining wider for
  those who abstained then.
- *ideal points*: a two-dimensional ordered-logit fit of all earlier votes, with the plane of the
  series' last text (Clinton, Jackman and Rivers 2004).
- *base rates*: the shares of the three answers in all earlier votes, for all.
- *own shares*: each state's own shares, shrunk to those.
- *no text*: our model without any coding.
- *series left out*: our model, fitted without any vote of the series.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from sim.analysis import ideal
from sim.analysis.scores import ORDER
from sim.analysis.skill import by_cut, certain, largest, last_contested
from sim.hindcast.hindcasts import Hindcast
from sim.record import Codes

Floats = npt.NDArray[np.float64]

OURS = "ours"
MAJORITY, CUT, LAST = "majority class", "frozen cut", "last vote again"
WIDER = "last vote, wider band"
IDEAL, RATES, OWN = "ideal points", "base rates", "own shares"
NO_TEXT, LEFT_OUT = "ours, no text", "ours, series left out"
BASELINES = (MAJORITY, CUT, LAST, WIDER, IDEAL, RATES, OWN, NO_TEXT, LEFT_OUT)
SHRINK = 5.0  # votes of all that a state's own shares are shrunk by
DIMENSIONS = 2


def beside(of: Hindcast, until: dt.date) -> Iterator[tuple[str, Floats]]:
    """Every baseline that has something to say of a vote, by name."""
    known, codes = of.known.votes, of.item.codes
    if codes is not None:
        yield MAJORITY, certain(largest(codes))
    called = _cut(of, until)
    if called is not None:
        yield CUT, certain(called)
    if of.precedent:
        yield LAST, certain(known.of(of.precedent))
        if of.again is not None:
            yield WIDER, of.again
        fitted = ideal.fit(known.codes, known.states, DIMENSIONS)
        yield IDEAL, fitted.chances(known.column[of.precedent])
    answers = np.stack([known.codes == c for c in ORDER], axis=-1).sum(1).astype(np.float64)
    rates = answers.sum(0) / answers.sum()
    yield RATES, np.tile(rates, (len(answers), 1))
    yield OWN, (answers + SHRINK * rates) / (answers.sum(1, keepdims=True) + SHRINK)
    yield NO_TEXT, of.blank.three
    if of.strange is not None:
        yield LEFT_OUT, of.strange


def _cut(of: Hindcast, until: dt.date) -> Codes | None:
    known = of.known.votes
    seen = known.before(min(until, of.item.date))
    label = last_contested(seen, of.item.topic)
    if not label:
        return None
    return by_cut(known.states, seen, label, of.item.date, of.sponsors)
