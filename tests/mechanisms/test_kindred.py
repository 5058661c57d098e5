"""Kindred texts: the term, its sign, and nothing where it is off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.core.ensemble import ensemble
from sim.core.setting import Setting
from sim.core.support import terms
from sim.core.world import begin
from tests.settings import DraftSpec, make

KNOWN = np.array([0.8, -0.8, 0.0, 0.0])


def hall(known: np.ndarray | None = KNOWN, **changes: object) -> Setting:
    made = make(4, drafts=[DraftSpec()], **changes)  # type: ignore[arg-type]
    return replace(made, drafts=(replace(made.drafts[0], kindred=known),))


def test_the_term() -> None:
    setting = hall(kindred=3.0)
    named = dict(terms(setting, begin(setting, [0]), 0))
    np.testing.assert_allclose(named["kindred texts"][0], 3.0 * KNOWN)


def test_it_moves_votes_the_way_of_those_on_kindred_texts() -> None:
    with_it, without = (ensemble(s, 2_000).decisions[:, 0] for s in (hall(), hall(kindred=0.0)))
    more = (with_it == 0).mean(axis=0) - (without == 0).mean(axis=0)
    assert more[0] > 0.05 > -0.05 > more[1]


def test_with_no_weight_or_nothing_known_it_has_exactly_no_effect() -> None:
    off, none = (ensemble(s, 200).decisions for s in (hall(kindred=0.0), hall(None)))
    assert np.array_equal(off, none)
