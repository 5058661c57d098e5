"""Why a delegation decides as it does: what moved it, by how much, and what would turn it.

It explains the model, and not the government: the terms are those by which the runs decided, and a
flip is a flip of the run that is played again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.answers import accounts, naming
from sim.answers.accounts import Account, Named
from sim.answers.flips import MOST, Flip, Moment, moment, search
from sim.answers.levers import Case, levers
from sim.build import setting as build
from sim.core.ensemble import numbered
from sim.core.setting import Setting
from sim.errors import InputError
from sim.forums.rules import Decision
from sim.mechanisms.objections import RED_LINE
from sim.near import unknown
from sim.scenario import Scenario, load
from sim.scenario.scenario import Stance

Floats = npt.NDArray[np.float64]

RUNS = 40  # of which it is told how often
COURTED = 2  # campaigners on each side whose effort is a lever
ALL = 99  # levers that are followed up where every flip is asked for


@dataclass(frozen=True)
class Part:
    """One term: what it is in words, its mean over the runs, and in the run that is shown."""

    named: Named
    says: str
    mean: float
    here: float


@dataclass(frozen=True, repr=False)
class Why:
    """The answer for one delegation at one ballot; ``account`` is of the runs told of.

    Of a comparison, ``other`` is what it is compared with: another delegation in the same runs, or
    the same one in the same runs without a change.
    """

    scenario: Scenario
    setting: Setting
    actor: str
    draft: str
    stage: str
    account: Account
    decision: Decision
    run: int  # that is shown
    only: bool  # whether it alone is asked about
    flips: tuple[Flip, ...] = ()
    other: Why | None = None
    change: str = ""  # what the runs differ in from those of ``other``; "" for another delegation
    asked: int = 1  # how many runs were played; ``account`` is of those in which it is put
    common: frozenset[int] | None = None  # the runs that both sides of a comparison have

    def __repr__(self) -> str:
        """Say who decides how on what, and by how much."""
        from sim.show import words

        did = words.DECISION[self.decision]
        return f"Why({self.actor} on {self.draft} {self.stage}: {did} in {self.share:.0%} of runs)"

    @cached_property
    def slot(self) -> int:
        """The place of the delegation."""
        return self.setting.slot(self.actor)

    @cached_property
    def chances(self) -> dict[Decision, float]:
        """How often it decides how, most often first."""
        codes = self.account.decisions[:, self.slot]
        found = {d: float(np.mean(codes == d)) for d in Decision}
        return {d: s for d, s in sorted(found.items(), key=lambda one: -one[1]) if s}

    @property
    def share(self) -> float:
        """In what share of the runs it decides as is explained."""
        return self.chances.get(self.decision, 0.0)

    @cached_property
    def row(self) -> int:
        """The place of the run that is shown."""
        return int(np.flatnonzero(self.account.runs == self.run)[0])

    @property
    def total(self) -> float:
        """Its support, or what the text costs it, in the run that is shown."""
        return float(self.account.total[self.row, self.slot])

    @property
    def threshold(self) -> float:
        """What that is compared with."""
        return float(self.account.threshold[self.row, self.slot])

    @property
    def red_line(self) -> bool:
        """Whether it blocks for a red line, which no term outweighs."""
        return bool(self.account.sides[self.row, self.slot] == RED_LINE)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Every term that is not zero in all runs, in their order.

        Means are over the runs that decide as is explained; of a comparison, over all that both
        sides have.
        """
        like = self.account.decisions[:, self.slot] == self.decision
        if self.common is not None:
            like = np.isin(self.account.runs, list(self.common))
        found = []
        for named, term in self.account.terms.items():
            mine = term[:, self.slot]
            if mine.any():
                says = naming.term(self.scenario, self.draft, named, self.campaigners)
                mean = float(mine[like].mean()) if like.any() else float(mine.mean())
                found.append(Part(named, says, mean, float(mine[self.row])))
        return tuple(found)

    @cached_property
    def campaigners(self) -> tuple[str, ...]:
        """Whose lobbying moved it in the run that is shown, most first."""
        return tuple(_campaigners(self.account, self.setting, self.slot, self.row))

    @cached_property
    def stances(self) -> tuple[Stance, ...]:
        """Its positions on the issues of the text, with error and basis."""
        clauses = self.scenario.draft(self.draft).clauses.values()
        issues = {clause.issue for clause in clauses}
        return tuple(s for s in self.scenario.stances(self.actor) if s.issue in issues)

    def to_dataframe(self) -> Any:
        """A `pandas.DataFrame`: a row a term, with its mean over runs and that of the shown run."""
        import pandas as pd

        columns = ("mechanism", "term", "says", "mean", "shown_run")
        rows = [(*part.named, part.says, part.mean, part.here) for part in self.parts]
        return pd.DataFrame(rows, columns=list(columns))

    def flips_to_dataframe(self) -> Any:
        """A `pandas.DataFrame`: a row a flip, as ``--set`` writes it, with who holds the lever."""
        import pandas as pd

        return pd.DataFrame([flip_data(self.scenario, flip) for flip in self.flips])

    def _repr_html_(self) -> str:
        """Show the terms in a notebook."""
        table: str = self.to_dataframe().round(2).to_html()
        return f"<p>{self!r}</p>{table}"


def flip_data(scenario: Scenario, flip: Flip) -> dict[str, Any]:
    """A flip as data."""
    return {
        "set": flip.text,
        "says": naming.lever(scenario, flip.lever),
        "now": flip.now,
        "value": flip.value,
        "size": flip.size,
        "becomes": flip.becomes.name.lower(),
        "holder": flip.lever.holder,
    }


def _campaigners(account: Account, setting: Setting, slot: int, row: int) -> Iterable[str]:
    if not account.campaigns.shape[1]:
        return []
    moved = account.campaigns[row, :, slot]
    most = np.argsort(-np.abs(moved), kind="stable")
    return [setting.actors[i] for i in most.tolist() if abs(moved[i]) > 1e-3]


def ballot_of(
    scenario: Scenario, setting: Setting, draft: str = "", stage: str = ""
) -> tuple[int, str]:
    """Find the ballot that is asked about: by default the first draft's last.

    Raises:
        InputError: there is no such draft or stage; it says which there are.
    """
    label = draft or setting.drafts[0].label
    scenario.draft(label)
    place = next(n for n, d in enumerate(setting.drafts) if d.label == label)
    stages = setting.forums[setting.drafts[place].forum].stages
    if stage and stage not in stages:
        raise InputError(
            unknown(f"{label} is not decided at such a stage", stage, stages, "--stage")
        )
    return place, stage or max(stages, key=lambda name: stages[name])


def member(scenario: Scenario, setting: Setting, draft: int, name: str) -> str:
    """Find an actor who has a seat where a draft is decided.

    Raises:
        InputError: there is no such actor, or it has no seat there.
    """
    found, forum = scenario.find(name), setting.forums[setting.drafts[draft].forum]
    if not forum.members[setting.slot(found)]:
        seats = [a for a, inside in zip(setting.actors, forum.members, strict=True) if inside]
        label = setting.drafts[draft].label
        problem = f"has no seat where {label} is decided"
        raise InputError(unknown(problem, found, seats if len(seats) <= 40 else (), "ACTOR"))
    return found


def why(
    source: str | Scenario,
    actor: str,
    draft: str = "",
    *,
    stage: str = "",
    run: int | None = None,
    runs: int | Sequence[int] = RUNS,
    versus: str = "",
    against: Sequence[str] = (),
    settings: Sequence[str] = (),
    every: bool = False,
    flips: bool = True,
) -> Why:
    """Say why a delegation decides as it does.

    Args:
        source: a shipped scenario, a file, or a scenario that was read.
        actor: by its id, or as a country.
        draft: its label; by default the first. ``stage``: by default its last.
        run: this very run of the ensemble; by default one that is typical of what mostly happens.
        runs: of which it is told how often.
        versus: another delegation, with which it is compared in the same runs.
        against: a change, PATH=VALUE; the answer is then of the changed scenario, beside the base.
        settings: changes, as of a scenario that is itself a what-if.
        every: follow up every lever, also those that need far more than the smallest.
        flips: whether to look for them.

    Raises:
        InputError: a name or setting that is wrong, or a seat that it has not.
    """
    plain = load(source)
    scenario = load(source, settings) if settings else plain
    base = build(scenario, plain)
    asked = _Asked(scenario, base, plain, actor, draft, stage, run, runs)
    found = asked.answer()
    if versus:
        other_one = asked.of(member(scenario, base, asked.place, versus), found.run)
        found = _beside(found, other_one)
    if against:
        changed = load(source, (*settings, *against))
        setting = build(changed, plain)
        other = _Asked(changed, setting, plain, actor, found.draft, found.stage, run, runs)
        then = other.answer()
        change = " and ".join(against)
        found = replace(_beside(then, asked.of(found.actor, then.run)), change=change)
        asked = other
    return replace(found, flips=tuple(asked.flips(found, every))) if flips else found


def _beside(one: Why, other: Why) -> Why:
    """One answer beside another, over the runs that both have."""
    common = frozenset(one.account.runs.tolist()) & frozenset(other.account.runs.tolist())
    return replace(one, common=common, other=replace(other, common=common))


@dataclass
class _Asked:
    """One side of a question, and the runs that answer it."""

    scenario: Scenario
    setting: Setting
    base: Scenario
    actor: str
    draft: str
    stage: str
    run: int | None
    runs: int | Sequence[int]

    def __post_init__(self) -> None:
        self.given, self.played = bool(self.stage), 1
        self.place, self.stage = ballot_of(self.scenario, self.setting, self.draft, self.stage)
        self.draft = self.setting.drafts[self.place].label
        self.actor = member(self.scenario, self.setting, self.place, self.actor)

    @cached_property
    def found(self) -> Account:
        """What the runs say, of the more frequent way of deciding.

        Where no stage is asked for, of the last one that half of the runs come to.
        """
        numbers = numbered([self.run] if self.run is not None else self.runs)
        self.played = len(numbers)
        stages = self.setting.forums[self.setting.drafts[self.place].forum].stages
        for stage in [self.stage] if self.given else sorted(stages, key=lambda s: -stages[s]):
            found = accounts.play(self.setting, self.place, stage, numbers.tolist())
            if 2 * sum(len(one.runs) for one in found.values()) >= self.played:
                break
        if not found:
            which = f"run {self.run}" if self.run is not None else "any of these runs"
            raise InputError(f"{self.draft} is not put at {stage} in {which}: it fell before")
        self.stage = stage
        return max(found.values(), key=lambda account: len(account.runs))

    def answer(self) -> Why:
        """The answer for the delegation that is asked about."""
        return self.of(self.actor, self.run)

    def of(self, actor: str, run: int | None) -> Why:
        """The answer for one delegation; ``run``: the one that is shown, if it is told which."""
        account, slot = self.found, self.setting.slot(actor)
        codes = account.decisions[:, slot]
        there = codes[codes != Decision.ABSENT]
        decision = Decision(int(np.bincount(there if len(there) else codes).argmax()))
        told = run is not None and run in account.runs
        shown = run if run is not None and told else _typical(account, slot, decision)
        if self.run is not None:
            decision = Decision(int(codes[0]))
        where = (self.scenario, self.setting, actor, self.draft, self.stage)
        only = self.run is not None
        return Why(*where, account, decision, int(shown), only, asked=self.played)

    def flips(self, found: Why, every: bool) -> list[Flip]:
        """Look for what turns the run that is shown."""
        case = Case(
            *(self.scenario, self.setting, found.run, self.place, self.stage, found.slot),
            self.base,
        )
        at = moment(case)
        listed = levers(case, self._courted(found), self._donors(found, at), self._called)
        return search(case, at, list(listed), ALL if every else MOST, every=every)

    def _called(self, actor: str) -> str:
        return naming.actor(self.scenario, actor)

    def _courted(self, found: Why) -> list[str]:
        moved = found.account.campaigns
        if not moved.shape[1]:
            return []
        mine = moved[found.row, :, found.slot]
        order = np.argsort(mine, kind="stable").tolist()
        ends = [*order[: -COURTED - 1 : -1], *order[:COURTED]]
        return [self.setting.actors[i] for i in dict.fromkeys(ends) if abs(mine[i]) > 1e-3]

    def _donors(self, found: Why, at: Moment) -> dict[str, str]:
        """Who might offer it means: the most capable of those in favour, and of those against."""
        decided, means = found.account.decisions[found.row], self.setting.base_scene.capability
        sides = {"in_favour": Decision.SUPPORT, "against": Decision.OPPOSE}
        best = {}
        for vote, side in sides.items():
            able = np.where(decided == side, means, -1.0)
            able[found.slot] = -1.0
            best[vote] = self.setting.actors[int(able.argmax())] if able.max() > 0 else ""
        return best


def _typical(account: Account, slot: int, decision: Decision) -> int:
    """The run whose support is nearest to the mean of those that decide so."""
    like = account.decisions[:, slot] == decision
    total = account.total[:, slot]
    far = np.where(like, np.abs(total - total[like].mean()), np.inf)
    return int(account.runs[int(far.argmin())])


__all__ = ["Part", "Why", "ballot_of", "flip_data", "member", "why"]
