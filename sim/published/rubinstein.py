"""Alternating offers between two: who is patient, and who may speak first.

The first to offer keeps x = (1 - d2) / (1 - d1 d2) of what there is to divide; the other, with
discount factor d2 a round, takes the rest at once.

Source: Rubinstein (1982), Perfect Equilibrium in a Bargaining Model.
"""

from __future__ import annotations

from sim.errors import InputError, Mistake


def shares(first: float, second: float) -> tuple[float, float]:
    """What the one who offers first gets, and the other, of one.

    Args:
        first, second: their discount factors a round, 0-1; not both 1.

    Raises:
        InputError: a factor outside 0-1, or two who can wait for ever.
    """
    for name, factor in (("first", first), ("second", second)):
        if not 0 <= factor <= 1:
            raise InputError(
                Mistake("is no discount factor", "", None, name, str(factor), "0 to 1")
            )
    if first == second == 1:
        raise InputError(Mistake("who can wait for ever never agrees", allowed="one below 1"))
    keeps = (1 - second) / (1 - first * second)
    return keeps, 1 - keeps
