"""Files of the layout of DEU III made up for tests, with answers that are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ACTORS = (
    *("com", "ep", "at", "be", "bu", "cr", "cy", "cz", "dk", "ee", "fi", "fr", "de", "el", "hu"),
    *("ie", "it", "lv", "lt", "lu", "mt", "nl", "pl", "pt", "ro", "si", "sk", "es", "se", "uk"),
)
FIFTEEN = ("at", "be", "dk", "fi", "fr", "de", "el", "ie", "it", "lu", "nl", "pt", "es", "se", "uk")
BEFORE = (
    *("prnrnmc", "isnrnmc", "prnr", "prname", "isnr", "type", "council", "proc", "counvte"),
    *("proccde", "issues", "intro", "finact"),
)
HEAD = (*BEFORE, *(f"p{a}" for a in ACTORS), *(f"s{a}" for a in ACTORS), "rp", "out")
CAPABILITY = {actor: 4.0 if actor in ("com", "ep", "de") else 1.0 for actor in ACTORS}

Row = dict[str, Any]


def issue(
    proposal: str,
    number: int,
    positions: dict[str, float],
    outcome: float | str,
    saliences: dict[str, float] | float = 50,
    **cells: Any,
) -> Row:
    """One row: who wants what, how much it matters, and what came of it."""
    cares = saliences if isinstance(saliences, dict) else dict.fromkeys(positions, saliences)
    return {
        "prnr": proposal,
        "prname": f"about {proposal}",
        "isnr": f"{proposal}i{number}",
        "proc": "COD",
        "counvte": "QMV",
        **{f"p{actor}": value for actor, value in positions.items()},
        **{f"s{actor}": value for actor, value in cares.items()},
        "out": outcome,
        **cells,
    }


def written(file: Path, rows: Iterable[Row], capability: dict[str, float] | None = None) -> Path:
    """Write rows below the head and the row of capabilities, as the data set has them."""
    weights = CAPABILITY if capability is None else capability
    lines: list[Row] = [{f"p{a}": v for a, v in weights.items()}] if weights else []
    text = [HEAD, *([row.get(name, "") for name in HEAD] for row in [*lines, *rows])]
    file.write_text("\r\n".join("\t".join(str(c) for c in cells) for cells in text) + "\r\n")
    return file


def made_up(
    proposals: int, outcome: Callable[[np.random.Generator, Sequence[float]], float], seed: int = 0
) -> list[Row]:
    """So many proposals of two issues among the fifteen, with outcomes by a rule of positions."""
    rng = np.random.default_rng(seed)
    actors = ("com", "ep", *FIFTEEN)
    rows = []
    for n in range(proposals):
        for number in (1, 2):
            options = (0.0, float(rng.choice([30, 50, 70])), 100.0)
            said = {a: float(rng.choice(options, p=[0.4, 0.2, 0.4])) for a in actors}
            cares = {a: float(rng.integers(1, 11)) * 10 for a in actors}
            rp = "" if number == 2 and n % 3 == 0 else 0
            rows.append(
                issue(f"d{98 + n % 2}{n:03d}", number, said, outcome(rng, list(said.values())),
                      cares, rp=rp, proc="CNS" if n % 4 == 0 else "COD")
            )  # fmt: skip
    return rows
