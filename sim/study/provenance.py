"""Where a result comes from: all that is needed to make it again, and no clock."""

from __future__ import annotations

import hashlib
import inspect
import platform
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import sim
from sim.core import registry
from sim.core.world import RUNS_PER_WORLD
from sim.study.findings import Study
from sim.study.run import Run

LIBRARIES = ("numpy", "scipy")
PLAYS = ("sim.core.", "sim.mechanisms.", "sim.forums.", "sim.build")  # whose code makes the runs
SHOWS = (  # rooms that play nothing: a change there changes no run
    *("show", "report", "analysis", "published", "web", "study"),
    *("cli", "scoring", "hindcast", "sealed", "results", "staging.py"),
)
TOLD_AFTERWARDS = ("record", "about", "question", "sources")  # fields that say what happened


def provenance(found: Run | Study, command: list[str]) -> dict[str, Any]:
    """Say what a manifest says of a run or a sweep: all that is needed to make it again."""
    about = _of_run(found) if isinstance(found, Run) else _of_study(found)
    named = map(asdict, found.delegations) if isinstance(found, Run) else found.delegations
    made = {**versions(), "code": code_digest(), "packages": packages(), **of_delegations(named)}
    last = {"resolved": resolved(found)} if isinstance(found, Run) else {}
    return {"command": command, **about, **made, **last}


def _of_run(run: Run) -> dict[str, Any]:
    return {
        "kind": run.kind,
        "scenario": {
            "name": run.scenario.name,
            "title": run.scenario.title,
            "file": run.scenario.shown,
            "digest": run.scenario.digest(),
            "settings": list(run.settings),
        },
        "seed": run.setting.seed,
        "points": 2 if run.base else 1,
        "runs": run.outcomes.runs,
        "worlds": run.outcomes.worlds,
        "runs_per_world": RUNS_PER_WORLD,
    }


def _of_study(study: Study) -> dict[str, Any]:
    return {
        "kind": "sweep",
        "experiment": study.experiment.name,
        "title": study.experiment.title,
        "scenario": study.facts.scenario,
        "seed": study.facts.seed,
        "points": len(study.points),
        "runs": study.runs,
        "failed": sum(study.failed.values()),
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
    """SHA-256 of all the code that plays: ours, that of installed packages, and what is patched.

    Ours are the program's own source files, but for those of some rooms.
    """
    whole = hashlib.sha256(_of_files(Path(sim.__file__).parent, without).encode())
    for name, about in packages().items():
        whole.update(f"{name} {about['digest']}".encode())
    for name, code in patched():
        whole.update(f"{name} {code}".encode())
    return whole.hexdigest()


def packages() -> dict[str, dict[str, Any]]:
    """Packages that add mechanisms or rules: version, what they add, and a digest of their code."""
    return {
        name: {
            "version": _version(name),
            "adds": sorted(added.names),
            "digest": hashlib.sha256(
                "".join(_of_files(file) for file in sorted(added.files)).encode()
            ).hexdigest(),
        }
        for name, added in registry.installed().items()
    }


def patched() -> Iterator[tuple[str, str]]:
    """Name what was replaced in our rooms while the program runs, with a digest of its code.

    A function or method is replaced if the file it was compiled from is not the one it stands in.
    """
    for name in sorted(n for n in sys.modules if n.startswith(PLAYS)):
        module = sys.modules[name]
        for owner, defined, found in _defined(module, _compiled(name)):
            code = getattr(_plain(found), "__code__", None)
            if code is not None and Path(code.co_filename).name != Path(module.__file__ or "").name:
                said = code.co_code + repr(code.co_consts).encode()
                yield f"{owner}.{defined}", hashlib.sha256(said).hexdigest()


@cache
def _compiled(name: str) -> CodeType:
    """A module's code as its file has it: what was compiled already is not parsed again."""
    loader: Any = find_spec(name).loader  # type: ignore[union-attr]  # it is loaded
    code: CodeType = loader.get_code(name)
    return code


def _defined(module: ModuleType, body: CodeType) -> Iterator[tuple[str, str, Any]]:
    """What now stands under each name that a module's file defines as a function or method."""
    for of in _inside(body):
        found = vars(module).get(of.co_name)
        if isinstance(found, type):
            for method in _inside(of):
                yield (
                    f"{module.__name__}.{of.co_name}",
                    method.co_name,
                    vars(found).get(method.co_name),
                )
        else:
            yield module.__name__, of.co_name, found


def _inside(body: CodeType) -> Iterator[CodeType]:
    return (part for part in body.co_consts if isinstance(part, CodeType))


def _plain(found: Any) -> Any:
    """The function behind a property, a cached one, or one that is decorated."""
    for name in ("fget", "func", "__func__"):
        found = getattr(found, name, found) if not hasattr(found, "__code__") else found
    return inspect.unwrap(found) if callable(found) else found


def _of_files(root: Path, without: Collection[str] = ()) -> str:
    """SHA-256 of a source file, or of all of a folder with their names, but for some rooms'."""
    whole = hashlib.sha256()
    files = sorted(root.rglob("*.py")) if root.is_dir() else [root]
    for file in files:
        name = file.relative_to(root) if root.is_dir() else Path(file.name)
        if name.parts[0] not in without:
            whole.update(name.as_posix().encode())
            whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
