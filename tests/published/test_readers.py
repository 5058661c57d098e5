"""Files of other programs: what is read, whatever their variations, and all that is wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError
from sim.published.compromise import solve
from sim.published.readers import Read, read
from sim.show.published import plain as as_plain

from .given import fixture

KTAB = """\
Dummy , "A ""small"" scenario", 3, 2,
Actor,Description,Power,Pstn1,Sal1,Pstn2,Sal2,
A-0, First one, 40, 10, 50,  90.5, 20,
"A, 1", Second , 100, 20, 80, 0, 10,
A-2, , 50, 60, 60, 100, 40,
"""
DECIDE = """\
'#A'	'Ann'	'Ann A.'	''
'#A'	'Bob'	'Bob'	''
'#P'	'toll'	'Height of toll'	''
'#M'	'toll'	0.5	'a little'
'#M'	'toll'	3	'some'
'#M'	'toll'	7	'much'
'#P'	'when'	'when'	''
'#M'	'when'	0
'#M'	'when'	100
'#D'	'Ann'	'toll'	7.0	0.9	1.0
'#D'	'Ann'	'when'	25.0	0.5	1.0
'#D'	'Bob'	'toll'	0.5	0.3	0.5
"""
LONG = """\
# scale toll: 0 to 7
# status_quo toll: 3.5
# low toll: no toll at all
# an ordinary comment
actor,issue,position,salience,capability
Ann,toll,7,90,2
Ann,when,25,50,2
Bob,toll,0,30,1
"""
WIDE = """\
Actor;Power;toll.position;toll.salience;when position;when salience
Ann;2;70,5;90;25;50
Bob;1;0;30;;
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def said(file: Path, text: str, kind: str = "") -> Read:
    file.write_text(text, encoding="utf-8")
    return read(file, kind)


def mistakes(file: Path, text: str, kind: str = "") -> list[str]:
    with pytest.raises(InputError) as told:
        said(file, text, kind)
    return [str(mistake) for mistake in told.value.mistakes]


# KTAB


def test_ktab(file: Path) -> None:
    found = said(file, KTAB)
    table = found.table
    assert found.kind == "ktab"
    assert (table.name, table.actors) == ("Dummy", ("A-0", "A, 1", "A-2"))
    assert table.titles["Dummy"] == 'A "small" scenario'
    assert table.issues == ("Pstn1", "Pstn2")
    np.testing.assert_allclose(table.position, [[0.1, 0.905], [0.2, 0], [0.6, 1]])
    np.testing.assert_allclose(table.salience, [[0.5, 0.2], [0.8, 0.1], [0.6, 0.4]])
    np.testing.assert_allclose(table.overall, [40, 100, 50])
    assert table.in_units(solve(table).outcome)[0] == pytest.approx(27.6923, abs=1e-4)


@pytest.mark.parametrize(
    "header",
    ["Actor,Description,Power,Pstn1,Sal1,Pstn2,Sal2",
     "Name, Text, Capability, Posn 1, Sal 1, Posn 2, Sal 2,",
     "Actor,Description,Power,Tax,TaxSal,Toll,TollSal", "a,b,c,d,e,f,g,"],
)  # fmt: skip
def test_ktab_headers_vary(file: Path, header: str) -> None:
    lines = KTAB.splitlines()
    same = said(file, "\n".join([lines[0], header, *lines[2:]])).table
    np.testing.assert_array_equal(same.position, said(file, KTAB).table.position)
    np.testing.assert_array_equal(same.salience, said(file, KTAB).table.salience)


@pytest.mark.parametrize("more", [",0.5,x", ",,", ""])
def test_ktab_first_lines_with_more_cells_are_read(file: Path, more: str) -> None:
    first, *rest = KTAB.splitlines()
    cells = first.rstrip(",")
    same = said(file, "\n".join([cells + more, *rest]))
    assert same.kind == "ktab"
    np.testing.assert_array_equal(same.table.position, said(file, KTAB).table.position)


def test_a_number_with_a_comma_is_refused_where_it_may_mean_thousands(file: Path) -> None:
    with pytest.raises(InputError, match=":2: a comma may be that of decimals or of thousands"):
        said(file, "actor;issue;position\nA;x;1,500\nB;x;2,000\n")


def test_ktab_columns_by_name_and_others_are_told(file: Path) -> None:
    text = "D,x,2,1\nActor,Description,Note,Sal1,Pstn1,Influence\nA,,hi,50,10,3\nB,,ho,20,90,4\n"
    found = said(file, text)
    np.testing.assert_allclose(found.table.position[:, 0], [0.1, 0.9])
    np.testing.assert_allclose(found.table.overall, [3, 4])
    assert [str(w) for w in found.warnings] == [
        f"{file}:2: header: this column is not used (it says 'Note')"
    ]


def test_ktab_mistakes_all_at_once(file: Path) -> None:
    told = mistakes(
        file, "D,x,4,1\nActor,Description,Power,Pstn1,Sal1\nA,,3,101,50\nA,,x,10,50\nB,,3,10\n"
    )
    text = "\n".join(told)
    assert f"{file}:1: says 4 actors, and there are 3 rows" in text
    assert f"{file}:3: A, Pstn1: is out of range (it says '101'); allowed: 0 to 100" in text
    assert f"{file}:4: A, power: is not a number (it says 'x')" in text
    assert f"{file}:4: actor: this actor is named twice, first in line 3" in text
    assert f"{file}:5: the row has 4 cells, and needs 5" in text
    assert len(told) == 5


def test_ktab_dummy_file() -> None:
    table = read(fixture("dummyData_3Dim.csv")).table
    assert table.name == "DummyData_3Dim"
    assert table.position.shape == (7, 3)
    assert table.overall[0] == 102.543
    assert table.position[2, 2] == pytest.approx(0.0007)


# Decide


@pytest.mark.parametrize("separator", ["\t", ",", ";"])
@pytest.mark.parametrize("quote", ["'", '"', ""])
def test_decide(file: Path, separator: str, quote: str) -> None:
    text = DECIDE.replace("\t", separator).replace("'", quote)
    found = said(file, text)
    table = found.table
    assert found.kind == "decide"
    assert table.actors == ("Ann", "Bob")
    np.testing.assert_allclose(table.position, [[1, 0.25], [0, np.nan]])
    np.testing.assert_allclose(table.salience, [[0.9, 0.5], [0.3, 0]])
    np.testing.assert_allclose((table.low, table.high), [[0.5, 0], [7, 100]])
    assert table.words == {"toll": {0.5: "a little", 3.0: "some", 7.0: "much"}}
    assert table.titles == {"Ann": "Ann A.", "toll": "Height of toll"}


def test_decide_what_is_not_used_is_told(file: Path) -> None:
    more = "#X	1\n#A	Idle	Idle	''\n#P	none	none	a remark\n"
    found = said(file, DECIDE.replace("'", "") + more)
    text = "\n".join(map(str, found.warnings))
    assert "lines of this kind are not used (it says '#X')" in text
    assert "no position of this actor is given, and it is left out (it says 'Idle')" in text
    assert "this comment is not used (it says 'a remark')" in text
    assert found.table.issues == ("toll", "when")


def test_decide_mistakes_all_at_once(file: Path) -> None:
    text = "\n".join(
        [
            *DECIDE.replace("'", "").splitlines(),
            "#D\tBbo\ttoll\t1\t.5\t1",  # 13
            "#D\tBob\ttoll\t1\t.5\t1",  # 14
            "#D\tBob\twhen\tx\t-1\t1",  # 15
            "#D\tBob",  # 16
            "#P\ttoll\ttoll",  # 17
        ]
    )
    told = "\n".join(mistakes(file, text))
    assert (
        f"{file}:13: #D: no line #A names this actor (it says 'Bbo'); did you mean 'Bob'?" in told
    )
    assert f"{file}:15: Bob on when, position: is not a number (it says 'x')" in told
    assert f"{file}:15: Bob on when, salience: is out of range (it says '-1')" in told
    assert f"{file}:16: #D: the line has 2 cells" in told
    assert f"{file}:17: #P: is named twice, first in line 3" in told
    twice = "\n".join(mistakes(file, DECIDE + "'#D'\t'Bob'\t'toll'\t9\t0.3\t0.5\n"))
    assert f"{file}:13: actor: this actor has a position on toll already, in line 12" in twice
    beyond = mistakes(file, DECIDE.replace("7.0\t0.9", "7.5\t0.9"))
    assert beyond == [
        f"{file}:10: Ann, position on toll: is beyond the poles of the issue (it says '7.5');"
        " allowed: 0.5 to 7"
    ]


def test_decide_sample_outcomes() -> None:
    """Weighted means on 0-100 that Decide itself records, to its six decimals."""
    table = read(fixture("decide_sample_data.txt")).table
    recorded = [49.353234, 27.246036, 50.578947, 52.485549, 49.488304, 56.600832]
    np.testing.assert_allclose(100 * solve(table).outcome, recorded, atol=5e-7)
    paris = read(fixture("cop21.csv")).table
    found = dict(zip(paris.issues, 100 * solve(paris).outcome, strict=True))
    for issue, value in (("differentiation", 49.255404), ("mrv", 57.211274), ("legal", 57.968750)):
        assert found[issue] == pytest.approx(value, abs=5e-7)


# Plain tables


def test_a_long_table(file: Path) -> None:
    table = said(file, LONG).table
    np.testing.assert_allclose(table.position, [[1, 0.25], [0, np.nan]])
    np.testing.assert_allclose(table.salience, [[0.9, 0.5], [0.3, 0]])
    np.testing.assert_allclose(table.high, [7, 100])
    assert table.status_quo[0] == 0.5
    assert np.isnan(table.status_quo[1])
    assert table.words == {"toll": {0.0: "no toll at all"}}


def test_a_wide_table_with_semicolons_and_decimal_commas(file: Path) -> None:
    table = said(file, WIDE).table
    assert table.issues == ("toll", "when")
    np.testing.assert_allclose(table.position, [[0.705, 0.25], [0, np.nan]])
    np.testing.assert_allclose(table.overall, [2, 1])


def test_who_takes_no_position_at_all_is_left_out(file: Path) -> None:
    found = said(file, WIDE + "Cy;1;;30;;\n")
    assert found.table.actors == ("Ann", "Bob")
    assert "no position of this actor is given, and it is left out (it says 'Cy')" in str(
        found.warnings[0]
    )


def test_a_wide_table_as_plenary_writes_its_own(file: Path) -> None:
    head = "id,name,kind,TREATY,TREATY_salience,capability"
    found = said(file, f"{head}\nUSA,x,state,3,80,90\nRUS,y,state,98,70,60\n")
    assert found.table.actors == ("USA", "RUS")
    np.testing.assert_allclose(found.table.position[:, 0], [0.03, 0.98])


def test_a_table_of_an_early_forecasting_model(file: Path) -> None:
    """One issue, no column for it; positions and saliences on 0-1."""
    found = said(file, "Player\tInfluence\tPosition\tSalience\nA\t100\t.2\t.5\nB\t50\t1\t.9\n")
    np.testing.assert_allclose(found.table.position[:, 0], [0.2, 1])
    np.testing.assert_allclose(found.table.salience[:, 0], [0.5, 0.9])
    assert "the poles are taken to be 0 and 1" in str(found.warnings[0])


def test_weights_alone(file: Path) -> None:
    table = said(file, "actor,votes\nFrance,4\nItaly,4\nLuxembourg,1\n").table
    assert table.issues == ()
    np.testing.assert_allclose(table.overall, [4, 4, 1])


def test_what_is_assumed_is_told(file: Path) -> None:
    found = said(file, "actor,position,colour\nA,10,red\nB,90,blue\n")
    text = "\n".join(map(str, found.warnings))
    for words in ("all are taken to care alike", "all are taken to weigh alike", "'colour'"):
        assert words in text
    np.testing.assert_allclose(solve(found.table).outcome, 0.5)


def test_plain_mistakes_all_at_once(file: Path) -> None:
    text = (
        "# scale tol: 0 to 7\nactor,issue,position,salience,capability\nAnn,toll,7,90,2\n"
        "Ann,toll,8,90,2\n,toll,8,90,2\nBob,toll,many,130,-2\n"
    )
    told = "\n".join(mistakes(file, text))
    assert (
        f"{file}:1: scale: the table has no such issue (it says 'tol'); did you mean 'toll'" in told
    )
    assert f"{file}:5: actor: the cell is empty" in told
    assert f"{file}:6: Bob on toll, position: is not a number (it says 'many')" in told
    assert f"{file}:6: Bob, capability: is out of range (it says '-2'); allowed: 0 or more" in told
    again = "\n".join(mistakes(file, LONG + "Ann,toll,8,90,2\n"))
    assert "has a position on toll already, in line 6" in again


def test_a_table_without_actors_says_what_columns_it_has(file: Path) -> None:
    (told,) = mistakes(file, "aktor,position\nA,10\n")
    assert "aktor, position" in told
    assert "did you mean 'actor'" in told


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "# only a comment\n", "actor,position\n", "actor,position,position\nA,1,2\n"],
)
def test_files_with_nothing_in_them(file: Path, text: str) -> None:
    assert mistakes(file, text)


def test_a_file_that_is_no_text_or_not_there(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00actor")
    with pytest.raises(InputError, match="UTF-8"):
        read(file)
    with pytest.raises(InputError, match="no such file"):
        read(file.with_name("none.csv"))
    with pytest.raises(InputError, match=r"did you mean 'ktab'"):
        read(file, "ktb")


def test_the_kind_may_be_said(file: Path) -> None:
    assert any("first line of KTAB" in text for text in mistakes(file, LONG, "ktab"))
    assert any("no positions" in text for text in mistakes(file, LONG, "decide"))
    assert said(file, DECIDE, "decide").kind == "decide"


@pytest.mark.parametrize("text", [KTAB, DECIDE, LONG, WIDE, "actor,votes\nA,4.25\nB,1\n"])
def test_a_table_that_is_written_is_read_again(file: Path, text: str) -> None:
    table = said(file, text).table
    file.write_bytes(as_plain(table))
    again = read(file).table
    assert (again.actors, again.issues) == (table.actors, table.issues)
    for what in ("position", "salience", "low", "high", "status_quo"):
        np.testing.assert_allclose(getattr(again, what), getattr(table, what), atol=1e-9)
    np.testing.assert_allclose(again.overall, table.overall)


def test_decide_with_decimal_commas_between_commas_is_refused(file: Path) -> None:
    """Otherwise 100,0 would be a position of 100 and a salience of 0."""
    head = "#A,X\n#P,tax\n#M,tax,0\n#M,tax,100\n"
    file.write_text(head + "#D,X,tax,100,0,0,95,1,0\n", encoding="utf-8")
    with pytest.raises(InputError, match=r":5: #D: the line has 9 cells.*commas.*tabs or semi"):
        read(file)
