"""The tables of docs/discussion/negotiation.md: what negotiation adds, part by part.

    python experiments/negotiation_tables.py docs/discussion/negotiation.md

plays every scenario as it is shipped, again without one part of the negotiation, and again with
nothing but own positions. Runs are paired, a world each, so that what differs is due to the part.
Then what follows if one delegation leaves: whom else that moves; and which way each lever moves
what it should (`signs.py`). Without a file the tables are printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import signs
from lever_tables import compare, told
from pages import parser, publish

import sim
from sim import shipped
from sim.analysis.baselines import alone, has_switch, switched_off
from sim.build import setting
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.core.world import RUNS_PER_WORLD
from sim.errors import InputError

WHOLE, ALONE = "as shipped", "own positions alone"
LEAVING = ("USA", "RUS", "CHN", "GBR", "BRA", "IND", "EGY", "MICROSOFT")
COLUMNS = {"adopted": 100.0, "in_favour": 1.0, "retained": 100.0}  # each with its scale
HEAD = "| without | decisions changed | adopted | in favour | retained |"


def parts(whole: Setting) -> Iterator[tuple[str, Setting]]:
    """The setting without each part of the negotiation, and at last without any."""
    for mechanism in whole.active:
        if mechanism.dynamic and has_switch(mechanism):
            yield mechanism.name, switched_off(whole, [mechanism])
    yield ALONE, alone(whole)


def table(name: str, runs: int) -> list[str]:
    """One scenario: what its texts come to at their last stage, with and without each part."""
    whole = setting(sim.load(name))
    base = played(whole, runs)
    lines = [HEAD, "|---|---:|---:|---:|---:|", _row(whole, base, base, f"nothing: {WHOLE}")]
    for part, without in parts(whole):
        lines.append(_row(whole, base, played(without, runs), part))
    return lines


def played(whole: Setting, runs: int) -> Outcomes:
    """As many worlds as runs, one run of each."""
    return ensemble(whole, range(0, runs * RUNS_PER_WORLD, RUNS_PER_WORLD))


def _row(whole: Setting, base: Outcomes, changed: Outcomes, part: str) -> str:
    moved = "-" if changed is base else f"{told(compare(whole, base, changed).decisions)}%"
    cells = [_texts(changed, whole, what, scale) for what, scale in COLUMNS.items()]
    return f"| {part} | {moved} | {' | '.join(cells)} |"


def _texts(outcomes: Outcomes, whole: Setting, what: str, scale: float) -> str:
    """The mean of an outcome of every text, at its last stage, text by text."""
    last = dict(outcomes.ballots)
    return " / ".join(
        _mean(outcomes, draft.label, "" if what == "retained" else last[draft.label], what, scale)
        for draft in whole.drafts
    )


def _mean(outcomes: Outcomes, label: str, stage: str, what: str, scale: float) -> str:
    values = outcomes.number(".".join(step for step in (label, stage, what) if step))
    there = values[~np.isnan(values)]
    return f"{scale * there.mean():.0f}" if len(there) else "-"


def leaving(name: str, runs: int) -> list[str]:
    """Who leaves a scenario, and how many others then decide otherwise on each text."""
    base_of = sim.load(name)
    whole = setting(base_of)
    base = played(whole, runs)
    labels = [f"{label}, {stage}" for label, stage in base.ballots]
    lines = [f"| withdraws | {' | '.join(labels)} |", "|---|" + "---:|" * len(labels)]
    for actor in LEAVING:
        if actor in whole.actors:
            changed = played(setting(_without(name, actor), base_of), runs)
            moved = [f"{n:.1f}" for n in others(base, changed, actor)]
            lines.append(f"| {actor} | {' | '.join(moved)} |")
    return lines


def _without(name: str, actor: str) -> sim.scenario.Scenario:
    try:
        return sim.load(name, [f"{actor}=withdraws"])
    except InputError:  # it sponsors, or leads a bloc: then it is away
        return sim.load(name, [f"{actor}=absent"])


def others(base: Outcomes, changed: Outcomes, actor: str) -> list[float]:
    """How many others decide otherwise at each ballot, on average."""
    differs = base.decisions != changed.decisions
    differs[:, :, base.actors.index(actor)] = False
    return differs.sum(axis=2).mean(axis=0).tolist()


def tables(names: Sequence[str], runs: int) -> dict[str, list[str]]:
    """Make every table, by its mark."""
    made = {"signs of the levers": signs.table(runs)} if names else {}
    made |= {f"parts of {name}": table(name, runs) for name in names}
    return made | {f"who leaves {name}": leaving(name, runs) for name in names}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables, or write them into a page that marks their places."""
    asked = parser(__doc__)
    asked.add_argument("--runs", type=int, default=200)
    asked.add_argument("--scenarios", nargs="*", default=list(shipped.scenarios()))
    said = asked.parse_args(arguments)
    publish(tables(said.scenarios, said.runs), said.files)


if __name__ == "__main__":
    main()
