"""The notebook of the tour: its cells run in their order, and it holds what they show."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

from sim.study.compare import Comparison

NOTEBOOK = Path(__file__).parents[2] / "docs" / "tour.ipynb"


def shown(code: str, names: dict[str, Any]) -> Any:
    """Run a cell; its value is that of its last line, if that is an expression."""
    *body, last = ast.parse(code).body
    if not isinstance(last, ast.Expr):
        body, last = [*body, last], None
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    return (
        None if last is None else eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    )


def test_the_tour_runs_and_shows_what_it_has() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    names: dict[str, Any] = {}
    values = []
    for cell in cells:
        if cell["cell_type"] == "code":
            values.append(shown("".join(cell["source"]), names))
            assert cell["outputs"], "made anew by experiments/tour.py"
            assert not [o for o in cell["outputs"] if o["output_type"] == "error"]
            kept = "".join(cell["outputs"][-1]["data"]["text/plain"])
            if "\n" not in kept:  # tables depend on the version of pandas
                assert kept == repr(values[-1])
    plain, stubborn = values[-1]
    assert stubborn < plain
    assert isinstance(values[-2], Comparison)
