"""Which figures an experiment can have: what each kind asks of factors, design and drafts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sim.experiment.model import Design, Experiment, Plot, PlotKind
from sim.experiment.outcomes import Declared
from sim.near import near

SESSIONS = "sessions"  # the axis of ribbons that is no factor
OF_A_DRAFT = ("texts", "ribbons")
OF_A_DESIGN: dict[PlotKind, Design] = {"morris": "morris", "indices": "sobol_indices"}
TOGETHER = ("heat", "rules")  # figures of factors that vary together
SHOWN = 20  # paths that a message lists


class Wrong(NamedTuple):
    """What is wrong with a figure, in which of its fields."""

    field: str
    problem: str
    value: str = ""
    allowed: str = ""
    suggestion: str = ""


def wrong(plot: Plot, experiment: Experiment, known: Mapping[str, Declared]) -> Iterator[Wrong]:
    """Say why a figure cannot be drawn from an experiment; nothing if it can.

    Whether its outcome exists is not looked at.
    """
    yield from _axes(plot, experiment)
    yield from _design(plot, experiment)
    yield from _draft(plot, known)


def _axes(plot: Plot, experiment: Experiment) -> Iterator[Wrong]:
    paths = [factor.path for factor in experiment.factors]
    for field in ("x", "y", "by"):
        said = getattr(plot, field)
        if said and said not in paths and not (said == SESSIONS and plot.kind == "ribbons"):
            problem, there = "is not varied here", ", ".join(paths[:SHOWN])
            yield Wrong(field, problem, said, there, near(said, paths))
    if plot.y and plot.kind != "heat":
        yield Wrong("y", f"is for a heat map; a figure of kind {plot.kind} has none", plot.y)
    if plot.x and plot.x in (plot.y, plot.by):
        yield Wrong("x", "is there twice, and each axis needs a path of its own", plot.x)


def _design(plot: Plot, experiment: Experiment) -> Iterator[Wrong]:
    needed = OF_A_DESIGN.get(plot.kind)
    if needed and experiment.design != needed:
        problem = f"cannot be drawn from design {experiment.design}"
        yield Wrong("kind", problem, plot.kind, f"with design {needed}")
    if plot.kind in TOGETHER and experiment.design == "one_at_a_time":
        problem = "is of factors that vary together, and one_at_a_time never combines them"
        yield Wrong("kind", problem, plot.kind, "with design grid or latin_hypercube")
    if plot.kind == "heat" and len(experiment.factors) < 2:
        there = ", ".join(factor.path for factor in experiment.factors)
        yield Wrong("kind", f"needs two factors, and there is only {there}", plot.kind)


def _draft(plot: Plot, known: Mapping[str, Declared]) -> Iterator[Wrong]:
    drafts = list(dict.fromkeys(said.draft for said in known.values() if said.draft))
    if plot.draft and plot.draft not in drafts:
        there = ", ".join(drafts)
        yield Wrong("draft", "there is no such draft", plot.draft, there, near(plot.draft, drafts))
    elif plot.draft and plot.kind not in OF_A_DRAFT:
        yield Wrong("draft", f"is for {' and '.join(OF_A_DRAFT)} only", plot.draft)
