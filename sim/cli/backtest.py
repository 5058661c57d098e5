"""The group `plenary backtest`: the votes hindcast by the model, scored beside baselines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core

from sim.cli.app import Figures, Json, Out, Quiet, app, command

SCRIPTS = ("consensus", "eu", "pledges", "signatures")  # back-tests that play no phase of the model


class Known(typer.core.TyperGroup):
    """The group; it says of the back-tests that are scripts where they are."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that was typed."""
        if args and args[0] in SCRIPTS:
            script = f"python experiments/backtests/{args[0]}.py"
            ctx.fail(f"'{args[0]}' is a script of the repository: {script}")
        return super().resolve_command(ctx, args)


group = typer.Typer(
    name="backtest",
    cls=Known,
    help="A hindcast scored on the record, beside baselines: who saw it coming?\n\n"
    "\b\nExample:\n"
    "  plenary backtest votes --until 2020-01-01\n\n"
    "It writes its tables, figures, report.html and manifest.json to\n"
    "results/backtest-votes, and says where it loses to a baseline. More\n"
    "back-tests are scripts of the repository, experiments/backtests/NAME.py:\n"
    "consensus, eu, pledges and signatures.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@group.callback()
def back_tests() -> None:
    """Take what holds for all back-tests; without this, one alone would be no group."""


app.add_typer(group, name="backtest", short_help="Votes hindcast and scored on the record.")


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
    from sim.hindcast import run
    from sim.scoring.writing import finish

    found = run(until, file, codings or ())
    finish(found, out, ["plenary", *sys.argv[1:]], as_json, quiet, figures)
