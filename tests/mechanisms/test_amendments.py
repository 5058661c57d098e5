"""Amendments of coalitions: what they ask for, by hand, and what becomes of it."""

from __future__ import annotations

import numpy as np
import pytest

from sim.build import setting as build
from sim.core.agenda import sessions
from sim.core.ask import play
from sim.core.ensemble import ensemble
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.core.world import World, begin
from sim.mechanisms.amendments import Amendments
from sim.mechanisms.tabling import may_speak, versions
from sim.scenario import load
from tests.chunks import assert_chunk_free

ROOM = "gge-2017"
NEVER, ALWAYS = "parameters.amending=0", "parameters.amending=1"


def made(*settings: str) -> Setting:
    return build(load(ROOM, settings))


@pytest.fixture(scope="module")
def never() -> Outcomes:
    return ensemble(made(NEVER), 64)


@pytest.fixture(scope="module")
def always() -> Outcomes:
    return ensemble(made(ALWAYS), 64)


def amends(outcomes: Outcomes) -> int:
    return sum(act.runs for act in outcomes.acts if act.act == "amends")


def by_hand(setting: Setting, world: World, run: int) -> np.ndarray:
    """What the coalition that loses most by the first draft proposes in a run, in loops."""
    meeting, text = setting.meetings[0][0], setting.drafts[0]
    speaks, label = may_speak(setting, meeting), world.state["coalitions"].label[run]
    x, s = world.position[run], world.salience[run]
    p = world.parameters["curvature"][run]
    q, z, active = world.status_quo[run], world.value[0][run], world.active[0][run]
    on = [np.flatnonzero(text.issue == k) for k in text.issue]
    share = [text.weight[c] / text.weight[on[c]].sum() for c in range(len(z))]
    best, found = 1e-9, np.full((len(label), len(z)), np.nan)
    for leader in np.unique(label):
        members = [i for i in np.flatnonzero(label == leader) if speaks[i]]
        if np.count_nonzero(label == leader) < 2 or not speaks[leader]:
            continue
        gain = np.zeros(len(z))
        for c, k in enumerate(text.issue):
            for i in members:
                apart = abs(q[k] - x[i, k]) ** p - abs(z[c] - x[i, k]) ** p
                gain[c] += active[c] * s[i, k] * share[c] * apart
        if -np.minimum(gain, 0).sum() > best:
            best, found = -np.minimum(gain, 0).sum(), np.full_like(found, np.nan)
            for c in np.flatnonzero(gain < 0):
                k = text.issue[c]
                mean = sum(s[i, k] * x[i, k] for i in members) / sum(s[i, k] for i in members)
                found[leader, c] = np.clip(mean, min(q[k], z[c]), max(q[k], z[c]))
    return found


def test_the_coalition_that_loses_most_asks_for_its_platform() -> None:
    setting = made(ALWAYS)
    world = begin(setting, range(12))
    play(sessions(setting, world))
    ours = Amendments().amend(setting, world, setting.meetings[0][0], 0)
    assert ours is not None
    for run in range(12):
        told = by_hand(setting, world, run)
        np.testing.assert_allclose(ours[run], told, atol=1e-12)
    assert (~np.isnan(ours)).any(axis=(1, 2)).sum() >= 4


def test_texts_give_way_to_them_and_agreement_stays(never: Outcomes, always: Outcomes) -> None:
    assert amends(never) == 0 < amends(always)
    kept, now = (each.number("report.retained") for each in (never, always))
    changed = now != kept
    assert changed.mean() > 0.2
    assert (now < kept)[changed].mean() > 0.7
    agreed = [each.number("report.decision.adopted").mean() for each in (never, always)]
    assert abs(agreed[0] - agreed[1]) < 0.15


def test_without_coalitions_nobody_amends() -> None:
    alone = ensemble(made(ALWAYS, "coalitions.form=off"), 8)
    assert amends(alone) == 0


def test_no_run_depends_on_others() -> None:
    assert_chunk_free(made(ALWAYS))


def test_proposals_are_put_one_after_another() -> None:
    value = np.array([[0.5, 0.5], [0.5, 0.5]])
    proposed = np.full((2, 3, 2), np.nan)
    proposed[0, 0], proposed[0, 2], proposed[1, 1] = (0.1, np.nan), (0.2, 0.3), (np.nan, 0.9)
    found = []
    for version in versions(proposed, value):
        found.append(version.tolist())
        value[:] = version
    assert found == [[[0.1, 0.5], [0.5, 0.9]], [[0.2, 0.3], [0.5, 0.9]]]
    assert not list(versions(np.full((2, 3, 2), np.nan), value))
