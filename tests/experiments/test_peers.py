"""The benchmark beside peers, on a small size: equal work is checked to be equal, all is named."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.experiments.script import script

SIZE = {
    "states": 6,
    "issues": 4,
    "clauses": 3,
    "votes": 64,
    "texts": 64,
    "alone": 2,
    "repeats": 1,
    "sessions": 1,
}
SMALL = [f"--{name}={number}" for name, number in SIZE.items()]
INSTALLED = importlib.util.find_spec("negmas") is not None


@pytest.fixture(scope="module")
def peers() -> ModuleType:
    return script("peers")


def test_it_measures_prints_and_writes(
    peers: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "peers.json"
    peers.main([*SMALL, f"--json={file}"])
    found = json.loads(file.read_text(encoding="utf-8"))
    printed = capsys.readouterr().out
    for subject, took in found["seconds a run"].items():
        for name, seconds in took.items():
            assert seconds > 0
            assert f"| {subject} | {name} |" in printed
    both = {peers.ENSEMBLE, peers.MESA}
    assert set(found["seconds a run"]["voting"]) == both
    negmas = set(peers.NEGMAS.values()) if INSTALLED else set()
    assert set(found["seconds a run"]["drafting"]) == both | negmas
    assert "**Not alike.**" in printed
    assert (peers.MISSING in printed) == (not INSTALLED)


def test_work_that_is_not_the_same_is_not_timed(peers: ModuleType) -> None:
    setting = peers.common.voting(peers.Size(states=6, issues=4, clauses=3))
    outcomes = peers.ensemble(setting, [0, 5])
    peers._check(peers.batch_run(setting, [0, 5]), outcomes)
    with pytest.raises(AssertionError):
        peers._check(peers.batch_run(setting, [0, 6]), outcomes)


def test_gains_are_how_much_nearer_a_value_comes(peers: ModuleType) -> None:
    setting = peers.common.drafting(peers.Size(states=6, issues=4, clauses=3))
    draft, stance = setting.drafts[0], setting.worlds
    found = peers.gains_of(setting, 0)
    party, clause, value = 2, 1, 0.3
    issue = draft.issue[clause]
    x, before = stance.position[0, party, issue], setting.status_quo[issue]
    weight = stance.salience[0, party, issue] * draft.weight[clause]
    weight /= draft.weight[draft.issue == issue].sum()
    nearer = abs(before - x) ** 2 - abs(value - x) ** 2
    assert stance.parameters["curvature"][0] == 2
    assert found.shape == (6, 3, peers.STEPS)
    assert found[party, clause, 3] == pytest.approx(weight * nearer)


@pytest.mark.skipif(not INSTALLED, reason="negmas is not installed")
def test_parties_who_want_the_same_agree_at_once(peers: ModuleType) -> None:
    from negmas.sao import AspirationNegotiator

    setting = peers.common.drafting(peers.Size(states=3, issues=4, clauses=3))
    before = setting.worlds.position[:, :1].copy()
    setting.worlds.position[:] = before
    held = peers.session(setting, 0, AspirationNegotiator)
    assert held.agreed
    assert held.rounds < setting.forums[0].rules.rounds


def test_without_negmas_it_says_so_and_measures_the_rest(
    peers: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "negmas", None)
    monkeypatch.setitem(sys.modules, "negmas.sao", None)
    peers.main(SMALL)
    printed = capsys.readouterr().out
    assert peers.MISSING in printed
    assert f"| voting | {peers.MESA} |" in printed
    assert "NegMAS, who" not in printed
