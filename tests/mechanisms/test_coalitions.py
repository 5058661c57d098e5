"""Coalitions in a run: what they change, what is told of them, and that they can be taken away."""

from __future__ import annotations

import csv
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from sim.analysis.baselines import alone
from sim.build import setting as build
from sim.coalitions import labels
from sim.coalitions.power import pivotal
from sim.core.agenda import sessions
from sim.core.ask import play
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Kind, Setting
from sim.core.world import World, begin
from sim.errors import InputError
from sim.forums.decision import by_vote
from sim.forums.rules import Decision
from sim.mechanisms.coalitions import Coalitions, pooled
from sim.mechanisms.objections import resolve
from sim.play import ensembles
from sim.results.again import redraw
from sim.scenario import load
from sim.show import coalitions as told
from sim.show.plots import Footer
from sim.show.plots.coalitions import drawn, moving
from tests.chunks import assert_chunk_free, assert_same
from tests.small import CONSENSUS, VOTE, write

ON, OFF = "coalitions.form=on", "coalitions.form=off"
RIVALS = "rival-resolutions-2018"
OURS = Coalitions()


def made(*settings: str, of: str = RIVALS, on: bool = True) -> Setting:
    return build(load(of, (ON if on else OFF, *settings)))


def played(*settings: str, of: str = RIVALS, runs: int = 40, on: bool = True) -> Outcomes:
    return ensemble(made(*settings, of=of, on=on), runs)


def at_end(setting: Setting, runs: int = 8) -> World:
    world = begin(setting, range(runs))
    play(sessions(setting, world))
    return world


def same_decisions(one: Outcomes, other: Outcomes) -> bool:
    shared = [name for name in one.table if name in other.table]
    return np.array_equal(one.decisions, other.decisions) and all(
        np.array_equal(one.number(name), other.number(name), equal_nan=True) for name in shared
    )


@pytest.fixture(scope="module")
def base() -> Outcomes:
    return played()


@pytest.fixture(scope="module")
def without() -> Outcomes:
    return played(on=False)


# Nothing where it is off


@pytest.mark.parametrize(
    "settings",
    [
        ("coalitions.form=off",),
        ("parameters.coalition_friction=1",),
        (
            "trades=off",
            "parameters.amending=0",
            "parameters.coalition_discipline=0",
            "parameters.coalition_company=0",
        ),
    ],
)
@pytest.mark.parametrize("of", [RIVALS, "gge-2017"])
def test_off_changes_no_bit(of: str, settings: tuple[str, ...]) -> None:
    others = (said for said in settings if said == "trades=off")  # coalitions trade for members
    assert same_decisions(played(*settings, of=of), played(*others, of=of, on=False))


def test_own_positions_alone_are_played_without_it(without: Outcomes) -> None:
    assert OURS.without(made().parts["coalitions"]) is None
    assert same_decisions(ensemble(alone(made()), 8), ensemble(alone(made(on=False)), 8))


def test_adding_them_leaves_the_noise_of_votes_as_it_was() -> None:
    """With all alike but the line, a coalition's pull is the only difference."""
    on, off = played("parameters.coalition_discipline=0"), played(on=False)
    assert np.array_equal(on.decisions, off.decisions)


# The same whatever is computed with it


@pytest.mark.parametrize("of", [RIVALS, "gge-2017"])
def test_runs_do_not_see_each_other(of: str) -> None:
    setting = made("coalitions.dissolve.RUS=1", of=of)
    assert "coalitions" in assert_chunk_free(setting)
    (spread,) = ensembles([setting], 5, workers=2, chunk=3)
    assert_same(ensemble(setting, 5), spread, "processes")


# What it does


def test_members_follow_their_line_and_others_do_not() -> None:
    setting = made("parameters.coalition_discipline=0.5")
    world = at_end(setting)
    own = np.random.default_rng(0).normal(size=(8, len(setting.actors)))
    pull = OURS.bind(setting, world, setting.meetings[0][0], 0, own)
    label = world.state["coalitions"].label
    assert pull is not None
    assert not pull[labels.sizes(label) == 1].any()
    states = setting.kind == 0
    for run, actor in ((0, "USA"), (3, "RUS"), (5, "DEU")):
        i = setting.slot(actor)
        inside = (label[run] == label[run, i]) & states
        line = own[run, inside].mean()
        assert pull[run, i] == pytest.approx(0.5 * (line - own[run, i]))
    companies = ~states
    assert not pull[:, companies].any()  # they have no vote


def test_the_price_of_blocking_is_shared_and_lower_in_company() -> None:
    """Without a spread of its own the price is what company makes of it."""
    fixed = ("parameters.coalition_discipline=0.6", "parameters.resolve_spread=0.3")
    cheap = made("parameters.coalition_company=4", *fixed, of="gge-2017")
    dear = made("parameters.coalition_company=0", *fixed, of="gge-2017")
    worlds = [at_end(setting, 40) for setting in (cheap, dear)]
    meeting = cheap.meetings[-1][0]
    prices = [resolve(s, w, meeting) for s, w in zip((cheap, dear), worlds, strict=True)]
    inside = labels.sizes(worlds[0].state["coalitions"].label) > 1
    assert (prices[0][inside] <= prices[1][inside]).all()
    np.testing.assert_array_equal(prices[0][~inside], prices[1][~inside])
    us, gb = cheap.slot("USA"), cheap.slot("GBR")
    together = (
        worlds[1].state["coalitions"].label[:, us] == worlds[1].state["coalitions"].label[:, gb]
    )
    logs = np.log(prices[1])
    apart = np.abs(logs[:, us] - logs[:, gb])
    assert together.sum() > 10
    assert apart[together].mean() < apart[~together].mean() or (~together).sum() < 3


def test_effort_is_pooled_and_none_is_lost() -> None:
    setting = made("parameters.coalition_discipline=0.4")
    world = at_end(setting)
    effort = np.random.default_rng(1).random((8, len(setting.actors)))
    spent = pooled(setting, world, effort)
    np.testing.assert_allclose(spent.sum(axis=1), effort.sum(axis=1))
    label = world.state["coalitions"].label
    leads = (label == np.arange(label.shape[1])) & (labels.sizes(label) > 1)
    assert (spent[leads] > effort[leads]).all()
    alone_ = labels.sizes(label) == 1
    np.testing.assert_array_equal(spent[alone_], effort[alone_])
    np.testing.assert_array_equal(pooled(setting, at_end(made(on=False)), effort), effort)


def test_more_friction_makes_smaller_coalitions_in_nine_worlds_of_ten() -> None:
    """The largest, world by world, and all that are in one."""
    runs = range(0, 160, 4)  # one run a world
    least, most = (
        ensemble(made(f"parameters.coalition_friction={f}"), list(runs)) for f in (0.7, 0.97)
    )
    for column, sign in (("coalition_largest", 1), ("coalition_alone", -1)):
        smaller = sign * (least.number(column) - most.number(column)) > 0
        assert smaller.mean() >= 0.9


WEST = (
    "USA GBR CAN DEU FRA POL CZE ESP FIN EST LVA LTU ITA NLD BEL DNK GRC HRV HUN IRL PRT AUS AUT"
    " ROU SWE BGR CHE JPN SVK NOR SVN MLT CYP KOR GEO ISR UKR TUR MEX"
)


def test_a_state_leads_where_there_is_one_however_capable_a_company() -> None:
    """Effort is pooled with who leads, and only who sits in the room gets through as it does."""
    setting = made("MICROSOFT.capability=100", "coalitions.force.Friends=[MICROSOFT, FRA, EST]")
    label = at_end(setting, 4).state["coalitions"].label
    france = setting.slot("FRA")
    assert (setting.kind[label[:, setting.slot("MICROSOFT")]] == Kind.STATE).all()
    assert (setting.kind[label[:, france]] == Kind.STATE).all()
    alone_ = made("MICROSOFT.capability=100", "coalitions.force.Firms=[MICROSOFT, GOOGLE]",
                  "parameters.coalition_friction=1")  # fmt: skip
    leads = at_end(alone_, 4).state["coalitions"].label[:, alone_.slot("GOOGLE")]
    assert (leads == alone_.slot("MICROSOFT")).all()  # of companies alone, the most capable


def test_who_is_forced_is_together_and_who_is_forbidden_is_apart(base: Outcomes) -> None:
    setting = made()
    usa, rus, gbr = (setting.slot(actor) for actor in ("USA", "RUS", "GBR"))
    assert base.counted["coalitions.together"][usa, gbr] > 30
    assert base.counted["coalitions.together"][usa, rus] == 0
    forced = played("coalitions.force.Two=[USA, RUS]", runs=16)
    assert forced.counted["coalitions.together"][usa, rus] == 16
    apart = played("coalitions.forbid=[[USA, GBR]]", runs=16)
    assert apart.counted["coalitions.together"][usa, gbr] == 0


def test_a_dissolved_coalition_never_comes_together_again() -> None:
    setting = made("coalitions.dissolve.RUS=2")
    world = at_end(setting, 16)
    first, second, third = world.state["coalitions"].history
    rus = setting.slot("RUS")
    np.testing.assert_array_equal(first, at_end(made(), 16).state["coalitions"].history[0])
    inside = first == first[:, rus, None]
    assert inside.sum() > 40
    assert (labels.sizes(second)[inside] == 1).all()
    for run in range(16):
        who = np.flatnonzero(inside[run])
        assert len(set(third[run, who])) == len(who)


def test_who_stands_alone_is_in_none_from_then_on() -> None:
    event = "events=[{session: 2, do: [GBR stands alone]}]"
    setting = made(event)
    first, second, third = at_end(setting, 12).state["coalitions"].history
    gbr = setting.slot("GBR")
    assert (labels.sizes(first)[:, gbr] > 1).mean() > 0.8
    assert (labels.sizes(second)[:, gbr] == 1).all()
    assert (labels.sizes(third)[:, gbr] == 1).all()
    acts = {(a.session, a.actor, a.act) for a in ensemble(setting, 12).acts}
    assert (2, "GBR", "leaves") in acts
    assert (1, "USA", "leads") in acts


def test_who_is_not_in_the_room_stands_alone() -> None:
    setting = made("USA=absent")
    usa = setting.slot("USA")
    assert (labels.sizes(at_end(setting).state["coalitions"].label)[:, usa] == 1).all()


def test_against_an_adversary_nobody_is_with_it() -> None:
    setting = made("coalitions.against=RUS", "parameters.coalition_threat=1")
    label = at_end(setting, 12).state["coalitions"].label
    assert (labels.sizes(label)[:, setting.slot("RUS")] == 1).all()


def test_on_one_draft_or_issue_other_issues_do_not_count() -> None:
    """What Russia thinks of rules for war is nothing to a coalition on cybercrime."""
    moved = "RUS.position.IHL=100"
    for on in ("coalitions.on=[CRIME]", "coalitions.on=['73/187']"):
        still, other = played(on, runs=8), played(on, moved, runs=8)
        assert_same(still.counted["coalitions.members"], other.counted["coalitions.members"], on)


def test_coalitions_flow_when_positions_move() -> None:
    event = "events=[{session: 2, set: {GBR.position.SOV: 95, GBR.position.TREATY: 95}}]"
    setting = made(event)
    first, second, _ = at_end(setting, 12).state["coalitions"].history
    assert (first != second).any()
    flows = ensemble(setting, 12).counted["coalitions.flows"]
    n = len(setting.actors)
    assert flows.shape == (2, n + 1, n + 1)
    assert flows.sum() == 2 * 12 * n


def test_with_a_calendar_they_are_renewed_once_a_year_and_when_seats_change() -> None:
    """Whatever moves minds in between; a year is one of the calendar."""
    event = "{session: 2, set: {GBR.position.SOV: 95, GBR.position.TREATY: 95}}"
    gone = "{session: 2, do: FRA withdraws}"

    def history(events: str, start: str) -> list[np.ndarray]:
        calendar = f"calendar={{start: {start}, step: quarter}}"
        return at_end(made(f"events=[{events}]", calendar), 12).state["coalitions"].history

    first, second, _ = history(event, "2018-Q1")
    assert (first == second).all()
    first, second, third = history(event, "2018-Q4")
    assert (first != second).any()
    assert (second == third).all()
    first, second, _ = history(f"{event}, {gone}", "2018-Q1")
    assert (first != second).any()


def test_what_is_between_sessions_has_its_name() -> None:
    before = np.array([[0, 0, 0, 3, 3, 3, 6, 6, 8]])
    now = np.array([[0, 0, 0, 0, 0, 0, 7, 8, 8]])
    assert np.flatnonzero(labels.merged(before, now)[0]).tolist() == [3]
    assert labels.kept(before, now)[0].tolist() == [2, 2, 2, 2, 2, 2, 0, 0, 0]
    apart = np.array([[0, 0, 0, 3, 3, 3, 3]])
    fell = np.array([[0, 0, 2, 3, 3, 5, 5]])
    assert labels.parts(apart, fell)[0].tolist() == [1, 0, 0, 2, 0, 0, 0]


# Power


def test_pivotal_is_what_turning_every_vote_of_a_coalition_would_change() -> None:
    """Against doing just that, coalition by coalition, also with a veto and a second majority."""
    vetoes = "forums.first_committee.vetoes=[USA, RUS]"
    for settings in ((), (vetoes,), ("forums.first_committee.majority=two_thirds",)):
        setting = made(*settings)
        world = at_end(setting, 6)
        ballot = world.ballots[setting.ballots[0]]
        forum = setting.forums[0]
        label = world.state["coalitions"].label
        seats = forum.members
        found = pivotal(ballot, label, labels.sizes(label), forum, seats)
        for run in range(6):
            for leader in np.unique(label[run]):
                inside = label[run] == leader
                if inside.sum() < 2:
                    assert not found[run, leader]
                    continue
                cast = ballot.decisions[run : run + 1].copy()
                was = cast.copy()
                cast[:, inside & (was[0] == Decision.SUPPORT)] = Decision.OPPOSE
                cast[:, inside & (was[0] == Decision.OPPOSE)] = Decision.SUPPORT
                again = by_vote(cast, seats, forum.vetoes, forum.weights, forum.rules)
                turned = again.adopted[0] != ballot.verdict.adopted[run]
                assert found[run, leader] == (turned and ballot.verdict.voted[run])


# What is refused


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (["coalitions.force.West=[USA]"], "needs two actors or more"),
        (["coalitions.force.West=[USA, USB]"], "there is no such actor here"),
        (["coalitions.force.West=all states"], "holds every state"),
        (["coalitions.forbid=[[RUS]]"], "needs two actors or more"),
        (["coalitions.on=[SOW]"], "neither an issue nor a draft"),
        (["coalitions.against=RUSS"], "did you mean 'RUS'"),
        (["coalitions.dissolve.USA=9"], "after the last session"),
        (["coalitions.frm=on"], "did you mean"),
        (
            ["coalitions.force.W=[USA, GBR]", "coalitions.forbid=[[USA, GBR]]"],
            "forced together in W, and forbidden here",
        ),
        (
            ["coalitions.force.W=[USA, GBR]", "coalitions.force.V=[USA, RUS]"],
            "an actor is in one coalition",
        ),
        (
            ["coalitions.against=USA", "coalitions.force.V=[USA, RUS]"],
            "is the adversary, and forced into a coalition",
        ),
    ],
)
def test_what_cannot_be_is_refused(settings: list[str], says: str) -> None:
    with pytest.raises(InputError, match=says) as refused:
        load(RIVALS, (ON, *settings))
    assert all(m.field.startswith("coalitions") for m in refused.value.mistakes)


def test_nobody_stands_aside_from_what_does_not_form() -> None:
    with pytest.raises(InputError, match="no coalitions form here"):
        load(RIVALS, (OFF, "USA=stands alone"))


def test_what_is_said_in_vain_is_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    said = {
        "coalitions": load(RIVALS, (OFF, "coalitions.forbid=[[USA, GBR]]")).sections["coalitions"]
    }
    assert [problem for _, problem in OURS.warnings(said)]
    on = {"coalitions": load(RIVALS, (ON,)).sections["coalitions"]}
    assert not [*OURS.warnings(on)]


def test_it_is_shown() -> None:
    said = load(
        RIVALS,
        (ON, "coalitions.against=RUS", "coalitions.force.W=[USA, GBR]",
         "coalitions.forbid=[[CHN, IND]]", "coalitions.dissolve.CUB=2"),
    ).sections  # fmt: skip
    names = ", ".join
    lines = [*OURS.show(said, names)]
    assert lines == [
        "form on all issues, against RUS",
        "W, forced: USA, GBR",
        "never together: CHN, IND",
        "that of CUB is dissolved in session 2",
    ]
    assert [*OURS.show(said, names, "CUB")] == ["that of CUB is dissolved in session 2"]
    assert not [*OURS.show(load(RIVALS, (OFF,)).sections, names)]


# What is told


def test_the_tables_of_a_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = sim_cli("run", RIVALS, "--runs", "24", "--set", ON, "--no-figures", "--out", str(out))
    assert code == 0
    with (out / "coalitions.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    west = next(row for row in rows if row["leader"] == "USA")
    assert west["name"].startswith("USA for 73/266")
    assert {"GBR", "CAN", "DEU"} <= set(west["members"].split())
    for row in rows:
        assert 0 < float(row["share"]) <= 1
        assert 0 <= float(row["worlds_stable"]) <= float(row["worlds"]) <= 1
        assert float(row["size"]) >= 2
        assert not row["bridge"] or row["bridge"] in row["at_times"].split()
        assert 0 <= float(row["platform"].split()[1]) <= 100
    graph = nx.read_graphml(out / "coalitions.graphml")
    assert graph.nodes["USA"]["kind"] == "state"
    assert graph.edges["USA", "GBR"]["weight"] > 0.5
    assert graph.nodes["BRA"]["bridges"] > graph.nodes["RUS"]["bridges"]
    import pyarrow.parquet as pq

    pairs = pq.read_table(out / "comembership.parquet").to_pydict()
    at = next(
        i for i, pair in enumerate(zip(pairs["actor"], pairs["other"], strict=True))
        if set(pair) == {"USA", "GBR"}
    )  # fmt: skip
    assert pairs["share"][at] == pytest.approx(graph.edges["USA", "GBR"]["weight"])
    assert sim_cli("rerun", str(out), "--verify") == 0
    drawn = {file.name for file in redraw(out)}
    assert {"coalitions.png", "coalition-stability.png"} <= drawn


def sim_cli(*arguments: str) -> int:
    """Run a command; return its exit status."""
    from typer.testing import CliRunner

    from sim.cli.app import app

    return CliRunner().invoke(app, list(arguments)).exit_code


def test_no_coalition_is_told_where_none_formed() -> None:
    setting = made("parameters.coalition_friction=1")
    outcomes = ensemble(setting, 4)
    assert told.formed(outcomes)
    assert told.coalitions(outcomes, setting) == []
    assert not told.formed(played(on=False, runs=4))


def test_in_a_small_vote_and_a_small_room(tmp_path: Path) -> None:
    for text in (VOTE, CONSENSUS):
        scenario = write(tmp_path, text + "coalitions: {form: on}\n")
        setting = build(load(scenario))
        outcomes = ensemble(setting, 12)
        assert told.table(outcomes, setting)["leader"]


def test_no_bandwagon_is_written_in(base: Outcomes) -> None:
    """The worth of a coalition is its bonds: how many there are in it is nowhere a reward."""
    assert all("bandwagon" not in p.name for p in OURS.parameters)
    low = {p.name: p.low for p in OURS.parameters}
    assert all(low[f"coalition_{n}"] == 0 for n in ("ties", "means", "threat", "company"))


def test_power_is_that_of_its_members_as_one_under_the_rule() -> None:
    """Heads by a closed form, all else by counting; both against the other where both can."""
    from sim.published import power

    setting = made()
    west = [setting.slot(actor) for actor in WEST.split()]
    found = told.powers(west, setting)
    assert found["first_committee"] == pytest.approx(found["third_committee"])
    merged = power.weighted([len(west), *[1] * (193 - len(west))], 97)
    assert found["first_committee"] == pytest.approx(power.shapley_shubik(merged)[0])
    vetoed = made("forums.first_committee.vetoes=[USA]")
    assert told.powers(west, vetoed)["first_committee"] > found["first_committee"]
    assert told.powers(west[:1], setting) == {}


def test_the_flow_is_drawn_where_somebody_moves() -> None:
    about = Footer("gge-2017", "", 8, 1, "", ())
    for settings, flows in (((), False), (("coalitions.dissolve.USA=2",), True)):
        setting = made(*settings, of="gge-2017")
        outcomes = ensemble(setting, 8)
        assert (moving(outcomes) > 0.005) == flows
        sheets = dict(drawn(outcomes, setting, about))
        assert ("coalition-flow" in sheets) == flows
        assert {"coalitions", "coalition-stability"} <= sheets.keys()
