"""What a run prints: the summary, or all of it, or data."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from sim.analysis.paired import Switch
from sim.analysis.recorded import by_vote
from sim.analysis.tally import Tally, tallies
from sim.analysis.watch import to_watch
from sim.analysis.ways import share_of
from sim.mechanisms.ballots import VOTES
from sim.show import beside, compared, words
from sim.show.full import full as in_full
from sim.show.summary import outcome, summary
from sim.show.whatif import what_if
from sim.study.compare import Comparison
from sim.study.run import Run


def lines(run: Run, folder: Path, *, full: bool = False) -> list[str]:
    """Write what is printed of a run whose results lie in ``folder``."""
    if isinstance(run, Comparison):
        told, more = compared.page(run, folder), compared.full(run)
    else:
        told, more = what_if(run, run.base, folder) if run.base else summary(run, folder), []
    return [*told, *more, *in_full(run)] if full else told


def data(run: Run, folder: Path) -> dict[str, Any]:
    """The same as data: shares, values and chances are on 0-1."""
    said: dict[str, Any] = {
        "scenario": run.scenario.name,
        "settings": list(run.settings),
        "runs": run.outcomes.runs,
        "worlds": len(set(run.outcomes.table["world"].tolist())),
        "seed": run.setting.seed,
        "folder": str(folder),
        "ballots": [_ballot(run, t) for t in tallies(run.setting, run.outcomes)],
        "watch": [
            {**asdict(w), "first": words.DECISION[w.first], "second": words.DECISION[w.second]}
            for w in to_watch(run.setting, run.outcomes)
        ],
        **beside.data(run),
    }
    if isinstance(run, Comparison):
        said |= {
            "base": run.source,
            "against": run.against or None,
            "after": run.after,
            "readings": [reading.reading for reading in run.readings],
            "notes": list(run.notes),
        }
    if run.base:
        said["paired"] = [asdict(found) for found in run.paired]
        said["who_changed"] = [
            {**_switched(found), "reading": reading.reading}
            for reading in run.readings
            for found in reading.switches
        ]
    return said


def _ballot(run: Run, tally: Tally) -> dict[str, Any]:
    recorded = outcome(run, tally)
    kept = {*VOTES, "adopted", "how", "dissociated"}
    said = recorded.model_dump(mode="json", include=kept) if recorded else None
    voted = by_vote(recorded) if recorded else None
    alike = None if voted is None else share_of(run.outcomes, tally.draft, tally.stage, voted)
    return {**asdict(tally), "record": said, "decided_as_recorded": alike}


def _switched(found: Switch) -> dict[str, Any]:
    sides = {"before": words.DECISION[found.before], "after": words.DECISION[found.after]}
    return {**asdict(found), **sides}
