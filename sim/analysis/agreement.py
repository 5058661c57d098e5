"""Rooms that seek consensus: who blocked and why, who reserved, and what the outcome hangs on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.analysis.tally import was_blocked
from sim.core.outcomes import Outcomes
from sim.core.setting import Meeting, Setting
from sim.forums.rules import Decision
from sim.mechanisms.voting import obey

Floats = npt.NDArray[np.float64]

WHY = ("", "loses too much", "gets too little", "red line")  # sim.mechanisms.objections: FREE ...
PARAMETERS = ("blocking_cost", "insistence")  # k0 and phi: no vote informs them
PARTS = 3  # classes of equal size for each


@dataclass(frozen=True)
class Blocker:
    """A delegation that blocks: in what share of runs, and of those, why."""

    actor: str
    share: float
    why: dict[str, float]  # shares of the runs in which it blocks


@dataclass(frozen=True)
class Ridge:
    """How often a room agreed, by two parameters that nothing identifies: low, middle, high."""

    cost: tuple[float, ...]  # the bounds between the classes of k0
    insistence: tuple[float, ...]  # of phi
    adopted: npt.NDArray[np.float64]  # (classes of k0, classes of phi), nan where no run fell
    runs: npt.NDArray[np.int64]


def blocked_by(setting: Setting, outcomes: Outcomes, draft: str, stage: str) -> Floats:
    """Share of runs in which each actor blocked, by `WHY`, the first whatever it gets: (actors, 4).

    Where a vote follows a block the vote is what is counted, but why somebody blocked is kept,
    and who opposes a draft whatever its text is known beforehand. Nobody blocks in more runs
    than the text is blocked in: what is kept of ballots that an earlier stage had made idle is
    taken to be alike, and all shares are brought down in proportion.
    """
    place = outcomes.ballots.index((draft, stage))
    blocked = int(was_blocked(outcomes, draft, stage).sum())
    by = outcomes.sides[place].astype(np.float64)
    known = by[:, 1:].sum(axis=1)
    by[:, 0] = np.maximum(outcomes.counts[place, :, Decision.BLOCK] - known, 0)
    by *= min(1.0, blocked / max(by.sum(axis=1).max(initial=0), 1))
    opposed = _opposed(setting, draft, stage)
    by[opposed, 0] = blocked - by[opposed, 1:].sum(axis=1)
    shares: Floats = by / outcomes.runs
    return shares


def _opposed(setting: Setting, draft: str, stage: str) -> npt.NDArray[np.bool_]:
    """Who is there and is to oppose the draft, whatever its text: (actors,)."""
    place = next(i for i, d in enumerate(setting.drafts) if d.label == draft)
    forum = setting.forums[setting.drafts[place].forum]
    scene = setting.scene(forum.stages[stage])
    blocking = np.zeros(len(setting.actors), dtype=np.int8)
    meeting = Meeting(forum.stages[stage], setting.drafts[place].forum, stage)
    told = obey(setting, meeting, place, blocking[None, :], by_consensus=True)
    opposed: npt.NDArray[np.bool_] = (
        told & (blocking == Decision.BLOCK) & forum.members & scene.present
    )
    return opposed


def blockers(setting: Setting, outcomes: Outcomes, draft: str, stage: str) -> list[Blocker]:
    """Who blocks, in most runs first; nobody only where the text is blocked in no run."""
    shares = blocked_by(setting, outcomes, draft, stage)
    total = shares.sum(axis=1)
    found = [
        Blocker(
            outcomes.actors[slot],
            float(total[slot]),
            {
                WHY[side]: float(shares[slot, side] / total[slot])
                for side in (1, 2, 3)
                if shares[slot, side]
            },
        )
        for slot in np.flatnonzero(total)
    ]
    return sorted(found, key=lambda b: -b.share)


def reserving(outcomes: Outcomes, draft: str, stage: str) -> list[tuple[str, float]]:
    """Who joins consensus and reserves its position, with its share of runs, most often first."""
    chances = outcomes.chances(draft, stage)[:, Decision.DISSOCIATE]
    order = np.argsort(-chances, kind="stable")
    return [(outcomes.actors[slot], float(chances[slot])) for slot in order if chances[slot] > 0]


def ridge(setting: Setting, outcomes: Outcomes, draft: str, stage: str) -> Ridge:
    """How often the text is adopted where k0 and phi are low, middling and high."""
    world = outcomes.table["world"].astype(np.int64)
    cost, insistence = (setting.worlds.parameters[name][world] for name in PARAMETERS)
    bounds = [np.quantile(values, [1 / PARTS, 2 / PARTS]) for values in (cost, insistence)]
    row, column = (
        np.searchsorted(b, v, side="right") for b, v in zip(bounds, (cost, insistence), strict=True)
    )
    cell = row * PARTS + column
    runs = np.bincount(cell, minlength=PARTS * PARTS)
    adopted = np.bincount(
        cell, weights=outcomes.number(f"{draft}.{stage}.adopted"), minlength=PARTS * PARTS
    )
    share = np.where(runs > 0, adopted / np.maximum(runs, 1), np.nan)
    shape = (PARTS, PARTS)
    return Ridge(
        tuple(bounds[0].tolist()),
        tuple(bounds[1].tolist()),
        share.reshape(shape),
        runs.reshape(shape),
    )
