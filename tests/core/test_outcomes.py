"""What is read off the runs: how much is left of a draft, and parts joined to a whole."""

from __future__ import annotations

import numpy as np

from sim.core.ensemble import ensemble
from sim.core.outcomes import join
from sim.mechanisms.tabling import retained
from tests.chunks import assert_same
from tests.settings import DraftSpec, make


def test_a_text_that_nobody_touched_is_kept_whole_however_it_is_coded() -> None:
    coded = DraftSpec([0, 1], [[0.8, 0.6], [0.7, 0.75], [0.9, 0.5]])
    setting = make(6, issues=2, drafts=[coded], worlds=3, status_quo=[0.3, 0.2])
    assert (ensemble(setting, 12).number("L.1.retained") == 1.0).all()


def test_what_is_kept_is_the_share_of_the_way_from_the_status_quo() -> None:
    draft = make(3, issues=2, drafts=[DraftSpec([0, 1], [0.8, 0.5])]).drafts[0]
    before, tabled = np.array([0.2, 0.5]), np.array([[0.8, 0.5]] * 4)
    value = np.array([[0.5, 0.5], [0.9, 0.5], [0.1, 0.5], [0.8, 0.5]])
    active = np.array([[True, True], [True, True], [True, True], [False, False]])
    left = retained(draft, before, tabled, value, active)
    # Half of one clause and the whole of the other; all; the wrong way; both in brackets.
    assert left.tolist() == [0.75, 1.0, 0.5, 0.0]


def test_joined_parts_are_the_whole() -> None:
    setting = make(7, issues=3, drafts=2, worlds=3)
    whole = ensemble(setting, 24)
    parts = join([ensemble(setting, range(10)), ensemble(setting, range(10, 24))])
    assert_same(parts, whole, "joined")
    assert np.allclose(whole.chances(*whole.ballots[0]).sum(axis=1), 1.0)
