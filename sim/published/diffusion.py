"""Diffusion of an innovation: some adopt by themselves, others because of those who have.

    dF/dt = (p + q F) (1 - F),  F(t) = (1 - e^-(p+q)t) / (1 + (q/p) e^-(p+q)t)

Adoptions peak at ln(q/p) / (p + q), when the share (1 - p/q) / 2 has adopted; where q <= p, at
the start.

Source: Bass (1969), A New Product Growth for Model Consumer Durables.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, Mistake

Floats = npt.NDArray[np.float64]


def adopted(time: npt.ArrayLike, innovation: float, imitation: float) -> Floats:
    """Share that has adopted by each time, of its shape.

    Args:
        time: 0 or more.
        innovation: p, above 0.
        imitation: q, 0 or more.
    """
    _check(innovation, imitation)
    fading = np.exp(-(innovation + imitation) * np.asarray(time, dtype=np.float64))
    share: Floats = (1 - fading) / (1 + imitation / innovation * fading)
    return share


def peak(innovation: float, imitation: float) -> tuple[float, float]:
    """When most adopt, and the share that has adopted by then."""
    _check(innovation, imitation)
    if imitation <= innovation:
        return 0.0, 0.0
    when = float(np.log(imitation / innovation) / (innovation + imitation))
    return when, (1 - innovation / imitation) / 2


def _check(innovation: float, imitation: float) -> None:
    if innovation <= 0 or imitation < 0:
        said = f"{innovation}, {imitation}"
        allowed = "p above 0, q 0 or more"
        raise InputError(Mistake("are no rates of diffusion", "", None, "p, q", said, allowed))
