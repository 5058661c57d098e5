"""What happened in a run of the spatial model, turn by turn, as columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.published.challenge import NOBODY
from sim.published.columns import Columns, columns
from sim.published.players import Players
from sim.published.table import Table

if TYPE_CHECKING:
    from sim.published.spatial import Run, Turn

Floats = npt.NDArray[np.float64]


def tables(table: Table, who: Players, run: Run) -> dict[str, Columns]:
    """Long tables of a run: outcome, positions, chances, challenges, bargains.

    Positions are in the file's units. In ``challenges``, ``answer`` is the target's own estimate
    of ``chance``; in ``bargains``, an actor that stays has nobody beside it.
    """
    names = [table.actors[a] for a in who.actors]
    return {
        "outcome": _outcome(table, who, run),
        "positions": _positions(table, who, run, names),
        "chances": _chances(run, names),
        "challenges": columns(
            ("turn", "actor", "target", "chance", "gain", "answer"),
            (row for t, turn in enumerate(run.turns) for row in _challenges(t, turn, names)),
        ),
        "bargains": columns(
            ("turn", "actor", "with"),
            (row for t, turn in enumerate(run.turns) for row in _bargains(t, turn, names)),
        ),
    }


def _outcome(table: Table, who: Players, run: Run) -> Columns:
    issues = [table.issues[k] for k in who.issues]
    weight = who.salience * who.capability[:, None]
    mean = (run.positions * weight).sum(axis=1) / weight.sum(axis=0)
    likeliest = np.array([turn.position[turn.likeliest] for turn in run.turns])
    turns = len(run.turns)
    return {
        "turn": np.repeat(np.arange(turns), len(issues)).tolist(),
        "issue": issues * turns,
        "likeliest": _units(table, who, likeliest).ravel().tolist(),
        "mean": _units(table, who, mean).ravel().tolist(),
    }


def _positions(table: Table, who: Players, run: Run, names: list[str]) -> Columns:
    issues = [table.issues[k] for k in who.issues]
    turns, actors, m = run.positions.shape
    return {
        "turn": np.repeat(np.arange(turns), actors * m).tolist(),
        "actor": [name for name in names for _ in issues] * turns,
        "issue": issues * (turns * actors),
        "position": _units(table, who, run.positions).ravel().tolist(),
    }


def _chances(run: Run, names: list[str]) -> Columns:
    return {
        "turn": np.repeat(np.arange(len(run.turns)), len(names)).tolist(),
        "actor": names * len(run.turns),
        "chance": run.chances.ravel().tolist(),
        "risk": np.concatenate([turn.risk for turn in run.turns]).tolist(),
    }


def _challenges(t: int, turn: Turn, names: list[str]) -> Iterator[tuple[object, ...]]:
    if turn.found is None:
        return
    for i, target in enumerate(turn.found.target):
        if target != NOBODY:
            chance, gain = turn.found.chance[i, target], turn.found.gain[i, target]
            answer = turn.found.answer[i]
            yield t, names[i], names[target], float(chance), float(gain), float(answer)


def _bargains(t: int, turn: Turn, names: list[str]) -> Iterator[tuple[object, ...]]:
    for i, deal in enumerate(turn.kept):
        other = "" if deal is None else names[deal.second if deal.first == i else deal.first]
        yield t, names[i], other


def _units(table: Table, who: Players, value: Floats) -> Floats:
    low, high = table.low[who.issues], table.high[who.issues]
    return np.asarray(low + value * (high - low))
