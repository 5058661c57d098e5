"""What `plenary calibrate` writes and says; what it computes is tested in tests/analysis."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.errors import InputError
from sim.show import calibrated


def test_it_writes_three_files_and_says_how_to_use_them(tmp_path: Path) -> None:
    said = calibrated.write("2018-11-08", "mine", None, tmp_path, worlds=5, seed=1)
    names = ["calibration_mine.json", "un_members_mine.csv", "worlds_mine.csv"]
    assert sorted(f.name for f in tmp_path.iterdir()) == names
    assert "before 2018-11-08" in said[0]
    assert "as worlds" in said[-1]


@pytest.mark.parametrize("until", ["soon", "2018-13-01", "1990-01-01"])
def test_a_date_that_will_not_do(tmp_path: Path, until: str) -> None:
    with pytest.raises(InputError):
        calibrated.write(until, None, None, tmp_path, worlds=5, seed=1)
    assert list(tmp_path.iterdir()) == []


def test_votes_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        calibrated.write("2018-11-08", None, tmp_path / "none.csv", tmp_path, worlds=5, seed=1)
