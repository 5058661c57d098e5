"""The shipped scenarios give what they gave: a change of results must be meant, and seen.

`python tests/test_baseline.py` writes the numbers anew; say in the commit why they moved.
Decisions are whole numbers, so they are equal on every supported Python and machine but for a
tie in the last bit; the texts' values are rounded to what a reader could see.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import shipped
from tests.played import played

FILE = Path(__file__).with_name("baseline.json")
SEEN = ("in_favour", "against", "abstaining", "not_voting", "blocking", "dissociating", "how")


def numbers(name: str) -> dict[str, Any]:
    """What the first runs of a scenario give: tallies, run by run, and clauses' mean values.

    What is missing in a run is null.
    """
    outcomes = played(name)
    tallies = {
        column: [None if np.isnan(v) else int(v) for v in values]
        for column, values in outcomes.table.items()
        if column.rpartition(".")[2] in SEEN
    }
    values = {
        column: round(float(outcomes.number(column).mean()), 3)
        for column in outcomes.table
        if column.endswith(".value")
    }
    return tallies | values


@cache
def written() -> dict[str, dict[str, Any]]:
    return json.loads(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(shipped.scenarios()))
def test_a_shipped_scenario_gives_what_it_gave(name: str) -> None:
    assert numbers(name) == written()[name]


if __name__ == "__main__":
    lines = [
        f"{json.dumps(name)}: {{\n"
        + ",\n".join(f" {json.dumps(k)}: {json.dumps(v)}" for k, v in numbers(name).items())
        + "\n}"
        for name in sorted(shipped.scenarios())
    ]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
