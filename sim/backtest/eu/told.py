"""The EU back-test in words: who beats the compromise model, by how much, and how sure that is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from math import isnan
from pathlib import Path

from sim.backtest.eu import plots
from sim.backtest.eu.columns import COLUMNS
from sim.backtest.eu.fitted import MAIN
from sim.backtest.eu.scoring import Interval
from sim.backtest.eu.study import BASE, Study, ordered, study
from sim.backtest.eu.tabled import change, first_up, grids, points, tables
from sim.backtest.found import Beside, Found
from sim.backtest.verdicts import times
from sim.show import words

NAME = "eu"
PLAIN = ("mean", "median", "status_quo")  # baselines that are always named
OURS = {
    "plenary_sponsors": "the Commission drafts and the rule in force is voted by",
    "plenary_chair": "a chair drafts for consensus",
    "plenary_presidency": "the chair begins with the compromise",
}
HEADLINE = {
    MAIN: "EU decisions, a fitted distribution",
    "plenary_sponsors": "EU decisions, our drafting by the real rule",
}
VISIBLE = 2.8  # errors that a true difference must be to be seen 8 times in 10
WIDE = 2 * 1.959964  # errors in a 95% interval


def run(file: Path, folds: int = 10, seed: int = 1, train: Path | None = None) -> Found:
    """Hindcast every issue of a file by every model, and say who beats the compromise model.

    Args:
        file: of decisions; see `sim.backtest.eu.reading`.
        folds: into which proposals are divided for the fitted models.
        seed: of the folds, the intervals and our own runs.
        train: a file to fit to instead, less the proposals that are also in ``file``.

    Raises:
        InputError: what is wrong in a file.
    """
    files = [file] if train is None else [file, train]
    return found(study(file, folds, seed, train), [_digest(f) for f in files])


def _digest(file: Path) -> str:
    return f"{file.name}: SHA-256 {hashlib.sha256(file.read_bytes()).hexdigest()}"


def found(of: Study, read: Sequence[str] = ()) -> Found:
    """Put what was computed into words; every sentence follows from the numbers."""
    return Found(
        name=NAME,
        title="Where do decisions of the European Union end?",
        question=(
            "Does any model hindcast the outcomes of EU legislation from positions, saliences and"
            " capabilities better than their weighted mean?"
        ),
        until="",
        answer=tuple(answer(of)),
        how_sure=tuple(how_sure(of)),
        limits=tuple(limits(of)),
        scores=tuple(grids(of)),
        tables=tables(of),
        columns=COLUMNS,
        figures=plots.figures(of),
        sources=(*SOURCES, *read),
        headline=tuple(headline(of)),
    )


def headline(of: Study) -> Iterator[Beside]:
    """The main fitted model, and our own drafting, beside the compromise model."""
    for name, what in HEADLINE.items():
        found = of.scores[name]
        if found.issues:
            gap, scores = found.difference, (found.mean, "weighted mean", found.compromise)
            n = times(found.issues, "issue")
            yield Beside(what, n, "error", *scores, gap.low, gap.high, digits=1)


# What is said


def answer(of: Study) -> Iterator[str]:
    """Say how the main model does beside the compromise, who else beats it, and who loses."""
    yield _main(of)
    yield _winners(of)
    yield from _flattered(of)
    yield from _losers(of)
    yield from _ours(of)
    yield _baselines(of)
    yield from _distributions(of)


def between(found: Interval) -> str:
    """Write a difference with its interval, and whether it can be told from nothing."""
    return f"{change(found.mean)} ({_ends(found.low, found.high)}), {margin(found)}"


def margin(found: Interval) -> str:
    """Say whether a difference can be seen: its interval leaves out zero."""
    if isnan(found.low):
        return "of which no interval can be given"
    if not found.seen:
        return "no margin that can be seen"
    return (
        "a margin that can be seen, for the better"
        if found.seen < 0
        else ("a margin that can be seen, for the worse")
    )


def _ends(low: float, high: float) -> str:
    if isnan(low) or isnan(high):
        return "no interval"
    return f"95% interval {change(low)} to {change(high)}"


def _main(of: Study) -> str:
    told = of.scores[MAIN]
    base = of.scores[BASE]
    if not told.issues:
        why = "no other proposal with an outcome to learn from"
        return (
            f"The compromise model misses by {points(base.mean)} points on average on"
            f" {times(base.issues, 'issue')}; nothing could be fitted, there being {why}."
        )
    learned = f", fitted to {of.trained_on}" if of.trained_on else ", fitted to other proposals"
    return (
        f"{first_up(of.titles[MAIN])}{learned}, misses by {points(told.mean)} points of 100 on"
        f" average where the compromise model misses by {points(told.compromise)}, on"
        f" {times(told.issues, 'issue')} of {times(told.proposals, 'proposal')}:"
        f" {between(told.difference)}."
    )


def _rivals(of: Study) -> list[str]:
    return [name for name in ordered(of.scores) if name != BASE and of.scores[name].issues]


def _winners(of: Study) -> str:
    rivals = _rivals(of)
    first = [n for n in rivals if of.scores[n].difference.seen < 0]
    if not first:
        return (
            f"None of {times(len(rivals), 'other model')} beats the compromise model by a margin"
            " that can be seen."
        )
    sure = [n for n in first if of.scores[n].difference.seen_among_many < 0]
    still = "none of them does" if not sure else f"{_named(of, sure)} still {_do(sure)}"
    return (
        f"Of {times(len(rivals), 'other model')}, {_named(of, first)} {_beat(first)} the compromise"
        f" model by a margin that can be seen; with an allowance for so many models tried, {still}."
    )


def _flattered(of: Study) -> Iterator[str]:
    """Where the model we made wins: that we had seen some of what it is scored on."""
    if of.scores[MAIN].difference.seen < 0:
        yield (
            f"The form of {of.titles[MAIN]} was found on part of this data set, so that a file with"
            " those issues flatters it; only proposals not seen then are a clean test."
        )


def _named(of: Study, names: Sequence[str]) -> str:
    said = [f"{of.titles[n]} ({change(of.scores[n].difference.mean)})" for n in names]
    return words.both(said)


def _beat(names: Sequence[str]) -> str:
    return "beats" if len(names) == 1 else "beat"


def _do(names: Sequence[str]) -> str:
    return "does" if len(names) == 1 else "do"


def _losers(of: Study) -> Iterator[str]:
    lost = [n for n in _rivals(of) if of.scores[n].difference.seen > 0]
    if lost:
        verb = "loses" if len(lost) == 1 else "lose"
        yield f"{first_up(_named(of, lost))} {verb} to it by a margin that can be seen."


def _ours(of: Study) -> Iterator[str]:
    told = [(how, of.scores[n]) for n, how in OURS.items() if of.scores[n].issues]
    if told:
        said = [f"{points(score.mean)} when {how}" for how, score in told]
        first = told[0][1]
        yield (
            f"Our own model with nothing fitted, on {times(first.issues, 'issue')} with a known"
            f" reference point: {words.both(said)}; the compromise model there"
            f" {points(first.compromise)}."
        )


def _baselines(of: Study) -> str:
    said = []
    for name in PLAIN:
        score = of.scores[name]
        part = "" if score.issues == of.scores[BASE].issues else f" (n = {score.issues})"
        said.append(f"{of.titles[name]} {points(score.mean)}{part}")
    return (
        f"For comparison: compromise model {points(of.scores[BASE].mean)}"
        f" (n = {of.scores[BASE].issues}), {words.both(said)}."
    )


def _distributions(of: Study) -> Iterator[str]:
    if MAIN not in of.spreads:
        return
    told, base = of.spreads[MAIN], of.spreads["compromise_errors"]
    yield (
        f"As a distribution ({told.title}) its ranked probability score is {points(told.score)}"
        f" points, that of the compromise model with its own errors about it {points(base.score)}:"
        f" {between(told.difference)}."
    )


def how_sure(of: Study) -> Iterator[str]:
    """Say what the intervals are, and what they cannot show."""
    told = of.scores[MAIN]
    yield (
        "Intervals are over proposals drawn again, whole: issues of one proposal are decided"
        f" together. Everything fitted was fitted {_where(of)}."
    )
    if told.issues and not isnan(told.difference.low):
        found = told.difference
        rivals = len(of.scores) - 1
        yield (
            f"As one of {rivals} models tried, the interval of {of.titles[MAIN]} is"
            f" {change(found.widest_low)} to {change(found.widest_high)} (Bonferroni)."
        )
        least = VISIBLE * (found.high - found.low) / WIDE
        yield (
            f"With {times(told.proposals, 'proposal')}, a true difference of less than"
            f" {points(least)} points from such a model would mostly go unseen."
        )
    if of.splits:
        low, high = min(of.splits), max(of.splits)
        yield (
            f"With the proposals divided otherwise, {len(of.splits)} times, its error is"
            f" {points(low)} to {points(high)}."
        )
    shared = of.again[MAIN]
    if 0 < shared.issues < told.issues:
        yield (
            f"On the {times(shared.issues, 'issue')} on which every model has a say, the difference"
            f" is {between(shared.difference)}."
        )
    yield from _by_kind(of)


def _where(of: Study) -> str:
    if of.trained_on:
        return (
            f"to {of.trained_on}, {times(of.trained, 'issue')} with an outcome, without the"
            " proposals that are hindcast here"
        )
    return f"in {of.folds} folds, without the proposal it was tried on; what is tuned, within those"


def _by_kind(of: Study) -> Iterator[str]:
    parts = {k: s for k, s in of.kinds.items() if k != "all issues" and s.proposals > 1}
    if not of.scores[MAIN].issues or not parts:
        return
    better = [k for k, s in parts.items() if s.difference.seen < 0]
    worse = [k for k, s in parts.items() if s.difference.mean > 0]
    said = (
        f"its lead can be seen on these: {_kinds(of, better)}" if better else "no lead can be seen"
    )
    behind = f"; it is behind on these: {_kinds(of, worse)}" if worse else ""
    yield f"By kind of issue, {said}{behind}. Kinds overlap and are many: none is a finding alone."


def _kinds(of: Study, names: Sequence[str]) -> str:
    said = [f"{name} ({change(of.kinds[name].difference.mean)})" for name in names]
    return words.both(said)


def limits(of: Study) -> Iterator[str]:
    """Say what the numbers do not show."""
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
        " states, the Commission and the Parliament counted as the largest. Shapley-Shubik power"
        f" under the rule in force instead gives {points(of.scores['compromise_power'].mean)}."
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
        " all share."
    )


SOURCES = (
    "Data: J. Arregui and C. Perarnaud, The Decision-Making in the European Union (DEU) III dataset"
    " (2022), doi:10.34810/data53, CC BY 4.0; not shipped, fetched by the user.",
    "Compromise model and comparison: R. Thomson, F. N. Stokman, C. H. Achen and T. Konig (eds),"
    " The European Union Decides (2006); R. Thomson, Resolving Controversy in the European Union"
    " (2011).",
    "Options on the table: D. McFadden, Conditional logit analysis of qualitative choice behavior"
    " (1974). Averages of forecasts: J. M. Bates and C. W. J. Granger (1969).",
    "Intervals: B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993), by clusters."
    " Ranked score: T. Gneiting and A. E. Raftery, JASA 102 (2007).",
    "Agenda setter: T. Romer and H. Rosenthal (1978). Bargaining: J. F. Nash (1950). Spatial model"
    " of politics: B. P. Wise, L. Lester and B. Efird (2015). Voting power: L. S. Shapley and"
    " M. Shubik (1954).",
)
