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

Bools = npt.NDArray[np.bool_]

VOTES = ("in_favour", "against", "abstaining", "not_voting")
OBJECTIONS = ("blocking", "dissociating")
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
    counts: dict[
        str, Spread
    ]  # in_favour ... over runs that voted; blocking ... over those decided without a vote
    margin: Spread  # votes beyond those needed, over runs that voted
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
    reached = how != How.NOT_REACHED
    voted = np.isin(how, VOTED) if consensus else reached

    def over(name: str, rows: Bools) -> Spread:
        return spread(outcomes.number(name)[rows], outcomes.table["world"][rows])

    counts = {name: over(column + name, voted) for name in VOTES}
    unvoted = reached & ~np.isin(how, VOTED)
    blocked = was_blocked(outcomes, draft, stage)
    if consensus:
        counts |= {name: over(column + name, unvoted) for name in OBJECTIONS}
    if (blocked & (how != How.BLOCKED)).any():  # then the vote that followed is what is counted
        counts["blocking"] = over(f"{column}blocking", np.zeros_like(reached))
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
        margin=over(f"{column}margin", voted),
        retained=over(f"{draft}.retained", np.ones(outcomes.runs, dtype=bool)),
        zone=_zone(outcomes.table[f"{column}text_existed"][blocked]),
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
    asked = outcomes.table[f"{draft}.{stage}.text_existed"] != -1
    blocked: Bools = (how == How.BLOCKED) | (asked & (how != How.NOT_REACHED))
    return blocked


def _zone(existed: npt.NDArray[np.generic]) -> float:
    """Share of blocked runs in which a bearable text existed."""
    return float(np.mean(existed == 1)) if len(existed) else float("nan")


def finals(found: Iterable[Tally]) -> list[Tally]:
    """Of the tallies, those of each draft's last stage."""
    return [t for t in found if t.final]
