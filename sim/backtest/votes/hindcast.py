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
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from sim.analysis import bridge
from sim.analysis.bridge import Anchor
from sim.codings import Text
from sim.backtest.votes import absence, model
from sim.backtest.votes.absence import Gone
from sim.backtest.votes.inputs import Reading, plain
from sim.backtest.votes.known import LEAST_VOTES, Known, known
from sim.backtest.votes.model import Model, Past, Told
from sim.backtest.votes.traits import traits
from sim.errors import InputError
from sim.record import NO_SEAT, Codes, Votes

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BLANK = "no text"
BEFORE, AFTER = "before the cut", "from the cut on"
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
class Hindcast:
    """The hindcast of one resolution; arrays are (states,) or (states, chances)."""

    item: Item
    side: str  # BEFORE or AFTER
    known: Known
    series: str
    precedent: str  # the last earlier text of the series, or ""
    sponsors: Bools
    told: Mapping[str, Told]  # by reading, of those that code it
    models: Mapping[str, Model]  # what told it, by reading
    blank: Told
    chances: Floats  # of in favour, abstaining, against, not voting
    absent_terms: Floats
    without: Mapping[str, Floats] = field(default_factory=dict)  # absence without one part

    @property
    def coded(self) -> bool:
        """Whether any coder has read the text."""
        return bool(self.told)

    @property
    def three(self) -> Floats:
        """Chances of in favour, abstaining, against among those who vote, (states, 3)."""
        parts = self.told or {BLANK: self.blank}
        return np.asarray(np.mean([t.chances for t in parts.values()], axis=0))

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


@dataclass
class _Learner:
    """One reading on its way through the record."""

    reading: Reading
    past: list[Past] = field(default_factory=list)
    fitted: tuple[int, Model] | None = None

    def model(self, day: dt.date) -> Model:
        """What was learnt from votes before ``day``; asked in order of date."""
        usable = [p for p in self.past if p.date < day]
        if self.fitted is None or self.fitted[0] != len(usable):
            start = self.fitted[1] if self.fitted else None
            self.fitted = len(usable), model.learn(usable, start)
        return self.fitted[1]


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
    gone: list[Gone] = []
    found = []
    for item in items(votes, readings):
        if len(votes.before(item.date).resolutions) < LEAST_VOTES:
            continue
        past = known(votes, item.resolution, item.date, item.topic, until, at)
        made = _one(past, item, learners, gone, until)
        found.append(made)
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
    past: Known, item: Item, learners: Sequence[_Learner], gone: list[Gone], until: dt.date
) -> Hindcast:
    day = min(item.date, until)
    told, models = {}, {}
    for learner in learners:
        texts = _readable(learner.reading, item)
        blank = learner.reading.name == BLANK
        if item.resolution in texts or blank:
            coders = learners if blank else [learner]
            series = _series(past, [c.reading for c in coders], item)
            about = traits(past, texts, series)
            models[learner.reading.name] = learner.model(day)
            told[learner.reading.name] = learner.model(day).tell(about)
            if item.codes is not None:
                own = texts.get(item.resolution)
                since = max(item.date, own.known_by) if own else item.date
                strange = told[learner.reading.name].strange
                learner.past.append(Past(since, about, item.codes, strange))
    alone = told.pop(BLANK)
    series = _series(past, [c.reading for c in learners], item)
    here = [r for r in past.votes.resolutions if series[r] == series[item.resolution]]
    made = Hindcast(
        item,
        AFTER if item.date >= until else BEFORE,
        past,
        series[item.resolution],
        here[-1] if here else "",
        _sponsors(past, item, learners),
        told,
        models,
        alone,
        np.zeros((0, 4)),
        np.zeros((0, 0)),
    )
    terms = absence.terms(past, here, made.three)
    usable = [g for g in gone if g.date < day]
    if item.codes is not None:
        gone.append(Gone(item.date, terms, item.codes))
    away = _away(terms, usable, "")
    chances = np.concatenate([made.three * (1.0 - away[:, None]), away[:, None]], axis=1)
    less = {part: _away(terms, usable, part) for part in list(absence.TERMS)[1:]}
    return replace(made, chances=chances, absent_terms=terms, without=less)


def _sponsors(past: Known, item: Item, learners: Sequence[_Learner]) -> Bools:
    texts = [
        le.reading.texts[item.resolution] for le in learners if item.resolution in le.reading.texts
    ]
    return np.isin(past.votes.states, [s for t in texts for s in t.sponsors])


def _away(terms: Floats, usable: Sequence[Gone], without: str) -> Floats:
    used = absence.columns(without)
    return absence.chances(terms[:, used], absence.fit(usable, used))


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
