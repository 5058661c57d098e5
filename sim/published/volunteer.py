"""The volunteer's dilemma: one is enough, and it costs whoever does it.

Each of n gains v if anybody acts, and who acts pays c < v. In the symmetric equilibrium each is
as well off acting as waiting, (1 - a)^(n-1) = c / v, so that nobody acts with (c/v)^(n/(n-1)):
the more there are, the likelier it is that none does.

Source: Diekmann (1985), Volunteer's Dilemma.
"""

from __future__ import annotations

from sim.errors import InputError, Mistake


def acts(n: int, cost: float) -> float:
    """The chance that each acts; ``cost`` is c / v, 0-1, and n is 2 or more."""
    _check(n, cost)
    return float(1 - cost ** (1 / (n - 1)))


def nobody(n: int, cost: float) -> float:
    """The chance that nobody acts."""
    _check(n, cost)
    return float(cost ** (n / (n - 1)))


def _check(n: int, cost: float) -> None:
    if n < 2 or not 0 <= cost <= 1:
        said, allowed = f"{n}, {cost}", "2 or more people, a cost of 0 to 1"
        raise InputError(Mistake("is no dilemma", "", None, "n, c/v", said, allowed))
