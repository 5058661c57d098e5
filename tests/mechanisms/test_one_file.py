"""A mechanism is one file: what it declares there is found wherever a reader may look for it."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.analysis.baselines import dynamics
from sim.build import setting as build
from sim.cli import app
from sim.core.ensemble import ensemble
from sim.core.registry import mechanism
from sim.scenario import load
from tests.small import VOTE, write

ROOT = Path(__file__).parents[2]
NAME = "side_payments"
OURS = {f"sim/mechanisms/{NAME}.py", "sim/mechanisms/__init__.py"}
OFFER = "  - {donor: USA, to: [BRA, IND], draft: 73/27, amount: 50}\n"
SURE = "parameters: {payment_weight: 8, payment_openness: 1}\n"


def test_no_other_file_says_a_word_of_it() -> None:
    words = re.compile(r"side_payments|SidePayments|\bpayment_|payments_received")
    files = [*(ROOT / "sim").rglob("*.*"), *(ROOT / "experiments").glob("*.yaml")]
    texts = (f for f in files if f.suffix in (".py", ".yaml", ".html", ".css", ".md", ".csv"))
    found = {f for f in texts if words.search(f.read_text(encoding="utf-8"))}
    assert {f.relative_to(ROOT).as_posix() for f in found} == OURS


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def said(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of a small vote with side payments."""
    there = tmp_path_factory.mktemp("one-file")
    file = write(there, f"{VOTE}{SURE}{NAME}:\n{OFFER}")
    said("run", str(file), "--runs", "8", "--out", str(there / "results"))
    return there


def test_what_is_declared_is_found_everywhere(folder: Path) -> None:
    declared = mechanism(NAME)
    (section,), (outcome,), (figure,) = declared.scenario, declared.outcomes, declared.figures
    columns = [f"{outcome.name}.{actor}" for actor in ("BRA", "IND")]
    # what may be written
    fields = json.loads(said("schema"))
    assert fields["properties"][section]["description"] == declared.scenario[section].meaning
    assert "small" in said("check", str(folder / "small.yaml"))
    for place in (f"`{section}`", "## Offer", "| `donor` |", "| `at_most` |"):
        assert place in page("reference/scenario-file.md")
    # what it rests on
    terms = " ".join(said("glossary").split())
    for p in declared.parameters:
        assert f"{p.name}: {p.meaning} ({p.symbol}; {p.low:g} to {p.high:g}" in terms
        for where in ("reference/parameters.md", "ODD.md"):
            assert f"| `{p.name}` | {p.symbol} |" in page(where)
    assert f"`sim/mechanisms/{NAME}.py`" in page("ODD.md")
    assert NAME.replace("_", " ") in dynamics()
    # what comes of it
    results = folder / "results"
    with (results / "runs.csv").open(encoding="utf-8", newline="") as lines:
        assert [c for c in next(csv.reader(lines)) if c.startswith(outcome.name)] == columns
    with (results / "codebook.csv").open(encoding="utf-8", newline="") as lines:
        meant = {row["column"]: row for row in csv.DictReader(lines) if row["file"] == "runs.csv"}
    for column, actor in zip(columns, ("BRA", "IND"), strict=True):
        assert meant[column]["meaning"] == outcome.meaning.format(actor=actor)
        assert meant[column]["unit"] == outcome.unit
    assert f"`{outcome.name}.ACTOR`" in page("reference/experiment-file.md")
    assert (results / "figures" / f"{figure.outcome}.png").is_file()
    # what is played
    setting = build(load(folder / "small.yaml"))
    assert declared in setting.active
    assert declared not in build(load(folder / "small.yaml", (f"{section}=[]",))).active
    assert {act.act for act in ensemble(setting, 8).acts} >= set(declared.acts)
