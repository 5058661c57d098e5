"""Sentences that hold of every result: what the numbers cannot carry."""

from __future__ import annotations

from collections.abc import Iterator

from sim.core.world import RUNS_PER_WORLD

FEW_WORLDS = 30
FEW = (
    "Only {worlds} worlds were played, so what we do not know is itself only roughly told;"
    " {runs} runs play a hundred."
)
CONSENSUS = (
    "Whether consensus breaks down rests on what it costs to block and on how hard demands are"
    " held. No data inform either: what is said of such rooms is an illustration, and no evidence"
    " of skill."
)
BOTH_KINDS = (
    "Shares and words of probability are of the runs of a model, given its assumptions. They are no"
    " forecast, and no data say how often such words come true.",
    "Texts were placed on their scales by one coder. The model does not know what else will be"
    " tabled.",
    "Deals over other matters, late instructions and mistakes are not in it; noise, habit and"
    " memory stand in for them.",
)
SWEEP = (
    "A factor that moves an outcome in the model is not shown to move it in the world: the sweep"
    " tells what follows from the assumptions.",
    "Levels between those played, and combinations that were not played, are not known.",
)


def limits(worlds: int, *, consensus: bool, between: tuple[str, ...] = ()) -> Iterator[str]:
    """Say what such numbers cannot carry; ``between`` before that worlds are few."""
    if consensus:
        yield CONSENSUS
    yield from BOTH_KINDS
    yield from between
    if worlds < FEW_WORLDS:
        yield FEW.format(worlds=worlds, runs=100 * RUNS_PER_WORLD)
