"""The world: the state of the runs. Every array leads with an axis of runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from sim.core.acts import Act
from sim.core.draws import Keys, keys
from sim.core.setting import Setting
from sim.forums.decision import Verdict

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]
Ints = npt.NDArray[np.int64]
Rows = TypeVar("Rows")

RUNS_PER_WORLD = 4  # runs that share a world, so that chance and ignorance can be told apart


@dataclass
class Ballot:
    """One text put to one room: what each delegation decided, and what became of it."""

    decisions: Codes  # (runs, actors), of Decision
    verdict: Verdict
    text_existed: Codes  # (runs,): 1 some text nobody would block, 0 none, -1 not asked
    sides: Codes  # (runs, actors): why it blocks, as in objections; 0 where it does not
    found: Floats | None = None  # (runs, clauses): a text nobody would block that was missed; nan
    objecting: Ints | None = None  # (runs, clauses): who objects to each, where consensus is sought


@dataclass
class Page:
    """A text after one session's drafting, for the story of how it came about."""

    session: int
    value: Floats  # (runs, clauses)
    active: Bools  # (runs, clauses)
    objectors: Ints  # (runs,)


@dataclass(repr=False)
class World:
    """The runs' own state; `position` moves, `home` is where it comes from."""

    runs: Ints
    keys: Keys
    which: Ints  # (runs,): the admissible world of each run
    position: Floats  # (runs, actors, issues)
    home: Floats
    base: Floats
    salience: Floats
    status_quo: Floats  # (runs, issues)
    parameters: dict[str, Floats]  # name -> (runs,)
    value: list[Floats]  # per draft (runs, clauses)
    active: list[Bools]
    sponsors: list[Bools]  # per draft (runs, actors)
    alive: list[Bools]  # per draft (runs,): still before a room
    passed: list[Bools]  # per draft (runs,): adopted at its last stage
    ballots: dict[tuple[int, str], Ballot]
    before: list[Floats]  # per draft (runs, clauses): the status quo when it was last decided on
    pages: list[list[Page]]  # per draft
    acts: list[Act]
    detailed: bool  # whether acts are logged target by target: for the story of one run
    state: dict[str, Any]  # of mechanisms, by name

    def __repr__(self) -> str:
        """Say how many runs it is the state of."""
        return f"World({self.size} runs)"

    @property
    def size(self) -> int:
        """How many runs."""
        return len(self.runs)

    def column(self, name: str) -> Floats:
        """A parameter as (runs, 1), to stand beside (runs, actors)."""
        return self.parameters[name][:, None]


def begin(
    setting: Setting,
    runs: Sequence[int] | Ints,
    *,
    detailed: bool = False,
    which: Ints | None = None,
) -> World:
    """Make the world as it stands before session 1, for the runs of these numbers.

    ``detailed``: what is done is logged target by target, which an ensemble has no time for.
    ``which``: the world of each, (runs,), instead of the one that its number says.
    """
    numbers = np.asarray(runs, dtype=np.int64)
    size = len(numbers)
    if which is None:
        which = world_of(setting, numbers)
    position = np.take(setting.worlds.position, which, axis=0)
    world = World(
        runs=numbers,
        keys=keys(setting.seed, numbers),
        which=which,
        position=position,
        home=position.copy(),
        base=np.take(setting.worlds.base, which, axis=0),
        salience=np.take(setting.worlds.salience, which, axis=0),
        status_quo=np.tile(setting.status_quo, (size, 1)),
        parameters={k: np.take(v, which) for k, v in setting.worlds.parameters.items()},
        value=[np.take(v, which, axis=0) for v in setting.worlds.values],
        active=[np.ones((size, len(d.issue)), dtype=bool) for d in setting.drafts],
        sponsors=[np.tile(d.sponsors, (size, 1)) for d in setting.drafts],
        alive=[np.ones(size, dtype=bool) for _ in setting.drafts],
        passed=[np.zeros(size, dtype=bool) for _ in setting.drafts],
        ballots={},
        before=[np.tile(np.take(setting.status_quo, d.issue), (size, 1)) for d in setting.drafts],
        pages=[[] for _ in setting.drafts],
        acts=[],
        detailed=detailed,
        state={},
    )
    for mechanism in setting.doing("begin"):
        world.state[mechanism.name] = mechanism.begin(setting, world)
    return world


def world_of(setting: Setting, runs: Ints) -> Ints:
    """Say which admissible world each run has by its number: (runs,)."""
    which: Ints = runs // RUNS_PER_WORLD % len(setting.worlds)
    return which


def take(state: Rows, rows: Ints) -> Rows:
    """Copy some rows (runs) of a dataclass of arrays, of a list or dict of them, or of an array."""
    taken: Rows = _each(state, lambda array: np.take(array, rows, axis=0))
    return taken


def _each(state: Any, change: Any) -> Any:
    if isinstance(state, np.ndarray):
        return change(state)
    if is_dataclass(state) and not isinstance(state, type):
        return replace(
            state, **{f.name: _each(getattr(state, f.name), change) for f in fields(state)}
        )
    if isinstance(state, list):
        return [_each(item, change) for item in state]
    if isinstance(state, dict):
        return {key: _each(item, change) for key, item in state.items()}
    return state
