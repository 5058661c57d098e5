"""Two scenarios on the same runs: what is refused, what is paired, and how a rule is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from chunks import assert_same
from small import CONSENSUS, VOTE, write

import sim
from sim.core.ensemble import ensemble
from sim.errors import InputError
from sim.study.compare import HELD, REDRAFTED, Comparison, compare, plan
from sim.study.run import play

RUNS = 24
WORLDS = "draw,stakes\n1,9\n2,11\n3,13\n"


@pytest.fixture
def small(tmp_path: Path) -> str:
    return str(write(tmp_path))


def other(folder: Path, text: str, name: str = "other.yaml") -> str:
    return str(write(folder, text, name))


def row(found: Comparison, outcome: str, reading: str = "") -> object:
    (only,) = [d for d in found.paired if (d.outcome, d.reading) == (outcome, reading)]
    return only


def test_settings_are_the_what_if_that_run_plays(small: str) -> None:
    found, run = compare(small, ["USA=absent"], runs=RUNS), play(small, ["USA=absent"], runs=RUNS)
    assert run.base
    assert found.base
    assert_same(found.outcomes, run.outcomes, "changed")
    assert_same(found.base.outcomes, run.base.outcomes, "base")
    assert repr(found.paired) == repr(run.paired)


def test_a_file_that_says_the_same_is_the_same(small: str, tmp_path: Path) -> None:
    file = other(tmp_path, "extends: small.yaml\nactors: {and: {USA: {position: {SOV: 60}}}}\n")
    one, two = compare(small, file, runs=RUNS), compare(small, "USA.position.SOV=60", runs=RUNS)
    assert_same(one.outcomes, two.outcomes, "changed")
    assert one.against == file
    assert one.settings == ()


def test_settings_with_a_second_scenario_are_said_of_that_one(small: str, tmp_path: Path) -> None:
    file = other(tmp_path, "extends: small.yaml\n")
    found = plan(small, file, ["USA=absent"]).play(RUNS)
    assert_same(found.outcomes, compare(small, "USA=absent", runs=RUNS).outcomes, "changed")
    assert found.base
    assert_same(found.base.outcomes, play(small, runs=RUNS).outcomes, "base")


@pytest.mark.parametrize("seed", [None, 5])
def test_both_sides_have_the_bases_seed(small: str, tmp_path: Path, seed: int | None) -> None:
    file = other(tmp_path, "extends: small.yaml\nseed: 99\n")
    found = compare(small, file, runs=RUNS, seed=seed)
    assert found.base
    assert found.setting.seed == found.base.setting.seed == (7 if seed is None else seed)
    assert not any(d.difference for d in found.paired if d.defined)


def test_a_seed_among_the_settings_is_of_both_sides(small: str) -> None:
    found = plan(small, None, ["USA=absent", "seed=3"]).play(RUNS)
    assert found.settings == ("USA=absent",)
    assert found.base
    assert found.setting.seed == found.base.setting.seed == 3


def test_actors_that_one_side_lacks_change_nobodys_luck(tmp_path: Path) -> None:
    """A company before the other, and a state, that do not speak: all others vote as before."""
    rules = "rules: un_general_assembly"
    closed = VOTE.replace(rules, f"{rules}\n    access: closed")
    base = other(tmp_path, closed, "base.yaml")
    more = closed.replace(
        "    ACME:",
        "    AAA: {name: Aaa, kind: company, position: {DATA: 99}}\n"
        "    NZL: {present: false, position: {SOV: 1}}\n    ACME:",
    ).replace("    rules:", "    members: [USA, RUS, FRA, DEU, BRA, IND]\n    rules:")
    found = compare(base, other(tmp_path, more), runs=RUNS)
    assert found.base
    assert set(found.outcomes.actors) - set(found.base.outcomes.actors) == {"AAA", "NZL"}
    assert not [d for d in found.paired if d.defined and d.difference]
    assert found.switches == []


def test_outcomes_that_both_have_are_compared(small: str, tmp_path: Path) -> None:
    text = VOTE.replace("L.60", "L.61")
    found = compare(small, other(tmp_path, text), runs=RUNS)
    drafts = {d.outcome.rpartition(".")[0].rpartition(".")[0] for d in found.paired}
    assert "73/27" in drafts
    assert not [d for d in found.paired if d.outcome.startswith(("L.60", "L.61"))]


def test_drafts_in_other_places_are_noted(small: str, tmp_path: Path) -> None:
    extra = (
        '      "0":\n        clauses: {OP1: {issue: SOV, value: 10}}\n      "73/27":\n        title'
    )
    text = VOTE.replace('      "73/27":\n        title', extra)
    found = compare(small, other(tmp_path, text), runs=4)
    assert (
        "in another place among the drafts, and so with other luck: 73/27, L.60" in found.notes[0]
    )


# What is refused


def test_other_worlds_are_refused_with_both_names(small: str, tmp_path: Path) -> None:
    (tmp_path / "worlds.csv").write_text(WORLDS)
    (tmp_path / "copy.csv").write_text(WORLDS)
    (tmp_path / "more.csv").write_text(WORLDS + "4,8\n")
    one = other(tmp_path, "extends: small.yaml\nworlds: worlds.csv\n", "one.yaml")
    copy = other(tmp_path, "extends: small.yaml\nworlds: copy.csv\n", "copy.yaml")
    more = other(tmp_path, "extends: small.yaml\nworlds: more.csv\n", "more.yaml")
    assert compare(one, copy, runs=4)
    for base, changed in ((one, more), (small, one), (one, small)):
        with pytest.raises(InputError, match="name the same table, or neither"):
            plan(base, changed)
    with pytest.raises(InputError, match=r"from more\.csv and one from worlds\.csv"):
        plan(one, more)


def test_scenarios_with_nothing_in_common_are_refused_by_name(small: str, tmp_path: Path) -> None:
    experts = other(tmp_path, CONSENSUS, "experts.yaml")
    with pytest.raises(InputError, match="no outcome in common with small") as refused:
        plan(small, experts)
    assert "report" in str(refused.value)
    assert "73/27, L.60" in str(refused.value)


def test_something_must_be_compared(small: str) -> None:
    with pytest.raises(InputError, match="nothing to compare with"):
        plan(small)
    with pytest.raises(InputError, match="shares no past"):
        plan(small, small, after=1)


def test_settings_change_a_scenario_already_read(small: str) -> None:
    found = compare(sim.load(small), ["USA=absent"], runs=RUNS)
    assert_same(found.outcomes, compare(small, "USA=absent", runs=RUNS).outcomes, "changed")
    later = compare(sim.load(small), ["USA=absent"], runs=RUNS, after=1)
    assert_same(later.outcomes, compare(small, "USA=absent", runs=RUNS, after=1).outcomes, "later")


def test_scenarios_already_read_are_compared(small: str) -> None:
    found = compare(sim.load(small), sim.load(small, ["USA=absent", "seed=9"]), runs=RUNS)
    assert_same(found.outcomes, compare(small, "USA=absent", runs=RUNS).outcomes, "changed")


def test_sim_compare_is_this_one() -> None:
    assert sim.compare is compare


# A past in common


def test_after_a_session_the_change_is_an_event(small: str, tmp_path: Path) -> None:
    text = VOTE + "events: [{session: 2, do: [USA absent]}]\n"
    midway = compare(small, "USA=absent", after=1, runs=RUNS)
    event = compare(small, other(tmp_path, text), runs=RUNS)
    assert_same(midway.outcomes, event.outcomes, "an event")
    assert repr(midway.paired) == repr(event.paired)
    assert not [d for d in midway.paired if "committee" in d.outcome and d.defined and d.difference]


def test_after_none_it_is_played_from_the_start(small: str) -> None:
    one, two = (compare(small, "USA=absent", after=t, runs=RUNS) for t in (0, None))
    assert repr(one.paired) == repr(two.paired)


# Rules, read twice

TWO_THIRDS = "forums.room.rules=two_thirds"


def test_a_rule_is_read_with_votes_fixed_and_with_sponsors(small: str) -> None:
    asked = plan(small, None, [TWO_THIRDS])
    found = asked.play(RUNS)
    assert len(asked.sides) == 3
    assert [reading.reading for reading in found.readings] == [HELD, REDRAFTED]
    assert found.base
    held, redrafted = found.readings
    assert np.array_equal(held.outcomes.counts, found.base.outcomes.counts)
    again = play(small, [TWO_THIRDS, "forums.room.drafting=sponsors"], runs=RUNS)
    assert_same(redrafted.outcomes, again.outcomes, "sponsors")
    assert {d.reading for d in found.paired} == {HELD, REDRAFTED}


def test_where_sponsors_write_already_the_bases_votes_are_counted(small: str) -> None:
    written = ["forums.room.drafting=sponsors", TWO_THIRDS]
    found = plan(small, None, written).play(RUNS)
    assert [reading.reading for reading in found.readings] == [REDRAFTED, HELD]
    assert found.base
    plain = compare(small, TWO_THIRDS, runs=RUNS)
    column = "73/27.plenary.adopted"
    assert np.array_equal(found.others[0].outcomes.number(column), plain.outcomes.number(column))


def test_with_another_change_beside_it_there_are_three(small: str) -> None:
    found = compare(small, [TWO_THIRDS, "IND=opposes"], runs=RUNS)
    assert [reading.reading for reading in found.readings] == ["", HELD, REDRAFTED]
    alone = compare(small, TWO_THIRDS, runs=RUNS)
    column = "73/27.plenary.adopted"
    assert np.array_equal(found.others[0].outcomes.number(column), alone.outcomes.number(column))


def test_a_rule_that_changes_midway_is_read_twice_too(small: str) -> None:
    found = compare(small, TWO_THIRDS, after=1, runs=RUNS)
    assert found.readings[0].reading == HELD
    assert REDRAFTED not in {reading.reading for reading in found.readings}
    assert "texts are no longer drafted by then" in found.notes[0]
    assert not [d for d in found.paired if "committee" in d.outcome and d.defined and d.difference]


def test_what_cannot_be_read_so_is_noted(tmp_path: Path) -> None:
    experts = other(tmp_path, CONSENSUS, "experts.yaml")
    found = compare(experts, "forums.experts.rules=two_thirds", runs=RUNS)
    assert [reading.reading for reading in found.readings] == ["", REDRAFTED]
    assert found.notes == ("votes held fixed: not told, since the base took no vote",)


@pytest.mark.parametrize("setting", ["forums.room.access=closed", "USA=absent"])
def test_other_changes_have_one_reading(small: str, setting: str) -> None:
    found = compare(small, setting, runs=4)
    assert [reading.reading for reading in found.readings] == [""]
    assert found.notes == ()


def test_progress_counts_every_side(small: str) -> None:
    for settings, after in (([TWO_THIRDS], None), (["USA=absent"], 1)):
        done: list[int] = []
        asked = plan(small, None, settings, after=after)
        asked.play(20, progress=done.append)
        assert sum(done) == 20 * len(asked.sides)


def test_each_comparison_has_a_folder_of_its_own(small: str) -> None:
    names = {
        plan(small, None, ["USA=absent"]).name,
        plan(small, None, ["USA=absent"], after=1).name,
        plan(small, None, ["RUS=absent"]).name,
        plan(small, small).name,
    }
    assert len(names) == 4
    assert all(name.startswith("small-compare-") for name in names)


def test_two_processes_give_the_same(small: str) -> None:
    one = compare(small, TWO_THIRDS, runs=130)
    two = compare(small, TWO_THIRDS, runs=130, workers=2)
    assert repr(one.paired) == repr(two.paired)
    assert ensemble(one.setting, 130).runs == 130
