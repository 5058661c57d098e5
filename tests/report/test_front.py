"""The printed summary: it fits its page, says what holds, and suggests what works."""

from __future__ import annotations

from pathlib import Path

import pytest
from mixed import small
from small import CONSENSUS, VOTE, write

from sim.analysis.spread import Spread
from sim.report import played
from sim.report import told as told_of
from sim.report.ballots import ranged
from sim.report.text import HIGH, command
from sim.show.words import WIDE
from sim.study.run import Run, play

DRAFT = """\
      "{label}":
        sponsors: [USA]
        clauses: {{OP1: {{issue: SOV, value: 10, words: borders are open}}}}
"""


def printed(run: Run) -> str:
    lines = told_of.lines(run, Path("results/small"))
    assert len(lines) <= HIGH
    assert max(map(len, lines)) <= WIDE
    return "\n".join(lines)


def run_of(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str = VOTE, runs: int = 20) -> Run:
    write(folder, text)
    monkeypatch.chdir(folder)
    return play("small.yaml", runs=runs)


def test_the_record_stands_beside_the_range(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = printed(run_of(tmp_path, monkeypatch))
    assert told.startswith("73/27 is ")
    assert "\nHindcast: 20 runs" in told
    (record,) = [line for line in told.splitlines() if line.startswith("  record")]
    assert record.split() == ["record", "4", "1", "1", "yes"]  # not voting is not on record
    for word in ("mean, range", "error of mean", "chance, sd", "ignorance, sd"):
        assert word in told


def test_without_a_record_it_is_simulated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = printed(run_of(tmp_path, monkeypatch, VOTE.split("record:")[0]))
    assert "\nSimulated: 20 runs" in told
    assert "happened" not in told


def test_baselines_stand_beside_the_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_of(tmp_path, monkeypatch)
    told = printed(run)
    (scored,) = run.scored
    runs, majority = (
        f"{of.accuracy:.2f}".lstrip("0") for of in (scored.scores, scored.baselines[0].scores)
    )
    assert f"73/27 called right: runs {runs}; largest category {majority}.\n" in told
    assert "own positions" in told
    favour = next(a for a in run.plain[0].decisions if a.what == "in_favour")
    row = next(line for line in told.splitlines() if line.startswith("73/27 for"))
    assert row.split()[-1] == f"{favour.plain:.1f}"


def test_what_changes_nothing_is_said_and_where() -> None:
    run = play("rival-resolutions-2018", runs=40)
    told = " ".join(printed(run).split())
    for plain in run.plain:
        idle = f"change nothing here against own positions alone in {plain.draft}" in told
        if "own positions alone" in plain.nothing:
            assert "change nothing here against own positions alone" in told
        else:
            assert not idle


def test_where_a_text_is_drafted_its_distances_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = printed(run_of(tmp_path, monkeypatch, CONSENSUS.replace("as_tabled", "chair")))
    (line,) = [line for line in told.splitlines() if "came out" in line]
    assert all(name in line for name in ("as tabled", "weighted mean", "median", "status quo"))
    assert "agreed " in told  # what would become of it as tabled


def test_a_page_keeps_a_delegation_to_watch_however_full() -> None:
    assert "To watch: " in printed(play("rival-resolutions-2018", runs=40))


def test_one_run_claims_nothing_of_chances(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = printed(run_of(tmp_path, monkeypatch, runs=1))
    assert "not how likely" in told
    assert "chance, sd" not in told
    assert "To watch" not in told
    assert "dynamics" not in told
    assert "73/27 called right: runs " in told  # one run is scored as it is


@pytest.mark.parametrize(
    "label", ["L.{n}", "A/C.1/73/L.{n}/Rev.1 as orally revised by its sponsors"]
)
def test_many_drafts_and_long_labels_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, label: str
) -> None:
    more = "".join(DRAFT.format(label=label.format(n=n)) for n in range(10, 19))
    text = VOTE.split("record:")[0].rstrip() + "\n" + more
    told = printed(run_of(tmp_path, monkeypatch, text))
    assert "more rows: --full" in told
    assert "plenary show small.yaml" in told.splitlines()[-1]


def test_a_room_of_consensus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = printed(run_of(tmp_path, monkeypatch, CONSENSUS))
    assert "report is blocked" in told
    assert "as happened" in told
    assert "kept" in told
    assert "'CUB=steps back'" in told


def test_consensus_first_then_a_vote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = CONSENSUS.replace("group_of_governmental_experts", "ad_hoc_committee")
    told = printed(run_of(tmp_path, monkeypatch, text))
    assert "in favour" in told
    assert "blocking" in told


def test_what_is_adopted_by_a_vote_is_not_called_consensus(tmp_path: Path) -> None:
    run = small(tmp_path)
    told = " ".join(printed(run).split())
    assert "as happened (by a vote then): 80% by consensus, 20% by a vote" in told
    assert "passed %" in told or "kept %" in told
    (votes, objections) = [
        line.split() for line in printed(run).splitlines() if line.startswith("73/27 plenary ")
    ]
    assert (votes[-1], objections[-1]) == ("20%", "80%")
    assert objections[2:4] == ["0", "0-1"]  # who blocked before the vote is counted too


def test_what_is_compared_with_the_record_is_said(tmp_path: Path) -> None:
    called = "73/27 called right in the 20% of runs that voted: runs 1.00"
    assert any(called in said for said in played.of_run(small(tmp_path)).baselines)
    said = "On record 73/27 plenary was a vote; "
    only = f"{said}it is compared only with the 20% of runs that came to a vote."
    assert only in " ".join(played.of_run(small(tmp_path)).baselines)
    none = " ".join(printed(small(tmp_path, votes=0)).split())
    assert f"{said}here every run decides without one, so the two are not compared." in none
    assert "called right" not in none


def test_like_beside_like_needs_no_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "On record" not in printed(run_of(tmp_path, monkeypatch))
    assert "On record" not in printed(run_of(tmp_path, monkeypatch, CONSENSUS))


def test_long_commands_go_on_in_further_lines() -> None:
    lines = command("run", "a" * 60, "--set", "forums.room.rules=two_thirds")
    assert len(lines) == 2
    assert lines[0].endswith(" \\")
    assert "--set forums" in lines[1]
    assert command("show", "a b.yaml", "USA") == ["  plenary show 'a b.yaml' USA"]


def test_a_range_is_not_an_error() -> None:
    of = Spread(20, 5, 118.6, 105.0, 131.0, 1.2, 4.0, 9.0)
    assert ranged(of) == "119 105-131"
    assert ranged(Spread(1, 1, 7.0, 7.0, 7.0, float("nan"), 0.0, 0.0)) == "7"
