"""The commands that answer an analyst's questions: why, whip, bargain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Full, Json, Seed, Settings, Source, command
from sim.show import terminal

Draft = Annotated[str, typer.Option("--draft", metavar="DRAFT", help="Else the first.")]
Stage = Annotated[str, typer.Option("--stage", metavar="STAGE", help="Else its last.")]
Drawn = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Draw it there, with its data.")
]


@command("why", "Why a delegation decides as it does, and what would turn it.")
def why(
    source: Source,
    actor: Annotated[str, typer.Argument(metavar="ACTOR", help="By its id, or as a country.")],
    draft: Draft = "",
    stage: Stage = "",
    run: Annotated[
        int | None, typer.Option(min=0, help="This very run; else one that is typical.")
    ] = None,
    versus: Annotated[
        str, typer.Option("--versus", metavar="ACTOR", help="Beside another delegation.")
    ] = "",
    against: Annotated[
        list[str] | None,
        typer.Option("--against", metavar="PATH=VALUE", help="With a change, beside without."),
    ] = None,
    runs: Annotated[int, typer.Option(min=1, max=10_000, help="Of which it is told.")] = 40,
    settings: Settings = None,
    out: Drawn = None,
    full: Full = False,
    as_json: Json = False,
) -> None:
    """\b
    plenary why rival-resolutions-2018 Singapore --draft 73/266
    plenary why rival-resolutions-2018 BRA --draft 73/27 --full --out answers
    plenary why rival-resolutions-2018 IND --draft 73/266 --versus BRA
    plenary why rival-resolutions-2018 IND --draft 73/266 --against USA=absent
    plenary why gge-2017 Cuba --run 3

    What it decides and how often, the two terms that move it most, and the smallest change that
    turns it, found by playing the run again on the same draws. Below, the terms of that run on top
    of each other. --full lists every flip as --set takes it, and positions with their basis."""
    from sim.answers import told
    from sim.answers.why import why as answer

    found = answer(
        *(source, actor, draft),
        stage=stage,
        run=run,
        runs=runs,
        versus=versus,
        against=against or (),
        settings=settings or (),
        every=full,
    )
    file = ""
    if out is not None:
        from sim.answers import writing

        file = str(writing.why(found, out))
    if as_json:
        return terminal.say_json(told.data(found))
    return terminal.say(*told.lines(found, full=full, folder=file, source=source))


@command("whip", "Whom to win so that a draft carries, or falls, and at what price.")
def whip(
    source: Source,
    draft: Annotated[str, typer.Argument(metavar="DRAFT", help="Only this one is told of.")],
    carry: Annotated[bool, typer.Option("--carry/--defeat", help="What is wanted of it.")] = True,
    stage: Stage = "",
    runs: Annotated[int, typer.Option(min=4, max=10_000, help="Of which it is told.")] = 40,
    settings: Settings = None,
    out: Drawn = None,
    full: Full = False,
    as_json: Json = False,
) -> None:
    """\b
    plenary whip rival-resolutions-2018 73/27 --defeat
    plenary whip cybercrime-2019 74/247 --carry --set forums.general_assembly.rules=two_thirds
    plenary whip gge-2017 report --carry --out answers

    Delegations by how near they are to the vote that is wanted: the chance of each decision, what
    push it lacks, who on that side has ties to it; of the nearest, the cheapest change that
    somebody holds, and what it costs elsewhere. First the cheapest set that does it in half of the
    worlds, and in 90%. --out writes a figure and whip-DRAFT.csv with every delegation."""
    from sim.answers import whipped
    from sim.answers.whip import Side
    from sim.answers.whip import whip as answer

    side: Side = "carry" if carry else "defeat"
    found = answer(source, draft, side, stage=stage, runs=runs, settings=settings or ())
    files: tuple[str, ...] = ()
    if out is not None:
        from sim.answers import writing

        files = tuple(map(str, writing.whip(found, out)))
    if as_json:
        return terminal.say_json(whipped.data(found))
    return terminal.say(*whipped.lines(found, full=full, files=files))


@command("bargain", "Could a text have been agreed, and which; what would a change of it win?")
def bargain(
    source: Source,
    draft: Draft = "",
    clause: Annotated[
        str, typer.Option(metavar="CLAUSE", help="Look at this one clause only.")
    ] = "",
    runs: Annotated[int, typer.Option(min=1, max=400, help="How many runs.")] = 24,
    seed: Seed = None,
    settings: Settings = None,
    out: Drawn = None,
    full: Full = False,
    as_json: Json = False,
) -> None:
    """\b
    plenary bargain gge-2017
    plenary bargain oewg-2021 --full
    plenary bargain rival-resolutions-2018 --draft 73/27 --clause OP3
    plenary bargain cybercrime-2019 --set forums.general_assembly.rules=two_thirds

    Where consensus is sought: whether a text exists that nobody would block, which, how far each
    clause can go, and who rules it out; all proved. Where votes are cast: what changes of one to
    three clauses win and lose, and the cheapest that carries. --out writes a figure and a table."""
    from sim.answers import bargained
    from sim.answers.bargain import bargain as answer
    from sim.study.run import plan

    scenario = plan(source, settings or (), seed=seed).scenario
    found = answer(scenario, draft, clause, runs=runs)
    files = bargained.write(scenario, found, out) if out else ()
    if as_json:
        return terminal.say_json(bargained.data(found))
    return terminal.say(*bargained.lines(scenario, found, full=full, files=files))
