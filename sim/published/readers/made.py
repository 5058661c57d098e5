"""How rows of an actor on an issue become a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.published.readers.lines import Lines, Row
from sim.published.table import Table

Floats = npt.NDArray[np.float64]


class Stance(NamedTuple):
    """One actor on one issue, in the file's units; nan where the file leaves it open."""

    row: Row
    actor: str
    issue: str
    position: float
    salience: float
    capability: float


class Scale(NamedTuple):
    """The poles of an issue, in the file's units."""

    low: float
    high: float


@dataclass
class Said:
    """What a file says of its issues besides positions, in the file's units."""

    scales: dict[str, Scale] = field(default_factory=dict)
    status_quo: dict[str, float] = field(default_factory=dict)
    outcome: dict[str, float] = field(default_factory=dict)
    words: dict[str, dict[float, str]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    held: dict[str, float] = field(default_factory=dict)  # capability of actors, whatever the issue


def table(
    lines: Lines,
    name: str,
    actors: Sequence[str],
    issues: Sequence[str],
    stances: Sequence[Stance],
    said: Said,
    full_salience: float,
) -> Table:
    """Put stances on their places; twice the same, or a position off its scale, is a mistake.

    Args:
        lines: the file, where mistakes are noted.
        name: of the table.
        actors, issues: in the order of the file.
        stances: one for each actor and issue, at most.
        said: of the issues; what has no scale is on 0-100.
        full_salience: what counts as a salience of 1, 1 or 100.
    """
    place_a = {a: i for i, a in enumerate(actors)}
    place_k = {k: i for i, k in enumerate(issues)}
    shape = (len(actors), len(issues))
    position, salience = np.full(shape, np.nan), np.zeros(shape)
    capability = np.zeros(shape)
    scales = {k: said.scales.get(k, Scale(0.0, 100.0)) for k in issues}
    seen: dict[tuple[str, str], int] = {}
    for stance in stances:
        key = (stance.actor, stance.issue)
        if key in seen:
            problem = f"this actor has a position on {stance.issue} already, in line {seen[key]}"
            lines.wrong(stance.row, problem, "actor", stance.actor)
            continue
        seen[key] = stance.row.line
        _check(lines, stance, scales[stance.issue], full_salience)
        low, high = scales[stance.issue]
        at = place_a[stance.actor], place_k[stance.issue]
        position[at] = (stance.position - low) / (high - low)
        salience[at] = stance.salience / full_salience
        capability[at] = stance.capability
    lines.raise_if_any()
    held = None
    if said.held:
        held = np.array([said.held.get(a, 0.0) for a in actors])
    return Table(
        name=name,
        actors=tuple(actors),
        issues=tuple(issues),
        position=position,
        salience=np.where(np.isnan(position), 0.0, salience),
        capability=capability,
        low=np.array([scales[k].low for k in issues], dtype=np.float64),
        high=np.array([scales[k].high for k in issues], dtype=np.float64),
        status_quo=_on_scale(said.status_quo, scales),
        outcome=_on_scale(said.outcome, scales),
        titles=said.titles,
        words=said.words,
        held=held,
    )


def _check(lines: Lines, stance: Stance, scale: Scale, full_salience: float) -> None:
    low, high = min(scale), max(scale)
    slack = 1e-9 * (high - low)
    if not low - slack <= stance.position <= high + slack and not np.isnan(stance.position):
        field = f"{stance.actor}, position on {stance.issue}"
        said, allowed = f"{stance.position:g}", f"{low:g} to {high:g}"
        lines.wrong(stance.row, "is beyond the poles of the issue", field, said, allowed)
    if not 0 <= stance.salience <= full_salience and not np.isnan(stance.salience):
        field, said = f"{stance.actor}, salience of {stance.issue}", f"{stance.salience:g}"
        lines.wrong(stance.row, "is out of range", field, said, f"0 to {full_salience:g}")
    if stance.capability < 0:
        field, said = f"{stance.actor}, capability", f"{stance.capability:g}"
        lines.wrong(stance.row, "is out of range", field, said, "0 or more")


def _on_scale(values: Mapping[str, float], scales: Mapping[str, Scale]) -> Floats:
    return np.array(
        [(values.get(k, np.nan) - s.low) / (s.high - s.low) for k, s in scales.items()],
        dtype=np.float64,
    )


def full_salience(stances: Sequence[Stance]) -> float:
    """What saliences are parts of: of 1 if none is above 1, else of 100."""
    most = max((s.salience for s in stances if not np.isnan(s.salience)), default=1.0)
    return 1.0 if most <= 1 else 100.0
