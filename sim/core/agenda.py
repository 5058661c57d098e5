"""A session: what happens in it, in its order. This page is the algorithm."""

from __future__ import annotations

from collections.abc import Iterator

from sim.core.ask import Phase
from sim.core.asking import checked
from sim.core.mechanism import Mechanism, When
from sim.core.setting import Forum, Meeting, Setting
from sim.core.world import World

Step = tuple[Mechanism, Meeting]


def sessions(setting: Setting, world: World) -> Phase:
    """Play all sessions."""
    for number in range(1, setting.sessions + 1):
        yield from session(setting, world, number)


def session(setting: Setting, world: World, number: int) -> Phase:
    """Play one session, from 1, asking every delegation what the mechanisms ask."""
    for mechanism, meeting in agenda(setting, number):
        phase = mechanism.play(setting, world, meeting)
        yield from checked(phase, mechanism, setting, world)


def agenda(setting: Setting, number: int) -> Iterator[Step]:
    """List what happens in a session: opening, then each forum drafts and decides, closing."""
    everyone = Meeting(number, forum=-1)
    yield from ((m, everyone) for m in setting.active if m.when is When.OPENING)
    for meeting in setting.meetings[number - 1]:
        forum = setting.forums[meeting.forum]
        yield from ((m, meeting) for m in setting.active if _meets(m, forum, meeting))
    yield from ((m, everyone) for m in setting.active if m.when is When.CLOSING)


def _meets(mechanism: Mechanism, forum: Forum, meeting: Meeting) -> bool:
    """Whether a mechanism plays in this meeting of a forum."""
    match mechanism.when:
        case When.DRAFTING:
            undecided = meeting.session <= min(forum.stages.values())
            return undecided and mechanism.drafting == forum.rules.drafting
        case When.FLOOR:
            return True
        case When.DECISION:
            return bool(meeting.stage) and mechanism.decides(forum.rules)
    return False
