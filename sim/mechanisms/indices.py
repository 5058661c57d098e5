"""The two indices: digital solidarity and digital sovereignty, from what can be observed.

    index = 1/n sum_c component_c

Each component is on 0-1, and all weigh the same. Texts in force are one of each index: the mean
status quo of the issues whose high end stands for it. The others come from the mechanisms that are
in use (`Mechanism.index`): memberships, flows, aid and joint responses for solidarity; measures of
localization and control for sovereignty. The two are not each other's opposite: a world may have
much of both, or little of either.

This is a definition and no finding: equal weights are the usual choice where there is no reason for
others (OECD and JRC 2008, Handbook on Constructing Composite Indicators).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core.ask import Phase
from sim.core.fields import IssueRef, Part
from sim.core.mechanism import OFF, Axes, Curve, Look, Mechanism, Section, When
from sim.core.outcome import SCALE, Outcome, Over
from sim.core.setting import Meeting, Setting
from sim.core.world import World

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SOLIDARITY, SOVEREIGNTY = "solidarity", "sovereignty"
INDICES = (SOLIDARITY, SOVEREIGNTY)
FULL = 100.0
TEXTS = "texts in force"


class Indices(Part):
    """Which issues stand for which index: those whose high end is more of it."""

    solidarity: tuple[IssueRef, ...] = Field(
        default=(), description="issues whose high end is digital solidarity, such as MSH, CAP"
    )
    sovereignty: tuple[IssueRef, ...] = Field(
        default=(), description="issues whose high end is digital sovereignty, such as SOV, DATA"
    )


Said = Annotated[Indices | Literal["off"], Field(union_mode="left_to_right")]


@dataclass
class Course:
    """The indices session by session: (runs,) each, on 0-1."""

    solidarity: list[Floats]
    sovereignty: list[Floats]


class TwoIndices(Mechanism):
    """The two indices: digital solidarity and digital sovereignty, from what can be observed."""

    name = "indices"
    when = When.CLOSING
    after = ("lock_in",)
    scenario = {
        "indices": Section(
            Said, OFF, "which issues stand for digital solidarity and digital sovereignty, or `off`"
        )
    }
    outcomes = tuple(
        Outcome(
            f"{name}_index",
            f"digital {name} in {{session}}",
            f"the index of digital {name} at the end of {{session}}: the mean of its components",
            *(SCALE, Over.SESSION, 0, 100),
            missing="in no run",
        )
        for name in INDICES
    )
    figures = tuple(
        Curve(f"{name}_index", f"Digital {name}, session by session", f"Digital {name}", -1)
        for name in INDICES
    )
    sources = ("oecd2008",)

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse an issue that stands for both, or one that is named twice."""
        if said["indices"] == OFF:
            return
        named: dict[str, str] = {}
        for name in INDICES:
            for place, issue in enumerate(getattr(said["indices"], name)):
                if issue in named:
                    problem = f"stands for {named[issue]} already"
                    look.wrong(("indices", name, place), problem, issue)
                named[issue] = name

    def compile(self, said: Mapping[str, Any], axes: Axes) -> dict[str, Ints] | None:
        """The places of the issues of each index."""
        if said["indices"] == OFF:
            return None
        return {
            name: np.array(
                [axes.issues.index(issue) for issue in getattr(said["indices"], name)],
                dtype=np.int64,
            )
            for name in INDICES
        }

    def begin(self, setting: Setting, world: World) -> Course:
        """Nothing is measured before session 1 has ended."""
        return Course([], [])

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Measure both at the end of a session."""
        found = components(setting, world)
        for name in INDICES:
            parts = list(found[name].values())
            mean = np.mean(parts, axis=0) if parts else np.full(world.size, np.nan)
            getattr(self.state(world), name).append(mean)
        yield from ()

    def index(self, setting: Setting, world: World) -> Iterator[tuple[str, str, Floats]]:
        """Texts in force: the mean status quo of its issues."""
        for name, issues in self.part(setting).items():
            if len(issues):
                yield name, TEXTS, np.take(world.status_quo, issues, axis=1).mean(axis=1)

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """An index as it was at the end of the last session; nan before there was one."""
        course = getattr(self.state(world), outcome.removesuffix("_index"))
        return FULL * course[-1] if course else np.full(world.size, np.nan)

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], Floats]]:
        """Read off both, session by session."""
        for name in INDICES:
            for session, values in enumerate(getattr(self.state(world), name), 1):
                yield f"{name}_index", (setting.label(session),), values


def components(setting: Setting, world: World) -> dict[str, dict[str, Floats]]:
    """The components of each index as things now stand, by name: (runs,) each, on 0-1."""
    found: dict[str, dict[str, Floats]] = {name: {} for name in INDICES}
    for mechanism in setting.doing("index"):
        for index, name, values in mechanism.index(setting, world):
            found[index][name] = values
    return found
