"""What is counted of coalitions in all runs, so that memory does not grow with their number.

A coalition is known by who leads it. All that is counted is whole numbers, which add up to the
same whatever the order of the runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from sim.coalitions.bonds import GRID
from sim.coalitions.labels import sizes, sums
from sim.coalitions.power import pivotal
from sim.core.setting import Setting
from sim.core.world import World
from sim.forums.rules import Decision, How

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

IN_FAVOUR = (Decision.SUPPORT, Decision.ACCEPT)
AGAINST = (Decision.OPPOSE, Decision.BLOCK)


def counts(
    setting: Setting, world: World, history: Sequence[Ints], tempted: Bools
) -> Iterator[tuple[str, Ints]]:
    """Count, with n actors; a coalition has two members or more, and stands at its leader's place.

    Yields:
        members (sessions, n + 1, n): in how many runs each led each; at n, whoever stands alone.
        flows (sessions - 1, n + 1, n + 1): actors that went from coalition to coalition; n: alone.
        together (n, n): in how many runs two are in one coalition in the last session.
        tempted (n,): in how many runs a member would be better off elsewhere in the last session.
        formed, stable (worlds, n): in how many runs each leads one then; and nobody is tempted.
        platform (n, issues): the mean position of its members, in steps of 2^-20, over runs.
        sides (drafts, n, 3): members in favour, against, neither, at the last vote that was held.
        pivotal, voted (drafts, n): in how many runs it was pivotal there; and took part.
    """
    last, n = history[-1], len(setting.actors)
    named = [_alone_is_n(label) for label in history]
    yield "members", np.stack([_table(label, np.arange(n), (n + 1, n)) for label in named])
    moved = [_table(a, b, (n + 1, n + 1)) for a, b in pairwise(named)]
    yield "flows", np.stack(moved) if moved else np.zeros((0, n + 1, n + 1), dtype=np.int64)
    yield "together", _together(named[-1])
    inside = named[-1] < n
    yield "tempted", np.count_nonzero(inside & tempted, axis=0).astype(np.int64)
    formed = inside & (last == np.arange(n))
    wavering = sums(tempted, last) > 0
    worlds = len(setting.worlds)
    yield "formed", _by_world(formed, world.which, worlds)
    yield "stable", _by_world(formed & ~wavering, world.which, worlds)
    yield "platform", _platform(world.position, last, formed)
    yield from _votes(setting, world, last, formed)


def _alone_is_n(label: Ints) -> Ints:
    return np.where(sizes(label) > 1, label, label.shape[1])


def _table(first: Ints, second: Ints, shape: tuple[int, int]) -> Ints:
    """Count pairs of numbers, run by run and actor by actor."""
    flat = first * shape[1] + second
    return np.bincount(flat.ravel(), minlength=shape[0] * shape[1]).reshape(shape)


def _together(named: Ints) -> Ints:
    """In how many runs two are in one coalition; on the diagonal, in any: (actors, actors)."""
    n = named.shape[1]
    total = np.zeros((n, n), dtype=np.int64)
    for label in named:
        total += (label[:, None] == label) & (label < n)
    return total


def _by_world(what: Bools, which: Ints, worlds: int) -> Ints:
    total = np.zeros((worlds, what.shape[1]), dtype=np.int64)
    np.add.at(total, which, what.astype(np.int64))
    return total


def _platform(position: Floats, label: Ints, formed: Bools) -> Ints:
    heads = sizes(label)
    total = np.zeros((position.shape[1], position.shape[2]), dtype=np.int64)
    for issue in range(position.shape[2]):
        mean = sums(np.ascontiguousarray(position[:, :, issue]), label) / heads
        total[:, issue] = np.where(formed, np.rint(mean * GRID), 0).astype(np.int64).sum(axis=0)
    return total


def _votes(
    setting: Setting, world: World, label: Ints, formed: Bools
) -> Iterator[tuple[str, Ints]]:
    n, size = label.shape[1], sizes(label)
    sides = np.zeros((len(setting.drafts), n, 3), dtype=np.int64)
    turned = np.zeros((len(setting.drafts), n), dtype=np.int64)
    voted = np.zeros((len(setting.drafts), n), dtype=np.int64)
    for draft, stage in setting.ballots:
        forum, ballot = setting.forums[setting.drafts[draft].forum], world.ballots[draft, stage]
        if stage != [*forum.stages][-1]:
            continue
        reached = (ballot.verdict.how != How.NOT_REACHED)[:, None]
        seats = forum.members & setting.scenes[-1].seated
        for side, kinds in enumerate((IN_FAVOUR, AGAINST)):
            took = np.isin(ballot.decisions, kinds) & seats & reached
            sides[draft, :, side] = (sums(took, label) * formed).sum(axis=0)
        seated = sums(seats & reached, label)
        sides[draft, :, 2] = (seated * formed).sum(axis=0) - sides[draft, :, :2].sum(axis=1)
        turned[draft] = np.count_nonzero(pivotal(ballot, label, size, forum, seats), axis=0)
        voted[draft] = np.count_nonzero(formed & ballot.verdict.voted[:, None], axis=0)
    yield "sides", sides
    yield "pivotal", turned
    yield "voted", voted
