"""The phases against an independent program of the same rules: tests/reference/plain_mesa.py.

Decisions must be equal; texts may differ by 1e-9, since sums are taken in another order.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.forums.presets import PRESETS
from sim.forums.rules import How
from sim.mechanisms.coalitions import WrittenCoalitions
from sim.mechanisms.red_lines import RedLine
from sim.scenario import load
from tests.procedures import DISTINCT
from tests.reference import plain_coalitions, plain_lobbying, plain_mesa
from tests.reference.plain_coalitions import Coalitions
from tests.reference.plain_mesa import PlainMesa
from tests.settings import BlocSpec, DraftSpec, ForumSpec, acting, make, restage

RUNS = (0, 5)  # of two worlds
SEEDS = {True: range(4, 6), False: range(15, 20)}  # fewer for rooms with a chair, which take long
# The other program knows no silence, and no sponsors who redraft.
PLAYED = {n: r for n, r in DISTINCT.items() if not r.silence and r.drafting != "sponsors"}
CASES = [(name, seed) for name, rules in PLAYED.items() for seed in SEEDS[rules.consensus]]
TWO_STAGES = {"committee": 1, "plenary": 2}


def compare(setting: Setting, runs: int | Sequence[int] = RUNS) -> Outcomes:
    """Play both programs and compare them decision by decision, clause by clause."""
    ours = ensemble(setting, runs)
    plains = [PlainMesa(setting, run) for run in ours.table["run"].tolist()]
    for row, plain in enumerate(plains):
        plain.run_model()
        compare_decisions(ours, row, plain)
        compare_texts(ours, row, plain)
        compare_acts(ours, row, plain)
    if setting.parts["coalitions"] is not None:
        compare_coalitions(ours, [plain.coalitions for plain in plains])
    return ours


def compare_decisions(ours: Outcomes, row: int, plain: PlainMesa) -> None:
    for ballot, (label, stage) in enumerate(ours.ballots):
        text = next(t for t in plain.texts if t.draft.label == label)
        theirs, where = text.results[stage], f"row {row}, {label} in the {stage}"
        assert ours.decisions[row, ballot].tolist() == theirs.decisions, where
        assert How(ours.table[f"{label}.{stage}.how"][row]) is theirs.how, where
        assert ours.table[f"{label}.{stage}.adopted"][row] == theirs.adopted, where
        existed = ours.table[f"{label}.{stage}.text_existed"][row]
        asked = theirs.text_existed != -1 and theirs.how is not How.NOT_REACHED
        assert np.isnan(existed) != asked, where


def compare_texts(ours: Outcomes, row: int, plain: PlainMesa) -> None:
    setting = plain.setting
    for text in plain.texts:
        stands = [c.value if c.active else setting.status_quo[c.issue] for c in text.clauses]
        names = [f"{text.draft.label}.{clause}.value" for clause in text.draft.clauses]
        near([ours.table[name][row] for name in names], stands)
    near([ours.table[f"status_quo.{issue}"][row] for issue in setting.issues], plain.status_quo)


def compare_acts(ours: Outcomes, row: int, plain: PlainMesa) -> None:
    """What was spent on each text, whom it reached, and what it moved."""
    lobbying, setting = plain.lobbying, plain.setting
    if lobbying is None:
        return
    for text in plain.texts:
        label, members = text.draft.label, setting.forums[text.draft.forum].members
        moved = [lobbying.moved(text.place, i) for i in np.flatnonzero(members).tolist()]
        near(ours.table[f"{label}.lobbied"][row], sum(moved) / len(moved))
        near(ours.table[f"{label}.effort_spent"][row], 100 * lobbying.spent[text.place])
    for actor, received in zip(setting.actors, lobbying.received, strict=True):
        near(ours.table[f"lobbying_received.{actor}"][row], 100 * received)


def compare_coalitions(ours: Outcomes, plains: Sequence[Coalitions]) -> None:
    """Who was with whom in each session, and who would rather be elsewhere, over all runs."""
    members = np.zeros_like(ours.counted["coalitions.members"])
    tempted = np.zeros_like(ours.counted["coalitions.tempted"])
    alone = members.shape[1] - 1
    for plain in plains:
        for session, leaders in enumerate(plain.history):
            for i, leader in enumerate(leaders):
                together = leaders.count(leader) > 1
                members[session, leader if together else alone, i] += 1
                if session == len(plain.history) - 1:
                    tempted[i] += together and plain.tempted[i]
    assert np.array_equal(ours.counted["coalitions.members"], members)
    assert ours.counted["coalitions.tempted"].tolist() == tempted.tolist()


def near(ours: Any, theirs: Any) -> None:
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9)


def drawn(rules: str, seed: int, **changes: Any) -> Setting:
    """A setting of any size and mood, with two stages, from its seed."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 14 if PRESETS[rules].consensus else 26))
    vetoes = [0, 1] if "veto" in rules else []
    forum = ForumSpec(rules, vetoes=vetoes, weights=rng.random(n + 3) + 0.01, stages=TWO_STAGES)
    defaults: dict[str, Any] = {
        "issues": 4,
        "drafts": 2,
        "clauses": int(rng.integers(1, 6)),
        "sessions": 2,
        "worlds": 3,
        "curvature": rng.integers(1, 3, 3),
        "insistence": rng.uniform(0.2, 0.9, 3),
        "blocking_cost": rng.uniform(0.01, 0.2, 3),
        "readiness": rng.uniform(-1.0, 2.0, 3),
        "text_weight": 1.0,
        "changed_text": 1.0,
        "forums": [forum],
        "seed": seed,
    }
    return make(n, 2, 1, **(defaults | changes))


def test_the_reference_shares_no_code_with_the_phases() -> None:
    ours = set()
    for part in (plain_mesa, plain_coalitions, plain_lobbying):
        tree = ast.parse(Path(part.__file__).read_text(encoding="utf-8"))
        imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        ours |= {
            f"sim.{name.name}" if node.module == "sim" else node.module
            for node in imported
            for name in node.names
            if node.module and node.module.startswith("sim")
        }
    data = {"sim.core.draws", "sim.core.setting", "sim.core.world", "sim.record"}
    assert ours == {"sim.forums.rules", *data}


@pytest.mark.parametrize(("rules", "seed"), CASES)
def test_every_preset_decides_the_same(rules: str, seed: int) -> None:
    compare(drawn(rules, seed))


def test_the_seeds_reach_every_way_to_decide() -> None:
    ways = {
        How(how)
        for rules, seed in CASES
        if seed in (SEEDS[True][0], 18)  # some are enough
        for name, column in ensemble(drawn(rules, seed), RUNS).table.items()
        if name.endswith(".how")
        for how in column
    }
    # Nobody is missed here: rooms too empty for a decision have a test of their own.
    assert ways >= set(How) - {How.NO_QUORUM}


def test_both_find_a_text_where_one_exists() -> None:
    # The search ends after some hundred moves. Where no text is near, the last bit of a sum
    # decides which delegation is answered next, and the two may part: in one case of twenty.
    same = []
    for rules in ("consensus", "open_ended_working_group"):
        for seed in range(3):
            forum = ForumSpec(rules, stages={"only": 1})
            setting = drawn(rules, seed, blocking_cost=0.02, insistence=0.8, forums=[forum])
            ours = ensemble(setting, 1)
            for run in range(1):
                plain = PlainMesa(setting, run)
                plain.run_model()
                for text in plain.texts:
                    found = ours.table[f"{text.draft.label}.only.text_existed"][run]
                    if found >= 0:
                        same.append(found == text.results["only"].text_existed)
    assert len(same) > 4
    assert np.mean(same) >= 0.95


@pytest.mark.parametrize(
    "line", ["median", "leader", "simple_majority", "double_majority", "unanimity"]
)
def test_blocs_find_the_same_line(line: str) -> None:
    rng = np.random.default_rng(4)
    inner = line in PRESETS
    blocs = [
        BlocSpec(
            [0, 1, 2, 3, 4],
            rng.random(),
            "inner" if inner else line,
            leader=2,
            rules=line if inner else None,
            weights=rng.random(12) if inner else (),
        ),
        BlocSpec([4, 5, 6], rng.random()),
    ]
    for rules, seeds in (("un_general_assembly", range(4, 12)), ("open_ended_working_group", [4])):
        for seed in seeds:
            compare(make(9, 2, 1, forums=[rules], blocs=blocs, worlds=2, seed=seed))


def test_a_leader_that_has_left_leads_no_longer() -> None:
    blocs = [BlocSpec([0, 1, 2, 3], 0.8, "leader", leader=6)]
    compare(make(9, blocs=blocs, seed=3), runs=8)


@pytest.mark.parametrize("seed", SEEDS[True])
@pytest.mark.parametrize("rules", ["group_of_governmental_experts", "ad_hoc_committee"])
def test_red_lines_hold_the_same(rules: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    limits = [
        RedLine(0, 0, at_most=rng.uniform(0.1, 0.6)),
        RedLine(1, 1, at_least=rng.uniform(0.3, 0.7)),
        RedLine(2, 0, at_least=rng.uniform(0.2, 0.6)),
    ]
    compare(drawn(rules, seed, red_lines=limits))


@pytest.mark.parametrize(
    ("rules", "seed"),
    [case for case in CASES if case[0] in ("un_general_assembly", "ad_hoc_committee")],
)
def test_empty_seats_and_declared_opponents(rules: str, seed: int) -> None:
    setting = drawn(rules, seed, influence=0)  # positions would answer empty seats
    n = len(setting.actors)
    rng = np.random.default_rng(seed + 100)
    staged = restage(
        setting,
        seated=rng.random(n) < 0.9,
        attending=rng.random(n) < 0.8,
        insisting=rng.random(n) < 0.8,
        opposed=rng.random((n, 2)) < 0.1,
    )
    compare(staged)


def test_a_room_too_empty_to_decide() -> None:
    setting = make(9, forums=["un_general_assembly"], absence=2.0, seed=1)
    habits = replace(setting, absence=np.full(9, 0.9))
    assert How.NO_QUORUM in compare(habits, runs=12).table["L.1.decision.how"]


def test_votes_late_in_december() -> None:
    dates = {"decision": date(2019, 12, 27)}
    draft = DraftSpec([0, 1], [0.6, 0.7], dates=dates)
    late = make(30, drafts=[draft], late_december=3.0, seed=2)
    early = make(30, drafts=[replace(draft, dates={})], late_december=3.0, seed=2)
    missing = [compare(s, runs=8).number("L.1.decision.not_voting").mean() for s in (late, early)]
    assert missing[0] > missing[1] + 1


def test_three_sessions_of_drafting_before_the_decision() -> None:
    for seed in range(2):
        forum = ForumSpec("consensus", stages={"decision": 3})
        compare(drawn("consensus", seed, sessions=3, forums=[forum]))


# Delegations that act

WHAT = {
    "lobbying": {"lobbying": True},
    "coalitions": {"coalitions": WrittenCoalitions(form="on")},
    "both": {"lobbying": True, "coalitions": WrittenCoalitions(form="on")},
}


def drawn_to_act(rules: str, seed: int, what: str, **changes: Any) -> Setting:
    """A setting of delegations that act: groups, offices and ties, some of them said."""
    rng = np.random.default_rng(1000 + seed)
    defaults: dict[str, Any] = {
        "lobbying_effect": rng.uniform(0.2, 2.0, 3),
        "wide_majority": rng.random(3),
        "other_business": rng.uniform(1.0, 6.0, 3),
        "coalition_friction": rng.uniform(0.5, 0.9, 3),
        "coalition_discipline": rng.uniform(0.2, 0.6, 3),
        "coalition_company": rng.uniform(0.0, 4.0, 3),
        "coalition_crowding": rng.uniform(0.0, 0.1, 3),
        "amending": 0.0,  # the reference has no amendments of coalitions
    }
    setting = drawn(rules, seed, **(defaults | changes))
    names = np.array(setting.actors)
    groups = {g: rng.choice(names[:-3], 3, replace=False).tolist() for g in ("EU", "AU", "NATO")}
    return acting(
        setting,
        **(dict(WHAT[what]) | {"groups": groups, "offices": rng.random(len(names)) < 0.5}),
        home={names[-2]: names[1], names[-1]: names[2]},
        ties={names[0]: {names[2]: 90.0}, names[-1]: {names[2]: 40.0}},
        effort={names[1]: 100.0 * rng.random()},
    )


@pytest.mark.parametrize("what", WHAT)
@pytest.mark.parametrize("rules", PLAYED)
def test_delegations_that_act_do_the_same(rules: str, what: str) -> None:
    for seed in range(4, 5 if PRESETS[rules].consensus else 8):
        compare(drawn_to_act(rules, seed, what))


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("rules", ["un_general_assembly", "open_ended_working_group"])
def test_what_is_said_of_coalitions_and_who_leaves_its_seat(rules: str, seed: int) -> None:
    said = WrittenCoalitions(
        form="on",
        on=("L.1", "DATA"),
        against="AAD",
        force={"pact": ("AAA", "AAB")},
        forbid=(("AAA", "AAC"), ("AAC", "CO1")),
        dissolve={"AAA": 1 + seed % 2},
    )
    setting = drawn_to_act(rules, 30 + seed, "both", influence=0)  # which would answer empty seats
    n, rng = len(setting.actors), np.random.default_rng(seed)
    axes, web = setting.parts["ties"].axes, setting.parts["ties"]
    told = {"groups": axes.groups, "home": axes.home, "ties": web.written}
    setting = acting(setting, lobbying=True, coalitions=said, **told)
    emptied = restage(setting, attending=rng.random(n) < 0.9, opposed=rng.random((n, 2)) < 0.05)
    later = restage(emptied, 2, seated=rng.random(n) < 0.9, aside=rng.random(n) < 0.1)
    compare(later)


# As shipped, but for what the reference leaves out
VOTE = ("forums.general_assembly.drafting=as_tabled", "cosponsorship.gather=off")
AS_SHIPPED = {"cybercrime-2019": VOTE, "gge-2017": ("trades=off",)}


@pytest.mark.parametrize("scenario", AS_SHIPPED)
@pytest.mark.parametrize("what", WHAT)
def test_a_shipped_scenario_is_played_the_same(scenario: str, what: str) -> None:
    on = {
        "lobbying": "on" if what != "coalitions" else "off",
        "coalitions.form": "on" if what != "lobbying" else "off",
        "parameters.lobbying_effect": "0.6",
        "parameters.amending": "0",  # the reference has no amendments of coalitions
    }
    said = [f"{path}={value}" for path, value in on.items()]
    setting = build(load(scenario, (*AS_SHIPPED[scenario], *said)))
    compare(setting, [5] if scenario == "cybercrime-2019" else [0, 5])


def test_one_room_of_193() -> None:
    for rules in ("un_general_assembly", "open_ended_working_group"):
        compare(make(193, issues=16, clauses=8, forums=[rules], worlds=2, seed=7), runs=[5])
