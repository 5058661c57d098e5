"""What mechanisms make of a scenario that says nothing of them: for settings made from arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.mechanism import Axes
from sim.core.registry import mechanisms


def unsaid(
    actors: Sequence[str], issues: Sequence[str], drafts: Sequence[str], sessions: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the parts of a setting and those of its scenes, each by mechanism."""
    nobody: npt.NDArray[np.bool_] = np.zeros(len(actors), dtype=bool)
    axes = Axes(
        actors=tuple(actors),
        states=~nobody,
        issues=tuple(issues),
        drafts=tuple(drafts),
        members=dict.fromkeys(drafts, ~nobody),
        named={},
        sessions=sessions,
        position={},
        salience={},
    )
    said = {name: section.default for m in mechanisms() for name, section in m.scenario.items()}
    parts = {m.name: m.schedule(m.compile(said, axes), (), axes) for m in mechanisms()}
    return parts, {m.name: m.opening(said, axes) for m in mechanisms()}
