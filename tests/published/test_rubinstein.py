"""Alternating offers: published shares, and backward induction."""

from __future__ import annotations

import pytest

from sim.errors import InputError
from sim.published.rubinstein import shares


@pytest.mark.parametrize(
    ("first", "second", "share"), [(0.9, 0.9, 0.52632), (0.95, 0.9, 0.68966), (0.9, 0.95, 0.34483)]
)
def test_published_shares(first: float, second: float, share: float) -> None:
    """To five digits, as printed."""
    assert shares(first, second) == pytest.approx((share, 1 - share), abs=5e-6)


@pytest.mark.parametrize(("first", "second"), [(0.8, 0.9), (0.3, 0.99), (0.0, 0.5), (1.0, 0.5)])
def test_long_backward_induction_comes_to_it(first: float, second: float) -> None:
    """Two thousand rounds from the end: .99^2000 is below 1e-8."""
    keeps = 1.0
    for _ in range(2000):
        keeps = 1 - second * (1 - first * keeps)
    assert shares(first, second)[0] == pytest.approx(keeps, abs=1e-8)


def test_who_can_wait_for_ever() -> None:
    with pytest.raises(InputError):
        shares(1, 1)
    with pytest.raises(InputError, match="0 to 1"):
        shares(1.1, 0.5)
