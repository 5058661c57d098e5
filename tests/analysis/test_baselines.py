"""Plain baselines: without dynamics nothing differs from them, and each dynamic is seen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from settings import BlocSpec, DraftSpec, ForumSpec, exact, make
from small import CONSENSUS, write

from sim.analysis import baselines
from sim.analysis.baselines import ALONE, MEAN, MEDIAN, STATUS_QUO, TABLED, TEXTS, Plain, nearest
from sim.core.ensemble import ensemble
from sim.core.setting import Setting
from sim.forums.presets import PRESETS
from sim.published.compromise import weighted_mean
from sim.study.run import play

VOTE = replace(PRESETS["un_general_assembly"], drafting="as_tabled")


def found(setting: Setting, runs: int = 40) -> Plain:
    (plain,) = baselines.plain(setting, ensemble(setting, runs))
    return plain


def number(plain: Plain, what: str) -> baselines.Against:
    return next(a for a in plain.decisions if a.what == what)


def test_without_dynamics_nothing_differs_from_own_positions() -> None:
    """No bloc, memory, sponsor, influence or drafting: the runs are the baseline, bit for bit."""
    setting = make(
        states=12,
        worlds=10,
        forums=[VOTE],
        drafts=[DraftSpec(issue=[0, 1], value=[0.6, 0.7])],
        influence=0.0,
    )
    plain = found(setting)
    assert ALONE in plain.nothing
    assert TABLED in plain.nothing
    assert all(a.difference == 0 and not a.differs for a in plain.decisions)
    assert [a.what for a in plain.decisions] == ["adopted", "in_favour", "against", "abstaining"]


@pytest.mark.parametrize("dynamic", ["memory", "sponsors", "bloc"])
def test_each_dynamic_is_seen_and_its_sign(dynamic: str) -> None:
    """States that the text takes nothing from or gives nothing to are moved by it alone."""
    six = range(6)
    draft = DraftSpec(
        issue=[0],
        value=[0.9],
        last_vote=dict.fromkeys(six, 1.0) if dynamic == "memory" else {},
        sponsors=list(six) if dynamic == "sponsors" else [],
    )
    position = np.full((12, 1), 0.25)  # the text is a loss: they would be against
    position[6:] = 0.95
    setting = exact(
        states=12,
        issues=1,
        forums=[VOTE],
        drafts=[draft],
        position=position,
        salience=np.full((12, 1), 0.2),
        status_quo=np.array([0.2]),
        blocs=[BlocSpec(members=list(range(12)), cohesion=1.0)] if dynamic == "bloc" else (),
        stakes=12.0,
        memory=3.0,
        familiar_band=1e-9,
        sponsorship=4.0,
        worlds=2,
    )
    if dynamic == "memory":
        setting = replace(setting, parts={**setting.parts, "memory": True})
    plain = found(setting, 8)
    favour = number(plain, "in_favour")
    assert favour.plain == 6.0
    assert favour.differs
    assert abs(favour.difference) == 6.0  # all of one side; a bloc of all may go either way
    assert favour.difference > 0 or dynamic == "bloc"
    assert ALONE not in plain.nothing
    assert TABLED in plain.nothing  # what is decided changes, and not the text


def test_texts_lie_where_the_published_models_put_them() -> None:
    position = np.array([[0.1], [0.2], [0.9], [0.4]])
    salience = np.array([[1.0], [0.5], [0.5], [1.0]])
    capability = np.array([1.0, 0.2, 0.4, 0.0])
    setting = exact(
        states=4,
        issues=1,
        forums=[VOTE],
        drafts=[DraftSpec(issue=[0], value=[0.6])],
        position=position,
        salience=salience,
        capability=capability,
        status_quo=np.array([0.3]),
    )
    (clause,) = found(setting, 8).clauses
    by_name = {a.baseline: a.plain for a in clause}
    assert by_name == {
        TABLED: pytest.approx(0.6),
        MEAN: pytest.approx((0.1 + 0.02 + 0.18) / (1.0 + 0.1 + 0.2)),
        MEDIAN: pytest.approx(0.3),
        STATUS_QUO: pytest.approx(0.3),
    }
    assert by_name[MEAN] == float(weighted_mean(position, capability[:, None] * salience)[0])
    assert nearest(clause).baseline == TABLED
    assert clause[0].simulated == pytest.approx(0.6)
    assert [a.differs for a in clause] == [False, True, True, True]


def test_only_members_of_the_forum_count() -> None:
    setting = exact(
        states=3,
        issues=1,
        forums=[ForumSpec(VOTE, members=[0, 1])],
        drafts=[DraftSpec(issue=[0], value=[0.6])],
        position=np.array([[0.2], [0.4], [1.0]]),
        salience=np.ones((3, 1)),
        capability=np.ones(3),
    )
    (clause,) = found(setting, 4).clauses
    by_name = {a.baseline: a.plain for a in clause}
    assert by_name[MEAN] == by_name[MEDIAN] == pytest.approx(0.3)


def test_the_chair_is_seen_in_a_room_of_consensus(tmp_path: Path) -> None:
    """As tabled, Cuba blocks; a chair that may change the text finds one that it bears."""
    text = CONSENSUS.replace("    drafting: as_tabled\n", "    drafting: chair\n")
    tabled, chaired = (
        play(str(write(tmp_path, said)), runs=80).plain[0] for said in (CONSENSUS, text)
    )
    assert {ALONE, TABLED} <= set(tabled.nothing)
    assert TABLED not in chaired.nothing
    assert number(chaired, "adopted").plain == number(tabled, "adopted").simulated
    assert number(chaired, "adopted").differs == (ALONE not in chaired.nothing)
    assert chaired.distance(TABLED) > 0 == tabled.distance(TABLED)
    assert [a.what for a in chaired.decisions] == ["adopted", "blocking", "dissociating"]


def test_a_difference_within_its_error_is_none() -> None:
    luck = np.random.default_rng(3).normal(0, 1, 400)
    worlds = np.arange(400) // 4
    for shift, differs in ((0.0, False), (1.0, True)):
        one = baselines._against("x", ALONE, luck + shift, np.zeros(400), worlds, 0.5)
        assert one.differs is differs
    tiny = baselines._against("x", ALONE, np.full(8, 0.4), np.zeros(8), np.arange(8) // 4, 0.5)
    assert not tiny.differs  # certain, and less than is printed


def test_more_runs_do_not_make_the_baseline_dearer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baselines, "MOST", 8)
    setting = make(states=5, worlds=5, forums=[VOTE])
    outcomes = ensemble(setting, 20)
    assert baselines.by_themselves(setting, outcomes).runs == 8
    (plain,) = baselines.plain(setting, outcomes)
    column = f"{plain.draft}.{plain.stage}.in_favour"
    assert number(plain, "in_favour").simulated == outcomes.number(column)[:8].mean()


def test_every_text_baseline_is_told_of_every_clause(tmp_path: Path) -> None:
    for plain in play(str(write(tmp_path)), runs=8).plain:
        assert all(tuple(a.baseline for a in clause) == TEXTS for clause in plain.clauses)


def test_a_mean_without_weight_is_told_from_nothing() -> None:
    """Members that weigh nothing have no weighted mean: it is not called the same as the runs."""
    setting = exact(states=3, issues=1, forums=[VOTE], capability=np.zeros(3), drafts=1)
    plain = found(setting, 8)
    means = [a.plain for clause in plain.clauses for a in clause if a.baseline == MEAN]
    assert means
    assert np.isnan(means).all()
    assert MEAN not in plain.nothing
    assert all(nearest(clause).baseline == TABLED for clause in plain.clauses)


def test_of_texts_only_the_nearest_is_called_the_same() -> None:
    """So few worlds cannot tell the text as tabled from another; that makes them no baseline."""

    def clause(name: str, plain: float) -> baselines.Against:
        return baselines.Against("OP1", name, 0.5, plain, 0.5 - plain, 0.2, False)

    near = tuple(clause(name, at) for name, at in zip(TEXTS, (0.5, 0.6, 0.4, 0.2), strict=True))
    plain = Plain("L.1", "decision", False, (), (near,))
    assert plain.nothing == (ALONE, TABLED)
    other = (replace(near[0], differs=True), *near[1:])
    assert Plain("L.1", "decision", False, (), (other,)).nothing == (ALONE,)
