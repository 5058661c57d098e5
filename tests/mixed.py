"""Runs of a room that seeks consensus and falls back on a vote, decided as a test needs them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from settings import DraftSpec, make
from small import VOTE, write

from sim.analysis.recorded import recorded
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.forums.rules import Decision, How
from sim.mechanisms.ballots import IN_VOTES
from sim.mechanisms.objections import OBJECTOR
from sim.study.run import Run, play

RULES = "ad_hoc_committee"
KINDS = {
    "in_favour": Decision.SUPPORT,
    "against": Decision.OPPOSE,
    "abstaining": Decision.ABSTAIN,
    "not_voting": Decision.ABSENT,
    "blocking": Decision.BLOCK,
    "dissociating": Decision.DISSOCIATE,
}


def mixed(votes: int = 2, passes: bool = True, runs: int = 10) -> tuple[Setting, Outcomes]:
    """Three states accept or dissociate; in the last runs one blocks, and then all vote."""
    setting = make(3, drafts=[DraftSpec([0], [0.8], label="L.1")], issues=1, forums=[RULES])
    outcomes = ensemble(setting, runs)
    quiet = [Decision.ACCEPT, Decision.ACCEPT, Decision.DISSOCIATE]
    side = Decision.SUPPORT if passes else Decision.OPPOSE
    decisions = np.array([quiet] * (runs - votes) + [[side] * 3] * votes, dtype=np.int8)
    return setting, decided(outcomes, "L.1", "decision", decisions, votes, passes)


def decided(
    outcomes: Outcomes,
    draft: str,
    stage: str,
    decisions: np.ndarray,
    votes: int,
    passes: bool = True,
) -> Outcomes:
    """Outcomes of which one ballot is decided so, the last ``votes`` of the runs by a vote."""
    place, runs = outcomes.ballots.index((draft, stage)), outcomes.runs
    voted = np.arange(runs) >= runs - votes
    counted = {name: (decisions == kind).sum(axis=1) for name, kind in KINDS.items()}
    there = dict.fromkeys(IN_VOTES, voted) | {"dissociating": ~voted}
    columns = {
        "how": np.where(voted, How.VOTE if passes else How.SHORTFALL, How.CONSENSUS),
        "adopted": ~voted | passes,
        "text_existed": np.where(voted, np.arange(runs) % 2, np.nan),
        "margin": np.where(voted, 1 if passes else -1, np.nan),
        **{n: np.where(there.get(n, True), count, np.nan) for n, count in counted.items()},
        "blocking": 1.0 * voted,  # one, before the vote
    }
    kept, counts, sides = outcomes.decisions.copy(), outcomes.counts.copy(), outcomes.sides.copy()
    kept[:, place] = decisions
    counts[place] = np.stack([(decisions == kind).sum(axis=0) for kind in Decision], axis=1)
    sides[place] = 0
    sides[place, :, 0], sides[place, 1] = runs, (runs - votes, votes, 0, 0)
    assert OBJECTOR == 1
    table = dict(outcomes.table) | {f"{draft}.{stage}.{k}": v for k, v in columns.items()}
    return replace(outcomes, table=table, decisions=kept, counts=counts, sides=sides)


def small(folder: Path, votes: int = 2, runs: int = 10) -> Run:
    """The small vote in such a room: who votes, votes as recorded; else all accept."""
    file = write(folder, VOTE.replace("un_general_assembly", RULES))
    run = play(str(file), runs=runs)
    outcomes = run.outcomes
    said = recorded(run.scenario)["73/27", "plenary"]
    cast = [said.get(actor, Decision.ABSENT) for actor in outcomes.actors]
    quiet = [Decision.ACCEPT if actor in said else Decision.ABSENT for actor in outcomes.actors]
    decisions = np.array([quiet] * (runs - votes) + [cast] * votes, dtype=np.int8)
    outcomes = decided(outcomes, "73/27", "plenary", decisions, votes)
    return replace(run, source="small.yaml", outcomes=outcomes)
