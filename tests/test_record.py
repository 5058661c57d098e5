"""Recorded votes: tallies of record, both layouts, and what is wrong with a table."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from sim import record
from sim.errors import InputError

TALLIES = {
    "73/27": (119, 46, 14, 14),
    "73/187": (94, 59, 33, 7),
    "73/266": (138, 12, 16, 27),
    "74/28": (163, 10, 6, 14),
    "74/29": (129, 6, 45, 13),
    "74/247": (79, 60, 33, 21),
    "75/240": (92, 50, 21, 30),
    "77/36": (112, 52, 8, 21),
    "77/37": (156, 7, 14, 16),
}
LONG = "resolution,date,topic,iso3,vote\n80/1,2025-12-01,cyber,USA,N\n80/1,2025-12-01,cyber,EST,Y\n"


def written(folder: Path, text: str) -> Path:
    file = folder / "votes.csv"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(("label", "tally"), TALLIES.items())
def test_the_shipped_table_holds_the_tallies_of_record(label: str, tally: tuple[int, ...]) -> None:
    assert record.votes().tally(label) == tally


def test_before_a_date_leaves_that_day_out() -> None:
    votes = record.votes()
    cut = votes.before(dt.date(2018, 12, 5))
    assert "72/201" in cut.resolutions
    assert "73/27" not in cut.resolutions
    assert all(day < dt.date(2018, 12, 5) for day in cut.dates)
    assert cut.codes.shape == (193, len(cut.resolutions))


def test_a_state_has_no_seat_before_it_is_a_member() -> None:
    votes = record.votes()
    assert votes.of("54/50")[votes.states.index("SSD")] == record.NO_SEAT
    assert votes.of("73/27")[votes.states.index("SSD")] != record.NO_SEAT


def test_a_long_table_keeps_the_series_that_are_known_and_takes_others_by_name(
    tmp_path: Path,
) -> None:
    votes = record.votes(written(tmp_path, LONG.replace("80/1", "73/27")))
    assert votes.series == ("developments in ICT",)
    assert votes.with_series({"73/27": "other"}).series == ("other",)


def test_a_long_table_can_be_dropped_in(tmp_path: Path) -> None:
    votes = record.votes(written(tmp_path, "# newer\n" + LONG))
    assert votes.states == ("EST", "USA")
    assert votes.dates == (dt.date(2025, 12, 1),)
    assert votes.series == ("cyber",)
    np.testing.assert_array_equal(votes.of("80/1"), [1, -1])


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        (LONG.replace(",N", ",Q"), "is not a vote", 2),
        (LONG.replace("2025-12-01", "1 Dec"), "is not a date", 2),
        (LONG + "80/1,2025-12-01,cyber,EST,Y\n", "appears twice", 4),
        (LONG + "80/1,2025\n", "has 2 cells, and the header 5", 4),
        (LONG.replace("topic", "theme"), "this column is missing", None),
        ("", "empty", None),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(
    tmp_path: Path, text: str, problem: str, line: int | None
) -> None:
    with pytest.raises(InputError) as caught:
        record.votes(written(tmp_path, text))
    mistakes = caught.value.mistakes
    assert problem in str(caught.value)
    assert mistakes[0].file.endswith("votes.csv")
    assert line is None or mistakes[0].line == line


def test_a_missing_file_and_an_unknown_resolution_are_input_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        record.votes(tmp_path / "none.csv")
    with pytest.raises(InputError, match="73/27"):
        record.votes().of("73/277")


def wide(folder: Path, votes: str, about: str) -> Path:
    head = "resolution,date,topic,series\n"
    (folder / "resolutions.csv").write_text(head + about, encoding="utf-8")
    return written(folder, votes)


def test_a_wide_table_takes_dates_and_series_from_the_one_beside_it(tmp_path: Path) -> None:
    about = "80/2,2025-12-02,cyber,b\n80/1,2025-12-01,cyber,a\n"
    votes = record.votes(wide(tmp_path, "iso3,80/2,80/1\nUSA,N,\n", about))
    assert votes.resolutions == ("80/1", "80/2")
    assert votes.series == ("a", "b")
    np.testing.assert_array_equal(votes.codes, [[record.NO_SEAT, record.AGAINST]])


@pytest.mark.parametrize(
    ("votes", "problem"),
    [
        ("iso3,80/9\nUSA,N\n", "no row for this resolution.*80/9"),
        ("iso3,80/1\nUSA,N\nUSA,Y\n", "votes.csv:3: iso3: appears twice"),
        ("iso3,80/1\nUSA,?\n", "votes.csv:2: 80/1: is not a vote"),
        ("iso3,80/1\n", "holds no votes"),
    ],
)
def test_what_is_wrong_in_a_wide_table_is_said(tmp_path: Path, votes: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        record.votes(wide(tmp_path, votes, "80/1,2025-12-01,cyber,a\n"))
