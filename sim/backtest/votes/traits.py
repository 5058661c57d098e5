"""What a reading of the texts adds to what was known: what a text gains, and whom it resembles.

Memory is of two kinds. That of the series is what a state did on its earlier texts. That of
other texts weighs votes outside the series by how like the texts are, how recent the vote is,
and whether the topic is the same; it is all there is for a text without a precedent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.analysis import support
from sim.codings import Text
from sim.backtest.votes.known import Known
from sim.core import worlds

Floats = npt.NDArray[np.float64]

CURVATURE = 2.0  # the quadratic gain
HALF_LIFE = 8.0  # years: votes on other texts
LIKENESS = 0.25  # distance of coded changes at which a text counts exp(-1/2)
SHRINK = 0.3  # votes of nobody's that a mean over votes is shrunk by
SHRINK_HABIT = 2.0
FADE = 0.5  # a vote of the series counts half of the next one
REACH = 8  # votes of the series that are looked at
ABSTENTIONS, SHARE = 4.0, 0.1  # the habit of abstaining is shrunk to SHARE by so many votes


@dataclass(frozen=True)
class Series:
    """What the states did on the earlier texts of the series; arrays are (states,)."""

    last: Floats  # +1, 0, -1 on the last text; the faded mean where a state cast no vote
    before: Floats  # on the text before
    mean: Floats  # faded mean of the last ones
    abstained: Floats  # 1 where a state abstained on the last text
    item: Floats  # tanh of half the support for the last text by the states' ideal points
    bloc: Floats  # mean of ``last`` over the other members of the Union; 0 outside
    gained: Floats  # gain of this text less that of the last
    change: float  # distance of what this text changes from what the last one did


@dataclass(frozen=True)
class Traits:
    """All the model knows of one vote; arrays are (states,)."""

    gain: Floats
    like: Floats  # mean vote on other texts of like change
    towards: Floats  # mean vote, less that of all states, on other texts of like direction
    topic: Floats  # mean vote on other texts of the topic
    sponsor: Floats
    abstains: Floats  # share of votes on other texts on which a state abstained
    habit: Floats  # share of all votes on which a state abstained
    series: Series | None  # None: a text without a precedent


def traits(known: Known, texts: Mapping[str, Text], series: Mapping[str, str]) -> Traits:
    """Describe the vote of ``known`` as one reading sees it.

    Args:
        known: what was known before it.
        texts: the reading; a text that it lacks says nothing.
        series: the series of each resolution, this one's included.
    """
    own = series[known.resolution]
    earlier = known.votes.resolutions
    text = texts.get(known.resolution)
    others = np.array([series[r] != own for r in earlier])
    fading = known.fading(HALF_LIFE) * others
    like, same_way = _resemblance(text, [texts.get(r) for r in earlier])
    topic = np.array([t == known.topic for t in known.votes.topics])
    cast = known.voted.sum(1)
    here = [r for r in earlier if series[r] == own]
    gain = _gain(known, text)
    return Traits(
        gain,
        _mean(known, known.sign, fading * like),
        _mean(known, known.above, fading * same_way),
        _mean(known, known.sign, fading * topic),
        np.isin(known.votes.states, text.sponsors if text else ()).astype(np.float64),
        _mean(known, known.abstained, fading, SHRINK_HABIT),
        (known.abstained.sum(1) + ABSTENTIONS * SHARE) / (cast + ABSTENTIONS),
        _series(known, here, text, texts, gain) if here else None,
    )


def _mean(known: Known, what: Floats, weight: Floats, shrink: float = SHRINK) -> Floats:
    return np.asarray((what @ weight) / (known.voted @ weight + shrink))


def _gain(known: Known, text: Text | None) -> Floats:
    if text is None:
        return np.zeros(len(known.votes.states))
    at = known.position[None], known.salience[None]
    found = support.gains(*at, worlds.ISSUES, [text], np.array([CURVATURE]))
    return np.asarray(found[0, :, 0])


def change(text: Text | None) -> Floats:
    """What a text changes: value less status quo on every issue, (issues,), on -1 to 1."""
    found = np.zeros(len(worlds.ISSUES))
    for clause in text.clauses if text else ():
        found[worlds.ISSUES.index(clause.issue)] += clause.value - clause.status_quo
    return found


def _resemblance(text: Text | None, earlier: Sequence[Text | None]) -> tuple[Floats, Floats]:
    """How like the earlier texts are: by distance and by direction of what they change."""
    if text is None:
        return np.zeros(len(earlier)), np.zeros(len(earlier))
    own = change(text)
    others = np.array([change(t) for t in earlier]).reshape(-1, len(own))
    coded = np.array([t is not None for t in earlier])
    near = np.exp(-((others - own) ** 2).sum(1) / (2.0 * LIKENESS**2))
    lengths = np.linalg.norm(others, axis=1) * np.linalg.norm(own)
    way = np.maximum(others @ own, 0.0) / np.maximum(lengths, 1e-9)
    return near * coded, way * coded


def _series(
    known: Known,
    here: Sequence[str],
    text: Text | None,
    texts: Mapping[str, Text],
    gain: Floats,
) -> Series:
    columns = [known.votes.column[r] for r in here]
    recent = columns[-REACH:]
    weight = FADE ** np.arange(len(recent) - 1, -1, -1.0)
    cast = known.voted[:, recent] @ weight
    mean = np.where(cast > 0, (known.sign[:, recent] @ weight) / np.maximum(cast, 1e-9), 0.0)
    end = columns[-1]
    # A state that cast no vote last time is remembered by its earlier ones, with less certainty.
    last = np.where(known.voted[:, end], known.sign[:, end], 0.5 * mean * np.abs(mean))
    item = known.ideal.theta @ known.ideal.slope[end] - known.ideal.cut[end]
    lately = texts.get(here[-1])
    return Series(
        last,
        known.sign[:, columns[-2]] if len(columns) > 1 else np.zeros(len(last)),
        mean,
        known.abstained[:, end],
        np.tanh(item / 2.0),
        _of_others(last, np.isin(known.votes.states, known.groups["EU"])),
        gain - _gain(known, lately),
        float(np.linalg.norm(change(text) - change(lately))) if text else 0.0,
    )


def _of_others(values: Floats, inside: npt.NDArray[np.bool_]) -> Floats:
    """Mean over the other members for each member; 0 outside."""
    count = int(inside.sum())
    if count < 2:
        return np.zeros(len(values))
    return np.where(inside, (values[inside].sum() - values) / (count - 1), 0.0)
