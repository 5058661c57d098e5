"""From a scenario to arrays: every name a place, every 0-100 a 0-1, every verb a scene."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.build import setting
from sim.core import worlds
from sim.core.ensemble import ensemble
from sim.core.setting import Setting
from sim.core.world import begin
from sim.errors import InputError
from sim.forums.rules import Decision
from sim.mechanisms.instructions import FREE
from sim.scenario import load
from tests.small import VOTE, VOTES

Built = Callable[..., Setting]
BLOC = "  EU: {members: [FRA, DEU], cohesion: 60}"
EVENTS = "record:\n"


@pytest.fixture
def built(tmp_path: Path) -> Built:
    """Build the small scenario with parts of its text replaced, and settings applied."""
    (tmp_path / "votes.csv").write_text(VOTES)

    def building(*parts: tuple[str, str], settings: tuple[str, ...] = ()) -> Setting:
        text = VOTE
        for old, new in parts:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / "small.yaml").write_text(text)
        file = tmp_path / "small.yaml"
        changed = load(file, settings)
        return setting(changed, load(file) if settings else None)

    return building


def test_files_speak_of_0_to_100_and_the_model_of_0_to_1(built: Built) -> None:
    there = built()
    usa, acme = there.slot("USA"), there.slot("ACME")
    assert there.issues == ("SOV", "DATA")
    assert there.status_quo.tolist() == [0.4, 0.2]
    assert there.scene(1).capability[usa] == 0.9
    assert there.drafts[0].value.tolist() == [0.7, 0.6]
    assert there.drafts[0].sponsors.nonzero()[0].tolist() == [there.slot("RUS")]
    assert there.forums[0].members.sum() == 6  # states only
    assert not there.forums[0].members[acme]
    assert list(there.forums[0].stages.items()) == [("committee", 1), ("plenary", 2)]
    assert abs(there.worlds.position[:, usa, 0].mean() - 0.08) < 0.03
    assert there.scene(1).parts["blocs"].cohesion.tolist() == [0.6]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("USA=absent", "attending"),
        ("USA=absent", "speaking"),
        ("USA=withdraws", "seated"),
        ("USA=withdraws", "attending"),
        ("USA=steps back", "speaking"),
        ("USA=steps back", "insisting"),
    ],
)
def test_a_verb_takes_away_what_it_says(built: Built, said: str, field: str) -> None:
    there = built(settings=(said,))
    usa = there.slot("USA")
    seats = getattr(there.scene(1), field)
    assert not seats[usa]
    assert np.delete(seats, usa).all()
    assert getattr(there.base_scene, field).all()  # the base case is as it was


def test_absent_keeps_the_seat_and_stepping_back_keeps_the_vote(built: Built) -> None:
    away, back = built(settings=("USA=absent",)), built(settings=("USA=steps back",))
    assert away.scene(1).seated.all()
    assert back.scene(1).attending.all()
    voted = ensemble(back, 8).decisions[:, :, back.slot("USA")]
    assert (voted != 6).any()
    assert (ensemble(away, 8).decisions[:, :, away.slot("USA")] == 6).all()


def test_to_leave_a_bloc_is_to_be_neither_bound_nor_counted(built: Built) -> None:
    there = built(settings=("FRA=leaves EU",))
    assert there.scene(2).parts["blocs"].listed[0].nonzero()[0].tolist() == [there.slot("DEU")]
    assert there.scene(2).seated.all()


def test_to_oppose_is_of_one_draft_or_of_all(built: Built) -> None:
    one, every = built(settings=("RUS=opposes 73/27",)), built(settings=("RUS=opposes",))
    rus = one.slot("RUS")
    assert one.scene(1).parts["instructions"][rus].tolist() == [Decision.OPPOSE, FREE]
    assert every.scene(1).parts["instructions"][rus].tolist() == [Decision.OPPOSE] * 2
    decisions = ensemble(one, 8).decisions[:, 0, rus]
    assert (decisions == 4).all()  # against its own text


def test_events_hold_from_their_session_on(built: Built) -> None:
    events = """events:
  - {session: 2, set: {USA.position.DATA: 30, IND.salience.SOV: 80, issues.SOV.status_quo: 55}}
  - {session: 2, set: {USA.capability: 20, blocs.EU.cohesion: 0}, do: IND withdraws}
"""
    there = built((EVENTS, events + EVENTS))
    assert [(s.what, round(s.by, 9)) for s in there.parts["events"].shifts[2]] == [
        ("position", 0.2),
        ("salience", 0.5),
    ]
    assert there.parts["events"].resets[2] == ((0, 0.55),)
    usa, ind = there.slot("USA"), there.slot("IND")
    assert (there.scene(1).capability[usa], there.scene(2).capability[usa]) == (0.9, 0.2)
    assert [scene.parts["blocs"].cohesion[0] for scene in there.scenes] == [0.6, 0.0]
    assert (bool(there.scene(1).seated[ind]), bool(there.scene(2).seated[ind])) == (True, False)
    ends = ensemble(there, 4)
    assert ends.decisions[0, -1, ind] == 6


def test_setting_a_position_twice_moves_it_from_where_it_was_set(built: Built) -> None:
    events = """events:
  - {session: 1, set: {USA.position.DATA: 30}}
  - {session: 2, set: {USA.position.DATA: 40}}
"""
    shifts = built((EVENTS, events + EVENTS)).parts["events"].shifts
    assert [round(shifts[s][0].by, 9) for s in (1, 2)] == [0.2, 0.1]


def test_lines_of_blocs(built: Built) -> None:
    led = built((BLOC, "  EU: {members: [FRA, DEU], line: leader FRA}")).parts["blocs"][0]
    assert (led.line, led.leader) == ("leader", built().slot("FRA"))
    inner = "  EU: {members: [FRA, DEU], line: double_majority, weights: {FRA: 67, DEU: 83}}"
    voting = built((BLOC, inner)).parts["blocs"][0]
    assert voting.line == "inner"
    assert voting.rules is not None
    assert voting.weights[built().slot("DEU")] == 83
    assert voting.weights[built().slot("USA")] == 0


def test_rules_and_their_overrides(built: Built) -> None:
    of = {
        "majority: two_thirds": (2 / 3, False),
        "majority: simple": (0.5, True),
        "majority: 60": (0.6, False),
    }
    for said, (share, more_than) in of.items():
        rules = built(("room:\n", f"room:\n    {said}\n")).forums[0].rules
        assert (round(rules.majority, 9), rules.more_than) == (round(share, 9), more_than)
    fallback = built(("un_general_assembly", "consensus\n    majority: two_thirds")).forums[0].rules
    assert (fallback.consensus, fallback.vote) == (True, "present_and_voting")
    shares = built(("room:\n", "room:\n    quorum: 40\n    restraint: 30\n")).forums[0].rules
    assert (shares.quorum, shares.restraint) == (0.4, 0.3)
    vetoed = built(("room:\n", "room:\n    vetoes: [USA, RUS]\n")).forums[0]
    assert vetoed.vetoes.sum() == 2
    weighed = built(
        ("un_general_assembly", "double_majority\n    weights: {USA: 50, RUS: 30, IND: 20}")
    ).forums[0]
    assert weighed.weights.sum() == 100


def test_a_majority_of_weights_needs_weights(built: Built) -> None:
    with pytest.raises(InputError, match=r"small\.yaml:\d+.*needs weights"):
        built(("un_general_assembly", "double_majority"))


def test_red_lines_bind_from_one_side(built: Built) -> None:
    most, least = "{actor: USA, issue: SOV, at_most: 60}", "{actor: RUS, issue: DATA, at_least: 30}"
    lines = f"red_lines: [{most}, {least}]\n"
    first, second = built((EVENTS, lines + EVENTS)).parts["red_lines"]
    assert (first.at_most, first.at_least) == (0.6, 0.0)
    assert (second.at_most, second.at_least) == (1.0, 0.3)


def test_a_series_brings_back_what_states_voted_unless_it_lies_ahead(built: Built) -> None:
    there = built(("sponsors: [RUS]\n", "sponsors: [RUS]\n        series: [72/201]\n"))
    series = there.drafts[0].series
    assert series is not None
    assert set(series.mean.tolist()) == {-1.0, 0.0, 1.0}
    assert series.mean[there.slot("USA")] == -1.0
    with pytest.raises(InputError, match="may know nothing from 2018-10-01 on"):
        built(("sponsors: [RUS]\n", "sponsors: [RUS]\n        series: [74/28]\n"))


def test_a_parameter_that_is_set_is_the_same_in_all_worlds(built: Built) -> None:
    there = built(("record:", "parameters: {band: 0.25}\nrecord:"))
    assert set(there.worlds.parameters["band"].tolist()) == {0.25}
    assert len(set(there.worlds.parameters["stakes"].tolist())) > 100
    assert len(there.worlds) == worlds.COUNT


def test_a_table_of_worlds_is_used_as_it_says(built: Built, tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text(
        "# made by hand\nworld,draw,band,curvature\n0,7,0.5,1\n1,9,1.5,2\n"
    )
    there = built(("record:", "worlds: w.csv\nrecord:"))
    assert there.worlds.parameters["band"].tolist() == [0.5, 1.5]
    assert len(there.worlds) == 2


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("world,band\n0,1\n", "needs a column draw"),
        ("world,draw,band\n", "needs a column draw and at least one row"),
        ("world,draw,band\n0,0,much\n", "w.csv:2: band: is not a number.*'much'"),
        ("world,draw,band\n0,0,nan\n", "w.csv:2: band: is not a number"),
        ("world,draw,curvature\n0,0,3\n", "w.csv:2: curvature: is out of range.*1 to 2"),
    ],
)
def test_a_table_of_worlds_that_cannot_be_used_is_refused(
    built: Built, tmp_path: Path, table: str, problem: str
) -> None:
    (tmp_path / "w.csv").write_text(table)
    with pytest.raises(InputError, match=problem):
        built(("record:", "worlds: w.csv\nrecord:"))


def test_ties_share_one_unit_of_attention_a_room(built: Built) -> None:
    there = built(
        ("    USA: {", "    USA: {groups: [A], "), ("    RUS: {", "    RUS: {groups: [A], ")
    )
    usa, acme = there.slot("USA"), there.slot("ACME")
    assert (np.diagonal(there.ties) == 1).all()
    assert there.ties[acme, usa] >= 1.0  # a company and its home are a room of two
    assert there.ties[there.slot("IND"), acme] >= 1.0  # all hear the one who is no state


def test_a_what_if_departs_from_the_unchanged_scenario_in_the_same_worlds(built: Built) -> None:
    there = built(settings=("USA.position.SOV=40",))
    usa = there.slot("USA")
    others = np.arange(len(there.actors)) != usa
    assert np.array_equal(there.worlds.position[:, others], there.worlds.base[:, others])
    assert abs((there.worlds.position - there.worlds.base)[:, usa, 0].mean() - 0.32) < 0.03


@pytest.mark.parametrize("said", ["[group Two]", "group Two", "[group Two, IND]"])
@pytest.mark.parametrize("by_setting", [False, True])
def test_groups_among_sponsors_are_their_members(built: Built, said: str, by_setting: bool) -> None:
    groups = (EVENTS, "groups: {Two: [Brazil, FRA, NOR]}\n" + EVENTS)
    sponsors = ("sponsors: [RUS]", f"sponsors: {said}")
    settings = (f"drafts.73/27.sponsors={said}",) if by_setting else ()
    there = built(groups, *([] if by_setting else [sponsors]), settings=settings)
    expected = {"BRA", "FRA", *(["IND"] if "IND" in said else [])}
    found = {there.actors[i] for i in there.drafts[0].sponsors.nonzero()[0]}
    assert found == expected
    assert begin(there, [0]).sponsors[0].sum() == len(expected)


@pytest.mark.parametrize("sponsor", ["group EU", "EU", "Norway"])
def test_a_sponsor_that_is_nobody_is_never_left_out_in_silence(
    built: Built, tmp_path: Path, sponsor: str
) -> None:
    """Not even where a scenario was changed after it was read."""
    built()
    there = load(tmp_path / "small.yaml")
    text = there.draft("73/27").model_copy(update={"sponsors": (sponsor,)})
    room = there.forums["room"]
    forum = room.model_copy(update={"drafts": room.drafts | {"73/27": text}})
    with pytest.raises(InputError, match=rf"73/27.sponsors: there is no such actor.*'{sponsor}'"):
        setting(replace(there, forums={"room": forum}))


def test_settings_are_refused_on_what_was_changed_after_it_was_read(
    built: Built, tmp_path: Path
) -> None:
    """Its text no longer says what it is, so the change would be lost in silence."""
    built()
    there = load(tmp_path / "small.yaml")
    changed = replace(there, seed=there.seed + 1)
    for use in (load, partial(sim.run, runs=4, settings=["USA=absent"])):
        with pytest.raises(InputError, match="was changed after it was read"):
            use(changed, *([["USA=absent"]] if use is load else []))
    played = sim.run(changed, 4)
    assert np.array_equal(played.decisions, ensemble(setting(changed), 4).decisions)


def test_settings_on_what_was_read_are_those_on_its_file(built: Built, tmp_path: Path) -> None:
    built()
    there = load(tmp_path / "small.yaml", ["RUS.capability=5"])
    one = sim.run(there, 4, settings=["USA=absent"])
    base = setting(there)
    other = ensemble(setting(load(there, ["USA=absent"]), there), 4)
    assert np.array_equal(one.decisions, other.decisions)
    assert (one.decisions[:, :, base.slot("USA")] == Decision.ABSENT).all()
