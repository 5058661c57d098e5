"""Blocs: members lean towards a common line, by as much as the bloc is cohesive.

Own support a_i becomes a_i + sum_b rho_b (line_b - a_i), the rhos of several blocs scaled to
at most 1 in all. Cohesion rho is agreement in excess of what members' own positions give.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.core.setting import Bloc, Scene, Setting
from sim.forums.rules import Rules

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def pull(setting: Setting, scene: Scene, own: Floats) -> Floats:
    """What blocs add to each delegation's support, in logits: (runs, actors)."""
    total = np.zeros_like(own)
    strength = (scene.bloc * scene.cohesion[:, None]).sum(axis=0)
    scale = 1.0 / np.maximum(strength, 1.0)
    for place, bloc in enumerate(setting.blocs):
        members = np.flatnonzero(scene.bloc[place])
        if not len(members) or not scene.cohesion[place]:
            continue
        rho = scene.cohesion[place] * scale * scene.bloc[place]
        total += rho * (line(bloc, members, own)[:, None] - own)
    return total


def line(bloc: Bloc, members: Ints, own: Floats) -> Floats:
    """Find the bloc's common line, (runs,): its median, its leader's, or its inner forum's."""
    if bloc.line == "leader" and bloc.leader in members:
        return np.ascontiguousarray(own[:, bloc.leader])
    inside = np.take(own, members, axis=1)
    if bloc.line == "inner" and bloc.rules is not None:
        weights = bloc.weights[members] if len(bloc.weights) else np.ones(len(members))
        return inner_line(inside, weights, bloc.rules)
    return np.median(inside, axis=1)


def inner_line(inside: Floats, weights: Floats, rules: Rules) -> Floats:
    """Decide a line by the bloc's own rule: the support of the pivot, or 0 where no side wins.

    Going from the keenest member down, the pivot is the one whose consent completes a winning
    coalition; if it is for, the bloc is for by that much, and likewise against.
    """
    keenest_first = np.argsort(-inside, axis=1, kind="stable")
    keenest_last = keenest_first[:, ::-1]
    in_favour = _pivot(inside, weights, keenest_first, rules)
    against = _pivot(inside, weights, np.ascontiguousarray(keenest_last), rules)
    return np.where(in_favour > 0, in_favour, np.where(against < 0, against, 0.0))


def _pivot(inside: Floats, weights: Floats, order: Ints, rules: Rules) -> Floats:
    n = inside.shape[1]
    joined = np.arange(1, n + 1)
    share = joined / n
    enough = share > rules.majority + 1e-12 if rules.more_than else share >= rules.majority - 1e-12
    weighty = np.cumsum(weights[order], axis=1) / weights.sum() >= rules.weight_share - 1e-12
    wins = enough & (weighty | (n - joined < rules.blocking_minority))
    pivot = np.take_along_axis(order, wins.argmax(axis=1)[:, None], axis=1)
    return np.take_along_axis(inside, pivot, axis=1)[:, 0]
