"""A run seen as a study of one point, and a what-if as one of two points that are paired."""

from __future__ import annotations

from sim.experiment import checks
from sim.experiment.model import UNCHANGED, Experiment, Factor, Point
from sim.study.findings import Facts, Played, Study, sessions_of
from sim.study.run import Run

CHANGE = "change"  # the factor of a what-if that its settings alone do not make


def study_of(run: Run) -> Study:
    """See a run as a study; each setting of a what-if is a factor of it.

    Another scenario, a change that comes midway and paths that are set twice are one factor,
    `change`. Of the readings of a changed rule this has the one that was asked for.
    """
    said = _levels(run) if run.base else {}
    changed, base = Point(said), Point(dict.fromkeys(said, UNCHANGED))
    played = {"base": run.base or run}
    if changed.settings:
        played[changed.id] = run
    names = dict.fromkeys(name for of in played.values() for name in of.outcomes.table)
    sessions = {
        ballot: at for of in played.values() for ballot, at in sessions_of(of.setting).items()
    }
    outcomes = {point: of.outcomes for point, of in played.items()}
    return Study(
        experiment=_experiment(run, said),
        points=(base, changed) if changed.settings else (base,),
        outcomes=tuple(name for name in names if name not in ("run", "world")),
        actors=run.setting.actors,
        names=run.setting.names,
        sessions=sessions,
        facts=Facts.of(run.scenario, run.setting),
        source=Played(outcomes, tuple(sessions), run.setting.actors),
        delegations=tuple(vars(one) for one in run.delegations),
        own=_own(run, said),
    )


def _levels(run: Run) -> dict[str, str]:
    pairs = [setting.partition("=")[::2] for setting in run.settings]
    levels = {path.strip(): level.strip() for path, level in pairs}
    if run.against or run.after is not None:
        after = f" after session {run.after}" if run.after is not None else ""
        return {CHANGE: " and ".join(filter(None, [run.against, *run.settings])) + after}
    return levels if len(levels) == len(pairs) else {CHANGE: " and ".join(run.settings)}


def _own(run: Run, levels: dict[str, str]) -> dict[str, str]:
    """The base's own levels of what a what-if sets, where its files write them."""
    if run.base is None:
        return {}
    found = {p: checks.own_level(run.base.scenario, [run.scenario], p) for p in levels}
    return {path: level for path, level in found.items() if level != UNCHANGED}


def _experiment(run: Run, levels: dict[str, str]) -> Experiment:
    return Experiment(
        name=run.scenario.name,
        title=run.scenario.title,
        question=run.scenario.question,
        about=run.scenario.about,
        scenario=run.source,
        fixed=(),
        factors=tuple(Factor.of(path, (UNCHANGED, level)) for path, level in levels.items()),
        design="list",
        size=0,
        base=True,
        runs=run.outcomes.runs,
        until={},
        at_most=run.outcomes.runs,
        seed=run.setting.seed,
        outcomes=(),
        plots=(),
    )
