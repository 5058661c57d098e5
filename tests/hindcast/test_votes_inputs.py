"""What is read: votes put together, codings over one another, and mistakes named."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sim import record, shipped
from sim.errors import InputError
from sim.hindcast import inputs
from sim.record import AGAINST, IN_FAVOUR, NO_SEAT

VOTES = "resolution,date,topic,iso3,vote\n"
CODINGS = "resolution,date,series,sponsors,issue,status_quo,value,reason\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def test_given_votes_replace_and_add(file: Path) -> None:
    file.write_text(
        VOTES
        + "75/240,2020-12-31,cyber_security,USA,Y\n"
        + "78/16,2023-12-04,cyber_security,USA,Y\n"
        + "78/16,2023-12-04,cyber_security,Norway,N\n"
    )
    both, ours = inputs.recorded(file), record.votes()
    assert both.resolutions[-1] == "78/16"
    assert len(both.resolutions) == len(ours.resolutions) + 1
    usa, new = both.states.index("USA"), both.states.index("NOR")
    assert both.of("75/240")[usa] == IN_FAVOUR
    assert (both.of("75/240") != NO_SEAT).sum() == 1  # replaced whole
    assert both.of("78/16")[new] == AGAINST
    assert (both.of("77/36")[: len(ours.states)] == ours.of("77/36")).all()
    assert both.series[both.column["75/240"]] == "developments in ICT"
    assert list(both.dates) == sorted(both.dates)


def test_no_votes_given_are_ours() -> None:
    assert inputs.recorded(None).resolutions == record.votes().resolutions


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("78/1,2023-12-04,cyber,USA,Q\n", ":2: vote: is not a vote"),
        ("78/1,4 December,cyber,USA,Y\n", ":2: date: is not a date"),
        ("78/1,2023-12-04,cyber,USA,Y\n78/1,2023-12-04,cyber,USA,Y\n", ":3: iso3: appears twice"),
        ("78/1,2023-12-04,cyber,USA,Y\n78/1,2023-12-05,cyber,FRA,Y\n", ":3: date: differs"),
        ("78/1,2023-12-04,cyber,Frnace,Y\n", "did you mean 'France'"),
        ("", "holds no votes"),
    ],
)
def test_wrong_votes_are_told(file: Path, rows: str, said: str) -> None:
    file.write_text(VOTES + rows)
    with pytest.raises(InputError, match=said.replace("(", r"\(")):
        inputs.recorded(file)


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "resolution,date,topic,iso3\n1,2020-01-01,x,USA\n"])
def test_another_table_is_told(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(InputError, match="is no table of votes"):
        inputs.recorded(file)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("78/1,2023-12-04,x,FRA,INTS,1,2,r\n", "did you mean 'INST'"),
        ("78/1,2023-12-04,x,Frnace,INST,1,2,r\n", "did you mean 'France'"),
        ("78/1,2023-12-04,x,FRA,INST,1,200,r\n", ":2: value: is not a number in range"),
        ("78/1,2023-12-04,,FRA,INST,1,2,r\n", ":2: series: is empty"),
        ("78/1,soon,x,FRA,INST,1,2,r\n", ":2: date: is not a date"),
        ("", "holds no coded text"),
    ],
)
def test_wrong_codings_are_told(file: Path, row: str, said: str) -> None:
    file.write_text(CODINGS + row)
    with pytest.raises(InputError, match=said):
        inputs.readings([file])


def test_sponsors_may_be_names_and_groups(file: Path) -> None:
    file.write_text(CODINGS + "78/1,2023-12-04,A  Series,France; G7; RUS,INST,1,2,r\n")
    text = inputs.texts(file)["78/1"]
    assert {"FRA", "DEU", "USA", "RUS"} <= set(text.sponsors)
    assert len(text.sponsors) == len(set(text.sponsors)) == 8  # France is one of the seven
    assert text.series == "a series"


def test_two_shipped_coders_of_every_resolution() -> None:
    for reading in inputs.readings():
        assert set(reading.texts) == set(record.votes().resolutions)


def test_a_coding_of_new_texts_is_read_over_both_coders(file: Path) -> None:
    file.write_text(CODINGS + "78/1,2023-12-04,developments in ICT,,INST,10,20,r\n")
    one, other = inputs.readings([file])
    ours = inputs.readings()
    assert one.texts["78/1"] == other.texts["78/1"]
    assert one.texts["73/27"] == ours[0].texts["73/27"]
    assert other.texts["73/27"] == ours[1].texts["73/27"]


def test_a_whole_coding_is_one_reading(tmp_path: Path) -> None:
    copy = tmp_path / "mine.csv"
    copy.write_text(shipped.data("codings_first.csv").read_text(encoding="utf-8"))
    (only,) = inputs.readings([copy])
    assert only.name == "mine"


def test_the_cut_is_a_date() -> None:
    assert inputs.cut("2020-01-01") == dt.date(2020, 1, 1)
    with pytest.raises(InputError, match="--until: is not a date"):
        inputs.cut("2020-02-30")


def test_votes_of_one_day_stand_in_the_order_of_their_symbols(tmp_path: Path) -> None:
    ours = inputs.recorded(None)
    days = dict(zip(ours.resolutions, ours.dates, strict=True))
    labels = sorted(ours.resolutions, reverse=True)
    letters = {code: letter for letter, code in record.LETTERS.items()}
    rows = [
        f"{label},{days[label]},{ours.topics[ours.column[label]]},{state},{letters[code]}"
        for label in labels
        for state, code in zip(ours.states, ours.of(label).tolist(), strict=True)
    ]
    file = tmp_path / "votes.csv"
    file.write_text("\n".join([",".join(record.LONG_COLUMNS), *rows]) + "\n", encoding="utf-8")
    given = inputs.recorded(file)
    assert given.resolutions == ours.resolutions
    assert (given.codes == ours.codes).all()
    same = [r for r in ours.resolutions if days[r] == days["77/37"]]
    assert same == ["77/36", "77/37", "77/96"]
