"""The commands about scenario files: list, check, new, show, schema, glossary."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Json, Settings, Source, command
from sim.show import terminal


@command("list", "The shipped scenarios and experiments.")
def list_(
    experiments: Annotated[
        bool, typer.Option("--experiments", help="Only the experiments, with --json too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """\b
    plenary list
    plenary list --json
    plenary list --experiments --json

    The shipped scenarios and experiments, with their titles. --json gives the scenarios, or
    with --experiments the experiments."""
    from sim import shipped

    found = shipped.experiments() if experiments else shipped.scenarios()
    if as_json:
        return terminal.say_json([{"name": name, "title": title} for name, title in found.items()])
    beside = {} if experiments else shipped.experiments()
    wide = max(map(len, {**found, **beside}), default=0)
    groups = {"": list(found)} if experiments else shipped.themes()
    if beside:
        groups["Experiments, for plenary sweep"] = list(beside)
    titles, rows = {**found, **beside}, list[str]()
    for theme, names in groups.items():
        rows += ["", f"{theme}:"] if rows and theme else [f"{theme}:"] if theme else []
        rows += [f"{name:<{wide}}  {titles[name]}" for name in names]
    return terminal.say(*rows)


@command("check", "Say everything that is wrong with a scenario, or that it is ok.")
def check(source: Source, settings: Settings = None, as_json: Json = False) -> None:
    """\b
    plenary check my-scenario.yaml
    plenary check oewg-2021 --set "USA=leaves EU"

    All mistakes at once, each with its line; or "ok", with what may not be meant. --json gives
    either as data."""
    from sim.errors import InputError
    from sim.scenario import load, playable
    from sim.scenario.doubts import warnings
    from sim.show import checked

    try:
        found = load(source, settings or ())
        playable.refuse(found)
    except InputError as error:
        if as_json:
            mistakes = [asdict(mistake) for mistake in error.mistakes]
            terminal.say_json({"ok": False, "mistakes": mistakes})
        raise
    doubts = [str(doubt) for doubt in warnings(found)]
    if as_json:
        return terminal.say_json({"ok": True, "warnings": doubts, **checked.counts(found)})
    return terminal.say(*checked.lines(found, doubts))


@command("new", "Write a commented scenario to begin from.")
def new(
    name: Annotated[str, typer.Argument(help="Its name; NAME.yaml is written.")],
    base: Annotated[
        str | None, typer.Option("--from", metavar="SCENARIO", help="Change this one.")
    ] = None,
    forum: Annotated[str | None, typer.Option(metavar="PRESET", help="Under these rules.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder; else the current one.")
    ] = None,
) -> None:
    """\b
    plenary new my-scenario
    plenary new my-scenario --from oewg-2021
    plenary new my-scenario --forum group_of_governmental_experts

    An existing file is never overwritten."""
    from sim.scenario import write_new

    file = write_new(name, base=base, forum=forum, folder=out)
    terminal.say(f"Wrote {file}", f"Try: plenary check {file}; plenary run {file}")


@command("show", "What a scenario says of its texts, rules, delegations.")
def show(
    source: Source,
    what: Annotated[
        str | None, typer.Argument(metavar="[ACTOR|DRAFT|CLAUSE]", help="One of them.")
    ] = None,
    settings: Settings = None,
    hide_record: Annotated[
        bool, typer.Option("--hide-record", help="Leave out the story, which tells the end.")
    ] = False,
    as_json: Json = False,
) -> None:
    """\b
    plenary show rival-resolutions-2018
    plenary show rival-resolutions-2018 Brazil
    plenary show rival-resolutions-2018 73/27
    plenary show rival-resolutions-2018 73/27.OP3

    Issues and their poles, texts, rules, members, events; or one delegation with every
    position, its error, how it is known and its source; or one draft or clause, with who
    gains by it."""
    from sim.scenario import load
    from sim.show import sheets

    scenario = load(source, settings or ())
    told = sheets.of(scenario.untold() if hide_record else scenario, what)
    return terminal.say_json(told.data) if as_json else terminal.say(*told.lines)


@command("schema", "The JSON Schema of scenarios, experiments or results.")
def schema(
    experiment: Annotated[
        bool, typer.Option("--experiment", help="Of experiment files, for plenary sweep.")
    ] = False,
    result: Annotated[bool, typer.Option("--result", help="Of what --json prints.")] = False,
) -> None:
    """\b
    plenary schema > plenary.schema.json
    plenary schema --experiment > experiment.schema.json
    plenary schema --result > result.schema.json

    Name it in a file's first line for an editor to complete and check what you write:
    # yaml-language-server: $schema=plenary.schema.json"""
    from sim.experiment import json_schema as of_experiments
    from sim.scenario import json_schema as of_scenarios

    if result:
        from sim.results.schema import json_schema as of_results

        return terminal.say_json(of_results())
    return terminal.say_json(of_experiments() if experiment else of_scenarios())


@command("glossary", "Every term of the model and of the results, with its meaning.")
def glossary(as_json: Json = False) -> None:
    """\b
    plenary glossary
    plenary glossary --json

    The words used in print, tables and figures."""
    from sim.show import glossary as terms

    terminal.say_json(terms.terms()) if as_json else terminal.say(*terms.lines())
