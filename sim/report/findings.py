"""What a run or a sweep found, as data: what is written to its ``summary.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from sim.report.parts import Findings
from sim.scenario import Scenario
from sim.study.findings import Study
from sim.study.run import Run

FORMAT = 2


def of_run(run: Run) -> dict[str, Any]:
    """Say of a run or what-if what `sim.report.parts.Findings` holds, and its numbers beside.

    Where the record is hidden, nothing of it is here. Numbers that are not known are null.
    """
    from sim.report import played, told

    numbers = told.data(run, Path())
    parts = ("ballots", "watch", "plain_baselines", "skill", "counted")
    kept = {name: numbers[name] for name in parts}
    return _as_data(played.of_run(run), kept)


def of_study(study: Study, scenario: Scenario | None = None) -> dict[str, Any]:
    """Say the same of a sweep.

    Args:
        study: with all its runs.
        scenario: as it was before any factor, to say which parameters it sets and what its
            sources are; without it that is left out.
    """
    from sim.report import swept

    return _as_data(swept.of_study(study, scenario), {})


def read(said: Mapping[str, Any]) -> Findings:
    """Read what one of these wrote.

    Raises:
        ValidationError: it is none.
    """
    return _adapter().validate_python(said)


@cache
def _adapter() -> TypeAdapter[Findings]:
    return TypeAdapter(Findings)


def _as_data(found: Findings, more: dict[str, Any]) -> dict[str, Any]:
    from sim.show.terminal import without_nan

    data: dict[str, Any] = without_nan(
        {"format": FORMAT, **asdict(found), "answer": list(found.answer), **more}
    )
    return data
