"""Write a calibration as the tables that scenarios ship: actors, worlds, and a report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.analysis import matching, saliences, support
from sim.analysis.calibrate import Calibration
from sim.core.registry import PARAMETERS
from sim.delimited import written
from sim.errors import RunError

BASES = {
    "votes": "bridged from votes before the date by a ridge regression on anchors;"
    " error from leave-one-out",
    "document": "a coder's estimate from a dated document or act of the actor"
    " (or of the Union for its members); see anchors.csv",
    "prior": "an analyst's judgement, known by the date; see anchors.csv",
    "estimate": "an analyst's vague estimate made long after the date, from what had been said"
    " by then; see anchors.csv",
    "group": "votes do not inform this issue: mean of the nearest group with an anchor;"
    " error at least 20",
    "uninformed": "nothing informs this position: 50, error 25",
    "none": "no stance found by the date: 50, error 25, salience 0",
}
PARTS = ("", "_error", "_basis", "_salience", "_salience_error", "_salience_basis")


def write(calibration: Calibration, folder: Path | str, name: str) -> tuple[Path, Path, Path]:
    """Write un_members_NAME.csv, worlds_NAME.csv and calibration_NAME.json; give their paths.

    Each is written whole and then renamed; a folder that cannot be written to is a RunError.
    """
    folder = Path(folder)
    texts = {
        folder / f"un_members_{name}.csv": actor_table(calibration),
        folder / f"worlds_{name}.csv": worlds_table(calibration),
        folder / f"calibration_{name}.json": json.dumps(report(calibration), indent=1) + "\n",
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            part = file.with_suffix(file.suffix + ".part")
            part.write_text(text, encoding="utf-8")
            part.replace(file)
    except OSError as error:
        raise RunError(f"cannot write to {folder}: {error.strerror or error}") from None
    actors, worlds, about = texts
    return actors, worlds, about


def made_by(c: Calibration) -> str:
    """Say which command makes these tables."""
    return f"plenary calibrate --until {c.until} --seed {c.seed}"


def actor_table(c: Calibration) -> str:
    """Return the table of actors that scenarios read, as CSV text."""
    a = c.actors
    used = [word for word in BASES if (a.basis == word).any()]
    cares = set(a.care.basis.ravel())
    head = [
        f"made by: {made_by(c)}",
        f"known_by: {c.until}",
        f"from {c.votes} recorded votes before {c.until}, and anchors, acts, judgements of"
        " salience and indices dated before it",
        *(f"basis {word}: {BASES[word]}" for word in used),
        *(f"basis {word}: {said}" for word, said in saliences.BASES.items() if word in cares),
    ]
    names = [f"{i}{part}" for i in c.issues for part in PARTS]
    rows = [_actor(c, i, whole) for i, whole in enumerate(a.ids)]
    return _csv(
        head, ["id", "name", "kind", "groups", "home", "capability", "absence", *names], rows
    )


def _actor(c: Calibration, i: int, actor: str) -> list[str]:
    a = c.actors
    start = [actor, a.names[i], a.kinds[i], ";".join(a.groups[i]), a.homes[i]]
    cells = [f"{a.capability[i]:.0f}", f"{a.absence[i]:.1f}"]
    for k in range(len(c.issues)):
        cells += [f"{a.position[i, k]:.0f}", f"{a.error[i, k]:.0f}", str(a.basis[i, k])]
        cells += [f"{a.care.mean[i, k]:.0f}", f"{a.care.error[i, k]:.0f}", str(a.care.basis[i, k])]
    return [*start, *cells]


def worlds_table(c: Calibration) -> str:
    """Return the table of admissible worlds that scenarios read, as CSV text."""
    head = [
        f"made by: {made_by(c)}",
        f"known_by: {c.until}",
        f"{', '.join(support.FITTED)} were fitted on {len(c.cases)} coded votes before"
        f" {c.until}; noise is 1, which fixes the unit; all others are drawn from their ranges",
        f"kept if implausibility is at most {matching.LIMIT:g} in every series and calls are within"
        f" {matching.CALLS:g} of the best guess: {len(c.matched.draws)} of {c.matched.tried}"
        f" candidates ({c.matched.acceptance:.2f})",
        "draw: number from which positions and saliences are drawn again",
    ]
    columns = c.worlds
    rows = zip(*(_rounded(name, column) for name, column in columns.items()), strict=True)
    return _csv(head, list(columns), rows)


def _rounded(name: str, column: Any) -> list[str]:
    whole = name in ("world", "draw") or PARAMETERS[name].whole
    return [f"{v:.0f}" if whole else f"{v:.4g}" for v in column]


def _csv(head: Sequence[str], names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join(f"# {line}\n" for line in head) + written(chain([names], rows))


def report(c: Calibration) -> dict[str, Any]:
    """Everything a reader needs to judge a calibration, as plain data."""
    return {
        "made_by": made_by(c),
        "until": str(c.until),
        "votes": c.votes,
        "coded_votes": [case.about.resolution for case in c.cases],
        "bridge": {i: _bridge(c, i) for i in c.issues},
        "parameters": {f"curvature_{p}": _fit(c, p) for p in c.fits},
        "likelier_curvature": c.best.curvature,
        "cohesion": {b.bloc: _bloc(b) for b in c.cohesion},
        "worlds": {
            "kept": len(c.matched.draws),
            "tried": c.matched.tried,
            "acceptance": round(c.matched.acceptance, 4),
            "quadratic": _share(c.matched.parameters["curvature"] == 2),
        },
        "saliences": _saliences(c),
        "in_sample": _in_sample(c),
    }


def _bridge(c: Calibration, issue: str) -> dict[str, Any]:
    b = c.bridge[issue]
    return {
        "anchors": b.anchors,
        "mean_absolute_error": _number(b.mean_absolute_error),
        "r2": _number(b.r2),
        "informed": b.informed,
    }


def _fit(c: Calibration, p: int) -> dict[str, Any]:
    fit = c.fits[p]
    values = {name: [_number(fit.values[name]), _number(e)] for name, e in fit.errors.items()}
    total = support.log_likelihood(fit, c.cases)
    return {"log_likelihood": _number(total), "estimate_and_error": values}


def _bloc(b: Any) -> dict[str, Any]:
    parts = ("agreement", "expected", "excess", "error", "cohesion")
    return {"members": b.members, **{part: _number(getattr(b, part)) for part in parts}}


def _saliences(c: Calibration) -> dict[str, Any]:
    """How well the analyst's judgements are predicted with their actor left out, by what."""
    learned = c.actors.care.learned
    return {
        "judgements": len(learned.value),
        "named": int(learned.named.sum()),
        "left_out": {
            way: {"log_score": _number(s.log_score), "auc": _number(s.discrimination)}
            for way, s in saliences.left_out(learned, len(c.issues)).items()
        },
    }


def _in_sample(c: Calibration) -> dict[str, Any]:
    """Expected and recorded counts (in favour, against, abstaining, not voting) by best guess."""
    fit, found = c.best, {}
    for case in c.cases:
        expected = matching.guess(fit, case).sum(0)[[0, 2, 1, 3]]
        found[case.about.resolution] = {
            "expected": [round(x) for x in expected.tolist()],
            "recorded": [int((case.codes == k).sum()) for k in (1, -1, 0, 9)],
        }
    return found


def _share(of: npt.NDArray[np.bool_]) -> float | None:
    """The share that is so; None where no world was kept."""
    return _number(of.mean()) if len(of) else None


def _number(value: float) -> float | None:
    return round(float(value), 3) if np.isfinite(value) else None
