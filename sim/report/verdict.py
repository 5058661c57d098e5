"""The verdict on a scenario with a calendar: what it asks about, whether it grew, and how surely.

Of the two indices, which of them grew more; else the row of the timeline of which the question
speaks most, by the words that they share, or the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from sim.analysis.turning import lanes
from sim.core.mechanism import Curve
from sim.core.outcome import Outcome
from sim.core.registry import PARAMETERS
from sim.mechanisms.indices import INDICES
from sim.report import sure
from sim.report.chronicle import noun
from sim.report.parts import Course
from sim.show import words
from sim.study.run import Run

Floats = npt.NDArray[np.float64]

STEM = 5  # letters by which words of the question and of an outcome are the same


def verdict(run: Run) -> Iterator[Course]:
    """Say what grew; nothing of a scenario without a calendar, or in which nothing moves."""
    if run.setting.calendar is None:
        return
    found = [lane for lane in lanes(run.outcomes, run.setting, 99) if _ends(run, lane.outcome)]
    rows = [(lane.curve, lane.outcome) for lane in found]
    by_name = {outcome.name: (curve, outcome) for curve, outcome in rows}
    two = [by_name[f"{name}_index"] for name in INDICES if f"{name}_index" in by_name]
    if len(two) == len(INDICES):
        yield _race(run, two[0][1], two[1][1])
    elif rows:
        yield _course(run, *asked_about(run.scenario.question, rows))


def asked_about(question: str, rows: list[tuple[Curve, Outcome]]) -> tuple[Curve, Outcome]:
    """The row that shares most words with the question; the first, where none shares any."""
    said = _stems(question)
    return max(
        rows, key=lambda row: len(said & _stems(f"{row[0].title} {row[0].lane} {row[1].meaning}"))
    )


def _stems(text: str) -> set[str]:
    return {word[:STEM] for word in re.findall(r"[a-z]+", text.lower()) if len(word) >= STEM}


def _race(run: Run, one: Outcome, other: Outcome) -> Course:
    """Which of two grew more: the one that mostly did is named first."""
    (start, end), (start_2, end_2) = _measured(run, one), _measured(run, other)
    if (end - start).mean() < (end_2 - start_2).mean():
        one, other = other, one
        (start, end), (start_2, end_2) = (start_2, end_2), (start, end)
    more = (end - start) - (end_2 - start_2)
    beside = (noun(other), float(start_2.mean()), float(end_2.mean()))
    name = words.first_up(noun(one))
    return _told(run, name, one, start, end, more, beside=beside)


def _course(run: Run, curve: Curve, outcome: Outcome) -> Course:
    start, end = _measured(run, outcome)
    name = words.first_up(curve.lane)
    return _told(run, name, outcome, start, end, end - start, adds=curve.adds)


def _told(
    run: Run, name: str, outcome: Outcome, start: Floats, end: Floats, more: Floats,
    beside: tuple[str, float, float] | None = None, adds: bool = False,
) -> Course:  # fmt: skip
    low, high = np.nanpercentile(end, (5.0, 95.0))
    fell = beside is None and float(np.nanmean(more)) < 0
    what = f"{words.first_down(name)} {'fell' if fell else 'grew'}"
    grows = sure.chance(what, more < 0 if fell else more > 0, run.outcomes.table["world"])
    return Course(
        name, float(np.nanmean(start)), float(np.nanmean(end)), float(low), float(high),
        grows, run.outcomes.runs, outcome.said_unit if outcome.scaled else "", beside, adds,
        _drivers(run, more),
    )  # fmt: skip


def _drivers(run: Run, more: Floats) -> str:
    """Name the parameter that goes most with it across worlds, if any."""
    from sim.report.played import strongest

    found = strongest(run, more)
    if found is None:
        return ""
    name, r = found
    way = "more" if r > 0 else "less"
    return (
        f"Across worlds it grows {way} the larger the {PARAMETERS[name].meaning} ({name}; rank"
        f" correlation {r:.2f})."
    )


def _measured(run: Run, outcome: Outcome) -> tuple[Floats, Floats]:
    """An outcome at the end of the first session and of the last, in files' unit: (runs,) each."""
    ends = (outcome.column(run.setting.label(session)) for session in (1, run.setting.sessions))
    start, end = (outcome.amounts(run.outcomes.number(column)) for column in ends)
    return start, end


def _ends(run: Run, outcome: Outcome) -> bool:
    """Whether it is known at both ends, and not the same at both in all runs."""
    start, end = _measured(run, outcome)
    return bool(np.isfinite(start).all() and np.isfinite(end).all() and (start != end).any())
