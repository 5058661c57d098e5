"""The command about what is still to come: forecast."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Json, Quiet, Seed, Settings, Workers, command
from sim.errors import InputError, Mistake
from sim.show import terminal


@command("forecast", "Seal a forecast before the event; check it; score it afterwards.")
def forecast(
    source: Annotated[
        str,
        typer.Argument(metavar="SCENARIO|FILE", help="To seal: a scenario. Else a sealed file."),
    ],
    record: Annotated[
        Path | None, typer.Argument(metavar="[RECORD]", help="With --score: what happened.")
    ] = None,
    seal: Annotated[
        bool, typer.Option("--seal", help="Play it, and write a sealed record.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Say whether the seal holds.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="With --check: make it again, compare bit for bit.")
    ] = False,
    score: Annotated[
        bool, typer.Option("--score", help="Score it by RECORD, beside sealed baselines.")
    ] = False,
    runs: Annotated[int, typer.Option(min=2, max=1_000_000, help="How many runs.")] = 1000,
    seed: Seed = None,
    settings: Settings = None,
    note: Annotated[str, typer.Option(help="A sentence to seal with it.")] = "",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Else NAME.forecast.json.")
    ] = None,
    workers: Workers = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """\b
    plenary forecast my-vote.yaml --seal
    plenary forecast my-vote.yaml --seal --runs 2000 --note "before the informal talks"
    plenary forecast --check my-vote.forecast.json --again
    plenary forecast --score my-vote.forecast.json votes.csv

    Seals only what is ahead: a scenario with a record, or with a date before today, is a
    hindcast and is refused. `plenary new` starts a scenario of your own. The file holds chances
    of every ballot and delegation, baselines, all inputs, and a seal, the SHA-256 of the rest.
    A seal proves that the content was not changed since, not when it was made: publish it
    elsewhere on that day. RECORD is a CSV of votes (resolution,date,topic,iso3,vote) or of
    outcomes (draft,stage,date,adopted,in_favour,against,abstaining,dissociated), or YAML."""
    asked = [name for name, on in (("seal", seal), ("check", check), ("score", score)) if on]
    if len(asked) != 1:
        allowed = "one of --seal, --check, --score"
        given = " and ".join(f"--{name}" for name in asked)
        raise InputError(Mistake("say what to do", "", None, "forecast", given, allowed))
    if record is not None and not score:
        problem = f"--{asked[0]} takes one file"
        raise InputError(Mistake(problem, "", None, "RECORD", str(record), "RECORD with --score"))
    if seal:
        changes = (*(settings or ()), *([f"seed={seed}"] if seed is not None else []))
        return _seal(source, changes, runs, note, out, workers, as_json, quiet)
    if check:
        return _check(Path(source), again, workers, as_json)
    if record is None:
        allowed = "a CSV of votes or of outcomes, after the sealed file"
        raise InputError(Mistake("says nothing to score by", "", None, "RECORD", "", allowed))
    return _score(Path(source), record, as_json)


def _seal(
    source: str,
    settings: tuple[str, ...],
    runs: int,
    note: str,
    out: Path | None,
    workers: int | None,
    as_json: bool,
    quiet: bool,
) -> None:
    import datetime as dt

    from sim.sealed import record, told
    from sim.study.run import processes

    asked = record.plan(source, settings, dt.datetime.now(dt.UTC), note)
    file = out or Path(f"{asked.scenario.name}{record.SUFFIX}")
    record.refuse_existing(file)
    with terminal.progress(runs, quiet) as advance:
        played = asked.play(runs, workers or processes(runs, asked.setting.sessions), advance)
    made = record.sealed(played, dt.datetime.now(dt.UTC), note)
    record.write(made, file)
    if as_json:
        terminal.say_json({"file": str(file), "seal": made["seal"], "sealed": made["sealed"]})
    elif not quiet:
        terminal.say(*told.of_sealing(made, file))


def _check(file: Path, again: bool, workers: int | None, as_json: bool) -> None:
    from sim.sealed import record, told

    said = record.read(file)
    holds, content = record.holds(said), record.seal(said)
    differing = None
    if holds:
        record.whole(file)
        if again:
            differing = record.again(said, file, workers or 1)
    if as_json:
        found = {"file": str(file), "holds": holds, "seal": said["seal"], "content": content}
        terminal.say_json({**found, "differing": differing})
    else:
        terminal.say(*told.of_check(said, file, holds, content, differing))
        if differing:
            terminal.say(*(f"  {reason}" for reason in record.made_with(said)))
    if not holds or differing:
        raise SystemExit(1)


def _score(file: Path, happened: Path, as_json: bool) -> None:
    from sim.sealed import scoring, told

    judged = scoring.judge(file, happened)
    if as_json:
        terminal.say_json(told.data(judged))
    else:
        terminal.say(*told.of_scores(judged))
