"""Support for a text in a vote, as named terms that are summed in a fixed order.

    a_i = sum of the terms of all mechanisms + noise + what binds i to others

Each mechanism adds its own terms (readiness and the gain of every clause, sponsorship, side
payments ...), may recast what the text is worth by itself (memory), and may then bind delegations
to one another (orders, the lines of blocs). An explanation reads these terms; it does not compute
again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import numpy.typing as npt

from sim.core import gain
from sim.core.mechanism import Mechanism
from sim.core.setting import Meeting, Setting
from sim.core.world import World
from sim.errors import RunError

Floats = npt.NDArray[np.float64]
Named = Callable[[], Iterator[tuple[Mechanism, str, Floats]]]


def reading(setting: Setting, world: World, draft: int) -> gain.Reading:
    """How everyone reads a draft as positions and the status quo stand."""
    text = setting.drafts[draft]
    return gain.read(
        world.position,
        world.salience,
        world.status_quo,
        text.issue,
        text.weight,
        world.parameters["curvature"],
    )


def terms(setting: Setting, world: World, draft: int) -> Iterator[tuple[str, Floats]]:
    """Give what moves each delegation, term by term, without noise: (runs, actors), in logits."""
    for _, name, term in named_terms(setting, world, draft):
        yield name, term


def named_terms(
    setting: Setting, world: World, draft: int
) -> Iterator[tuple[Mechanism, str, Floats]]:
    """Give the same terms, each with the mechanism whose it is."""
    text = np.zeros((world.size, len(setting.actors)))
    for mechanism in setting.doing("support"):
        for name, term in mechanism.support(setting, world, draft):
            yield mechanism, name, fitting(mechanism, name, term, setting, world)
            if mechanism.of_text:
                text += term
    for mechanism in setting.doing("recast"):
        for name, term in mechanism.recast(setting, world, draft, text):
            yield mechanism, name, fitting(mechanism, name, term, setting, world)


def systematic(setting: Setting, world: World, draft: int) -> Floats:
    """Sum the terms in their order: (runs, actors), in logits."""
    return _summed(setting, world, "support", partial(named_terms, setting, world, draft))


def grievances(setting: Setting, world: World, meeting: Meeting, draft: int) -> Floats | None:
    """Sum what mechanisms add to the cost of a text in a room that seeks consensus.

    Returns (runs, actors), in units of gain; None where nothing does.
    """
    if not setting.doing("grievance"):
        return None
    named = partial(named_grievances, setting, world, meeting, draft)
    return _summed(setting, world, "grievance", named)


def named_grievances(
    setting: Setting, world: World, meeting: Meeting, draft: int
) -> Iterator[tuple[Mechanism, str, Floats]]:
    """Give these terms one by one, each with the mechanism whose it is."""
    for mechanism in setting.doing("grievance"):
        for name, term in mechanism.grievance(setting, world, meeting, draft):
            yield mechanism, name, fitting(mechanism, name, term, setting, world)


def bound(setting: Setting, world: World, meeting: Meeting, draft: int, own: Floats) -> Floats:
    """Add to everyone's own support what binds them to others: (runs, actors)."""
    for _, pull in bonds(setting, world, meeting, draft, own):
        own = own + pull
    return own


def bonds(
    setting: Setting, world: World, meeting: Meeting, draft: int, own: Floats
) -> Iterator[tuple[Mechanism, Floats]]:
    """Give what binds delegations to others, each on top of those before: (runs, actors)."""
    for mechanism in setting.doing("bind"):
        pull = mechanism.bind(setting, world, meeting, draft, own)
        if pull is not None:
            own = own + fitting(mechanism, "what it binds", pull, setting, world)
            if not np.isfinite(own).all():
                _refuse_gap(mechanism, "what it binds", pull, setting)
            yield mechanism, pull


def fitting(
    mechanism: Mechanism, name: str, term: Floats, setting: Setting, world: World
) -> Floats:
    """Return a term that is (runs, actors); RunError, saying whose, for one of another shape."""
    shape = (world.size, len(setting.actors))
    if np.shape(term) != shape:
        said = f"{name} of the mechanism {mechanism.title()} has the shape {np.shape(term)}"
        raise RunError(f"{said}; it must be {shape}: runs, actors")
    return term


def _summed(setting: Setting, world: World, what: str, named: Named) -> Floats:
    total = np.zeros((world.size, len(setting.actors)))
    for _, _, term in named():
        total += term
    if not np.isfinite(total).all():  # once for all of them: it is quicker, and none is at fault
        for mechanism, name, term in named():
            _refuse_gap(mechanism, f"the term {name!r} of {what}", term, setting)
    return total


def _refuse_gap(mechanism: Mechanism, what: str, term: Floats, setting: Setting) -> None:
    if not np.isfinite(term).all():
        who = setting.actors[int(np.argwhere(~np.isfinite(term))[0][1])]
        said = f"{what} is not a finite number for {who}"
        raise RunError(f"{said} (of the mechanism {mechanism.title()})")
