"""The printed comparison of a what-if, and the recount of votes held fixed."""

from __future__ import annotations

from pathlib import Path

import pytest
from small import CONSENSUS, VOTE, write

from sim.show import recount
from sim.show.summary import HIGH, WIDE
from sim.show.whatif import what_if
from sim.study.run import Run, play


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    write(tmp_path, CONSENSUS, "experts.yaml")
    monkeypatch.chdir(tmp_path)


def printed(source: str, *settings: str, runs: int = 40) -> str:
    run = play(source, settings, runs=runs)
    assert run.base is not None
    lines = what_if(run, run.base, Path("results/small"))
    assert len(lines) <= HIGH
    assert max(map(len, lines)) <= WIDE
    return "\n".join(lines)


def test_nothing_changes_is_said_loudly() -> None:
    assert "nothing changes" in printed("small.yaml", "USA.position.SOV=8")


def test_who_changed_is_named_with_both_decisions() -> None:
    told = printed("small.yaml", "USA=absent")
    assert "United States of America on 73/27: against to not voting" in told


def test_errors_and_worlds_are_named() -> None:
    told = printed("small.yaml", "RUS=absent")
    assert "worlds with/against" in told
    assert "standard error of the paired difference, not the range" in told


def test_a_dotted_label_keeps_its_name() -> None:
    assert "L.60 adopted, %" in printed("small.yaml", "USA=absent")


def test_a_draft_that_the_base_lacks_is_not_compared() -> None:
    draft = "{sponsors: [IND], clauses: {OP1: {issue: DATA, value: 50, words: x}}}"
    told = printed("small.yaml", f"forums.room.drafts.L61={draft}")
    assert "L61 in favour" not in told


def test_a_room_of_consensus_compares_blocks() -> None:
    told = printed("experts.yaml", "CUB=steps back", "IDN=steps back")
    assert "report is adopted in" in told
    assert "report blocking" in told


def test_one_pair_of_runs() -> None:
    told = printed("small.yaml", "RUS=opposes", runs=1)
    assert "nan" not in told


def recounted(*settings: str) -> Run:
    run = play("small.yaml", settings, runs=40)
    assert run.base is not None
    return run


def test_other_rules_for_the_same_votes_are_a_recount() -> None:
    run = recounted("forums.room.rules=two_thirds")
    assert run.base is not None
    assert [f.name for f in recount.recounted(run, run.base)] == ["room"]
    told = " ".join(" ".join(recount.lines(run, run.base)).split())
    assert "votes are held fixed (drafting as tabled)" in told
    assert "73/27 plenary:" in told
    assert "the recorded votes would carry" in told  # 4 of 5 is two thirds


def test_a_record_that_falls_short_says_by_how_many() -> None:
    run = recounted("forums.room.rules=unanimity")
    assert run.base is not None
    told = " ".join(" ".join(recount.lines(run, run.base)).split())
    assert "recorded votes would fall 2 short" in told


@pytest.mark.parametrize(
    "settings",
    [
        ("forums.room.rules=two_thirds", "forums.room.drafting=sponsors"),
        ("forums.room.rules=consensus",),
        ("USA=absent",),
        ("forums.room.rules=two_thirds", "USA=absent"),
    ],
)
def test_anything_else_is_no_recount(settings: tuple[str, ...]) -> None:
    run = recounted(*settings)
    assert run.base is not None
    assert recount.recounted(run, run.base) == []
    assert not list(recount.lines(run, run.base))
    assert recount.redrafting(run, run.base) == ""


def test_a_recount_suggests_to_redraft() -> None:
    assert VOTE.count("drafting") == 0
    told = printed("small.yaml", "forums.room.rules=two_thirds")
    assert "--set forums.room.drafting=sponsors" in told
