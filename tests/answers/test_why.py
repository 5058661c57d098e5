"""Why: terms are those that decided, and a flip flips the very run that `--set` gives."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.answers import accounts, told
from sim.answers.flips import Flip, moment, search
from sim.answers.levers import Case, Lever, levers
from sim.answers.why import Why, why
from sim.build import setting as build
from sim.core.ensemble import ensemble
from sim.core.setting import Setting
from sim.errors import InputError
from sim.forums.rules import Decision
from sim.mechanisms.objections import RED_LINE
from sim.scenario import load
from tests.small import CONSENSUS, VOTE, write

SIX = (  # votes with everything on, by consensus, with aid, by consensus and then a vote
    *("rival-resolutions-2018", "cybercrime-2019", "aid-race"),
    *("gge-2017", "oewg-2021", "rival-resolutions-2020"),
)
CLOSE = 1e-12
CASES = int(os.environ.get("CASES", "1"))  # of each scenario; 84 are 504 in all


def _decided(setting: Setting, draft: int, stage: str, runs: list[int]) -> np.ndarray:
    played = ensemble(setting, runs, keep=True)
    return played.decisions[:, played.ballots.index((setting.drafts[draft].label, stage))]


@pytest.mark.parametrize("name", SIX)
def test_terms_sum_to_what_decided_and_decide_as_the_runs_did(name: str) -> None:
    """Of every delegation: support in a vote, or what the text costs it by consensus."""
    setting, runs = build(load(name)), [0, 5, 9]
    draft, stage = setting.ballots[-1]
    decided = _decided(setting, draft, stage, runs)
    members = setting.forums[setting.drafts[draft].forum].members
    told = 0
    for account in accounts.play(setting, draft, stage, runs).values():
        rows = np.isin(runs, account.runs)
        assert np.array_equal(account.decisions, decided[rows])
        total = sum(account.terms.values())
        assert np.abs(total - account.total)[:, members].max() < CLOSE
        there = (account.decisions != Decision.ABSENT) & members
        if account.by_consensus:
            blocks = (account.total > account.threshold) | (account.sides == RED_LINE)
            assert np.array_equal(blocks[there], (account.decisions == Decision.BLOCK)[there])
        else:
            above, below = (s * account.total > account.threshold for s in (1, -1))
            likely = np.where(above, 0, np.where(below, Decision.OPPOSE, Decision.ABSTAIN))
            assert np.array_equal(likely[there], account.decisions[there])
        lobbied = account.terms.get(("lobbying", "lobbying"))
        if lobbied is not None and not account.by_consensus and account.campaigns.shape[1]:
            shared_out = account.campaigns.sum(axis=1)
            assert np.abs(shared_out - lobbied).max() < 1e-9
        told += len(account.runs)
    assert told


def _flips_hold(name: str, seed: int, cases: int) -> int:
    """Apply every flip that is reported by --set to the same run, and 99% of it: how many."""
    rng, scenario = np.random.default_rng(seed), load(name)
    setting = build(scenario)
    found = 0
    for _ in range(cases):
        draft, stage = setting.ballots[int(rng.integers(len(setting.ballots)))]
        seats = np.flatnonzero(setting.forums[setting.drafts[draft].forum].members)
        case = Case(scenario, setting, int(rng.integers(200)), draft, stage, int(rng.choice(seats)))
        at = moment(case)
        listed = levers(case, ["USA", "RUS"], {"in_favour": "USA", "against": "RUS"}, str)
        wanted = [lever for lever in listed if _known(scenario, lever.names)]
        for flip in search(case, at, wanted, most=3):
            then = [_again(name, scenario, case, said) for said in (flip.text, flip.nearly)]
            assert then == [flip.becomes, at.decision], (name, case.run, case.actor, flip.text)
            found += 1
    return found


def _known(scenario: sim.Scenario, names: tuple[str, ...]) -> bool:
    return all(n in scenario.actors for n in names if n in ("USA", "RUS"))


def _again(name: str, scenario: sim.Scenario, case: Case, said: str) -> Decision:
    setting = build(load(name, [said]), scenario)
    return Decision(int(_decided(setting, case.draft, case.stage, [case.run])[0, case.actor]))


@pytest.mark.parametrize("name", ["aid-race"])
def test_every_flip_flips_the_run_that_set_gives_and_99_per_cent_of_it_does_not(name: str) -> None:
    _flips_hold(name, seed=12, cases=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", SIX)
def test_many_flips_hold(name: str) -> None:
    _flips_hold(name, seed=7, cases=CASES)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("small"), VOTE)


@pytest.fixture(scope="module")
def answer(small: Path) -> Why:
    return why(str(small), "BRA", "73/27", runs=12)


def test_a_small_vote_is_explained(answer: Why) -> None:
    first = told.decides(answer)
    assert first.startswith("Brazil ")
    assert "73/27 committee" in first
    assert "12 runs" in first
    assert "What moves it most" in told.movers(answer)
    assert answer.flips, "a delegation in the middle can be turned"
    assert sum(part.here for part in answer.parts) == pytest.approx(answer.total, abs=CLOSE)


def test_flips_of_a_small_vote_hold_by_set(small: Path, answer: Why) -> None:
    for flip in answer.flips:
        for said, right in ((flip.text, flip.becomes), (flip.nearly, None)):
            asked = {"stage": answer.stage, "run": answer.run, "settings": [said]}
            found = why(str(small), "BRA", "73/27", flips=False, **asked)  # type: ignore[arg-type]
            before = Decision(int(answer.account.decisions[answer.row, answer.slot]))
            assert found.decision == (before if right is None else right), said


def test_a_page_fits_and_says_what_it_explains(answer: Why, small: Path) -> None:
    lines = told.lines(answer, source=str(small))
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert told.CAVEAT in lines
    assert all(ord(letter) < 0x370 or ord(letter) > 0x3FF for letter in "".join(lines))  # no Greek


def test_in_full_levers_that_nobody_holds_are_marked(answer: Why) -> None:
    nobodys = Lever("parameter", "parameters.band", "half-width", "", 0.05, 2.0, ("band",))
    flips = (*answer.flips, Flip(nobodys, 0.5, 1.5, Decision.ABSTAIN))
    lines = "\n".join(told.lines(replace(answer, flips=flips), full=True))
    assert "nobody holds it" in lines
    assert "held by" in lines
    assert "--set parameters.band=1.5" in lines
    assert "error" in lines


def test_two_delegations_and_a_change_are_set_beside_each_other(small: Path) -> None:
    beside = why(str(small), "BRA", "73/27", runs=8, versus="RUS", flips=False)
    assert "Russia" in told.decides(beside)
    assert "sets it apart" in told.movers(beside)
    change = why(str(small), "BRA", "73/27", runs=8, against=["drafts.73/27.OP3=20"], flips=False)
    assert "with drafts.73/27.OP3=20, and in" in told.decides(change)
    assert "OP3" in told.movers(change)


def test_a_room_that_seeks_consensus_is_explained(tmp_path: Path) -> None:
    file = write(tmp_path, CONSENSUS)
    found = why(str(file), "CUB", "report", runs=8)
    lines = told.lines(found, source=str(file))
    assert found.account.by_consensus
    assert "Cuba" in lines[0]
    assert len(lines) <= 24
    assert any("blocking costs" in line for line in lines)


def test_outcomes_answer_for_themselves(small: Path) -> None:
    outcomes = sim.run(str(small), runs=8)
    found = outcomes.why("BRA", "73/27", flips=False)
    assert repr(found).startswith("Why(BRA on 73/27 committee: ")
    assert len(repr(found)) < 80
    frame = found.to_dataframe()
    assert list(frame.columns) == ["mechanism", "term", "says", "mean", "shown_run"]
    assert len(found.account.runs) == 8
    assert told.data(found)["decision"] == found.decision.name.lower()


def test_wrong_names_are_told_with_the_nearest(small: Path) -> None:
    for asked, right in (
        ({"actor": "BRZ"}, "BRA"),
        ({"actor": "BRA", "draft": "73/72"}, "73/27"),
        ({"actor": "BRA", "draft": "73/27", "stage": "plenery"}, "plenary"),
        ({"actor": "BRA", "versus": "RUSS"}, "RUS"),
    ):
        with pytest.raises(InputError, match=right):
            why(str(small), **{"runs": 2, **asked})  # type: ignore[arg-type]
    with pytest.raises(InputError, match="has no seat"):
        why(str(small), "ACME", runs=2)
