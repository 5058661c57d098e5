"""Scenarios played with delegations that decide for themselves: runs, comparisons, sweeps."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim import classes, play, sweep
from sim.core.outcomes import Outcomes
from sim.errors import InputError
from sim.forums.rules import Decision
from sim.model import Diplomacy, State
from sim.results import again, writeup
from sim.runner import executors
from sim.staging import writing
from sim.study import compare
from sim.sweep.folder import STUDY
from tests.small import write
from tests.sweep import made

RUNS = 20
FEW = made.EXPERIMENT.replace("runs: 300", "runs: 8").replace("steps: 3", "steps: 2")


class Against(State):
    """Opposes whatever is put to it."""

    def vote(self, draft: Any) -> Decision:
        return Decision.OPPOSE


class Same(State):
    """Answers as the model does."""

    def vote(self, draft: Any) -> Decision:
        return super().vote(draft)


class Wrong(State):
    """Answers with what is no decision."""

    def vote(self, draft: Any) -> Any:
        return "no"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def plain(file: Path) -> Outcomes:
    return sim.run(file, RUNS)


@pytest.fixture(scope="module")
def against(file: Path) -> Outcomes:
    return sim.run(file, RUNS, delegations={"India": Against})


def equal(one: Outcomes, other: Outcomes) -> None:
    """Two sets of runs are the same to the last bit."""
    assert one.table.keys() == other.table.keys()
    for name, values in one.table.items():
        same = np.array_equal(values, other.table[name], equal_nan=values.dtype.kind == "f")
        assert same, name
    assert np.array_equal(one.decisions, other.decisions)
    assert np.array_equal(one.counts, other.counts)


# Runs


def test_its_row_is_its_own_and_only_what_follows_from_it_differs(
    plain: Outcomes, against: Outcomes
) -> None:
    place = plain.actors.index("IND")
    changed = 0
    for ballot, (draft, stage) in enumerate(plain.ballots):
        column = f"{draft}.{stage}"
        both = ~np.isnan(plain.number(f"{column}.against") + against.number(f"{column}.against"))
        before, after = plain.decisions[both, ballot], against.decisions[both, ballot]
        assert (after[:, place] == Decision.OPPOSE).all()
        assert np.array_equal(np.delete(before, place, 1), np.delete(after, place, 1))
        more = (before[:, place] != Decision.OPPOSE).astype(float)
        counted = (o.number(f"{column}.against")[both] for o in (against, plain))
        assert np.array_equal(np.subtract(*counted), more)
        changed += int(more.sum())
    assert changed > RUNS  # it made a difference, and not in a run or two
    for name in plain.table:
        if name.endswith((".value", ".dropped", ".cosponsors")):
            assert np.array_equal(plain.table[name], against.table[name]), name


def test_run_r_is_the_model_of_run_r(file: Path, against: Outcomes) -> None:
    for run in (0, 7, RUNS - 1):
        alone = Diplomacy(file, run=run, delegations={"IND": Against}).play()
        equal(alone, sim.run(file, [run], delegations={"IND": Against}))
        assert np.array_equal(alone.decisions[0], against.decisions[run])


def test_processes_and_chunks_change_nothing(file: Path, against: Outcomes) -> None:
    class Local(Against):
        """Of a class that only a forked process knows."""

    equal(sim.run(file, RUNS, delegations={"IND": Local}, workers=2), against)
    setting = Diplomacy(file).setting
    for chunk in (1, 3):
        (found,) = play.ensembles([setting], RUNS, chunk=chunk, delegations={"IND": Against})
        equal(found, against)


def test_who_repeats_the_model_and_who_is_not_named_change_no_bit(
    file: Path, plain: Outcomes
) -> None:
    equal(sim.run(file, RUNS, delegations={"IND": Same}), plain)
    equal(sim.run(file, RUNS, delegations={}), plain)


def test_decisions_are_kept_or_not_as_in_any_ensemble(file: Path) -> None:
    setting = Diplomacy(file).setting
    (found,) = play.ensembles([setting], 3, keep=False, delegations={"IND": Against})
    assert (len(found.decisions), found.runs, found.counts[0, 0].sum()) == (0, 3, 3)


def test_mesa_is_loaded_only_for_delegations(file: Path) -> None:
    played = f"sim.run({str(file)!r}, 2, delegations={{}})"
    code = f"import sys, sim; {played}; print('mesa' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_wrong_answer_stops_the_runs_with_a_sentence(file: Path, workers: int) -> None:
    with pytest.raises(InputError, match=r"Wrong\.vote \(for IND\): must return a Decision.*'no'"):
        sim.run(file, 130, delegations={"IND": Wrong}, workers=workers)


def test_where_processes_are_not_forked_they_must_import_the_class(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Local(Against):
        """Nobody can import it."""

    monkeypatch.setattr(play.processes, "METHOD", "spawn")
    said = r"delegations\.IND: other processes cannot import it.*Local.*workers=1"
    with pytest.raises(InputError, match=said):
        sim.run(file, 2, delegations={"IND": Local}, workers=2)
    play.playing({"IND": Against}, 2)


# Comparisons


def test_both_sides_of_a_comparison_have_them(file: Path, against: Outcomes) -> None:
    found = sim.compare(file, "BRA.position.SOV=90", runs=RUNS, delegations={"IND": Against})
    assert found.base is not None
    equal(found.base.outcomes, against)
    changed = sim.run(
        file, RUNS, settings=["BRA.position.SOV=90"], delegations={"IND": Against}, workers=2
    )
    equal(found.outcomes, changed)
    assert not np.array_equal(changed.counts, against.counts)


def test_after_a_session_they_remember_what_has_been(file: Path, against: Outcomes) -> None:
    class Remembering(Against):
        """Keeps notes of what it was asked, session by session."""

        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            self.seen: list[str] = []

        def vote(self, draft: Any) -> Decision:
            if draft.stage == "plenary":
                assert f"{draft.label} committee" in self.seen
            self.seen.append(f"{draft.label} {draft.stage}")
            return super().vote(draft)

    mine = {"IND": Remembering}
    found = sim.compare(file, "BRA=absent", after=1, runs=RUNS, delegations=mine)
    assert found.base is not None
    equal(found.base.outcomes, against)
    place = found.outcomes.actors.index("BRA")
    for ballot, (_, stage) in enumerate(found.outcomes.ballots):
        one, other = (o.decisions[:, ballot] for o in (found.base.outcomes, found.outcomes))
        if stage == "committee":
            assert np.array_equal(one, other)
        else:
            assert (other[:, place] == Decision.ABSENT).all()
    with pytest.raises(InputError, match="no actor of this name"):
        sim.compare(file, "BRA=absent", delegations={"FIN": Against})


def test_results_say_whose_code_it_was_and_cannot_be_made_again_without(
    file: Path, tmp_path: Path
) -> None:
    found = compare.compare(file, "BRA=absent", runs=4, delegations={"IND": Against})
    with writing(tmp_path / "out") as staging:
        writeup.write_run(staging, found, ["compare"], figures=False)
    made = json.loads((tmp_path / "out/manifest.json").read_text())
    (said,) = made["delegations"]
    assert (said["actor"], said["module"], said["name"]) == ("IND", __name__, "Against")
    assert len(said["digest"]) == 64
    with pytest.raises(InputError, match=r"does not hold their code.*IND: .*\.Against"):
        again.rerun(tmp_path / "out", tmp_path / "again", executors.processes(1))


# Sweeps


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.experiment(tmp_path_factory.mktemp("made"), FEW)


@pytest.fixture(scope="module")
def swept(experiment: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("swept")
    sim.sweep.run(sim.sweep.plan(experiment, delegations={"IND": Against}), str(out))
    return out


def test_every_point_of_a_sweep_is_played_with_them(experiment: Path, swept: Path) -> None:
    study = sweep.read(swept)
    for point in study.points:
        alone = sim.run(
            experiment.parent / "small.yaml",
            8,
            settings=point.settings,
            delegations={"IND": Against},
        )
        found = study.source.values(point.id, "73/27.committee.against")
        assert np.array_equal(found, alone.number("73/27.committee.against"))


def test_a_pool_makes_the_same_table(experiment: Path, swept: Path, tmp_path: Path) -> None:
    sweep.run(sweep.plan(experiment, delegations={"IND": Against}), tmp_path, workers=2)
    assert made.table(tmp_path) == made.table(swept)


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A module of one class, made anew from what its source is to say."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(body: str) -> type[State]:
        source = f"from sim import *\n\nclass Mine(State):\n    def vote(self, draft): {body}\n"
        (tmp_path / "mine.py").write_text(source, encoding="utf-8")
        monkeypatch.delitem(sys.modules, "mine", raising=False)
        sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
        from importlib import import_module, invalidate_caches

        invalidate_caches()
        cls: type[State] = import_module("mine").Mine
        sys.dont_write_bytecode = before
        return cls

    yield make
    monkeypatch.delitem(sys.modules, "mine", raising=False)


def test_a_sweep_goes_on_with_the_same_code_and_with_no_other(
    experiment: Path, tmp_path: Path, module: Any
) -> None:
    out = tmp_path / "out"
    cls = module("return Decision.OPPOSE")
    sweep.run(sweep.plan(experiment, delegations={"IND": cls}), out)
    written = made.table(out)
    sweep.run(sweep.plan(experiment, delegations={"IND": cls}), out)
    assert made.table(out) == written
    for other in ({"IND": module("return Decision.ABSTAIN")}, {"BRA": cls}, {}):
        with pytest.raises(InputError, match="played with other delegations, or other code"):
            sweep.run(sweep.plan(experiment, delegations=other), out)


def test_manifests_say_whose_code_it_was(swept: Path, experiment: Path, tmp_path: Path) -> None:
    plan = sweep.plan(experiment, delegations={"IND": Against})
    writeup.write_up(sweep.read(swept), plan.scenario, swept, ["sweep"], figures=False)
    (named,) = json.loads((swept / "manifest.json").read_text())["delegations"]
    assert named == json.loads((swept / STUDY).read_text())["delegations"][0]
    assert (named["actor"], named["name"]) == ("IND", "Against")
    with pytest.raises(InputError, match="does not hold their code"):
        again.rerun(swept, tmp_path, executors.processes(1))


def test_workers_that_do_not_know_the_class_are_refused(
    experiment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: Any
) -> None:
    plan = sweep.plan(experiment, delegations={"IND": module("return Decision.OPPOSE")})
    monkeypatch.setattr(classes, "_met", {})  # as in a process on another machine
    assert classes.problem(plan.delegations) == ""  # it can be imported
    module("return Decision.ABSTAIN")
    with pytest.raises(InputError, match=r"IND: mine\.Mine is other code here"):
        sweep.run(plan, tmp_path / "out")
    (tmp_path / "mine.py").unlink()
    monkeypatch.delitem(sys.modules, "mine")
    with pytest.raises(InputError, match=r"cannot be imported.*where the workers can import it"):
        sweep.run(plan, tmp_path / "out")


def test_a_class_that_was_typed_in_cannot_be_swept_with(experiment: Path) -> None:
    names: dict[str, Any] = {"__name__": "typed"}
    exec("from sim import State\nclass Mine(State): pass", names)
    with pytest.raises(InputError, match=r"delegations\.IND: has no source file.*'Mine'"):
        sweep.plan(experiment, delegations={"IND": names["Mine"]})


def test_a_class_that_answers_wrongly_is_told_before_anything_is_written(experiment: Path) -> None:
    with pytest.raises(InputError, match="must return a Decision"):
        sweep.plan(experiment, delegations={"IND": Wrong})
