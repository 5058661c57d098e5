"""Several futures of one past: sessions up to a point played once, then each future from there.

The world after the last common session is copied for every future but the last one, and each goes
on under its own setting. Draws are addressed by run, purpose, session and draft, and not by what
was drawn before, so a future is to the last bit what a full play of its scenario gives. With
S sessions, T of them common, k futures cost about (T + k (S - T)) / (k S) of k full plays.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.classes import Delegations
from sim.core.agenda import session
from sim.core.ask import play
from sim.core.ensemble import CHUNK, Progress, kept, numbered
from sim.core.outcomes import Outcomes, collect
from sim.core.setting import Setting
from sim.core.world import World, begin, take
from sim.errors import InputError, Mistake
from sim.play import playing, together, with_delegations

Ints = npt.NDArray[np.int64]
Futures = tuple[Setting, ...]


def branch(
    base: Setting,
    changed: Sequence[Setting],
    after: int,
    runs: int | Sequence[int] = 200,
    *,
    workers: int = 1,
    chunk: int = CHUNK,
    keep: bool | None = None,
    progress: Progress | None = None,
    delegations: Delegations | None = None,
) -> list[Outcomes]:
    """Play ``base`` up to a session, and each of ``changed`` from there on, on the same runs.

    Args:
        base: the setting of the past. To see its own future too, name it among ``changed``.
        changed: the settings of the futures. They share the base's worlds, actors and texts; what
            they say of sessions that are past is not read.
        after: the last session played under ``base``; 0 plays all of each future.
        runs: as `sim.play.ensembles` takes them, and so are ``workers``, ``chunk``, ``keep``.
        progress: called with the number of runs just finished, each future's counted.
        delegations: those that decide for themselves, by actor. They may remember what has been,
            and so live through the past of each future anew.

    Returns:
        The outcomes of each future, a row a run in the order of the numbers.

    Raises:
        InputError: there is no session after ``after``.
        ValueError: a future that does not share the base's past.
    """
    mine = delegations or {}
    playing(mine, workers)  # refuses classes that the processes cannot have
    refuse_session(after, base.sessions)
    for setting in changed:
        _refuse_stranger(base, setting)
    numbers = numbered(runs)
    past = (mine, base, tuple(changed), after, kept(numbers, keep))
    how: dict[str, Any] = {"workers": workers, "chunk": chunk, "progress": progress}
    return together(partial(_futures, *past), len(changed), numbers, **how)


def refuse_session(after: int, sessions: int) -> None:
    """Raise an InputError where no session is left after ``after`` of ``sessions``."""
    if not 0 <= after < sessions:
        problem = f"there are {sessions} sessions, and something must be left to play"
        allowed = f"0 to {sessions - 1}"
        raise InputError(Mistake(problem, "--after", value=str(after), allowed=allowed))


def _futures(
    delegations: Delegations, base: Setting, changed: Futures, after: int, keep: bool, numbers: Ints
) -> list[Outcomes]:
    if delegations:
        said = (numbers, keep, delegations, base, after)
        return [with_delegations(setting, *said) for setting in changed]
    past, rows = begin(base, numbers), np.arange(len(numbers))
    for number in range(1, after + 1):
        play(session(base, past, number))
    last = len(changed) - 1
    return [
        _future(setting, past if place == last else take(past, rows), after, keep)
        for place, setting in enumerate(changed)
    ]


def _future(setting: Setting, world: World, after: int, keep: bool) -> Outcomes:
    for number in range(after + 1, setting.sessions + 1):
        play(session(setting, world, number))
    return collect(setting, world, keep)


def _refuse_stranger(base: Setting, other: Setting) -> None:
    same = (
        (base.seed, base.sessions, base.actors) == (other.seed, other.sessions, other.actors)
        and base.issues == other.issues
        and [d.label for d in base.drafts] == [d.label for d in other.drafts]
        and len(base.worlds) == len(other.worlds)
        and np.array_equal(base.worlds.position, other.worlds.position)
        and np.array_equal(base.worlds.salience, other.worlds.salience)
        and all(map(np.array_equal, base.worlds.values, other.worlds.values))
        and base.worlds.parameters.keys() == other.worlds.parameters.keys()
        and all(
            np.array_equal(drawn, other.worlds.parameters[name])
            for name, drawn in base.worlds.parameters.items()
        )
    )
    if not same:
        raise ValueError("a future shares its past's seed, sessions, actors, texts and worlds")
