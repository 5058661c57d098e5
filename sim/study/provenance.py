"""Where a result comes from: all that is needed to make it again, and no clock."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

import sim
from sim.core.world import RUNS_PER_WORLD
from sim.study.run import Run

LIBRARIES = ("numpy", "scipy")
SHOWS = (  # rooms that play nothing: a change there changes no run
    *("show", "report", "analysis", "published", "web", "study"),
    *("cli", "backtest", "sealed", "results.py", "writeup.py"),
)
TOLD_AFTERWARDS = ("record", "about", "question", "sources")  # fields that say what happened


def provenance(run: Run, command: list[str]) -> dict[str, Any]:
    """Describe a run: scenario, code, versions, seed, runs, worlds and the command."""
    worlds = run.outcomes.table["world"]
    return {
        "command": command,
        "scenario": {
            "name": run.scenario.name,
            "title": run.scenario.title,
            "file": run.scenario.shown,
            "digest": run.scenario.digest(),
            "settings": list(run.settings),
        },
        "seed": run.setting.seed,
        "runs": run.outcomes.runs,
        "worlds": len(set(worlds.tolist())),
        "runs_per_world": RUNS_PER_WORLD,
        **versions(),
        "code": code_digest(),
        **of_delegations(map(asdict, run.delegations)),
        "resolved": resolved(run),
    }


def of_delegations(named: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """Say which delegations decided for themselves, if any, by which classes of which code."""
    said = list(named)
    return {"delegations": said} if said else {}


def resolved(run: Run) -> dict[str, Any]:
    """The whole scenario as it was played, settings and tables included; as text, as in the file.

    Where the record is hidden, so is all that would give it away.
    """
    said = dict(run.scenario.origin.value)
    hidden = TOLD_AFTERWARDS if said.get("record") and not run.scenario.record else ()
    return {name: value for name, value in said.items() if name not in hidden}


def versions() -> dict[str, str]:
    """What it was computed with."""
    return {
        "plenary": sim.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
        **{name: metadata.version(name) for name in LIBRARIES},
    }


def code_digest(*, without: Collection[str] = ()) -> str:
    """SHA-256 of the program's own source files, but for those of some rooms."""
    root = Path(sim.__file__).parent
    whole = hashlib.sha256()
    for file in sorted(root.rglob("*.py")):
        if file.relative_to(root).parts[0] in without:
            continue
        whole.update(file.relative_to(root).as_posix().encode())
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()
