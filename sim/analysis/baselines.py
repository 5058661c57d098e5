"""Plain baselines of every draft, on record or not: what would come of it without the dynamics.

Two kinds. Of *decisions*: everyone decides by its own positions alone, on the text as tabled, with
the same parameters, worlds and luck; what is off are all mechanisms that declare themselves dynamic
(influence, drafting, sponsorship, memory, blocs ...), and earlier stages. Of *texts*: each clause
as tabled, at the status quo, at the mean of members' positions weighted by capability times
salience (the compromise model), and at their median (the median voter).

Differences are taken run by run, so that chance which both sides share does not count. One is told
as a difference if it is more than `CLEAR` errors of its mean and more than half of what is
printed last: half a vote, half a point of 100.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sim.analysis.spread import spread
from sim.core.ensemble import ensemble
from sim.core.mechanism import Mechanism, overrides
from sim.core.outcomes import Outcomes
from sim.core.registry import mechanisms
from sim.core.setting import Draft, Forum, Setting
from sim.mechanisms.ballots import IN_VOTES, OBJECTIONS
from sim.published.compromise import weighted_mean
from sim.published.median import weighted_median

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

ALONE = "own positions alone"
TABLED, MEAN, MEDIAN, STATUS_QUO = "the text as tabled", "weighted mean", "median", "status quo"
TEXTS = (TABLED, MEAN, MEDIAN, STATUS_QUO)
MOST = 400  # runs that are played again: more tell no more of a baseline than these
CLEAR = 2.0  # errors of its mean
HALF_A_VOTE, HALF_A_POINT = 0.5, 0.005


@dataclass(frozen=True)
class Against:
    """One number of the simulation beside one baseline; shares and values are on 0-1."""

    what: str  # the number: an outcome of ballots by name, or a clause
    baseline: str
    simulated: float  # means, of decisions over the runs that were played again
    plain: float
    difference: float  # simulated minus plain, run by run
    error: float  # of that
    differs: bool


@dataclass(frozen=True)
class Plain:
    """One draft at its last stage beside the baselines that need no record."""

    draft: str
    stage: str
    consensus: bool  # its forum seeks consensus first
    decisions: tuple[Against, ...]  # against own positions alone
    clauses: tuple[tuple[Against, ...], ...]  # clause by clause, against each of TEXTS

    @property
    def nothing(self) -> tuple[str, ...]:
        """The baselines against which the dynamics change nothing here.

        Of those of texts only the nearest is asked about: that others lie within the error too
        says more of the error than of them.
        """
        found = [ALONE] if not any(a.differs for a in self.decisions) else []
        if self.clauses:
            near = min(TEXTS, key=lambda name: np.nan_to_num(self.distance(name), nan=np.inf))
            place = TEXTS.index(near)
            found += [near] if not any(clause[place].differs for clause in self.clauses) else []
        return tuple(found)

    def distance(self, baseline: str) -> float:
        """How far the text that came out lies from one of TEXTS: mean over clauses, 0-1."""
        place = TEXTS.index(baseline)
        return float(np.mean([abs(c[place].simulated - c[place].plain) for c in self.clauses]))


def nearest(clause: Sequence[Against]) -> Against:
    """Of the baselines of one clause, that which comes nearest; the first of several."""
    return min(clause, key=lambda a: np.nan_to_num(abs(a.difference), nan=np.inf))


def alone(setting: Setting) -> Setting:
    """The setting without its dynamics: each mechanism that is one is off, as it declares."""
    still = switched_off(setting, [mechanism for mechanism in mechanisms() if mechanism.dynamic])
    return replace(still, forums=tuple(_at_last(forum) for forum in still.forums))


def switched_off(setting: Setting, which: Iterable[Mechanism]) -> Setting:
    """The setting in which some mechanisms do nothing, each as it declares: see `has_switch`."""
    which = list(which)
    off = {name: value for mechanism in which for name, value in mechanism.off.items()}
    worlds = len(setting.worlds)
    parameters = {**setting.worlds.parameters, **{k: np.full(worlds, v) for k, v in off.items()}}
    parts = {m.name: m.without(setting.parts[m.name]) for m in which}
    drafting = {m.drafting for m in which if m.drafting}
    return replace(
        setting,
        forums=tuple(_as_tabled(forum, drafting) for forum in setting.forums),
        parts={**setting.parts, **parts},
        worlds=replace(setting.worlds, parameters=parameters),
    )


def has_switch(mechanism: Mechanism) -> bool:
    """Whether a mechanism says how it is off: by a parameter, its part of a scenario, or drafting.

    What has no switch is the frame in which the others play: the vote, the room, the count.
    """
    named = bool(mechanism.off or mechanism.scenario or mechanism.drafting)
    return named or overrides(mechanism, "without")


def dynamics() -> str:
    """Name, in words, what is off where everyone decides by its own positions alone."""
    return ", ".join(m.name.replace("_", " ") for m in mechanisms() if m.dynamic)


def _as_tabled(forum: Forum, drafting: Collection[str]) -> Forum:
    """A forum that takes texts as they are, if its way of drafting is one of these."""
    if forum.rules.drafting not in drafting:
        return forum
    return replace(forum, rules=replace(forum.rules, drafting="as_tabled"))


def _at_last(forum: Forum) -> Forum:
    """A forum that decides once, at its last stage."""
    stage, session = list(forum.stages.items())[-1]
    return replace(forum, stages={stage: session})


def by_themselves(setting: Setting, outcomes: Outcomes) -> Outcomes:
    """Play the first `MOST` of the runs again, everyone by its own positions alone."""
    return ensemble(alone(setting), outcomes.table["run"][:MOST].astype(np.int64).tolist())


def plain(setting: Setting, outcomes: Outcomes) -> list[Plain]:
    """Put every draft beside its plain baselines, in the order of the scenario."""
    single = by_themselves(setting, outcomes)
    last = dict(outcomes.ballots)
    which = outcomes.table["world"].astype(np.int64)
    seats = [forum.members & setting.base_scene.seated for forum in setting.forums]
    different = {each.tobytes(): each for each in seats}  # most forums have the same members
    points = {key: _points(setting, each, which) for key, each in different.items()}
    return [
        Plain(
            draft.label,
            last[draft.label],
            setting.forums[draft.forum].rules.consensus,
            tuple(_decisions(setting, draft, last[draft.label], outcomes, single)),
            tuple(_clauses(setting, place, outcomes, points[seats[draft.forum].tobytes()])),
        )
        for place, draft in enumerate(setting.drafts)
    ]


def _decisions(
    setting: Setting, draft: Draft, stage: str, outcomes: Outcomes, single: Outcomes
) -> Iterator[Against]:
    """Compare what became of a draft with what would become of it, count by count."""
    column, first = f"{draft.label}.{stage}.", single.runs
    worlds = single.table["world"]

    def both(name: str) -> tuple[Floats, Floats]:
        return outcomes.number(column + name)[:first], single.number(column + name)

    yield _against("adopted", ALONE, *both("adopted"), worlds, HALF_A_POINT)
    rules = setting.forums[draft.forum].rules
    names = OBJECTIONS * rules.consensus + IN_VOTES * bool(rules.vote)
    for name, (here, plainly) in ((name, both(name)) for name in names):
        there = ~np.isnan(here) & ~np.isnan(plainly)
        if there.any():
            yield _against(name, ALONE, here[there], plainly[there], worlds[there], HALF_A_VOTE)


def _clauses(
    setting: Setting, place: int, outcomes: Outcomes, points: Mapping[str, Floats]
) -> Iterator[tuple[Against, ...]]:
    """Compare each clause, as it stands at the end, with each baseline of texts."""
    draft, worlds = setting.drafts[place], outcomes.table["world"]
    tabled = np.take(setting.worlds.values[place], worlds.astype(np.int64), axis=0)
    for c, clause in enumerate(draft.clauses):
        issue = int(draft.issue[c])
        plainly = {
            TABLED: tabled[:, c],
            STATUS_QUO: np.full(len(tabled), setting.status_quo[issue]),
        }
        plainly |= {name: at[:, issue] for name, at in points.items()}
        value = outcomes.number(f"{draft.label}.{clause}.value")
        yield tuple(
            _against(clause, name, value, plainly[name], worlds, HALF_A_POINT) for name in TEXTS
        )


def _against(
    what: str,
    baseline: str,
    here: Floats,
    plainly: Floats,
    worlds: npt.NDArray[np.generic],
    least: float,
) -> Against:
    found = spread(here - plainly, worlds)
    clear = 0.0 if np.isnan(found.error) else CLEAR * found.error
    return Against(
        what,
        baseline,
        float(here.mean()),
        float(plainly.mean()),
        found.mean,
        found.error,
        not abs(found.mean) <= max(clear, least),  # nor is what a baseline cannot tell the same
    )


def _points(setting: Setting, members: Bools, which: Ints) -> dict[str, Floats]:
    """Weighted mean and median of members' positions, per run: name -> (runs, issues), 0-1.

    They are those of the run's world. The mean is weighted by capability times salience; for the
    median every member has one vote.
    """
    capability = setting.base_scene.capability[members, None]
    worlds, place = np.unique(which, return_inverse=True)
    position, salience = (
        # Each issue of each world is a column, as the models take issues: (members, columns).
        np.take(each, worlds, axis=0)[:, members].transpose(1, 0, 2).reshape(members.sum(), -1)
        for each in (setting.worlds.position, setting.worlds.salience)
    )
    found = {
        MEAN: weighted_mean(position, capability * salience),
        MEDIAN: weighted_median(position, np.ones_like(position)),
    }
    shape = (len(worlds), len(setting.issues))
    return {name: np.take(at.reshape(shape), place, axis=0) for name, at in found.items()}
