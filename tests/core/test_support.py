"""Support: terms that add up, and a noise of known shape."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import kstest, logistic

from sim.core.setting import Meeting, Setting
from sim.core.support import bound, systematic, terms
from sim.core.world import World, begin
from sim.mechanisms.voting import noise
from tests.settings import BlocSpec, DraftSpec, make


def setting(**changes: object) -> Setting:
    draft = DraftSpec([0, 1, 0], [0.8, 0.6, 0.7], sponsors=[1], last_vote={0: 1.0, 2: -1.0})
    return make(6, drafts=[draft], worlds=3, **changes)


def recalled(hall: Setting, runs: int) -> World:
    """Runs in which the text is read as another of its series, which has changed nothing."""
    world = begin(hall, range(runs))
    world.state["memory"][:] = 0.0
    return world


def test_terms_are_named_and_add_up() -> None:
    hall = setting()
    world = recalled(hall, 8)
    named = dict(terms(hall, world, 0))
    assert sorted(named) == sorted(
        [
            "readiness",
            "OP1",
            "OP2",
            "OP3",
            "sponsorship",
            "memory",
            "text beside its series",
        ]
    )
    total = sum(named.values())
    np.testing.assert_allclose(systematic(hall, world, 0), total, rtol=1e-12)


def test_each_term_is_what_it_says() -> None:
    hall = setting(readiness=0.3, stakes=10.0, memory=0.7, sponsorship=4.0, curvature=2)
    world = recalled(hall, 1)
    named = dict(terms(hall, world, 0))
    assert (named["readiness"] == 0.3).all()
    assert named["sponsorship"][0].tolist() == [0, 4.0, 0, 0, 0, 0]
    assert named["memory"][0].tolist() == [0.7, 0, -0.7, 0, 0, 0]
    x, s, q = world.position[0], world.salience[0], world.status_quo[0]
    gain = s[:, 1] * ((q[1] - x[:, 1]) ** 2 - (0.6 - x[:, 1]) ** 2)
    np.testing.assert_allclose(named["OP2"][0], 10.0 * gain)
    half = 0.5 * s[:, 0] * ((q[0] - x[:, 0]) ** 2 - (0.8 - x[:, 0]) ** 2)
    np.testing.assert_allclose(named["OP1"][0], 10.0 * half)  # it shares its issue with OP3


def test_a_bracketed_clause_moves_nobody() -> None:
    hall = setting()
    world = begin(hall, [0])
    world.active[0][:, 1] = False
    assert (dict(terms(hall, world, 0))["OP2"] == 0).all()


def test_support_is_terms_noise_and_the_pull_of_blocs() -> None:
    hall = setting(blocs=[BlocSpec([0, 1, 2], 1.0)])
    world = begin(hall, range(5))
    meeting, own = hall.meetings[0][0], systematic(hall, world, 0)
    noisy = own + noise(hall, world, meeting, 0)
    expected, felt = (bound(hall, world, meeting, 0, each) for each in (own, noisy))
    np.testing.assert_allclose(expected[:, 0], np.median(own[:, :3], axis=1))
    np.testing.assert_array_equal(expected[:, 3:], own[:, 3:])
    np.testing.assert_array_equal(felt[:, 3:], noisy[:, 3:])


def drawn(echo: float, session: int, draft: int = 0) -> np.ndarray:
    hall = make(6, drafts=2, worlds=3, echo=echo, noise=1.0)
    world = begin(hall, range(3_000))
    return noise(hall, world, Meeting(session, 0, f"stage {session}"), draft).ravel()


@pytest.mark.parametrize("echo", [0.0, 0.7, 1.0])
def test_noise_is_logistic_whatever_is_kept_of_it(echo: float) -> None:
    """Kolmogorov-Smirnov on 18,000 draws; a false alarm once in 10,000, at a fixed seed."""
    assert kstest(drawn(echo, 1), logistic.cdf).pvalue > 1e-4


@pytest.mark.parametrize("echo", [0.0, 0.7, 0.9])
def test_stages_share_as_much_of_it_as_echo_says(echo: float) -> None:
    """Correlation of the normal scores; its error is (1 - echo^2) / sqrt(18,000), .0075 at most."""
    first, second = (ndtri(logistic.cdf(drawn(echo, s))) for s in (1, 2))
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(echo, abs=0.04)


def test_a_full_echo_is_the_same_draw_and_another_text_another() -> None:
    np.testing.assert_allclose(drawn(1.0, 1), drawn(1.0, 2), rtol=1e-9)
    assert abs(np.corrcoef(drawn(1.0, 1), drawn(1.0, 1, draft=1))[0, 1]) < 0.04  # five sd


def test_noise_scales_and_can_be_taken_away() -> None:
    one, two, none = (setting(noise=s) for s in (1.0, 2.0, 0.0))
    worlds: list[World] = [begin(s, range(4)) for s in (one, two, none)]
    first = noise(one, worlds[0], Meeting(1, 0), 0)
    np.testing.assert_allclose(noise(two, worlds[1], Meeting(1, 0), 0), 2 * first)
    assert (noise(none, worlds[2], Meeting(1, 0), 0) == 0).all()
