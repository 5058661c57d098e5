"""Published models asked of one source: a scenario of plenary, or a file of another program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim import shipped
from sim.errors import InputError, Mistake
from sim.published import models
from sim.published.changes import changed
from sim.published.solution import Solution
from sim.published.table import Table
from sim.scenario import Scenario, load
from sim.scenario.loading import SUFFIXES

SCENARIO = "scenario"


@dataclass(frozen=True)
class Opened:
    """What the models are asked of."""

    source: str
    kind: str  # "scenario", or the kind of file
    table: Table
    scenario: Scenario | None = None
    settings: tuple[str, ...] = ()  # changes that are not options of models
    warnings: tuple[Mistake, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What they say, by the names of models, in the order asked; and who was not asked, and why."""

    opened: Opened
    options: Mapping[str, Mapping[str, str]]
    solutions: Mapping[str, Solution]
    left_out: Mapping[str, str] = field(default_factory=dict)
    named: bool = False  # whether models were asked by name

    @property
    def table(self) -> Table:
        """Positions, saliences and capabilities."""
        return self.opened.table


def is_scenario(source: str) -> bool:
    """Whether a source is a scenario: a YAML file, or the name of a shipped one."""
    file = Path(source)
    return file.suffix in SUFFIXES or source in shipped.scenarios() or (
        not file.suffix and file.name == source and not file.is_file()
    )  # fmt: skip


def open_source(
    source: str, settings: Sequence[str] = (), *, kind: str = "", every_issue: bool = False
) -> Opened:
    """Read a scenario or a file, with changes.

    Args:
        source: the name of a shipped scenario, a scenario's file, or a file of another program.
        settings: changes of it, PATH=VALUE.
        kind: of the file; "" finds out.
        every_issue: of a scenario, also the issues that no text touches.

    Raises:
        InputError: what is wrong with it.
    """
    if kind != SCENARIO and (kind or not is_scenario(source)):
        from sim.published.readers import read

        found = read(Path(source), kind)
        table = changed(found.table, settings)
        return Opened(source, found.kind, table, None, tuple(settings), found.warnings)
    from sim.published.of_scenario import table_of

    scenario = load(source, tuple(settings))
    table = table_of(scenario, every_issue=every_issue)
    return Opened(source, SCENARIO, table, scenario, tuple(settings))


def ask(
    opened: Opened,
    names: Sequence[str] = (),
    options: Mapping[str, Mapping[str, str]] | None = None,
    rounds: int | None = None,
) -> Asked:
    """Ask the models of these names, or all that fit.

    Args:
        opened: what they are asked of.
        names: of the models; one that cannot answer is then an InputError.
        options: by model and option.
        rounds: of every model that has rounds, unless an option says otherwise.
    """
    table, said = opened.table, options or {}
    chosen = [models.find(name) for name in names] or models.usual(table)
    wrong = [
        Mistake(f"{m.name} {why}", opened.source, allowed=how(why))
        for m in chosen
        if (why := m.missing(table))
    ]
    if wrong:
        raise InputError(wrong)
    solutions: dict[str, Solution] = {}
    left_out = {} if names else models.left_out(table)
    for model in dict.fromkeys(m.name for m in chosen):
        own = dict(said.get(model, {}))
        for option in {"rounds", "turns"} & models.MODELS[model].options.keys():
            if rounds is not None:
                own.setdefault(option, str(rounds))
        try:
            solutions[model] = models.MODELS[model].solve(table, **own)
        except InputError as error:
            if names or model in said:
                raise
            left_out[model] = f"cannot answer: {error}"
    return Asked(opened, said, solutions, left_out, bool(names))


def how(why: str) -> str:
    """How what a model lacks can be given; "" if it cannot."""
    return "--set issues.ISSUE.status_quo=VALUE" if "status quo" in why else ""
