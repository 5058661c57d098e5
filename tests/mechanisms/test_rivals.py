"""Rival drafts: what a state weighs, what each rule makes of it, and what a file may not say."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.analysis.baselines import alone
from sim.build import setting as build
from sim.core.agenda import session
from sim.core.ask import play
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.core.support import terms
from sim.core.world import begin
from sim.errors import InputError
from sim.forums.rules import Decision, How
from sim.mechanisms.prospects import say
from sim.mechanisms.rivals import Motions, Rivals, rivals_of, worth_of
from sim.scenario import load
from tests.chunks import assert_chunk_free, assert_same
from tests.small import CONSENSUS, VOTE, write

RUNS, MOST = 200, 0.9  # MOST: share of worlds in which a sign is asked for
TEXTS = ("73/27", "L.60")
OTHER_FORUM = """\
  hall:
    rules: un_general_assembly
    stages: {committee: {session: 1}, plenary: {session: 2}}
    drafts:
      L.61: {sponsors: [USA], clauses: {OP1: {issue: SOV, value: 20, words: less}}}
record:
"""


def said(rule: str = "open", more: str = "", rivalry: float = 0.5) -> str:
    """The small vote, with its two texts as rivals under a rule."""
    rivals = f'rivals:\n  pair: {{drafts: ["73/27", L.60], rule: {rule}{more}}}\n'
    return f"{VOTE}parameters: {{rivalry: {rivalry}}}\n{rivals}"


def made(folder: Path, rule: str = "open", more: str = "", rivalry: float = 0.5) -> Setting:
    return build(load(write(folder, said(rule, more, rivalry))))


def adopted(outcomes: Outcomes, draft: str, stage: str) -> np.ndarray:
    return outcomes.table[f"{draft}.{stage}.adopted"].astype(bool)


def missed(outcomes: Outcomes, draft: str, stage: str) -> np.ndarray:
    return outcomes.table[f"{draft}.{stage}.how"] == How.NOT_REACHED


# What a state weighs


def test_the_term_is_what_the_rival_would_give_on_shared_issues(tmp_path: Path) -> None:
    """73/27 is on SOV and DATA, L.60 on SOV alone; by hand: kappa P s (|q-x|^p - |z-x|^p)."""
    setting = made(tmp_path)
    world = begin(setting, range(6))
    mine, rival = (setting.drafts.index(d) for d in setting.drafts)
    assert rivals_of(setting, mine) == (rival,)
    world.state["rivals"].odds[:, rival] = 0.8
    found = dict(terms(setting, world, mine))["rivalry"]
    x, s = world.position[:, :, 0], world.salience[:, :, 0]
    z, q = world.value[rival][:, :1], world.status_quo[:, :1]
    p = world.column("curvature")
    gain = s * (np.abs(q - x) ** p - np.abs(z - x) ** p)
    np.testing.assert_allclose(found, -world.column("stakes") * 0.5 * 0.8 * gain, atol=1e-12)
    likes = gain > 1e-6
    assert likes.any()
    assert (found[likes] < 0).all()


def test_rivals_that_share_no_issue_do_not_weigh(tmp_path: Path) -> None:
    text = said().replace("OP1: {issue: SOV, value: 10", "OP1: {issue: DATA, value: 10")
    text = text.replace("OP5: {issue: DATA", "OP5: {issue: SOV")
    setting = build(load(write(tmp_path, text)))
    world = begin(setting, range(4))
    play(session(setting, world, 1))
    assert (world.state["rivals"].odds > 0).any()
    assert not dict(terms(setting, world, 0))["rivalry"].any()


@pytest.mark.parametrize("rivalry", [0.0, 0.5])
def test_without_weight_nothing_changes_and_with_it_votes_do(
    tmp_path: Path, rivalry: float
) -> None:
    with_ = ensemble(made(tmp_path, rivalry=rivalry), RUNS)
    without = ensemble(build(load(tmp_path / "small.yaml", ("rivals={}",))), RUNS)
    same = np.array_equal(with_.decisions, without.decisions)
    assert same == (rivalry == 0)
    if same:
        for column, values in without.table.items():
            assert_same(with_.table[column], values, column)


def test_own_positions_alone_are_without_it(tmp_path: Path) -> None:
    setting = made(tmp_path, "exclusive")
    assert not {"rivals", "motions"} & {m.name for m in alone(setting).active}


def test_a_rival_that_has_fallen_is_no_alternative_and_one_that_carried_is(tmp_path: Path) -> None:
    setting = made(tmp_path)
    world = begin(setting, range(4))
    world.alive[1][:2], world.passed[1][2:] = False, True
    play(Rivals().play(setting, world, setting.meetings[1][0]))
    np.testing.assert_array_equal(world.state["rivals"].odds[:, 1], [0, 0, 1, 1])


# Rules


@pytest.mark.parametrize("rule", ["exclusive", "ordered"])
def test_the_order_of_the_file_decides_nothing(tmp_path: Path, rule: str) -> None:
    text = said(rule)
    first, second = text.index('      "73/27":\n'), text.index("      L.60:\n")
    end = text.index("record:")
    turned = text[:first] + text[second:end] + text[first:second] + text[end:]
    one, other = (ensemble(build(load(write(tmp_path, t))), 60) for t in (text, turned))
    for column, values in one.table.items():
        assert_same(values, other.table[column], column)


def test_of_exclusive_texts_one_carries_and_the_others_fall(tmp_path: Path) -> None:
    easy = said("exclusive").replace("parameters: {", "parameters: {readiness: 4, ")
    outcomes = ensemble(build(load(write(tmp_path, easy))), RUNS)
    both = [adopted(outcomes, d, "committee") for d in TEXTS]
    assert not (both[0] & both[1]).any()
    for mine, rival in (TEXTS, TEXTS[::-1]):
        first = outcomes.table[f"{mine}.put_first"]
        assert 0.35 < first.mean() < 0.65  # by lot: a false alarm in 1 of 10,000
        fell = first & adopted(outcomes, mine, "committee")
        np.testing.assert_array_equal(missed(outcomes, rival, "committee"), fell)
        np.testing.assert_array_equal(outcomes.table[f"{rival}.fell_to_rival"] & first, fell)
    wins = [b.mean() for b in both]
    opened = ensemble(build(load(tmp_path / "small.yaml", ("rivals.pair.rule=open",))), RUNS)
    assert (adopted(opened, TEXTS[0], "committee") & adopted(opened, TEXTS[1], "committee")).any()
    assert max(wins) < 1


def test_where_the_file_says_so_its_order_holds(tmp_path: Path) -> None:
    for drafts in (TEXTS, TEXTS[::-1]):
        text = said("exclusive", ", order: listed").replace('["73/27", L.60]', str([*drafts]))
        outcomes = ensemble(build(load(write(tmp_path, text))), 20)
        assert outcomes.table[f"{drafts[0]}.put_first"].all()
        assert not outcomes.table[f"{drafts[1]}.put_first"].any()


def test_it_is_known_by_then_what_became_of_the_text_before(tmp_path: Path) -> None:
    setting = made(tmp_path, "ordered", ", order: listed")
    world = begin(setting, range(20))
    play(session(setting, world, 1))
    carried = world.ballots[0, "committee"].verdict.adopted
    np.testing.assert_array_equal(world.state["rivals"].odds[:, 0], carried)
    assert not world.state["rivals"].fell.any()


@pytest.mark.parametrize(("keen", "carries"), [(90, True), (10, False)])
def test_a_motion_carries_where_the_room_prefers_its_text(
    tmp_path: Path, keen: int, carries: bool
) -> None:
    """All but the United States are near to 73/27, or near to L.60."""
    text = said("exclusive", ', motion: {by: RUS, first: "73/27"}').replace(
        "SOV: 20", f"SOV: {keen}"
    )
    text = text.replace("SOV: 50", f"SOV: {keen}").replace("SOV: 62", f"SOV: {keen}")
    outcomes = ensemble(build(load(write(tmp_path, text))), RUNS)
    moved = {act.reason: act.runs for act in outcomes.acts if act.act == "moves first"}
    assert sum(moved.values()) == RUNS
    assert (moved.get("carried", 0) > 0.4 * RUNS) == carries
    first = outcomes.table["73/27.put_first"].sum()
    assert first >= moved.get("carried", 0)  # a motion that is lost leaves the lot


def test_who_has_left_moves_nothing(tmp_path: Path) -> None:
    write(tmp_path, said("exclusive", ', motion: {by: RUS, first: "73/27"}'))
    setting = build(load(tmp_path / "small.yaml", ("RUS=absent",)))
    assert "moves first" not in {act.act for act in ensemble(setting, 20).acts}


def test_merged_texts_become_one_and_its_sponsors_are_of_both(tmp_path: Path) -> None:
    """Both sides want more than the status quo: one much, one a little, on the same issue."""
    text = said("merged", ', into: "73/27"').replace("SOV: 8, DATA: 10", "SOV: 66, DATA: 60")
    text = text.replace("issue: SOV, value: 10", "issue: SOV, value: 46")
    setting = build(load(write(tmp_path, text)))
    world = begin(setting, range(RUNS))
    before = [value.copy() for value in world.value]
    play(session(setting, world, 1))
    merged = world.state["rivals"].fell[:, 1]
    assert merged.any()
    assert not merged.all()
    was, now, rival = before[0][:, 0], world.value[0][:, 0], before[1][:, 0]
    np.testing.assert_array_equal((now != was), merged)
    assert (np.abs(now - rival) <= np.abs(was - rival) + 1e-12).all()
    np.testing.assert_array_equal(world.value[0][:, 1], before[0][:, 1])  # DATA is not shared
    assert world.sponsors[0][merged][:, setting.slot("USA")].all()
    assert (world.ballots[1, "committee"].verdict.how[merged] == How.NOT_REACHED).all()


def test_nobody_merges_who_would_lose_by_it(tmp_path: Path) -> None:
    """Sponsors of both sides have more to expect of the one text than of a vote on both."""
    setting = made(tmp_path, "merged", ', into: "73/27"')
    world, meeting = begin(setting, range(RUNS)), setting.meetings[0][0]
    sides = [say(setting, world, meeting, draft) for draft in (0, 1)]

    def worth(*drafts: int) -> list[np.ndarray]:
        at = [partial(worth_of, setting, world, meeting, d, world.value[d]) for d in drafts]
        return [np.sum([of(side) for of in at], axis=0) for side in sides]

    apart = worth(0, 1)
    play(Motions().play(setting, world, meeting))
    merged = world.state["rivals"].fell[:, 1]
    assert 0 < merged.sum() < RUNS
    world.sponsors[0] = np.tile(setting.drafts[0].sponsors, (RUNS, 1))  # as when it was offered
    for before, after in zip(apart, worth(0), strict=True):
        assert (after[merged] > before[merged]).all()


def test_in_a_room_that_seeks_consensus_the_second_falls_too(tmp_path: Path) -> None:
    second = "      counter:\n        clauses: {law: {issue: IHL, value: 40, words: noted}}\n"
    text = CONSENSUS.replace("record:", second + "record:")
    text += "rivals:\n  pair: {drafts: [report, counter], rule: exclusive}\n"
    outcomes = ensemble(build(load(write(tmp_path, text))), RUNS)
    carried = [adopted(outcomes, d, "decision") for d in ("report", "counter")]
    assert carried[1].any()
    assert not (carried[0] & carried[1]).any()


@pytest.mark.parametrize("drafting", ["as_tabled", "sponsors"])
@pytest.mark.parametrize(
    ("rule", "more"),
    [
        *(("open", ""), ("exclusive", ""), ("ordered", ", motion: {by: USA, first: L.60}")),
        ("merged", ', into: "73/27"'),
    ],
)
def test_no_run_depends_on_another(tmp_path: Path, rule: str, more: str, drafting: str) -> None:
    rules = "rules: un_general_assembly"
    text = said(rule, more).replace(rules, f"{rules}\n    drafting: {drafting}")
    assert "rivals" in assert_chunk_free(build(load(write(tmp_path, text))))


# Sponsors answer


def test_sponsors_say_whom_their_revision_answers(tmp_path: Path) -> None:
    text = said().replace("parameters: {", "parameters: {support_weight: 0.1, revision_cost: 0, ")
    rules = "rules: un_general_assembly"
    text = text.replace(rules, f"{rules}\n    drafting: sponsors")
    acts = ensemble(build(load(write(tmp_path, text))), 20).acts
    reasons = {(act.draft, act.reason) for act in acts if act.act == "revises"}
    assert ("73/27", "answers L.60") in reasons


# The shipped vote of 2018

SHIPPED = "rival-resolutions-2018"
PAIR = "rivals={pair: {drafts: [73/27, 73/266]}}"
GONE = "forums.first_committee.drafts.73/266=null"
BY_ITSELF = ("rivals={}", "cosponsorship={gather: off}", "lobbying=off", "coalitions.form=off")
BOTH = 77  # states in favour of both in plenary; compared with, and never used


@cache
def played(*settings: str) -> Outcomes:
    return sim.run(SHIPPED, RUNS, settings=(*BY_ITSELF, *settings))


def changed(one: Outcomes, other: Outcomes, draft: str) -> float:
    """The share of worlds in which any decision on a draft in committee differs."""
    cast = [o.decisions[:, o.ballots.index((draft, "committee"))] for o in (one, other)]
    runs = (cast[0] != cast[1]).any(axis=1)
    worlds = one.table["world"]
    return float(np.mean([runs[worlds == world].any() for world in np.unique(worlds)]))


def test_a_rival_taken_away_changes_votes_on_the_other_and_nothing_else() -> None:
    weighed = played(
        PAIR, "parameters.rivalry=0.25"
    )  # in all worlds: else in some it is next to none
    assert changed(played(GONE), weighed, "73/27") >= MOST
    assert changed(played(GONE), played(PAIR), "73/187") == 0
    assert changed(played(GONE), played(), "73/27") == 0  # where they are not said to be rivals


def test_rivals_are_not_exclusive() -> None:
    outcomes = played(PAIR)
    places = [outcomes.ballots.index((d, "plenary")) for d in ("73/27", "73/266")]
    both = (outcomes.decisions[:, places] == Decision.SUPPORT).all(axis=1).sum(axis=1)
    low, high = np.percentile(both, (2.5, 97.5))
    assert low <= BOTH <= high
    carried = [adopted(outcomes, d, "plenary").mean() for d in ("73/27", "73/266")]
    assert min(carried) > MOST


# What a file may not say

MOTION = ", motion: {by: USA, first: L.60}"
REFUSED = [
    ('["73/27", L.60]', '["73/27", L.99]', r"rivals.pair.drafts.2: there is no such draft .*L.99"),
    ('["73/27", L.60]', '["73/27", "73/27"]', r"rivals.pair.drafts: is its own rival .*73/27"),
    ('["73/27", L.60]', '["73/27", L.60, L.60]', r"drafts.3: is its own rival .*L.60"),
    ('["73/27", L.60]', "[L.60]", "drafts: has no rival: a group is of two drafts or more"),
    ('["73/27", L.60]', "[L.60, L.61]", r"drafts.2: is before another forum than L.60.*L.61"),
    ("rule: exclusive", "rule: shut", "rule: is not one of the words .*open, exclusive, merged"),
    ("by: USA", "by: []", "rivals.pair.motion.by: nobody moves it"),
    ("by: USA", "by: ACME", "by.1: has no seat where L.60 is decided"),
    ("by: USA", "by: UZA", r"by.1: there is no such actor .*USA"),
    ("first: L.60", "first: L.61", r"motion.first: is none of these rivals .*73/27, L.60"),
    ("rule: exclusive", "rule: open", "motion: is moved where rivals are open"),
    (MOTION, ", into: L.60", "into: nothing is merged where rivals are exclusive"),
    ("rule: exclusive" + MOTION, "rule: merged", "into: is missing"),
    ("rule: exclusive" + MOTION, "rule: merged, into: L.61", "into: is none of these rivals"),
    ("rule: exclusive" + MOTION, "order: listed", "order: an order decides nothing where rivals"),
    ("rule: exclusive", "rule: exclusive, order: best", "order: is not one of the words"),
]


@pytest.mark.parametrize(("what", "instead", "problem"), REFUSED, ids=[r[1] for r in REFUSED])
def test_what_cannot_be_meant_is_refused(
    tmp_path: Path, what: str, instead: str, problem: str
) -> None:
    text = said("exclusive", MOTION).replace("record:\n", OTHER_FORUM)
    assert build(load(write(tmp_path, text))).parts["rivals"]
    with pytest.raises(InputError, match=problem) as refused:
        load(write(tmp_path, text.replace(what, instead)))
    assert "small.yaml:" in str(refused.value)


def test_a_draft_is_in_one_group(tmp_path: Path) -> None:
    text = said().replace("record:\n", OTHER_FORUM)
    with pytest.raises(InputError, match="is among the rivals of pair too"):
        load(write(tmp_path, text + '  more: {drafts: [L.61, "73/27"]}\n'))
