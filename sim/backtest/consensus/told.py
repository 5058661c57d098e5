"""The consensus back-test in words: what the trial found, and how little it proves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from sim.analysis.panel import TABLE as POINTS
from sim.backtest.consensus import cases as record
from sim.backtest.consensus import plots
from sim.backtest.consensus.cases import PREDICTORS, Case, cases, labels, matrix
from sim.backtest.consensus.simulated import SCENARIOS, Simulated, simulated
from sim.backtest.consensus.trial import (
    Chance,
    Trial,
    exact,
    exact_best,
    last_again,
    left_out,
    rate_left_out,
    so_far,
    trial,
)
from sim.backtest.found import Beside, Column, Found
from sim.backtest.measures import mean_interval, share_interval
from sim.backtest.verdicts import between, change, score, times, verdict
from sim.report.parts import Grid, Texts
from sim.show import words
from sim.show.tables import Table

Floats = npt.NDArray[np.float64]
Names = tuple[str, ...]

NAMED = ("distance", "contested")  # by theory, and not by how well it scores on these cases
MODELS: tuple[Names, ...] = tuple(c for k in (1, 2) for c in combinations(PREDICTORS, k))
BASE = "base rate of the other forums"
SHOWN = 5  # models that are printed, the best first


@dataclass(frozen=True)
class Study:
    """All that was computed on one set of cases."""

    cases: list[Case]
    yes: Floats
    named: Trial
    base: Trial
    others: tuple[Trial, ...]  # baselines
    models: dict[Names, Trial]
    chances: dict[Names, Chance]
    best: Chance  # of the best of all models

    @property
    def failures(self) -> int:
        """How many forums failed."""
        return len(self.cases) - int(self.yes.sum())

    @property
    def first(self) -> Names:
        """The model that scores best, in hindsight."""
        return min(self.models, key=lambda names: self.models[names].brier)


def study(of: list[Case]) -> Study:
    """Try the named model, all models and all baselines on cases in order of time."""
    y = labels(of)
    models = {n: trial(_words(n), left_out(matrix(of, n), y), y) for n in MODELS}
    others = (
        trial("base rate of the earlier forums", so_far(y), y),
        trial("as the forum before", last_again(y), y),
        trial("agrees, always", np.ones(len(y)), y),
    )
    return Study(
        of,
        y,
        models[NAMED],
        trial(BASE, rate_left_out(y), y),
        others,
        models,
        {n: exact(matrix(of, n), y) for n in MODELS},
        exact_best([matrix(of, n) for n in MODELS], y),
    )


def _words(names: Names) -> str:
    return " + ".join(names).replace("_", " ")


def run(runs: int = 200) -> Found:
    """Predict every forum from the others, and ask our own scenarios.

    Args:
        runs: of each of our scenarios.
    """
    every = cases()
    core = study([case for case in every if case.series == "core"])
    wide = study(every)
    ours = simulated(runs)
    return found(core, wide, ours)


def found(core: Study, wide: Study, ours: list[Simulated]) -> Found:
    """Put what was computed into words; every sentence follows from the numbers."""
    return Found(
        name="consensus",
        title="Which forums that decide by consensus agree in the end?",
        question=(
            "Do things known before the end tell which forums agree by consensus and which fail,"
            " better than the share of forums that agree?"
        ),
        until="",
        answer=answer(core, wide, ours),
        how_sure=how_sure(core, wide),
        limits=limits(core),
        scores=(*_grids("core", core), *_grids("core and wider", wide), _of_ours(core, ours)),
        tables=_tables(core, wide, ours),
        columns=COLUMNS,
        figures=plots.figures(core.cases, core.named, core.base, core.chances[NAMED]),
        sources=SOURCES,
        headline=(headline(core),),
        reads=(record.TABLE, POINTS, "groups.csv", *SCENARIOS),
    )


def answer(core: Study, wide: Study, ours: list[Simulated]) -> Texts:
    """Say how the named model does beside the base rate, what the best would prove, and ours."""
    return (
        _beside(core, f"The model named by theory ({core.named.name})"),
        f"{_beside(wide, 'With the wider cases it')}",
        _best(core),
        _ours(core, ours),
    )


def _beside(of: Study, who: str) -> str:
    verb = verdict(of.named.brier, of.base.brier)
    return (
        f"{who} {verb} the base rate on {times(len(of.cases), 'forum')}"
        f" with {times(of.failures, 'failure')}: Brier {score(of.named.brier)} against"
        f" {score(of.base.brier)}, log {score(of.named.log)} against {score(of.base.log)}"
        " (lower is better)."
    )


def _best(of: Study) -> str:
    best, verb = of.models[of.first], verdict(of.models[of.first].brier, of.base.brier)
    share = words.percent(of.best.p)
    return (
        f"Picked in hindsight, the best of {len(of.models)} models of one or two predictors"
        f" ({best.name}) {verb} the base rate, {score(best.brier)} against {score(of.base.brier)};"
        f" but the best of as many models does as well in {share} of all ways to place"
        f" {times(of.failures, 'failure')}."
    )


def _ours(core: Study, ours: list[Simulated]) -> str:
    known = {case.id: case for case in core.cases}
    said = [
        f"{one.scenario} agrees in {words.percent(one.agreed)} of {one.runs:,} runs"
        f" (it {'agreed' if known[one.case].agreed else 'failed'})"
        for one in ours
    ]
    mine, base = _pair(core, ours)
    verb = verdict(mine, base)
    return (
        f"Our own scenarios: {words.both(said)}. On these {len(ours)} the simulation {verb} the"
        f" base rate: Brier {score(mine)} against {score(base)}."
    )


def _pair(core: Study, ours: list[Simulated]) -> tuple[float, float]:
    place = {case.id: i for i, case in enumerate(core.cases)}
    at = [place[one.case] for one in ours]
    mine = np.array([one.agreed for one in ours]) - core.yes[at]
    base = core.base.chances[at] - core.yes[at]
    return float((mine**2).mean()), float((base**2).mean())


def _gap(of: Study) -> tuple[float, float, float]:
    """Brier score of the named model minus that of the base rate, with its interval."""
    return mean_interval(_errors(of.named, of.yes) - _errors(of.base, of.yes))


def headline(core: Study) -> Beside:
    """The named model beside the base rate."""
    _, low, high = _gap(core)
    n = f"{times(len(core.cases), 'forum')}, {core.failures} failed"
    scores = core.named.brier, "base rate", core.base.brier
    return Beside("which forums agree by consensus", n, "Brier", *scores, low, high)


def how_sure(core: Study, wide: Study) -> Texts:
    """Say what so few cases can and cannot show."""
    n, failed = len(core.cases), core.failures
    low, high = share_interval(n - failed, n)
    least = 1 / len(core.best.all)
    chance = core.chances[NAMED]
    mean, *ends = _gap(core)
    return (
        f"{n - failed} of {n} forums agreed: the share itself is only known to lie between"
        f" {words.percent(low)} and {words.percent(high)} (95%).",
        f"The named model's Brier score minus the base rate's is {change(mean)}; {between(*ends)}.",
        f"A model without skill, on all {len(chance.all)} ways to place {failed} failures, does as"
        f" well as the named one in {chance.as_well}: a chance of {words.percent(chance.p)}"
        f" ({words.percent(wide.chances[NAMED].p)} with the wider cases).",
        f"Even a model that saw every failure could not be told from luck by more than 1 in"
        f" {len(core.best.all)} ({least * 100:.1f}%), and not at all once several were tried.",
    )


def _errors(of: Trial, yes: Floats) -> Floats:
    return np.asarray((of.chances - yes) ** 2)


def limits(core: Study) -> Texts:
    """Say what the numbers do not show."""
    unverified = [case.forum for case in core.cases if case.mark == "unverified"]
    largest = max((case.members for case in core.cases if not case.agreed), default=0)
    return (
        f"{times(len(core.cases), 'forum')} with {times(core.failures, 'failure')} validate no"
        " model, least of all a rich one; they can only show that one is no better than a count.",
        "The forums are no independent draws: the same states, often the same persons, meet again,"
        f" and one result shapes the next mandate. No room of more than {largest} failed.",
        "Mandates were coded by one coder who knew the outcomes; the wider cases were picked"
        " because an account was at hand, so that their share of failures is no estimate.",
        "Consensus is coded as a text without a vote. How weak that text is, which is how most"
        " disagreements end, is not scored here.",
        f"{len(unverified)} of {len(core.cases)} core rows are marked unverified: their days or"
        " members are general knowledge. Ideal points end in 2022 and stand for later years too.",
        "Leaving one out uses later forums to predict earlier ones. It is a hindcast; the base"
        " rate of the earlier forums is the only column that could have been said at the time.",
        "The simulation's answers rest on the cost of blocking and on what demandeurs insist"
        " on, which no data inform (docs/discussion/honesty.md).",
    )


def _grids(name: str, of: Study) -> Iterator[Grid]:
    ways = [(f"named model: {of.named.name}", of.named, words.percent(of.chances[NAMED].p))]
    ways += [(t.name, t, "") for t in (of.base, *of.others)]
    rows = tuple((who, score(t.brier), score(t.log), p) for who, t, p in ways)
    yield Grid(
        f"Cases: {name} ({times(len(of.cases), 'forum')}, {of.failures} failed)",
        ("each forum predicted from the others", "Brier", "log", "luck does as well"),
        rows,
        "Lower is better. Luck: share of all placings of the failures that score as well.",
    )
    best = sorted(of.models, key=lambda n: (of.models[n].brier, n))[:SHOWN]
    yield Grid(
        f"The best {SHOWN} of {len(of.models)} models, picked in hindsight ({name})",
        ("predictors", "Brier", "log", "luck does as well"),
        tuple(
            (t.name, score(t.brier), score(t.log), words.percent(of.chances[n].p))
            for n in best
            for t in [of.models[n]]
        ),
        f"Luck that may pick the best too: {words.percent(of.best.p)}.",
    )


def _of_ours(core: Study, ours: list[Simulated]) -> Grid:
    known = {case.id: (case, i) for i, case in enumerate(core.cases)}
    rows = [
        (
            *(known[one.case][0].forum, "agreed" if known[one.case][0].agreed else "failed"),
            *(words.percent(one.agreed), words.percent(core.base.chances[known[one.case][1]])),
        )
        for one in ours
    ]
    mine, base = _pair(core, ours)
    return Grid(
        "Our own scenarios: chance that the forum agrees",
        ("forum", "record", "simulation", "base rate"),
        (*rows, ("Brier", "", score(mine), score(base))),
    )


def _tables(core: Study, wide: Study, ours: list[Simulated]) -> dict[str, Table]:
    mine = {one.case: one.agreed for one in ours}
    of = wide.cases
    chance = core.chances[NAMED]
    return {
        "cases": {
            "case": [c.id for c in of],
            "forum": [c.forum for c in of],
            "series": [c.series for c in of],
            "date": [c.date.isoformat() for c in of],
            "agreed": [c.agreed for c in of],
            "mark": [c.mark for c in of],
            **{name: [round(c.predictors[name], 6) for c in of] for name in PREDICTORS},
            "simulation": [mine.get(c.id, float("nan")) for c in of],
        },
        "chances": _chances((("core", core), ("core and wider", wide))),
        "models": _models((("core", core), ("core and wider", wide))),
        "luck": {
            "placing": list(range(len(chance.all))),
            "named_model": np.round(chance.all, 9),
            "best_model": np.round(core.best.all, 9),
        },
    }


def _chances(sets: tuple[tuple[str, Study], ...]) -> Table:
    rows = [
        (name, case.id, float(y), *(round(float(t.chances[i]), 9) for t in _ways(of)))
        for name, of in sets
        for i, (case, y) in enumerate(zip(of.cases, of.yes, strict=True))
    ]
    heads = ("set", "case", "recorded", "named", "rate", "rate_so_far", "as_before", "always")
    return dict(zip(heads, map(list, zip(*rows, strict=True)), strict=True))


def _ways(of: Study) -> tuple[Trial, ...]:
    return (of.named, of.base, *of.others)


def _models(sets: tuple[tuple[str, Study], ...]) -> Table:
    rows = [
        (name, _words(n), n == NAMED, round(t.brier, 9), round(t.log, 9), of.chances[n].p)
        for name, of in sets
        for n, t in of.models.items()
    ]
    baselines = [
        (name, t.name, False, round(t.brier, 9), round(t.log, 9), float("nan"))
        for name, of in sets
        for t in (of.base, *of.others)
    ]
    heads = ("set", "way", "named_before", "brier", "log", "luck")
    return dict(zip(heads, map(list, zip(*rows, *baselines, strict=True)), strict=True))


_CHANCE = ("chance that the forum agrees", "share", "0-1")
COLUMNS = {
    "case": Column("id of the forum, as in consensus_record.csv"),
    "forum": Column("the forum"),
    "series": Column("core or wider: see consensus_record.csv"),
    "date": Column("day on which it ended", "YYYY-MM-DD"),
    "agreed": Column("whether a text passed without a vote", "true or false"),
    "mark": Column("cited, or unverified where days or members are general knowledge"),
    "size": Column("natural logarithm of the number of members", "", "0 and more"),
    "distance": Column(
        "distance of the means of the two blocs, ideal points before the year", "", "0 and more"
    ),
    "contested": Column("1: the mandate asks for what blocs dispute", "", "0 or 1"),
    "last_meeting": Column("1: the mandate ends with this meeting", "", "0 or 1"),
    "other_track": Column("1: another body or a vote stands open", "", "0 or 1"),
    "simulation": Column(
        "share of runs of our scenario in which it agrees; empty: no scenario", *_CHANCE[1:]
    ),
    "set": Column("which cases: core, or core and wider"),
    "recorded": Column("1: it agreed", "", "0 or 1"),
    "named": Column(f"{_CHANCE[0]}, by the model named by theory", *_CHANCE[1:]),
    "rate": Column(f"{_CHANCE[0]}, by the share of the other forums", *_CHANCE[1:]),
    "rate_so_far": Column(f"{_CHANCE[0]}, by the share of the earlier forums", *_CHANCE[1:]),
    "as_before": Column(f"{_CHANCE[0]}, by the result of the forum before", *_CHANCE[1:]),
    "always": Column("1 for all", "share", "0-1"),
    "way": Column("predictors of the model, or the baseline"),
    "named_before": Column("whether theory named it before it was scored", "true or false"),
    "brier": Column("mean squared error of the chances", "", "0-1"),
    "log": Column("mean minus log chance of what happened", "nats", "0 and more"),
    "luck": Column(
        "share of placings of the failures that score as well; empty: a baseline", "share", "0-1"
    ),
    "placing": Column("number of the placing of the failures", "number", "0 and more"),
    "named_model": Column("Brier of the named model minus the base rate's, so placed", "", "-1-1"),
    "best_model": Column("the same of the best of all models", "", "-1-1"),
}
SOURCES = (
    "What happened, and when: consensus_record.csv, each row with its own source and mark.",
    "Ideal points: M. Bailey, A. Strezhnev and E. Voeten, Estimating dynamic state preferences from"
    " United Nations voting data, Journal of Conflict Resolution 61 (2017).",
    "The named model: consensus forums add little that is new where the extremes are far apart,"
    " after G. Tsebelis, Veto Players (2002); absorption and the size of the unanimity core.",
    "Ridge priors: A. Gelman and others, A weakly informative default prior distribution for"
    " logistic and other regression models, Annals of Applied Statistics 2 (2008).",
    "Exact test: R. A. Fisher, The Design of Experiments (1935). Scores: G. W. Brier, Verification"
    " of forecasts expressed in terms of probability, Monthly Weather Review 78 (1950).",
)
