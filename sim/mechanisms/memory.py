"""Memory: a state leans towards what it did on the earlier texts of the series.

l = max( exp(-e turn), f ),   turn = 1 - cos(what this text changes, what the last one did), >= 0
With chance l the room reads the text as another of its series, in all or in none of a run:

a_i = l m mean_i + ( k + h (1 - l) ) T_i + other terms,   T_i of the text by itself, within 4
w_i = w_0 exp( c l [i abstained on the last] )   in place of tau

and else as a new text: a_i = T_i + other terms, and tau. mean_i is of +1, 0 and -1 on the earlier
texts, each counting half of the next. Chosen on votes to 2022, by rolling origin and by leaving
series out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from sim.core.gain import shares
from sim.core.mechanism import Axes, Mechanism, Section
from sim.core.parameters import Parameter
from sim.core.setting import Series, Setting
from sim.core.world import World

Floats = npt.NDArray[np.float64]

CLEAR = 4.0  # support of a text by itself beyond this says no more


def erosion(setting: Setting, world: World, draft: int) -> Floats:
    """How much of its series a text, as it now stands, still calls to mind: (runs,), 0 to 1."""
    series = setting.drafts[draft].series
    if series is None or setting.parts["memory"] is None:
        return np.zeros(world.size)
    turn = np.maximum(1.0 - _cosine(setting, world, draft, series), 0.0)
    fading = np.exp(-world.parameters["erosion"] * turn)
    return np.maximum(fading, world.parameters["least_memory"])


def _cosine(setting: Setting, world: World, draft: int, series: Series) -> Floats:
    """Cosine of what the text changes and what the last one did; 1 where one changes nothing."""
    now = _changed(setting, world, draft)
    size = np.sqrt((now * now).sum(axis=1))
    size *= np.hypot(np.linalg.norm(series.change), series.elsewhere)
    alike = (now * series.change).sum(axis=1)
    return np.where(size > 0, alike / np.where(size > 0, size, 1.0), 1.0)


def _changed(setting: Setting, world: World, draft: int) -> Floats:
    """What the text changes: (runs, issues)."""
    text, moved = setting.drafts[draft], np.zeros_like(world.status_quo)
    for place, (issue, share) in enumerate(
        zip(text.issue, shares(text.issue, text.weight), strict=True)
    ):
        to = world.value[draft][:, place] - world.status_quo[:, issue]
        moved[:, issue] += share * to * world.active[draft][:, place]
    return moved


def familiar(setting: Setting, world: World, draft: int) -> Floats:
    """How familiar a text is, (runs,): 0 where it is read as a new one, else what is left."""
    kept = erosion(setting, world, draft)
    if not kept.any():
        return kept
    return np.where(world.state["memory"][:, draft] < kept, kept, 0.0)


def heard(setting: Setting, world: World, draft: int) -> Floats:
    """What the support of the text by itself counts, within its bounds: (runs,)."""
    kept, p = familiar(setting, world, draft), world.parameters
    return np.where(kept > 0, p["text_weight"] + p["changed_text"] * (1.0 - kept), 1.0)


def width(setting: Setting, world: World, draft: int) -> Floats:
    """Half-width of indifference, wider for who abstained on the last text: (runs, actors)."""
    kept, series = familiar(setting, world, draft)[:, None], setting.drafts[draft].series
    if series is None or not kept.any():
        return np.broadcast_to(world.column("band"), (world.size, len(setting.actors)))
    wider = np.exp(world.column("abstainers") * kept * series.abstained)
    return np.where(kept > 0, world.column("familiar_band") * wider, world.column("band"))


def terms(series: Series, text: Floats, kept: Floats) -> dict[str, Floats]:
    """What each parameter of support weighs where a text is familiar: (runs, actors)."""
    return {
        "memory": kept * series.mean,
        "text_weight": text,
        "changed_text": (1.0 - kept) * text,
    }


class Memory(Mechanism):
    """Memory: a state leans towards what it did on the earlier texts of the series."""

    name = "memory"
    scenario = {
        "memory": Section(
            Literal["on", "off"], "on", "whether states remember how they voted on a text's series"
        )
    }
    draws = ("recall",)
    parameters = (
        Parameter(
            *("memory", "m", 4.5, 0.0, 9.0),
            "pull of a state's own votes in the series, in logits",
            fitted=True,
        ),
        Parameter(
            *("text_weight", "k", 0.4, 0.0, 1.5),
            "weight of the text by itself where it is read as another of its series",
            fitted=True,
        ),
        Parameter(
            *("changed_text", "h", 0.4, 0.0, 2.0),
            "what is added to that weight where nothing of memory is left",
            fitted=True,
        ),
        Parameter(
            *("familiar_band", "w_0", 0.8, 0.05, 3.0),
            "half-width of indifference where a text is read as another of its series",
            fitted=True,
        ),
        Parameter(
            *("abstainers", "c", 1.6, 0.0, 3.0),
            "by which power of e it is wider for those who abstained on the last text",
            fitted=True,
        ),
        Parameter(
            *("erosion", "e", 1.5, 0.5, 3.0), "how fast memory fades as a text turns from the last"
        ),
        Parameter(
            *("least_memory", "f", 0.4, 0.2, 0.6), "what is left of memory however a text turns"
        ),
    )
    terms = {
        "memory": "how it voted on earlier texts of the series",
        "text beside its series": "a known series, beside which the text counts less",
    }
    dynamic = True
    sources = ("plenary's own fit to recorded votes of the General Assembly, to 2022",)

    def compile(self, said: Mapping[str, Any], axes: Axes) -> bool | None:
        """Whether states remember."""
        return True if self.said(said) else None

    def in_use(self, setting: Setting) -> bool:
        """Whether any text follows one that was voted on."""
        return self.part(setting) is not None and any(d.series for d in setting.drafts)

    def begin(self, setting: Setting, world: World) -> Floats:
        """Draw which texts are read as new ones: (runs, drafts)."""
        coins = [self.luck(world, "recall", None, draft.label) for draft in setting.drafts]
        return np.stack(coins, axis=1)

    def recast(
        self, setting: Setting, world: World, draft: int, text: Floats
    ) -> Iterator[tuple[str, Floats]]:
        """Add what each did on the series, and take from the text what counts less beside it."""
        kept, series = familiar(setting, world, draft)[:, None], setting.drafts[draft].series
        if series is None:
            return
        there = kept > 0
        weighed = terms(series, np.clip(text, -CLEAR, CLEAR), kept)
        memory, by_itself, changed = (
            there * world.column(name) * term for name, term in weighed.items()
        )
        yield "memory", memory
        yield "text beside its series", by_itself + changed - there * text
