"""Every resolution hindcast from what was known before it.

The rule. Coefficients, anchors, saliences and codings to learn from are known before the day of
knowledge, which is the earlier of the vote's own day and the cut. Positions, habits and the
memory of the series come from recorded votes before the vote's own day. So a resolution before
the cut is hindcast by a model refitted on earlier votes only, and one on or after the cut by a
model frozen at the cut. Nothing of a vote's own day is used but its text, which was tabled.

Every reading hindcasts the texts that it codes; the hindcast is the mean of their chances, so
that where coders disagree, chances widen. One more reading, which codes nothing, hindcasts what
no coder has read; beside the others it says what the texts add.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sim import precedents
from sim.analysis import bridge, ideal, ordered, support
from sim.analysis.bridge import Anchor
from sim.analysis.known import LEAST_VOTES, Known, known
from sim.analysis.ordered import Prior, Vote
from sim.analysis.support import About, Case, Fit
from sim.codings import Text
from sim.errors import InputError
from sim.hindcast.inputs import Reading, plain
from sim.precedents import Past
from sim.record import NO_SEAT, Codes, Votes

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BLANK = "no text"
BEFORE, AFTER = "before the cut", "from the cut on"
AGAIN = Prior(np.array([3.0]), np.array([2.0]), np.zeros(2), np.ones(2))
AGAIN_SURPRISE = 0.5
ONE_SERIES = 10  # years within which a topic with one series lends it to a text of no known one


@dataclass(frozen=True)
class Item:
    """One resolution to hindcast; ``codes`` (states,) if it was voted on."""

    resolution: str
    date: dt.date
    topic: str
    series: str  # as recorded, or ""
    codes: Codes | None


@dataclass(frozen=True)
class Told:
    """What one reading tells of a vote."""

    chances: Floats  # of in favour, abstaining, against, not voting, if it votes: (states, 4)
    change: float  # of the text from the last of its series; nan without a precedent
    fit: Fit  # what told it

    @property
    def three(self) -> Floats:
        """Chances of in favour, abstaining, against of those who vote, (states, 3)."""
        return _three(self.chances)


@dataclass(frozen=True)
class Hindcast:
    """The hindcast of one resolution; arrays are (states,) or (states, chances)."""

    item: Item
    side: str  # BEFORE or AFTER
    known: Known
    series: str
    precedent: str  # the last earlier text of the series, or ""
    sponsors: Bools
    told: Mapping[str, Told]  # by reading, of those that code it
    blank: Told
    left_out: Mapping[str, Told]  # the same by models that never saw the series
    again: Floats | None  # repetition, with a wider band for those who abstained: (states, 3)

    @property
    def coded(self) -> bool:
        """Whether any coder has read the text."""
        return bool(self.told)

    @property
    def chances(self) -> Floats:
        """Chances of in favour, abstaining, against, not voting: the mean of the readings."""
        return _mean(self.told or {BLANK: self.blank})

    @property
    def three(self) -> Floats:
        """Chances of in favour, abstaining, against among those who vote, (states, 3)."""
        return _three(self.chances)

    @property
    def strange(self) -> Floats | None:
        """The same by models that never saw the series; None where there was nothing to leave."""
        return _three(_mean(self.left_out)) if self.left_out else None

    @property
    def change(self) -> float:
        """How far the text is from the last of its series, mean of the readings; or nan."""
        found = [t.change for t in self.told.values()]
        return float(np.mean(found)) if found else float("nan")

    @property
    def listed(self) -> Bools:
        """Which states are hindcast: who had a seat at the vote before, or has one on record."""
        seated = self.known.seated
        return seated if self.item.codes is None else seated | (self.item.codes != NO_SEAT)


def _mean(told: Mapping[str, Told]) -> Floats:
    return np.asarray(np.mean([t.chances for t in told.values()], axis=0))


def _three(chances: Floats) -> Floats:
    return np.asarray(chances[:, :3] / chances[:, :3].sum(1, keepdims=True))


@dataclass
class _Learner:
    """One reading on its way through the record."""

    reading: Reading
    past: list[tuple[dt.date, str, Case]] = field(default_factory=list)
    fitted: dict[str, tuple[int, Fit]] = field(default_factory=dict)

    def fit(self, day: dt.date, without: str = "") -> Fit:
        """What was learnt from votes before ``day``, and not on the series ``without``."""
        usable = [c for since, series, c in self.past if since < day and series != without]
        if without not in self.fitted or self.fitted[without][0] != len(usable):
            self.fitted[without] = len(usable), support.fit(usable)
        return self.fitted[without][1]


def hindcast(
    votes: Votes,
    readings: Sequence[Reading],
    until: dt.date,
    anchors: tuple[Anchor, ...] | None = None,
) -> list[Hindcast]:
    """Hindcast every recorded vote, and every coded text not voted on, in order of date.

    Raises:
        InputError: too little lies before ``until``.
    """
    if len(votes.before(until).resolutions) < LEAST_VOTES:
        first = min(votes.dates)
        raise InputError(
            f"fewer than {LEAST_VOTES} recorded votes lie before {until}; the first is of {first}"
        )
    at = bridge.anchors() if anchors is None else anchors
    learners = [_Learner(r) for r in (*readings, Reading(BLANK, {}))]
    repeated = _Repeated()
    found = []
    for item in items(votes, readings):
        if len(votes.before(item.date).resolutions) < LEAST_VOTES:
            continue
        past = known(votes, item.resolution, item.date, item.topic, until, at)
        found.append(_one(past, item, learners, repeated, until))
    return found


def items(votes: Votes, readings: Sequence[Reading]) -> list[Item]:
    """List what is to be hindcast: every recorded vote, and every coded text without one."""
    about = zip(votes.resolutions, votes.dates, votes.topics, votes.series, strict=True)
    # A table without series gives the topic as one: a series of that name is none.
    voted = [Item(r, d, t, "" if s == t else plain(s), votes.of(r)) for r, d, t, s in about]
    waiting: dict[str, Text] = {}
    for reading in readings:
        for text in reading.texts.values():
            if text.resolution not in votes.column:
                waiting.setdefault(text.resolution, text)
    series = {plain(s): t for s, t in zip(votes.series, votes.topics, strict=True)}
    coming = [
        Item(t.resolution, t.date, series.get(t.series, ""), t.series, None)
        for t in waiting.values()
    ]
    return sorted(voted + coming, key=lambda i: i.date)


def _one(
    known: Known, item: Item, learners: Sequence[_Learner], repeated: _Repeated, until: dt.date
) -> Hindcast:
    day = min(item.date, until)
    told, left_out = {}, {}
    for learner in learners:
        texts = _readable(learner.reading, item)
        blank = learner.reading.name == BLANK
        if item.resolution in texts or blank:
            coders = learners if blank else [learner]
            series = _series(known, [c.reading for c in coders], item)
            about = support.about(known, texts, series)
            told[learner.reading.name] = _told(known, about, learner.fit(day))
            if about.past and not blank:
                without = learner.fit(day, series[item.resolution])
                left_out[learner.reading.name] = _told(known, about, without)
            if item.codes is not None:
                since = max(item.date, about.text.known_by) if about.text else item.date
                case = Case(about, known.position, known.salience, item.codes)
                learner.past.append((since, series[item.resolution], case))
    alone = told.pop(BLANK)
    series = _series(known, [c.reading for c in learners], item)
    here = [r for r in known.votes.resolutions if series[r] == series[item.resolution]]
    return Hindcast(
        item,
        AFTER if item.date >= until else BEFORE,
        known,
        series[item.resolution],
        here[-1] if here else "",
        _sponsors(known, item, learners),
        told,
        alone,
        left_out,
        repeated.tell(item, precedents.past(known.votes, here, {}), day),
    )


def _told(known: Known, about: About, fit: Fit) -> Told:
    found = support.chances(about, known.position[None], known.salience[None], fit.values)
    return Told(found[0], about.change, fit)


@dataclass
class _Repeated:
    """A baseline: what states did last, with a wider band for those who abstained then."""

    past: list[tuple[dt.date, Vote]] = field(default_factory=list)

    def tell(self, item: Item, past: Past | None, day: dt.date) -> Floats | None:
        """Its chances, (states, 3), from votes before ``day``; then it learns from this one."""
        if past is None:
            return None
        x, z = past.last[:, None], np.stack([np.ones(len(past.last)), past.abstained], axis=1)
        fitted = ordered.fit([vote for when, vote in self.past if when < day], AGAIN)
        if item.codes is not None:
            voted = np.abs(item.codes) <= 1
            vote = Vote(x[voted], z[voted], item.codes[voted], 1.0, AGAIN_SURPRISE)
            self.past.append((item.date, vote))
        return ideal.ordered(fitted.latent(x), np.exp(z @ fitted.width))


def _sponsors(past: Known, item: Item, learners: Sequence[_Learner]) -> Bools:
    texts = [
        le.reading.texts[item.resolution] for le in learners if item.resolution in le.reading.texts
    ]
    return np.isin(past.votes.states, [s for t in texts for s in t.sponsors])


def _readable(reading: Reading, item: Item) -> dict[str, Text]:
    """The texts known by the day of the vote, its own included."""
    return {
        r: t
        for r, t in reading.texts.items()
        if r == item.resolution or (t.known_by < item.date and t.date < item.date)
    }


def _series(past: Known, readings: Sequence[Reading], item: Item) -> dict[str, str]:
    """The series of each earlier resolution and of this one: as coded, else as recorded."""
    known = dict(zip(past.votes.resolutions, map(plain, past.votes.series), strict=True))
    coded = {r: t.series for reading in reversed(readings) for r, t in reading.texts.items()}
    found = {r: coded.get(r, s) for r, s in known.items()}
    own = coded.get(item.resolution) or item.series
    found[item.resolution] = own or _lent(past, found, item)
    return found


def _lent(past: Known, series: Mapping[str, str], item: Item) -> str:
    """The series of the topic, where it has had one only for years; else one of its own."""
    recent = {
        series[r]
        for r, d, t in zip(past.votes.resolutions, past.votes.dates, past.votes.topics, strict=True)
        if t == item.topic and d.year >= item.date.year - ONE_SERIES
    }
    return recent.pop() if len(recent) == 1 else item.resolution
