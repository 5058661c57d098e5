"""Red lines: limits that an actor has declared; a clause beyond one is blocked, come what may.

A red line holds in rooms that seek consensus. It bounds what the text says: a clause that is left
out breaks none, whatever the status quo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from sim.core.fields import ActorRef, IssueRef, Part, Percent
from sim.core.mechanism import Axes, Mechanism, Section
from sim.core.setting import Setting

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

FULL = 100.0


class WrittenRedLine(Part):
    """A limit that an actor has declared: a clause beyond it is blocked whatever else it gives."""

    actor: ActorRef = Field(description="whose limit it is")
    issue: IssueRef = Field(description="code of the issue")
    at_most: Percent | None = Field(
        default=None, description="no clause on the issue above this, 0-100"
    )
    at_least: Percent | None = Field(
        default=None, description="no clause on the issue below this, 0-100"
    )
    why: str = Field(default="", description="the reason it gave")
    source: str = Field(default="", description="where it is documented")

    @model_validator(mode="after")
    def _one_limit(self) -> WrittenRedLine:
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError("needs one of at_most and at_least")
        return self


@dataclass(frozen=True)
class RedLine:
    """A limit beyond which an actor blocks whatever else the text gives it; on 0-1."""

    actor: int
    issue: int
    at_most: float = 1.0
    at_least: float = 0.0
    why: str = ""


class RedLines(Mechanism):
    """Red lines: limits that an actor has declared, beyond which it blocks come what may."""

    name = "red_lines"
    scenario = {"red_lines": Section(tuple[WrittenRedLine, ...], (), "declared limits")}

    def compile(self, said: Mapping[str, Any], axes: Axes) -> tuple[RedLine, ...] | None:
        """Make the limits, in the order of the file."""
        return tuple(_made(line, axes) for line in said["red_lines"]) or None

    def limits(
        self, setting: Setting, draft: int, may_block: Bools
    ) -> tuple[Floats, Floats, Ints] | None:
        """Bound the clauses of a draft by the limits of those who may block."""
        issue = setting.drafts[draft].issue
        listed = [line for line in self.part(setting) if may_block[line.actor]]
        upper = np.ones((len(listed), len(issue)))
        lower = np.zeros((len(listed), len(issue)))
        for row, line in enumerate(listed):
            upper[row, issue == line.issue] = line.at_most
            lower[row, issue == line.issue] = line.at_least
        return upper, lower, np.array([line.actor for line in listed], dtype=np.int64)

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """List what has been declared, by all or by one actor."""
        for line in said["red_lines"]:
            if not actor or line.actor == actor:
                ends = (("at most", line.at_most), ("at least", line.at_least))
                limit = " ".join(f"{word} {end:g}" for word, end in ends if end is not None)
                why = "; ".join(filter(None, (line.why, line.source)))
                yield f"{names([line.actor])}: {line.issue} {limit}{f' ({why})' if why else ''}"


def _made(line: WrittenRedLine, axes: Axes) -> RedLine:
    most = FULL if line.at_most is None else line.at_most
    least = 0.0 if line.at_least is None else line.at_least
    place = axes.issues.index(line.issue)
    return RedLine(axes.place(line.actor), place, most / FULL, least / FULL, line.why)
