"""What delegations may be asked: declared by mechanisms, and answered by agents that wish to.

The Mesa agents get a method for each question, by its name. What a question allows is checked
whoever answers it, the model or an agent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

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
        return self.answers is not Answers.POSITIONS
