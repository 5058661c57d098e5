"""Files of other programs made scenarios: valid as written, with the numbers of the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError
from sim.forums.presets import PRESETS
from sim.published.importing import write_scenario
from sim.published.of_scenario import table_of
from sim.published.readers import read
from sim.scenario import check, load
from sim.study.run import play

from .given import fixture
from .test_readers import DECIDE, KTAB, LONG, WIDE

KINDS = {"ktab": KTAB, "decide": DECIDE, "long": LONG, "wide": WIDE}


def saved(folder: Path, text: str, name: str = "file.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_checked_without_warnings_and_runs(tmp_path: Path, kind: str) -> None:
    made = write_scenario(saved(tmp_path, KINDS[kind]), name="mine", folder=tmp_path)
    assert made.files == (tmp_path / "mine.yaml",)
    assert check(made.files[0]) == []
    assert play(str(made.files[0]), runs=2).outcomes.runs == 2


@pytest.mark.parametrize("kind", KINDS)
def test_its_numbers_are_those_of_the_file(tmp_path: Path, kind: str) -> None:
    file = saved(tmp_path, KINDS[kind])
    before = read(file).table
    made = write_scenario(file, folder=tmp_path)
    after = table_of(load(made.files[0]))
    assert after.actors == tuple({"A, 1": "A_1"}.get(a, a) for a in before.actors)
    there = before.present
    np.testing.assert_allclose(after.position[there], before.position[there], atol=1e-6)
    np.testing.assert_allclose(after.salience, before.salience, atol=1e-6)
    share = before.overall / before.overall.max()
    np.testing.assert_allclose(after.overall / 100, share, atol=1e-6)


@pytest.mark.parametrize("forum", PRESETS)
def test_it_is_valid_under_every_rule(tmp_path: Path, forum: str) -> None:
    made = write_scenario(saved(tmp_path, KTAB), folder=tmp_path, forum=forum)
    assert check(made.files[0]) == []
    assert load(made.files[0]).forums["room"].rules == forum
    assert play(str(made.files[0]), runs=2).outcomes.runs == 2


def test_what_the_file_says_is_kept(tmp_path: Path) -> None:
    made = write_scenario(saved(tmp_path, LONG), folder=tmp_path)
    there = load(made.files[0])
    assert there.issues["TOLL"].status_quo == 50  # 3.5 of 0 to 7
    assert there.issues["TOLL"].low == "no toll at all"
    assert there.issues["TOLL"].high.startswith("EDIT")
    words = load(write_scenario(saved(tmp_path, DECIDE, "d.txt"), folder=tmp_path).files[0])
    assert words.issues["TOLL"].words[38] == "some"  # 3 of .5 to 7
    assert words.issues["TOLL"].high == "much"


def test_the_text_is_the_weighted_mean_and_the_status_quo_is_marked(tmp_path: Path) -> None:
    made = write_scenario(saved(tmp_path, KTAB), folder=tmp_path)
    there = load(made.files[0])
    clauses = there.draft("draft").clauses
    assert clauses["OP1"].value == pytest.approx(27.69, abs=0.005)
    assert there.draft("draft").sponsors == ("A_1",)
    assert there.issues["PSTN1"].status_quo == 100  # the pole farther from 27.7
    text = made.files[0].read_text()
    assert "status_quo: 100  # EDIT" in text
    assert any("status quo of every issue" in told for told in made.assumed)


def test_many_actors_stand_in_a_table(tmp_path: Path) -> None:
    rows = [f"A{i},{i * 5},50,{i}" for i in range(1, 16)]
    text = "\n".join(["actor,position,salience,capability", *rows])
    made = write_scenario(saved(tmp_path, text), name="mine", folder=tmp_path)
    assert [file.name for file in made.files] == ["mine.yaml", "mine_actors.csv"]
    assert check(made.files[0]) == []
    assert len(load(made.files[0]).actors) == 15


def test_other_programs_own_files(tmp_path: Path) -> None:
    for name in ("dummyData_3Dim.csv", "decide_sample_data.txt", "cop21.csv"):
        made = write_scenario(fixture(name), folder=tmp_path)
        assert check(made.files[0]) == [], name


def test_countries_get_their_codes_and_names_that_collide_stay_apart(tmp_path: Path) -> None:
    text = "actor,position\nNorway,10\nNOR,20\nno: [x] # 'y',90\nno x y,5\nUSA,3\n"
    made = write_scenario(saved(tmp_path, text), folder=tmp_path)
    actors = load(made.files[0]).actors
    assert list(actors) == ["NOR", "NOR_2", "no_x_y", "no_x_y_2", "USA"]
    assert actors["no_x_y"].name == "no: [x] # 'y'"
    assert check(made.files[0]) == []


def test_who_cares_for_nothing_is_in_the_room_all_the_same(tmp_path: Path) -> None:
    made = write_scenario(
        saved(tmp_path, "actor,position,salience\nA,1,0\nB,9,50\n"), folder=tmp_path
    )
    assert check(made.files[0]) == []
    assert any("cares for nothing" in told for told in made.assumed)


def test_names_of_issues_that_become_one_code_stay_apart(tmp_path: Path) -> None:
    long = "a very long name of an issue"
    text = f"actor,issue,position\nA,{long} 1,10\nA,{long} 2,20\nA,2nd,5\nB,2nd,9\n"
    made = write_scenario(saved(tmp_path, text), folder=tmp_path)
    assert list(load(made.files[0]).issues) == ["AVERYLONGNAMEOFA", "AVERYLONGNAMEOF2", "I2ND"]
    assert check(made.files[0]) == []


def test_nothing_is_overwritten_and_nothing_half_written(tmp_path: Path) -> None:
    rows = [f"A{i},{i}" for i in range(20)]
    file = saved(tmp_path, "\n".join(["actor,position", *rows]))
    (tmp_path / "file.yaml").write_text("mine")
    with pytest.raises(InputError, match="is there already"):
        write_scenario(file, folder=tmp_path)
    assert (tmp_path / "file.yaml").read_text() == "mine"
    assert not (tmp_path / "file_actors.csv").exists()


def test_what_cannot_be_imported_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no positions"):
        write_scenario(saved(tmp_path, "actor,votes\nA,1\nB,2\n"), folder=tmp_path)
    with pytest.raises(InputError, match=r"did you mean 'two_thirds'"):
        write_scenario(saved(tmp_path, KTAB), folder=tmp_path, forum="two_third")
    with pytest.raises(InputError, match="name for a file"):
        write_scenario(saved(tmp_path, KTAB), folder=tmp_path, name="../x")
    assert not list(tmp_path.glob("*.yaml"))
