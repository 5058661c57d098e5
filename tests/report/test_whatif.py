"""The printed comparison: short, honest about what the runs can tell, and whole with --full."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from small import CONSENSUS, write

from sim.report import told, whatif
from sim.report.differences import depends
from sim.report.text import HIGH
from sim.results.writeup import tabulate
from sim.show import tables, terminal
from sim.show.words import WIDE
from sim.staging import writing
from sim.study.compare import HELD, REDRAFTED, Comparison, compare

TWO_THIRDS = "forums.room.rules=two_thirds"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    write(tmp_path, CONSENSUS, "experts.yaml")
    monkeypatch.chdir(tmp_path)


def printed(found: Comparison) -> str:
    lines = told.lines(found, Path("results/small"))
    assert len(lines) <= HIGH
    assert max(map(len, lines)) <= WIDE
    return "\n".join(lines)


def full(found: Comparison) -> str:
    lines = told.lines(found, Path("results/small"), full=True)
    assert max(map(len, lines)) <= WIDE
    return "\n".join(lines)


def test_chance_and_worlds_have_an_interval_each() -> None:
    said = printed(compare("small.yaml", "RUS=absent", runs=100))
    head = next(line for line in said.splitlines() if line.startswith("mean"))
    assert head.split() == ["mean", "base", "changed", "diff", "by", "chance", "worlds", "holds"]
    assert "or more would show in these runs" in " ".join(said.split())
    assert "assumptions" in said
    assert "who decides otherwise" in full(compare("small.yaml", "RUS=absent", runs=100))


def test_both_readings_of_a_rule_are_on_the_page() -> None:
    said = printed(compare("small.yaml", TWO_THIRDS, runs=60))
    heads = [line for line in said.splitlines() if line.endswith("worlds  holds")]
    assert len(heads) == 2
    top = " ".join(said.split("60 runs")[0].split())
    assert top.index("(votes held fixed)") < top.index("(sponsors redrafting)")


def test_three_readings_fit() -> None:
    said = printed(compare("small.yaml", [TWO_THIRDS, "IND=opposes"], runs=60))
    assert "(votes held fixed)" in said


def test_what_cannot_be_told_is_noted() -> None:
    said = printed(compare("experts.yaml", "forums.experts.rules=two_thirds", runs=40))
    assert "Note: votes held fixed: not told" in " ".join(said.split())


def test_a_past_in_common_is_said() -> None:
    said = " ".join(printed(compare("small.yaml", "USA=absent", after=1, runs=40)).split())
    assert said.startswith("If the United States is absent after session 1, ")
    assert "the same run to the end of session 1" in said
    assert "--after 1" in said


def test_a_second_scenario_is_named(tmp_path: Path) -> None:
    write(tmp_path, "extends: small.yaml\nactors: {and: {RUS: {present: false}}}\n", "empty.yaml")
    said = printed(compare("small.yaml", "empty.yaml", runs=40))
    assert said.startswith("With empty, ")
    assert "plenary compare small.yaml empty.yaml --full" in said


def test_nothing_changes_is_said() -> None:
    said = printed(compare("small.yaml", "USA.position.SOV=8", runs=40))
    assert "nothing changes: every run ends as it does without" in " ".join(said.split())


def test_one_pair_of_runs() -> None:
    assert "nan" not in printed(compare("small.yaml", "RUS=opposes", runs=1))


def test_a_difference_within_its_errors_is_not_a_finding() -> None:
    small = (compare("small.yaml", f"BRA.position.SOV={at}", runs=24) for at in range(30, 50))
    found = next(c for c in small if any(row.shown for row in whatif.rows(c)) and unclear(c))
    said = " ".join(printed(found).split())
    assert "no text is seen to fare otherwise" in said
    assert "instead of" not in said.partition("Hindcast")[0]


def unclear(run: Comparison) -> bool:
    """Whether nothing is seen beyond its errors."""
    return not any(getattr(found, "seen", False) for found in whatif.findings(run))


def test_full_has_every_outcome_that_differs() -> None:
    found = compare("small.yaml", TWO_THIRDS, runs=60)
    said = full(found)
    assert said.count("Every outcome that differs (") == 2
    for reading in found.readings:
        part = said.split(f"Every outcome that differs ({reading.reading})")[1].split(
            "are the same in all pairs"
        )[0]
        for d in reading.differences:
            if d.defined and d.difference:
                assert d.outcome[:23] in part
    assert "the recorded votes would carry" in " ".join(said.split())


def test_data_has_all_and_is_json() -> None:
    found = compare("small.yaml", TWO_THIRDS, runs=20)
    said = terminal.without_nan(told.data(found, Path("results/small")))
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    assert said["readings"] == [HELD, REDRAFTED]
    assert (said["base"], said["against"], said["after"]) == ("small.yaml", None, None)
    assert {row["reading"] for row in said["paired"]} == {HELD, REDRAFTED}
    assert {"chance_low", "worlds_high", "defined", "flips", "matters"} <= said["paired"][0].keys()
    assert {row["reading"] for row in said["who_changed"]} <= {HELD, REDRAFTED}


def test_paired_csv_has_both_readings_in_the_units_of_files() -> None:
    found = compare("small.yaml", TWO_THIRDS, runs=80)
    text = tables.as_csv(tables.paired(found)).decode()
    rows = {(r["reading"], r["outcome"]): r for r in csv.DictReader(io.StringIO(text))}
    assert {reading for reading, _ in rows} == {HELD, REDRAFTED}
    (of,) = [d for d in found.others[0].differences if d.outcome == "status_quo.SOV"]
    row = rows[REDRAFTED, "status_quo.SOV"]
    for name in ("difference", "error", "chance_low", "worlds_high"):
        assert float(row[name]) == pytest.approx(100 * getattr(of, name), abs=1e-5)
    assert float(row["holds"]) == pytest.approx(of.holds)
    kept = rows[REDRAFTED, "73/27.retained if adopted"]
    assert float(kept["defined"]) <= 1


def test_the_folder_has_its_tables(tmp_path: Path) -> None:
    found = compare("small.yaml", "USA=absent", runs=8)
    with writing(tmp_path / "out") as staging:
        tabulate(staging, found)
    written = {file.name for file in (tmp_path / "out").iterdir()}
    assert {"base_runs.csv", "paired.csv", "who_changed.csv", "runs.csv"} <= written


def test_what_it_depends_on_in_words() -> None:
    (d, *_) = compare("small.yaml", "USA=absent", runs=8).paired
    assert depends(d) == "too few worlds to say which assumption flips it"
    assert d.assumptions == 0
