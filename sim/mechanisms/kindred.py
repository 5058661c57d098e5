"""Kindred texts: a state leans to a text as it did, more than others, to texts of its direction.

a_i += y k_i,   k_i in `sim.precedents.kindred`
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


class Kindred(Mechanism):
    """Kindred texts: a state leans to a text as it did, more than others, to texts like it."""

    name = "kindred"
    parameters = (
        Parameter(
            *("kindred", "y", 4.5, 0.0, 9.0),
            "pull of its votes on other texts of the same direction, in logits",
            fitted=True,
        ),
    )
    terms = {"kindred texts": "how it voted on texts of this kind"}
    of_text = True
    dynamic = True
    off = {"kindred": 0.0}

    def in_use(self, setting: Setting) -> bool:
        """Whether votes on other texts are known."""
        return any(draft.kindred is not None for draft in setting.drafts)

    def support(self, setting: Setting, world: World, draft: int) -> Iterator[tuple[str, Floats]]:
        """Add how far each was more in favour than others of texts of this direction."""
        known = setting.drafts[draft].kindred
        if known is not None:
            yield "kindred texts", world.column("kindred") * known
