"""Memory: a state leans towards what it did on the last text of the series.

m (last vote),   +1 in favour, -1 against, 0 abstaining, absent or none
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from sim.core.mechanism import Mechanism
from sim.core.parameters import Parameter
from sim.core.setting import Setting
from sim.core.world import World

Floats = npt.NDArray[np.float64]


class Memory(Mechanism):
    """Memory: a state leans towards what it did on the last text of the series."""

    name = "memory"
    parameters = (
        Parameter(
            "memory",
            "m",
            3.0,
            0.0,
            6.0,
            "pull of a state's own last vote in the series, in logits",
            fitted=True,
        ),
    )
    dynamic = True
    off = {"memory": 0.0}

    def in_use(self, setting: Setting) -> bool:
        """Whether any text follows one that was voted on."""
        return any(draft.last_vote.any() for draft in setting.drafts)

    def support(self, setting: Setting, world: World, draft: int) -> Iterator[tuple[str, Floats]]:
        """Add what each did last time."""
        yield "memory", world.column("memory") * setting.drafts[draft].last_vote
