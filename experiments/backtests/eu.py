"""Where decisions of the European Union end: who hindcasts them better than the weighted mean?

Examples:
  python experiments/backtests/eu.py deu3.tsv
  python experiments/backtests/eu.py deu3.tsv --folds 20 --seed 7
  python experiments/backtests/eu.py newer.tsv --train deu3.tsv

Models of others, ours and fitted ones hindcast each issue of EU legislation from positions,
saliences and capabilities; each is set beside the compromise model, the weighted mean. What is
fitted is fitted to other proposals. Nothing of the data set, DEU III, is shipped: fetch it from
doi:10.34810/data53.

Errors are in points of the scale, 0-100. Whole proposals are drawn with replacement for an
interval, since what was decided on one issue of a proposal is no news of another (a cluster
bootstrap: Efron and Tibshirani 1993; Cameron, Gelbach and Miller 2008).
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import isnan
from pathlib import Path

import eu_decisions as council
import eu_fitted as options
import numpy as np
import numpy.typing as npt
from eu_decisions import ACTORS, COMMISSION, PARLIAMENT, Decisions, read
from eu_fitted import FITTED, MAIN, POINTS, SPREADS, Fitted, crossed
from eu_models import OTHERS, played
from matplotlib.axes import Axes

from sim.report.parts import Texts
from sim.runner.memory import gathered
from sim.scoring import drawing, script
from sim.scoring.beside import Beside, times
from sim.scoring.found import Column, Figure, Found, columns
from sim.show import words
from sim.show.plots import parts
from sim.show.plots.style import BLUE, GREY, INK, VERMILLION, Look, Sheet
from sim.show.tables import Table

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

NAME, BASE = "eu", "compromise"
SPLITS = 5  # other ways to divide the proposals, to see how much the division matters
WORKERS, LARGE = 2, 60  # processes for files of so many issues: for fewer one is quicker
HEADLINE = {
    MAIN: "EU decisions, a fitted distribution",
    "plenary_sponsors": "EU decisions, our drafting by the real rule",
}
VISIBLE = 2.8  # errors that a true difference must be to be seen 8 times in 10
WIDE = 2 * 1.959964  # errors in a 95% interval
DRAWS, LEVEL = 10_000, 0.95
CLOSE = 10.0  # points of the scale
FULL = 100.0
NAN = float("nan")


# Scores


@dataclass(frozen=True)
class Interval:
    """A mean over issues with its 95% interval, and the wider one of the first of so many."""

    mean: float = NAN
    low: float = NAN
    high: float = NAN
    widest_low: float = NAN
    widest_high: float = NAN

    @property
    def seen(self) -> int:
        """Which side of zero it lies on: -1 below, 1 above, 0 if zero is within."""
        return -1 if self.high < 0 else 1 if self.low > 0 else 0

    @property
    def seen_among_many(self) -> int:
        """The same of the wider interval."""
        return -1 if self.widest_high < 0 else 1 if self.widest_low > 0 else 0


@dataclass(frozen=True)
class Score:
    """How one model did on the issues on which it says anything."""

    issues: int
    proposals: int
    mean: float  # absolute error
    median: float
    close: float  # share of issues within 10 points
    compromise: float  # mean absolute error of the compromise model on the same issues
    difference: Interval  # this model's minus the compromise model's


def errors(hindcast: Floats, decisions: Decisions) -> Floats:
    """Absolute errors in points, nan where there is no hindcast or no outcome: (issues,)."""
    found: Floats = FULL * np.abs(hindcast - decisions.outcome)
    return found


def score(error: Floats, compromise: Floats, group: Ints, seed: int, among: int = 1) -> Score:
    """Score a model beside the compromise model, errors (issues,) in points.

    Args:
        error: of the model.
        compromise: of the compromise model.
        group: number of each issue's proposal.
        seed: of the bootstrap.
        among: how many models are compared, for the wider interval (Bonferroni).
    """
    both = ~np.isnan(error) & ~np.isnan(compromise)
    if not both.any():
        return Score(0, 0, NAN, NAN, NAN, NAN, Interval())
    e, c, g = error[both], compromise[both], group[both]
    return Score(
        issues=len(e),
        proposals=len(np.unique(g)),
        mean=float(e.mean()),
        median=float(np.median(e)),
        close=float((e <= CLOSE + 1e-9).mean()),
        compromise=float(c.mean()),
        difference=interval(e - c, g, seed, among),
    )


def interval(values: Floats, group: Ints, seed: int, among: int = 1) -> Interval:
    """Mean of values (issues,) with its interval; nan ends where there is one proposal only."""
    _, place = np.unique(group, return_inverse=True)
    sums = np.bincount(place, weights=values)
    sizes = np.bincount(place).astype(np.float64)
    if len(sums) < 2:
        return Interval(float(values.mean()))
    drawn = np.random.default_rng([seed, len(sums)]).integers(0, len(sums), (DRAWS, len(sums)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    tails = [(1 - LEVEL) / 2, (1 - LEVEL) / 2 / max(among, 1)]
    ends = [float(np.quantile(means, q)) for tail in tails for q in (tail, 1 - tail)]
    return Interval(float(values.mean()), *ends)


def ranked(chances: Floats, outcome: Floats) -> Floats:
    """Continuous ranked probability score of distributions over the points: (issues,), in points.

    The integral of (F(z) - [z >= y])^2 over the scale; of a sure hindcast it is the absolute
    error. Source: Matheson and Winkler (1976); Gneiting and Raftery (2007).
    """
    below = np.cumsum(chances, axis=1)[:, :-1]
    left, right = POINTS[:-1], POINTS[1:]
    before = np.clip(outcome[:, None] - left, 0.0, right - left)
    after = (right - left) - before
    found: Floats = FULL * (below**2 * before + (1 - below) ** 2 * after).sum(axis=1)
    return found


# Hindcasts


@dataclass(frozen=True)
class Spread:
    """How good a distribution is: its ranked score, and its difference from the compromise's."""

    title: str
    issues: int
    score: float  # continuous ranked probability score, in points
    difference: Interval  # from the compromise with its errors
    log: float  # mean log chance of what happened, on a grid of five points


@dataclass(frozen=True)
class Study:
    """All numbers; errors and scores in points of the scale, hindcasts on 0-1."""

    decisions: Decisions
    folds: int
    trained_on: str  # the file the fitted models learned from; "" for the other folds
    trained: int  # issues with an outcome in it
    guessed: bool  # the file gives no capabilities
    hindcasts: Mapping[str, Floats]  # by model, (issues,)
    titles: Mapping[str, str]
    abouts: Mapping[str, str]
    scores: Mapping[str, Score]
    kinds: Mapping[str, Score]  # of the main fitted model, by kind of issue
    spreads: Mapping[str, Spread]
    coefficients: Mapping[str, float]  # of the main fitted model, on all issues
    splits: tuple[float, ...]  # mean absolute error of the main model on other divisions
    again: Mapping[str, Score]  # the main model's rivals on the issues where all have a say
    read: Texts = ()  # the files, with digests


def study(file: Path, folds: int = 10, seed: int = 1, train: Path | None = None) -> Study:
    """Read a file, hindcast every issue by every model, and score what came.

    Args:
        file: of decisions; see `eu_decisions.read`.
        folds: into which proposals are divided for the fitted models.
        seed: of the folds, the intervals and our own runs.
        train: a file to fit to instead; proposals that also stand in ``file`` are left out of it.

    Raises:
        InputError: what is wrong in a file.
    """
    decisions = read(file)
    guessed = not len(decisions.capability)
    decisions = _weighted(decisions)
    elsewhere = _apart(_weighted(read(train)), decisions) if train else None
    hindcasts = dict(_unfitted(decisions, seed))
    chances: dict[str, Floats] = {}
    for model in (*FITTED, *SPREADS):
        found = _fitted(model, decisions, elsewhere, folds, seed)
        if model.spread:
            chances[model.name] = found
            found = options.median(found) if found.ndim == 2 else found
        if model in FITTED:
            hindcasts[model.name] = found
    every = (*OTHERS, *FITTED)
    return Study(
        decisions=decisions,
        folds=min(folds, len(decisions.proposals)),
        trained_on="" if elsewhere is None else elsewhere.file,
        trained=0 if elsewhere is None else len(elsewhere.known),
        guessed=guessed,
        hindcasts=hindcasts,
        titles={m.name: m.title for m in (*every, *SPREADS)},
        abouts={m.name: m.about for m in (*every, *SPREADS)},
        scores=_scores(hindcasts, decisions, seed),
        kinds=_kinds(hindcasts, decisions, seed),
        spreads=_spreads(chances, decisions, seed),
        coefficients=_coefficients(decisions if elsewhere is None else elsewhere),
        splits=tuple(_splits(decisions, folds, seed)) if elsewhere is None else (),
        again=_again(hindcasts, decisions, seed),
        read=tuple(map(_digest, (file, *filter(None, [train])))),
    )


def _digest(file: Path) -> str:
    return f"{file.name}: SHA-256 {hashlib.sha256(file.read_bytes()).hexdigest()}"


def _weighted(decisions: Decisions) -> Decisions:
    """The same with the states' populations for capabilities, where the file gives none.

    The Commission and the Parliament then count as much as the largest state, as in the file.
    """
    if len(decisions.capability):
        return decisions
    most = float(max(council.PEOPLE.values()))
    weights = np.array([float(council.PEOPLE.get(actor, most)) for actor in ACTORS])
    return replace(decisions, capability=weights)


def _apart(train: Decisions, decisions: Decisions) -> Decisions:
    """What there is to learn from, without the proposals that are to be hindcast."""
    known = decisions.proposals
    kept = [n for n, name in enumerate(train.proposal) if name not in known]
    return train.take(np.array(kept, dtype=np.int64))


# Hindcasts


def _unfitted(decisions: Decisions, seed: int) -> Iterator[tuple[str, Floats]]:
    """What the models that need no fit say, in two processes; each is handed no outcome."""
    shared = (decisions.blind(), seed)
    numbers = np.arange(len(OTHERS))[::-1]  # the long ones first
    workers = WORKERS if len(decisions) >= LARGE else 1
    parts = gathered(played, shared, numbers, workers=workers, chunk=1)
    found = dict(pair for part in parts for pair in part)
    yield from ((model.name, found[model.name]) for model in OTHERS)


def _fitted(
    fitted: Fitted, decisions: Decisions, elsewhere: Decisions | None, folds: int, seed: int
) -> Floats:
    """What a fitted model says: learned on the other folds, or on another file."""
    model = partial(fitted.hindcast, seed)
    if elsewhere is None:
        return crossed(decisions, folds, seed, model)
    if not len(elsewhere.known):
        return np.full(len(decisions), np.nan)
    return model(elsewhere, decisions.blind())


def _splits(decisions: Decisions, folds: int, seed: int) -> Iterator[float]:
    """Mean absolute error of the main model when proposals are divided otherwise."""
    main = next(m for m in FITTED if m.name == MAIN)
    for other in range(1, SPLITS + 1):
        found = _fitted(main, decisions, None, folds, seed + other)
        if found.ndim == 2:
            yield float(np.nanmean(errors(options.median(found), decisions)))


# Scores


def _scores(
    hindcasts: Mapping[str, Floats], decisions: Decisions, seed: int, places: Ints | None = None
) -> dict[str, Score]:
    """Score each model beside the compromise model, on the issues where it has a say."""
    here = np.arange(len(decisions)) if places is None else places
    base = errors(hindcasts[BASE], decisions)[here]
    return {
        name: score(
            errors(z, decisions)[here], base, decisions.group[here], seed, len(hindcasts) - 1
        )
        for name, z in hindcasts.items()
    }


def _again(hindcasts: Mapping[str, Floats], decisions: Decisions, seed: int) -> dict[str, Score]:
    """Score all on the same issues: those on which every model says something."""
    told = ~np.isnan(np.stack([errors(z, decisions) for z in hindcasts.values()]))
    return _scores(hindcasts, decisions, seed, np.flatnonzero(told.all(axis=0)))


def kinds(decisions: Decisions) -> list[tuple[str, Bools]]:
    """Kinds of issues: when, by which procedure and rule, with which positions."""
    year, polarised = decisions.year, _polarised(decisions)
    known = ~np.isnan(decisions.reference)
    return [
        ("older members only", _of_old(decisions)),
        ("with newer members, to 2013", ~_of_old(decisions) & (year < council.LISBON)),
        ("with newer members, from 2014", ~_of_old(decisions) & (year >= council.LISBON)),
        ("codecision", decisions.codecision),
        ("consultation", ~decisions.codecision),
        ("qualified majority", ~decisions.unanimity),
        ("unanimity", decisions.unanimity),
        ("reference point known", known),
        ("reference point not known", ~known),
        ("all at the ends of the scale", polarised),
        ("some between the ends", ~polarised),
    ]


def _of_old(decisions: Decisions) -> Bools:
    """Issues of proposals on which only members of before 2004 take a position."""
    newer = np.array([name not in council.OLD for name in ACTORS])
    newer[[COMMISSION, PARLIAMENT]] = False
    found = np.ones(len(decisions), dtype=bool)
    for places in decisions.proposals.values():
        found[places] = not (decisions.present[places] & newer).any()
    return found


def _polarised(decisions: Decisions) -> Bools:
    """Issues on which nobody stands between the ends."""
    with np.errstate(invalid="ignore"):
        between = (decisions.position > 0) & (decisions.position < 1)
    return ~np.asarray(between.any(axis=1))


def _kinds(hindcasts: Mapping[str, Floats], decisions: Decisions, seed: int) -> dict[str, Score]:
    """The main fitted model beside the compromise model, by kind of issue."""
    error, base = (errors(hindcasts[name], decisions) for name in (MAIN, BASE))
    found = {"all issues": score(error, base, decisions.group, seed)}
    for name, mask in kinds(decisions):
        part = score(error[mask], base[mask], decisions.group[mask], seed)
        if part.issues:
            found[name] = part
    return found


def _spreads(chances: Mapping[str, Floats], decisions: Decisions, seed: int) -> dict[str, Spread]:
    """Score the distributions, on the issues with an outcome."""
    known = decisions.known
    usable = {name: c[known] for name, c in chances.items() if c.ndim == 2}
    titles = {m.name: m.title for m in (*FITTED, *SPREADS)}
    outcome, group = decisions.outcome[known], decisions.group[known]
    scored = {name: ranked(c, outcome) for name, c in usable.items()}
    return {
        name: Spread(
            title=titles[name],
            issues=len(known),
            score=float(scored[name].mean()),
            difference=interval(scored[name] - scored["compromise_errors"], group, seed),
            log=float(options.log_chance(c, outcome).mean()),
        )
        for name, c in usable.items()
    }


def _coefficients(decisions: Decisions) -> dict[str, float]:
    """The main model's numbers when all that may be learned from is used."""
    if not len(decisions.known):
        return {}
    fitted = options.fit(decisions)
    return dict(zip(fitted.terms, fitted.coefficient.tolist(), strict=True))


def ordered(scores: Mapping[str, Score]) -> Sequence[str]:
    """Names of models by their difference from the compromise model, the best first."""
    return sorted(scores, key=lambda name: np.nan_to_num(scores[name].difference.mean, nan=1e9))


# What was found


def found(of: Study) -> Found:
    """Put what was computed together; every sentence follows from the numbers."""
    return Found(
        name=NAME,
        title="Where do decisions of the European Union end?",
        question=(
            "Does any model hindcast the outcomes of EU legislation from positions, saliences and"
            " capabilities better than their weighted mean?"
        ),
        headline=tuple(_headline(of)),
        others=tuple(_others(of)),
        remarks=tuple(_remarks(of)),
        limits=tuple(_limits(of)),
        tables=_tables(of),
        columns=COLUMNS,
        figures=_figures(of),
        sources=(*SOURCES, *of.read),
    )


def _headline(of: Study) -> Iterator[Beside]:
    """The main fitted model, and our own drafting, beside the compromise model."""
    for name, what in HEADLINE.items():
        if of.scores[name].issues:
            yield _beside(what, of.scores[name], "ours", 1)


def _others(of: Study) -> Iterator[Beside]:
    """Every model on the issues on which it has a say, the best first; then distributions."""
    rivals = [n for n in ordered(of.scores) if n != BASE and of.scores[n].issues]
    yield from (_beside("EU decisions", of.scores[n], of.titles[n]) for n in rivals)
    if of.again[MAIN].issues:
        yield _beside("issues on which every model has a say", of.again[MAIN], of.titles[MAIN])
    for name in (MAIN, "frequencies"):
        if name in of.spreads:
            gap, spread = of.spreads[name].difference, of.spreads[name]
            scores = (
                spread.score,
                "compromise with its errors",
                of.spreads["compromise_errors"].score,
            )
            what, n = "EU decisions, distributions", times(spread.issues, "issue")
            ends = {"low": gap.low, "high": gap.high, "digits": 2, "who": spread.title}
            yield Beside(what, n, "ranked score", *scores, **ends)


def _beside(what: str, of: Score, who: str, digits: int = 2) -> Beside:
    scores, gap = (of.mean, "weighted mean", of.compromise), of.difference
    n = times(of.issues, "issue")
    return Beside(what, n, "error", *scores, gap.low, gap.high, digits=digits, who=who)


def _remarks(of: Study) -> Iterator[str]:
    """Say who wins with an allowance for all models tried, and what would go unseen."""
    base, main = of.scores[BASE], of.scores[MAIN]
    rivals = [n for n in ordered(of.scores) if n != BASE and of.scores[n].issues]
    yield (
        f"The compromise model, the weighted mean, misses by {_points(base.mean)} points on average"
        f" on {times(base.issues, 'issue')}. {_winners(of, rivals)}"
    )
    if not main.issues:
        yield "Nothing could be fitted: no other proposal with an outcome to learn from."
        return
    if main.difference.seen < 0:
        yield (
            f"The form of {of.titles[MAIN]} was found on part of this data set, so that a file with"
            " those issues flatters it; only proposals not seen then are a clean test."
        )
    yield f"Everything fitted was fitted {_where(of)}."
    if not isnan(main.difference.low):
        least = VISIBLE * (main.difference.high - main.difference.low) / WIDE
        yield (
            f"With {times(main.proposals, 'proposal')}, a true difference of less than"
            f" {_points(least)} points from such a model would mostly go unseen."
        )
    if of.splits:
        low, high = map(_points, (min(of.splits), max(of.splits)))
        yield (
            f"With the proposals divided otherwise, {len(of.splits)} times, its error is {low} to"
            f" {high}."
        )


def _winners(of: Study, rivals: Sequence[str]) -> str:
    first = [n for n in rivals if of.scores[n].difference.seen < 0]
    if not first:
        return f"None of {times(len(rivals), 'other model')} beats it by a margin that can be seen."
    sure = [n for n in first if of.scores[n].difference.seen_among_many < 0]
    still = f"{_named(of, sure)} still" if sure else "none"
    return (
        f"Of {times(len(rivals), 'other model')}, these beat it by a margin that can be seen:"
        f" {_named(of, first)}; with an allowance for so many models tried (Bonferroni): {still}."
    )


def _named(of: Study, names: Sequence[str]) -> str:
    gaps = [words.signed(of.scores[n].difference.mean, 2) for n in names]
    return words.both(f"{of.titles[n]} ({gap})" for n, gap in zip(names, gaps, strict=True))


def _points(value: float) -> str:
    return words.number(value, 2)


def _where(of: Study) -> str:
    if of.trained_on:
        return (
            f"to {of.trained_on}, {times(of.trained, 'issue')} with an outcome, without the"
            " proposals that are hindcast here"
        )
    return f"in {of.folds} folds, without the proposal it was tried on; what is tuned, within those"


def _limits(of: Study) -> Iterator[str]:
    yield (
        "A hindcast. Positions were told by experts in interviews, many after the decision, and the"
        " scale of an issue is made of the positions taken on it."
    )
    yield (
        f"The form of {of.titles[MAIN]}, two terms, was found while looking at 217 outcomes of this"
        " data set, among some forty forms; on a file with those the margin flatters it, and the"
        " interval does not say by how much."
    )
    yield (
        "The file gives no capabilities: populations stand in for them, the Commission and the"
        " Parliament as the largest state."
        if of.guessed
        else "Capability is the second row of the file as it stands, the same for all years: GDP of"
        " states, the Commission and the Parliament counted as the largest."
    )
    yield (
        "Who sits in the Council is read off who takes a position, the year of a proposal off its"
        " number, and the populations of the double majority are those of 2016."
    )
    if of.decisions.unread:
        yield (
            f"Not known as a procedure or rule: {words.some(of.decisions.unread, 4)}; read as"
            " consultation and as qualified majority."
        )
    if of.decisions.skipped:
        yield f"On {times(of.decisions.skipped, 'issue')} nobody takes a position: left out."
    yield (
        "Our drafting model keeps parameters that were fitted to votes at the United Nations. It,"
        " Nash bargaining and the agenda setter say nothing where the reference point is not known;"
        " models with fewer issues are compared on their own issues, and all again on those that"
        " all share (same_issues.csv). Kinds of issue overlap: none is a finding alone."
    )


# Tables and figures


def _tables(of: Study) -> dict[str, Table]:
    spreads, d = of.spreads.items(), of.decisions
    hindcasts = {f"p_{name}": (FULL * z).tolist() for name, z in of.hindcasts.items()}
    said = (d.issue, d.proposal, d.year.tolist(), d.codecision.tolist(), d.unanimity.tolist())
    return {
        "scores": _scored(of, of.scores),
        "same_issues": _scored(of, of.again),
        "kinds": columns(f"kind {SCORED}", ((kind, *_cells(s)) for kind, s in of.kinds.items())),
        "distributions": columns(
            "model issues ranked_score log_score difference low high",
            (
                (name, s.issues, s.score, -s.log)
                + (s.difference.mean, s.difference.low, s.difference.high)
                for name, s in spreads
            ),
        ),
        "coefficients": columns("term coefficient", of.coefficients.items()),
        "hindcasts": columns(
            f"issue proposal year codecision unanimity recorded {' '.join(hindcasts)}",
            zip(*said, (FULL * d.outcome).tolist(), *hindcasts.values(), strict=True),
        ),
    }


SCORED = (  # columns of a score
    "issues proposals mean_error median_error within_10 compromise"
    " difference low high low_among_many high_among_many"
)


def _cells(s: Score) -> tuple[object, ...]:
    gap = s.difference
    ends = (gap.mean, gap.low, gap.high, gap.widest_low, gap.widest_high)
    return (s.issues, s.proposals, s.mean, s.median, s.close, s.compromise, *ends)


def _scored(of: Study, scores: Mapping[str, Score]) -> Table:
    rows = ((n, of.titles[n], of.abouts[n], *_cells(scores[n])) for n in ordered(scores))
    return columns(f"model title about {SCORED}", rows)


def _figures(of: Study) -> dict[str, Figure]:
    """The figures, by name; those of the fitted model only where it could be fitted."""
    found = {"models": _models(of)}
    if of.scores[MAIN].issues:
        found |= {"kinds": _by_kind(of), "hindcasts": _panels(of)}
    return found


def _models(of: Study) -> Figure:
    names = [n for n in ordered(of.scores) if n != BASE and of.scores[n].issues]
    scores = {of.titles[n]: of.scores[n] for n in names}
    better = [t for t, s in scores.items() if s.difference.seen < 0]
    many = f"{len(better) or 'None'} of {len(scores)} models"
    title = f"{many} {'beat' if len(better) > 1 else 'beats'} the compromise model visibly"
    title += f": {words.both(better)}" if better else ""
    about = (
        "Mean absolute error minus the compromise model's"
        f" ({words.number(of.scores[BASE].mean, 1)} points on all issues), on the same issues, with"
        " 95% intervals over proposals"
    )
    return _forest(title, about, scores, scores)


def _by_kind(of: Study) -> Figure:
    rest = {k: s for k, s in of.kinds.items() if k != "all issues"}
    seen = [k for k, s in rest.items() if s.difference.seen < 0]
    lead = (
        f"a lead that can be seen on {len(seen)} of {times(len(rest), 'kind')} of issue"
        if seen
        else "on no kind of issue a lead that can be seen"
    )
    title = f"{of.titles[MAIN].capitalize()}: {lead}"
    about = (
        f"Mean absolute error of {of.titles[MAIN]} minus the compromise model's, by kind of issue"
        " (number of issues); kinds overlap"
    )
    return _forest(title, about, {f"{k} ({s.issues})": s for k, s in of.kinds.items()}, of.kinds)


def _forest(
    title: str, about: str, scores: Mapping[str, Score], named: Mapping[str, Score]
) -> Figure:
    """A difference and its interval in each row, the first row on top."""

    def paint(page: Sheet) -> None:
        gaps = [s.difference for s in scores.values()]
        axes = page.body.subplots()
        seen = [bool(gap.seen) for gap in gaps]
        parts.rows(page, axes, list(scores), [_told(gap) for gap in gaps], seen, foot=165.0)
        axes.axvline(0, color=INK, lw=1.2)
        for row, gap in enumerate(gaps):
            _row(axes, row, gap)
        parts.amounts(axes.xaxis, "points more than the compromise model: less is better")
        page.legend([look.sign(15) for look in SIGNS])

    rows = (
        (name, s.issues, s.difference.mean, s.difference.low, s.difference.high)
        for name, s in named.items()
    )
    return drawing.figure(
        NAME, title, about, columns("title issues difference low high", rows), paint
    )


SIGNS = (
    Look("better, seen", BLUE, "o"),
    Look("worse, seen", VERMILLION, "s"),
    Look("not told from none", GREY, "D"),
)


def _told(gap: Interval) -> str:
    between = f"  ({words.signed(gap.low, 2)} to {words.signed(gap.high, 2)})"
    return words.signed(gap.mean, 2) + between * (not isnan(gap.low))


def _row(axes: Axes, row: int, gap: Interval) -> None:
    better, worse, neither = SIGNS
    look = {-1: better, 1: worse}.get(gap.seen, neither)
    axes.plot([gap.low, gap.high], [row, row], "|-", color=look.colour, lw=2, ms=8)
    axes.plot(gap.mean, row, look.marker, color=look.colour, ms=10)


def _panels(of: Study) -> Figure:
    """Hindcasts against outcomes, one model a panel."""
    known, recorded = of.decisions.known, FULL * of.decisions.outcome[of.decisions.known]
    said = {n: FULL * of.hindcasts[n][known] for n in (BASE, MAIN)}
    near = {n: float((np.abs(z - recorded) <= CLOSE + 1e-7).mean()) for n, z in said.items()}
    title = (
        f"Within 10 points of the outcome: {of.titles[MAIN]} on {words.percent(near[MAIN])} of"
        f" issues, the compromise model on {words.percent(near[BASE])}"
    )
    about = "Hindcast and recorded outcome of every issue; on the line a hindcast is right"

    def paint(page: Sheet) -> None:
        for axes, (name, z) in zip(page.panels(len(said), sharex=False), said.items(), strict=True):
            axes.axline((0, 0), slope=1, color=GREY, lw=1.5)
            axes.scatter(z, recorded, linewidths=1.2, **Look("", BLUE, "o", hollow=True).many(12))
            ticks = (0, 25, 50, 75, 100)
            axes.set(xlim=(-3, 103), ylim=(-3, 103), xticks=ticks, yticks=ticks)
            axes.set_xlabel(f"hindcast of {of.titles[name]}")
        page.body.supylabel("recorded outcome")

    rows = zip((of.decisions.issue[i] for i in known), recorded, *said.values(), strict=True)
    data = columns(f"issue recorded {' '.join(f'p_{n}' for n in said)}", rows)
    return drawing.figure(NAME, title, about, data, paint)


_POINTS = ("points of the scale", "0-100")
_APART = ("points of the scale", "from -100 to 100")

COLUMNS = {
    "model": Column("name of the model"),
    "title": Column("the model in words"),
    "about": Column("what the model is"),
    "kind": Column("kind of issue"),
    "issues": Column("issues with an outcome on which the model has a say", "number", "0 and more"),
    "proposals": Column("proposals of those issues", "number", "0 and more"),
    "mean_error": Column("mean absolute error", *_POINTS),
    "median_error": Column("median absolute error", *_POINTS),
    "within_10": Column("share of issues with an error of at most 10 points", "share", "0-1"),
    "compromise": Column("mean absolute error of the compromise model on them", *_POINTS),
    "difference": Column("the model's mean minus the compromise model's", *_APART),
    "low": Column("lower end of the 95% interval of that, over proposals", *_APART),
    "high": Column("upper end", *_APART),
    "low_among_many": Column("lower end with an allowance for all models tried", *_APART),
    "high_among_many": Column("upper end with that allowance", *_APART),
    "ranked_score": Column("continuous ranked probability score", *_POINTS),
    "log_score": Column("mean minus log chance of the outcome", "nats", "0 and more"),
    "term": Column("term of options on the table"),
    "coefficient": Column("its coefficient, fitted to all that may be learned from"),
    "issue": Column("issue, as in the file"),
    "proposal": Column("proposal, as in the file"),
    "year": Column("year of the proposal, read off its number; 0: none there"),
    "codecision": Column("the Parliament decides too", "true or false"),
    "unanimity": Column("the Council decides by unanimity", "true or false"),
    "recorded": Column("outcome; empty: not known", *_POINTS),
    **{
        f"p_{model.name}": Column(f"hindcast: {model.title}; empty: it has no say", *_POINTS)
        for model in (*OTHERS, *FITTED)
    },
}

SOURCES = (
    "Data: J. Arregui and C. Perarnaud, The Decision-Making in the European Union (DEU) III dataset"
    " (2022), doi:10.34810/data53, CC BY 4.0; not shipped, fetched by the user.",
    "Compromise model: R. Thomson and others (eds), The European Union Decides (2006). Options on"
    " the table: D. McFadden (1974). Averages: J. M. Bates and C. W. J. Granger (1969).",
    "Intervals: B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993), by clusters."
    " Ranked score: T. Gneiting and A. E. Raftery, JASA 102 (2007).",
    "Agenda setter: T. Romer and H. Rosenthal (1978). Bargaining: J. F. Nash (1950). Spatial model"
    " of politics: B. P. Wise, L. Lester and B. Efird (2015). Voting power: L. S. Shapley and"
    " M. Shubik (1954).",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Hindcast, write and print."""

    def options_(parser: argparse.ArgumentParser) -> None:
        add = parser.add_argument
        add("file", type=Path, metavar="FILE", help="of DEU III, cells separated by tabs")
        folds = "parts of the proposals; each is hindcast once"
        add("--folds", type=script.whole(2, 1000), default=10, metavar="N", help=folds)
        seed = "of folds, intervals and runs"
        add("--seed", type=script.whole(0, 2**31), default=1, metavar="N", help=seed)
        add("--train", type=Path, metavar="FILE", help="fit to this file, not within FILE")

    def hindcast(said: argparse.Namespace) -> Found:
        return found(study(said.file, said.folds, said.seed, said.train))

    script.run(__file__, __doc__ or "", hindcast, options_, arguments)


if __name__ == "__main__":
    main()
