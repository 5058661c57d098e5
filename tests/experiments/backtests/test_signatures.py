"""The signatures back-test: nothing of the event is seen, unknown is not a no, honest words."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import numpy as np
import pytest
import signatures
from signatures import DFI, EVENTS, HANOI, TABLE, Way, best_cut, known, ranked, scored, signed

from sim import record, shipped
from sim.analysis.panel import panel
from sim.errors import InputError
from sim.scoring import printed, writing
from sim.scoring.found import Found

STATES = panel().states


@pytest.fixture(scope="module")
def study() -> signatures.Study:
    return signatures.study(signatures.declaration(), signatures.convention())


@pytest.fixture(scope="module")
def found(study: signatures.Study) -> Found:
    return signatures.found(study)


def of(states: str, values: np.ndarray) -> list[float]:
    return [float(values[STATES.index(s)]) for s in states.split()]


def test_every_row_has_a_source_and_a_mark() -> None:
    rows = record.table(shipped.data(TABLE), ("event", "iso3", "signed", "source", "mark"))
    assert {row.cells["event"] for row in rows} >= set(EVENTS)
    assert all(row.cells["source"].strip() and row.cells["mark"] for row in rows)
    assert len({(r.cells["event"], r.cells["iso3"]) for r in rows}) == len(rows)


def test_a_complete_list_says_no_and_a_partial_one_says_nothing() -> None:
    dfi, hanoi = signed(EVENTS[DFI]), signed(EVENTS[HANOI])
    assert of("USA KEN CHN IND", dfi) == [1, 1, 0, 0]
    assert int(dfi.sum()) == EVENTS[DFI].total
    assert of("VNM RUS USA JPN", hanoi) == [1, 1, 0, 0]
    assert np.isnan(of("THA", hanoi)[0])
    assert int(np.nansum(hanoi)) < EVENTS[HANOI].total


@pytest.mark.parametrize(
    ("field", "value"),
    [("event", "tlatelolco"), ("iso3", "XXX"), ("signed", "maybe"), ("mark", "x"), ("source", "")],
)
def test_what_is_wrong_names_line_and_field(tmp_path: Path, field: str, value: str) -> None:
    good = {"event": DFI, "iso3": "FRA", "signed": "yes", "source": "a", "mark": "cited"}
    file = tmp_path / "signatures.csv"
    file.write_text(",".join(good) + "\n" + ",".join((good | {field: value}).values()) + "\n")
    with pytest.raises(InputError) as error:
        signed(EVENTS[DFI], file)
    assert f"{file}:2: {field}" in str(error.value)


def test_a_header_and_no_rows_is_no_table(tmp_path: Path) -> None:
    file = tmp_path / "signatures.csv"
    file.write_text("event,iso3,signed,source,mark\n")
    with pytest.raises(InputError, match="no rows"):
        signed(EVENTS[DFI], file)


def test_predictors_are_those_known_before_the_day() -> None:
    x = known(dt.date(2019, 12, 27), ("73/187",))
    assert of("FRA", x[:, 1]) == [1.0]
    assert of("SWE", x[:, 1]) == [0.0]  # acceded in 2021
    assert of("SWE", known(dt.date(2022, 4, 28), ("73/187",))[:, 1]) == [1.0]
    assert of("EST GBR CHN", x[:, 2]) == [1, 1, 0]
    assert of("RUS USA", x[:, 3]) == [1, -1]
    assert np.array_equal(x[:, 0], panel().before(2019))


def test_a_vote_of_the_day_or_later_is_refused() -> None:
    with pytest.raises(ValueError, match="74/247"):
        known(dt.date(2019, 12, 27), ("73/187", "74/247"))


def test_no_model_sees_the_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turn the record of both events about: all but the one marked hindcast the same."""
    yes, ways = signatures.declaration()
    _, orders = signatures.convention()
    real = signatures.signed
    monkeypatch.setattr(signatures, "signed", lambda event: 1 - real(event))
    turned, again = signatures.declaration()
    _, others = signatures.convention()
    assert not np.array_equal(yes, turned)
    for one, other in zip([*ways, *orders], [*again, *others], strict=True):
        if not one.knows:
            assert np.array_equal(one.chances, other.chances), one.name
    assert [w.name for w in ways if w.knows] == ["one cut, fitted on the event"]


def test_training_for_hanoi_ends_before_the_vote_that_it_learns() -> None:
    day = record.votes().dates[record.votes().column[signatures.BEGUN]]
    before = record.votes().dates[record.votes().column[signatures.BEFORE]]
    assert before < day
    with pytest.raises(ValueError, match=signatures.BEGUN):
        known(day, (signatures.BEGUN,))


def test_one_cut_by_hand() -> None:
    values = np.array([0.0, 1.0, 2.0, 3.0])
    up = best_cut(values, np.array([0.0, 0.0, 1.0, 1.0]))
    assert up(values).tolist() == [0, 0, 1, 1]
    assert best_cut(values, np.array([1.0, 0.0, 0.0, 0.0]))(values).tolist() == [1, 0, 0, 0]
    assert best_cut(values, np.ones(4))(values).tolist() == [1, 1, 1, 1]


def test_one_cut_fitted_on_the_declaration_is_as_published(study: signatures.Study) -> None:
    knows = next(s for s in study.scores if s.way.knows)
    assert knows.accuracy == pytest.approx(0.891, abs=0.005)
    assert 1 - study.yes.mean() == pytest.approx(0.698, abs=0.006)


def test_scores_by_hand() -> None:
    yes = np.array([1.0, 1.0, 0.0, 0.0])
    way = scored(Way("a", np.array([1.0, 0.4, 0.6, 0.0]), soft=False), yes)
    assert (way.accuracy, way.brier, way.auc) == pytest.approx((0.5, 0.18, 0.75))
    assert way.expected == pytest.approx(2.0)
    assert np.isnan(way.log)


def test_the_named_are_ranked_against_all_others_and_unknown_is_no_no() -> None:
    chances = np.array([0.9, 0.8, 0.7, 0.2, 0.1])
    said = np.array([1.0, 1.0, np.nan, np.nan, 0.0])
    best = ranked(Way("a", chances), said, 3)
    assert best.area == 1.0
    assert best.corrected == pytest.approx((1 - 1 / 6) / (1 - 1 / 3))
    assert (best.caught, best.by_chance) == (2, pytest.approx(1.2))
    assert best.luck == pytest.approx(0.3)  # 3 of the 10 ways to place two among five
    still = ranked(Way("b", np.full(5, 0.5)), said, 3)
    assert (still.area, still.corrected, still.area_refused) == (0.5, 0.5, 0.5)


def turned(study: signatures.Study, name: str, chances: np.ndarray) -> signatures.Study:
    ways = [dataclasses.replace(w, chances=chances) if w.name == name else w for w in study.ways]
    return signatures.study((study.yes, ways), (study.said, study.orders))


def test_sentences_turn_with_the_numbers(study: signatures.Study) -> None:
    good = signatures.found(turned(study, signatures.OURS, study.yes)).answer
    assert "ours beats 'one cut on the ideal point'" in good[0]
    assert "calls 100% of states right (no baseline calls more)" in good[2]
    assert "ranks 100% of pairs" in good[2]
    bad = signatures.found(turned(study, signatures.OURS, 1 - study.yes)).answer
    assert "ours loses to 'one cut on the ideal point'" in bad[0]
    assert "more are called by" in bad[2]


@pytest.mark.parametrize(("high", "low", "said"), [(0.9, 0.1, "can"), (0.5, 0.5, "cannot")])
def test_the_words_on_hanoi_turn_too(
    study: signatures.Study, high: float, low: float, said: str
) -> None:
    chances = np.where(study.said == 1, high, low)
    first = dataclasses.replace(study.orders[0], chances=chances)
    orders = [first, *study.orders[1:]]
    made = signatures.study((study.yes, study.ways), (study.said, orders))
    answer = signatures.found(made).answer
    assert any(f"the order {said} be told from chance" in one for one in answer)


def test_what_is_said_is_in_the_tables(found: Found) -> None:
    table = found.tables["declaration"]
    assert f"Brier {table['brier'][0]:.3f}" in found.answer[0]
    states = found.tables["states"]
    errors = (np.asarray(states["chance_model_of_four_predictors"]) - states["endorsed"]) ** 2
    assert errors.mean() == pytest.approx(table["brier"][0], abs=1e-5)


def test_every_column_is_told_and_the_folder_is_written(found: Found, tmp_path: Path) -> None:
    assert writing.undescribed(found) == []
    writing.write(found, tmp_path, ["signatures.py"])
    drawn = {f.stem for f in (tmp_path / "figures").glob("*.png")}
    assert drawn == {"declaration", "scores", "convention"}
    assert max(map(len, printed.lines(found, Path("x"), []))) <= 80
