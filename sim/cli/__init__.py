"""The command line: `plenary`. Parsing and calling only; what a command needs is imported by it.

Data goes to stdout, progress and errors to stderr. Exit 0: done; 1: the run failed; 2: the
input is wrong; 130: interrupted.
"""

from __future__ import annotations

from sim.cli import answers, backtest, forecast, models, playing, record, scenarios
from sim.cli.app import app
from sim.show import terminal

__all__ = [
    "answers",
    "app",
    "backtest",
    "forecast",
    "main",
    "models",
    "playing",
    "record",
    "scenarios",
]


def main() -> None:
    """Run the command line; the entry point of `plenary`."""
    with terminal.failures_told(), terminal.quiet_pipe():
        app(prog_name="plenary")
