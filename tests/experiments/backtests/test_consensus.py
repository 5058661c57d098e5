"""The consensus back-test: what was known before, no leak, baselines by hand, honest words."""

from __future__ import annotations

import dataclasses
import datetime as dt
from itertools import combinations
from pathlib import Path

import consensus
import numpy as np
import pytest
from consensus import COLUMNS, PREDICTORS, Case, bloc_distance, cases, matrix

from sim import record, shipped
from sim.analysis.panel import panel
from sim.errors import InputError
from sim.scoring import printed, writing
from sim.scoring.found import Found

X = np.array([[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]])
Y = np.array([0.0, 0.0, 1.0, 1.0, 1.0, 1.0])


def case(n: int, agreed: bool, distance: float, series: str = "core") -> Case:
    known = dict.fromkeys(PREDICTORS, 0.0) | {"distance": distance, "size": float(n % 3)}
    date = dt.date(2000 + n, 1, 1)
    return Case(f"case-{n}", series, f"forum {n}", date, agreed, "cited", known, 20)


def small(telling: bool) -> list[Case]:
    """Twelve cases with two failures, which the distance tells, or does not tell at all."""
    far = [5.0 if n in (3, 8) else 1.0 for n in range(12)]
    apart = far if telling else [float(n % 2) for n in range(12)]
    return [case(n, n not in (3, 8), apart[n]) for n in range(12)]


@pytest.fixture(scope="module")
def shipped_study() -> consensus.Study:
    return consensus.study([c for c in cases() if c.series == "core"])


@pytest.fixture(scope="module")
def found(shipped_study: consensus.Study) -> Found:
    ours = {"gge-2017": 0.9, "oewg-2021": 1.0}
    return consensus.found(shipped_study, consensus.study(cases()), ours)


def test_every_row_has_a_source_and_a_mark() -> None:
    rows = record.table(shipped.data("consensus_record.csv"), COLUMNS)
    assert len(rows) >= 12
    assert all(row.cells["source"].strip() and row.cells["mark"] for row in rows)
    assert len({row.cells["id"] for row in rows}) == len(rows)


def test_the_two_known_failures_and_the_rooms() -> None:
    known = {c.id: c for c in cases()}
    core = [c for c in known.values() if c.series == "core"]
    assert [c.id for c in core if not c.agreed] == ["gge-2005", "gge-2017"]
    sizes = {name: known[name].members for name in ("gge-2005", "gge-2015", "gge-2017")}
    assert sizes == {"gge-2005": 15, "gge-2015": 20, "gge-2017": 25}
    dates = [c.date for c in core]
    assert dates == sorted(dates)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("outcome", "perhaps", "agreed, failed"),
        ("members", "GBR;XYZ", "XYZ"),
        ("members", "group Nobody", "Nobody"),
        ("source", " ", "is empty"),
        ("date", "July 2005", "YYYY-MM-DD"),
        ("contested", "2", "contested"),
    ],
)
def test_what_is_wrong_names_line_and_field(
    tmp_path: Path, field: str, value: str, said: str
) -> None:
    good = dict(zip(COLUMNS, ["a", "core", "A", "2005-07-15", "failed", "GBR;USA"], strict=False))
    good |= {"contested": "0", "last_meeting": "1", "other_track": "0"}
    good |= {"what": "it met", "source": "somewhere", "mark": "cited"}
    file = tmp_path / "record.csv"
    file.write_text("# none\n" + "\n".join([",".join(COLUMNS), ",".join(good.values())]) + "\n")
    assert len(cases(file)) == 1
    bad = good | {field: value}
    file.write_text("# none\n" + "\n".join([",".join(COLUMNS), ",".join(bad.values())]) + "\n")
    with pytest.raises(InputError) as error:
        cases(file)
    assert f"{file}:3: {field}" in str(error.value)
    assert said in str(error.value)


def test_predictors_use_no_point_of_the_year_itself() -> None:
    of = panel()
    changed = dataclasses.replace(of, values=np.where(np.array(of.years) >= 2017, 9.0, of.values))
    assert np.array_equal(of.before(2017), changed.before(2017))
    assert not np.array_equal(of.before(2018), changed.before(2018))


def test_a_year_past_the_table_takes_its_last() -> None:
    assert np.array_equal(panel().before(2023), panel().before(2030))


def test_two_blocs_are_found_where_they_are() -> None:
    assert bloc_distance(np.array([0.0, 0.2, 2.1, 1.9])) == pytest.approx(1.9)
    assert bloc_distance(np.array([1.0, 1.0])) == 0.0


def test_leaving_one_out_does_not_see_what_it_predicts() -> None:
    before = consensus.left_out(X, Y)
    for i in range(len(Y)):
        turned = Y.copy()
        turned[i] = 1 - turned[i]
        after = consensus.left_out(X, turned)
        assert after[i] == pytest.approx(before[i], abs=1e-12)
        assert np.abs(np.delete(after - before, i)).max() > 1e-3
        rate = consensus.rate_left_out(turned)
        assert rate[i] == pytest.approx(consensus.rate_left_out(Y)[i])


def test_many_placings_at_once_are_as_one_by_one() -> None:
    every = consensus.placings(6, 2)
    assert len(every) == 15
    assert np.array_equal(np.unique(every, axis=0).sum(1), np.full(15, 4.0))
    at_once = consensus.left_out(X, every)
    assert at_once == pytest.approx(np.array([consensus.left_out(X, y) for y in every]), abs=1e-9)


def test_baselines_by_hand() -> None:
    y = np.array([1.0, 1.0, 0.0])
    assert consensus.rate_left_out(y) == pytest.approx([1.5 / 3, 1.5 / 3, 2.5 / 3])
    assert consensus.so_far(y) == pytest.approx([0.5, 1.5 / 2, 2.5 / 3])
    assert consensus.last_again(y) == pytest.approx([0.5, 0.5, 0.75])
    scored = consensus.trial("half", np.full(3, 0.5), y)
    assert (scored.brier, scored.log) == pytest.approx((0.25, np.log(2)))


def test_the_exact_test_counts_the_record_itself_and_is_least_where_all_is_told() -> None:
    chance = consensus.exact(X, Y)
    assert chance.as_well >= 1
    assert chance.ours == pytest.approx(chance.all.min())
    assert chance.p == chance.as_well / 15
    constant = consensus.exact(np.zeros((6, 1)), Y)
    assert constant.p == 1.0


def test_picking_the_best_is_held_against_luck_that_picks_too() -> None:
    models = [
        np.array([[float(n in pair)] for n in range(6)]) for pair in combinations(range(6), 2)
    ]
    assert consensus.exact(models[0], Y).p < 0.1
    assert consensus.exact_best(models, Y).p == 1.0


def test_too_many_placings_are_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        consensus.placings(40, 20)


def test_sentences_turn_with_the_numbers() -> None:
    good, bad = consensus.study(small(True)), consensus.study(small(False))
    right = consensus.found(good, good, {"case-3": 0.0, "case-4": 1.0})
    assert "ours beats 'base rate'" in right.answer[0]
    assert "simulation beats 'base rate', Brier 0.000" in str(right.others[-1])
    lost = consensus.found(bad, bad, {"case-3": 1.0, "case-4": 1.0})
    assert "ours loses to 'base rate'" in lost.answer[0]
    assert "simulation loses to 'base rate'" in str(lost.others[-1])


def test_what_two_failures_can_show_is_said(found: Found) -> None:
    said = " ".join(found.answer)
    assert "10 of 12 forums agreed" in said
    assert "between 52% and 98%" in said
    assert "1 in 66 (1.5%)" in said


def test_the_model_is_named_by_theory_and_not_by_its_score(found: Found) -> None:
    models = found.tables["models"]
    named = [w for w, n in zip(models["way"], models["named_before"], strict=True) if n]
    assert set(named) == {"distance + contested"}
    assert len(consensus.MODELS) == 15
    assert max(len(names) for names in consensus.MODELS) == 2


def test_what_is_said_is_in_the_tables(found: Found) -> None:
    models = found.tables["models"]
    rows = zip(models["set"], models["way"], models["brier"], strict=True)
    brier = {(s, w): b for s, w, b in rows}
    assert f"Brier {brier['core', 'distance + contested']:.3f}" in found.answer[0]
    chances = found.tables["chances"]
    core = [n for n, s in enumerate(chances["set"]) if s == "core"]
    errors = [(chances["named"][n] - chances["recorded"][n]) ** 2 for n in core]
    assert np.mean(errors) == pytest.approx(brier["core", "distance + contested"], abs=1e-6)


def test_every_column_is_told_and_the_folder_is_written(found: Found, tmp_path: Path) -> None:
    assert writing.undescribed(found) == []
    writing.write(found, tmp_path, ["consensus.py"])
    assert {f.stem for f in (tmp_path / "figures").glob("*.png")} == {"chances", "luck"}
    assert max(map(len, printed.lines(found, Path("x"), []))) <= 80


def test_predictors_of_a_model_are_its_columns() -> None:
    of = small(True)
    assert matrix(of, ("distance",))[3, 0] == 5.0
    assert matrix(of, ("distance", "size")).shape == (12, 2)
