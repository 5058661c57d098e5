"""Reading the file of DEU III: what its cells mean, and every mistake with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from eu_decisions import ACTORS, COMMISSION, PARLIAMENT, read
from eu_files import HEAD, issue, written

from sim.errors import InputError

ROW = issue("n98092", 1, {"com": 0, "de": 100, "fr": 40}, 70, {"com": 50, "de": 80, "fr": 0})


def mistakes(file: Path) -> str:
    with pytest.raises(InputError) as raised:
        read(file)
    return str(raised.value)


def changed(**cells: object) -> dict[str, object]:
    return {**ROW, **cells}


def test_what_the_cells_mean(tmp_path: Path) -> None:
    second = issue("d14010", 1, {"com": 50, "ep": 0}, "", proc="CNS", counvte="Unan", rp=100)
    found = read(written(tmp_path / "f.tsv", [ROW, second]))
    de, fr = ACTORS.index("de"), ACTORS.index("fr")
    assert found.issue == ("d14010i1", "n98092i1")  # by proposal, whatever the order of the rows
    assert found.proposal == ("d14010", "n98092")
    assert found.year.tolist() == [2014, 1998]
    assert found.codecision.tolist() == [False, True]
    assert found.unanimity.tolist() == [True, False]
    assert found.position[1, [COMMISSION, de, fr]].tolist() == [0.0, 1.0, 0.4]
    assert found.salience[1, [COMMISSION, de, fr]].tolist() == [0.5, 0.8, 0.0]
    assert np.isnan(found.position[1, PARLIAMENT])
    assert found.salience[1, PARLIAMENT] == 0
    assert np.isnan(found.reference[1])
    assert found.reference[0] == 1.0
    assert found.outcome[1] == 0.7
    assert np.isnan(found.outcome[0])
    assert found.known.tolist() == [1]
    assert found.capability[[COMMISSION, fr]].tolist() == [4.0, 1.0]


def test_columns_in_another_order_blank_lines_and_a_mark_at_the_start(tmp_path: Path) -> None:
    file = written(tmp_path / "f.tsv", [ROW])
    turned = ["\t".join(line.split("\t")[::-1]) for line in file.read_text().splitlines()]
    file.write_bytes(b"\xef\xbb\xbf" + "\n\n".join(turned).upper().encode())
    found = read(file)
    assert found.outcome.tolist() == [0.7]
    assert found.issue == ("N98092I1",)


def test_a_name_in_another_encoding_is_no_matter(tmp_path: Path) -> None:
    file = written(tmp_path / "f.tsv", [ROW])
    file.write_bytes(file.read_bytes().replace(b"about", b"caf\xe9"))
    assert read(file).title == ("café n98092",)


def test_no_row_of_capabilities_is_told_by_an_empty_array(tmp_path: Path) -> None:
    assert read(written(tmp_path / "f.tsv", [ROW], capability={})).capability.size == 0


@pytest.mark.parametrize(
    ("cells", "line", "said"),
    [
        ({"pfr": "often"}, 3, "pfr: is not a number (it says 'often')"),
        ({"pfr": "40,5"}, 3, "did you mean '40.5'?"),
        ({"pfr": 140}, 3, "pfr: is out of range (it says '140'); allowed: a number from 0 to 100"),
        ({"sde": -1}, 3, "sde: is out of range (it says '-1')"),
        ({"out": 100.5}, 3, "out: is out of range"),
        ({"rp": "nan%"}, 3, "rp: is not a number"),
        ({"pfr": "inf"}, 3, "pfr: is out of range"),
        ({"prnr": ""}, 3, "prnr: says no proposal"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line(
    tmp_path: Path, cells: dict[str, object], line: int, said: str
) -> None:
    file = written(tmp_path / "f.tsv", [changed(**cells)])
    told = mistakes(file)
    assert f"{file}:{line}: " in told
    assert said in told


def test_all_mistakes_are_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    rows = [changed(pfr="x"), changed(isnr="n98092i2", out=101), changed(isnr="n98092i2")]
    told = mistakes(written(tmp_path / "f.tsv", rows)).splitlines()
    assert [line.partition(": ")[0].rpartition(":")[2] for line in told] == ["3", "4", "5"]
    assert "this issue also stands in line 4" in told[2]


def test_a_missing_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    file = written(tmp_path / "f.tsv", [ROW])
    file.write_text(file.read_text().replace("counvte", "councilvote", 1).replace("\tpuk", "\tpgb"))
    told = mistakes(file)
    assert f"{file}:1: counvte: there is no such column" in told
    assert f"{file}:1: puk: there is no such column" in told


def test_a_column_that_stands_twice(tmp_path: Path) -> None:
    file = written(tmp_path / "f.tsv", [ROW])
    file.write_text(file.read_text().replace("\tpuk", "\tpse", 1))
    assert "pse: this column stands twice" in mistakes(file)


def test_another_separator(tmp_path: Path) -> None:
    file = written(tmp_path / "f.csv", [ROW])
    whole = file.read_text()
    before = read(file)
    file.write_text(whole.replace("\t", ";"))
    np.testing.assert_array_equal(read(file).outcome, before.outcome)
    file.write_text(whole.replace("\t", "|"))
    told = mistakes(file)
    assert f"{file}:1: the cells are separated by '|'" in told
    assert "allowed: a tab between cells" in told


def test_a_row_that_is_too_short(tmp_path: Path) -> None:
    file = written(tmp_path / "f.tsv", [ROW, changed(isnr="n98092i2")])
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines[:3], lines[3].rpartition("\t")[0]]))
    assert f"{file}:4: has {len(HEAD) - 1} cells where the head has {len(HEAD)}" in mistakes(file)


def test_nothing_to_read(tmp_path: Path) -> None:
    empty = tmp_path / "empty.tsv"
    empty.write_text("\n\n")
    assert "is empty" in mistakes(empty)
    assert "cannot be read" in mistakes(tmp_path / "nowhere.tsv")
    assert "cannot be read" in mistakes(tmp_path)
    assert "has no row of an issue" in mistakes(written(tmp_path / "head.tsv", []))
    assert "no issue has an outcome" in mistakes(written(tmp_path / "o.tsv", [changed(out="")]))


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "f.xlsx"
    file.write_bytes(b"PK\x03\x04\x00\x00")
    assert "is not text" in mistakes(file)


def test_an_issue_on_which_nobody_stands_is_left_out_and_counted(tmp_path: Path) -> None:
    found = read(written(tmp_path / "f.tsv", [issue("n98001", 1, {}, 50), ROW]))
    assert found.issue == ("n98092i1",)
    assert found.skipped == 1


def test_a_rule_that_is_not_known_is_noted(tmp_path: Path) -> None:
    found = read(
        written(tmp_path / "f.tsv", [changed(proc="ABC", counvte=""), ROW | {"isnr": "x"}])
    )
    assert found.codecision.tolist() == [False, True]
    assert found.unanimity.tolist() == [False, False]
    assert found.unread == ("proc 'ABC'", "counvte ''")


def test_capabilities_that_are_wrong(tmp_path: Path) -> None:
    capability = dict.fromkeys(ACTORS, 1.0)
    told = mistakes(written(tmp_path / "a.tsv", [ROW], capability | {"fr": -1.0}))
    assert ":2: pfr: is out of range (it says '-1.0'); allowed: a number, 0 or more" in told
    lacking = {a: v for a, v in capability.items() if a != "fr"}
    assert ":2: pfr: is not given" in mistakes(written(tmp_path / "b.tsv", [ROW], lacking))
    nothing = dict.fromkeys(ACTORS, 0.0)
    assert "nobody has any capability" in mistakes(written(tmp_path / "c.tsv", [ROW], nothing))
    twice = written(tmp_path / "d.tsv", [changed(isnr="", prnr=""), ROW], capability)
    assert ":3: isnr: names no issue, and capabilities are already given" in mistakes(twice)


def test_the_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    rows = [issue(f"d{year:02}0{n}1", 1, {"de": n}, n) for n in (1, 2) for year in (14, 2, 9)]
    one = read(written(tmp_path / "one.tsv", rows))
    other = read(written(tmp_path / "other.tsv", rows[::-1]))
    assert one.issue == other.issue
    assert one.outcome.tolist() == other.outcome.tolist()
