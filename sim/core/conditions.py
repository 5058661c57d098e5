"""What must hold in a run before an event happens in it: tests that a scenario writes as text.

`status_quo.DATA > 60`, `IND.position.SOV < 40`, `localizing >= 50` (an outcome over sessions),
`74/247 adopted`, `74/247 rejected`, `election happened`. No code is ever run.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.errors import RunError

if TYPE_CHECKING:
    from sim.core.setting import Setting
    from sim.core.world import World

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

FULL = 100.0
STATUS_QUO, POSITION, SALIENCE, LEVEL = "status_quo", "position", "salience", "level"
ADOPTED, REJECTED, HAPPENED = "adopted", "rejected", "happened"
SIGNS: dict[str, Callable[[Floats, float], Bools]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


class Test(NamedTuple):
    """One thing that must hold: of what, the names it is about, and the comparison if any."""

    what: str
    names: tuple[str, ...]
    sign: str = ""
    value: float = 0.0  # on 0-100, or in the unit of an outcome


def said(test: Test) -> str:
    """Write a test as a scenario does."""
    if not test.sign:
        return f"{test.names[0]} {test.what}"
    of = {STATUS_QUO: ".".join((STATUS_QUO, *test.names)), LEVEL: test.names[0]}
    path = of.get(test.what) or ".".join((test.names[0], test.what, *test.names[1:]))
    return f"{path} {test.sign} {test.value:g}"


def holds(test: Test, setting: Setting, world: World, session: int) -> Bools:
    """In which runs a test holds as a session opens; ``happened`` is for `sim.mechanisms.events`.

    Raises:
        RunError: a mechanism that gives no such outcome.
    """
    if test.sign:
        # What is on a scale is compared as files show it: 60 is 60, whatever its last bit.
        return SIGNS[test.sign](np.round(_number(test, setting, world), 6), test.value)
    draft = next(n for n, d in enumerate(setting.drafts) if d.label == test.names[0])
    if test.what == ADOPTED:
        return world.passed[draft]
    over = session > setting.forums[setting.drafts[draft].forum].last
    return ~world.alive[draft] | (over & ~world.passed[draft])


def _number(test: Test, setting: Setting, world: World) -> Floats:
    """What a test compares: (runs,), in the unit of files."""
    if test.what == LEVEL:
        for mechanism in setting.active:
            if any(outcome.name == test.names[0] for outcome in mechanism.outcomes):
                found = mechanism.level(setting, world, test.names[0])
                if found is not None:
                    return found
        raise RunError(f"no mechanism that is in use tells how {test.names[0]!r} stands")
    issue = setting.issues.index(test.names[-1])
    if test.what == STATUS_QUO:
        return FULL * world.status_quo[:, issue]
    array = world.position if test.what == POSITION else world.salience
    return FULL * array[:, setting.slot(test.names[0]), issue]
