"""The script that plays claims: with and without, and what is wrong."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sim import shipped
from sim.mechanisms.claims import Claim


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(shipped.folder("experiments"))
    import claims

    return claims


def claim(script: ModuleType, outcomes: dict[str, int], **said: object) -> Claim:
    """R07, but for its outcomes."""
    known = script.claims()["R07"]
    return Claim(**{**vars(known), "outcomes": outcomes, **said})


def test_a_claim_is_played_with_and_without(script: ModuleType) -> None:
    (found,) = script.tried(claim(script, {"deterred.2022-Q4": 1}), 8)
    assert found.whole.changed > found.half > found.whole.base
    assert found.whole.difference == pytest.approx(found.whole.changed - found.whole.base)
    assert found.held == 1
    assert found.shows == "as claimed"


def test_the_other_sign_and_a_switch_that_moves_nothing_are_told(script: ModuleType) -> None:
    other, idle = script.tried(claim(script, {"deterred.2022-Q4": -1, "statement.retained": 1}), 8)
    assert (other.shows, other.held) == ("**the other way**", 0)
    assert idle.shows == "moves nothing here"
    assert np.isnan(idle.held)


def test_the_table_is_written_where_it_is_marked(script: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- table: played -->\nold\n<!-- end -->\nafter\n", encoding="utf-8")
    script.main([str(page), "--runs", "8", "--only", "R10", "R25"])
    told = page.read_text(encoding="utf-8").splitlines()
    assert (told[0], told[-1]) == ("before", "after")
    rows = [line for line in told if line.startswith("| R")]
    assert ["| R10 |" in rows[0], "| R25 |" in rows[1], "not carried" in rows[1]] == [True] * 3
    assert {row.count("|") for row in rows} == {script.HEAD[0].count("|")}


def test_r29_is_refused(script: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        script.main(["--only", "R29"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    for word in ("R29", "R01 to R28", "did you mean 'R28'?"):
        assert word in said


def test_the_page_has_every_claim(script: ModuleType) -> None:
    page = shipped.folder("experiments").parent / "docs" / "reference" / "world.md"
    if not page.is_file():
        pytest.skip("the documents are not installed with the package")
    text = page.read_text(encoding="utf-8").partition("<!-- table: played -->")[2]
    assert [name for name in script.NAMES if text.count(f"\n| {name} |") < 1] == []
