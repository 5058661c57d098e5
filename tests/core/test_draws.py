"""Keyed randomness: draws depend on their address and on nothing else."""

from __future__ import annotations

import numpy as np
from scipy.stats import kstest

from sim.core.draws import Purpose, keys, uniforms


def test_a_draw_is_philox_at_its_address() -> None:
    key = keys(7, [3])
    drawn = uniforms(key, Purpose.VOTE, (5,), session=2, draft=4)[0]
    bits = np.random.Philox(key=key[0], counter=np.array([0, 4, 2, int(Purpose.VOTE)], np.uint64))
    np.testing.assert_array_equal(drawn, np.random.Generator(bits).random(5) + 2.0**-54)


def test_a_run_is_the_same_alone_in_any_company_and_in_any_order() -> None:
    together = uniforms(keys(1, range(20)), Purpose.RESOLVE, (7, 3))
    for run in (0, 5, 19):
        alone = uniforms(keys(1, [run]), Purpose.RESOLVE, (7, 3))
        np.testing.assert_array_equal(alone[0], together[run])
    scattered = uniforms(keys(1, [19, 5, 5]), Purpose.RESOLVE, (7, 3))
    np.testing.assert_array_equal(scattered, together[[19, 5, 5]])


def test_an_actor_appended_changes_no_other_draw() -> None:
    few, more = (uniforms(keys(1, [4]), Purpose.VOTE, (n,)) for n in (193, 194))
    np.testing.assert_array_equal(more[:, :193], few)


def test_every_part_of_the_address_matters() -> None:
    base = {"purpose": Purpose.VOTE, "session": 1, "draft": 1}
    others = [{"purpose": Purpose.READING}, {"session": 2}, {"draft": 2}]
    seen = [uniforms(keys(1, [0]), shape=(50,), **(base | o)) for o in [{}, *others]]  # type: ignore[arg-type]
    seen += [uniforms(keys(root, [run]), shape=(50,), **base) for root, run in ((2, 0), (1, 1))]  # type: ignore[arg-type]
    for i, one in enumerate(seen):
        for other in seen[:i]:
            assert not np.isin(one, other).any()


def test_purposes_keep_their_numbers() -> None:
    """They are part of every result: new ones are added, none is renumbered."""
    assert {p.name: p.value for p in Purpose}.items() >= {
        "WORLD_PARAMETERS": 1, "WORLD_POSITIONS": 2, "WORLD_SALIENCES": 3, "RESOLVE": 4,
        "READING": 5, "VOTE": 6, "ATTENDANCE": 7,
    }.items()  # fmt: skip
    assert len({p.value for p in Purpose}) == len(Purpose)


def test_draws_are_uniform_within_a_run_and_across_runs() -> None:
    """Kolmogorov-Smirnov, twice; a false alarm once in 5,000 seeds, and this one is fixed."""
    within = uniforms(keys(0, [0]), Purpose.VOTE, (5_000,))[0]
    across = uniforms(keys(0, range(5_000)), Purpose.VOTE, (1,))[:, 0]
    for drawn in (within, across):
        assert kstest(drawn, "uniform").pvalue > 1e-4
        assert drawn.min() > 0
        assert drawn.max() < 1


def test_no_runs_no_draws() -> None:
    assert keys(0, []).shape == (0, 2)
    assert uniforms(keys(0, []), Purpose.VOTE, (3,)).shape == (0, 3)
