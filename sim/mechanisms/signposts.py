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
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core.ask import Phase
from sim.core.calendar import years
from sim.core.mechanism import Axes, Curve, Mechanism, When
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


class Signpost(Mechanism):
    """What the four have in common: they measure at the end of every session."""

    when = When.CLOSING

    def begin(self, setting: Setting, world: World) -> Course:
        """Nothing is measured before session 1 has ended."""
        return {outcome.name: [] for outcome in self.outcomes}

    def in_use(self, setting: Setting) -> bool:
        """Whether there is a calendar, and something that carries it."""
        return setting.calendar is not None and self.carried(setting)

    def carried(self, setting: Setting) -> bool:
        """Whether anything in this setting can carry it."""
        raise NotImplementedError

    def measured(self, setting: Setting, world: World) -> Mapping[str, Floats]:
        """Every outcome as things now stand: (runs,)."""
        raise NotImplementedError

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Measure it at the end of a session."""
        for name, values in self.measured(setting, world).items():
            self.state(world)[name].append(values)
        yield from ()

    def level(self, setting: Setting, world: World, outcome: str) -> Floats | None:
        """One as it was at the end of the last session, in the unit of files; nan before it."""
        found = self.state(world)[outcome]
        said = next(o for o in self.outcomes if o.name == outcome)
        return said.amounts(found[-1]) if found else np.full(world.size, np.nan)

    def collect(self, setting: Setting, world: World) -> Yields:
        """Read off every outcome, session by session."""
        for name, course in self.state(world).items():
            for session, values in enumerate(course, 1):
                yield name, (setting.label(session),), values


class ArtificialIntelligence(Signpost):
    """A signpost of AI: how many states are in a code, and how binding it is."""

    name = "signpost_ai"
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

    def carried(self, setting: Setting) -> bool:
        """Whether a text or a club is about AI."""
        return bool(texts(setting, AI) or clubs(setting, AI))

    def measured(self, setting: Setting, world: World) -> Mapping[str, Floats]:
        """Count states, and look up the status quo."""
        binding = np.full(world.size, np.nan)
        if BINDING in setting.issues:
            binding = world.status_quo[:, setting.issues.index(BINDING)].copy()
        return {"ai_states": backers(setting, world, AI), "ai_binding": binding}


class Cables(Signpost):
    """A signpost of cables and cloud: principles, who endorses them, and aid."""

    name = "signpost_cables"
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

    def carried(self, setting: Setting) -> bool:
        """Whether a text or a club is about trusted networks, or a donor gives cables or cloud."""
        gives = setting.parts[self.name] is not None
        return bool(gives or texts(setting, CABLES) or clubs(setting, CABLES))

    def compile(self, said: Mapping[str, Any], axes: Axes) -> Floats | None:
        """Of what each donor gives, the part that is cables and cloud: (donors,); None: nothing."""
        kinds = [donor.kinds.weights() for donor in said[Aid.name].values()]
        part = [sum(each[gift] for gift in GIFTS) / sum(each.values()) for each in kinds]
        return np.array(part) if any(part) else None

    def measured(self, setting: Setting, world: World) -> Mapping[str, Floats]:
        """See what is adopted and endorsed, and add up what was given."""
        drafts, missing = texts(setting, CABLES), np.full(world.size, np.nan)
        adopted = [world.passed[draft] for draft in drafts]
        endorsed = backers(setting, world, CABLES) if drafts or clubs(setting, CABLES) else missing
        before, part = self.state(world)["cable_aid"], setting.parts[self.name]
        given = before[-1].copy() if before else np.zeros(world.size)
        if part is not None and Aid.name in world.state:  # it may be switched off
            flow = world.state[Aid.name]["flow"].sum(axis=2)
            given += FULL * years(setting) * (flow * part).sum(axis=1)
        return {
            "cable_principles": np.any(adopted, axis=0).astype(float) if adopted else missing,
            "cable_states": endorsed,
            "cable_aid": given,
        }


class Implementing(Signpost):
    """A signpost of the United Nations: where its last text stands on carrying out."""

    name = "signpost_un"
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

    def carried(self, setting: Setting) -> bool:
        """Whether a room of the United Nations has a text on carrying out."""
        return bool(self._drafts(setting))

    def _drafts(self, setting: Setting) -> list[int]:
        return [
            draft
            for draft in texts(setting, CARRIED_OUT)
            if setting.forums[setting.drafts[draft].forum].rules.title in UNITED_NATIONS
        ]

    def measured(self, setting: Setting, world: World) -> Mapping[str, Floats]:
        """Find the last adopted text, and the mean of its clauses that stand."""
        course = self.state(world)["un_implementing"]
        found, session = np.full(world.size, np.nan), len(course) + 1
        if course:
            found = course[-1].copy()
        places = [setting.issues.index(i) for i in CARRIED_OUT if i in setting.issues]
        for draft in self._drafts(setting):
            text = setting.drafts[draft]
            if setting.forums[text.forum].last == session:
                on = np.isin(text.issue, places) & world.active[draft]
                count = on.sum(axis=1)
                mean = (world.value[draft] * on).sum(axis=1) / np.maximum(count, 1)
                found = np.where(world.passed[draft] & (count > 0), mean, found)
        return {"un_implementing": found}


class Fund(Signpost):
    """A signpost of a fund: how soon it answers, and what hosts add to it."""

    name = "signpost_fund"
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

    def carried(self, setting: Setting) -> bool:
        """Whether there are donors, which `needs` sees to."""
        return True

    def begin(self, setting: Setting, world: World) -> Course:
        """Nothing is built yet."""
        before, none = np.zeros((world.size, len(setting.actors))), np.zeros(world.size)
        return {**super().begin(setting, world), "_before": [before], "_sums": [none, none]}

    def measured(self, setting: Setting, world: World) -> Mapping[str, Floats]:
        """Add up growth and aid, and see how long answers took."""
        aid, state, length = world.state[Aid.name], self.state(world), years(setting)
        makes = np.array([donor.capacity for donor in setting.parts[Aid.name]])
        kept = state["_before"][0] * np.exp(-length * world.column("aid_fades"))
        growth, built = state["_sums"]
        growth = growth + (aid["capacity"] - kept).sum(axis=1)
        built = built + length * (aid["flow"].sum(axis=2) * makes).sum(axis=1)
        state["_before"], state["_sums"] = [aid["capacity"].copy()], [growth, built]
        waited, answered = aid["waited"][:, 0], aid["waited"][:, 1]
        return {"response_years": _over(waited, answered), "fund_multiplier": _over(growth, built)}

    def collect(self, setting: Setting, world: World) -> Yields:
        """Read off every outcome, and not what is kept for the next session."""
        yield from (found for found in super().collect(setting, world) if found[0][0] != "_")


def _over(total: Floats, count: Floats) -> Floats:
    return np.where(count > 0, total / np.where(count > 0, count, 1.0), np.nan)


def texts(setting: Setting, issues: tuple[str, ...]) -> list[int]:
    """The drafts with a clause on one of these issues."""
    places = [setting.issues.index(issue) for issue in issues if issue in setting.issues]
    return [n for n, draft in enumerate(setting.drafts) if np.isin(draft.issue, places).any()]


def clubs(setting: Setting, issues: tuple[str, ...]) -> list[int]:
    """The clubs that stand on one of these issues."""
    places = [setting.issues.index(issue) for issue in issues if issue in setting.issues]
    roster = setting.parts[Clubs.name]
    of = roster.clubs if roster else ()
    return [n for n, club in enumerate(of) if np.isin(club.issues, places).any()]


def backers(setting: Setting, world: World, issues: tuple[str, ...]) -> Floats:
    """States that back an adopted text on these issues, or are in a club on them: (runs,)."""
    inside = np.zeros((world.size, len(setting.actors)), dtype=bool)
    for draft in texts(setting, issues):
        stage = list(setting.forums[setting.drafts[draft].forum].stages)[-1]
        last = [b for (d, s), b in world.ballots.items() if d == draft and s == stage]
        for ballot in last:
            backs = (ballot.decisions == Decision.SUPPORT) | (ballot.decisions == Decision.ACCEPT)
            inside |= backs & world.passed[draft][:, None]
    for club in clubs(setting, issues) if Clubs.name in world.state else ():
        inside |= world.state[Clubs.name]["inside"][:, club]
    count: Floats = (inside & (setting.kind == Kind.STATE)).sum(axis=1).astype(np.float64)
    return count
