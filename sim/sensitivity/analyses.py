"""The analyses that a design was laid out for, as tables for a sweep's folder.

- ``morris``: elementary effects, in ``sensitivity.csv``;
- ``sobol_indices``: shares of variance, in ``sensitivity.csv``;
- every sample, and every design with a figure of rules: under which conditions each text is
  adopted, in ``rules.csv``.

An outcome that an analysis must refuse keeps its row, with the reason in ``note``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from importlib.util import find_spec
from typing import Any

from sim.errors import RunError
from sim.experiment.model import Experiment
from sim.experiment.outcomes import has_mean
from sim.extras import extra
from sim.sensitivity import effects, usable
from sim.sensitivity.induction import rules
from sim.study.findings import Study

Row = dict[str, Any]
Table = Mapping[str, list[Any]]

Method = Callable[[Study, str], Sequence[effects.Effect | effects.Index]]

SENSITIVITY: dict[str, Method] = {
    "morris": effects.morris,
    "sobol_indices": effects.indices,
}
SAMPLES = ("latin_hypercube", "sobol", *SENSITIVITY)
ADOPTED = ".adopted"
NAN = float("nan")


def check(experiment: Experiment) -> None:
    """Refuse, before anything is played, an experiment whose analyses cannot be made here.

    Raises:
        RunError: what it asks for needs a package that is not installed; says which.
    """
    if experiment.design in SENSITIVITY:
        extra("SALib")
    if _draws_rules(experiment):
        extra("sklearn")


def of_study(study: Study) -> dict[str, Table]:
    """Make every table that the design asks for, by file name; columns are as the rows are made.

    The rules of a sample are made where scikit-learn is installed or a figure of them is asked
    for. All numbers of an outcome are in its own unit; shares and ``noise`` are 0-1.

    Raises:
        RunError: a package is missing.
    """
    check(study.experiment)
    made = {
        "sensitivity.csv": list(_sensitivity(study)),
        "rules.csv": list(_rules(study)),
    }
    return {file: _columns(rows) for file, rows in made.items() if rows}


def methods(experiment: Experiment) -> dict[str, Callable[[Study, str], Any]]:
    """The analyses that a design is for, by the kind of figure that shows each."""
    found: dict[str, Callable[[Study, str], Any]] = {}
    if experiment.design == "morris":
        found["morris"] = effects.morris
    if experiment.design == "sobol_indices":
        found["indices"] = effects.indices
    if _draws_rules(experiment) or (experiment.design in SAMPLES and find_spec("sklearn")):
        found["rules"] = rules
    return found


def _draws_rules(experiment: Experiment) -> bool:
    return any(plot.kind == "rules" for plot in experiment.plots)


def _sensitivity(study: Study) -> Iterator[Row]:
    method = SENSITIVITY.get(study.experiment.design)
    if method:
        for outcome in _amounts(study):
            yield from _or_why_not(outcome, partial(_effects, study, method))


def _effects(study: Study, method: Method, outcome: str) -> Iterator[Row]:
    found = method(study, outcome)
    noise = effects.noise(study, outcome)
    for effect in found:
        yield {"outcome": outcome, **asdict(effect), "noise": noise, "note": usable.warning(noise)}


def _rules(study: Study) -> Iterator[Row]:
    sampled = study.experiment.design in SAMPLES and find_spec("sklearn") is not None
    if sampled or _draws_rules(study.experiment):
        for outcome in _amounts(study):
            if outcome.endswith(ADOPTED):
                yield from _or_why_not(outcome, partial(_leaves, study))


def _leaves(study: Study, outcome: str) -> Iterator[Row]:
    found = rules(study, outcome)
    for leaf in found.leaves:
        yield {
            "outcome": found.outcome,
            "threshold": found.threshold,
            "conditions": " and ".join(leaf.conditions),
            "share": leaf.share,
            "mean": leaf.mean,
            "points": leaf.points,
            "accuracy": found.accuracy,
            "baseline": found.baseline,
            "error": found.error,
            "note": "" if found.found else found.sentence,
        }


def _amounts(study: Study) -> list[str]:
    """The outcomes that have a mean: those the experiment names, or all."""
    named = study.experiment.outcomes or study.outcomes
    return [name for name in named if has_mean(name)]


def _or_why_not(outcome: str, work: Callable[[str], Iterable[Row]]) -> list[Row]:
    try:
        return list(work(outcome))
    except RunError as refused:
        return [{"outcome": outcome, "note": str(refused)}]


def _columns(rows: list[Row]) -> Table:
    """Rows as columns; what a row does not have is not known."""
    names = max(rows, key=len)
    texts = {name for row in rows for name, cell in row.items() if isinstance(cell, str)}
    return {name: [row.get(name, "" if name in texts else NAN) for row in rows] for name in names}
