"""What the record says of a text before it is voted on: its own series, and kindred texts.

Memory of a series is what each state did on its earlier texts. Of other texts, those count that
change things in the same direction:

    k_i = sum_j f_j c_j (v_ij - mean v_j) / (sum_j f_j c_j [i voted on j] + .3)

v is +1 in favour, -1 against, 0 abstaining; f halves every 8 years; c is the cosine of what the two
texts change, where it is above 0. Half-life and shrinkage were chosen on votes before 2020.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.codings import Text
from sim.record import ABSTAINING, NOT_VOTING, Votes

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Change = Mapping[str, float]  # issue -> value less status quo, -1 to 1

FADE = 0.5  # a vote of the series counts half of the next one
HALF_LIFE, YEAR = 8.0, 365.25
SHRINK = 0.3  # votes of nobody's that a mean over kindred texts is shrunk by
RECENT, SHRINK_HABIT = 2.0, 2.0  # years; votes of all that a habit of absence is smoothed by


@dataclass(frozen=True)
class Past:
    """What states did on the earlier texts of a series; arrays are (states,)."""

    last: Floats  # +1, 0 or -1 on the last text; 0 for who cast no vote
    mean: Floats  # of all of them, each counting half of the next one
    abstained: Bools  # on the last
    missed: Bools  # the last: did not vote on it
    change: Change  # what the last text changed; nothing if it is not coded


def past(votes: Votes, labels: Sequence[str], texts: Mapping[str, Text]) -> Past | None:
    """Read how states voted on these texts of one series, in order of date; None if on none."""
    columns = [votes.column[label] for label in labels if label in votes.column]
    if not columns:
        return None
    codes = votes.codes[:, columns]
    cast = np.abs(codes) <= 1
    sign = np.where(cast, codes, 0).astype(np.float64)
    weight = FADE ** np.arange(len(columns) - 1, -1, -1.0)
    last = texts.get(votes.resolutions[columns[-1]])
    return Past(
        sign[:, -1],
        (sign @ weight) / np.maximum(cast @ weight, 1e-9),
        codes[:, -1] == ABSTAINING,
        ~cast[:, -1],
        last.change if last else {},
    )


def kindred(
    votes: Votes, day: dt.date, change: Change, texts: Mapping[str, Text], own: Sequence[str]
) -> Floats:
    """How far states were more in favour than others of texts of this direction: (states,).

    Args:
        votes: recorded before ``day``.
        day: the votes fade towards the past of it.
        change: what the text at hand changes.
        texts: coded texts that are known.
        own: labels of the text itself and of its series, which do not count.
    """
    chosen = [
        (votes.column[label], way * 0.5 ** ((day - text.date).days / YEAR / HALF_LIFE))
        for label, text in texts.items()
        if label in votes.column and label not in own and (way := cosine(change, text.change)) > 0
    ]
    if not chosen:
        return np.zeros(len(votes.states))
    columns, weight = [column for column, _ in chosen], np.array([w for _, w in chosen])
    codes = votes.codes[:, columns]
    cast = np.abs(codes) <= 1
    sign = np.where(cast, codes, 0).astype(np.float64)
    above = np.where(cast, sign - sign.sum(0) / np.maximum(cast.sum(0), 1), 0.0)
    return np.asarray((above @ weight) / (cast @ weight + SHRINK))


def cosine(one: Change, other: Change) -> float:
    """Cosine of what two texts change; 0 where one changes nothing."""
    size = math.hypot(*one.values()) * math.hypot(*other.values())
    return sum(v * other.get(k, 0.0) for k, v in one.items()) / size if size else 0.0


def distance(one: Change, other: Change) -> float:
    """How far apart two texts are in what they change."""
    return math.hypot(*(one.get(k, 0.0) - other.get(k, 0.0) for k in {*one, *other}))


def habits(votes: Votes, day: dt.date, half_life: float = RECENT) -> Floats:
    """Each state's share of votes missed while a member, (states,), recent ones counting more.

    A vote counts half of one ``half_life`` years later; all are smoothed towards the common share.
    """
    age = np.array([(day - when).days for when in votes.dates]) / YEAR
    weight = 0.5 ** (age / half_life)
    missed, seated = votes.codes == NOT_VOTING, votes.codes <= NOT_VOTING
    common = float((missed @ weight).sum() / max((seated @ weight).sum(), 1e-9))
    return np.asarray((missed @ weight + SHRINK_HABIT * common) / (seated @ weight + SHRINK_HABIT))
