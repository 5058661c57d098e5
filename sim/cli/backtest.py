"""The group `plenary backtest`: hindcasts scored on the record, beside baselines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import Figures, Json, Out, Quiet, app, command
from sim.show import terminal

if TYPE_CHECKING:
    from sim.backtest.found import Found

group = typer.Typer(
    name="backtest",
    help="Hindcasts scored on the record, beside baselines: who saw it coming?\n\n"
    "\b\nExamples:\n"
    "  plenary backtest votes --until 2020-01-01\n"
    "  plenary backtest consensus\n"
    "  plenary backtest pledges\n"
    "  plenary backtest signatures --json\n"
    "  plenary backtest eu deu3.tsv\n\n"
    "Each writes its tables, figures, report.html and manifest.json to\n"
    "results/backtest-NAME, and says where it loses to a baseline.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@group.callback()
def back_tests() -> None:
    """Take what holds for all back-tests; without this, one alone would be no group."""


app.add_typer(group, name="backtest", short_help="Hindcasts scored on the record.")


def finish(found: Found, out: Path | None, as_json: bool, quiet: bool, figures: bool) -> None:
    """Write what a back-test found, and print it: what all of these commands do in the end."""
    from sim.backtest import writing

    folder = out or found.folder
    writing.write(found, folder, sys.argv[1:], figures)
    if as_json:
        terminal.say_json(writing.data(found))
    elif not quiet:
        terminal.say(*writing.lines(found, folder, sys.argv[1:]))


@command("consensus", "Which forums agree by consensus; a dozen cases.", group)
def consensus(
    runs: Annotated[int, typer.Option(min=1, max=1_000_000, help="Of our own scenarios.")] = 200,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    figures: Figures = True,
) -> None:
    """\b
    plenary backtest consensus
    plenary backtest consensus --json

    Each forum is predicted from the others by a model of two predictors, beside the base rate;
    an exact test says how often luck does as well. Our own scenarios are asked too."""
    from sim.backtest.consensus import run

    finish(run(runs), out, as_json, quiet, figures)


@command("pledges", "How pledges grow, and who joins next.", group)
def pledges(
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    figures: Figures = True,
) -> None:
    """\b
    plenary backtest pledges
    plenary backtest pledges --json

    Counts of the Budapest Convention, the Freedom Online Coalition, the Counter Ransomware
    Initiative and the Paris Call, hindcast from each day on by a curve of diffusion, beside no
    growth, the last growth and a straight line; and who joins next, beside the base rate."""
    from sim.backtest.pledges import run

    finish(run(), out, as_json, quiet, figures)


@command("eu", "Where EU decisions end, against the weighted mean.", group)
def eu(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Of DEU III, cells separated by tabs.")
    ],
    out: Out = None,
    folds: Annotated[
        int, typer.Option(min=2, max=1000, help="Parts of the proposals; each is hindcast once.")
    ] = 10,
    seed: Annotated[int, typer.Option(min=0, help="Of folds, intervals and runs.")] = 1,
    train: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Fit to this file, not within FILE.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    figures: Figures = True,
) -> None:
    """\b
    plenary backtest eu deu3.tsv
    plenary backtest eu deu3.tsv --folds 20 --seed 7
    plenary backtest eu newer.tsv --train deu3.tsv

    Models of others, ours and fitted ones hindcast each issue of EU legislation from positions,
    saliences and capabilities; each is set beside the compromise model, the weighted mean. What
    is fitted is fitted to other proposals. Fetch the data set from doi:10.34810/data53."""
    from sim.backtest.eu import run

    finish(run(file, folds, seed, train), out, as_json, quiet, figures)


@command("signatures", "Who signs a declaration and a convention.", group)
def signatures(
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    figures: Figures = True,
) -> None:
    """\b
    plenary backtest signatures
    plenary backtest signatures --json

    The Declaration for the Future of the Internet of 2022, and the UN convention against
    cybercrime at Hanoi in 2025, of whose signatories only some are known by name: a small model
    that learnt on earlier pledges and votes, beside plain rules."""
    from sim.backtest.signatures import run

    finish(run(), out, as_json, quiet, figures)


@command("votes", "How each state votes, from what was known before.", group)
def votes(
    until: Annotated[str, typer.Option(metavar="DATE", help="The cut: the model is frozen then.")],
    file: Annotated[
        Path | None, typer.Option("--votes", metavar="CSV", help="Recorded votes over ours.")
    ] = None,
    codings: Annotated[
        list[Path] | None,
        typer.Option(metavar="CSV", help="Coded texts over ours; may be repeated."),
    ] = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    figures: Figures = True,
) -> None:
    """\b
    plenary backtest votes --until 2020-01-01
    plenary backtest votes --until 2023-01-01 --votes new.csv --codings coder.csv

    Every recorded vote of the General Assembly is hindcast state by state: before the cut by a
    model refitted on earlier votes, from the cut on by one frozen there. forecasts.csv has the
    chances of in favour, against, abstaining and not voting; scores.csv sets them beside
    repeating the last vote, ideal points, a frozen cut and the majority class."""
    from sim.backtest.votes import run

    finish(run(until, file, codings or ()), out, as_json, quiet, figures)
