"""Which forums that decide by consensus agree in the end: a dozen cases, and how little they prove.

Examples:
  python experiments/backtests/consensus.py
  python experiments/backtests/consensus.py --runs 1000 --out results/forums

Each forum of consensus_record.csv is predicted from the others by a model of two predictors that
theory named before it was scored: how far apart the two blocs are, and whether the mandate asks for
what they dispute. Beside it: the base rate, all models of one or two predictors, and our own
scenarios of the same rooms. The exact test (Fisher 1935) holds the predictors, places the same
number of failures on the forums in every possible way, and does with each placing all that was done
with the real one: the share of placings that score as well is the chance of a model without skill.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from pathlib import Path

import numpy as np
import numpy.typing as npt
from logistic import fit

import sim
from sim import record, shipped
from sim.analysis.panel import TABLE as POINTS
from sim.analysis.panel import panel
from sim.analysis.scores import base_rate, brier, log_score, mean_interval, share_interval
from sim.errors import InputError
from sim.scenario.groups import shipped_groups
from sim.scoring import drawing, script
from sim.scoring.beside import Beside, score, times, verdict
from sim.scoring.found import Column, Figure, Found, columns
from sim.show import words
from sim.show.plots import parts
from sim.show.plots.style import QUIET, Sheet
from sim.show.tables import Table

Floats = npt.NDArray[np.float64]
Names = tuple[str, ...]

NAME, TABLE = "consensus", "consensus_record.csv"
COLUMNS = (
    *("id", "series", "forum", "date", "outcome", "members", "contested", "last_meeting"),
    *("other_track", "what", "source", "mark"),
)
SERIES, OUTCOMES, MARKS = ("core", "wider"), ("agreed", "failed"), ("cited", "unverified")
PREDICTORS = ("size", "distance", "contested", "last_meeting", "other_track")
NAMED = ("distance", "contested")  # by theory, and not by how well it scores on these cases
MODELS: tuple[Names, ...] = tuple(c for k in (1, 2) for c in combinations(PREDICTORS, k))
WHAT = "which forums agree by consensus"
BASE = "base rate of the other forums"
SCENARIOS = (  # ids of cases; each scenario has the name of its case
    *("gge-2005", "gge-2010", "gge-2013", "gge-2015", "gge-2017"),
    *("oewg-2021", "gge-2021", "oewg-2025"),
)
ALL, GROUP = "all", "group "
MOST = 20_000  # placings that are enumerated
EQUAL = 1e-9  # scores nearer than this are the same


# The record, and what was known before each forum ended


@dataclass(frozen=True)
class Case:
    """One forum that was to decide by consensus; its predictors were known before it ended."""

    id: str
    series: str
    forum: str
    date: dt.date
    agreed: bool
    mark: str
    predictors: dict[str, float]  # by the names of PREDICTORS
    members: int


def cases(file: Path | None = None) -> list[Case]:
    """Read the record, in order of date; what is wrong is an InputError naming line and field."""
    rows = record.table(file or shipped.data(TABLE), COLUMNS)
    return sorted((_case(row) for row in rows), key=lambda case: case.date)


def _case(row: record.Row) -> Case:
    said = row.cells
    record.checked(row, {"series": SERIES, "outcome": OUTCOMES, "mark": MARKS})
    date = record.day(row, "date")
    try:
        room = members(said["members"])
    except KeyError as unknown:
        right = "all, group NAME, or ISO codes separated by semicolons"
        raise InputError(row.wrong("members", f"{unknown} is not known", right)) from None
    flags = ("contested", "last_meeting", "other_track")
    known = {field: record.number(row, field, 0.0, 1.0) for field in flags}
    known["size"] = float(np.log(len(room)))
    known["distance"] = bloc_distance(_points_before(date.year, room))
    return Case(
        *(said["id"], said["series"], said["forum"], date, said["outcome"] == "agreed"),
        mark=said["mark"],
        predictors={name: known[name] for name in PREDICTORS},
        members=len(room),
    )


def _points_before(year: int, room: tuple[str, ...]) -> Floats:
    """Ideal points of the members from the last year before this one; who has none is left out."""
    known = dict(zip(panel().states, panel().before(year), strict=True))
    return np.array([known[state] for state in room if state in known])


def members(text: str) -> tuple[str, ...]:
    """Read who sits in a room: all, group NAME, or ISO codes separated by semicolons.

    Raises:
        KeyError: there is no such group or state.
    """
    if text == ALL:
        return panel().states
    if text.startswith(GROUP):
        return shipped_groups()[text.removeprefix(GROUP)]
    codes = tuple(text.split(";"))
    for code in codes:
        if code not in panel().states:
            raise KeyError(code)
    return codes


def bloc_distance(values: Floats) -> float:
    """How far the means of two blocs are apart, values (states,) being split where that fits best.

    The split is that of two means on a line, found exactly: of all cuts of the sorted values the
    one with the least sum of squares within its sides (Fisher 1958).
    """
    v = np.sort(values)
    n = np.arange(1, len(v))
    total = np.cumsum(v)
    left, right = total[:-1] / n, (total[-1] - total[:-1]) / (len(v) - n)
    best = int(np.argmax(n * (len(v) - n) * (right - left) ** 2))
    return float(right[best] - left[best])


def matrix(of: list[Case], names: tuple[str, ...]) -> Floats:
    """Predictors of cases as (cases, predictors)."""
    return np.array([[case.predictors[name] for name in names] for case in of]).reshape(len(of), -1)


def labels(of: list[Case]) -> Floats:
    """1 where a forum agreed, else 0: (cases,)."""
    return np.array([float(case.agreed) for case in of])


# Each case predicted from the others, and what a model without skill would score


@dataclass(frozen=True)
class Trial:
    """One way to predict, on all cases."""

    name: str
    chances: Floats  # (cases,): each from the other cases only
    brier: float
    log: float


def left_out(x: Floats, y: Floats) -> Floats:
    """Chance of a yes of each case from a model fitted on the others: (..., cases).

    Args:
        x: predictors, (cases, predictors).
        y: labels, (..., cases): of the record, or of many placings at once.
    """
    found = np.empty(y.shape)
    for i in range(len(x)):
        others = np.arange(len(x)) != i
        found[..., i] = fit(x[others], y[..., others]).chances(x[i : i + 1])[..., 0]
    return found


def rate_left_out(y: Floats) -> Floats:
    """The base rate of the other cases, for each case: (..., cases)."""
    found = np.empty(y.shape)
    for i in range(y.shape[-1]):
        found[..., i] = base_rate(np.delete(y, i, axis=-1))
    return found


def so_far(y: Floats) -> Floats:
    """The base rate of the earlier cases only, for each case in order of time: (cases,)."""
    return np.array([float(base_rate(y[:i])) for i in range(len(y))])


def last_again(y: Floats) -> Floats:
    """What came last comes again, as surely as it did before: (cases,).

    The chance is the share of earlier pairs in which the second was as the first (Jeffreys).
    """
    found = np.full(len(y), 0.5)
    for i in range(1, len(y)):
        same = float(base_rate((y[1:i] == y[: i - 1]).astype(float)))
        found[i] = same if y[i - 1] else 1 - same
    return found


def trial(name: str, chances: Floats, y: Floats) -> Trial:
    """Score chances of all cases."""
    return Trial(name, chances, float(brier(chances, y)), float(log_score(chances, y)))


def placings(cases: int, failures: int) -> Floats:
    """Every placing of so many failures on the cases, as labels (placings, cases).

    Raises:
        ValueError: there are too many to go through.
    """
    if comb(cases, failures) > MOST:
        raise ValueError(f"{comb(cases, failures):,} placings are too many to go through")
    found = np.ones((comb(cases, failures), cases))
    for row, which in enumerate(combinations(range(cases), failures)):
        found[row, list(which)] = 0.0
    return found


@dataclass(frozen=True)
class Chance:
    """How the record's score lies among those of every placing: mean Brier minus base rate's."""

    ours: float
    all: Floats  # (placings,)

    @property
    def as_well(self) -> int:
        """Placings, the record's own among them, that score as well or better."""
        return int((self.all <= self.ours + EQUAL).sum())

    @property
    def p(self) -> float:
        """The chance that a model without skill does as well."""
        return self.as_well / len(self.all)


def exact(x: Floats, y: Floats) -> Chance:
    """Test one model of predictors x (cases, predictors) on labels y (cases,)."""
    every = placings(len(y), int((1 - y).sum()))
    return Chance(float(_ahead(x, y)), _ahead(x, every))


def exact_best(models: list[Floats], y: Floats) -> Chance:
    """Test the best of several models: each placing too takes the best of them."""
    every = placings(len(y), int((1 - y).sum()))
    ours = min(float(_ahead(x, y)) for x in models)
    return Chance(ours, np.min([_ahead(x, every) for x in models], axis=0))


def _ahead(x: Floats, y: Floats) -> Floats:
    return brier(left_out(x, y), y) - brier(rate_left_out(y), y)


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
    def baselines(self) -> tuple[Trial, ...]:
        """The base rate first."""
        return (self.base, *self.others)

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


def agreed(name: str, runs: int, settings: Sequence[str] = ()) -> float:
    """The share of runs of a scenario, so changed, that adopt its first draft in the end."""
    found = sim.run(name, runs, settings=list(settings))
    draft = found.ballots[0][0]
    stage = [s for d, s in found.ballots if d == draft][-1]
    return float(found.number(f"{draft}.{stage}.adopted").mean())


# What was found


def run(runs: int = 200) -> Found:
    """Predict every forum from the others, and ask our own scenarios, so many runs of each."""
    every = cases()
    core = study([case for case in every if case.series == "core"])
    return found(core, study(every), {name: agreed(name, runs) for name in SCENARIOS})


def found(core: Study, wide: Study, ours: dict[str, float]) -> Found:
    """Put what was computed together; every sentence follows from the numbers."""
    sets = (("core", core), ("core and wider", wide))
    return Found(
        name=NAME,
        title="Which forums that decide by consensus agree in the end?",
        question=(
            "Do things known before the end tell which forums agree by consensus and which fail,"
            " better than the share of forums that agree?"
        ),
        headline=(_beside(core, core.base, WHAT, "base rate"),),
        others=(
            *(_beside(core, other, WHAT) for other in core.others),
            *(_beside(wide, other, "the same, wider cases added") for other in wide.baselines),
            _simulated(core, ours),
        ),
        remarks=tuple(_remarks(core, wide)),
        limits=tuple(_limits(core)),
        tables=_tables(sets, core, wide.cases, ours),
        columns=CODEBOOK,
        figures={"chances": _chances(core), "luck": _luck(core)},
        sources=SOURCES,
        reads=(TABLE, POINTS, "groups.csv", *SCENARIOS),
    )


def _beside(of: Study, other: Trial, what: str, name: str = "") -> Beside:
    """The named model beside a baseline."""
    gap = (of.named.chances - of.yes) ** 2 - (other.chances - of.yes) ** 2
    scores = of.named.brier, name or other.name, other.brier
    return Beside(what, _count(of), "Brier", *scores, *mean_interval(gap)[1:])


def _count(of: Study) -> str:
    return f"{times(len(of.cases), 'forum')}, {of.failures} failed"


def _simulated(core: Study, ours: dict[str, float]) -> Beside:
    """Our own scenarios beside the base rate of the same forums."""
    at = [n for n, case in enumerate(core.cases) if case.id in ours]
    mine = np.array([ours[core.cases[n].id] for n in at])
    errors = (mine - core.yes[at]) ** 2, (core.base.chances[at] - core.yes[at]) ** 2
    count, scores = times(len(at), "forum"), [float(e.mean()) for e in errors]
    ends = mean_interval(errors[0] - errors[1])[1:]
    what = "forums that scenarios are about"
    return Beside(what, count, "Brier", scores[0], "base rate", scores[1], *ends, who="simulation")


def _remarks(core: Study, wide: Study) -> Iterator[str]:
    """Say what the best of all models would prove, and what so few cases can show."""
    best, base = core.models[core.first], core.base.brier
    n, failed, placed = len(core.cases), core.failures, len(core.best.all)
    yield (
        f"Picked in hindsight, the best of {len(core.models)} models of one or two predictors"
        f" ({best.name}) {verdict(best.brier, base)} the base rate, {score(best.brier)} against"
        f" {score(base)}; but the best of as many models does as well in"
        f" {words.percent(core.best.p)} of all ways to place {times(failed, 'failure')}."
    )
    chance = core.chances[NAMED]
    yield (
        f"A model without skill does as well as the named one in {chance.as_well} of {placed}"
        f" placings, a chance of {words.percent(chance.p)}"
        f" ({words.percent(wide.chances[NAMED].p)} with the wider cases). Even a model that saw"
        f" every failure could not be told from luck by more than 1 in {placed}"
        f" ({100 / placed:.1f}%), and not at all once several were tried."
    )
    low, high = map(words.percent, share_interval(n - failed, n))
    yield f"{n - failed} of {n} forums agreed: the share lies between {low} and {high} (95%)."


def _limits(core: Study) -> Iterator[str]:
    unverified = sum(case.mark == "unverified" for case in core.cases)
    largest = max((case.members for case in core.cases if not case.agreed), default=0)
    yield (
        f"{_count(core)}: they validate no model, least of all a rich one; they can only show that"
        " one is no better than a count."
    )
    yield (
        "The forums are no independent draws: the same states, often the same persons, meet again,"
        f" and one result shapes the next mandate. No room of more than {largest} failed."
    )
    yield (
        "Mandates were coded by one coder who knew the outcomes; the wider cases were picked"
        " because an account was at hand. How weak a text is that passes is not scored."
    )
    yield (
        f"{unverified} of {len(core.cases)} core rows are marked unverified: their days or members"
        " are general knowledge. Ideal points end in 2022 and stand for later years too."
    )
    yield (
        "Leaving one out uses later forums to predict earlier ones; only the base rate of the"
        " earlier forums could have been said at the time. What blocking costs in our scenarios,"
        " and what demandeurs insist on, no data inform (docs/discussion/honesty.md)."
    )


# Tables and figures


def _tables(
    sets: Sequence[tuple[str, Study]], core: Study, every: list[Case], ours: dict[str, float]
) -> dict[str, Table]:
    chance = core.chances[NAMED]
    return {
        "cases": columns(
            f"case forum series date agreed mark {' '.join(PREDICTORS)} simulation",
            (
                (c.id, c.forum, c.series, c.date.isoformat(), c.agreed, c.mark)
                + (*c.predictors.values(), ours.get(c.id, float("nan")))
                for c in every
            ),
        ),
        "chances": columns(
            "set case recorded named rate rate_so_far as_before always",
            (
                (name, case.id, of.yes[n], *(t.chances[n] for t in (of.named, *of.baselines)))
                for name, of in sets
                for n, case in enumerate(of.cases)
            ),
            9,
        ),
        "models": columns("set way named_before brier log luck", _models(sets), 9)
        | {"luck": [p for *_, p in _models(sets)]},
        "luck": columns(
            "placing named_model best_model",
            ((n, *both) for n, both in enumerate(zip(chance.all, core.best.all, strict=True))),
            9,
        ),
    }


def _models(sets: Sequence[tuple[str, Study]]) -> Iterator[tuple[object, ...]]:
    for name, of in sets:
        for n, t in of.models.items():
            yield (name, _words(n), n == NAMED, t.brier, t.log, of.chances[n].p)
    for name, of in sets:
        for t in of.baselines:
            yield (name, t.name, False, t.brier, t.log, float("nan"))


def _chances(of: Study) -> Figure:
    failed = [n for n, case in enumerate(of.cases) if not case.agreed]
    seen = sum(of.named.chances[n] < of.base.chances[n] for n in failed)
    title = (
        f"Two predictors: the model {verdict(of.named.brier, of.base.brier)} the base rate,"
        f" Brier {score(of.named.brier)} against {score(of.base.brier)}"
    )
    about = (
        f"Chance that each forum agrees, predicted from the others; of"
        f" {times(len(failed), 'failure')} the model gives {seen} a lower chance than the base rate"
    )
    rows = [f"{case.forum} ({case.date.year})" for case in of.cases]
    right = ["agreed" if case.agreed else "failed" for case in of.cases]
    series = {f"model: {of.named.name}": of.named.chances, of.base.name: of.base.chances}
    data = columns(
        "forum recorded named rate",
        zip((c.forum for c in of.cases), of.yes, of.named.chances, of.base.chances, strict=True),
        9,
    )

    def paint(page: Sheet) -> None:
        drawing.shares(drawing.rows(page, rows, series, right), "chance that it agrees")

    return drawing.figure(NAME, title, about, data, paint)


def _luck(of: Study) -> Figure:
    chance = of.chances[NAMED]
    title = (
        f"Luck does as well as the model of {of.named.name} in {chance.as_well} of"
        f" {len(chance.all)} placings of the failures"
    )
    about = (
        "Brier score minus the base rate's, for every way to place as many failures on the same"
        " forums; left of zero the model beats the base rate"
    )

    def paint(page: Sheet) -> None:
        across = drawing.bars(page, chance.all, chance.ours, "as it happened")
        across.axes.axvline(0, color=QUIET, lw=1)
        parts.amounts(across, "Brier score minus the base rate's")

    data = columns("placing named_model", enumerate(chance.all), 9)
    return drawing.figure(NAME, title, about, data, paint)


_CHANCE = ("chance that the forum agrees", "share", "0-1")
CODEBOOK = {
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
    "named_model": Column(
        "Brier of the named model minus the base rate's, so placed", "", "from -1 to 1"
    ),
    "best_model": Column("the same of the best of all models", "", "from -1 to 1"),
}
SOURCES = (
    "What happened, and when: consensus_record.csv, each row with its own source and mark. Ideal"
    " points: M. Bailey, A. Strezhnev and E. Voeten, Journal of Conflict Resolution 61 (2017).",
    "The named model: after G. Tsebelis, Veto Players (2002): absorption and the size of the"
    " unanimity core. Ridge priors: A. Gelman and others, Annals of Applied Statistics 2 (2008).",
    "Exact test: R. A. Fisher, The Design of Experiments (1935). Scores: G. W. Brier, Monthly"
    " Weather Review 78 (1950).",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Hindcast, write and print."""

    def options(parser: argparse.ArgumentParser) -> None:
        number = script.whole(1, 1_000_000)
        parser.add_argument("--runs", type=number, default=200, help="of each of our scenarios")

    script.run(__file__, __doc__ or "", lambda said: run(said.runs), options, arguments)


if __name__ == "__main__":
    main()
