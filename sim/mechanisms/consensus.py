"""Decision by consensus: adopted unless somebody blocks; some join it and reserve.

DISSOCIATE if a delegation would block, alone, but for its restraint, or if one clause costs it more
than delta while it can bear the whole. Where the rules allow, a vote follows a failure. By a
silence procedure the text stands unless somebody breaks the silence: each on its own, since nobody
sees who else will, and at 1 + h times the cost of blocking in a meeting.
"""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import numpy.typing as npt

from sim.core.ask import Answer, Ask, Phase
from sim.core.mechanism import Mechanism, When
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Setting
from sim.core.world import Ballot, World, take
from sim.forums.decision import by_consensus, either
from sim.forums.rules import Decision, How, Rules
from sim.mechanisms.attendance import habitually_away
from sim.mechanisms.ballots import settle, turns
from sim.mechanisms.chair import agreeable
from sim.mechanisms.objections import (
    FREE,
    Room,
    Text,
    blockers,
    objecting,
    room,
    under_silence,
)
from sim.mechanisms.voting import obey, vote

Codes = npt.NDArray[np.int8]
Bools = npt.NDArray[np.bool_]


def without_vote(
    setting: Setting, world: World, meeting: Meeting, draft: int
) -> Generator[Ask, Answer, Ballot]:
    """Put one text to the room without a vote."""
    hall = deciding(setting, world, meeting, draft)
    text = Text(world.value[draft], world.active[draft])
    side = blockers(hall, text)
    scene, forum = setting.scene(meeting.session), setting.forums[meeting.forum]
    seats = forum.members & scene.seated
    standard = stands(hall, text, side, world)
    standard[(standard == Decision.ACCEPT) & habitually_away(setting, world, meeting, draft)] = (
        Decision.ABSENT
    )
    told = obey(setting, meeting, draft, standard, by_consensus=True)
    standard[:, ~(seats & scene.attending)] = Decision.ABSENT
    blocks = standard == Decision.BLOCK
    said = yield Ask("block", blocks, meeting, draft, by_consensus=True)
    heard = standard if said is blocks else heeded(standard, said)
    answer = yield Ask("vote", heard, meeting, draft, by_consensus=True)
    decisions = in_consensus(answer)
    verdict = by_consensus(decisions, seats, forum.rules)
    existed, found = np.full(world.size, -1, np.int8), np.full(text.value.shape, np.nan)
    blocked = np.flatnonzero(verdict.how == How.BLOCKED)
    if len(blocked):
        possible, where = agreeable(take(hall, blocked), take(text, blocked))
        ordered = told & seats & scene.attending & (standard == Decision.BLOCK).all(axis=0)
        existed[blocked] = possible & ~ordered.any()
        stands_at = np.where(where.active, where.value, take(hall.reading.status_quo, blocked))
        found[blocked] = np.where((existed[blocked] == 1)[:, None], stands_at, np.nan)
    sides = np.where(decisions == Decision.BLOCK, side, 0).astype(np.int8)
    return Ballot(decisions, verdict, existed, sides, found, objecting(hall, text))


def deciding(setting: Setting, world: World, meeting: Meeting, draft: int) -> Room:
    """Describe the room as it decides: in a meeting, or by silence until a deadline."""
    hall = room(setting, world, meeting, draft)
    if not setting.forums[meeting.forum].rules.silence:
        return hall
    return under_silence(hall, world.column("silence_habit"))


def stands(room: Room, text: Text, side: Codes, world: World) -> Codes:
    """Say where each delegation stands: BLOCK, DISSOCIATE or ACCEPT, (runs, actors)."""
    gains = room.reading.gains(text.value, text.active)
    held_back = room.losses(gains).max(axis=1) > room.cost
    sore = gains.min(axis=2) < -world.column("reservation")
    reserves = held_back | sore
    calm = np.where(reserves, Decision.DISSOCIATE, Decision.ACCEPT)
    return np.where(side != FREE, Decision.BLOCK, calm).astype(np.int8)


def heeded(standard: Codes, blocks: Bools) -> Codes:
    """Take delegations at their word on whether they block; who then does not, accepts."""
    willing = np.where(standard == Decision.BLOCK, Decision.ACCEPT, standard)
    return np.where(blocks, Decision.BLOCK, willing).astype(np.int8)


def in_consensus(answer: Codes) -> Codes:
    """Read votes in a room without a vote: against is to block, in favour or abstaining is not."""
    read = np.where(answer == Decision.OPPOSE, Decision.BLOCK, answer)
    quiet = (read == Decision.SUPPORT) | (read == Decision.ABSTAIN)
    return np.where(quiet, Decision.ACCEPT, read).astype(np.int8)


def then_voted(room: Ballot, voted: Ballot) -> Ballot:
    """Join a ballot without a vote and the vote that followed where the room did not agree."""
    agreed = room.verdict.adopted
    verdict = either(agreed, room.verdict, voted.verdict)
    decisions = np.where(agreed[:, None], room.decisions, voted.decisions)
    return Ballot(decisions, verdict, room.text_existed, room.sides, room.found, room.objecting)


class Consensus(Mechanism):
    """Decision by consensus: adopted unless somebody blocks; some join it and reserve."""

    name = "consensus"
    when = When.DECISION
    after = ("voting",)
    parameters = (
        Parameter(
            "reservation",
            "delta",
            0.1,
            0.03,
            0.3,
            "loss on one clause from which a delegation dissociates",
        ),
    )

    def decides(self, rules: Rules) -> bool:
        """Where consensus is sought, whether or not a vote may follow."""
        return rules.consensus

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Ask whether anybody blocks each draft; fall back on a vote where the rules have one."""
        rules = setting.forums[meeting.forum].rules
        for draft, turn in turns(setting, world, meeting):
            ballot = yield from without_vote(setting, world, meeting, draft)
            if rules.vote and not ballot.verdict.adopted.all():
                voted = yield from vote(setting, world, meeting, draft)
                ballot = then_voted(ballot, voted)
            settle(setting, world, meeting, draft, ballot, turn)
