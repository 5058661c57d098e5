"""Batches: what is sent, written and resumed together; which of them are still to be played."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]

SMALLEST = 1_000  # runs; fewer only where so many would take long
LARGEST = 4_000  # runs; more would cost memory, and save nothing that could be measured
SECONDS = 5.0  # what a batch may take where its runs are slow
LEAST = 64  # runs computed together: no batch is smaller, however slow
SHARES = 8  # batches a worker at least, so that all end together


@dataclass(frozen=True)
class Batch:
    """Runs ``first`` to ``first + count - 1`` of a point."""

    point: str
    first: int
    count: int

    @property
    def name(self) -> str:
        """What its file is called: by its point, its first run, and how many there are."""
        return f"{self.point}-{self.first:09d}+{self.count}"

    def halves(self) -> tuple[Batch, Batch]:
        """Split it in two, to find which run it is that fails."""
        half = self.count // 2
        return (
            replace(self, count=half),
            replace(self, first=self.first + half, count=self.count - half),
        )


@dataclass(frozen=True)
class Part:
    """A batch that is on the disk, without its runs that failed."""

    batch: Batch
    failed: tuple[int, ...] = ()


def size(seconds_a_run: float, runs: int, workers: int) -> int:
    """How many runs a batch should have: at least 1,000, unless they take more than 5 seconds."""
    patient = SECONDS / max(seconds_a_run, 1e-9)
    shared = runs / (SHARES * workers)
    wanted = min(max(SMALLEST, shared), LARGEST, patient)
    return max(LEAST, round(wanted))


def chosen(parts: Iterable[Part], runs: int) -> list[Part]:
    """Of a point's parts, those that make up its first ``runs`` runs, none of them twice.

    A part that goes further is of no use: how often its delegations decided what is known of all
    its runs together.
    """
    found: list[Part] = []
    end = 0
    for part in sorted(parts, key=lambda p: (p.batch.first, -p.batch.count)):
        if part.batch.first >= end and part.batch.first + part.batch.count <= runs:
            found.append(part)
            end = part.batch.first + part.batch.count
    return found


def covered(parts: Iterable[Part], runs: int) -> Bools:
    """Which of a point's first ``runs`` runs these parts hold: (runs,)."""
    there = np.zeros(runs, dtype=bool)
    for part in chosen(parts, runs):
        there[part.batch.first : part.batch.first + part.batch.count] = True
    return there


def missing(point: str, there: Bools, most: int) -> Iterator[Batch]:
    """Batches of at most ``most`` runs that fill what is not there.

    They end at multiples of ``most``, so that the same gap is cut in the same way each time.
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([True], there, [True])).astype(np.int8)))
    for begin, end in edges.reshape(-1, 2).tolist():
        cuts = [begin, *range((begin // most + 1) * most, end, most), end]
        for first, last in pairwise(cuts):
            yield Batch(point, first, last - first)
