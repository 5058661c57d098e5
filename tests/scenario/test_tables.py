"""Tables of actors: what they give, and each thing that may be wrong with one."""

from __future__ import annotations

import pytest

from sim.scenario import load
from tests.yardstick import cost

from .conftest import SMALL, Refused, Write

WITH_TABLE = SMALL.replace("actors:\n", "actors:\n  from: t.csv\n", 1)
HEAD = "id,name,kind,groups,home,capability,SOV,SOV_error,SOV_salience,SOV_basis,DATA\n"
CARE = "SOV_salience_error,SOV_salience_basis"
CHINA = "CHN,China,state,G77;Friends,,80,90,5,70,votes,92\n"
INDIA = "India,,state,,,,65,,,,75\n"


def test_a_row_gives_an_actor_with_everything_known_of_it(write: Write) -> None:
    comments = "# known_by: 2018-09-30\n# basis votes: recorded votes, 1999-2018\n"
    there = load(write(WITH_TABLE, t__csv=comments + HEAD + CHINA))
    china = there.actor("China")
    assert (china.name, china.kind, china.capability) == ("China", "state", 80)
    assert (china.position["SOV"], china.error["SOV"], china.salience["SOV"]) == (90, 5, 70)
    assert (china.position["DATA"], china.error["DATA"], china.salience["DATA"]) == (92, 10, 30)
    assert str(china.known_by) == "2018-09-30"
    assert there.groups["Friends"] == ("CHN",)
    assert there.stances("CHN")[0].source == "recorded votes, 1999-2018"
    where = there.where("actors", "and", "CHN", "position", "SOV")
    assert (where.line, where.field) == (4, "row CHN, column SOV")


def test_a_table_says_how_a_salience_is_known(write: Write) -> None:
    head = HEAD.replace(",DATA", f",{CARE},DATA")
    rows = CHINA.replace(",92", ",7,acts,92") + INDIA.replace(",,state", ",I,state").replace(
        ",75", ",,,75"
    )
    there = load(write(WITH_TABLE, t__csv="# basis acts: what it did\n" + head + rows))
    (sov, data), (plain, _) = there.stances("CHN"), there.stances("IND")
    known = "salience_error", "salience_basis", "salience_source"
    assert [getattr(sov, k) for k in known] == [7, "acts", "what it did"]
    assert (data.salience_error, data.salience_basis) == (10, "given")
    assert (plain.salience, plain.salience_error, plain.salience_basis) == (30, 10, "given")


@pytest.mark.parametrize(("cell", "problem"), [("x", "number"), ("60", "50"), ("-1", "0")])
def test_an_error_of_a_salience_is_checked_like_any_other(
    refused: Refused, cell: str, problem: str
) -> None:
    head = HEAD.replace(",DATA", f",{CARE},DATA")
    row = CHINA.replace(",92", f",{cell},acts,92")
    [mistake] = refused(WITH_TABLE, t__csv=head + row)
    assert (mistake.line, mistake.field) == (2, "row CHN, column SOV_salience_error")
    assert problem in f"{mistake.problem} {mistake.allowed}"


def test_actors_stand_in_the_order_of_the_table_and_then_of_the_file(write: Write) -> None:
    table = HEAD + CHINA.replace("CHN,China", "RUS,Russia") + INDIA.replace(",,state", ",I,state")
    there = load(write(WITH_TABLE, t__csv=table))
    assert list(there.actors) == ["RUS", "IND", "USA", "FRA", "DEU", "ACME"]


def test_the_file_overrides_single_fields_of_a_row(write: Write) -> None:
    text = WITH_TABLE.replace("    USA: {", "    China: {position: {SOV: 1}}\n    USA: {", 1)
    china = load(write(text, t__csv=HEAD + CHINA)).actors["CHN"]
    assert china.position == {"SOV": 1, "DATA": 92}
    assert china.capability == 80


def test_several_tables_and_only_some_of_their_actors(write: Write) -> None:
    text = SMALL.replace("actors:\n", "actors:\n  from: [t.csv, u.csv]\n  only: [group Friends]\n")
    there = load(
        write(text, t__csv=HEAD + CHINA, u__csv=HEAD + INDIA.replace(",,state", ",I,state"))
    )
    assert set(there.actors) == {"CHN", "USA", "RUS", "FRA", "DEU", "ACME"}
    assert "IND" not in there.groups.get("G20", ())


def test_columns_of_other_issues_and_of_other_things_are_ignored(write: Write) -> None:
    table = "id,name,kind,mission,TAX,TAX_error,SOV,DATA\nCHN,China,state,yes,x,y,90,92\n"
    there = load(write(WITH_TABLE, t__csv=table))
    assert there.actors["CHN"].position == {"SOV": 90, "DATA": 92}


@pytest.mark.parametrize(
    ("table", "line", "field", "problem", "suggestion"),
    [
        (HEAD.replace("kind,", "kin,"), 1, "", "no column kind", "kin"),
        (HEAD.replace(",DATA", ",DTAA"), 1, "", "no column DATA", "DTAA"),
        (HEAD.replace("SOV_error", "SOV_eror"), 1, "SOV_eror", "not a column", "SOV_error"),
        (HEAD.replace("capability", "capabilty"), 1, "capabilty", "not a column", "capability"),
        (HEAD.replace("home", "groups"), 1, "groups", "twice", ""),
        (HEAD + CHINA.replace(",90,", ",NaN,"), 2, "row CHN, column SOV", "finite", ""),
        (HEAD + CHINA.replace(",90,", ",,"), 2, "row CHN, column SOV", "is empty", ""),
        (HEAD + CHINA.replace(",90,", ",140,"), 2, "row CHN, column SOV", "out of range", ""),
        (HEAD + CHINA.replace(",90,", ",a lot,"), 2, "row CHN, column SOV", "not a number", ""),
        (HEAD + CHINA.replace(",5,", ",51,"), 2, "row CHN, column SOV_error", "out of range", ""),
        (HEAD + CHINA.replace("state", "stat"), 2, "row CHN, column kind", "may stand", "state"),
        (HEAD + CHINA.replace("CHN", ""), 2, "column id", "is empty", ""),
        (HEAD + CHINA + "# a comment\n" + CHINA, 4, "column id", "named twice", ""),
        (HEAD + CHINA + CHINA.replace("CHN", "china"), 3, "column id", "named twice", ""),
        (HEAD + CHINA.rstrip() + ",7\n", 2, "", "12 cells", ""),
        (HEAD + "CHN,China\n", 2, "", "2 cells", ""),
        (HEAD + 'CHN,"' + "x" * 200_000 + '"\n', 2, "", "more than 131,072 letters", ""),
    ],
)
def test_each_mistake_names_the_table_the_line_and_the_column(
    refused: Refused, table: str, line: int, field: str, problem: str, suggestion: str
) -> None:
    found = refused(WITH_TABLE, t__csv=table)
    [mistake] = [m for m in found if problem in m.problem]
    assert mistake.file.endswith("t.csv")
    assert (mistake.line, mistake.field, mistake.suggestion) == (line, field, suggestion)


def test_a_cell_out_of_range_says_what_is_allowed(refused: Refused) -> None:
    [mistake] = refused(WITH_TABLE, t__csv=HEAD + CHINA.replace(",90,", ",140,"))
    assert (mistake.value, mistake.allowed) == ("140", "0 to 100")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ((HEAD + CHINA).encode("utf-16"), "UTF-16"),
        (HEAD.encode() + b"RUS,\xd0\xee\xf1\xf1\xe8\xff,state\n", "is not in UTF-8"),
        (b"", "table is empty"),
        (b"# only a comment\n", "table is empty"),
        (b"x" * (4 * 1024 * 1024 + 1), "larger than 4096 KB"),
        (",".join(f"c{n}" for n in range(100_000)).encode(), "more than 500 columns"),
        (
            (HEAD + "".join(f"A{n}" + CHINA[3:] for n in range(6000))).encode(),
            "more than 5000 rows",
        ),
    ],
    ids=["utf-16", "cyrillic", "empty", "comments", "large", "wide", "long"],
)
def test_a_table_that_is_no_table_is_refused_quickly_and_alone(
    refused: Refused, data: bytes, problem: str
) -> None:
    def read() -> None:
        [mistake] = refused(WITH_TABLE, t__csv=data)
        assert problem in mistake.problem
        assert mistake.file.endswith("t.csv")

    assert cost(read, 1) < 60


def test_an_actor_in_two_tables_is_refused(refused: Refused) -> None:
    text = SMALL.replace("actors:\n", "actors:\n  from: [t.csv, u.csv]\n", 1)
    [mistake] = refused(text, t__csv=HEAD + CHINA, u__csv=HEAD + CHINA)
    assert mistake.file.endswith("u.csv")
    assert "also in" in mistake.problem


def test_every_wrong_row_is_reported(refused: Refused) -> None:
    rows = "".join(CHINA.replace("CHN", f"A{n}").replace(",90,", ",x,") for n in range(30))
    assert [m.line for m in refused(WITH_TABLE, t__csv=HEAD + rows)] == list(range(2, 32))


MINE = "  MINE: {low: a, high: b, status_quo: 10, words: {25: a, 50: b, 75: c}}\nactors:\n"


def test_an_issue_without_a_column_needs_positions_in_the_scenario(
    write: Write, refused: Refused
) -> None:
    text = WITH_TABLE.replace("actors:\n", MINE, 1)
    [mistake] = refused(text, t__csv=HEAD + CHINA)
    assert "no column MINE; its columns are id, name" in mistake.problem
    assert "SOV_error" not in mistake.problem
    own = text.replace("USA: {position: {SOV: 8,", "USA: {position: {MINE: 70, SOV: 8,")
    there = load(write(own, t__csv=HEAD + CHINA)).actors
    assert (there["USA"].position["MINE"], there["CHN"].salience["MINE"]) == (70, 0)
