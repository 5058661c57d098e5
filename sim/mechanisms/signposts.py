"""Signposts: four signs of progress that policy papers name, measured session by session.

    SP1  states in a code on AI, and how binding it is        SP3  where the last text of the
    SP2  principles on cables and cloud: whether they are          United Nations stands on carrying
         adopted, who endorses them, and aid for them              out what is agreed
    SP4  years from a request for help to its answer, and what a fund moves:
         multiplier = sum of growth of capacity / sum of what aid alone would build

Nothing is played here: all is read off what forums adopt, clubs gather and donors give. A state is
in a code, or endorses principles, if it supported or accepted an adopted text on the issue, or is
a member of a club that stands on it. A signpost is measured where a scenario has a calendar and
something that can carry it, and there is no column of it elsewhere.

Which issues and rooms count is our own reading, and a definition: AIBIND and AIVEN for AI, VENDOR
for cables and cloud, INST and CAP for carrying out, committees of the United Nations for rooms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.ask import Phase
from sim.core.calendar import years
from sim.core.mechanism import Axes, Curve, Mechanism, Outline, When
from sim.core.outcome import SCALE, TRUTH, Outcome, Over
from sim.core.setting import Kind, Meeting, Setting
from sim.core.world import World
from sim.forums.presets import PRESETS
from sim.forums.rules import Decision
from sim.mechanisms.aid import Aid
from sim.mechanisms.clubs import Clubs

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FULL = 100.0
AI, BINDING = ("AIBIND", "AIVEN"), "AIBIND"
CABLES, GIFTS = ("VENDOR",), ("cable", "cloud")
CARRIED_OUT = ("INST", "CAP")
UNITED_NATIONS = frozenset(
    PRESETS[name].title
    for name in (
        *("un_general_assembly", "ad_hoc_committee", "open_ended_working_group"),
        *("group_of_governmental_experts", "global_mechanism"),
    )
)

Course = dict[str, list[Floats]]  # outcome -> (runs,) by session
Yields = Iterator[tuple[str, tuple[str, ...], Floats]]


@dataclass
class Building:
    """What a fund has built so far."""

    course: Course
    capacity: Floats  # (runs, actors): as it was at the end of the last session
    growth: Floats  # (runs,): of capacity, summed over states and sessions
    given: Floats  # (runs,): what aid alone would have built


def unmeasured(mechanism: Mechanism) -> Course:
    """No session of any of its outcomes is measured yet."""
    return {outcome.name: [] for outcome in mechanism.outcomes}


def keep(course: Course, **measured: Floats) -> None:
    """Keep what was measured at the end of a session."""
    for name, values in measured.items():
        course[name].append(values)


def latest(mechanism: Mechanism, world: World, outcome: str) -> Floats:
    """One outcome as it was last measured, in the unit of files: (runs,); nan before that."""
    found = mechanism.state(world)[outcome]
    said = next(o for o in mechanism.outcomes if o.name == outcome)
    return said.amounts(found[-1]) if found else np.full(world.size, np.nan)


def by_session(setting: Setting, measured: Course) -> Yields:
    """Every outcome, session by session."""
    for name, values in measured.items():
        for session, of_session in enumerate(values, 1):
            yield name, (setting.label(session),), of_session


class ArtificialIntelligence(Mechanism):
    """A signpost of AI: how many states are in a code, and how binding it is."""

    name = "signpost_ai"
    when = When.CLOSING
    after = ("lock_in",)
    outcomes = (
        Outcome(
            "ai_states",
            "states in a code on AI in {session}",
            "states that have backed an adopted text on AI, or are in a club on it, by {session}",
            *("states", Over.SESSION, 0, None, 0),
            whole=True,
        ),
        Outcome(
            "ai_binding",
            "how binding what is agreed on AI is in {session}",
            "the status quo on AIBIND at the end of {session}: 0 self-governed, 100 a treaty",
            *(SCALE, Over.SESSION, 0, 100),
            missing="no issue is AIBIND",
        ),
    )
    figures = (Curve("ai_states", "States in a code on AI"),)

    def fits(self, outline: Outline) -> bool:
        """Whether there is a calendar, and a text or a club is about AI."""
        return outline.dated and outlined(outline, AI)

    def in_use(self, setting: Setting) -> bool:
        """Whether there is a calendar, and a text or a club is about AI."""
        return setting.calendar is not None and about(setting, AI)

    def begin(self, setting: Setting, world: World) -> Course:
        """Nothing is measured before session 1 has ended."""
        return unmeasured(self)

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Count states, and look up the status quo."""
        binding = np.full(world.size, np.nan)
        if BINDING in setting.issues:
            binding = world.status_quo[:, setting.issues.index(BINDING)].copy()
        keep(self.state(world), ai_states=backers(setting, world, AI), ai_binding=binding)
        yield from ()

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """One outcome as it was at the end of the last session."""
        return latest(self, world, outcome)

    def collect(self, setting: Setting, world: World) -> Yields:
        """Read off every outcome, session by session."""
        yield from by_session(setting, self.state(world))


class Cables(Mechanism):
    """A signpost of cables and cloud: principles, who endorses them, and aid."""

    name = "signpost_cables"
    when = When.CLOSING
    after = ("lock_in",)
    outcomes = (
        Outcome(
            "cable_principles",
            "principles on trusted networks are adopted by {session}",
            "whether a text on trusted networks, cables and cloud is adopted by {session}",
            *(TRUTH, Over.SESSION, 0, 1),
            missing="no text is about them",
        ),
        Outcome(
            "cable_states",
            "states that endorse principles on trusted networks in {session}",
            "states that have backed an adopted text on VENDOR, or are in a club on it, by"
            " {session}",
            *("states", Over.SESSION, 0, None),
            missing="no text and no club is about them",
            whole=True,
        ),
        Outcome(
            "cable_aid",
            "aid for cables and cloud by {session}",
            "what donors have given for cables and cloud by the end of {session}; 100: a full"
            " package for a year",
            *("points", Over.SESSION, 0, None, 0),
        ),
    )
    figures = (Curve("cable_states", "States that endorse principles on trusted networks"),)

    def fits(self, outline: Outline) -> bool:
        """Whether there is a calendar, and a text, a club or aid for trusted networks."""
        given = _part(outline.sections)
        return outline.dated and (given is not None or outlined(outline, CABLES))

    def in_use(self, setting: Setting) -> bool:
        """Whether there is a calendar, and a text, a club or aid for trusted networks."""
        carried = setting.parts[self.name] is not None or about(setting, CABLES)
        return setting.calendar is not None and carried

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Floats | None:
        """Of what each donor gives, the part that is cables and cloud: (donors,); None: nothing."""
        return _part(said)

    def begin(self, setting: Setting, world: World) -> Course:
        """Nothing is measured before session 1 has ended."""
        return unmeasured(self)

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """See what is adopted and endorsed, and add up what was given."""
        missing = np.full(world.size, np.nan)
        adopted = [world.passed[draft] for draft in texts(setting, CABLES)]
        before = self.state(world)["cable_aid"]
        given = before[-1].copy() if before else np.zeros(world.size)
        if self.part(setting) is not None and Aid.name in world.state:  # it may be switched off
            flow = world.state[Aid.name]["flow"].sum(axis=2)
            given += FULL * years(setting) * (flow * self.part(setting)).sum(axis=1)
        keep(
            self.state(world),
            cable_principles=np.any(adopted, axis=0).astype(np.float64) if adopted else missing,
            cable_states=backers(setting, world, CABLES) if about(setting, CABLES) else missing,
            cable_aid=given,
        )
        yield from ()

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """One outcome as it was at the end of the last session."""
        return latest(self, world, outcome)

    def collect(self, setting: Setting, world: World) -> Yields:
        """Read off every outcome, session by session."""
        yield from by_session(setting, self.state(world))


class Implementing(Mechanism):
    """A signpost of the United Nations: where its last text stands on carrying out."""

    name = "signpost_un"
    when = When.CLOSING
    after = ("lock_in",)
    outcomes = (
        Outcome(
            "un_implementing",
            "where the last text of the United Nations stands on carrying out in {session}",
            "the mean of its clauses on INST and CAP, of the last text with any that the United"
            " Nations have adopted by the end of {session}",
            *(SCALE, Over.SESSION, 0, 100),
            missing="none is adopted yet",
        ),
    )
    figures = (Curve("un_implementing", "Where the United Nations stand on carrying out"),)

    def fits(self, outline: Outline) -> bool:
        """Whether there is a calendar, and the United Nations have a text on carrying out."""
        return outline.dated and any(
            rules.title in UNITED_NATIONS and issues & set(CARRIED_OUT)
            for rules, issues in outline.texts
        )

    def in_use(self, setting: Setting) -> bool:
        """Whether there is a calendar, and the United Nations have a text on carrying out."""
        return setting.calendar is not None and bool(self._drafts(setting))

    def _drafts(self, setting: Setting) -> list[int]:
        return [
            draft
            for draft in texts(setting, CARRIED_OUT)
            if setting.forums[setting.drafts[draft].forum].rules.title in UNITED_NATIONS
        ]

    def begin(self, setting: Setting, world: World) -> Course:
        """Nothing is measured before session 1 has ended."""
        return unmeasured(self)

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Find the last adopted text, and the mean of its clauses that stand."""
        before = self.state(world)["un_implementing"]
        found = before[-1].copy() if before else np.full(world.size, np.nan)
        places = list(_places(setting, CARRIED_OUT))
        for draft in self._drafts(setting):
            text = setting.drafts[draft]
            if setting.forums[text.forum].last == meeting.session:
                on = np.isin(text.issue, places) & world.active[draft]
                count = on.sum(axis=1)
                mean = (world.value[draft] * on).sum(axis=1) / np.maximum(count, 1)
                found = np.where(world.passed[draft] & (count > 0), mean, found)
        keep(self.state(world), un_implementing=found)
        yield from ()

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """One outcome as it was at the end of the last session."""
        return latest(self, world, outcome)

    def collect(self, setting: Setting, world: World) -> Yields:
        """Read off every outcome, session by session."""
        yield from by_session(setting, self.state(world))


class Fund(Mechanism):
    """A signpost of a fund: how soon it answers, and what hosts add to it."""

    name = "signpost_fund"
    when = When.CLOSING
    needs = (Aid.name,)
    outcomes = (
        Outcome(
            "response_years",
            "time to the answer to a request for help by {session}",
            "mean over requests answered by the end of {session} of the years that it took",
            *("years", Over.SESSION, 0, None),
            missing="none is answered yet",
        ),
        Outcome(
            "fund_multiplier",
            "what is built for a unit of aid by {session}",
            "growth of capacity by the end of {session} for what aid alone would have built; below"
            " 1 where it adds to what is there",
            *("units", Over.SESSION, 0, None),
            missing="nothing is given yet",
        ),
    )
    figures = (Curve("response_years", "Time from a request for help to its answer"),)

    def fits(self, outline: Outline) -> bool:
        """Whether there is a calendar."""
        return outline.dated

    def in_use(self, setting: Setting) -> bool:
        """Whether there is a calendar; whether there are donors `needs` says."""
        return setting.calendar is not None

    def begin(self, setting: Setting, world: World) -> Building:
        """Nothing is built yet."""
        none = np.zeros(world.size)
        return Building(unmeasured(self), np.zeros((world.size, len(setting.actors))), none, none)

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Add up growth and aid, and see how long answers took."""
        aid, state, length = world.state[Aid.name], self.state(world), years(setting)
        makes = np.array([donor.capacity for donor in setting.parts[Aid.name]])
        left = state.capacity * np.exp(-length * world.column("aid_fades"))
        state.capacity = aid["capacity"].copy()
        state.growth = state.growth + (state.capacity - left).sum(axis=1)
        state.given = state.given + length * (aid["flow"].sum(axis=2) * makes).sum(axis=1)
        keep(
            state.course,
            response_years=_over(aid["waited"][:, 0], aid["waited"][:, 1]),
            fund_multiplier=_over(state.growth, state.given),
        )
        yield from ()

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """One outcome as it was at the end of the last session."""
        found = self.state(world).course[outcome]
        return found[-1].copy() if found else np.full(world.size, np.nan)

    def collect(self, setting: Setting, world: World) -> Yields:
        """Read off every outcome, session by session."""
        yield from by_session(setting, self.state(world).course)


def _over(total: Floats, count: Floats) -> Floats:
    return np.where(count > 0, total / np.where(count > 0, count, 1.0), np.nan)


def texts(setting: Setting, issues: tuple[str, ...]) -> list[int]:
    """The drafts with a clause on one of these issues."""
    places = _places(setting, issues)
    return [n for n, text in enumerate(setting.drafts) if places & set(text.issue.tolist())]


def clubs(setting: Setting, issues: tuple[str, ...]) -> list[int]:
    """The clubs that stand on one of these issues."""
    places, roster = _places(setting, issues), setting.parts[Clubs.name]
    of = roster.clubs if roster else ()
    return [n for n, club in enumerate(of) if places & set(club.issues.tolist())]


def _places(setting: Setting, issues: tuple[str, ...]) -> set[int]:
    return {setting.issues.index(issue) for issue in issues if issue in setting.issues}


def outlined(outline: Outline, issues: tuple[str, ...]) -> bool:
    """The same of a scenario that is not built yet."""
    of_clubs = (frozenset(club.stands) for club in outline.sections[Clubs.name].values())
    of_texts = (issues for _, issues in outline.texts)
    return any(found & set(issues) for found in (*of_texts, *of_clubs))


def _part(said: Mapping[str, Any]) -> Floats | None:
    kinds = [donor.kinds.weights() for donor in said[Aid.name].values()]
    part = [sum(each[gift] for gift in GIFTS) / sum(each.values()) for each in kinds]
    return np.array(part) if any(part) else None


def about(setting: Setting, issues: tuple[str, ...]) -> bool:
    """Whether a text or a club is about one of these issues."""
    return bool(texts(setting, issues) or clubs(setting, issues))


def backers(setting: Setting, world: World, issues: tuple[str, ...]) -> Floats:
    """States that back an adopted text on these issues, or are in a club on them: (runs,)."""
    inside = np.zeros((world.size, len(setting.actors)), dtype=bool)
    for draft in texts(setting, issues):
        last = list(setting.forums[setting.drafts[draft].forum].stages)[-1]
        if ballot := world.ballots.get((draft, last)):
            backs = ballot.decisions <= Decision.ACCEPT  # supports, or is silent
            inside |= backs & world.passed[draft][:, None]
    for club in clubs(setting, issues) if Clubs.name in world.state else ():
        inside |= world.state[Clubs.name]["inside"][:, club]
    count: Floats = (inside & (setting.kind == Kind.STATE)).sum(axis=1).astype(np.float64)
    return count
