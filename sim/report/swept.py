"""What there is to say of a sweep: what moves each outcome, by how much, and how surely.

A difference is taken run by run from the base; where the base was not played, from the first
point of the design. As the largest of many it must stand out further and its interval is wider
(`sim.report.sure`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from sim.analysis.paired import SEEN, Difference
from sim.analysis.ways import mostly_votes, runs_of, within
from sim.core.registry import PARAMETERS, mechanisms
from sim.core.world import RUNS_PER_WORLD
from sim.experiment.model import Factor, Point
from sim.experiment.outcomes import has_mean
from sim.forums.rules import Decision
from sim.mechanisms.ballots import VOTES
from sim.report import sure, unvaried
from sim.report.about import BOTH_KINDS, CONSENSUS, FEW, FEW_WORLDS, SWEEP
from sim.report.fixed import not_varied, parameters
from sim.report.parts import Chance, Findings, Grid, Ground, Persuadable, Texts
from sim.scenario import Scenario
from sim.show import words
from sim.show.plots.study import read, said
from sim.show.plots.study.said import Outcome
from sim.show.words import number, percent
from sim.study.findings import Study

Floats = npt.NDArray[np.float64]

MOST = 6  # outcomes that are told in sentences
NAMED, NEAR = 8, 0.5  # delegations, and how near in chance their two likeliest decisions are
ASKED = 300  # points up to which every delegation's decision is looked up
MAIN = ("adopted", VOTES[0])
FINER = 0.5  # an error at which a number is written with one digit after the point
HALF = 50.0  # per cent of runs
IF = " if adopted"
SAMPLES = ("latin_hypercube", "sobol", "morris", "sobol_indices")  # designs that are drawn


@dataclass(frozen=True)
class Largest:
    """The point at which an outcome differs most from where it is compared with."""

    outcome: Outcome
    point: Point
    found: Difference
    among: int  # points that were compared
    worlds: int
    defined: bool  # in all runs at both points; else it is over the pairs in which it is

    @property
    def over(self) -> str:
        """Which runs it is of, where it is not of all."""
        return "" if self.defined else ", over the runs in which both come to it"

    @property
    def seen(self) -> bool:
        """Whether it stands out as the largest of so many, in so few worlds."""
        wide = self._reach * self.found.error
        return read.seen(self.found, self.among) and abs(self.found.difference) > wide

    @property
    def smallest(self) -> float:
        """The smallest true difference that one such point would show."""
        return max(SEEN, self._reach + sure.POWER) * self.found.error

    @property
    def _reach(self) -> float:
        return sure.reach(self.worlds, self.among)

    def interval(self) -> tuple[float, float]:
        """Its 95% interval, as the largest of so many."""
        wide = self._reach * self.found.error
        most = self.outcome.form.highest
        return max(self.found.difference - wide, -most), min(self.found.difference + wide, most)


def of_study(study: Study, scenario: Scenario | None = None) -> Findings:
    """Say all there is to say of a sweep."""
    outcomes = asked(study)
    most = [found for o in outcomes for found in [largest(study, o)] if found]
    return Findings(
        kind="sweep",
        title=study.experiment.title or study.experiment.name,
        question=_question(study, scenario),
        ground=_ground(study, scenario),
        answer=tuple(_answer(study, most)),
        chances=tuple(_chances(study, outcomes)),
        how_sure=tuple(_how_sure(study, most)),
        what_would_change_it=tuple(_what_would_change_it(study, outcomes, most)),
        persuadables=tuple(_persuadables(study)),
        limits=tuple(_limits(study)),
        design=tuple(_design(study)),
        tables=tuple(_tables(study, outcomes, most)),
        baselines=(*unvaried.sentences(study, scenario, outcomes), *_baselines(study, most)),
        scores=(),
        not_varied=not_varied((*study.experiment.fixed, *_paths(study))),
        parameters=parameters(_parameters(study, scenario)),
    )


def _question(study: Study, scenario: Scenario | None) -> str:
    given = study.experiment.question or (scenario.question if scenario else "")
    return given or f"What do {words.some(_paths(study), 4)} change in {study.facts.title}?"


def _paths(study: Study) -> Texts:
    return tuple(factor.path for factor in study.experiment.factors)


# What is told


def asked(study: Study) -> list[Outcome]:
    """The outcomes that are told: those the experiment keeps, else the main ones of each draft."""
    kept = [c for c in study.experiment.outcomes if _known(study, c)]
    found = [said.outcome(study, column) for column in kept or _main(study)]
    return [outcome for outcome in found if _varies_or_is_known(study, outcome)][:MOST]


def _known(study: Study, column: str) -> bool:
    kept = column in study.outcomes or column.removesuffix(IF) in study.outcomes
    return kept and has_mean(column)


def _main(study: Study) -> list[str]:
    finals = dict(study.ballots).items()
    columns = [f"{draft}.{stage}.{name}" for name in MAIN for draft, stage in finals]
    columns += [f"{draft}.retained" for draft, _ in finals]
    columns += [f"{draft}.{stage}.blocking" for draft, stage in finals]
    return [column for column in columns if column in study.outcomes]


def _varies_or_is_known(study: Study, outcome: Outcome) -> bool:
    """Leave out what is undefined at most points, such as votes where consensus is sought."""
    mean = read.measure(study, (reference(study),), outcome).mean
    return not np.isnan(mean) and (mean != 0 or outcome.kind == "adopted")


def reference(study: Study) -> Point:
    """What points are compared with: the base, or the first point where it was not played."""
    return read.base(study) or study.points[0]


def _at(study: Study) -> str:
    return "the base" if read.base(study) else "the first point of the design"


def largest(study: Study, outcome: Outcome) -> Largest | None:
    """The largest difference from the reference over all other points; None without a second."""
    start = reference(study)
    others = [p for p in study.points if p is not start and study.source.runs(p.id)]
    found = [(p, read.compared(study, (start,), (p,), outcome)) for p in others]
    told = [(p, d) for p, d in found if not np.isnan(d.difference)]
    if not told:
        return None
    point, most = max(told, key=lambda pair: abs(pair[1].difference))
    defined = [read.measure(study, (p,), outcome).defined for p in (start, point)]
    return Largest(outcome, point, most, len(told), _worlds(study), min(defined) == 1)


def _worlds(study: Study) -> int:
    return max((len(np.unique(study.source.worlds(p.id))) for p in study.points), default=0)


def _where(study: Study, point: Point) -> str:
    return said.setting(study, sorted(point.levels.items()))


# Grounds


def _ground(study: Study, scenario: Scenario | None) -> Ground:
    facts, made = study.facts, study.experiment
    return Ground(
        scenario=facts.scenario,
        title=facts.title,
        data=facts.data,
        runs=study.runs,
        worlds=_worlds(study),
        seed=facts.seed,
        version=facts.version,
        settings=made.fixed,
        points=len(study.points),
        design=made.design,
        sessions=max(study.sessions.values(), default=0),
        drafts=tuple(dict.fromkeys(draft for draft, _ in study.ballots)),
        uses=tuple(_uses(study, scenario)),
        sources=scenario.sources if scenario else (),
        file=made.file.name,
    )


def _uses(study: Study, scenario: Scenario | None) -> Iterator[str]:
    yield "influence"
    counted = study.source.counts(reference(study).id).sum(axis=(0, 1))
    if counted[[Decision.SUPPORT, Decision.OPPOSE]].any():
        yield "votes"
    if _consents(counted):
        yield "consensus"
    if scenario:
        said = (m for m in mechanisms() if m.scenario and m.said(scenario.sections))
        yield from (mechanism.name for mechanism in said)
    if scenario and scenario.worlds:
        yield "calibrated"
    yield study.experiment.design


def _consents(counted: npt.NDArray[np.int64]) -> bool:
    return bool(counted[[Decision.ACCEPT, Decision.DISSOCIATE, Decision.BLOCK]].any())


# The answer


def _answer(study: Study, most: Sequence[Largest]) -> Iterator[str]:
    if not most:
        yield "Only one point was played, so there is nothing to compare."
    for found in sorted(most, key=lambda m: not m.seen):
        if found.seen and _is_cloud(study):
            yield _spread(study, found.outcome)
        else:
            yield _difference(study, found) if found.seen else _nothing(study, found)
        if found.seen:
            yield from _factors(study, found.outcome)


def _is_cloud(study: Study) -> bool:
    """Whether the points are a sample: none of them stands for much."""
    return study.experiment.design in SAMPLES


def _spread(study: Study, outcome: Outcome) -> str:
    """Where an outcome lies over the points of a sample."""
    means = np.array([read.measure(study, (p,), outcome).mean for p in study.points if p.settings])
    known = means[~np.isnan(means)]
    ends = np.quantile(known, [0, 0.25, 0.5, 0.75, 1])
    low, first, middle, third, high = (outcome.number(end, FINER) for end in ends)
    name = outcome.name[:1].upper() + outcome.name[1:]
    return (
        f"{name}: between {low} and {high} over {len(known):,} points of the sample; in the middle"
        f" half of them between {first} and {third}, with {middle} in the middle."
    )


def _difference(study: Study, most: Largest) -> str:
    found, outcome = most.found, most.outcome
    low, high = _ends(most)
    sides = [outcome.number(side, found.error) for side in (found.base, found.changed)]
    change = outcome.change(found.difference, found.error)
    return (
        f"{change} with {_where(study, most.point)}: from {sides[0]} at {_at(study)} to {sides[1]}"
        f" (95% interval of the difference {low} to {high}{_as_largest(most)}{most.over});"
        f" the same way in {percent(found.holds)} of worlds."
    )


def _ends(most: Largest) -> Texts:
    """The interval in words, with a digit after the point at least: it may end next to zero."""
    finer = min(most.found.error, FINER)
    return tuple(most.outcome.number(end, finer) for end in most.interval())


def _as_largest(most: Largest) -> str:
    return f", as the largest of {most.among:,} points" if most.among > 1 else ""


def _nothing(study: Study, most: Largest) -> str:
    outcome, found = most.outcome, most.found
    if abs(found.difference) < 1e-9:
        return f"Nothing changes {outcome.name}: every point is as {_at(study)}{most.over}."
    if not most.smallest < np.inf:
        return f"Of {outcome.name} nothing can be told from runs of one world."
    amount = outcome.amount(most.smallest, found.error)
    told = f"No difference seen in {outcome.name}{most.over}"
    return f"{told}; the smallest that these runs would show is {amount}."


def _factors(study: Study, outcome: Outcome) -> Iterator[str]:
    """Of several factors, say which moves an outcome most."""
    told = [t for t in (_reach(study, f, outcome) for f in study.experiment.factors) if t]
    if len(study.experiment.factors) < 2 or not told:
        return
    reach, sentence = max(told, key=lambda pair: pair[0])
    if reach > 0:
        yield sentence


def _reach(study: Study, factor: Factor, outcome: Outcome) -> tuple[float, str] | None:
    """How far apart the levels of a factor lie, and that in words; None for a cloud of levels."""
    if read.scattered(study, factor.path):
        return _trend(study, factor, outcome)
    there, averaged = _along(study, factor, outcome)
    if len(there) < 2:
        return None
    (low, least), (high, most) = (f(there, key=lambda pair: pair[1]) for f in (min, max))
    start, end = (outcome.number(v, float("nan")) for v in (least, most))
    if start == end:  # a difference that numbers do not show is not worth a sentence
        return 0.0, ""
    name = said.factor(study, factor.path)
    others = "on average over the others" if averaged else "the others left as they are"
    return most - least, (
        f"Of the factors, {name} moves it most: from {start} at {said.level(low)} to {end} at"
        f" {said.level(high)}, {others}."
    )


def _along(study: Study, factor: Factor, outcome: Outcome) -> tuple[list[tuple[str, float]], bool]:
    """Mean of an outcome at each level of a factor, in order; whether it is over all others."""
    found, averaged = read.over_others(study, factor.path)
    means = [
        (level, read.measure(study, found[(level,)], outcome).mean)
        for level in read.levels_of(study, factor.path)
        if (level,) in found
    ]
    return [(level, mean) for level, mean in means if not np.isnan(mean)], averaged


def _trend(study: Study, factor: Factor, outcome: Outcome) -> tuple[float, str] | None:
    r = _rank(study, factor, outcome)
    if np.isnan(r):
        return None
    way = "rises" if r > 0 else "falls"
    name = said.factor(study, factor.path)
    return abs(r), (
        f"Of the factors, it {way} most steadily with {name} (rank correlation {r:.2f} over"
        f" {len(study.points):,} points)."
    )


def _rank(study: Study, factor: Factor, outcome: Outcome) -> float:
    """Rank correlation of an outcome's means with a factor over the points of a sample."""
    points = [p for p in study.points if read.numbers([p.levels[factor.path]])]
    x = np.array([float(p.levels[factor.path]) for p in points])
    y = np.array([read.measure(study, (p,), outcome).mean for p in points])
    return read.correlation(x, y)[0]


# How surely, and what would change it


def _chances(study: Study, outcomes: Sequence[Outcome]) -> Iterator[Chance]:
    for outcome in outcomes:
        if outcome.kind == "adopted" and not outcome.condition:
            yield from _adopted(study, outcome)


def _adopted(study: Study, outcome: Outcome) -> Iterator[Chance]:
    """How often a draft is adopted at the reference, and where that is least and most often."""
    means = [(read.measure(study, (p,), outcome).mean, p) for p in study.points]
    known = [(mean, p) for mean, p in means if not np.isnan(mean)]
    ends = [f(known, key=lambda pair: pair[0])[1] for f in (min, max)] if known else []
    start = reference(study)
    for point in dict.fromkeys((start.id, *(p.id for p in ends))):
        (at,) = (p for p in study.points if p.id == point)
        values, worlds = read.column(study, (at,), outcome)
        there = ~np.isnan(values)
        if there.sum() > 1:
            where = f"at {_at(study)}" if at is start else f"with {_where(study, at)}"
            what = f"{outcome.of} is adopted {where}"
            yield sure.chance(what, values[there] / outcome.scale, worlds[there])


def _how_sure(study: Study, most: Sequence[Largest]) -> Iterator[str]:
    for found in (m for m in most if 0 < m.smallest < np.inf):
        amount = found.outcome.amount(found.smallest, found.found.error)
        yield (
            f"{said.first_up(found.outcome.name)}: a true difference of {amount} or more from"
            f" {_at(study)} would have been seen; the largest found holds its sign in"
            f" {percent(found.found.holds)} of worlds, and has the other in"
            f" {percent(found.found.opposes)}."
        )
    failed = sum(study.failed.values())
    if failed:
        points = f"{len(study.failed)} point{'s' * (len(study.failed) != 1)}"
        yield f"{said.counted(failed, 'run')} failed, at {points}, and are left out."


def _what_would_change_it(
    study: Study, outcomes: Sequence[Outcome], most: Sequence[Largest]
) -> Iterator[str]:
    for outcome in outcomes:
        if outcome.kind == "adopted" and not outcome.condition:
            for factor in study.experiment.factors:
                yield from crossing(study, factor, outcome)
    if _is_cloud(study) and outcomes:
        yield from _trends(study, outcomes[0])
    still = [m.outcome.name for m in most if not m.seen]
    if still:
        yield f"Not seen to change anywhere in this design: {words.some(still, 4)}."


def _trends(study: Study, outcome: Outcome) -> Iterator[str]:
    """Say with which factors of a sample an outcome goes, the closest first, and with which not."""
    found = [
        (_rank(study, f, outcome), said.factor(study, f.path)) for f in study.experiment.factors
    ]
    chance = sure.reach(len(study.points), len(found)) / max(len(study.points) - 1, 1) ** 0.5
    for r, name in sorted(found, key=lambda pair: -abs(pair[0])):
        if abs(r) > chance:
            way = "Higher" if r > 0 else "Lower"
            yield f"{way} with {name}: {outcome.name} (rank correlation {r:.2f})."
    still = [name for r, name in found if not abs(r) > chance]
    if still:
        yield (
            f"With {words.both(still)} it goes no further than chance would over so many points"
            f" (rank correlation below {chance:.2f})."
        )


def crossing(study: Study, factor: Factor, outcome: Outcome) -> Iterator[str]:
    """Say between which levels of a factor a draft comes to be adopted in half of the runs."""
    if read.scattered(study, factor.path):
        return
    there, averaged = _along(study, factor, outcome)
    name = said.factor(study, factor.path)
    if not read.numbers(level for level, _ in there):
        yield from _sorted_out(name, there, outcome)
        return
    over = ", on average over the other factors" if averaged else ""
    for (low, before), (high, after) in pairwise(there):
        if (before - HALF) * (after - HALF) < 0:
            share = (HALF - before) / (after - before)
            at = float(low) + share * (float(high) - float(low))
            yield (
                f"Adoption of {outcome.of} crosses 50% between {name} {low}"
                f" ({percent(before / 100)}) and {high} ({percent(after / 100)}); by a straight"
                f" line at about {at:.3g}{over}."
            )


def _sorted_out(name: str, there: Sequence[tuple[str, float]], outcome: Outcome) -> Iterator[str]:
    passes = [said.level(level) for level, mean in there if mean >= HALF]
    falls = [said.level(level) for level, mean in there if mean < HALF]
    if passes and falls:
        yield (
            f"{outcome.of} is adopted in most runs with {name} {words.some(passes, 4)}, and not"
            f" with {words.some(falls, 4)}."
        )


def _persuadables(study: Study) -> Iterator[Persuadable]:
    """Who is nearest to deciding otherwise at the reference, at the drafts' last stages."""
    near: dict[str, tuple[float, Persuadable]] = {}
    for draft, stage in dict(study.ballots).items():
        for gap, found in _nearest(study, draft, stage):
            if gap <= NEAR and gap < near.get(found.name, (np.inf, found))[0]:
                near[found.name] = (gap, found)
    for _, found in sorted(near.values(), key=lambda pair: pair[0])[:NAMED]:
        yield found


def _nearest(study: Study, draft: str, stage: str) -> Iterator[tuple[float, Persuadable]]:
    chances = decided(study, reference(study), draft, stage)
    absent = chances[:, Decision.ABSENT].copy()
    chances[:, Decision.ABSENT] = -1.0
    for slot, (first, second) in enumerate(np.argsort(-chances, axis=1, kind="stable")[:, :2]):
        one, two = float(chances[slot, first]), float(chances[slot, second])
        away = float(absent[slot])
        if two > 0 and away <= one:
            names = (words.DECISION[Decision(int(d))] for d in (first, second))
            who = words.called(study.actors[slot], study.names[slot])
            told = Persuadable(who, draft, next(names), one, next(names), two)
            yield (one - two) / (1.0 - away), told


def decided(study: Study, point: Point, draft: str, stage: str) -> Floats:
    """Chances of each decision, (actors, 7); where consensus is sought staying away accepts.

    Where some runs come to a vote and others do not, they are of the more frequent kind.
    """
    counts = study.source.counts(point.id)[study.ballots.index((draft, stage))]
    counts = within(counts, mostly_votes(counts))
    chances: Floats = counts / max(runs_of(counts), 1)
    if _consents(counts.sum(axis=0)):
        chances[:, Decision.ACCEPT] += chances[:, Decision.ABSENT]
        chances[:, Decision.ABSENT] = 0.0
    return chances


def _limits(study: Study) -> Iterator[str]:
    yield SWEEP[0]
    if _consents(study.source.counts(reference(study).id).sum(axis=(0, 1))):
        yield CONSENSUS
    yield from BOTH_KINDS
    yield from SWEEP[1:]
    if _worlds(study) < FEW_WORLDS:
        yield FEW.format(worlds=_worlds(study), runs=100 * RUNS_PER_WORLD)


# Design and tables


def _design(study: Study) -> Iterator[Grid]:
    made = study.experiment
    rows = [
        ("design", made.design.replace("_", " ")),
        ("points", f"{len(study.points):,}{' with the base' if read.base(study) else ''}"),
        ("runs", f"{study.runs:,}; {read.runs_a_point(study)}"),
        ("worlds", f"{_worlds(study):,}, {RUNS_PER_WORLD} runs in a row sharing one"),
        ("seed", str(study.facts.seed)),
        ("data before", study.facts.data or "no date given"),
        *(("fixed at every point", setting) for setting in made.fixed),
        *((f"standard error wanted, {name}", f"{e:g}") for name, e in made.until.items()),
    ]
    yield Grid("What was played", ("what", "how"), tuple(rows))
    factors = tuple((f.path, levels(f)) for f in made.factors)
    yield Grid("Factors", ("factor", "levels or distribution"), factors)


def levels(factor: Factor) -> str:
    """Write a factor's levels, or the distribution it is drawn from."""
    if factor.levels:
        return ", ".join(said.level(level) for level in factor.levels)
    form = factor.distribution.replace("_", " ")
    centre = f", centre {factor.centre:g}" if factor.centre is not None else ""
    spread = f", standard deviation {factor.sd:g}" if factor.sd is not None else ""
    return f"{form}, {factor.low:g} to {factor.high:g}{centre}{spread}"


def _tables(study: Study, outcomes: Sequence[Outcome], most: Sequence[Largest]) -> Iterator[Grid]:
    if most:
        yield _differences(study, most)
    yield _at_the_reference(study, outcomes)
    if 1 < len(study.points) <= ASKED:
        yield from _who_changed(study)


def _differences(study: Study, most: Sequence[Largest]) -> Grid:
    columns = (
        "outcome",
        "where",
        "base",
        "there",
        "difference",
        "95% interval",
        "same sign, worlds",
    )
    rows = []
    for m in most:
        of, error = m.outcome, m.found.error
        ends = " to ".join(_ends(m))
        sides = (of.number(m.found.base, error), of.number(m.found.changed, error))
        holds = percent(m.found.holds)
        change = of.number(m.found.difference, error)
        rows.append((said.first_up(of.name), _where(study, m.point), *sides, change, ends, holds))
    note = f"Base: {_at(study)}. All points are in points.csv."
    return Grid("The largest difference of each outcome", columns, tuple(rows), note)


def _at_the_reference(study: Study, outcomes: Sequence[Outcome]) -> Grid:
    columns = ("outcome", "mean", "nine runs in ten", "error of mean", "chance", "ignorance")
    rows = []
    for outcome in outcomes:
        of = read.measure(study, (reference(study),), outcome)
        between = f"{number(of.low, 1)} to {number(of.high, 1)}"
        rest = (number(n, 1) for n in (of.error, of.chance, of.ignorance))
        rows.append((said.first_up(outcome.name), number(of.mean, 1), between, *rest))
    note = "Chance: standard deviation within a world; ignorance: across worlds."
    return Grid(f"Outcomes at {_at(study)}", columns, tuple(rows), note)


def _who_changed(study: Study) -> Iterator[Grid]:
    """Whose likeliest decision is another at some points than at the reference."""
    rows = [r for d, s in dict(study.ballots).items() for r in _other_decisions(study, d, s)]
    rows.sort(key=lambda row: -row[0])
    if rows:
        columns = ("who", "draft", f"at {_at(study)}", "elsewhere", "points")
        told = tuple(row[1:] for row in rows[: 2 * NAMED])
        note = "By its likeliest decision; of the points, how many differ."
        yield Grid("Who decides otherwise somewhere", columns, told, note)


def _other_decisions(
    study: Study, draft: str, stage: str
) -> Iterator[tuple[int, str, str, str, str, str]]:
    start = decided(study, reference(study), draft, stage).argmax(axis=1)
    there = [decided(study, p, draft, stage).argmax(axis=1) for p in study.points]
    for slot, before in enumerate(start.tolist()):
        others = [int(d[slot]) for d in there if d[slot] != before]
        if others:
            usual = Decision(max(set(others), key=others.count))
            who = words.called(study.actors[slot], study.names[slot])
            yield (
                len(others),
                who,
                draft,
                words.DECISION[Decision(before)],
                words.DECISION[usual],
                f"{len(others)} of {len(study.points)}",
            )


def _baselines(study: Study, most: Sequence[Largest]) -> Iterator[str]:
    yield (
        "A sweep changes the scenario, so its points are not scored against a record; plenary run"
        f" {study.facts.scenario} --full scores the unchanged scenario beside the largest category,"
        " one cut and the last vote."
    )
    same = [m.outcome.name for m in most if abs(m.found.difference) < 1e-9]
    if same:
        yield f"Against the base, no point changes anything in {words.some(same, 4)}."


def _parameters(study: Study, scenario: Scenario | None) -> dict[str, tuple[float, float]]:
    """Parameters that are no factor: at one value where somebody set them, else their range."""
    fixed = dict(scenario.parameters) if scenario else {}
    for setting in study.experiment.fixed:
        path, _, value = setting.partition("=")
        if path.startswith("parameters.") and read.numbers([value]):
            fixed[path.removeprefix("parameters.")] = float(value)
    factors = {path.removeprefix("parameters.") for path in _paths(study)}
    free = {name: p for name, p in PARAMETERS.items() if name not in factors}
    return {n: (fixed[n], fixed[n]) if n in fixed else (p.low, p.high) for n, p in free.items()}
