"""Support for a text in a vote, as named terms that are summed in a fixed order.

    a_i = mu + beta sum_c g_ic(z) + s [sponsor] + m (last vote) + noise + bloc pull

An explanation reads these terms; it does not compute again. Noise is logistic and, between
the stages of one text, mostly the same (a Gaussian copula keeps its margins logistic).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from sim.core import gain
from sim.core.draws import Purpose
from sim.core.setting import Meeting, Setting
from sim.core.world import World, luck
from sim.mechanisms import blocs

Floats = npt.NDArray[np.float64]


def reading(setting: Setting, world: World, draft: int) -> gain.Reading:
    """How everyone reads a draft as positions and the status quo stand."""
    text = setting.drafts[draft]
    return gain.read(
        world.position,
        world.salience,
        world.status_quo,
        text.issue,
        text.weight,
        world.parameters["curvature"],
    )


def terms(setting: Setting, world: World, draft: int) -> Iterator[tuple[str, Floats]]:
    """Give what moves each delegation, term by term and without noise or bloc: (runs, actors)."""
    text = setting.drafts[draft]
    flat = np.ones(len(setting.actors))
    yield "readiness", world.column("readiness") * flat
    gains = reading(setting, world, draft).gains(world.value[draft], world.active[draft])
    for place, label in enumerate(text.clauses):
        yield label, world.column("stakes") * gains[:, :, place]
    yield "sponsorship", world.column("sponsorship") * world.sponsors[draft]
    yield "memory", world.column("memory") * text.last_vote


def systematic(setting: Setting, world: World, draft: int) -> Floats:
    """Sum the terms in their order: (runs, actors), in logits."""
    total = np.zeros((world.size, len(setting.actors)))
    for _, term in terms(setting, world, draft):
        total += term
    return total


def noise(setting: Setting, world: World, meeting: Meeting, draft: int) -> Floats:
    """Draw what no term explains: logistic, (runs, actors)."""
    kept = luck(setting, world, Purpose.READING, draft=draft)
    fresh = luck(setting, world, Purpose.VOTE, meeting.session, draft)
    echo = world.column("echo")
    u = ndtr(np.sqrt(echo) * ndtri(kept) + np.sqrt(1 - echo) * ndtri(fresh))
    unexplained: Floats = world.column("noise") * (np.log(u) - np.log1p(-u))
    return unexplained


def support(setting: Setting, world: World, meeting: Meeting, draft: int) -> tuple[Floats, Floats]:
    """Give each delegation's support, and the part of it that is not noise: (runs, actors) each."""
    expected = systematic(setting, world, draft)
    own = expected + noise(setting, world, meeting, draft)
    scene = setting.scene(meeting.session)
    return own + blocs.pull(setting, scene, own), expected + blocs.pull(setting, scene, expected)
