"""Deterrence when one may blame the wrong attacker.

Attackers a each attack with a rate. A victim sees a trace that points to one of them: the right one
with 1 - e, else another, by how often the others attack. It answers whom the trace points to if

    q_a >= l / (1 + l),    q_a = r_a (1 - e) / ( r_a (1 - e) + sum_b r_b e w_ba + f_a )

q_a is the chance that a is guilty, f_a how often traces point to it without any attack, and l the
loss of blaming an innocent for the gain of blaming the guilty: the threshold of a blame game
(Edwards, Furnas, Forrest and Axelrod 2017; payoffs of our own). In equilibrium attackers attack
the less the likelier their attack brings an answer upon them beyond what comes anyway, and the
victim answers the likelier the surer it is (its loss differs from time to time, logistically):

    r_a = b logistic( v - k D (1 - e - e / (n - 1)) A_a )
    A_a = logistic( s (q_a - l / (1 + l)) )

D is the share of attacks that leave a trace. It is a reduced form of Baliga, Bueno de Mesquita and
Wolitzky (2020) that keeps their signs: rates are strategic complements, the equilibrium is unique
where answers do not react too sharply, better identification lowers attacks, and better detection
that points to the wrong ones, or false alarms, may raise them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.core import special
from sim.mechanisms.attribution import guilty

Floats = npt.NDArray[np.float64]

STEPS, NEAR = 10_000, 1e-12


def equilibrium(
    n: int,
    error: float,
    traces: float,
    alarms: float = 0.0,
    *,
    most: float = 1.0,
    loss: float = 1.0,
    cost: float = 4.0,
    gain: float = 1.0,
    sharpness: float = 8.0,
) -> Floats:
    """Find the rates at which n attackers alike attack, (n,), by iteration from the highest.

    Args:
        n: attackers, 2 or more; error: a trace points to another, 0-1; traces: D, 0-1.
        alarms: traces that point to each without an attack, f.
        most: b; loss: l; cost: k, what an answer costs who receives it; gain: v; sharpness: s.
    """
    rate = np.full((1, n), most)
    wrong = np.array([[error]])
    bar = loss / (1.0 + loss)
    for _ in range(STEPS):
        sure = guilty(traces * rate, wrong, alarms)
        answers = special.expit(sharpness * (sure - bar))
        brings = traces * (1.0 - error - error / (n - 1)) * answers
        new = most * special.expit(gain - cost * brings)
        if np.abs(new - rate).max() < NEAR:
            break
        rate = (rate + new) / 2.0
    found: Floats = rate[0]
    return found
