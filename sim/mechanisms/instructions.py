"""Instructions: delegations that are told how to vote, whatever their positions.

An order is obeyed. To those whom the ordered lead in a bloc it counts as `ORDER` logits, so that
the bloc's line follows the leader's order as far as the bloc is cohesive; a bloc that is wholly
cohesive is bound by it in consensus too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.happenings import DRAFT, Done, Verb
from sim.core.mechanism import Axes, Mechanism
from sim.core.setting import Meeting, Scene, Setting
from sim.core.world import World
from sim.forums.rules import Decision

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]

ORDER = 10.0  # logits: more than positions give, and no more than a full order should; assumed
FREE = -1
SAID = {
    "opposes": Decision.OPPOSE,
    "acts as one against": Decision.OPPOSE,
    "votes for": Decision.SUPPORT,
    "acts as one for": Decision.SUPPORT,
    "abstains": Decision.ABSTAIN,
}
LOGITS = {Decision.OPPOSE: -ORDER, Decision.SUPPORT: ORDER, Decision.ABSTAIN: 0.0}


class Instructions(Mechanism):
    """Instructions: delegations that are told how to vote, whatever their positions."""

    name = "instructions"
    terms = {"bind": "orders from its capital"}
    verbs = {
        "opposes": Verb(
            "opposes DRAFT: votes against that draft, or blocks consensus on it, whatever its"
            " positions; all drafts if none is named",
            *(DRAFT, True),
        ),
        "votes for": Verb(
            "votes for DRAFT: is in favour of that draft, and does not block consensus on it,"
            " whatever its positions; all drafts if none is named",
            *(DRAFT, True),
        ),
        "abstains": Verb(
            "abstains DRAFT: abstains on that draft, and does not block consensus on it, whatever"
            " its positions; on all drafts if none is named",
            *(DRAFT, True),
        ),
        "acts as one for": Verb(
            "of a group: every member of it votes for DRAFT", *(DRAFT, True, "votes for")
        ),
        "acts as one against": Verb(
            "of a group: every member of it opposes DRAFT", *(DRAFT, True, "opposes")
        ),
    }

    def opening(self, said: Mapping[str, Any], axes: Axes) -> Codes:
        """Nobody has orders at first: (actors, drafts) of Decision, or FREE."""
        return np.full((len(axes.actors), len(axes.drafts)), FREE, dtype=np.int8)

    def done(self, scene: Scene, done: Done, axes: Axes) -> Scene:
        """The scene once an actor has its orders; later ones replace earlier ones."""
        at = axes.mask([done.actor])[:, None] & axes.labelled(done.object)
        orders = np.where(at, SAID[done.verb], scene.parts[self.name]).astype(np.int8)
        return replace(scene, parts={**scene.parts, self.name: orders})

    def in_use(self, setting: Setting) -> bool:
        """Whether anybody has orders in any session."""
        return any((scene.parts[self.name] != FREE).any() for scene in setting.scenes)

    def bind(
        self, setting: Setting, world: World, meeting: Meeting, draft: int, own: Floats
    ) -> Floats | None:
        """Put the support of the ordered where the order is, before blocs find their lines."""
        orders = setting.scene(meeting.session).parts[self.name][:, draft]
        ordered = orders != FREE
        if not ordered.any():
            return None
        asked = np.zeros(len(orders))
        for decision, logits in LOGITS.items():
            asked[orders == decision] = logits
        return np.where(ordered, asked - own, 0.0)

    def decide(
        self, setting: Setting, meeting: Meeting, draft: int, by_consensus: bool
    ) -> Codes | None:
        """Give the orders of this session, with those that a leader's order makes."""
        scene = setting.scene(meeting.session)
        given = scene.parts[self.name][:, draft]
        orders: Codes = given.copy()
        for follower, leaders in _bound(setting, scene).items():
            told = {int(given[leader]) for leader in leaders} - {FREE}
            if given[follower] == FREE and len(told) == 1:  # two leaders may order the opposite
                orders[follower] = told.pop()
        if by_consensus:
            against = orders == Decision.OPPOSE
            kept = np.where(orders == FREE, FREE, Decision.ACCEPT)
            orders = np.where(against, Decision.BLOCK, kept).astype(np.int8)
        return orders


def _bound(setting: Setting, scene: Scene) -> dict[int, list[int]]:
    """Members of wholly cohesive blocs under a leader, each with its leaders."""
    from sim.mechanisms.blocs import memberships

    blocs = setting.parts.get("blocs")
    if not blocs:
        return {}
    inside, cohesion = memberships(scene), scene.parts["blocs"].cohesion
    found: dict[int, list[int]] = {}
    for place, bloc in enumerate(blocs):
        if bloc.line == "leader" and cohesion[place] >= 1 and inside[place, bloc.leader]:
            for member in np.flatnonzero(inside[place]).tolist():
                found.setdefault(member, []).append(bloc.leader)
    return found
