"""What delegations may be asked: declared by mechanisms, and answered by agents that wish to.

The Mesa agents get a method for each question, by its name. What a question allows is checked
whoever answers it, the model or an agent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.forums.rules import Decision

if TYPE_CHECKING:
    from sim.core.ask import Ask
    from sim.core.setting import Setting
    from sim.core.world import World

Bools = npt.NDArray[np.bool_]
Invited = Callable[["Setting", "World", "Ask"], Bools]


class Answers(Enum):
    """The kinds of answer; the words are what an agent's method returns."""

    DECISION = "a Decision"
    YES_NO = "True or False"
    PERCENT = "a number from 0 to 100"
    POSITIONS = "a mapping of issue to 0-100"
    CLAUSES = "a mapping of clause to 0-100"
    ACTS = "a list of what the room lets it spend its effort on: room.spend(...)"


@dataclass(frozen=True)
class Question:
    """One question: what it asks, how it is answered, and whom it is for.

    ``invited`` returns who is asked, (actors,); ``states`` says that only states may be, so that
    a company's class that answers it is refused.
    """

    meaning: str
    answers: Answers
    invited: Invited
    states: bool = False

    @property
    def about_a_draft(self) -> bool:
        """Whether an agent's method is given a draft."""
        return self.answers not in (Answers.POSITIONS, Answers.ACTS)

    def problem(self, answer: npt.NDArray[Any], shape: tuple[int, ...]) -> str:
        """Say what is wrong with everyone's answers; empty where nothing is.

        Args:
            answer: of all runs and actors, on 0-1 where an agent says 0-100.
            shape: runs, actors; of positions also issues, of clauses also clauses, of acts also
                what effort may be spent on, and actors as its targets.
        """
        kinds, right, top = _RIGHT[self.answers]
        if answer.shape != shape:
            return f"has the shape {answer.shape}; it must be {shape}"
        if answer.dtype.kind not in kinds:
            return f"is of {answer.dtype}; it must be {right}"
        if kinds == "b" or not answer.size:
            return ""
        if not any(answer.strides):  # one number for all of them
            answer = answer[(0,) * answer.ndim]
        if self.answers in _GAPS:  # where no value is proposed, it is not a number
            least, most = np.fmin.reduce(answer, axis=None), np.fmax.reduce(answer, axis=None)
            fits = not (least < 0 or most > top)
        else:
            least, most = answer.min(), answer.max()
            fits = least >= 0 and most <= top
        return "" if fits else f"goes from {least:g} to {most:g}; it must be {right}"


_GAPS = (Answers.CLAUSES, Answers.ACTS)
_RIGHT = {  # the kinds of NumPy's types, what is right in words, and the highest that is
    Answers.DECISION: ("iu", f"codes of Decision, from 0 to {max(Decision):d}", max(Decision)),
    Answers.YES_NO: ("b", "true or false", 1),
    Answers.PERCENT: ("f", "numbers from 0 to 1", 1),
    Answers.POSITIONS: ("f", "numbers from 0 to 1", 1),
    Answers.CLAUSES: ("f", "numbers from 0 to 1, or not-a-number for none", 1),
    Answers.ACTS: ("f", "effort, 0 or more, or not-a-number for what is usual", np.inf),
}
