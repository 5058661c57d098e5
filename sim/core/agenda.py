"""A session: the phases that happen in it, in their order. This page is the algorithm."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.core.ask import Phase
from sim.core.setting import Meeting, Setting
from sim.core.world import World
from sim.mechanisms.chair import chairing
from sim.mechanisms.consensus import consensus
from sim.mechanisms.events import events
from sim.mechanisms.influence import influence
from sim.mechanisms.sponsors import sponsoring
from sim.mechanisms.tabling import lock_in
from sim.mechanisms.voting import voting

Step = Callable[[Setting, World, Meeting], Phase]

DRAFTING: dict[str, tuple[Step, ...]] = {
    "as_tabled": (),
    "sponsors": (sponsoring,),
    "chair": (chairing,),
}


def session(setting: Setting, world: World, number: int) -> Phase:
    """Play one session, from 1, asking every delegation what the phases ask."""
    for phase, meeting in agenda(setting, number):
        yield from phase(setting, world, meeting)


def sessions(setting: Setting, world: World) -> Phase:
    """Play all sessions."""
    for number in range(1, setting.sessions + 1):
        yield from session(setting, world, number)


def agenda(setting: Setting, number: int) -> Iterator[tuple[Step, Meeting]]:
    """List what happens in a session: events, influence, then each forum drafts and decides."""
    meetings = setting.meetings[number - 1]
    everyone = Meeting(number, forum=-1)
    yield events, everyone
    yield influence, everyone
    for meeting in meetings:
        forum = setting.forums[meeting.forum]
        if number <= min(forum.stages.values()):
            for drafting in DRAFTING[forum.rules.drafting]:
                yield drafting, meeting
        if meeting.stage:
            yield (consensus if forum.rules.consensus else voting), meeting
    yield lock_in, everyone
