"""The command line: `plenary`. Parsing and calling only; what a command needs is imported by it.

Data goes to stdout, progress and errors to stderr. Exit 0: done; 1: the run failed; 2: the
input is wrong; 130: interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar

import typer

from sim.show import terminal

P = ParamSpec("P")
T = TypeVar("T")

app = typer.Typer(
    name="plenary",
    help="Simulate how states, companies and civil society negotiate the rules of cyberspace.\n\n"
    "\b\nExamples:\n"
    "  plenary list\n"
    "  plenary run rival-resolutions-2018\n"
    "  plenary run rival-resolutions-2018 --set USA=absent\n"
    "  plenary show rival-resolutions-2018 Brazil\n\n"
    "Exit status: 0 done, 1 the run failed, 2 the input is wrong.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)

Source = Annotated[str, typer.Argument(metavar="NAME|FILE", help="A shipped scenario, or a file.")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change anything the scenario says; may be repeated."
    ),
]
Seed = Annotated[int | None, typer.Option(min=0, help="Instead of the scenario's own.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]


def command(name: str, short: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Register a command whose failures are told in a sentence, never as a traceback."""

    def register(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            with terminal.failures_told():
                return function(*args, **kwargs)

        app.command(name, short_help=short)(guarded)
        return guarded

    return register


@app.callback()
def options(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of a failure.")
    ] = False,
) -> None:
    """Take what holds for all commands."""
    terminal.debug = debug


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
    rows = [f"{name:<{wide}}  {title}" for name, title in found.items()]
    more = [f"{name:<{wide}}  {title}" for name, title in beside.items()]
    return terminal.say(*rows, *(["", "Experiments, for plenary sweep:", *more] if more else []))


@command("check", "Say everything that is wrong with a scenario, or that it is ok.")
def check(source: Source, settings: Settings = None, as_json: Json = False) -> None:
    """\b
    plenary check my-scenario.yaml
    plenary check oewg-2021 --set "USA=leaves EU"

    All mistakes at once, each with its line; or "ok", with what may not be meant."""
    from sim.scenario import load
    from sim.scenario.doubts import warnings
    from sim.show import checked

    found = load(source, settings or ())
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


@command("run", "Play a scenario many times, and say what came of it.")
def run(
    source: Source,
    runs: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many runs.")] = 200,
    seed: Seed = None,
    settings: Settings = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where results go; else results/NAME.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes; else as many as pay.")
    ] = None,
    as_json: Json = False,
    full: Annotated[bool, typer.Option("--full", help="Print all there is to say.")] = False,
    hide_record: Annotated[
        bool, typer.Option("--hide-record", help="Keep what happened from a class: everywhere.")
    ] = False,
    quiet: Quiet = False,
    figures: Annotated[
        bool, typer.Option("--figures/--no-figures", help="Draw the figures.")
    ] = True,
) -> None:
    """\b
    plenary run rival-resolutions-2018
    plenary run rival-resolutions-2018 --full
    plenary run rival-resolutions-2018 --set USA=absent
    plenary run cybercrime-2019 --set forums.general_assembly.rules=two_thirds
    plenary run rival-resolutions-2018 --set drafts.73/27.OP3=55 --runs 1000

    With --set, the unchanged scenario is played too, on the same runs, and the difference is
    shown. Writes manifest.json, runs.csv, runs.parquet, votes.csv, clauses.csv and figures/;
    with --set also base_runs.csv, paired.csv and who_changed.csv."""
    from sim import results
    from sim.show import told
    from sim.study.run import plan, processes

    asked = plan(source, settings or (), seed=seed, hide_record=hide_record)
    folder = out or results.default_folder(asked)
    with results.writing(folder) as staging:
        sides = 2 if asked.base else 1
        with terminal.progress(runs * sides, quiet) as advance:
            played = asked.play(runs, workers or processes(runs), advance)
        if as_json:
            terminal.say_json(told.data(played, folder))
        elif not quiet:
            terminal.say(*told.lines(played, folder, full=full))
        results.write_run(staging, played, sys.argv[1:], figures=figures)


@command("compare", "Two scenarios, or one and a change of it, on the same runs.")
def compare(
    base: Annotated[str, typer.Argument(metavar="BASE", help="A shipped scenario, or a file.")],
    changed: Annotated[
        str | None, typer.Argument(metavar="[CHANGED]", help="Another; else --set changes BASE.")
    ] = None,
    settings: Settings = None,
    after: Annotated[
        int | None,
        typer.Option(min=0, metavar="SESSION", help="The change comes after this session."),
    ] = None,
    runs: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many runs.")] = 400,
    seed: Seed = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where results go; else results/NAME.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes; else as many as pay.")
    ] = None,
    as_json: Json = False,
    full: Annotated[bool, typer.Option("--full", help="Print all there is to say.")] = False,
    quiet: Quiet = False,
    figures: Annotated[
        bool, typer.Option("--figures/--no-figures", help="Draw the figures.")
    ] = True,
) -> None:
    """\b
    plenary compare rival-resolutions-2018 --set USA=absent
    plenary compare rival-resolutions-2018 my-version.yaml
    plenary compare cybercrime-2019 --set forums.general_assembly.rules=two_thirds
    plenary compare oewg-2021 --set IRN=withdraws --after 2

    Both meet the same seeds and worlds. For each outcome: the difference, its interval from
    chance and across worlds, in what share of worlds the sign holds, which assumption turns it
    round, and the smallest difference these runs would show; then who decides otherwise. A
    changed rule of decision is read twice: votes held fixed, and sponsors redrafting. With
    --after, both share the sessions up to then."""
    from sim import results
    from sim.show import told
    from sim.study import compare as comparing
    from sim.study.run import processes

    asked = comparing.plan(base, changed, settings or (), after=after, seed=seed)
    folder = out or Path("results") / asked.name
    with results.writing(folder) as staging:
        with terminal.progress(runs * asked.sides, quiet) as advance:
            played = asked.play(runs, workers or processes(runs), advance)
        if as_json:
            terminal.say_json(told.data(played, folder))
        elif not quiet:
            terminal.say(*told.lines(played, folder, full=full))
        results.write_run(staging, played, sys.argv[1:], figures=figures)


@command("sweep", "Play an experiment: many settings, each many times; it can be stopped.")
def sweep(
    source: Annotated[
        str, typer.Argument(metavar="NAME|FILE", help="A shipped experiment, or a file.")
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where results go; else results/NAME.")
    ] = None,
    runs: Annotated[
        int | None, typer.Option(min=1, max=10_000_000, help="Per point, instead of the file's.")
    ] = None,
    until: Annotated[
        list[str] | None,
        typer.Option(metavar="'OUTCOME: ERROR'", help="More runs until this error; repeatable."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes; else as many as pay.")
    ] = None,
    on: Annotated[
        str | None, typer.Option(metavar="URL", help="A Dask scheduler, tcp://HOST:PORT.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would take, and play nothing.")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    figures: Annotated[
        bool, typer.Option("--figures/--no-figures", help="Draw the figures.")
    ] = True,
) -> None:
    """\b
    plenary sweep eu-cohesion
    plenary sweep my-experiment.yaml --dry-run
    plenary sweep my-experiment.yaml --runs 5000 --workers 2
    plenary sweep my-experiment.yaml --until '73/27.plenary.adopted: 0.01'
    plenary sweep my-experiment.yaml --on tcp://127.0.0.1:8786

    Stopped at any moment and started again, it goes on and ends with the same table. More
    runs or points in the file are added to what is there. Writes results.parquet (a row a
    run), points.csv (means and differences), design.csv, votes.parquet, figures/, and what a
    paper needs: codebook.csv, methods.md, references.bib."""
    from sim import sweep as sweeps
    from sim.show import swept
    from sim.study.run import processes
    from sim.sweep import executors

    plan = sweeps.plan(source, runs=runs, until=sweeps.limits(until))
    folder = out or Path("results") / plan.experiment.name
    if dry_run:
        told = swept.cost(plan, folder, workers or processes(plan.runs))
        return terminal.say_json(told) if as_json else terminal.say(*swept.before(plan, told))
    where = executors.dask(on) if on else executors.processes(workers or processes(plan.runs))
    with terminal.growing_progress(quiet) as advance, terminal.told_how_to_go_on():
        study = sweeps.run(plan, folder, workers=where, progress=advance, say=terminal.complain)
    from sim.writeup import write_up

    summary = write_up(study, plan.scenario, folder, sys.argv[1:], figures=figures)
    if as_json:
        terminal.say_json(summary)
    elif not quiet:
        terminal.say(*swept.after(study, summary, folder))
    if study.failed:
        raise SystemExit(1)
    return None


@command("plot", "Draw the figures of results again, without playing them again.")
def plot(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Of a run, comparison or sweep.")],
    svg: Annotated[bool, typer.Option("--svg", help="Write SVG instead of PNG.")] = False,
    quiet: Quiet = False,
) -> None:
    """\b
    plenary plot results/eu-cohesion
    plenary plot results/eu-cohesion --svg

    Writes DIR/figures; those of a sweep with their data beside them."""
    from sim import redraw

    files = redraw.redraw(folder, ".svg" if svg else ".png")
    if not quiet:
        terminal.say(*map(str, files))


@command("report", "Results as a page, a brief and slides.")
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Of a run, comparison or sweep.")],
    brief: Annotated[
        bool, typer.Option("--brief", help="Also one A4 page (HTML, .docx) and slides.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """\b
    plenary report results/eu-cohesion
    plenary report results/rival-resolutions-2018 --brief

    report.html is one file that needs no network: question, answer, how sure, figures, tables,
    baselines, design, what was not varied, limits, seeds and versions. --brief adds brief.html,
    brief.docx and slides/."""
    from sim import report as reports

    files = reports.write(folder, brief=brief)
    if not quiet:
        terminal.say(*map(str, files))


@command("rerun", "Make results again from what is in their folder, and compare.")
def rerun(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Of a run, comparison or sweep.")],
    verify: Annotated[
        bool, typer.Option("--verify", help="Only compare: say what differs, leave nothing.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where they go; else DIR-again.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes; else all there are.")
    ] = None,
    as_json: Json = False,
) -> None:
    """\b
    plenary rerun results/eu-cohesion --verify
    plenary rerun results/eu-cohesion --out results/eu-cohesion-again

    Needs neither the scenario's files nor the experiment's: the folder has them. --verify exits
    with 1 if any table differs, and names the first cell that does."""
    import os

    from sim import rerun as again
    from sim.show import verified
    from sim.sweep.executors import processes

    where = processes(workers or os.cpu_count() or 1)
    if not verify:
        new = out or folder.with_name(f"{folder.name}-again")
        again.rerun(folder, new, where)
        return terminal.say(f"Results: {new}")
    verdict = again.verify(folder, where)
    if as_json:
        terminal.say_json(verified.data(verdict))
    else:
        terminal.say(*verified.lines(verdict, folder))
    if not verdict.same:
        raise SystemExit(1)
    return None


@command("calibrate", "Turn recorded votes before a date into positions and admissible worlds.")
def calibrate(
    until: Annotated[str, typer.Option(metavar="DATE", help="Use nothing from this date on.")],
    name: Annotated[str | None, typer.Option(help="Names the files; else the date.")] = None,
    votes: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Recorded votes; else ours.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the tables go.")] = Path(),
    worlds: Annotated[int, typer.Option(min=1, max=100_000, help="How many to look for.")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="Of the draws.")] = 0,
    quiet: Quiet = False,
) -> None:
    """\b
    plenary calibrate --until 2018-11-08 --name 2018
    plenary calibrate --until 2020-01-01 --votes my-votes.csv --out tables

    Writes un_members_NAME.csv (positions of all states), worlds_NAME.csv (admissible worlds)
    and calibration_NAME.json (what was fitted, on what, how well)."""
    from sim.show import calibrated

    lines = calibrated.write(until, name, votes, out, worlds, seed)
    if not quiet:
        terminal.say(*lines)


@command("schema", "The JSON Schema of scenario or experiment files, for editors.")
def schema(
    experiment: Annotated[
        bool, typer.Option("--experiment", help="Of experiment files, for plenary sweep.")
    ] = False,
) -> None:
    """\b
    plenary schema > plenary.schema.json
    plenary schema --experiment > experiment.schema.json

    Name it in a file's first line for an editor to complete and check what you write:
    # yaml-language-server: $schema=plenary.schema.json"""
    from sim.experiment import json_schema as of_experiments
    from sim.scenario import json_schema as of_scenarios

    terminal.say_json(of_experiments() if experiment else of_scenarios())


@command("glossary", "Every term of the model and of the results, with its meaning.")
def glossary(as_json: Json = False) -> None:
    """\b
    plenary glossary
    plenary glossary --json

    The words used in print, tables and figures."""
    from sim.show import glossary as terms

    terminal.say_json(terms.terms()) if as_json else terminal.say(*terms.lines())


def main() -> None:
    """Run the command line; the entry point of `plenary`."""
    with terminal.failures_told(), terminal.quiet_pipe():
        app(prog_name="plenary")
