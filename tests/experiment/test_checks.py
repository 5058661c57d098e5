"""An experiment against its scenario: what is played, and what is refused with its line."""

# ruff: noqa: E501  a table of mistakes, one a line

from __future__ import annotations

import pytest

from sim.experiment import checked, lay_out, scenario
from sim.experiment.checks import MOST_READ
from sim.experiment.model import Point
from sim.experiment.outcomes import of
from sim.scenario import load
from tests.experiment.conftest import Checks, Reads, Refused

COHESION = "vary:\n  blocs.EU.cohesion: [0, 60, 100]\n"


def settings(points: tuple[Point, ...]) -> list[tuple[str, ...]]:
    return [point.settings for point in points]


def test_every_point_gets_its_scenario(checks: Checks) -> None:
    found = checks("set: {parameters.influence: 0}\nseed: 9\nvary: {USA: [absent, withdraws]}\n")
    assert settings(found.points) == [(), ("USA=absent",), ("USA=withdraws",)]
    assert found.scenarios.keys() == {point.id for point in found.points}
    assert found.scenarios["base"] is found.base
    assert {s.seed for s in found.scenarios.values()} == {9}
    assert {s.parameters["influence"] for s in found.scenarios.values()} == {0}
    verbs = [s.events[-1].verbs[0].verb for i, s in found.scenarios.items() if i != "base"]
    assert verbs == ["absent", "withdraws"]
    assert found.warnings == ()


def test_scenarios_are_those_that_loading_gives_and_share_what_is_the_same(
    reads: Reads,
) -> None:
    made = reads("set: [RUS=absent]\nvary: {USA.position.SOV: [1, 2]}\n")
    found = checked(made, lay_out(made))
    for point in found.points:
        there = found.scenarios[point.id]
        assert there.digest() == scenario(made, point).digest()
        assert there.actors["FRA"] is found.base.actors["FRA"]
    assert found.points[1].levels == {"USA.position.SOV": "1"}
    assert found.scenarios[found.points[1].id].actors["USA"].position["SOV"] == 1


def test_a_point_that_changes_nothing_becomes_the_base_with_its_levels(checks: Checks) -> None:
    found = checks(COHESION)
    assert settings(found.points) == [(), ("blocs.EU.cohesion=0",), ("blocs.EU.cohesion=100",)]
    base = found.points[0]
    assert (base.id, base.levels) == ("base", {"blocs.EU.cohesion": "60"})
    assert found.own == {"blocs.EU.cohesion": "60"}


def test_it_keeps_its_place_where_the_base_is_not_asked_for(checks: Checks) -> None:
    found = checks(COHESION + "base: false\n")
    assert [point.id == "base" for point in found.points] == [False, True, False]


def test_without_such_a_point_the_base_is_unchanged_and_its_own_level_is_known(
    checks: Checks,
) -> None:
    said = "vary: {blocs.EU.cohesion: [0], parameters.memory: [1], USA: [absent]}\n"
    found = checks(said)
    assert set(found.points[0].levels.values()) == {"unchanged"}
    unwritten = {"parameters.memory": "unchanged", "USA": "unchanged"}
    assert found.own == {"blocs.EU.cohesion": "60", **unwritten}


def test_of_a_grid_only_the_one_point_that_is_the_base_is_joined_with_it(checks: Checks) -> None:
    found = checks(COHESION + "  forums.room.rules: [un_general_assembly, two_thirds]\n")
    assert len(found.points) == 6
    assert found.points[0].levels == {
        "blocs.EU.cohesion": "60",
        "forums.room.rules": "un_general_assembly",
    }


def test_one_at_a_time_joins_every_level_that_the_base_has(checks: Checks) -> None:
    vary = COHESION + "  issues.SOV.status_quo: [30, 40]\n  USA: [unchanged, absent]\n"
    found = checks("design: one_at_a_time\n" + vary)
    assert len(found.points) == 5
    assert found.points[0].levels == {
        "blocs.EU.cohesion": "60",
        "issues.SOV.status_quo": "40",
        "USA": "unchanged",
    }


def test_a_star_may_leave_some_as_they_are(checks: Checks) -> None:
    said = "design: one_at_a_time\nvary:\n  all states.position.SOV: [20]\n"
    found = checks(said)  # where FRA and DEU stand anyhow
    assert len(found.points) == 1 + 4
    assert found.points[0].levels["FRA.position.SOV"] == "20"


def test_a_sample_that_repeats_itself_is_played_once_and_says_so(checks: Checks) -> None:
    vary = "vary: {USA: [absent, withdraws], RUS: [unchanged, absent]}\n"
    found = checks("design: latin_hypercube\npoints: 16\nseed: 1\n" + vary)
    assert len(found.points) == 5
    assert found.warnings == ("12 of the sample's points repeat others, and are played once",)


@pytest.mark.parametrize(
    ("said", "field", "line", "problem", "suggestion"),
    [
        ("vary:\n  blocs.EUU.cohesion: [0, 9]\n", "vary.blocs.EUU.cohesion", 4, "has no 'EUU'", "blocs.EU.cohesion"),
        ("vary:\n  parameters.nois: [0, 1]\n", "vary.parameters.nois", 4, "no such parameter", "parameters.noise"),
        ("vary:\n  Norwya: [absent]\n", "vary.Norwya", 4, "no such actor", "Norway"),
        ("vary:\n  USA: [absent,\n    vanishes]\n", "vary.USA.2", 5, "not something an actor does", ""),
        ("vary:\n  USA:\n    - absent\n    - leaves\n", "vary.USA.2", 6, "what does USA leave?", ""),
        ("vary:\n  USA.position.SOV: [10, 140]\n", "vary.USA.position.SOV.2", 4, "out of range", ""),
        ("vary:\n  USA.position.SOV: {levels: [10, 140]}\n", "vary.USA.position.SOV.levels.2", 4, "out of range", ""),
        ("vary:\n  blocs.EU.cohesion: {from: 50, to: 150, steps: 3}\n", "vary.blocs.EU.cohesion", 4, "out of range", ""),
        ("vary:\n  forums.room.rules: [two_third]\n", "vary.forums.room.rules.1", 4, "no such rules", "two_thirds"),
        ("vary:\n  drafts.73/28.OP3: [1]\n", "vary.drafts.73/28.OP3", 4, "no draft '73/28'", "drafts.73/27.OP3"),
        ("vary:\n  issues.SOV.status_quo: [40]\n", "vary.issues.SOV.status_quo", 4, "changes nothing", ""),
        ("vary:\n  USA: [unchanged]\n", "vary.USA", 4, "changes nothing", ""),
        (COHESION + "  USA.position.SOV: [8.0]\n", "vary.USA.position.SOV", 5, "changes nothing", ""),
        ("vary:\n  blocs.EU.cohesion: [0, 60, 60.0]\n", "vary.blocs.EU.cohesion.3", 4, "the same as the level 60", ""),
        ("vary:\n  blocs.EU.cohesion: [0, unchanged, 60]\n", "vary.blocs.EU.cohesion.3", 4, "the same as the level unchanged", ""),
        (COHESION + "  blocs.EU: [{members: [FRA, DEU], cohesion: 5}]\n", "vary.blocs.EU.cohesion", 4, "is a part of blocs.EU", ""),
        ("vary:\n  USA.position.SOV: [1, 2]\n  United States.position.SOV: [3]\n", "vary.USA.position.SOV", 4, "is the same as United States", ""),
        ("vary:\n  drafts.73/27.OP3: [1, 2]\n  forums.room.drafts.73/27.clauses.OP3.value: [3]\n", "vary.drafts.73/27.OP3", 4, "is the same as forums", ""),
        ("set: {blocs.EU.cohesion: 5}\n" + COHESION, "vary.blocs.EU.cohesion", 5, "is set for every point", ""),
        ("set: {blocs.EU: {members: group EU}}\n" + COHESION, "vary.blocs.EU.cohesion", 5, "is set for every point", ""),
        ("set: {blocs.EUU.cohesion: 5}\n" + COHESION, "set.blocs.EUU.cohesion", 3, "has no 'EUU'", "blocs.EU.cohesion"),
        ("set: [USA=absent, blocs.EUU.cohesion=5]\n" + COHESION, "set.2", 3, "has no 'EUU'", "blocs.EU.cohesion"),
        ("outcomes: [73/27.plenary.infavour]\n" + COHESION, "outcomes.1", 3, "no such outcome", "73/27.plenary.in_favour"),
        ("outcomes: status_quo.SOV if adopted\n" + COHESION, "outcomes.1", 3, "about no draft", "status_quo.SOV"),
        ("until: {73/27.retain: 1}\n" + COHESION, "until.73/27.retain", 3, "no such outcome", "73/27.retained"),
        ("until: {73/27.plenary.how: 1}\n" + COHESION, "until.73/27.plenary.how", 3, "is in words", ""),
        ("plots:\n  - {kind: line, outcome: 73/27.retain}\n" + COHESION, "plots.1.outcome", 4, "no such outcome", "73/27.retained"),
        ("plots:\n  - {kind: line, outcome: 73/27.plenary.how}\n" + COHESION, "plots.1.outcome", 4, "is in words", ""),
        ("plots:\n  - {kind: line, x: blocs.EU}\n" + COHESION, "plots.1.x", 4, "is not varied", "blocs.EU.cohesion"),
        ("plots:\n  - {kind: line, x: sessions}\n" + COHESION, "plots.1.x", 4, "is not varied", ""),
        ("plots:\n  - {kind: heat}\n" + COHESION, "plots.1.kind", 4, "needs two factors", ""),
        ("plots:\n  - {kind: line, y: blocs.EU.cohesion}\n" + COHESION, "plots.1.y", 4, "for a heat map", ""),
        ("plots:\n  - {kind: line, x: blocs.EU.cohesion, by: blocs.EU.cohesion}\n" + COHESION, "plots.1.x", 4, "there twice", ""),
        ("plots:\n  - morris\n" + COHESION, "plots.1.kind", 4, "from design grid", ""),
        ("plots:\n  - indices\n" + COHESION, "plots.1.kind", 4, "from design grid", ""),
        ("design: one_at_a_time\nplots:\n  - rules\n" + COHESION, "plots.1.kind", 5, "never combines them", ""),
        ("plots:\n  - {kind: texts, draft: 73/26}\n" + COHESION, "plots.1.draft", 4, "no such draft", "73/27"),
        ("plots:\n  - {kind: line, draft: 73/27}\n" + COHESION, "plots.1.draft", 4, "for texts and ribbons", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(
    refused: Refused, said: str, field: str, line: int, problem: str, suggestion: str
) -> None:
    [found] = refused(said)
    assert (found.field, found.line, found.suggestion) == (field, line, suggestion)
    assert problem in found.problem
    assert found.file.endswith("mine.yaml")


def test_figures_that_there_can_be_are_not_refused(checks: Checks) -> None:
    plots = (
        "plots:\n"
        "  - {kind: heat, x: blocs.EU.cohesion, y: forums.room.rules, outcome: 73/27.retained}\n"
        "  - {kind: ribbons, x: sessions, draft: 73/27}\n"
        "  - {kind: texts, draft: L.60}\n  - rules\n  - tornado\n  - convergence\n"
        "  - {kind: line, outcome: 73/27.retained if adopted, by: forums.room.rules}\n"
    )
    vary = COHESION + "  forums.room.rules: [un_general_assembly, two_thirds]\n"
    assert len(checks(plots + vary).points) == 6


def test_all_mistakes_come_at_once_in_order_and_each_once(refused: Refused) -> None:
    found = refused(
        "outcomes: [nothing]\n"
        "vary:\n"
        "  blocs.EUU.cohesion: {from: 0, to: 90, steps: 10}\n"
        "  USA.position.SOV: [140, 150, 1]\n"
        "  issues.SOV.status_quo: [40]\n"
        "until: {nothing: 1}\n"
        "plots: [heat, morris]\n"
    )
    assert [(m.line, m.field) for m in found] == [
        (3, "outcomes.1"),
        (5, "vary.blocs.EUU.cohesion"),
        (6, "vary.USA.position.SOV.1"),
        (6, "vary.USA.position.SOV.2"),
        (7, "vary.issues.SOV.status_quo"),
        (8, "until.nothing"),
        (9, "plots.2.kind"),
    ]


def test_levels_that_are_good_each_and_not_together_are_refused_with_the_point(
    refused: Refused,
) -> None:
    [found] = refused("vary:\n  sessions: [2, 3]\n  forums.room.stages.plenary.session: [2, 3]\n")
    assert "is after the last session" in found.problem


def test_a_mistake_in_the_scenario_itself_keeps_its_own_place_and_tells_the_point(
    refused: Refused,
) -> None:
    found = refused("vary:\n  issues.DATA: [unchanged, null]\n")
    assert all("with issues.DATA=null" in m.problem for m in found)
    assert {m.file.rpartition("/")[2] for m in found} == {"small.yaml"}


def test_levels_that_are_only_good_together_are_not_refused(checks: Checks) -> None:
    table = 'EST,EST.capability\n"{position: {SOV: 3}}",\n"{position: {SOV: 3}, kind: state}",9\n'
    found = checks("design: points.csv\n", points__csv=table)
    assert [s.actors["EST"].capability for i, s in found.scenarios.items() if i != "base"] == [
        30,
        9,
    ]


def test_two_points_that_are_the_same_are_both_named(refused: Refused) -> None:
    table = "USA.position.SOV,RUS.position.SOV\n1,\n1,97\n2,5\n"
    [found] = refused("design: points.csv\n", points__csv=table)
    assert found.line == 3
    assert found.value == "RUS.position.SOV=97, USA.position.SOV=1"
    assert found.problem == "is the same point as USA.position.SOV=1"


def test_a_mistake_in_a_table_has_the_line_of_the_table(refused: Refused) -> None:
    table = "# mine\nUSA.position.SOV,RUS.positon.SOV\n1,5\n140,6\n"
    found = refused("design: points.csv\n", points__csv=table)
    assert [(m.line, m.field) for m in found] == [
        (2, "column RUS.positon.SOV"),
        (4, "column USA.position.SOV"),
    ]
    assert all(m.file.endswith("points.csv") for m in found)


def test_an_experiment_that_changes_nothing_is_refused(refused: Refused) -> None:
    [found] = refused("design: one_at_a_time\nvary:\n  all states.absence: [5]\n")
    assert found.problem == "none of its points differs from the scenario as it is"


def test_outcomes_of_what_is_only_at_some_points_are_known_and_told(checks: Checks) -> None:
    more = "[unchanged, {issue: DATA, value: 30}]"
    found = checks(f"vary:\n  drafts.L.60.OP2: {more}\noutcomes: [L.60.OP2.value]\n")
    assert "L.60.OP2.value" in found.outcomes
    gone = checks("vary:\n  drafts.L.60: [unchanged, null]\noutcomes: [L.60.retained]\n")
    assert gone.warnings == ("L.60 is not there at every point",)


def test_an_outcome_of_adopted_texts_may_be_asked_for(reads: Reads) -> None:
    made = reads("outcomes: [73/27.retained if adopted]\n" + COHESION)
    found = checked(made, lay_out(made))
    (asked,) = made.outcomes
    assert asked not in found.outcomes
    assert of(asked, found.outcomes).name == asked


def test_beyond_the_first_points_every_level_is_tried_by_itself(
    checks: Checks, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sim.experiment import checks as room

    assert MOST_READ == 256
    monkeypatch.setattr(room, "MOST_READ", 4)
    vary = "vary:\n  blocs.EU.cohesion: [0, 1]\n  parameters.noise: [0.1, 0.2, 0.3, {}]\n"
    found = checks(vary.format("0.4"))
    assert (len(found.points), len(found.scenarios)) == (9, 4)
    assert found.warnings == (
        "of 9 points, the first 4 were read before playing, and every level by itself",
    )
    [mistake] = refused(vary.format("400"))
    assert mistake.field == "vary.parameters.noise.4"


def test_each_scenario_is_read_once(reads: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.experiment import checks as room

    made = reads(COHESION + "  USA: [unchanged, absent]\n")
    seen: list[tuple[str, ...]] = []
    unpack = room.unpack
    monkeypatch.setattr(room, "unpack", lambda base, said: seen.append(said) or unpack(base, said))
    checked(made, lay_out(made))
    assert len(seen) == len(set(seen)) == 3 + 1 + 3


def test_a_shipped_scenario_is_checked_whole(reads: Reads) -> None:
    made = reads(
        "design: sobol\npoints: 4\nvary:\n  blocs.EU.cohesion: {from: 1, to: 100}\n"
        "  parameters.stakes: {from: 2, to: 40, scale: log}\n",
        head="title: x\nscenario: rival-resolutions-2018\n",
    )
    found = checked(made, lay_out(made))
    assert len(found.points) == 5
    assert found.base.digest() == load("rival-resolutions-2018").digest()
