"""What every command of `plenary` shares: the application, its options, how failures are told."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer
import typer.core

from sim.show import terminal

P = ParamSpec("P")
T = TypeVar("T")

ORDER = (  # of the commands in the help: as they are met by somebody new
    *(
        "list",
        "show",
        "run",
        "watch",
        "story",
        "compare",
        "why",
        "whip",
        "bargain",
        "sweep",
        "plot",
        "report",
        "export",
        "rerun",
    ),
    *("published", "backtest", "forecast", "calibrate"),
    *("check", "new", "import", "schema", "glossary"),
)


class InOrder(typer.core.TyperGroup):
    """The commands as a group that lists them in our order."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Name the commands, those of no place last."""
        place = {name: number for number, name in enumerate(ORDER)}
        return sorted(super().list_commands(ctx), key=lambda name: place.get(name, len(place)))


app = typer.Typer(
    name="plenary",
    cls=InOrder,
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
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Where results go; else results/NAME.")
]
Workers = Annotated[
    int | None, typer.Option(min=1, max=256, help="Processes; else as many as pay.")
]
Figures = Annotated[bool, typer.Option("--figures/--no-figures", help="Draw the figures.")]
Full = Annotated[bool, typer.Option("--full", help="Print all there is to say.")]
Results = Annotated[Path, typer.Argument(metavar="DIR", help="Of a run, comparison or sweep.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]


def command(
    name: str, short: str, of: typer.Typer = app
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Register a command whose failures are told in a sentence, never as a traceback."""

    def register(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            with terminal.failures_told():
                done = function(*args, **kwargs)
                if not kwargs.get("quiet"):
                    _note()
                return done

        of.command(name, short_help=short)(guarded)
        return guarded

    return register


def _note() -> None:
    """Say of the figures, if any were drawn, what they could not show."""
    style = sys.modules.get("sim.show.plots.style")
    if style is not None and (lacking := style.undrawn()):
        terminal.complain(f"Note: {lacking}")


@app.callback()
def options(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of a failure.")
    ] = False,
) -> None:
    """Take what holds for all commands."""
    terminal.debug = debug
