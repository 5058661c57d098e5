"""Score lines on recorded votes: `python experiments/backtests/lines.py`.

Do members of a coalition vote more alike than their own past and positions say? Votes of 2017-22
whose series was voted on before are hindcast by an ordered logit on what each state did last and
before in the series, and on its ideal point, fitted on earlier votes only. Support a_i is then
drawn to a line by the discipline d: (1 - d) a_i + d sum_j C_ij a_j / sum_j C_ij. C is how often two
are in one simulated coalition, the groups that they share, or the former with names shuffled. d is
chosen for each vote on the votes before it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).parents[1])]

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402
from backtests import coalitions  # noqa: E402

from sim import record  # noqa: E402
from sim.analysis.ideal import ordered  # noqa: E402
from sim.analysis.ordered import HIGH, LOW, Fitted, Prior, Vote, fit  # noqa: E402
from sim.analysis.panel import panel  # noqa: E402
from sim.coalitions import bonds  # noqa: E402

Floats = npt.NDArray[np.float64]

FROM, UNTIL = 2017, 2022  # later votes are kept for judging
DISCIPLINE = np.arange(0.0, 0.65, 0.1)
FIRST = 0.3  # the discipline of the first vote, before which there is none to choose it on
SURPRISE = 0.7  # sd of what a text moves for all alike
NODES, MASS = np.polynomial.hermite_e.hermegauss(15)  # of a standard normal draw
PRIOR = Prior(np.zeros(4), np.full(4, 2.0), np.zeros(2), np.ones(2))


@dataclass(frozen=True)
class Case:
    """One vote: what is known of every state before it, and who voted."""

    label: str
    column: int
    vote: Vote
    rows: npt.NDArray[np.int64]


def cases(votes: record.Votes) -> list[Case]:
    """Every vote up to `UNTIL` whose series was voted on before, in order of time."""
    found = []
    for column, (label, series) in enumerate(zip(votes.resolutions, votes.series, strict=True)):
        earlier = [j for j in range(column) if series and votes.series[j] == series]
        if earlier and votes.dates[column].year <= UNTIL:
            found.append(_case(votes, label, column, earlier))
    return found


def _case(votes: record.Votes, label: str, column: int, earlier: list[int]) -> Case:
    cast = np.where(np.abs(votes.codes) <= 1, votes.codes, 0).astype(float)
    ideal = panel().at(votes.states, votes.dates[column].year - 1)
    z = (ideal - np.nanmean(ideal)) / np.nanstd(ideal)
    z = np.where(np.isnan(z), 0.0, z)
    last, mean = cast[:, earlier[-1]], cast[:, earlier].mean(axis=1)
    west = np.corrcoef(last, z)[0, 1] if last.std() > 0 else 0.0
    x = np.column_stack([np.ones(len(z)), last, mean, west * z])
    w = np.column_stack([np.ones(len(z)), (votes.codes[:, earlier[-1]] == record.ABSTAINING) * 1.0])
    rows = np.flatnonzero(np.abs(votes.codes[:, column]) <= 1)
    vote = Vote(x, w, votes.codes[:, column], 1.0, SURPRISE)
    return Case(label, column, vote, rows)


def scores(case: Case, model: Fitted, together: Floats) -> Floats:
    """Minus log chance of what states did, by discipline: (disciplines,)."""
    own = case.vote.support @ model.support
    line = (together @ own) / together.sum(axis=1)
    band = np.exp(np.clip(case.vote.width @ model.width, LOW, HIGH))[case.rows]
    found = []
    for d in DISCIPLINE:
        p = chances(((1 - d) * own + d * line)[case.rows], band)
        side = {record.IN_FAVOUR: 0, record.ABSTAINING: 1, record.AGAINST: 2}
        at = [side[int(code)] for code in case.vote.codes[case.rows]]
        found.append(-np.log(np.clip(p[np.arange(len(at)), at], 1e-6, 1)).mean())
    return np.array(found)


def chances(support: Floats, band: Floats) -> Floats:
    """Chances of in favour, abstaining, against (states, 3); what a text moves, integrated over."""
    shifted = support[:, None] + SURPRISE * NODES
    found = (ordered(shifted, band[:, None]) * MASS[:, None]).sum(1)
    return np.asarray(found / found.sum(1, keepdims=True))


def hindcast() -> dict[str, Floats]:
    """Score every vote with each kind of line: name -> (votes, disciplines)."""
    votes = record.votes()
    every = cases(votes)
    targets = [case for case in every if votes.dates[case.column].year >= FROM]
    found: dict[str, list[Floats]] = {name: [] for name in KINDS}
    for case in targets:
        day = votes.dates[case.column]
        past = [_voted(c) for c in every if votes.dates[c.column] < day]
        model = fit(past, PRIOR)
        for name, kind in KINDS.items():
            found[name].append(scores(case, model, kind(votes.states, day)))
    return {name: np.array(rows) for name, rows in found.items()}


def _voted(case: Case) -> Vote:
    vote, rows = case.vote, case.rows
    cut = {"support": vote.support[rows], "width": vote.width[rows], "codes": vote.codes[rows]}
    return replace(vote, **cut)  # type: ignore[arg-type]


def chosen(table: Floats) -> Floats:
    """What the discipline brings that did best on the votes before: (votes,), below 0 is better."""
    gains = []
    for vote, row in enumerate(table):
        before = table[:vote].sum(axis=0) if vote else None
        first = int(np.argmin(np.abs(DISCIPLINE - FIRST)))
        gains.append(row[first if before is None else int(before.argmin())] - row[0])
    return np.array(gains)


def _on(states: tuple[str, ...], matrix: Floats, of: tuple[str, ...]) -> Floats:
    place = {state: n for n, state in enumerate(of)}
    rows = np.array([place.get(state, -1) for state in states])
    out = np.eye(len(states))
    both = (rows >= 0)[:, None] & (rows >= 0)
    out[both] = matrix[np.ix_(rows, rows)][both]
    np.fill_diagonal(out, 1.0)
    return out


def by_coalitions(states: tuple[str, ...], day: coalitions.dt.date) -> Floats:
    """How often two are in one simulated coalition."""
    return _on(states, coalitions.together(day), coalitions.before(day).states)


def by_groups(states: tuple[str, ...], day: coalitions.dt.date) -> Floats:
    """Groups that two share, by the root of their size."""
    ties = bonds.shared_groups(states, coalitions.groups(day))
    np.fill_diagonal(ties, 1.0)
    return ties


def by_both(states: tuple[str, ...], day: coalitions.dt.date) -> Floats:
    """The mean of both."""
    return (by_coalitions(states, day) + by_groups(states, day)) / 2


def shuffled(states: tuple[str, ...], day: coalitions.dt.date) -> Floats:
    """Coalitions with the names of states shuffled: a placebo."""
    order = np.random.default_rng(7).permutation(len(states))
    return by_coalitions(states, day)[np.ix_(order, order)]


KINDS: dict[str, Callable[[tuple[str, ...], coalitions.dt.date], Floats]] = {
    "coalitions": by_coalitions,
    "groups": by_groups,
    "both": by_both,
    "coalitions, names shuffled": shuffled,
}


def main() -> None:
    """Print what each kind of line brings."""
    print(f"{'line':30}{'votes':>6}  log score, d chosen before   by d " + "".join(
        f"{d:8.1f}" for d in DISCIPLINE
    ))  # fmt: skip
    for name, table in hindcast().items():
        gain = chosen(table)
        error = gain.std(ddof=1) / np.sqrt(len(gain))
        fixed = "".join(f"{g:+8.4f}" for g in (table - table[:, :1]).mean(axis=0))
        print(f"{name:30}{len(gain):6}  {gain.mean():+.4f} +- {error:.4f}          {fixed}")


if __name__ == "__main__":
    main()
