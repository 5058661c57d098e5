"""The tables of the EU back-test: those that are printed, and those that are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isnan

from sim.backtest.eu.fitted import MAIN
from sim.backtest.eu.scoring import FULL, Interval, Score
from sim.backtest.eu.study import BASE, Study, ordered
from sim.backtest.verdicts import times
from sim.report.parts import Grid, Texts
from sim.show import words
from sim.show.tables import Table


def points(value: float) -> str:
    """Write an error in points of the scale."""
    return words.number(value, 2)


def change(value: float) -> str:
    """Write a difference of errors with its sign."""
    return words.signed(value, 2)


def first_up(text: str) -> str:
    """Begin a sentence with a capital letter."""
    return text[:1].upper() + text[1:]


def grids(of: Study) -> Iterator[Grid]:
    """The tables that are printed."""
    heads = ("model", "n", "mean", "median", "within 10", "minus compromise", "95% interval")
    yield Grid(
        "Absolute error in points of 100, the best first",
        heads,
        tuple(_row(of.titles[n], of.scores[n]) for n in ordered(of.scores) if of.scores[n].issues),
        "Minus compromise: the difference on the same issues; below zero is better.",
    )
    if of.again[BASE].issues:
        shared = of.again[BASE]
        yield Grid(
            f"The same on the {times(shared.issues, 'issue')} on which every model has a say",
            heads,
            tuple(_row(of.titles[n], of.again[n]) for n in ordered(of.again)),
        )
    if of.scores[MAIN].issues:
        yield Grid(
            f"{first_up(of.titles[MAIN])} by kind of issue",
            ("issues", *heads[1:]),
            tuple(_row(kind, score) for kind, score in of.kinds.items()),
        )
    if of.spreads:
        yield Grid(
            "Distributions over the scale",
            ("model", "ranked score", "log score", "minus compromise", "95% interval"),
            tuple(
                (
                    s.title,
                    points(s.score),
                    points(-s.log),
                    change(s.difference.mean),
                    _short(s.difference),
                )
                for s in of.spreads.values()
            ),
            "Lower is better. Ranked: points of 100; log: minus the log chance of what came.",
        )


def _row(title: str, score: Score) -> Texts:
    return (
        title,
        str(score.issues),
        points(score.mean),
        words.number(score.median, 1),
        words.percent(score.close),
        change(score.difference.mean),
        _short(score.difference),
    )


def _short(found: Interval) -> str:
    if isnan(found.low):
        return words.UNKNOWN
    return f"{change(found.low)} to {change(found.high)}"


def tables(of: Study) -> dict[str, Table]:
    """The tables that are written, by name."""
    tables: dict[str, Table] = {
        "scores": _scored(of.scores, of.titles, of.abouts),
        "same_issues": _scored(of.again, of.titles, of.abouts),
        "kinds": {"kind": list(of.kinds), **_columns(list(of.kinds.values()))},
        "distributions": {
            "model": list(of.spreads),
            "issues": [s.issues for s in of.spreads.values()],
            "ranked_score": _round([s.score for s in of.spreads.values()]),
            "log_score": _round([-s.log for s in of.spreads.values()]),
            "difference": _round([s.difference.mean for s in of.spreads.values()]),
            "low": _round([s.difference.low for s in of.spreads.values()]),
            "high": _round([s.difference.high for s in of.spreads.values()]),
        },
        "coefficients": {
            "term": list(of.coefficients),
            "coefficient": _round(of.coefficients.values()),
        },
        "hindcasts": _hindcasts(of),
    }
    return tables


def _scored(
    scores: Mapping[str, Score], titles: Mapping[str, str], abouts: Mapping[str, str]
) -> Table:
    names = ordered(scores)
    return {
        "model": names,
        "title": [titles[n] for n in names],
        "about": [abouts[n] for n in names],
        **_columns([scores[n] for n in names]),
    }


def _columns(scores: Sequence[Score]) -> dict[str, list[float]]:
    return {
        "issues": [s.issues for s in scores],
        "proposals": [s.proposals for s in scores],
        "mean_error": _round(s.mean for s in scores),
        "median_error": _round(s.median for s in scores),
        "within_10": _round(s.close for s in scores),
        "compromise": _round(s.compromise for s in scores),
        "difference": _round(s.difference.mean for s in scores),
        "low": _round(s.difference.low for s in scores),
        "high": _round(s.difference.high for s in scores),
        "low_among_many": _round(s.difference.widest_low for s in scores),
        "high_among_many": _round(s.difference.widest_high for s in scores),
    }


def _hindcasts(of: Study) -> Table:
    d = of.decisions
    return {
        "issue": list(d.issue),
        "proposal": list(d.proposal),
        "year": d.year.tolist(),
        "codecision": d.codecision.tolist(),
        "unanimity": d.unanimity.tolist(),
        "recorded": _round(FULL * d.outcome),
        **{f"p_{name}": _round(FULL * z) for name, z in of.hindcasts.items()},
    }


def _round(values: Iterable[float]) -> list[float]:
    return [round(float(v), 6) + 0.0 for v in values]
