"""The printed summary: it fits its page, says what holds, and suggests what works."""

from __future__ import annotations

from pathlib import Path

import pytest
from small import CONSENSUS, VOTE, write

from sim.analysis.spread import Spread
from sim.show.summary import HIGH, WIDE, command, ranged, summary
from sim.study.run import Run, play

DRAFT = """\
      "{label}":
        sponsors: [USA]
        clauses: {{OP1: {{issue: SOV, value: 10, words: borders are open}}}}
"""


def printed(run: Run) -> str:
    lines = summary(run, Path("results/small"))
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
    assert told.startswith("Hindcast: ")
    (record,) = [line for line in told.splitlines() if line.startswith("  record")]
    assert record.split() == ["record", "4", "1", "1", "yes"]  # not voting is not on record
    for word in ("90% range", "error of mean", "chance, sd", "ignorance, sd"):
        assert word in told


def test_without_a_record_it_is_simulated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = printed(run_of(tmp_path, monkeypatch, VOTE.split("record:")[0]))
    assert told.startswith("Simulated: ")
    assert "happened" not in told


def test_one_run_claims_nothing_of_chances(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = printed(run_of(tmp_path, monkeypatch, runs=1))
    assert "not how likely" in told
    assert "chance, sd" not in told
    assert "Delegations to watch" not in told


@pytest.mark.parametrize(
    "label", ["L.{n}", "A/C.1/73/L.{n}/Rev.1 as orally revised by its sponsors"]
)
def test_many_drafts_and_long_labels_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, label: str
) -> None:
    more = "".join(DRAFT.format(label=label.format(n=n)) for n in range(10, 19))
    text = VOTE.split("record:")[0].rstrip() + "\n" + more
    told = printed(run_of(tmp_path, monkeypatch, text))
    assert "more drafts: --full" in told
    assert "plenary show small.yaml" in told.splitlines()[-1]


def test_a_room_of_consensus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = printed(run_of(tmp_path, monkeypatch, CONSENSUS))
    assert "report is blocked" in told
    assert "as happened" in told
    assert "draft kept" in told
    assert "'CUB=steps back'" in told


def test_consensus_first_then_a_vote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = CONSENSUS.replace("group_of_governmental_experts", "ad_hoc_committee")
    told = printed(run_of(tmp_path, monkeypatch, text))
    assert "in favour" in told
    assert "blocking" in told


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
