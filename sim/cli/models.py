"""The commands about other people's models and data: published, import."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Json, Quiet, Seed, Settings, command
from sim.errors import InputError, Mistake
from sim.show import terminal

Kind = Annotated[
    str, typer.Option("--format", metavar="KIND", help="ktab, decide or plain; else found out.")
]


@command("published", "What published models say of a scenario, or of another program's file.")
def published(
    source: Annotated[
        str, typer.Argument(metavar="NAME|FILE", help="A scenario, or a file of positions.")
    ] = "",
    model: Annotated[
        str | None, typer.Option(metavar="NAMES", help="Only these, with commas between.")
    ] = None,
    settings: Settings = None,
    rounds: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="Of models that have rounds.")
    ] = None,
    runs: Annotated[
        int,
        typer.Option(min=0, max=1_000_000, help="Of our simulation, beside a scenario; 0: none."),
    ] = 200,
    seed: Seed = None,
    every_issue: Annotated[
        bool, typer.Option("--every-issue", help="Also issues that no text touches.")
    ] = False,
    kind: Kind = "",
    list_models: Annotated[bool, typer.Option("--list", help="Name the models, and stop.")] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write all of it as tables there.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """\b
    plenary published oewg-2021
    plenary published positions.csv
    plenary published positions.csv --model nash,exchange --set nash.loss=linear
    plenary published positions.csv --set issues.Pstn1.status_quo=20 --out mine
    plenary published weights.csv --model power --set power.quota=12
    plenary published --list

    Files: KTAB's CSV, Decide's #A #P #M #D, or a table with columns actor, issue, position,
    salience, capability. A row a model, a column an issue, in the file's units; for a scenario,
    0-100, with the status quo first and our own simulation last. --set changes the scenario or
    the table as in other commands, and sets options of models: MODEL.OPTION=VALUE."""
    from sim.published import asking, models
    from sim.show import published as told

    if list_models:
        return terminal.say_json(told.catalogue()) if as_json else terminal.say(*told.listed())
    if not source:
        problem, allowed = "is missing", "a scenario's name, or a file; or --list"
        raise InputError(Mistake(problem, field="NAME|FILE", allowed=allowed))
    options, changes = models.options(settings or ())
    if seed is not None:
        changes = _seeded(source, changes, seed)
    opened = asking.open_source(source, changes, kind=kind, every_issue=every_issue)
    names = [name.strip() for name in (model or "").split(",") if name.strip()]
    asked = asking.ask(opened, names, options, rounds)
    run = None
    if opened.scenario is not None and runs:
        from sim.study.run import Plan, processes

        plan = Plan.of(source, opened.scenario)
        with terminal.progress(runs, quiet) as advance:
            run = plan.play(runs, processes(runs, plan.setting.sessions), advance)
    if out is not None:
        from sim.staging import writing

        with writing(out) as staging:
            for table, columns in told.tables(asked, run):
                staging.table(table, columns)
            staging.write("table.csv", told.plain(asked.table))
            staging.manifest(told.manifest(asked, run, sys.argv[1:]))
    if as_json:
        terminal.say_json(told.data(asked, run))
    elif not quiet:
        terminal.say(*told.lines(asked, run), *([f"Results: {out}"] if out else []))
    return None


def _seeded(source: str, changes: list[str], seed: int) -> list[str]:
    from sim.published import asking

    return [*changes, f"seed={seed}"] if asking.is_scenario(source) else changes


@command("import", "Turn another program's file into a scenario.")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Of KTAB, Decide, or a table.")],
    name: Annotated[
        str | None, typer.Option(help="Names the scenario; else as the file is called.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder; else the current one.")
    ] = None,
    forum: Annotated[
        str, typer.Option(metavar="PRESET", help="Under these rules of procedure.")
    ] = "consensus",
    kind: Kind = "",
) -> None:
    """\b
    plenary import positions.csv
    plenary import positions.csv --name my-scenario --forum two_thirds
    plenary import decide.txt --format decide --out scenarios

    Writes NAME.yaml, and NAME_actors.csv if there are many actors. Positions and saliences are
    put on 0-100, capability so that the largest is 100; what the file does not say (a text,
    rules, often the status quo) is assumed, and marked EDIT. Nothing is overwritten."""
    from sim.published.importing import write_scenario
    from sim.show import published as told

    made = write_scenario(file, name=name or "", folder=out, forum=forum, kind=kind)
    terminal.say(*told.imported(made))
