"""The table of back-tests: us beside the baseline that is hardest to beat, n and the interval.

    python experiments/record_tables.py README.md --eu deu3.tsv

runs every back-test and writes the table anew between its marks. Rows on decisions of the European
Union need the DEU III file, which users fetch (docs/how-to/backtest-eu.md); without ``--eu`` they
stay as they are. Without a file the table is printed.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "backtests"))

import consensus
import eu
import pledges
import signatures
from pages import parser, publish

from sim import hindcast
from sim.scoring.beside import Beside
from sim.scoring.found import Found

MARK, EU = "back-tests", "EU decisions"
UNTIL = "2020-01-01"
HEAD = (
    "| hindcast of | n | measure | ours | baseline | | ours minus it, 95% interval |",
    "|---|---|---|---:|---|---:|---|",
)


def row(beside: Beside) -> str:
    """A row of the table; a difference that can be seen is set in bold, whoever it favours."""
    digits = beside.digits
    gap, low, high = (
        f"{value:+.{digits}f}" for value in (beside.ours - beside.theirs, beside.low, beside.high)
    )
    told = f"{gap} ({low} to {high})" if not math.isnan(beside.low) else gap
    cells = (
        *(beside.what, beside.n, f"{beside.measure}, {beside.better}"),
        *(f"{beside.ours:.{digits}f}", beside.baseline, f"{beside.theirs:.{digits}f}"),
        f"**{told}**" if beside.seen else told,
    )
    return f"| {' | '.join(cells)} |"


def found(file: Path | None) -> Iterator[Found]:
    """Run every back-test whose data are at hand."""
    yield hindcast.run(UNTIL)
    yield consensus.run()
    yield pledges.run()
    yield signatures.run()
    if file:
        yield eu.found(eu.study(file))


def rows(every: Iterable[Found], kept: Sequence[str]) -> list[str]:
    """The rows of all back-tests, and those on the European Union as they were if not run."""
    made = [row(beside) for one in every for beside in one.headline]
    return made if any(EU in line for line in made) else [*made, *kept]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, or write it into a file that marks its place."""
    asked = parser(__doc__)
    asked.add_argument("--eu", type=Path, metavar="TSV", help="the DEU III file")
    said = asked.parse_args(arguments)
    text = "\n".join(file.read_text(encoding="utf-8") for file in said.files)
    kept = [line for line in text.splitlines() if line.startswith(f"| {EU}")]
    publish({MARK: [*HEAD, *rows(found(said.eu), kept)]}, said.files)


if __name__ == "__main__":
    main()
