"""Who rules a text out: conflicts that cannot be made smaller, and the fewest who must give in.

A conflict is a set of delegations between whom there is no text, while any text contents all but
one of them (an irreducible infeasible set; found by deletion, Chinneck 2008). To open a text, one
member of every conflict must give in. The fewest who do are a smallest set that meets all
conflicts: it is found by turns with the conflicts themselves, each new one showing that those
chosen so far do not suffice (implicit hitting sets).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp

from sim.answers.zone import Agreement, agreement, only
from sim.errors import RunError
from sim.mechanisms.objections import NEVER, Room

Ints = npt.NDArray[np.int64]
Members = tuple[int, ...]  # places of actors

MOST = 12  # conflicts that are looked for


def conflict(hall: Room, among: Iterable[int], known: Agreement | None = None) -> Members:
    """Find one conflict among delegations of a room of one run; empty where there is none.

    Args:
        hall: the room.
        among: places of those that count; all others are taken to give in.
        known: the agreement of that room, if it is known.
    """
    those = np.array(sorted(among), dtype=np.int64)
    found = known or agreement(only(hall, those), decide=True)
    if not found.ruled_out:
        return ()
    # Who weighs nothing in the proof is not needed for it, unless a red line of theirs binds.
    holders = hall.limited[0][np.isin(hall.limited[0], those)]
    kept = np.union1d(np.flatnonzero(found.weights.any(axis=(0, 1))), holders)
    for actor in kept:
        rest = np.setdiff1d(kept, [actor])
        if len(rest) and agreement(only(hall, rest), decide=True).ruled_out:
            kept = rest
    return tuple(int(actor) for actor in kept)


def conflicts(hall: Room, known: Agreement | None = None) -> tuple[list[Members], Members]:
    """Find conflicts in a room of one run, and the fewest whose giving in opens a text.

    Returns both empty where a text is not ruled out. Where more than `MOST` conflicts would have
    to be seen, those who are named do not suffice, and the second is empty.
    """
    everyone = set(np.flatnonzero((hall.cost < NEVER).any(axis=0)).tolist())
    found: list[Members] = []
    giving: Members = ()
    for _ in range(MOST):
        new = conflict(hall, everyone - set(giving), None if giving else known)
        if not new:
            return found, giving
        found.append(new)
        giving = meeting_all(found)
    return found, ()


def meeting_all(sets: Sequence[Members]) -> Members:
    """The smallest set that has a member of each of the sets (an integer programme, HiGHS)."""
    names = sorted({actor for one in sets for actor in one})
    holds = np.array([[float(name in one) for name in names] for one in sets])
    found = milp(
        # Of sets as small, the one whose members are in most conflicts.
        1.0 - 1e-3 * holds.mean(axis=0),
        constraints=LinearConstraint(holds, 1.0),
        integrality=np.ones(len(names), dtype=np.int64),
        bounds=Bounds(0.0, 1.0),
    )
    if found.x is None:
        raise RunError(f"the search for the fewest who give in failed: {found.message}")
    return tuple(name for name, taken in zip(names, found.x, strict=True) if taken > 0.5)
