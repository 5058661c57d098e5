"""What there is to say of a sweep: what moves each outcome, by how much, and how surely.

A difference is taken run by run from the base; where the base was not played, from the first
point of the design. As the largest of many it must stand out further and its interval is wider
(`sim.report.sure`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.analysis.watch import decided, nearest_first, of_counts
from sim.core.registry import PARAMETERS, mechanisms
from sim.core.world import RUNS_PER_WORLD
from sim.experiment.model import Factor, Point
from sim.experiment.outcomes import has_mean
from sim.forums.rules import Decision
from sim.mechanisms.ballots import VOTES
from sim.report import factors, sure, unvaried
from sim.report.about import SWEEP, limits
from sim.report.differences import called, change
from sim.report.fixed import not_varied, parameters
from sim.report.parts import (
    Chance,
    Change,
    Cloud,
    Finding,
    Findings,
    Grid,
    Ground,
    Note,
    Persuadable,
    Texts,
)
from sim.report.played import NEAR, NEAREST, persuadable
from sim.scenario import Scenario
from sim.show import words
from sim.show.plots.study import read, said
from sim.show.plots.study.said import Outcome
from sim.show.words import number
from sim.study.findings import Study

MOST = 6  # outcomes that are told in sentences
ASKED = 300  # points up to which every delegation's decision is looked up
SHOWN, ACROSS = 12, 4  # points and outcomes in the table of means
MAIN = ("adopted", VOTES[0])
FINER = 0.5  # an error at which a number is written with one digit after the point
IF = " if adopted"
SAMPLES = ("latin_hypercube", "sobol", "morris", "sobol_indices")  # designs that are drawn
CONSENSUAL = [Decision.ACCEPT, Decision.DISSOCIATE, Decision.BLOCK]


class Largest(NamedTuple):
    """The point at which an outcome differs most from where it is compared with."""

    outcome: Outcome
    point: Point
    change: Change


def of_study(study: Study, scenario: Scenario | None = None) -> Findings:
    """Say all there is to say of a sweep."""
    outcomes = asked(study)
    most = [found for o in outcomes for found in [largest(study, o)] if found]
    return Findings(
        kind="sweep",
        title=study.experiment.title or study.experiment.name,
        question=_question(study, scenario),
        ground=_ground(study, scenario),
        findings=tuple(_findings(study, most)),
        chances=tuple(_chances(study, most)),
        how_sure=tuple(_how_sure(study)),
        what_would_change_it=tuple(_what_would_change_it(study, outcomes, most)),
        persuadables=tuple(_persuadables(study, outcomes)),
        limits=tuple(_limits(study)),
        front=tuple(_front(study, outcomes, most)),
        tables=tuple(_tables(study, outcomes)),
        design=tuple(_design(study)),
        baselines=(*unvaried.sentences(study, scenario, outcomes), _baseline(study)),
        scores=(),
        not_varied=not_varied((*study.experiment.fixed, *_paths(study))),
        parameters=parameters(_parameters(study, scenario)),
        try_next=(),
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
    return study.base or study.points[0]


def _at(study: Study) -> str:
    return "the base" if study.base else "the first point of the design"


def largest(study: Study, outcome: Outcome) -> Largest | None:
    """The largest difference from the reference over all other points; None without a second."""
    start = reference(study)
    others = [p for p in study.points if p is not start and study.source.runs(p.id)]
    found = [(p, read.compared(study, (start,), (p,), outcome)) for p in others]
    told = [(p, d) for p, d in found if not np.isnan(d.difference)]
    if not told:
        return None
    point, most = max(told, key=lambda pair: abs(pair[1].difference))
    whole = min(read.measure(study, (p,), outcome).defined for p in (start, point)) == 1
    found_ = change(
        outcome,
        most,
        study.worlds,
        under=_where(study, point, outcome),
        against=f"at {_at(study)}",
        among=len(told),
        over="" if whole else ", over the runs in which both come to it",
    )
    return Largest(outcome, point, found_)


def _where(study: Study, point: Point, outcome: Outcome) -> str:
    """What a point changes, without the factors that do nothing to the outcome there."""
    levels = sorted(point.levels.items())
    alive = [(path, level) for path, level in levels if _acts(study, point, path, outcome)]
    return said.setting(study, alive or levels)


def _acts(study: Study, point: Point, path: str, outcome: Outcome) -> bool:
    """Whether another level of a factor, all else equal, is seen to do otherwise; or none is."""
    rest = {at: level for at, level in point.levels.items() if at != path}
    beside = [
        p
        for p in study.points
        if p is not point and {a: x for a, x in p.levels.items() if a != path} == rest
    ]
    if not beside:
        return True
    reach = sure.reach(study.worlds, len(beside))
    found = (read.compared(study, (p,), (point,), outcome) for p in beside)
    return any(abs(d.difference) > max(reach * d.error, 1e-9) for d in found)


# Grounds


def _ground(study: Study, scenario: Scenario | None) -> Ground:
    facts, made = study.facts, study.experiment
    return Ground(
        scenario=facts.scenario,
        title=facts.title,
        data=facts.data,
        runs=study.runs,
        worlds=study.worlds,
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
        basis="Simulated",
        paired="one another",
    )


def _uses(study: Study, scenario: Scenario | None) -> Iterator[str]:
    yield "influence"
    counted = study.source.counts(reference(study).id).sum(axis=(0, 1))
    if counted[[Decision.SUPPORT, Decision.OPPOSE]].any():
        yield "votes"
    if _consents(counted):
        yield "consensus"
    if scenario:
        there = (m for m in mechanisms() if m.scenario and m.said(scenario.sections))
        yield from (mechanism.name for mechanism in there)
    if scenario and scenario.worlds:
        yield "calibrated"
    yield study.experiment.design


def _consents(counted: npt.NDArray[np.int64]) -> bool:
    return bool(counted[..., CONSENSUAL].any())


# The answer


def _findings(study: Study, most: Sequence[Largest]) -> Iterator[Finding]:
    if not most:
        yield Note("Only one point was played, so there is nothing to compare.")
        return
    ties = [(m, _goes_with(study, m.outcome)) for m in most]
    moved = [(m, tied) for m, tied in ties if m.change.seen or tied]
    if not moved:
        yield _nothing(study, most)
    for found, tied in moved:
        if _is_cloud(study):
            yield _spread(study, found.outcome)
            yield from map(Note, tied[:1])
        else:
            yield found.change
        yield from factors.strongest(study, found.outcome, study.worlds)
    yield from (m.change for m, tied in ties if not (m.change.seen or tied))


def _goes_with(study: Study, outcome: Outcome) -> list[str]:
    """With which factors of a sample an outcome goes, the closest first.

    One point of many is seldom told from another; all of them together say more.
    """
    return list(factors.trends(study, outcome)) if _is_cloud(study) else []


def _nothing(study: Study, most: Sequence[Largest]) -> Note:
    """Say first that no factor is seen to move anything, and what these runs would show."""
    names = [said.factor(study, path) for path in _paths(study)]
    several = len(names) > 1
    who = f"{'Neither' if len(names) == 2 else 'None'} of {words.both(names)}" if several else ""
    whose = f"{who} moves" if several else f"{words.first_up(names[0])} does not move"
    anything = "anything" if not several else "anything asked about"
    text = f"{whose} {anything} further than these runs can tell from nothing."
    if all(m.change.verdict == "the same" for m in most):
        text = f"{whose} {anything}: every point ends as {_at(study)}."
    least = [f"{m.change.smallest} in {m.outcome.name}" for m in most if m.change.smallest]
    return Note(text, f"They would show a change of {words.some(least, 3)}." if least else "")


def _is_cloud(study: Study) -> bool:
    """Whether the points are a sample: none of them stands for much."""
    return study.experiment.design in SAMPLES


def _spread(study: Study, outcome: Outcome) -> Cloud:
    """Where an outcome lies over the points of a sample."""
    means = np.array([read.measure(study, (p,), outcome).mean for p in study.points if p.settings])
    known = means[~np.isnan(means)]
    ends = np.quantile(known, [0, 0.25, 0.5, 0.75, 1])
    return Cloud(outcome.name, tuple(outcome.number(end, FINER) for end in ends), len(known))


# How surely, and what would change it


def _chances(study: Study, most: Sequence[Largest]) -> Iterator[Chance]:
    """How often a draft is adopted at the reference, and where that is least and most often."""
    for found in most:
        if found.change.adopted:
            yield from _adopted(study, found)


def _adopted(study: Study, found: Largest) -> Iterator[Chance]:
    outcome, start = found.outcome, reference(study)
    means = [(read.measure(study, (p,), outcome).mean, p) for p in study.points]
    known = [(mean, p) for mean, p in means if not np.isnan(mean)]
    extremes = [f(known, key=lambda pair: pair[0])[1] for f in (min, max)]
    points = [start, *(extremes if found.change.seen else ())]
    for at in {p.id: p for p in points}.values():
        values, worlds = read.column(study, (at,), outcome)
        there = ~np.isnan(values)
        if there.sum() > 1:
            where = f"at {_at(study)}" if at is start else f"with {_where(study, at, outcome)}"
            what = f"{outcome.of} is adopted {where}"
            yield sure.chance(what, values[there] / outcome.scale, worlds[there])


def _how_sure(study: Study) -> Iterator[str]:
    failed = sum(study.failed.values())
    if failed:
        yield (
            f"{words.counted(failed, 'run')} failed, in {words.some(list(study.failed), 3)}, and"
            " are left out; status.jsonl says why, and the same command tries them again."
        )


def _what_would_change_it(
    study: Study, outcomes: Sequence[Outcome], most: Sequence[Largest]
) -> Iterator[str]:
    for outcome in outcomes:
        if outcome.kind == "adopted" and not outcome.condition:
            for factor in study.experiment.factors:
                yield from factors.crossing(study, factor, outcome)
    if _is_cloud(study) and outcomes:
        yield from factors.trends(study, outcomes[0])
        yield from factors.untied(study, outcomes[0])
    still = [m.outcome.name for m in most if not (m.change.seen or _goes_with(study, m.outcome))]
    if still:
        yield f"Not seen to change anywhere in this design: {words.some(still, 4)}."


def _persuadables(study: Study, outcomes: Sequence[Outcome]) -> Iterator[Persuadable]:
    """Who is nearest to deciding otherwise at the reference, on the texts that are asked about."""
    drafts = {outcome.draft for outcome in outcomes} - {""}
    counts = study.source.counts(reference(study).id)
    found = [
        watched
        for ballot in dict(study.ballots).items()
        if ballot[0] in drafts or not drafts
        for of in [counts[study.ballots.index(ballot)]]
        for watched in of_counts(ballot, study.actors, of, _consents(of))
        if watched.gap <= NEAR
    ]
    names = dict(zip(study.actors, study.names, strict=True))
    for w in sorted(nearest_first(found, {}), key=lambda w: w.gap)[:NEAREST]:
        yield persuadable(w, words.called(w.actor, names[w.actor]))


def _limits(study: Study) -> Iterator[str]:
    yield SWEEP[0]
    consensus = _consents(study.source.counts(reference(study).id))
    yield from limits(study.worlds, consensus=consensus, between=SWEEP[1:])


# Design and tables


def _design(study: Study) -> Iterator[Grid]:
    made = study.experiment
    rows = [
        ("design", made.design.replace("_", " ")),
        ("points", f"{len(study.points):,}{' with the base' if study.base else ''}"),
        ("runs", f"{study.runs:,}; {read.runs_a_point(study)}"),
        ("worlds", f"{study.worlds:,}, {RUNS_PER_WORLD} runs in a row sharing one"),
        ("seed", str(study.facts.seed)),
        ("data before", study.facts.data or "no date given"),
        *(("fixed at every point", setting) for setting in made.fixed),
        *((f"standard error wanted, {name}", f"{e:g}") for name, e in made.until.items()),
    ]
    yield Grid("What was played", ("what", "how"), tuple(rows))
    yield Grid(
        "Factors",
        ("factor", "levels or distribution"),
        tuple((f.path, levels(f)) for f in made.factors),
    )


def levels(factor: Factor) -> str:
    """Write a factor's levels, or the distribution it is drawn from."""
    if factor.levels:
        return ", ".join(said.level(level) for level in factor.levels)
    form = factor.distribution.replace("_", " ")
    centre = f", centre {factor.centre:g}" if factor.centre is not None else ""
    spread = f", standard deviation {factor.sd:g}" if factor.sd is not None else ""
    return f"{form}, {factor.low:g} to {factor.high:g}{centre}{spread}"


def _front(study: Study, outcomes: Sequence[Outcome], most: Sequence[Largest]) -> Iterator[Grid]:
    if len(most) > 1:
        yield _differences(study, most)
    yield _means(study, outcomes)


def _means(study: Study, outcomes: Sequence[Outcome]) -> Grid:
    """Means of the first outcomes at the first points, from the first to the last."""
    points = read.evenly(study.points, SHOWN)
    rows = tuple(
        (said.point(study, p), *(_mean(study, p, outcome) for outcome in outcomes[:ACROSS]))
        for p in points
    )
    left = len(study.points) - len(points)
    note = f"{left:,} more points are in points.csv." if left else ""
    return Grid("Means", ("mean at", *map(called, outcomes[:ACROSS])), rows, note)


def _mean(study: Study, point: Point, outcome: Outcome) -> str:
    mean = read.measure(study, (point,), outcome).mean
    if outcome.kind == "adopted" and not np.isnan(mean):
        return words.percent(mean / outcome.scale)
    return "not defined" if np.isnan(mean) else number(mean, 1)


def _tables(study: Study, outcomes: Sequence[Outcome]) -> Iterator[Grid]:
    yield _at_the_reference(study, outcomes)
    if 1 < len(study.points) <= ASKED:
        yield from _who_changed(study)


DIFFERENCES = ("most different", "base", "there", "95% interval", "holds", "verdict", "where")


def _differences(study: Study, most: Sequence[Largest]) -> Grid:
    rows = tuple(
        (
            called(m.outcome),
            m.change.before,
            m.change.after,
            f"{number(m.change.low, 1)} to {number(m.change.high, 1)}",
            words.percent(m.change.holds),
            m.change.verdict,
            m.change.under,
        )
        for m in most
    )
    note = (
        f"Compared with {_at(study)}; the interval is of the difference, as the largest of so many;"
        " holds: share of worlds with this sign. All points are in points.csv."
    )
    return Grid("The largest difference of each outcome", DIFFERENCES, rows, note)


def _at_the_reference(study: Study, outcomes: Sequence[Outcome]) -> Grid:
    columns = ("outcome", "mean", "nine runs in ten", "error of mean", "chance", "ignorance")
    rows = []
    for outcome in outcomes:
        of = read.measure(study, (reference(study),), outcome)
        between = f"{number(of.low, 1)} to {number(of.high, 1)}"
        rest = (number(n, 1) for n in (of.error, of.chance, of.ignorance))
        rows.append((words.first_up(outcome.name), number(of.mean, 1), between, *rest))
    note = "Chance: standard deviation within a world; ignorance: across worlds."
    return Grid(f"Outcomes at {_at(study)}", columns, tuple(rows), note)


def _who_changed(study: Study) -> Iterator[Grid]:
    """Whose likeliest decision is another at some points than at the reference."""
    rows = [r for ballot in dict(study.ballots).items() for r in _other_decisions(study, *ballot)]
    rows.sort(key=lambda row: -row[0])
    if rows:
        columns = ("who", "draft", f"at {_at(study)}", "elsewhere", "points")
        told = tuple(row[1:] for row in rows[: 2 * NEAREST])
        note = "By its likeliest decision; of the points, how many differ."
        yield Grid("Who decides otherwise somewhere", columns, told, note)


def _other_decisions(
    study: Study, draft: str, stage: str
) -> Iterator[tuple[int, str, str, str, str, str]]:
    start = _likeliest(study, reference(study), draft, stage)
    there = [_likeliest(study, p, draft, stage) for p in study.points]
    for slot, before in enumerate(start.tolist()):
        others = [int(d[slot]) for d in there if d[slot] != before]
        if others:
            usual = Decision(max(set(others), key=others.count))
            who = words.called(study.actors[slot], study.names[slot])
            sides = words.DECISION[Decision(before)], words.DECISION[usual]
            yield len(others), who, draft, *sides, f"{len(others)} of {len(study.points)}"


def _likeliest(study: Study, point: Point, draft: str, stage: str) -> npt.NDArray[np.int64]:
    counts = study.source.counts(point.id)[study.ballots.index((draft, stage))]
    likeliest: npt.NDArray[np.int64] = decided(counts, _consents(counts)).argmax(axis=1)
    return likeliest


def _baseline(study: Study) -> str:
    return (
        "A sweep changes the scenario, so its points are not scored against a record; plenary run"
        f" {study.facts.scenario} --full scores the unchanged scenario beside the largest category,"
        " one cut and the last vote."
    )


def _parameters(study: Study, scenario: Scenario | None) -> dict[str, tuple[float, float]]:
    """Parameters that are no factor: at one value where somebody set them, else their range."""
    fixed = dict(scenario.parameters) if scenario else {}
    for setting in study.experiment.fixed:
        path, _, value = setting.partition("=")
        if path.startswith("parameters.") and read.numbers([value]):
            fixed[path.removeprefix("parameters.")] = float(value)
    varied = {path.removeprefix("parameters.") for path in _paths(study)}
    free = {name: p for name, p in PARAMETERS.items() if name not in varied}
    return {n: (fixed[n], fixed[n]) if n in fixed else (p.low, p.high) for n, p in free.items()}
