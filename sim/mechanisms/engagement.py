"""Engagement: dialogues tie their parties, and publications draw those who read them.

    T_ij  <-  T_ij + (1 - T_ij) (1 - exp(-.2 n y))           after y years of a dialogue
    x_i   +=  (1 - exp(-t a n)) (mean of the other parties - x_i)      on the issues it is about
    x_i   +=  b n T_ij (v - x_i)                             when j publishes a position v

n is how intense a dialogue is, or how much a publication counts, from 0 to 1; t the years of a
session. Parties average their positions (DeGroot 1974), at a rate that is slow. Who has published
is read by those whom it gets through to, by ties; a publisher may be a state, a company, or a
commission of civil society. Others hear of what has moved in their own time: nothing is passed on
at once. The ranges of a and b hold no effect; that ties grow by .2 a year is assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core.ask import Phase
from sim.core.calendar import years
from sim.core.fields import ActorRef, ActorRefs, IssueRef, Part, Percent, Session
from sim.core.mechanism import Axes, Look, Mechanism, Section, Telling, When
from sim.core.outcome import SCALE, Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Setting
from sim.core.world import World
from sim.mechanisms.ties import strength

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FULL = 100.0
GROWS = 0.2  # a year, of a tie between parties to an intense dialogue: assumed


class WrittenDialogue(Part):
    """Talks between some actors that go on for a while."""

    between: ActorRefs = Field(description="who talks: two actors or more, or `group NAME`")
    about: tuple[IssueRef, ...] = Field(
        default=(), description="issues on which positions come nearer; by default all"
    )
    opens: Session = Field(default=1, description="its first session")
    until: Session | None = Field(default=None, description="its last session; by default never")
    intensity: Percent = Field(default=50.0, description="0-100: 100, ministers who meet often")


class WrittenPublication(Part):
    """A strategy, a white paper or norms that somebody publishes."""

    by: ActorRef = Field(description="who publishes it")
    says: dict[IssueRef, Percent] = Field(description="its position, by issue, 0-100")
    session: Session = Field(description="when it comes out")
    weight: Percent = Field(default=50.0, description="how much it counts, 0-100")
    title: str = Field(default="", description="what it is called")


class Dialogue(NamedTuple):
    """One dialogue, by places and on 0-1."""

    parties: Ints
    issues: Ints
    opens: int
    until: int
    intensity: float


class Publication(NamedTuple):
    """One publication, by places and on 0-1."""

    by: int
    says: tuple[tuple[int, float], ...]
    session: int
    weight: float
    title: str


@dataclass
class Engaged:
    """What is talked and published, and the ties that have grown by a session."""

    dialogues: tuple[Dialogue, ...]
    publications: tuple[Publication, ...]
    _grown: dict[int, Floats] = field(default_factory=dict)

    def grown(self, ties: Floats, session: int, length: float) -> Floats:
        """Ties, (actors, actors), as dialogues have made them by a session."""
        if session not in self._grown:
            now = ties.copy()
            for talk in self.dialogues:
                held = length * max(min(session - 1, talk.until) - talk.opens + 1, 0)
                pairs = np.ix_(talk.parties, talk.parties)
                now[pairs] += (1 - now[pairs]) * (1 - np.exp(-GROWS * talk.intensity * held))
            np.fill_diagonal(now, 0.0)
            self._grown[session] = now
        return self._grown[session]


class Engagement(Mechanism):
    """Engagement: dialogues tie their parties, and publications draw those who read them."""

    name = "engagement"
    when = When.OPENING
    after = ("events",)
    scenario = {
        "dialogues": Section(tuple[WrittenDialogue, ...], (), "talks that bring parties nearer"),
        "publications": Section(
            tuple[WrittenPublication, ...], (), "strategies and norms that actors publish"
        ),
    }
    parameters = (
        Parameter(
            *("dialogue_pull", "a", 0.05, 0.0, 0.2),
            "rate a year at which parties to an intense dialogue come nearer; 0: they do not",
        ),
        Parameter(
            *("publication_pull", "b", 0.05, 0.0, 0.2),
            "share of the distance that a weighty publication closes for those it gets through to",
        ),
    )
    outcomes = (
        Outcome(
            "drawn",
            "what engagement moved on {issue}",
            "mean over actors of how far dialogues and publications moved them on {issue}",
            *(SCALE, Over.ISSUE, 0, 100, 0),
        ),
    )
    acts = {
        "talks": "holds a dialogue with another, its intensity in per cent",
        "publishes": "publishes a position, its weight in per cent",
    }
    tellings = {
        "talks": Telling("began a dialogue with {target}", 0.5),
        "publishes": Telling("published the {reason}", 1),
    }
    claims = {"R02": "those who talk vote more alike; that is built in (a, and ties)"}
    sources = ("degroot1974",)
    dynamic = True
    off = {"dialogue_pull": 0.0, "publication_pull": 0.0}

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse talks with oneself, that end before they begin, and what is out of time."""
        for place, talk in enumerate(said["dialogues"]):
            at, right = ("dialogues", place), f"1 to {look.sessions}"
            if len(talk.between) < 2:
                look.wrong((*at, "between"), "one alone holds no dialogue", "", "two or more")
            if talk.opens > look.sessions:
                look.wrong((*at, "opens"), "is after the last session", talk.opens, right)
            if talk.until is not None and talk.until < talk.opens:
                right = f"{talk.opens} or later"
                look.wrong((*at, "until"), "is before it begins", talk.until, right)
        for place, text in enumerate(said["publications"]):
            at, right = ("publications", place), f"1 to {look.sessions}"
            if text.session > look.sessions:
                look.wrong((*at, "session"), "is after the last session", text.session, right)
            if not text.says:
                look.wrong((*at, "says"), "it says nothing", "", "one issue or more")

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Engaged | None:
        """Put places for names."""
        dialogues = tuple(_dialogue(talk, axes) for talk in said["dialogues"])
        publications = tuple(_publication(text, axes) for text in said["publications"])
        return Engaged(dialogues, publications) if dialogues or publications else None

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """List talks and publications, or those of one actor."""
        for talk in said["dialogues"]:
            if not actor or actor in talk.between:
                about = ", ".join(talk.about) or "all issues"
                yield f"{names(talk.between)} talk about {about}, intensity {talk.intensity:g}"
        for text in said["publications"]:
            if not actor or actor == text.by:
                what = text.title or "a position"
                yield f"{names([text.by])} publishes {what} in session {text.session}"

    def begin(self, setting: Setting, world: World) -> dict[str, Floats]:
        """Nobody has been moved: (runs, issues)."""
        return {"drawn": np.zeros_like(world.status_quo)}

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Talk, publish, and let those move who take part or read."""
        part: Engaged = self.part(setting)
        scene = setting.scene(meeting.session)
        for talk in part.dialogues:
            parties = talk.parties[scene.present[talk.parties]]
            if talk.opens <= meeting.session <= talk.until and len(parties) > 1:
                self._talk(setting, world, meeting, talk, parties)
        for text in part.publications:
            if text.session == meeting.session and scene.heard[text.by]:
                self._publish(setting, world, meeting, text)
        yield from ()

    def _talk(
        self, setting: Setting, world: World, meeting: Meeting, talk: Dialogue, parties: Ints
    ) -> None:
        n = len(parties)
        rate = years(setting) * talk.intensity * world.column("dialogue_pull")
        for issue in talk.issues.tolist():
            for array in (world.position, world.home, world.base):
                at = np.ascontiguousarray(array[:, parties, issue])
                others = (at.sum(axis=1, keepdims=True) - at) / (n - 1)
                step = -np.expm1(-rate) * (others - at)
                array[:, parties, issue] = at + step
            moved = np.abs(step).sum(axis=1) / len(setting.actors)
            self.state(world)["drawn"][:, issue] += moved
        size, others = FULL * talk.intensity, parties[1:].tolist()
        first = (int(parties[0]),) * len(others)
        self.act(world, meeting, "talks", first, others, size=np.full(world.size, size))

    def _publish(self, setting: Setting, world: World, meeting: Meeting, text: Publication) -> None:
        reads = strength(setting)[:, text.by] * setting.scene(meeting.session).present
        share = world.column("publication_pull") * (text.weight * reads)
        for issue, value in text.says:
            for array in (world.position, world.home, world.base):
                at = np.ascontiguousarray(array[:, :, issue])
                step = share * (value - at)
                array[:, :, issue] = at + step
            self.state(world)["drawn"][:, issue] += np.abs(step).mean(axis=1)
        size = np.full(world.size, FULL * text.weight)
        self.act(world, meeting, "publishes", text.by, size=size, reason=text.title)

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], npt.NDArray[Any]]]:
        """Read off how far everyone was moved on each issue."""
        for place, issue in enumerate(setting.issues):
            yield "drawn", (issue,), np.ascontiguousarray(self.state(world)["drawn"][:, place])


def _dialogue(talk: WrittenDialogue, axes: Axes) -> Dialogue:
    parties = np.flatnonzero(axes.mask(talk.between))
    issues = [axes.issues.index(issue) for issue in talk.about or axes.issues]
    until = axes.sessions if talk.until is None else talk.until
    about = np.array(issues, dtype=np.int64)
    return Dialogue(parties, about, talk.opens, until, talk.intensity / FULL)


def _publication(text: WrittenPublication, axes: Axes) -> Publication:
    says = tuple((axes.issues.index(issue), value / FULL) for issue, value in text.says.items())
    return Publication(axes.place(text.by), says, text.session, text.weight / FULL, text.title)
