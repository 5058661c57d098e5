"""The pledges back-test in words: who hindcasts the next counts, and the next to join."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.analysis.panel import TABLE as POINTS
from sim.backtest.found import Beside, Column, Found
from sim.backtest.measures import auc_error, log_score, mean_interval
from sim.backtest.pledges import plots
from sim.backtest.pledges.growth import BASELINES, BINS, METHODS, Call, calls, mean_error
from sim.backtest.pledges.joining import PREDICTORS, Hindcast, hindcast, pooled_auc, transitions
from sim.backtest.pledges.membership import (
    COUNTS,
    MEMBERS,
    NAMES,
    Member,
    Series,
    members,
    series,
)
from sim.backtest.verdicts import against, between, change, score, times, verdict
from sim.report.parts import Grid, Texts
from sim.show import words
from sim.show.tables import Table

Floats = npt.NDArray[np.float64]

OURS = "Bass"  # named before it was scored; the logistic curve is shown beside it


@dataclass(frozen=True)
class Study:
    """All that was computed."""

    series: list[Series]
    members: list[Member]
    calls: list[Call]
    hindcast: list[Hindcast]

    def error(self, method: str, pledge: str = "", horizon: str = "") -> float:
        """See `growth.mean_error`."""
        return mean_error(self.calls, method, pledge, horizon)

    @property
    def pledges(self) -> list[str]:
        """Those of which a count was hindcast."""
        return list(dict.fromkeys(call.pledge for call in self.calls))

    @property
    def logs(self) -> tuple[Floats, Floats, Floats]:
        """Log scores of transitions by ours, the ideal point and the base rate: (transitions,)."""
        ours, point, rate = (
            np.array([float(log_score(getattr(f, of), f.of.joined)) for f in self.hindcast])
            for of in ("ours", "point", "rate")
        )
        return ours, point, rate


def run() -> Found:
    """Hindcast the counts of every pledge, and who joined next."""
    who = members()
    of = series()
    every = [call for one in of for call in calls(one)]
    return found(Study(of, who, every, hindcast(transitions(who))))


def found(of: Study) -> Found:
    """Put what was computed into words; every sentence follows from the numbers."""
    return Found(
        name="pledges",
        title="How do voluntary pledges grow, and who joins next?",
        question=(
            "From what was known by a day, do a curve of diffusion and a hazard of joining hindcast"
            " the next counts and the next members better than rules that know nothing?"
        ),
        until="",
        answer=answer(of),
        how_sure=how_sure(of),
        limits=limits(of),
        scores=(_growth(of), *_by_pledge(of), _joining(of)),
        tables=_tables(of),
        columns=COLUMNS,
        figures=plots.figures(of.series, of.calls, of.hindcast),
        sources=SOURCES,
        headline=tuple(headline(of)),
        reads=(COUNTS, MEMBERS, POINTS, "groups.csv"),
    )


def answer(of: Study) -> Texts:
    """Say who hindcasts counts best, on how many pledges, and who hindcasts the next to join."""
    ours = of.error(OURS)
    said = against(ours, {name: of.error(name) for name in BASELINES}, 1)
    return (
        f"Counts: over {times(len(of.pledges), 'pledge')} the {OURS} curve errs by"
        f" {_members(ours)} members on average; it {said}.",
        _wins(of),
        _who(of),
    )


def _quoted(name: str) -> str:
    return f"'{name}'"


def _members(value: float) -> str:
    return words.number(value, 1)


def _wins(of: Study) -> str:
    won = [p for p in of.pledges if _best(of, p) == OURS]
    best = words.both(f"{NAMES[p]}: {_best(of, p)}" for p in of.pledges)
    return (
        f"It errs least on {len(won)} of {len(of.pledges)} pledges. The least error on each, known"
        f" only afterwards: {best}."
    )


def _best(of: Study, pledge: str) -> str:
    return min(METHODS, key=lambda name: of.error(name, pledge))


def _who(of: Study) -> str:
    ours, point, rate = (float(log.mean()) for log in of.logs)
    area, other = _areas(of)
    return (
        f"Who joins next: the hazard of {words.both(PREDICTORS)} ranks a joiner above a state that"
        f" stays outside in {words.percent(area)} of pairs; it {verdict(ours, rate)} the base rate"
        f" (log score {score(ours)} against {score(rate)}) and {verdict(ours, point)} the ideal"
        f" point alone ({score(point)}, {words.percent(other)} of pairs)."
    )


def _areas(of: Study, pledge: str = "") -> tuple[float, float]:
    chosen = [f for f in of.hindcast if pledge in ("", f.of.pledge)]
    many = [int(f.of.joined.sum()) for f in chosen]
    ours = pooled_auc([(f.auc, n) for f, n in zip(chosen, many, strict=True)])
    return ours, pooled_auc([(f.auc_point, n) for f, n in zip(chosen, many, strict=True)])


def _gap(of: Study, name: str) -> tuple[float, float, float]:
    """Error of our counts minus that of a baseline, with its interval over pledges."""
    return mean_interval(np.array([of.error(OURS, p) - of.error(name, p) for p in of.pledges]))


def headline(of: Study) -> Iterator[Beside]:
    """Our counts beside the best baseline, and who joins next beside the ideal point alone."""
    best = min(BASELINES, key=of.error)
    _, low, high = _gap(of, best)
    scores = of.error(OURS), best, of.error(best)
    n = times(len(of.pledges), "pledge")
    yield Beside("counts of pledges, to six years on", n, "error", *scores, low, high, digits=1)
    ours, point, _ = of.logs
    _, low, high = mean_interval(ours - point)
    scores = float(ours.mean()), "ideal point alone", float(point.mean())
    n = times(len(ours), "transition")
    yield Beside("who joins a pledge next", n, "log score", *scores, low, high)


def how_sure(of: Study) -> Texts:
    """Say what so few pledges and transitions can and cannot show."""
    said = []
    for name in BASELINES:
        mean, *ends = _gap(of, name)
        said.append(
            f"{OURS} minus {_quoted(name)}: {words.signed(mean)} members, {_ends(*ends)} over"
            f" {times(len(of.pledges), 'pledge')}."
        )
    ours, point, rate = of.logs
    for name, other in (("the base rate", rate), ("the ideal point alone", point)):
        mean, *ends = mean_interval(ours - other)
        said.append(
            f"Log score of who joins minus that of {name}: {change(mean)} over"
            f" {times(len(ours), 'transition')}; {between(*ends)}."
        )
    return (*said, _error_of_area(of))


def _ends(low: float, high: float) -> str:
    return f"95% interval {words.signed(low)} to {words.signed(high)}"


def _error_of_area(of: Study) -> str:
    yes = sum(int(f.of.joined.sum()) for f in of.hindcast)
    no = int(np.mean([(1 - f.of.joined).sum() for f in of.hindcast])) if of.hindcast else 0
    area, _ = _areas(of)
    error = 196 * auc_error(area, yes, no)
    return (
        f"{yes} joinings were hindcast one transition at a time: the share of pairs ranked rightly"
        f" is known to about {words.number(error)} points either way (95%)."
    )


def limits(of: Study) -> Texts:
    """Say what the numbers do not show."""
    marks = [m for s in of.series for m in s.marks]
    loose = sum(m != "cited" for m in marks)
    of_members = sum(m.mark != "cited" for m in of.members)
    largest = max(of.pledges, key=lambda p: sum(c.pledge == p for c in of.calls))
    share = sum(c.pledge == largest for c in of.calls) / len(of.calls)
    return (
        f"{times(len(of.pledges), 'pledge')} are {len(of.pledges)} cases, however many days they"
        " are cut at: counts hindcast from neighbouring days are nearly the same call.",
        f"{words.percent(share)} of all calls are of the {NAMES[largest]}; means over pledges give"
        " each the same weight.",
        f"{loose} of {len(marks)} counts and {of_members} of {len(of.members)} memberships are"
        " estimates or general knowledge, not checked against the depositary.",
        "Pledges that never grew are not in the table: these were picked because they are known.",
        "The Paris Call began with most of its states at its launch, and most have no date of their"
        " own: its counts are used, who joined it next cannot be.",
        "Alliances and the Union are those of 2026, also where an earlier year is hindcast, which"
        " may favour the hazard. Invitations, aid, elections and attacks, which often decide, are"
        " not in it.",
        "All are hindcasts: what is hindcast here was known when the program was written.",
    )


def _growth(of: Study) -> Grid:
    ends = [name for _, _, name in BINS]
    rows = [
        (name, *(_members(of.error(name, "", h)) for h in ends), _members(of.error(name)))
        for name in METHODS
    ]
    return Grid(
        "Mean absolute error of hindcast counts, in members (every pledge counts the same)",
        ("method", *ends, "all"),
        tuple(rows),
        "Horizons after the last count used. Not every pledge has a count at every horizon.",
    )


def _by_pledge(of: Study) -> Iterator[Grid]:
    number = {p: sum(c.pledge == p and c.method == OURS for c in of.calls) for p in of.pledges}
    yield Grid(
        "The same by pledge, all horizons",
        ("pledge", "calls", *METHODS),
        tuple(
            (NAMES[p], str(number[p]), *(_members(of.error(m, p)) for m in METHODS))
            for p in of.pledges
        ),
        "Lower is better.",
    )


def _joining(of: Study) -> Grid:
    rows = [_joined(of, p) for p in dict.fromkeys(f.of.pledge for f in of.hindcast)]
    return Grid(
        "Who joins next: pairs ranked rightly (AUC) and log score",
        (
            *("pledge", "transitions", "joined", "AUC", "AUC, ideal point"),
            *("log", "log, ideal point", "log, base rate"),
        ),
        (*rows, _joined(of, "")),
        "AUC: 50% is chance, higher is better. Log score: lower is better.",
    )


def _joined(of: Study, pledge: str) -> Texts:
    chosen = [n for n, f in enumerate(of.hindcast) if pledge in ("", f.of.pledge)]
    logs = [score(float(log[chosen].mean())) for log in of.logs]
    many = sum(int(of.hindcast[n].of.joined.sum()) for n in chosen)
    areas = [words.percent(area) for area in _areas(of, pledge)]
    return (NAMES.get(pledge, "all"), str(len(chosen)), str(many), *areas, *logs)


def _tables(of: Study) -> dict[str, Table]:
    return {
        "counts": _rows(
            ("pledge", "date", "count", "mark"),
            [
                (s.pledge, d.isoformat(), n, m)
                for s in of.series
                for d, n, m in zip(s.dates, s.counts.tolist(), s.marks, strict=True)
            ],
        ),
        "calls": _rows(
            ("pledge", "method", "cut", "time", "horizon", "recorded", "hindcast", "error"),
            [
                (c.pledge, c.method, round(c.cut, 4), round(c.time, 4), c.horizon)
                + (c.recorded, round(c.hindcast, 6), round(c.error, 6))
                for c in of.calls
            ],
        ),
        "errors": _rows(
            ("pledge", "horizon", "method", "error"),
            [
                (p or "all", h or "all", m, round(of.error(m, p, h), 6))
                for p in [*of.pledges, ""]
                for h in [*(name for _, _, name in BINS), ""]
                for m in METHODS
            ],
        ),
        "transitions": _transitions(of),
        "candidates": _candidates(of),
    }


def _transitions(of: Study) -> Table:
    ours, point, rate = of.logs
    return _rows(
        ("pledge", "start", "end", "outside", "joined", "auc", "auc_point")
        + ("log", "log_point", "log_rate"),
        [
            (f.of.pledge, f.of.start, f.of.end, len(f.of.joined), int(f.of.joined.sum()))
            + tuple(round(float(v), 6) for v in (f.auc, f.auc_point, ours[n], point[n], rate[n]))
            for n, f in enumerate(of.hindcast)
        ],
    )


def _candidates(of: Study) -> Table:
    return _rows(
        ("pledge", "start", "end", "state", "joined", "chance", "chance_point", "chance_rate"),
        [
            (f.of.pledge, f.of.start, f.of.end, state, int(f.of.joined[i]))
            + tuple(round(float(p[i]), 6) for p in (f.ours, f.point, f.rate))
            for f in of.hindcast
            for i, state in enumerate(f.of.states)
        ],
    )


def _rows(heads: tuple[str, ...], rows: list[tuple[object, ...]]) -> Table:
    return {name: [row[n] for row in rows] for n, name in enumerate(heads)}


_MEMBERS = ("members", "0-193")
COLUMNS = {
    "pledge": Column("the pledge, as in pledges.csv"),
    "date": Column("day on which the count is known", "YYYY-MM-DD"),
    "count": Column("members on that day", *_MEMBERS),
    "mark": Column("cited, estimate or unverified: see pledges.csv"),
    "method": Column("how the count was hindcast"),
    "cut": Column("day of the last count that was used", "years"),
    "time": Column("day of the count that is hindcast", "years"),
    "horizon": Column("how far ahead that is"),
    "recorded": Column("the count on record", *_MEMBERS),
    "hindcast": Column("the count hindcast", *_MEMBERS),
    "error": Column(
        "absolute error of the count; of means: mean over calls; empty: none", "members", "0-193"
    ),
    "start": Column("known to the end of this year", "year"),
    "end": Column("joined by the end of this year", "year"),
    "outside": Column("states outside at the start", "states", "0-193"),
    "joined": Column("how many of them joined", "states", "0-193"),
    "candidates.joined": Column("1: it joined", "", "0 or 1"),
    "auc": Column("share of pairs in which a joiner is ranked above one outside", "share", "0-1"),
    "auc_point": Column("the same, by the ideal point alone", "share", "0-1"),
    "log": Column("mean minus log chance of what happened, by the hazard", "nats", "0 and more"),
    "log_point": Column("the same, by the ideal point alone", "nats", "0 and more"),
    "log_rate": Column("the same, by the base rate of earlier transitions", "nats", "0 and more"),
    "state": Column("ISO code of a state outside at the start"),
    "chance": Column("chance that it joins, by the hazard", "share", "0-1"),
    "chance_point": Column("the same, by the ideal point alone", "share", "0-1"),
    "chance_rate": Column("the same, by the base rate of earlier transitions", "share", "0-1"),
    **{
        name.replace(" ", "_"): Column(f"hindcast by: {name}", *_MEMBERS)
        for name in METHODS
    },
}  # fmt: skip
SOURCES = (
    "Counts and members: pledges.csv and pledge_members.csv, each row with its source and mark.",
    "F. M. Bass, A new product growth for model consumer durables, Management Science 15 (1969).",
    "F. Sultan, J. U. Farley and D. R. Lehmann, A meta-analysis of applications of diffusion"
    " models, Journal of Marketing Research 27 (1990): the means of p and q.",
    "Discrete-time hazards of joining: B. A. Simmons and Z. Elkins, The globalization of"
    " liberalization, American Political Science Review 98 (2004).",
    "Ideal points: M. Bailey, A. Strezhnev and E. Voeten, Journal of Conflict Resolution 61"
    " (2017). AUC and its error: J. A. Hanley and B. J. McNeil, Radiology 143 (1982).",
)
