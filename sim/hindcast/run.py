"""The back-test of recorded votes: hindcast, score, and say what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from sim.analysis.support import SAME
from sim.hindcast import coders, figures, inputs, marks, tables, told
from sim.hindcast.beside import OURS, beside
from sim.hindcast.hindcasts import AFTER, BEFORE, Hindcast, hindcast
from sim.hindcast.marks import Marked, Mean
from sim.scoring.found import Found

Floats = npt.NDArray[np.float64]

KINDS: dict[str, Callable[[Hindcast], bool]] = {
    "all": lambda h: True,
    "with a precedent": lambda h: bool(h.precedent),
    "changed text": lambda h: bool(h.precedent) and h.change > SAME,
    "without a precedent": lambda h: not h.precedent,
}


def run(until: str, votes: Path | None = None, codings: Sequence[Path] = ()) -> Found:
    """Hindcast every recorded vote and score it.

    Args:
        until: the cut, YYYY-MM-DD: nothing else than votes is used from this day on.
        votes: recorded votes; they replace and add to the shipped ones.
        codings: coded texts; they are read over the shipped ones.

    Raises:
        InputError: a file or the date is wrong, or too little lies before the cut.
    """
    # The arrays are small: threads would cost more than they save, several times over.
    with threadpool_limits(limits=1):
        return _run(until, votes, codings)


def _run(until: str, votes: Path | None, codings: Sequence[Path]) -> Found:
    cut = inputs.cut(until)
    record = inputs.recorded(votes)
    readings = inputs.readings(codings)
    found = hindcast(record, readings, cut)
    by = {
        h.item.resolution: {m.name: m for m in _marked(h, beside(h, cut))}
        for h in found
        if h.item.codes is not None
    }
    sides = {
        side: [h for h in found if h.side == side and h.item.codes is not None]
        for side in (AFTER, BEFORE)
    }
    sides = {side: of for side, of in sides.items() if of}
    bins = {side: marks.calibration(of) for side, of in sides.items()}
    means = list(_means(sides, by))
    absence = {side: marks.absent(of) for side, of in sides.items()}
    agreed = coders.agreements(readings)
    made = {
        "forecasts": tables.forecasts(found),
        "scores": tables.scores(by),
        "means": tables.means(means),
        "series": tables.series(by, tuple(sides)),
        "calibration": tables.calibration(bins),
        "absence": tables.absence(absence),
        "coders": tables.coders(agreed),
    }
    return told.found(
        told.Story(cut, record, readings, found, by, means, absence, agreed, bins),
        made,
        figures.figures(by, bins, absence, cut),
    )


def _marked(of: Hindcast, others: Iterator[tuple[str, Floats]]) -> Iterator[Marked]:
    yield marks.marked(of, OURS, of.three)
    if len(of.told) > 1:
        for name, said in of.told.items():
            yield marks.marked(of, f"{OURS}, {name} alone", said.three)
    for name, chances in others:
        yield marks.marked(of, name, chances)


def _means(
    sides: dict[str, list[Hindcast]], by: dict[str, dict[str, Marked]]
) -> Iterator[tuple[str, str, str, Mean, Mean]]:
    for side, of in sides.items():
        for kind, belongs in KINDS.items():
            these = [by[h.item.resolution] for h in of if belongs(h)]
            names = dict.fromkeys(n for each in these for n in each)
            for name in names:
                there = [each[name] for each in these if name in each]
                yield (
                    side,
                    kind,
                    name,
                    marks.mean([m.cells for m in there]),
                    marks.difference(there),
                )
