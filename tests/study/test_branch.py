"""Futures that share a past are what full plays of their scenarios give, and cost less."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from chunks import assert_same
from settings import make
from small import write

from sim.build import setting as build
from sim.core.agenda import session
from sim.core.ask import play
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes, collect
from sim.core.setting import Setting
from sim.core.world import begin
from sim.errors import InputError
from sim.scenario import load
from sim.study import branch as room
from sim.study.branch import branch

RUNS = 10
HAPPENS = {  # what may happen midway, as --set and as an event of the file
    "gge-2017": [
        ["CUB=withdraws"],
        ["USA=steps back", "issues.IHL.status_quo=80"],
        ["CHN.position.IHL=90", "RUS.salience.IHL=5"],
    ],
    "oewg-2021": [["IRN=opposes report"], ["USA.capability=1", "blocs.EU.cohesion=5"]],
    "rival-resolutions-2018": [["GBR=leaves EU"], ["USA.position.INST=20", "RUS=absent"]],
}
CASES = [
    *(("gge-2017", after) for after in range(4)),
    ("oewg-2021", 1),
    ("rival-resolutions-2018", 2),
]


def replay(folder: Path, name: str, said: list[str], session: int) -> Setting:
    """A scenario whose change is an event, written by hand."""
    pairs = [s.split("=", 1) for s in said]
    sets = ", ".join(f"{path}: {value}" for path, value in pairs if "." in path)
    does = ", ".join(f'"{path} {value}"' for path, value in pairs if "." not in path)
    file = folder / f"replay-{session}.yaml"
    event = f"{{session: {session}, set: {{{sets}}}, do: [{does}]}}"
    file.write_text(f"extends: {name}\nevents:\n  - {event}\n", encoding="utf-8")
    return build(load(file), load(name))


@pytest.mark.parametrize(("name", "after"), CASES)
def test_every_future_is_the_full_play_of_its_event(name: str, after: int, tmp_path: Path) -> None:
    base = build(load(name))
    futures = [replay(tmp_path, name, said, after + 1) for said in HAPPENS[name]]
    found = branch(base, [base, *futures], after, RUNS, chunk=4)
    plain, *changed = (ensemble(s, RUNS) for s in (base, *futures))
    for one, other in zip(found, [plain, *changed], strict=True):
        assert_same(one, other, f"{name} after {after}")
    assert any(differ(plain, other) for other in changed)


def differ(one: Outcomes, other: Outcomes) -> bool:
    return not np.array_equal(one.decisions, other.decisions)


def test_processes_and_pieces_do_not_matter() -> None:
    base, other = make(states=8, sessions=3, seed=4), make(states=8, sessions=3, seed=4)
    alone = branch(base, [base, other], 1, 70)
    assert_same(alone, branch(base, [base, other], 1, 70, chunk=9, workers=2), "two processes")


@pytest.mark.parametrize("after", [0, 1, 3])
@pytest.mark.parametrize("futures", [1, 3])
def test_the_past_is_played_once(after: int, futures: int, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[int] = []

    def counted(setting: Setting, world: object, number: int) -> object:
        played.append(number)
        return session(setting, world, number)  # type: ignore[arg-type]

    monkeypatch.setattr(room, "session", counted)
    base = make(states=4, sessions=4)
    branch(base, [base] * futures, after, 12, chunk=6)
    pieces = 2
    assert len(played) == pieces * (after + futures * (4 - after))


def test_rules_of_later_sessions_do_not_reach_back(tmp_path: Path) -> None:
    file = write(tmp_path)
    scenario = load(file)
    base = build(scenario)
    closed = build(
        load(file, ["forums.room.access=closed", "forums.room.rules=unanimity"]), scenario
    )
    (found,) = branch(base, [closed], 1, 16)
    world = begin(base, range(16))
    play(session(base, world, 1))
    play(session(closed, world, 2))
    assert_same(found, collect(closed, world, keep=True), "one session each")
    first = ensemble(base, 16).decisions[:, found.ballots.index(("73/27", "committee"))]
    assert np.array_equal(found.decisions[:, found.ballots.index(("73/27", "committee"))], first)
    assert not np.array_equal(
        ensemble(closed, 16).number("73/27.committee.adopted"),
        found.number("73/27.committee.adopted"),
    )


def test_progress_counts_the_runs_of_every_future() -> None:
    base, done = make(states=4, sessions=2), list[int]()
    branch(base, [base, base, base], 1, 10, chunk=4, progress=done.append)
    assert sum(done) == 30


@pytest.mark.parametrize("after", [-1, 2, 9])
def test_something_must_be_left_to_play(after: int) -> None:
    base = make(states=4, sessions=2)
    with pytest.raises(InputError, match="0 to 1"):
        branch(base, [base], after)


def test_a_future_of_another_past_is_refused() -> None:
    base = make(states=4, sessions=2, seed=1)
    for other in (make(states=4, sessions=2, seed=2), make(states=4, sessions=2, seed=1, band=1)):
        with pytest.raises(ValueError, match="shares its past's"):
            branch(base, [other], 1)
