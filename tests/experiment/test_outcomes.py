"""Outcomes: that names are those of a run's table, what they mean, and their values in files."""

from __future__ import annotations

import numpy as np
import pytest

from sim import shipped
from sim.build import setting
from sim.core.ensemble import ensemble
from sim.core.registry import OUTCOMES
from sim.errors import InputError
from sim.experiment.outcomes import (
    Declared,
    ballots_of,
    columns,
    declared,
    extract,
    forms,
    in_words,
    members,
    names,
    of,
)
from sim.forums.rules import How
from tests.played import played, scenario
from tests.yardstick import cost


def known() -> dict[str, Declared]:
    room = scenario("rival-resolutions-2018")
    return declared(names(room), members(room))


@pytest.mark.parametrize("name", list(shipped.scenarios()))
def test_names_are_the_columns_of_a_run(name: str) -> None:
    found = played(name)
    assert ("run", "world", *names(scenario(name))) == tuple(found.table)
    assert ballots_of(found.table) == found.ballots
    assert tuple(declared(found.table)) == names(scenario(name))


@pytest.mark.parametrize("name", list(shipped.scenarios()))
def test_values_lie_in_the_range_that_is_declared(name: str) -> None:
    room, found = scenario(name), played(name)
    for said in declared(names(room), members(room)).values():
        if said.averaged:
            values = extract(said.name, found.table)
            values = values[~np.isnan(values)]
            if said.kind.scaled or said.kind.truth:
                assert said.low is not None
                assert said.high is not None
            assert said.low is None or (values >= said.low).all(), said.name
            assert said.high is None or (values <= said.high).all(), said.name


def test_every_meaning_is_filled_in() -> None:
    for said in known().values():
        assert "{" not in said.meaning + said.otherwise
        assert said.unit
        assert said.otherwise
        assert said.draft in ("73/27", "73/266", "73/187", "")


def test_every_outcome_that_a_mechanism_declares_has_a_form() -> None:
    assert {said.kind.name for said in forms().values()} == set(OUTCOMES)
    assert forms()["DRAFT.STAGE.in_favour"].title == "votes in favour of DRAFT"
    assert all(said.title and said.meaning and said.unit for said in forms().values())


def test_an_outcome_says_what_it_is() -> None:
    there = known()
    votes = there["73/27.plenary.in_favour"]
    assert votes.title == "votes in favour of 73/27"
    assert votes.meaning == "members in favour of 73/27 at plenary"
    assert (votes.unit, votes.low, votes.high) == ("votes", 0, 193)
    assert votes.missing == "an earlier stage had defeated the text, or it did not come to a vote"
    assert (votes.draft, votes.about) == ("73/27", "plenary")
    assert there["73/27.plenary.margin"].low == -193
    assert there["73/27.plenary.adopted"].otherwise == "0"
    assert there["status_quo.INST"].otherwise == "the status quo"
    assert not there["73/27.plenary.how"].averaged
    assert declared(there)["73/27.plenary.against"].high is None


def test_labels_with_dots_are_taken_apart_rightly() -> None:
    table = ["L.8.room.adopted", "L.8/Rev.1.room.adopted", "L.8/Rev.1.OP.1.value"]
    table += ["L.8.cosponsors", "L.8/Rev.1.cosponsors"]
    there = declared(table)
    assert there["L.8/Rev.1.OP.1.value"].draft == "L.8/Rev.1"
    assert "OP.1 of L.8/Rev.1" in there["L.8/Rev.1.OP.1.value"].meaning
    assert ballots_of(table) == (("L.8", "room"), ("L.8/Rev.1", "room"))


def test_a_conditional_outcome_names_its_condition() -> None:
    said = of("73/27.retained if adopted", known())
    assert said.meaning.endswith("only in runs in which 73/27 is adopted at plenary")
    assert (said.name, said.otherwise) == ("73/27.retained if adopted", "not defined")


@pytest.mark.parametrize(
    ("name", "problem", "suggestion"),
    [
        ("73/27.plenary.in_favor", "no such outcome", "73/27.plenary.in_favour"),
        ("73/27.retaned if adopted", "no such outcome", "73/27.retained if adopted"),
        ("votes", "no such outcome", ""),
        ("status_quo.INST if adopted", "about no draft", "status_quo.INST"),
    ],
)
def test_an_unknown_outcome_is_refused_with_the_nearest(
    name: str, problem: str, suggestion: str
) -> None:
    with pytest.raises(InputError) as caught:
        of(name, known())
    [found] = caught.value.mistakes
    assert problem in found.problem
    assert found.suggestion == suggestion
    assert suggestion or "status_quo.ISSUE" in found.allowed


def test_a_draft_that_is_never_decided_has_no_condition() -> None:
    there = declared(["73/27.retained", "73/27.cosponsors"])
    with pytest.raises(InputError, match="never decided"):
        of("73/27.retained if adopted", there)


NAN = np.nan


def table() -> dict[str, np.ndarray]:
    """Four runs of one draft: adopted, defeated at the second stage, at the first, and blocked."""
    return {
        "run": np.arange(4),
        "world": np.zeros(4, dtype=np.int64),
        "D.first.adopted": np.array([True, True, False, False]),
        "D.first.how": np.array([How.VOTE, How.VOTE, How.SHORTFALL, How.BLOCKED], dtype=np.int8),
        "D.first.in_favour": np.array([9, 8, 3, NAN]),
        "D.first.text_existed": np.array([NAN, NAN, NAN, 1]),
        "D.last.adopted": np.array([True, False, False, False]),
        "D.last.how": np.array(
            [How.VOTE, How.SHORTFALL, How.NOT_REACHED, How.NOT_REACHED], dtype=np.int8
        ),
        "D.last.in_favour": np.array([9, 4, NAN, NAN]),
        "D.last.margin": np.array([4, -1, NAN, NAN]),
        "D.last.text_existed": np.full(4, NAN),
        "D.OP1.value": np.array([0.7, 0.6, 1 / 3, 0.4]),
        "D.OP1.dropped": np.array([False, False, False, True]),
        "D.retained": np.array([1.0, 0.5, 0.25, 0.0]),
        "D.cosponsors": np.array([3, 3, 2, 1]),
        "status_quo.SOV": np.array([0.7, 0.4, 0.4, 0.4]),
    }


VALUES: dict[str, list[float]] = {
    "D.last.adopted": [1, 0, 0, 0],
    "D.first.in_favour": [9, 8, 3, NAN],
    "D.last.in_favour": [9, 4, NAN, NAN],
    "D.last.margin": [4, -1, NAN, NAN],
    "D.first.text_existed": [NAN, NAN, NAN, 1],
    "D.OP1.value": [70, 60, 33.333333, 40],
    "D.retained": [100, 50, 25, 0],
    "D.cosponsors": [3, 3, 2, 1],
    "status_quo.SOV": [70, 40, 40, 40],
    "D.retained if adopted": [100, NAN, NAN, NAN],
    "D.first.in_favour if adopted": [9, NAN, NAN, NAN],
    "E.retained": [NAN] * 4,
    "E.retained if adopted": [NAN] * 4,
    "D.OP2.value if adopted": [NAN] * 4,
}


@pytest.mark.parametrize("ballots", [(), (("D", "first"), ("D", "last"))])
def test_values_are_in_the_units_of_files_and_nan_where_not_defined(
    ballots: tuple[tuple[str, str], ...],
) -> None:
    for name, values in VALUES.items():
        found = extract(name, table(), ballots)
        assert found.dtype == np.float64
        np.testing.assert_array_equal(found, values, err_msg=name)


def test_the_table_is_left_as_it_was() -> None:
    before, after = table(), table()
    columns(VALUES, after)
    for name, column in before.items():
        np.testing.assert_array_equal(after[name], column)


def test_columns_are_as_files_have_them_and_masked_where_missing() -> None:
    found = columns([*VALUES, "D.last.how", "E.last.how", "D.OP1.dropped"], table())
    for name, values in VALUES.items():
        assert found[name].tolist() == [None if v != v else v for v in values], name  # noqa: PLR0124
    kinds = {name: column.dtype.kind for name, column in found.items()}
    assert (kinds["D.last.margin"], kinds["D.cosponsors"], kinds["D.last.how"]) == ("i",) * 3
    assert (kinds["D.last.adopted"], kinds["D.OP1.dropped"], kinds["D.retained"]) == (*"bb", "f")
    said = in_words("D.last.how", found["D.last.how"]).tolist()
    assert said == ["vote", "shortfall", "not_reached", "not_reached"]
    assert in_words("E.last.how", found["E.last.how"]).tolist() == [None] * 4
    with pytest.raises(ValueError, match="in words"):
        extract("D.last.how", table())


def test_taking_them_costs_next_to_nothing_beside_playing() -> None:
    rivals = scenario("rival-resolutions-2018")
    wanted, room = names(rivals), setting(rivals)
    assert len(wanted) > 80
    found = ensemble(room, 512)
    taken = cost(lambda: columns(wanted, found.table, found.ballots), 20)  # of 512 runs
    assert taken < cost(lambda: ensemble(room, 64))  # a quarter of that on a quiet machine
