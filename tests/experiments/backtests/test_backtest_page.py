"""The numbers on docs/how-to/backtest.md are those that the scripts give."""

from __future__ import annotations

import re
from pathlib import Path

import consensus
import pledges
import pytest
import signatures

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "backtest.md"


def part(name: str) -> str:
    """One section of the page, on one line."""
    text = PAGE.read_text(encoding="utf-8").split(f"### {name}\n")[1]
    return " ".join(re.split(r"\n##", text)[0].split())


def test_consensus() -> None:
    core = consensus.study([c for c in consensus.cases() if c.series == "core"])
    said = part("consensus")
    named, base, best = core.named.brier, core.base.brier, core.models[core.first].brier
    assert f"Brier {named:.3f} against {base:.3f}" in said
    assert ("**loses to the base rate**" in said) == (named > base)
    assert f"scores {best:.3f}" in said
    assert f"in {core.best.p:.0%} of all ways" in said
    assert f"1 in {len(core.best.all)}" in said


def test_pledges() -> None:
    found, said = pledges.run(), part("pledges")
    errors = found.tables["errors"]
    rows = zip(errors["pledge"], errors["horizon"], errors["method"], errors["error"], strict=True)
    of = {m: e for p, h, m, e in rows if (p, h) == ("all", "all")}
    assert f"errs by {of['Bass']:.1f} members" in said
    assert f"no growth ({of['no growth']:.1f})" in said
    assert f"the last growth ({of['last growth goes on']:.1f})" in said
    assert of["Bass"] > max(of["no growth"], of["last growth goes on"])
    area, point = re.findall(r"in (\d+%)", found.answer[-1])
    assert f"{area} of pairs are ranked rightly" in said
    assert f"the ideal point alone ranks {point}" in said


def test_signatures() -> None:
    found, said = signatures.run(), part("signatures")
    table = found.tables["declaration"]
    brier = dict(zip(table["way"][:6], table["brier"][:6], strict=True))
    assert f"scores Brier {brier['model of four predictors']:.3f}" in said
    assert f"ideal point {brier['one cut on the ideal point']:.3f}" in said
    assert "'one cut on the ideal point'" in found.answer[0]
    assert "holds zero" in found.answer[0]
    area = found.tables["convention"]["auc"][0]
    assert f"in {area:.0%} of pairs" in said
    assert "cannot be told from chance" in found.answer[4]


@pytest.mark.parametrize("name", ["consensus", "pledges", "signatures", "eu"])
def test_every_back_test_has_its_line(name: str) -> None:
    assert f"`python experiments/backtests/{name}.py" in PAGE.read_text(encoding="utf-8")
