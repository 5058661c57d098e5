"""A threshold cascade: each joins once as many have joined as it asks for.

Source: Granovetter (1978), Threshold Models of Collective Behavior. A hundred people with
thresholds 0, 1, ... 99 all riot; with one threshold changed from 1 to 2, one does.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def adopters(thresholds: npt.ArrayLike) -> Ints:
    """How many have joined, round by round, until nobody more does: (rounds,).

    Args:
        thresholds: how many others each asks for, (people,).
    """
    asks = np.sort(np.asarray(thresholds, dtype=np.float64))
    joined = [int((asks <= 0).sum())]
    while True:
        now = int(np.searchsorted(asks, joined[-1], side="right"))
        if now == joined[-1]:
            return np.array(joined)
        joined.append(now)
