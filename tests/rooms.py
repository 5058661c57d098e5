"""Random rooms that seek consensus, one run each, for tests of objections, chair and bargaining."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.gain import read, turned
from sim.core.world import take
from sim.mechanisms.objections import Room, Text, subjects, summed


def hall(
    rng: np.random.Generator,
    actors: int = 5,
    clauses: int = 3,
    *,
    issues: int | None = None,
    red_lines: int = 0,
    curvature: float = 2.0,
    blocking_cost: float = 0.1,
    insistence: float = 0.4,
    restraint: float = 0.0,
    linked: bool = False,
) -> tuple[Room, Text]:
    """Draw a room and a draft; the status quo lies low, as where a text would add something."""
    issues = issues or clauses
    issue = np.concatenate([np.arange(issues), rng.integers(0, issues, clauses)])[:clauses]
    reading = read(
        position=rng.random((1, actors, issues)),
        salience=rng.random((1, actors, issues)),
        status_quo=rng.uniform(0.0, 0.5, (1, issues)),
        issue=issue,
        weight=rng.uniform(0.5, 2.0, clauses),
        curvature=np.array([curvature]),
    )
    text = Text(rng.random((1, clauses)), np.ones((1, clauses), dtype=bool))
    tabled = reading.gains(text.value, text.active)
    capability = rng.random(actors) ** 3
    upper, lower = np.ones((1, red_lines, clauses)), np.zeros((1, red_lines, clauses))
    for line in range(red_lines):
        on = issue == rng.integers(0, issues)
        if rng.random() < 0.5:
            upper[0, line, on] = rng.random()
        else:
            lower[0, line, on] = rng.random()
    about = subjects(issue)
    asked_for = summed(np.ascontiguousarray(turned(tabled * (tabled > 0))), about)
    links = np.tile(np.arange(len(about))[:, None], (1, 1, actors))
    if linked and len(about) > 2:  # the first delegation has traded the first issue for the second
        links[0, 1:3, 0] = [2, 1]
    xi = np.exp(0.3 * rng.normal(size=actors))
    return Room(
        reading=reading,
        subjects=about,
        cost=(blocking_cost * xi / (1 + capability))[None],
        weight=(capability / capability.sum())[None],
        restraint=np.array([[restraint]]),
        buy_off=np.array([[0.5]]),
        company=np.array([[3.0]]),
        wanted=(turned(tabled) > 0).astype(np.float64),
        insisted=insistence * asked_for,
        upper=upper,
        lower=lower,
        limited=rng.integers(0, actors, (1, red_lines)),
        linked=links if linked else None,
    ), text


def halls(seed: int, count: int, **kinds: Any) -> list[tuple[Room, Text]]:
    """Draw many rooms of different temper; `kinds` fixes what `hall` is told."""
    rng = np.random.default_rng(seed)
    return [
        hall(
            rng,
            **{
                "curvature": float(rng.integers(1, 3)),
                "blocking_cost": float(rng.choice([0.03, 0.1, 0.2])),
                "insistence": float(rng.choice([0.0, 0.2, 0.5])),
                **kinds,
            },
        )
        for _ in range(count)
    ]


def again(state: Any) -> Any:
    """Copy a room or a text."""
    return take(state, np.array([0]))
