"""What the figures read off the outcomes: one ballot's tallies, likely decisions and chances."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.analysis.tally import UNVOTED as WITHOUT
from sim.analysis.tally import VOTED as BY_VOTE
from sim.analysis.tally import shares_of_how
from sim.analysis.ways import within
from sim.core.outcomes import Outcomes
from sim.core.setting import Draft, Forum, Setting
from sim.forums.rules import Decision, How
from sim.mechanisms.ballots import OBJECTIONS, VOTES
from sim.show import words

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

VOTED = (Decision.SUPPORT, Decision.OPPOSE, Decision.ABSTAIN, Decision.ABSENT)
UNVOTED = (Decision.ACCEPT, Decision.DISSOCIATE, Decision.BLOCK, Decision.ABSENT)
COLUMNS = {  # what is counted of each decision; silence is not
    decision: name
    for decision, said in words.DECISION.items()
    if (name := said.replace(" ", "_")) in (*VOTES, *OBJECTIONS)
}


@dataclass(frozen=True)
class Spread:
    """A number over the runs: its median, and between what 90% of them lie."""

    median: int
    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.low} to {self.high}"


@dataclass(frozen=True)
class Ballot:
    """One draft at one stage, as an ensemble decided it."""

    outcomes: Outcomes
    setting: Setting
    label: str
    stage: str

    @cached_property
    def place(self) -> int:
        """Which of the outcomes' ballots this is."""
        return self.outcomes.ballots.index((self.label, self.stage))

    @cached_property
    def draft(self) -> Draft:
        """The text."""
        return next(d for d in self.setting.drafts if d.label == self.label)

    @property
    def forum(self) -> Forum:
        """The room."""
        return self.setting.forums[self.draft.forum]

    @cached_property
    def members(self) -> Ints:
        """Places of those with a seat, in the order of their ids."""
        scene = self.setting.scene(self.forum.stages[self.stage])
        seats = np.flatnonzero(self.forum.members & scene.seated)
        return np.array(sorted(seats, key=lambda i: self.setting.actors[i]), dtype=np.int64)

    def column(self, name: str) -> Floats:
        """One outcome of this ballot: (runs,)."""
        return self.outcomes.number(f"{self.label}.{self.stage}.{name}")

    @cached_property
    def how(self) -> Ints:
        """How each run decided: (runs,) of How."""
        return self.column("how").astype(np.int64)

    @cached_property
    def adopted(self) -> float:
        """Share of all runs in which the text was adopted here."""
        return float(self.column("adopted").mean())

    @cached_property
    def kinds(self) -> tuple[Decision, ...]:
        """The decisions that were open to delegations in most runs that came this far."""
        voted, unvoted = (np.isin(self.how, ways).sum() for ways in (BY_VOTE, WITHOUT))
        if voted == unvoted:
            return VOTED if self.forum.rules.vote else UNVOTED
        return VOTED if voted > unvoted else UNVOTED

    @property
    def by_vote(self) -> bool:
        """Whether what is shown are votes; else it is what delegations do without one."""
        return self.kinds == VOTED

    @property
    def share_counted(self) -> float:
        """Share of all runs whose tallies are told; 1 where none is decided in another way."""
        here, other = (BY_VOTE, WITHOUT) if self.by_vote else (WITHOUT, BY_VOTE)
        return float(np.isin(self.how, here).mean()) if np.isin(self.how, other).any() else 1.0

    @cached_property
    def adopted_by(self) -> str:
        """In how many runs each way adopted the text; "" unless both did."""
        return words.adopted_by(shares_of_how(self.how))

    @cached_property
    def counted(self) -> Bools:
        """The runs whose tallies are told: (runs,); those that were decided in the same way."""
        unvoted = np.isin(self.how, WITHOUT)
        told: Bools = (self.how != How.NOT_REACHED) & (unvoted == (self.kinds == UNVOTED))
        return told

    def tally(self, kind: Decision) -> Spread:
        """How many delegations decided so."""
        numbers = self._numbers(kind)[self.counted]
        numbers = numbers[~np.isnan(numbers)]
        if not len(numbers):
            return Spread(0, 0, 0)
        low, median, high = np.quantile(numbers, (0.05, 0.5, 0.95), method="inverted_cdf")
        return Spread(int(median), int(low), int(high))

    def _numbers(self, kind: Decision) -> Floats:
        if kind in COLUMNS:
            return self.column(COLUMNS[kind])
        others: Floats = np.nansum([self.column(name) for name in COLUMNS.values()], axis=0)
        return len(self.members) - others

    @cached_property
    def chances(self) -> Floats:
        """How often each member took each of `kinds`: (members, kinds), rows summing to 1 or 0.

        Over the runs that were decided so: who is away from a vote is not away from a consensus.
        """
        counts = within(self.outcomes.counts[self.place], self.by_vote)
        taken = counts[self.members][:, list(self.kinds)]
        shares: Floats = taken / np.maximum(taken.sum(axis=1, keepdims=True), 1)
        return shares

    @cached_property
    def likely(self) -> list[Decision]:
        """What each member most often did; the first of `kinds` where two are as likely."""
        return [self.kinds[k] for k in self.chances.argmax(axis=1)]


def final(outcomes: Outcomes, setting: Setting) -> list[Ballot]:
    """Return each draft's ballot at its last stage, in the order of the drafts."""
    return [
        Ballot(outcomes, setting, draft.label, _last(setting.forums[draft.forum]))
        for draft in setting.drafts
    ]


def _last(forum: Forum) -> str:
    return max(forum.stages, key=lambda stage: forum.stages[stage])


def in_runs(share: float, runs: int) -> str:
    """Say in how many runs: "in 97% of runs", "in all 200 runs", "in no run"; "" for one run."""
    if runs == 1:
        return ""
    hits = round(share * runs)
    if hits in (0, runs):
        return f"in all {runs:,} runs" if hits else f"in none of {runs:,} runs"
    return f"in {words.percent(share)} of runs"
