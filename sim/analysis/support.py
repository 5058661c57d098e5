"""The vote model fitted to recorded votes: the terms are those of the simulation itself.

A *case* is one vote as the model meets it: a setting with one text. What each parameter weighs is
read off the mechanisms' own terms, and chances are those of `sim.mechanisms.voting.chances`.
Parameters are global, one set for all states and texts, and fitted in three steps:

1. the text by itself (readiness, stakes, kindred, sponsorship, band), on every vote as if its
   series had no past, so that a text without a precedent meets a model that has seen many;
2. memory, on votes with a precedent, given the first;
3. who does not vote.

Each step is a penalised likelihood with an effect of each vote and normal priors about the defaults
of the registry, of sd a quarter of each range, or 1 in the logarithm of a band. A vote that repeats
the last of its series counts .3, since it says little more about how texts move votes. Errors are
robust to what the votes of one series share.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.linalg import block_diag

from sim import precedents
from sim.analysis import absence, ordered
from sim.analysis.absence import Gone
from sim.analysis.known import Known
from sim.analysis.ordered import Prior, Vote
from sim.codings import Clause, Text
from sim.core import worlds
from sim.core.arranged import arranged
from sim.core.registry import PARAMETERS
from sim.core.registry import rules as presets
from sim.core.setting import Draft, Forum, Meeting, Series, Setting, Worlds
from sim.core.support import systematic
from sim.core.world import RUNS_PER_WORLD, World, begin
from sim.mechanisms import attendance, memory, voting
from sim.precedents import Past
from sim.record import NOT_VOTING, Codes

Floats = npt.NDArray[np.float64]

TEXT, MEMORY = (
    ("readiness", "stakes", "kindred", "sponsorship", "band"),
    ("memory", "text_weight", "changed_text", "familiar_band", "abstainers"),
)
AWAY = ("absence", "habit", "late_december", "missed")
FITTED = (*TEXT, *MEMORY, *AWAY)
LOGARITHMS = ("band", "familiar_band")  # fitted, and sure, in the logarithm
STAGE = "plenary"
REPEATED, SAME = 0.3, 0.1  # what a vote counts whose text differs by less from the last
TEXT_SURPRISE = 1.0  # sd of a text's own effect in the first step
SILENT = Clause(worlds.ISSUES[0], 0.0, 0.0, "")  # of a text that nobody has coded


@dataclass(frozen=True)
class About:
    """What is known of one vote before it, whoever reads the text: arrays are (states,)."""

    resolution: str
    date: dt.date
    states: tuple[str, ...]
    text: Text | None  # None: not coded
    past: Past | None  # None: a text without a precedent
    kindred: Floats
    habit: Floats  # of not voting, 0-1

    @property
    def change(self) -> float:
        """How far the text is from the last of its series; nan without a precedent."""
        if self.past is None:
            return float("nan")
        return precedents.distance(self.text.change, self.past.change) if self.text else 0.0

    @property
    def weight(self) -> float:
        """What the vote counts in a fit."""
        return REPEATED if self.change <= SAME else 1.0


@dataclass(frozen=True)
class Case:
    """One vote as the model meets it: what is known, where states stand, and how they voted."""

    about: About
    position: Floats  # (states, issues) on 0-1, at best guess
    salience: Floats
    codes: Codes  # (states,)
    curvature: int = 2

    @cached_property
    def standard(self) -> tuple[Setting, World]:
        """The vote with every parameter as by default, its series recalled."""
        setting, world = self.met({"curvature": float(self.curvature)})
        if "memory" in world.state:
            world.state["memory"] = np.zeros((1, 1))
        return setting, world

    @cached_property
    def text(self) -> Floats:
        """What each parameter of the text by itself weighs: (states, parameters)."""
        setting, world = self.standard
        alone = replace(setting, parts={**setting.parts, "memory": None})
        none = {**world.parameters, **dict.fromkeys(TEXT[:-1], np.zeros(1))}
        columns = [
            systematic(alone, replace(world, parameters={**none, name: np.ones(1)}), 0)[0]
            for name in TEXT[:-1]
        ]
        return np.stack(columns, axis=1)

    @cached_property
    def kept(self) -> float:
        """How familiar the text is where memory is recalled."""
        return float(memory.erosion(*self.standard, 0)[0])

    def met(self, values: Mapping[str, Floats | float]) -> tuple[Setting, World]:
        """The vote as a setting with one world, and its one run."""
        return met(self.about, self.position[None], self.salience[None], values)


@dataclass(frozen=True)
class Fit:
    """Parameters fitted with one curvature."""

    curvature: int
    values: dict[str, float]
    covariance: Floats  # of FITTED, in that order; of the logarithm for LOGARITHMS

    @property
    def errors(self) -> dict[str, float]:
        """Standard error of each fitted parameter."""
        sd = dict(zip(FITTED, np.sqrt(np.diag(self.covariance)).tolist(), strict=True))
        return {n: e * (self.values[n] if n in LOGARITHMS else 1.0) for n, e in sd.items()}

    def drawn(self, normal: Floats) -> dict[str, Floats]:
        """Draw parameters by deviates (draws, FITTED), within their ranges: name -> (draws,)."""
        root, axes = np.linalg.eigh(self.covariance)
        steps = normal @ (axes * np.sqrt(np.maximum(root, 0.0))).T
        return {name: _moved(name, self.values[name], steps[:, j]) for j, name in enumerate(FITTED)}


def _moved(name: str, value: float, steps: Floats) -> Floats:
    made = value * np.exp(steps) if name in LOGARITHMS else value + steps
    return np.clip(made, PARAMETERS[name].low, PARAMETERS[name].high)


# One vote as a setting


def met(
    about: About, position: Floats, salience: Floats, values: Mapping[str, Floats | float]
) -> tuple[Setting, World]:
    """Make one vote a setting, and begin one run of each of its worlds.

    Args:
        about: what is known of the vote.
        position, salience: (worlds, states, issues) on 0-1.
        values: parameters, one number or one a world; others are as by default.
    """
    count, states = position.shape[:2]
    best = {name: p.default for name, p in PARAMETERS.items()} | dict(values)
    parameters = {k: np.broadcast_to(np.asarray(v, np.float64), count) for k, v in best.items()}
    draft, status_quo = _draft(about)
    everyone = np.ones(states, dtype=bool)
    nobody, weights = ~everyone, np.ones(states)
    rules = presets()["un_general_assembly"]
    setting = arranged(
        title=about.resolution,
        seed=0,
        actors=about.states,
        issues=worlds.ISSUES,
        status_quo=status_quo,
        capability=weights,
        forums=(Forum("assembly", rules, everyone, nobody, weights, {STAGE: 1}, (0,)),),
        drafts=(draft,),
        worlds=Worlds(
            position, position, salience, parameters, (np.tile(draft.value, (count, 1)),)
        ),
        absence=about.habit,
    )
    return setting, begin(setting, RUNS_PER_WORLD * np.arange(count))


def _draft(about: About) -> tuple[Draft, Floats]:
    """The text, and the status quo on every issue that it is compared with."""
    clauses = about.text.clauses if about.text else (SILENT,)
    issue = np.array([worlds.ISSUES.index(c.issue) for c in clauses])
    status_quo = np.zeros(len(worlds.ISSUES))
    status_quo[issue] = [c.status_quo for c in clauses]
    draft = Draft(
        label=about.resolution,
        title=about.resolution,
        forum=0,
        clauses=tuple(f"OP{n + 1}" for n in range(len(clauses))),
        words=("",) * len(clauses),
        issue=issue,
        value=np.array([c.value for c in clauses]),
        weight=np.ones(len(clauses)),
        sponsors=np.isin(about.states, about.text.sponsors if about.text else ()),
        dates={STAGE: about.date},
        series=_series(about),
        kindred=about.kindred,
    )
    return draft, status_quo


def _series(about: About) -> Series | None:
    past = about.past
    if past is None:
        return None
    # Where either text is not coded, nothing is known to have changed.
    change = [past.change.get(k, 0.0) if about.text else 0.0 for k in worlds.ISSUES]
    return Series(past.mean, past.abstained, past.missed, np.array(change))


def chances(
    about: About, position: Floats, salience: Floats, values: Mapping[str, Floats | float]
) -> Floats:
    """Chances of in favour, abstaining, against, not voting: (worlds, states, 4); see `met`."""
    setting, world = met(about, position, salience, values)
    return voting.chances(setting, world, Meeting(1, 0, STAGE, final=True), 0)


def about(known: Known, texts: Mapping[str, Text], series: Mapping[str, str]) -> About:
    """What one reading of the texts knows of a vote before it.

    Args:
        known: what is known whoever reads.
        texts: those read, by resolution; the one at hand may not be among them.
        series: of each earlier resolution, and of this one.
    """
    votes, own = known.votes, known.resolution
    here = [r for r in votes.resolutions if series[r] == series[own]]
    text = texts.get(own)
    way = text.change if text else {}
    return About(
        own,
        known.date,
        votes.states,
        text,
        precedents.past(votes, here, texts),
        precedents.kindred(votes, known.date, way, texts, (own, *here)),
        known.habit,
    )


def tally(
    about: About, position: Floats, salience: Floats, values: Mapping[str, Floats | float]
) -> tuple[Floats, Floats]:
    """Chances as above, and the variance of the four counts over all that chance decides.

    Returns (worlds, states, 4) and (worlds, 4).
    """
    setting, world = met(about, position, salience, values)
    at = Meeting(1, 0, STAGE, final=True)
    variance, square = np.zeros((4, len(position))), np.zeros((4, len(position)))
    for share, cast, there in voting.conditional(setting, world, at, 0):
        expected = np.einsum("kri,ri->kr", cast, there)
        spread = expected - np.einsum("kri,ri->kr", cast * cast, there * there)
        away = 1.0 - there
        variance += share * np.concatenate([spread, [(away * there).sum(axis=1)]])
        square += share * np.concatenate([expected, [away.sum(axis=1)]]) ** 2
    mean = voting.chances(setting, world, at, 0)
    return mean, np.asarray((variance + square).T - mean.sum(axis=1) ** 2)


# The fit


def fit(cases: Sequence[Case], curvature: int = 2) -> Fit:
    """Fit all parameters to cases read with one curvature; with none, they are as by default."""
    values = {name: PARAMETERS[name].default for name in FITTED}
    values |= {"noise": 1.0, "curvature": float(curvature)}  # noise fixes the unit
    blocks = []
    for names, step in ((TEXT, _text), (MEMORY, _memory), (AWAY, _away)):
        found, covariance = step(cases, values)
        for name, v in zip(names, found.tolist(), strict=True):
            value = math.exp(v) if name in LOGARITHMS else v
            values[name] = float(np.clip(value, PARAMETERS[name].low, PARAMETERS[name].high))
        blocks.append(covariance)
    return Fit(curvature, values, np.asarray(block_diag(*blocks)))


def _text(cases: Sequence[Case], _: Mapping[str, float]) -> tuple[Floats, Floats]:
    votes = [_vote(c, c.text, np.ones((len(c.text), 1)), TEXT_SURPRISE) for c in cases]
    return _ordered(votes, TEXT[:-1], TEXT[-1:])


def _memory(cases: Sequence[Case], values: Mapping[str, float]) -> tuple[Floats, Floats]:
    weights = np.array([values[name] for name in TEXT[:-1]])
    votes = []
    for case in cases:
        series = case.standard[0].drafts[0].series
        if series is not None:
            clear = np.clip(case.text @ weights, -memory.CLEAR, memory.CLEAR)
            weighed = memory.terms(series, clear, np.array([case.kept]))
            x = np.stack([weighed[name] for name in MEMORY[:3]], axis=1)
            z = np.stack([np.ones(len(clear)), case.kept * series.abstained], axis=1)
            votes.append(_vote(case, x, z, float(voting.unsure(*case.standard, 0)[0])))
    return _ordered(votes, MEMORY[:3], MEMORY[3:])


def _away(cases: Sequence[Case], _: Mapping[str, float]) -> tuple[Floats, Floats]:
    past = []
    for case in cases:
        known = attendance.terms(case.standard[0], 0, STAGE)
        x = np.stack([np.ones(len(case.codes)), *(known[name] for name in AWAY[1:])], axis=1)
        seated = case.codes <= NOT_VOTING
        past.append(Gone(x[seated], (case.codes == NOT_VOTING)[seated]))
    return absence.fit(past, *_priors(AWAY), PARAMETERS["absence_surprise"].default)


def _vote(case: Case, x: Floats, z: Floats, surprise: float) -> Vote:
    voted = np.abs(case.codes) <= 1
    series = case.about.text.series if case.about.text else ""
    return Vote(x[voted], z[voted], case.codes[voted], case.about.weight, surprise, series)


def _ordered(
    votes: Sequence[Vote], support: Sequence[str], width: Sequence[str]
) -> tuple[Floats, Floats]:
    found = ordered.fit(votes, Prior(*_priors(support), *_priors(width)))
    return np.concatenate([found.support, found.width]), found.covariance


def _priors(names: Sequence[str]) -> tuple[Floats, Floats]:
    """Centres and standard deviations, of the logarithm for LOGARITHMS."""
    of = [PARAMETERS[name] for name in names]
    logs = [name in LOGARITHMS for name in names]
    centre = [np.log(p.default) if log else p.default for p, log in zip(of, logs, strict=True)]
    sd = [1.0 if log else (p.high - p.low) / 4.0 for p, log in zip(of, logs, strict=True)]
    return np.array(centre), np.array(sd)


def log_likelihood(fit: Fit, cases: Sequence[Case]) -> float:
    """Log-likelihood of what states did, each vote by its weight, in nats."""
    return sum(_log_likelihood(case, fit.values) for case in cases)


def _log_likelihood(case: Case, values: Mapping[str, float]) -> float:
    p = chances(case.about, case.position[None], case.salience[None], values)[0]
    place = {1: 0, 0: 1, -1: 2, NOT_VOTING: 3}
    seated = np.flatnonzero(case.codes <= NOT_VOTING)
    came = p[seated, [place[int(c)] for c in case.codes[seated]]]
    return case.about.weight * float(np.log(np.maximum(came, 1e-12)).sum())
