"""What the scenario says happens in a session: positions, saliences and the status quo are set."""

from __future__ import annotations

import numpy as np

from sim.core.ask import Phase
from sim.core.setting import Meeting, Setting
from sim.core.world import World


def events(setting: Setting, world: World, meeting: Meeting) -> Phase:
    """Apply this session's shifts; verbs (absent, withdraws, ...) are in the session's scene."""
    scene = setting.scene(meeting.session)
    still = scene.seated & scene.speaking  # who leaves or steps back sponsors no more
    world.sponsors[:] = [sponsors & still for sponsors in world.sponsors]
    for shift in setting.shifts.get(meeting.session, ()):
        arrays = (world.position, world.home) if shift.what == "position" else (world.salience,)
        for array in arrays:
            moved = array[:, shift.actor, shift.issue] + shift.by
            array[:, shift.actor, shift.issue] = np.clip(moved, 0.0, 1.0)
    for issue, value in setting.resets.get(meeting.session, ()):
        world.status_quo[:, issue] = value
    return
    yield  # a phase is a generator, also one that asks nobody
