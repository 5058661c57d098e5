"""A setting made from arrays and not from a scenario: whatever is not given is as by default."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.mechanism import Axes
from sim.core.registry import mechanisms
from sim.core.setting import Draft, Forum, Kind, Scene, Setting, Worlds
from sim.forums.access import loudest

Floats = npt.NDArray[np.float64]


def unsaid(
    actors: Sequence[str], issues: Sequence[str], drafts: Sequence[str], sessions: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what mechanisms make of a scenario that says nothing of them.

    Returns:
        The parts of a setting and those of its scenes, each by mechanism.
    """
    everyone: npt.NDArray[np.bool_] = np.ones(len(actors), dtype=bool)
    axes = Axes(
        actors=tuple(actors),
        states=everyone,
        issues=tuple(issues),
        drafts=tuple(drafts),
        members=dict.fromkeys(drafts, everyone),
        named={},
        sessions=sessions,
        position={},
        salience={},
        capability=np.zeros(len(actors)),
    )
    said = {name: section.default for m in mechanisms() for name, section in m.scenario.items()}
    parts = {m.name: m.schedule(m.compile(said, axes), (), axes) for m in mechanisms()}
    return parts, {m.name: m.opening(said, axes) for m in mechanisms()}


def arranged(
    *,
    title: str,
    seed: int,
    actors: tuple[str, ...],
    issues: tuple[str, ...],
    status_quo: Floats,
    capability: Floats,
    forums: tuple[Forum, ...],
    drafts: tuple[Draft, ...],
    worlds: Worlds,
    sessions: int = 1,
    absence: Floats | None = None,
) -> Setting:
    """Make a setting of states that are all there and hear nobody.

    Args:
        title, seed, sessions: of the setting.
        actors, issues: names; ``capability`` (actors,) and ``status_quo`` (issues,) on 0-1.
        forums, drafts, worlds: as a setting holds them.
        absence: habits of not voting, (actors,) on 0-1; none by default.
    """
    parts, in_scene = unsaid(actors, issues, [draft.label for draft in drafts], sessions)
    everyone = np.ones(len(actors), dtype=bool)
    scene = Scene(everyone, everyone, everyone, everyone, capability, in_scene)
    return Setting(
        name=title,
        title=title,
        seed=seed,
        sessions=sessions,
        actors=actors,
        names=actors,
        kind=np.full(len(actors), Kind.STATE, dtype=np.int8),
        absence=np.zeros(len(actors)) if absence is None else absence,
        issues=issues,
        status_quo=status_quo,
        ties=np.eye(len(actors)),
        forums=forums,
        drafts=drafts,
        scenes=(scene,) * sessions,
        base_scene=scene,
        base_access=loudest((forum.span for forum in forums), sessions),
        parts=parts,
        worlds=worlds,
    )
