"""What is forecast, as plain data: every ballot, every delegation, every clause.

Chances are shares of runs, on 0-1; values of clauses are on 0-100. Nothing here depends on a clock,
so the same inputs give the same content, bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.analysis.baselines import TEXTS
from sim.analysis.spread import Spread
from sim.analysis.tally import Tally, tallies
from sim.core.setting import Draft, Forum
from sim.forums.decision import enough_present
from sim.forums.rules import Decision, Rules
from sim.report import sure
from sim.sealed.ahead import days
from sim.show import tables, words
from sim.study.run import Run

Floats = npt.NDArray[np.float64]
Data = dict[str, Any]

NAMES = {kind: said.replace(" ", "_") for kind, said in words.DECISION.items()}
DECISION = {name: kind for kind, name in NAMES.items()}
HUNDRED = 100.0


def forecast(run: Run) -> Data:
    """Say what a run forecasts."""
    return {"ballots": list(_ballots(run)), "clauses": list(_clauses(run))}


def _ballots(run: Run) -> Iterator[Data]:
    when = days(run.scenario)
    for tally in tallies(run.setting, run.outcomes):
        draft = next(d for d in run.setting.drafts if d.label == tally.draft)
        forum = run.setting.forums[draft.forum]
        adopted = run.outcomes.number(f"{tally.draft}.{tally.stage}.adopted")
        chance = sure.chance("", adopted, run.outcomes.table["world"])
        yield {
            "draft": tally.draft,
            "stage": tally.stage,
            "day": str(when[tally.draft, tally.stage]),
            "forum": tally.forum,
            "seeks_consensus": tally.consensus,
            "carried_by": _carried_by(forum.rules, int(_seats(run, forum).sum())),
            "adopted": {"chance": chance.share, "low": chance.low, "high": chance.high},
            "how": tally.how,
            "tally": _tally(tally),
            "actors": actors(run, draft, run.outcomes.chances(tally.draft, tally.stage)),
        }


def _carried_by(rules: Rules, members: int) -> Data | None:
    """The majority of those voting that carries a text, where nothing but a quorum is asked for.

    It lets whoever has the counts say later whether a text was carried; null where more is needed.
    """
    more = rules.vetoes or rules.weight_share or rules.consensus
    if more or rules.vote != "present_and_voting":
        return None
    present = enough_present(members, rules)
    return {"share": rules.majority, "more_than": rules.more_than, "present": present}


def _tally(tally: Tally) -> Data:
    """Mean and range of each count, over the runs that came to it; counts of none are left out."""
    counts = {name: _range(of) for name, of in tally.counts.items() if of.runs}
    return {**counts, "draft_kept": _range(tally.retained)}


def _range(of: Spread) -> Data:
    return {"mean": of.mean, "low": of.low, "high": of.high}


def actors(run: Run, draft: Draft, chances: Floats) -> Data:
    """Chances (actors, 7) by member and decision; a decision without a chance is left out."""
    members = np.flatnonzero(_seats(run, run.setting.forums[draft.forum]))
    return {
        run.setting.actors[slot]: {
            NAMES[Decision(kind)]: float(chances[slot, kind])
            for kind in np.flatnonzero(chances[slot]).tolist()
        }
        for slot in members.tolist()
    }


def _seats(run: Run, forum: Forum) -> npt.NDArray[np.bool_]:
    return forum.members & run.setting.base_scene.seated


def _clauses(run: Run) -> Iterator[Data]:
    """What comes out of each clause, and where plain baselines put it: 0-100."""
    rows = tables.clauses(run)
    plain = [clause for found in run.plain for clause in found.clauses]
    for cells, beside in zip(zip(*rows.values(), strict=True), plain, strict=True):
        said = dict(zip(rows, cells, strict=True))
        at = {a.baseline: _known(round(a.plain * HUNDRED, 6)) for a in beside}
        yield {
            **said,
            "missed": _known(said["missed"]),
            "baselines": {name: at[name] for name in TEXTS},
        }


def _known(value: float) -> float | None:
    """A number, or null where a baseline says nothing, as the mean of members without weight."""
    return None if math.isnan(value) else value
