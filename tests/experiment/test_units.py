"""Shares and per-cent signs in what is varied: as people write them, and as programs draw them."""

from __future__ import annotations

import pytest

from sim import experiment
from sim.experiment import design
from tests.small import VOTE

from .conftest import Checks, Reads, Refused

SHARE = "is a share; per cents run from 0 to 100: write "
RANGE = "is a range of shares; per cents run from 0 to 100: write "
SIGN = "has a per-cent sign, and is not in per cents"


def vary(said: str, more: str = "") -> str:
    return f"vary:\n  {said}\n{more}"


SAMPLE = "design: latin_hypercube\npoints: 8\n"


def test_levels_in_shares_are_refused_each_with_its_line(refused: Refused) -> None:
    levels = "forums.room.quorum:\n  - 0.25\n  - 50\n  - 0.75"
    first, second = refused(vary(levels.replace("\n", "\n  ")))
    assert (first.line, first.field, first.value) == (5, "vary.forums.room.quorum.1", "0.25")
    assert first.problem == f"{SHARE}25, or 0.25% if so little is meant"
    assert (second.line, second.value) == (7, "0.75")


@pytest.mark.parametrize(
    "said",
    [
        "USA.position.SOV: [0.25, 50]",
        "USA.position.SOV: {levels: [0.25, 50]}",
        "USA.position.SOV: 0.25",
        "drafts.73/27.OP3: [0.25, 50]",
        "drafts.73/27.OP3: [{issue: SOV, value: 0.25}, 50]",
        "USA: [{position: {SOV: 0.25}}]",
        "'[USA, RUS].position.SOV': [0.25]",
        "events: [[{session: 1, set: {USA.capability: 0.25}}]]",
        "forums.room.majority: [two_thirds, 0.25]",
    ],
)
def test_a_share_is_refused_however_the_level_is_written(refused: Refused, said: str) -> None:
    [mistake] = refused(vary(said))
    assert (mistake.line, mistake.value) == (4, "0.25")
    assert mistake.problem.startswith(f"{SHARE}25, or ")


def test_a_level_for_each_state_is_refused_once(refused: Refused) -> None:
    [mistake] = refused(vary("'*.capability': [0.5]", "design: one_at_a_time\n"))
    assert (mistake.line, mistake.field) == (4, "vary.*.capability.1")


def test_levels_with_their_sign_are_numbers(checks: Checks, reads: Reads) -> None:
    text = vary("forums.room.quorum: [25%, 50 %, 0.5%, 1]")
    settings = [point.settings for point in checks(text).points]
    assert settings == [(), *((f"forums.room.quorum={n}",) for n in ("25", "50", "0.5", "1"))]
    [factor] = reads(text).factors
    assert (factor.low, factor.high) == (0.5, 50)


def test_the_same_level_with_and_without_its_sign_is_written_twice(refused: Refused) -> None:
    [mistake] = refused(vary("forums.room.quorum: [25%, 25]"))
    assert mistake.problem == "this level is written twice"


@pytest.mark.parametrize("more", ["", SAMPLE])
@pytest.mark.parametrize(
    ("ends", "right"),
    [
        ("from: 0, to: 1", "0 to 100, or 0% to 1%"),
        ("low: 0.25, high: 0.75", "25 to 75, or 0.25% to 0.75%"),
    ],
)
def test_a_range_of_shares_is_refused(refused: Refused, ends: str, right: str, more: str) -> None:
    steps = "" if more else ", steps: 3"
    [mistake] = refused(vary(f"forums.room.quorum: {{{ends}{steps}}}", more))
    assert (mistake.line, mistake.field) == (4, "vary.forums.room.quorum")
    assert mistake.problem == f"{RANGE}{right} if so little is meant"
    assert mistake.value in ("0 to 1", "0.25 to 0.75")


def test_a_range_with_its_sign_means_what_it_says(checks: Checks) -> None:
    found = checks(vary("forums.room.quorum: {from: 0%, to: 1 %, steps: 3}"))
    levels = [point.levels["forums.room.quorum"] for point in found.points]
    assert levels == ["unchanged", "0", "0.5", "1"]
    quorums = [found.scenarios[point.id].forums["room"].quorum for point in found.points]
    assert quorums == [None, 0, 0.5, 1]


def test_steps_of_a_wider_range_may_lie_below_one(checks: Checks) -> None:
    found = checks(vary("USA.capability: {from: 0, to: 100, steps: 201}"))
    assert found.scenarios[found.points[2].id].actors["USA"].capability == 0.5


@pytest.mark.parametrize("name", ["latin_hypercube", "sobol"])
def test_drawn_numbers_may_lie_below_one(checks: Checks, name: str) -> None:
    found = checks(
        vary("USA.capability: {from: 0, to: 2}", SAMPLE.replace(SAMPLE.split()[1], name))
    )
    drawn = [float(p.levels["USA.capability"]) for p in found.points[1:]]
    assert any(0 < number < 1 for number in drawn)
    there = [found.scenarios[p.id].actors["USA"].capability for p in found.points[1:]]
    assert there == drawn


def test_one_drawn_point_can_be_read_by_itself(reads: Reads) -> None:
    asked = reads(vary("USA.capability: {from: 0, to: 2}", SAMPLE))
    points = design.lay_out(asked)
    small = next(p for p in points[1:] if float(p.levels["USA.capability"]) < 1)
    found = experiment.scenario(asked, small).actors["USA"].capability
    assert found == float(small.levels["USA.capability"])


def test_other_numbers_may_be_shares(checks: Checks) -> None:
    assert checks(vary("parameters.deadline: [0.25, 0.5]")).points
    assert checks(vary("parameters.deadline: {from: 0, to: 0.5, steps: 3}")).points
    assert checks(vary("drafts.73/27.OP3.weight: [0.5]")).points


@pytest.mark.parametrize(
    "said", ["parameters.memory: [2%]", "parameters.memory: {from: 0%, to: 2, steps: 3}"]
)
def test_a_sign_is_refused_where_no_per_cent_belongs(refused: Refused, said: str) -> None:
    [mistake] = refused(vary(said))
    assert (mistake.line, mistake.problem) == (4, SIGN)
    assert mistake.value in ("2%", "0 to 2")


def test_what_holds_everywhere_is_a_persons_too(refused: Refused) -> None:
    [mistake] = refused("set: {forums.room.quorum: 0.5}\n" + vary("USA: [absent]"))
    assert (mistake.line, mistake.field) == (3, "set.forums.room.quorum")
    assert mistake.problem.startswith(SHARE)


TABLE = "design: points.csv\n"


@pytest.mark.parametrize(("first", "second"), [("0.5", "30"), ("0.5%", "1"), ("0", "1")])
def test_cells_of_a_table_of_points_are_taken_as_they_stand(
    checks: Checks, first: str, second: str
) -> None:
    found = checks(TABLE, points__csv=f"USA.capability\n{first}\n{second}\n")
    there = [found.scenarios[point.id].actors["USA"].capability for point in found.points[1:]]
    assert there == [float(first.removesuffix("%")), float(second)]


def test_a_column_of_shares_is_refused(refused: Refused) -> None:
    rows = "# drawn\nforums.room.majority\n0.5\ntwo_thirds\n0.75\n"
    [mistake] = refused(TABLE, points__csv=rows)
    assert (mistake.line, mistake.field) == (2, "column forums.room.majority")
    assert mistake.file.endswith("points.csv")
    assert mistake.problem == f"{RANGE}50 to 75, or 0.5% to 0.75% if so little is meant"


def test_a_sign_in_a_column_that_is_not_in_per_cents_is_refused(refused: Refused) -> None:
    [mistake] = refused(TABLE, points__csv="parameters.memory\n2%\n1\n")
    assert (mistake.field, mistake.problem) == ("column parameters.memory", SIGN)


def test_the_bases_own_level_is_a_number(checks: Checks) -> None:
    signed = VOTE.replace("cohesion: 60", "cohesion: 60%")
    found = checks(vary("blocs.EU.cohesion: [30%]"), small__yaml=signed)
    assert found.base.sections["blocs"]["EU"].cohesion == 60
    assert found.own == {"blocs.EU.cohesion": "60"}
