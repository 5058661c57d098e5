"""The figures of a study: what a sweep found, with the numbers of every figure beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.experiment.model import Plot
from sim.show.plots.study import sensitivity
from sim.show.plots.study.choice import completed, main
from sim.show.plots.study.convergence import convergence
from sim.show.plots.study.figure import Figure
from sim.show.plots.study.heat import heat
from sim.show.plots.study.lines import line, multiples
from sim.show.plots.study.ribbons import ribbons
from sim.show.plots.study.rules import rules
from sim.show.plots.study.texts import texts
from sim.show.plots.study.tornado import tornado
from sim.show.plots.style import whole
from sim.show.tables import as_csv
from sim.study.findings import Study

__all__ = ["Drawn", "Figure", "draw", "sheets"]

KINDS: Mapping[str, Callable[[Study, Plot], Figure]] = {
    "line": line,
    "heat": heat,
    "tornado": tornado,
    "multiples": multiples,
    "texts": texts,
    "ribbons": ribbons,
    "convergence": convergence,
}
ANALYSED: Mapping[str, Callable[[Study, str, Any], Figure]] = {  # what an analysis found
    "morris": sensitivity.morris,
    "indices": sensitivity.indices,
    "rules": rules,
}


@dataclass(frozen=True)
class Drawn:
    """A figure in its file, with its numbers beside it."""

    name: str
    kind: str
    title: str
    file: Path
    data: Path


def draw(
    study: Study,
    folder: Path,
    *,
    suffix: str = ".png",
    analyses: Mapping[str, Any] | None = None,
) -> list[Drawn]:
    """Draw a study's figures into a folder, each with its data as CSV under the same name.

    Args:
        study: what was played.
        folder: where the files go; it is made if need be.
        suffix: ".png" or ".svg".
        analyses: see `sheets`.

    Raises:
        OSError: a file cannot be written.
    """
    return [_drawn(figure, folder, suffix) for figure in sheets(study, analyses)]


def _drawn(figure: Figure, folder: Path, suffix: str) -> Drawn:
    file = figure.sheet.save(folder / f"{figure.name}{suffix}")
    data = folder / f"{figure.name}.csv"
    with whole(data) as part:
        part.write_bytes(as_csv(figure.data))
    return Drawn(figure.name, figure.kind, figure.title, file, data)


def sheets(study: Study, analyses: Mapping[str, Any] | None = None) -> Iterator[Figure]:
    """Make the figures that were asked for, or else those that suit the design, one by one.

    Args:
        study: what was played.
        analyses: what was found of it, by kind of figure and then by outcome:
            ``{"morris": {outcome: [Effect, ...]}, "indices": {outcome: [Index, ...]},
            "rules": {outcome: Rules}}``. A figure whose analysis is missing is left out.
    """
    if not study.points:
        return
    found = analyses or {}
    taken: dict[str, int] = {}
    for plot in completed(study, found):
        for figure in _made(study, plot, found):
            name = figure.name.casefold()  # many disks hold no two names that differ by case alone
            taken[name] = again = taken.get(name, 0) + 1
            yield figure if again == 1 else replace(figure, name=f"{figure.name}-{again}")


def _made(study: Study, plot: Plot, found: Mapping[str, Any]) -> Iterator[Figure]:
    if plot.kind in KINDS:
        yield KINDS[plot.kind](study, plot)
        return
    outcome = plot.outcome or main(study)
    told = found.get(plot.kind, {}).get(outcome)
    if told is not None:
        yield ANALYSED[plot.kind](study, outcome, told)
