"""Nash bargaining: published numbers, limits, and a search that knows nothing of the method."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import minimize, minimize_scalar

from sim.errors import InputError
from sim.published.compromise import weighted_mean
from sim.published.median import weighted_median
from sim.published.nash import LOSSES, Floats, bargain, solve, utility

from .plain import table


def agreed(*args: object, **more: object) -> Floats:
    text = bargain(*args, **more).text  # type: ignore[arg-type]
    assert text is not None
    return text


def test_three_players_with_disagreement_at_minus_one() -> None:
    """1/3 exactly; .39775 is printed to five digits, so half of the last is what it may differ."""
    assert agreed([0, 0, 1], -1, loss="linear")[0] == pytest.approx(1 / 3, abs=1e-9)
    assert agreed([0, 0, 1], -1)[0] == pytest.approx(0.39775, abs=5e-6)


def test_the_limit_of_disagreement() -> None:
    """At -1e7 the rest is of the order 1e-7; at -inf there is none."""
    for far, off in ((-1e7, 1e-6), (-np.inf, 1e-12)):
        assert agreed([0, 0.2, 1], far)[0] == pytest.approx(0.4, abs=off)
        assert agreed([0, 0.2, 1], far, loss="linear")[0] == pytest.approx(0.2, abs=off)


def test_the_limit_is_the_weighted_mean_and_median_in_general() -> None:
    rng = np.random.default_rng(5)
    for _ in range(10):
        x, s, w = rng.random((7, 3)), rng.random((7, 3)), rng.random(7)
        more = {"salience": s, "power": w}
        weight = s * w[:, None]
        near = agreed(x, -1e8, **more)
        np.testing.assert_allclose(near, weighted_mean(x, weight), atol=1e-6)
        middle = agreed(x, -np.inf, loss="linear", **more)
        np.testing.assert_allclose(middle, weighted_median(x, weight), atol=1e-12)
        np.testing.assert_allclose(agreed(x, -1e6, loss="linear", **more), middle, atol=1e-4)


@pytest.mark.parametrize("loss", LOSSES)
def test_one_issue_against_a_search_of_the_interval(loss: str) -> None:
    rng = np.random.default_rng(11)
    for _ in range(40):
        n = int(rng.integers(2, 8))
        x, s, w = rng.random((n, 1)), rng.random((n, 1)) + 0.1, rng.random(n) + 0.1
        d = utility(x, s, np.array([rng.choice([-0.2, 1.3])]), loss)

        def worth(z: float, x: Floats = x, s: Floats = s, w: Floats = w, d: Floats = d) -> float:
            gain = utility(x, s, np.array([z]), loss) - d
            return -float(w @ np.log(gain)) if gain.min() > 0 else 1e9

        found = float(agreed(x, d, salience=s, power=w, loss=loss)[0])
        pieces = np.unique(np.concatenate([x[:, 0], np.linspace(-0.2, 1.3, 16)]))
        best = min(
            minimize_scalar(worth, bounds=(a, b), method="bounded").fun for a, b in pairwise(pieces)
        )
        assert worth(found) <= best + 1e-8


@pytest.mark.parametrize("loss", LOSSES)
def test_several_issues_no_text_is_better(loss: str) -> None:
    """Nelder and Mead, started at the answer and near it, find nothing better by 1e-7."""
    rng = np.random.default_rng(1)
    for _ in range(5):
        n, m = (int(v) for v in rng.integers((2, 2), (9, 5)))
        x, s, w = rng.random((n, m)), rng.random((n, m)), rng.random(n)
        d = utility(x, s, np.full(m, -0.1), loss)
        found = agreed(x, d, salience=s, power=w, loss=loss)

        def worth(z: Floats, x: Floats = x, s: Floats = s, w: Floats = w, d: Floats = d) -> float:
            gain = utility(x, s, z, loss) - d
            return -float(w @ np.log(gain)) if gain.min() > 0 else 1e9

        for start in (found, found + rng.normal(0, 0.02, m)):
            options = {"xatol": 1e-9, "fatol": 1e-13, "maxfev": 4000}
            best = minimize(worth, start, method="Nelder-Mead", options=options)
            assert worth(found) <= best.fun + 1e-7


def test_nobody_is_left_worse_off_than_the_status_quo() -> None:
    rng = np.random.default_rng(3)
    reached = 0
    for _ in range(30):
        x, s = rng.random((4, 2)), rng.random((4, 2))
        d = utility(x, s, rng.random(2))
        found = bargain(x, d, salience=s)
        if found.text is not None:
            reached += 1
            assert found.utility is not None
            assert (found.utility > d).all()
    assert 5 < reached < 30


def test_where_the_status_quo_lies_between_them_nothing_is_agreed() -> None:
    x = np.array([[0.2], [0.8]])
    assert bargain(x, utility(x, np.ones((2, 1)), np.array([0.5]))).text is None
    told = solve(table([[20], [80]], status_quo=[50]))
    assert told.outcome[0] == pytest.approx(0.5)
    assert any("nothing is agreed" in text for text in told.said)


def test_scales_of_utility_do_not_matter() -> None:
    """An actor's utility times a number, its disagreement too: the same text."""
    rng = np.random.default_rng(2)
    x, s = rng.random((5, 2)), rng.random((5, 2)) + 0.1
    d = np.full(5, -2.0)
    times = rng.random(5) + 0.5
    same = agreed(x, d * times, salience=s * times[:, None])
    np.testing.assert_allclose(same, agreed(x, d, salience=s), atol=1e-8)


def test_power_pulls() -> None:
    weak, strong = (agreed([0, 1], -2, power=[1, p])[0] for p in (1, 3))
    assert weak == pytest.approx(0.5, abs=1e-9)
    assert strong > weak


def test_issues_apart_and_together() -> None:
    """Each cares for one issue only and dislikes the other's move there: only a bundle helps both.

    On the first issue a gains and b loses a little; on the second it is the other way round.
    """
    given_ = table([[100, 0], [0, 100]], salience=[[90, 10], [10, 90]], status_quo=[50, 50])
    together = solve(given_).outcome
    apart = solve(given_, issues="apart").outcome
    assert (together > 0.6).all()
    np.testing.assert_allclose(apart, 0.5)


def test_an_unknown_loss_or_disagreement_is_told() -> None:
    with pytest.raises(InputError, match="quadratic"):
        bargain([0, 1], -1, loss="cubic")
    with pytest.raises(InputError, match="status_quo, far, NUMBER"):
        solve(table([[1], [2]]), disagreement="farr")
