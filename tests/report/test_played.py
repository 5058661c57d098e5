"""What is said of a run: it agrees with the runs, and with the record only where that is shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mixed import small
from small import CONSENSUS, VOTE, write

from sim.forums.rules import How
from sim.report import played
from sim.report.parts import Findings
from sim.study.run import plan, play


@pytest.fixture
def source(tmp_path: Path) -> str:
    return str(write(tmp_path))


def everything(found: Findings) -> str:
    return repr(found)


def test_the_answer_is_that_of_the_summary(source: str) -> None:
    found = played.of_run(play(source, runs=40))
    assert found.kind == "run"
    first = found.findings[0]
    assert first.says.startswith("73/27 is ")
    assert "though it was" in first.says or "as happened" in first.says
    assert "95% interval" in first.sure
    assert any("nine runs of ten" in said for said in found.answer)
    assert str(found.ground).startswith("Hindcast: 40 runs, 10 worlds")
    assert found.question == "What becomes of 73/27 and L.60 in A small vote?"


def test_chances_are_shares_of_runs(source: str) -> None:
    run = play(source, runs=40)
    (first, _) = played.of_run(run).chances
    assert first.share == pytest.approx(run.outcomes.number("73/27.plenary.adopted").mean())
    assert first.low <= first.share <= first.high
    assert str(first).startswith(f"It is {first.word} (")


def test_baselines_stand_beside_the_scores(source: str) -> None:
    found = played.of_run(play(source, runs=40))
    assert any("73/27" in said and "largest category" in said for said in found.baselines)
    scores = next(grid for grid in found.scores if grid.title == "Scores beside baselines")
    assert {row[0].strip().partition(",")[0] for row in scores.rows} >= {"majority class"}


def test_a_baseline_that_nothing_is_added_to_is_named(source: str, tmp_path: Path) -> None:
    """In a room where all but one say yes, the largest category is as good as the runs."""
    run = play(source, runs=40)
    of_runs = next(
        (b.scores.accuracy, b.runs.accuracy)
        for s in run.scored
        for b in s.baselines
        if b.baseline == "majority class"
    )
    said = " ".join(played.of_run(run).baselines)
    same = abs(of_runs[0] - of_runs[1]) < 0.005
    assert ("changes nothing against largest category" in said) == same


def test_one_run_is_given_no_chance(source: str) -> None:
    found = played.of_run(play(source, runs=1))
    assert found.chances == ()
    assert found.persuadables == ()
    assert "One run" in found.how_sure[0]


def test_few_worlds_are_a_limit(source: str) -> None:
    few, many = (played.of_run(play(source, runs=r)).limits for r in (40, 160))
    assert any("Only 10 worlds" in said for said in few)
    assert not any("worlds were played" in said for said in many)


def test_a_consensus_room_is_called_an_illustration(tmp_path: Path) -> None:
    found = played.of_run(play(str(write(tmp_path, CONSENSUS)), runs=40))
    assert any("no evidence of skill" in said for said in found.limits)
    assert any("block" in said for said in found.what_would_change_it)
    assert [grid.title for grid in found.scores] == [
        "report beside own positions alone",
        "Texts beside baselines",
    ]
    assert any("illustration" in said for said in found.baselines)


def test_plain_baselines_stand_first_and_agree_with_the_runs(source: str) -> None:
    run = play(source, runs=40)
    found = played.of_run(run)
    assert found.baselines[0].startswith("The dynamics change ")
    table = next(g for g in found.scores if g.title == "73/27 plenary beside own positions alone")
    adopted = next(row for row in table.rows if row[0] == "adopted")
    share = run.outcomes.number("73/27.plenary.adopted").mean()
    assert adopted[1] == f"{share * 100:.0f}%"
    texts = next(g for g in found.scores if g.title == "Texts beside baselines")
    assert [row[0] for row in texts.rows] == ["73/27 OP3", "73/27 OP5", "L.60 OP1"]
    assert {row[5] for row in texts.rows} == {"40", "20"}  # the status quo of SOV and of DATA


def test_one_run_is_put_beside_no_plain_baseline(source: str) -> None:
    found = played.of_run(play(source, runs=1))
    assert [grid.title for grid in found.scores] == ["Scores beside baselines"]
    assert not any("dynamics" in said for said in found.baselines)


def test_a_what_if_tells_differences_with_intervals(source: str) -> None:
    run = play(source, ["RUS=absent"], runs=160)
    found = played.of_run(run)
    assert found.kind == "what-if"
    assert found.title == "What if Russia is absent?"
    assert "But for RUS=absent" in found.not_varied[0]
    table = next(t for t in found.front if t.title == "What the change does")
    row = next(r for r in table.rows if r[0] == "73/27 in favour")
    sides = [run.outcomes, run.base.outcomes if run.base else run.outcomes]
    voted = np.all([o.table["73/27.plenary.how"] != How.NOT_REACHED for o in sides], axis=0)
    changed, base = (o.number("73/27.plenary.in_favour")[voted] for o in sides)
    assert float(row[3]) == pytest.approx((changed - base).mean(), abs=0.06)
    low, high = (float(end) for end in row[4].split(" to "))
    assert low <= float(row[3]) <= high


def test_a_change_that_does_nothing_is_said_to(source: str) -> None:
    found = played.of_run(play(source, ["ACME.capability=31"], runs=12))
    assert "nothing changes" in found.answer[0]
    assert len(found.answer) == 1


def test_a_scenario_without_its_record_leaks_nothing(tmp_path: Path) -> None:
    """Two scenarios that differ in the record and the story alone are reported alike."""
    other = VOTE.replace(
        "in_favour: 4, against: 1, abstaining: 1, adopted: true, votes: votes.csv",
        "in_favour: 1, against: 5, abstaining: 0, adopted: false",
    )
    other = other.replace(
        "seed: 7\n",
        "seed: 7\nquestion: why did it fall?\nabout: it fell\n"
        "sources: [a newspaper that says it fell]\n",
    )
    assert other.count("fall") + other.count("fell") == 3
    file = str(tmp_path / "small.yaml")
    hidden = [
        played.of_run(plan(file, hide_record=True).play(20))
        for text in (VOTE, other)
        if write(tmp_path, text)
    ]
    assert everything(hidden[0]) == everything(hidden[1])
    told = played.of_run(plan(file).play(20))
    assert everything(told) != everything(hidden[1])
    assert not any(word in everything(hidden[1]) for word in ("newspaper", "Hindcast", "on record"))


def test_parameters_are_fixed_or_left_to_the_worlds(source: str) -> None:
    found = played.of_run(play(source, ["parameters.stakes=9"], runs=40))
    fixed, drawn = found.parameters
    assert ("stakes", "9") in {(row[0], row[2]) for row in fixed.rows}
    assert "stakes" not in {row[0] for row in drawn.rows}
    assert {row[0] for row in (*fixed.rows, *drawn.rows)} == set(played.PARAMETERS)


def test_near_delegations_are_near(source: str) -> None:
    for who in played.of_run(play(source, runs=160)).persuadables:
        assert who.chance >= who.chance_of_second > 0
        assert (who.chance - who.chance_of_second) <= played.NEAR
        assert who.name in str(who)


def test_a_driver_is_found_where_there_is_one_and_only_there(source: str) -> None:
    """Of an outcome made of one parameter that parameter is named; of mere luck, none."""
    run = play(source, runs=200)
    world = run.outcomes.table["world"].astype(int)
    by = run.setting.worlds.parameters["insistence"][world]
    luck = np.random.default_rng(4)
    assert played.strongest(run, -by + luck.normal(0, 0.01, len(by))) == (
        "insistence",
        pytest.approx(-1.0, abs=0.05),
    )
    found = [played.strongest(run, luck.normal(size=len(by))) for _ in range(60)]
    assert sum(f is not None for f in found) <= 9  # 5% of 60 is 3


def test_consensus_and_votes_are_told_apart(tmp_path: Path) -> None:
    found = played.of_run(small(tmp_path))
    assert "80% by consensus, 20% by a vote" in found.answer[0]
    said = " ".join(found.answer)
    assert "where it does not come to a vote" in said
    assert "in the 20% of runs that come to a vote, on average 4 in favour" in said
    assert any("compared only with the 20% of runs" in said for said in found.baselines)
    rows = next(grid for grid in found.scores if grid.title == "Scores beside baselines").rows
    assert rows[0][0] == "73/27 plenary: the 20% of runs that voted"


def test_a_record_of_votes_is_not_denied_where_no_run_votes(tmp_path: Path) -> None:
    said = " ".join(played.of_run(small(tmp_path, votes=0)).baselines)
    assert "73/27 plenary was a vote; here every run decides without one" in said
    assert "No vote is on record" not in said


def test_nobody_blocks_and_where_it_is_blocked_are_never_said_together(tmp_path: Path) -> None:
    for votes in (0, 2):
        said = " ".join(played.of_run(small(tmp_path, votes)).what_would_change_it)
        about = said.partition("L.60")[0]
        assert ("Nobody blocks 73/27" in about) == (not votes)
        assert ("Where 73/27 is blocked" in about) == bool(votes)
        assert ("Those who block 73/27" in about) == bool(votes)
