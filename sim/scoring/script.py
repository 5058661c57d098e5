"""The command line of a back-test that is a script."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from sim.scoring.found import Found
from sim.scoring.writing import finish
from sim.show import terminal

Hindcast = Callable[[argparse.Namespace], Found]
FOLDER = "experiments/backtests"


def run(
    file: str,
    about: str,
    hindcast: Hindcast,
    options: Callable[[argparse.ArgumentParser], object] = lambda parser: None,
    arguments: Sequence[str] | None = None,
) -> None:
    """Read the command line of a script, hindcast, write the folder and print what was found.

    Failures are told in a sentence: exit status 2 if the input is wrong, 1 if the work failed.

    Args:
        file: of the script.
        about: its docstring, with examples.
        hindcast: from the options to what was found.
        options: adds those that only this script has.
        arguments: what was typed after the script; else that of this process.
    """
    typed = sys.argv[1:] if arguments is None else list(arguments)
    script = Path(file)
    command = ["python", f"{FOLDER}/{script.name}"]
    parser = argparse.ArgumentParser(
        prog=" ".join(command),
        usage=argparse.SUPPRESS,  # the examples say it
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options(parser)
    add = parser.add_argument
    add("--out", type=Path, metavar="DIR", help="where results go; else results/backtest-NAME")
    add("--json", action="store_true", help="print JSON")
    add("--quiet", "-q", action="store_true", help="print nothing but errors")
    add("--no-figures", action="store_true", help="leave out the pictures")
    add("--debug", action="store_true", help="show the traceback of a failure")
    said = parser.parse_args(typed)
    terminal.debug = said.debug
    with terminal.failures_told(), terminal.quiet_pipe():
        finish(
            hindcast(said),
            *(said.out, [*command, *typed], said.json, said.quiet, not said.no_figures),
            scripts=sorted(script.parent.glob("*.py")),
        )


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number of a range, for an option."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, {low} to {high:,}")
        return value

    return read
