"""The commands that play scenarios and tell of results, from run to rerun."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import (
    Figures,
    Full,
    Json,
    Out,
    Quiet,
    Results,
    Seed,
    Settings,
    Source,
    Workers,
    command,
)
from sim.show import terminal

if TYPE_CHECKING:
    from sim.study.run import Plan


@command("run", "Play a scenario many times, and say what came of it.")
def run(
    source: Source,
    runs: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many runs.")] = 200,
    seed: Seed = None,
    settings: Settings = None,
    out: Out = None,
    workers: Workers = None,
    as_json: Json = False,
    full: Full = False,
    hide_record: Annotated[
        bool, typer.Option("--hide-record", help="Keep what happened from a class: everywhere.")
    ] = False,
    quiet: Quiet = False,
    figures: Figures = True,
) -> None:
    """\b
    plenary run rival-resolutions-2018
    plenary run rival-resolutions-2018 --full
    plenary run rival-resolutions-2018 --set USA=absent
    plenary run cybercrime-2019 --set forums.general_assembly.rules=two_thirds
    plenary run rival-resolutions-2018 --set drafts.73/27.OP3=55 --runs 1000

    With --set, the unchanged scenario is played too, on the same runs, and the difference is
    shown. Writes manifest.json, runs.csv, runs.parquet, votes.csv, clauses.csv and figures/;
    with --set also base_runs.csv, paired.csv and who_changed.csv. Of very many figures it draws
    those that are most worth showing; `plenary plot` draws them all."""
    from sim.study.run import plan

    asked = plan(source, settings or (), seed=seed, hide_record=hide_record)
    _play(asked, runs, workers, out, as_json=as_json, full=full, quiet=quiet, figures=figures)


def _play(
    asked: Plan,
    runs: int,
    workers: int | None,
    out: Path | None,
    *,
    as_json: bool,
    full: bool,
    quiet: bool,
    figures: bool,
) -> None:
    """Play what was asked for, say what came of it, and write its folder."""
    from sim.report import told
    from sim.results import points, writeup
    from sim.staging import writing
    from sim.study.run import processes
    from sim.study.single import study_of

    folder = out or Path("results") / asked.name
    writeup.refuse_sweep(folder)
    with writing(folder) as staging:
        with terminal.progress(runs * len(asked.sides), quiet) as advance:
            played = asked.play(runs, workers or processes(runs, asked.setting.sessions), advance)
        if as_json:
            means = points.records(study_of(played))
            terminal.say_json({"kind": played.kind, **told.data(played, folder), "outcomes": means})
        elif not quiet:
            terminal.say(*told.lines(played, folder, full=full))
        writeup.write_run(staging, played, sys.argv[1:], figures=figures)


@command("watch", "One run, session by session: who does what to whom, and what comes of it.")
def watch(
    source: Source,
    run: Annotated[int, typer.Option(min=0, help="Which run of the ensemble.")] = 0,
    seed: Seed = None,
    settings: Settings = None,
    full: Full = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="All sessions at once, without keys: for a pipe.")
    ] = False,
) -> None:
    """\b
    plenary watch rival-resolutions-2018
    plenary watch rival-resolutions-2018 --run 7
    plenary watch gge-2017 --set sessions=8 --plain

    Keys: space or Enter for the next session, b for the one before, e for all that is left, q to
    leave. Run 7 here is run 7 of `plenary run`, to the last vote."""
    from sim.show.watch import chapter, opening
    from sim.study.run import plan
    from sim.study.story import story

    asked = plan(source, settings or (), seed=seed)
    setting, issues = asked.setting, asked.scenario.issues
    pages = (chapter(setting, told, issues, full) for told in story(setting, run))
    terminal.say(*opening(setting, run))
    terminal.leafed(pages, keys=not plain)


@command("story", "One run told year by year in plain sentences.")
def story(
    source: Source,
    run: Annotated[
        int | None, typer.Option(min=0, help="Which run; else the most typical one.")
    ] = None,
    runs: Annotated[
        int, typer.Option(min=1, max=10_000, help="How many are played, to say what is usual.")
    ] = 100,
    seed: Seed = None,
    settings: Settings = None,
) -> None:
    """\b
    plenary story digital-solidarity-vs-sovereignty
    plenary story paris-call --run 7

    Of a scenario with a calendar: what was adopted, who joined what, the largest attacks and the
    first answers, laws and events, each with the share of runs in which it happened too. Run 7
    here is run 7 of `plenary run`. What a session was like, act by act: plenary watch."""
    from sim.errors import InputError, Mistake
    from sim.report.chronicle import lines
    from sim.study.run import plan, processes

    asked = plan(source, settings or (), seed=seed)
    if asked.setting.calendar is None:
        right = "plenary watch tells it session by session; or give it a calendar"
        raise InputError(
            Mistake("has no calendar, so there are no years to tell", source, allowed=right)
        )
    if run is not None and run >= runs:
        problem = "is not among the runs that are played"
        raise InputError(
            Mistake(problem, field="--run", value=str(run), allowed=f"0 to {runs - 1}")
        )
    with terminal.progress(runs * len(asked.sides), False) as advance:
        played = asked.play(runs, processes(runs, asked.setting.sessions), advance)
    terminal.say(*lines(played, run))


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
    out: Out = None,
    workers: Workers = None,
    as_json: Json = False,
    full: Full = False,
    quiet: Quiet = False,
    figures: Figures = True,
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
    from sim.study import compare as comparing

    asked = comparing.plan(base, changed, settings or (), after=after, seed=seed)
    _play(asked, runs, workers, out, as_json=as_json, full=full, quiet=quiet, figures=figures)


@command("sweep", "Play an experiment: many settings, each many times; it can be stopped.")
def sweep(
    source: Annotated[
        str, typer.Argument(metavar="NAME|FILE", help="A shipped experiment, or a file.")
    ],
    out: Out = None,
    runs: Annotated[
        int | None, typer.Option(min=1, max=10_000_000, help="Per point, instead of the file's.")
    ] = None,
    until: Annotated[
        list[str] | None,
        typer.Option(metavar="'OUTCOME: ERROR'", help="More runs until this error; repeatable."),
    ] = None,
    workers: Workers = None,
    on: Annotated[
        str | None, typer.Option(metavar="URL", help="A Dask scheduler, tcp://HOST:PORT.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would take, and play nothing.")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    figures: Figures = True,
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
    from sim.report import told
    from sim.runner import executors
    from sim.show import swept
    from sim.study.run import processes
    from sim.sweep import cluster

    with terminal.busy("Reading the experiment, and trying its points", quiet):
        plan = sweeps.plan(source, runs=runs, until=sweeps.limits(until))
    folder = out or Path("results") / plan.experiment.name
    if dry_run:
        cost = swept.cost(plan, folder, workers or processes(plan.runs))
        return terminal.say_json(cost) if as_json else terminal.say(*swept.before(plan, cost))
    where = cluster.dask(on) if on else executors.processes(workers or processes(plan.runs))
    with terminal.told_how_to_go_on(folder):
        with terminal.growing_progress(quiet) as advance:
            study = sweeps.run(plan, folder, workers=where, progress=advance, say=terminal.complain)
        from sim.results import points
        from sim.results.writeup import write_up

        summary = write_up(study, plan.scenario, folder, sys.argv[1:], figures=figures)
    if as_json:
        means = points.records(study)
        terminal.say_json({**summary, "folder": str(folder), "outcomes": means})
    elif not quiet:
        terminal.say(*told.swept(summary, folder))
    if study.failed:
        raise SystemExit(1)
    return None


@command("export", "Results as NetCDF, GraphML or one tidy table.")
def export(
    folder: Results,
    to: Annotated[
        str, typer.Option("--to", metavar="FORM", help="netcdf, graphml, csv or parquet.")
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where it goes; else into the folder.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """\b
    plenary export results/rival-resolutions-2018 --to graphml
    plenary export results/eu-cohesion --to netcdf
    plenary export results/eu-cohesion --to csv --out runs.csv

    netcdf: labelled arrays, of a sweep means over its points. graphml: drafts, clauses, issues
    and actors, who sponsors, how all vote, who stands together. csv, parquet: a row for each
    outcome of each run, with draft, stage, clause, issue, actor and unit in columns."""
    from sim.results import export as exporting

    file = exporting.export(folder, to, out)
    if not quiet:
        terminal.say(str(file))


@command("plot", "Draw the figures of results again, without playing them again.")
def plot(
    folder: Results,
    svg: Annotated[bool, typer.Option("--svg", help="Write SVG instead of PNG.")] = False,
    quiet: Quiet = False,
) -> None:
    """\b
    plenary plot results/eu-cohesion
    plenary plot results/eu-cohesion --svg

    Writes DIR/figures: all there are, those of a sweep with their data beside them."""
    from sim.results import again

    files = again.redraw(folder, ".svg" if svg else ".png")
    if not quiet:
        terminal.say(*map(str, files))


@command("report", "Results as a page, a brief and slides.")
def report(
    folder: Results,
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
    folder: Results,
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

    from sim.results import again
    from sim.runner.executors import processes
    from sim.show import verified

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
