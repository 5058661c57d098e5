"""What became of each draft at each stage: how often it was adopted, how, and the counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.analysis.spread import Spread, spread
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.forums.rules import How
from sim.mechanisms.ballots import OBJECTIONS, VOTES

Bools = npt.NDArray[np.bool_]

VOTED = (How.VOTE, How.SHORTFALL, How.VETO)
UNVOTED = (How.CONSENSUS, How.BLOCKED)


@dataclass(frozen=True)
class Tally:
    """One ballot: a draft at one stage."""

    draft: str
    stage: str
    forum: str
    final: bool  # its last stage
    consensus: bool  # its forum seeks consensus first
    adopted: float  # share of all runs
    how: dict[str, float]  # share of all runs, by `How` in small letters; only what occurred
    voted: float  # share of runs in which it came to a vote
    counts: dict[str, Spread]  # over the runs in which there is something to count
    margin: Spread  # votes beyond those needed, likewise
    retained: Spread  # how much of the draft was left, 0-1
    zone: float  # of the runs in which it was blocked: share where a bearable text existed


def tallies(setting: Setting, outcomes: Outcomes) -> list[Tally]:
    """Describe every ballot, in the order in which they are taken."""
    last = dict(outcomes.ballots)
    forum_of = {d.label: setting.forums[d.forum] for d in setting.drafts}
    return [
        _tally(
            outcomes,
            draft,
            stage,
            forum_of[draft].name,
            last[draft] == stage,
            forum_of[draft].rules.consensus,
        )
        for draft, stage in outcomes.ballots
    ]


def _tally(
    outcomes: Outcomes, draft: str, stage: str, forum: str, final: bool, consensus: bool
) -> Tally:
    column = f"{draft}.{stage}."
    how = outcomes.table[f"{column}how"]
    voted = ~np.isnan(outcomes.number(f"{column}{VOTES[0]}"))

    def over(name: str, rows: Bools | bool = True) -> Spread:
        return spread(np.where(rows, outcomes.number(name), np.nan), outcomes.table["world"])

    # Of who is away, what is told is how many are from a vote: it stands beside the votes.
    counts = {name: over(column + name, voted) for name in VOTES}
    counts |= {name: over(column + name) for name in OBJECTIONS if consensus}
    return Tally(
        draft=draft,
        stage=stage,
        forum=forum,
        final=final,
        consensus=consensus,
        adopted=float(outcomes.number(f"{column}adopted").mean()),
        how=shares_of_how(how),
        voted=float(voted.mean()),
        counts=counts,
        margin=over(f"{column}margin"),
        retained=over(f"{draft}.retained"),
        zone=over(f"{column}text_existed").mean,
    )


def shares_of_how(how: npt.NDArray[np.generic]) -> dict[str, float]:
    """Share of runs decided in each way that occurred, by its name in small letters."""
    found = {kind.name.lower(): float(np.mean(how == kind)) for kind in How}
    return {name: share for name, share in found.items() if share}


def was_blocked(outcomes: Outcomes, draft: str, stage: str) -> Bools:
    """In which runs the draft came to the room and somebody blocked it, (runs,).

    Where the rules have a vote to fall back on, these are the runs in which it was fallen back on.
    """
    how = outcomes.table[f"{draft}.{stage}.how"]
    asked = ~np.isnan(outcomes.number(f"{draft}.{stage}.text_existed"))
    blocked: Bools = (how == How.BLOCKED) | asked
    return blocked


def finals(found: Iterable[Tally]) -> list[Tally]:
    """Of the tallies, those of each draft's last stage."""
    return [t for t in found if t.final]
