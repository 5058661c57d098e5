"""How a phase asks delegations, and what a phase is."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.setting import Forum, Meeting, Scene, Setting

Answer = npt.NDArray[Any]


@dataclass(frozen=True)
class Ask:
    """A question to every delegation, with the standard answer of each: (runs, actors, ...).

    `what` is the name of a declared `sim.core.question.Question`. Whoever drives the session
    sends back an array of the same shape and kind; the ensemble sends the standard one.
    """

    what: str
    answer: Answer
    meeting: Meeting | None = None
    draft: int = -1
    by_consensus: bool = False  # the room seeks consensus, and it is who blocks that counts
    options: tuple[tuple[str, int], ...] = ()  # acts and their drafts that effort may pay for

    def room(self, setting: Setting) -> tuple[Forum, Scene]:
        """The forum that is asked, and who sits where in it."""
        assert self.meeting is not None
        return setting.forums[self.meeting.forum], setting.scene(self.meeting.session)


Phase = Generator[Ask, Answer, None]


def play(phases: Phase) -> None:
    """Drive a session whose delegations all give the standard answer."""
    try:
        ask = next(phases)
        while True:
            ask = phases.send(ask.answer)
    except StopIteration:
        pass


def same(answer: Answer, standard: Answer) -> bool:
    """Say whether nobody departed from the standard answer (not-a-number equals itself)."""
    return answer is standard or bool(
        np.array_equal(answer, standard, equal_nan=answer.dtype.kind == "f")
    )
