"""Figures: they say what the outcomes say, hide what they must, and are equal when redrawn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from PIL import Image

from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.forums.rules import Decision, How
from sim.mechanisms.objections import DEMANDEUR, OBJECTOR
from sim.scenario import load
from sim.show.plots import Footer, draw, named, records, sheets
from sim.show.plots.ballot import Ballot, final, in_runs
from sim.show.plots.blockers import blocked, blockers, fates, finding
from sim.show.plots.board import board, cells, compared, fullness
from sim.show.plots.map import positions
from sim.show.plots.recorded import Recorded
from sim.show.plots.style import LOOKS, wrapped
from sim.show.plots.text import drafted, rounds, told
from tests.mixed import mixed, small
from tests.settings import DraftSpec, make, restage
from tests.show.paper import clashes, written
from tests.small import VOTE, VOTES

ABOUT = Footer("a-test", "2018-11-08", 8, 7, "0.0")
AGREED = "open_ended_working_group"


def voted(states: int = 5, runs: int = 8) -> tuple[Outcomes, Setting]:
    """A room that votes, and outcomes whose every number is then set by the test."""
    setting = make(states, drafts=[DraftSpec([0, 1], [0.8, 0.6], label="L.1")], issues=2)
    return ensemble(setting, runs), setting


def decided(outcomes: Outcomes, *, adopted: int, **counts: int) -> Outcomes:
    """Let the text carry in the first ``adopted`` runs, with the same tally in each run."""
    passes = np.arange(outcomes.runs) < adopted
    how = np.where(passes, How.VOTE, How.SHORTFALL)
    table = dict(outcomes.table) | {"L.1.decision.adopted": passes, "L.1.decision.how": how}
    table |= {f"L.1.decision.{k}": np.full(outcomes.runs, v) for k, v in counts.items()}
    return replace(outcomes, table=table)


def test_the_board_says_the_finding_and_where_it_comes_from() -> None:
    outcomes, setting = voted()
    carried = decided(outcomes, adopted=6, in_favour=3, against=1, abstaining=1, not_voting=0)
    sheet = board(carried, setting, "L.1", "decision", ABOUT)
    assert sheet.title == "L.1 carries in 75% of runs: 3 in favour, 1 against"
    for part in ("a-test", "data before 2018-11-08", "8 runs", "seed 7", "plenary 0.0"):
        assert part in written(sheet)
    fallen = decided(outcomes, adopted=0, in_favour=1, against=3, abstaining=1, not_voting=0)
    assert board(fallen, setting, "L.1", "decision", ABOUT).title.startswith(
        "L.1 falls in all 8 runs"
    )


def test_each_light_shows_the_likeliest_decision_and_how_likely_it_is() -> None:
    outcomes, setting = voted(states=3)
    counts = np.zeros_like(outcomes.counts)
    counts[0, 0, Decision.OPPOSE] = 8
    counts[0, 1, [Decision.SUPPORT, Decision.ABSTAIN]] = 5, 3
    counts[0, 2, Decision.ABSENT] = 8
    ballot = Ballot(replace(outcomes, counts=counts), setting, "L.1", "decision")
    assert ballot.likely == [Decision.OPPOSE, Decision.SUPPORT, Decision.ABSENT]
    assert ballot.chances.max(axis=1).tolist() == [1.0, 0.625, 1.0]
    full = fullness(ballot.chances.max(axis=1))
    assert full[0] == 1.0 > full[1] > 0


def test_every_seat_has_a_light_and_a_label() -> None:
    outcomes, setting = voted(states=193, runs=1)
    few = board(outcomes, setting, "L.1", "decision", ABOUT)
    lights = sum(len(c.get_offsets()) for c in few.paper.findobj(PathCollection))
    assert lights >= 193 * 4  # a symbol and three letters each
    columns, rows = cells(193, 1310, 830)
    assert columns * rows >= 193
    assert 830 / rows >= 30  # pixels: an ISO code is legible at 1920 x 1080


def test_the_record_stands_beside_the_simulation_unless_it_is_hidden(tmp_path: Path) -> None:
    (tmp_path / "votes.csv").write_text(VOTES)
    (tmp_path / "small.yaml").write_text(VOTE)
    scenario = load(tmp_path / "small.yaml")
    setting = build(scenario)
    outcomes = ensemble(setting, 8)
    found = records(scenario)
    assert found["73/27", "plenary"].votes["BRA"] == Decision.ABSTAIN
    assert found["73/27", "plenary"].tally[Decision.SUPPORT] == 4
    shown = dict(sheets(outcomes, setting, scenario, found))["board-73-27"]
    hidden = dict(sheets(outcomes, setting, scenario, {}))["board-73-27"]
    assert "record 4" in written(shown)
    assert "record" not in written(hidden)
    assert set(dict(sheets(outcomes, setting, scenario, found))) == {
        *("board-73-27", "board-L.60", "positions")
    }


def test_files_are_of_the_right_size_and_equal_when_drawn_again(tmp_path: Path) -> None:
    scenario = load("gge-2017", ["lobbying=off", "coalitions.form=off"])
    setting = build(scenario)
    outcomes = ensemble(setting, 2)
    once = draw(outcomes, setting, scenario, tmp_path / "one")
    again = draw(outcomes, setting, scenario, tmp_path / "two")
    assert [f.name for f in once] == ["board-report.png", "positions.png", "text-report.png"]
    for first, second in zip(once, again, strict=True):
        assert Image.open(first).size == (1920, 1080)
        assert first.read_bytes() == second.read_bytes()
    assert not list(tmp_path.glob("**/.drawing-*"))


def test_a_file_that_cannot_be_written_is_not_passed_over(tmp_path: Path) -> None:
    outcomes, setting = voted()
    (tmp_path / "figures").write_text("a file where the folder should be")
    sheet = board(outcomes, setting, "L.1", "decision", ABOUT)
    with pytest.raises(OSError, match="figures"):
        sheet.save(tmp_path / "figures" / "board.png")


def test_positions_say_whom_a_draft_suits() -> None:
    draft = DraftSpec([0, 1], [0.8, 0.5], label="L.1")
    where = [[0.9, 0.5], [0.85, 0.5], [0.1, 0.5]]
    setting = make(3, drafts=[draft], issues=2, position=where, status_quo=[0.3, 0.5])
    sheet = positions(ensemble(setting, 4), setting, ABOUT)
    assert sheet.title.startswith("On TREATY and SOV, L.1 suits 2 of 3 delegations")


def test_labels_do_not_lie_on_one_another_where_there_is_room() -> None:
    rng = np.random.default_rng(5)
    where = rng.uniform(0.1, 0.9, (20, 2))
    draft = DraftSpec([0, 1], [0.8, 0.5], label="L.1")
    setting = make(20, drafts=[draft], issues=2, position=where, status_quo=[0.3, 0.5])
    sheet = positions(ensemble(setting, 4), setting, ABOUT)
    assert clashes(sheet) == []
    assert set(setting.actors) <= set(written(sheet).splitlines())


def test_the_text_over_the_rounds_tells_medians_and_brackets() -> None:
    draft = DraftSpec([0, 1], [0.8, 0.6], label="L.1")
    setting = make(4, drafts=[draft], issues=2, forums=[AGREED], status_quo=[0.3, 0.2])
    outcomes = ensemble(setting, 4)
    pages = np.array([[[0.8, 0.6]] * 4, [[0.5, np.nan]] * 3 + [[0.5, 0.4]]])
    changed = replace(outcomes, story={"L.1": pages})
    first, second = told(pages, setting.drafts[0], setting)
    assert (first.tabled, first.before, first.middle.tolist()) == (80.0, 30.0, [80.0, 50.0])
    assert second.bracketed.tolist() == [0.0, 0.75]
    sheet = rounds(changed, setting, "L.1", ABOUT)
    assert sheet.title == "The chair moves 2 of 2 clauses of L.1, OP1 most: from 80 to 50"
    assert "[75%]" in written(sheet)
    assert drafted(changed, setting) == ["L.1"]
    assert drafted(voted()[0], voted()[1]) == []


def test_a_clause_that_no_text_keeps_is_said_to_fall() -> None:
    draft = DraftSpec([0], [0.9], label="L.1")
    setting = make(4, drafts=[draft], issues=1, forums=[AGREED], status_quo=[0.3])
    outcomes = replace(ensemble(setting, 4), story={"L.1": np.full((1, 4, 1), np.nan)})
    assert rounds(outcomes, setting, "L.1", ABOUT).title.endswith("OP1 falls")


def test_many_clauses_have_room() -> None:
    draft = DraftSpec([0] * 18, np.linspace(0.1, 0.9, 18), label="L.1")
    setting = make(4, drafts=[draft], issues=1, forums=[AGREED])
    sheet = rounds(ensemble(setting, 4), setting, "L.1", ABOUT)
    assert "the 15 of 18 that moved most" in written(sheet)


def blocking() -> Ballot:
    """Six of eight runs blocked by one that loses too much, one of them also for too little."""
    setting = make(3, drafts=[DraftSpec([0], [0.8], label="L.1")], issues=1, forums=[AGREED])
    outcomes = ensemble(setting, 8)
    sides = np.zeros_like(outcomes.sides)
    sides[0, 1, OBJECTOR], sides[0, 2, DEMANDEUR] = 6, 1
    how = np.array([How.CONSENSUS] * 2 + [How.BLOCKED] * 6)
    existed = np.array([np.nan, np.nan, 1, 1, 0, 0, 0, 0])
    table = dict(outcomes.table)
    table |= {"L.1.decision.how": how, "L.1.decision.text_existed": existed}
    counts = np.zeros_like(outcomes.counts)
    counts[0, :, Decision.ACCEPT] = 8 - sides[0].sum(axis=1)
    counts[0, :, Decision.BLOCK] = sides[0].sum(axis=1)
    outcomes = replace(outcomes, table=table, sides=sides, counts=counts)
    return Ballot(outcomes, setting, "L.1", "decision")


def test_blockers_are_told_with_their_reasons_and_the_fate_of_the_text() -> None:
    ballot = blocking()
    shares = blocked(ballot)
    assert shares[1].tolist() == [0.75, 0.0, 0.0, 0.0]
    first, second = (ballot.setting.actors[i] for i in (1, 2))
    above_all = f"above all, {first} loses too much and {second} gets too little"
    assert finding(ballot, shares) == f"L.1 is blocked in 75% of runs: {above_all}"
    assert [f.share for f in fates(ballot)] == [0.25, 0.0, 0.25, 0.5, 0.0]
    told = written(blockers(ballot, ABOUT)).replace("\n", " ")
    assert "blocked, and no text would have passed" in told


def test_a_room_in_which_nobody_blocks_says_so() -> None:
    ballot = blocking()
    table = dict(ballot.outcomes.table) | {
        "L.1.decision.how": np.full(8, How.CONSENSUS),
        "L.1.decision.text_existed": np.full(8, np.nan),
    }
    none = np.zeros_like(ballot.outcomes.sides)
    sheet = blockers(
        replace(ballot, outcomes=replace(ballot.outcomes, table=table, sides=none)), ABOUT
    )
    assert sheet.title == "Nobody blocks L.1 in any of 8 runs"
    assert "Nobody blocks" in written(sheet)


def test_what_is_blocked_is_not_said_to_be_blocked_by_nobody() -> None:
    """Neither where it is not kept who blocked, nor where only those do who are to oppose it."""
    ballot = blocking()
    unknown = replace(
        ballot.outcomes,
        sides=np.zeros_like(ballot.outcomes.sides),
        counts=np.zeros_like(ballot.outcomes.counts),
    )
    sheet = blockers(replace(ballot, outcomes=unknown), ABOUT)
    assert sheet.title == "L.1 is blocked in 75% of runs"
    assert "No delegation" not in written(sheet)
    setting = restage(ballot.setting, opposed=[[True], [False], [False]])
    sheet = blockers(replace(ballot, outcomes=unknown, setting=setting), ABOUT)
    first = setting.actors[0]
    assert sheet.title.endswith(f"75% of runs: above all, {first} opposes it whatever it says")
    assert "opposes it, whatever it says" in written(sheet)


def test_a_vote_that_followed_a_block_hides_nobody_who_blocked() -> None:
    setting, outcomes = mixed()
    sheet = blockers(Ballot(outcomes, setting, "L.1", "decision"), ABOUT)
    assert sheet.title.startswith("L.1 is blocked in 20% of runs: above all, ")


def test_consensus_and_votes_are_told_apart() -> None:
    setting, outcomes = mixed()
    sheet = board(outcomes, setting, "L.1", "decision", ABOUT)
    assert sheet.title == "L.1 is adopted in all 10 runs: 80% by consensus, 20% by a vote"
    assert "80% by consensus, 20% by a vote" in written(sheet)
    assert "all of the 80% of runs without a vote" in written(sheet)
    assert "blocking" not in written(sheet)  # where somebody blocked there was a vote
    mostly_voted = mixed(votes=6)
    sheet = board(*reversed(mostly_voted), "L.1", "decision", ABOUT)
    assert sheet.title == "L.1 is adopted in all 10 runs: 40% by consensus, 60% by a vote"
    setting, outcomes = mixed(votes=2, passes=False)
    sheet = board(outcomes, setting, "L.1", "decision", ABOUT)
    assert sheet.title == "L.1 is adopted by consensus in 80% of runs; 1 dissociating"
    setting, outcomes = mixed(votes=5, passes=False)
    sheet = board(outcomes, setting, "L.1", "decision", ABOUT)
    assert sheet.title == "L.1 is adopted by consensus in 50% of runs"


def test_a_recorded_vote_is_not_compared_with_consensus(tmp_path: Path) -> None:
    run = small(tmp_path)
    at = ("73/27", "plenary")
    record = records(run.scenario)[at]
    told = written(board(run.outcomes, run.setting, *at, ABOUT, record))
    assert "as recorded" not in told
    assert "framed" not in told
    assert "record 4" not in told
    assert "record: adopted by a vote" in told
    assert "small symbol: the recorded vote;\nhere decided without a vote, so not compared" in told
    ballot = Ballot(run.outcomes, run.setting, *at)
    assert all(said is None for said, _ in compared(ballot, record))


def test_a_recorded_vote_is_compared_with_the_runs_that_voted(tmp_path: Path) -> None:
    run = small(tmp_path, votes=6)
    at = ("73/27", "plenary")
    told = written(board(run.outcomes, run.setting, *at, ABOUT, records(run.scenario)[at]))
    assert "6 of 6 delegations as recorded (100%)" in told
    assert "all of the 60% of runs that voted" in told


def test_a_recorded_consensus_is_not_compared_with_votes() -> None:
    outcomes, setting = voted()
    who = dict.fromkeys(setting.actors, Decision.ACCEPT)
    agreed = Recorded(votes=who, adopted=True, by_vote=False)
    told = written(board(outcomes, setting, "L.1", "decision", ABOUT, agreed)).replace("\n", " ")
    assert "as recorded" not in told
    assert "the recorded decision without a vote; here voted on, so not compared" in told


@pytest.mark.parametrize("rules", ["un_general_assembly", AGREED, "ad_hoc_committee"])
@pytest.mark.parametrize(("states", "runs"), [(1, 1), (2, 5), (25, 1)])
def test_odd_rooms_are_drawn(rules: str, states: int, runs: int, tmp_path: Path) -> None:
    setting = make(states, 1, 1, drafts=2, forums=[rules], issues=1)
    setting = replace(
        setting, names=tuple("A very long name of a delegation " * 3 for _ in setting.names)
    )
    outcomes = ensemble(setting, runs)
    for ballot in final(outcomes, setting):
        sheet = board(outcomes, setting, ballot.label, ballot.stage, ABOUT, Recorded())
        assert sheet.title
        assert sheet.pixels().shape == (1080, 1920, 3)
    assert positions(outcomes, setting, ABOUT).title


def test_colours_differ_for_those_who_do_not_see_red_or_green() -> None:
    # Linear-light projections for deuteranopia and protanopia (Vienot, Brettel and Mollon 1999).
    blind = {
        "deuteranopia": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
        "protanopia": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    }
    shown = [Decision.SUPPORT, Decision.OPPOSE, Decision.ABSTAIN]
    rgb = np.array([[int(LOOKS[d].colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for d in shown])
    for matrix in blind.values():
        seen = np.clip(rgb**2.2 @ np.array(matrix).T, 0, 1) ** (1 / 2.2)
        gaps = np.linalg.norm(seen[:, None] - seen[None], axis=2)[np.triu_indices(3, 1)]
        assert gaps.min() > 0.15
    assert len({(LOOKS[d].marker, LOOKS[d].hollow) for d in LOOKS}) == len(LOOKS)


def test_small_written() -> None:
    assert [in_runs(s, 200) for s in (1.0, 0.0, 0.25)] == [
        *("in all 200 runs", "in none of 200 runs", "in 25% of runs")
    ]
    assert in_runs(1.0, 1) == ""
    assert named(["A/C.1/75/L.8*"]) == {"A/C.1/75/L.8*": "A-C.1-75-L.8-"}
    assert len(wrapped("word " * 100, 400, 20, most=2)) == 2


def test_the_footer_of_a_what_if_names_what_was_changed() -> None:
    outcomes, setting = voted()
    changed = replace(ABOUT, changes=("USA=absent",))
    assert "a-test with USA=absent" in written(board(outcomes, setting, "L.1", "decision", changed))
