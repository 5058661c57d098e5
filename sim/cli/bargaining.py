"""The command that answers what could be agreed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Full, Json, Seed, Settings, Source, command
from sim.show import terminal

Drawn = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Draw it there, with its data.")
]


@command("bargain", "Could a text have been agreed, and which; what would a change of it win?")
def bargain(
    source: Source,
    draft: Annotated[str, typer.Option(metavar="DRAFT", help="Which text; else the first.")] = "",
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
    from sim.study.run import plan

    scenario = plan(source, settings or (), seed=seed).scenario
    found = bargained.answer(scenario, draft, clause, runs)
    files = bargained.write(scenario, found, out) if out else ()
    if as_json:
        return terminal.say_json(bargained.data(found))
    return terminal.say(*bargained.lines(scenario, found, full=full, files=files))
