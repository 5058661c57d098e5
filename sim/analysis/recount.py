"""Votes held fixed: what the same decisions come to when they are counted by other rules.

A ballot that was voted on is counted again by the new majority, quorum, vetoes and weights. In
rules that seek consensus, a vote against reads as a block (as in `sim.mechanisms.consensus`), and
where the new rules fall back on a vote, the votes are then counted. A text that was adopted or
blocked without a vote stays as it was if the new rules seek consensus too and do not go on to a
vote; else nobody knows how the room would have voted, and its outcome is not defined.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sim.core.outcomes import Array, Outcomes
from sim.core.setting import Forum, Setting
from sim.forums.decision import Verdict, by_consensus, by_vote
from sim.forums.rules import Decision, How
from sim.mechanisms.ballots import COUNTED
from sim.mechanisms.consensus import in_consensus

Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]

IN_VOTES = (Decision.SUPPORT, Decision.ABSTAIN, Decision.OPPOSE)


def recounted_forums(base: Setting, changed: Setting) -> list[Forum]:
    """Forums of ``changed`` that ``base`` has too, and that decide by other rules there."""
    before = {forum.name: counting(base, forum) for forum in base.forums}
    return [
        forum
        for forum in changed.forums
        if forum.name in before and counting(changed, forum) != before[forum.name]
    ]


def counting(setting: Setting, forum: Forum) -> tuple[object, ...]:
    """What turns decisions into an outcome; who may speak or write, say, is no part of it."""
    rules = forum.rules
    majority = (rules.consensus, rules.vote, rules.majority, rules.more_than, rules.quorum)
    vetoes = {setting.actors[slot] for slot in np.flatnonzero(forum.vetoes)}
    weights = {setting.actors[slot]: forum.weights[slot] for slot in np.flatnonzero(forum.weights)}
    weighed = (rules.weight_share, rules.blocking_minority, weights if rules.weight_share else {})
    return *majority, vetoes, *weighed


def same_votes(one: Outcomes, other: Outcomes) -> bool:
    """Say whether all took the same decisions, run by run where they are kept."""
    return (
        one.ballots == other.ballots
        and np.array_equal(one.counts, other.counts)
        and np.array_equal(one.decisions, other.decisions)
    )


def votes_held_fixed(
    base: Outcomes, setting: Setting, changed: Setting, after: int = 0
) -> Outcomes | None:
    """Count the base's own decisions by the rules of a changed setting.

    Args:
        base: played with every decision kept.
        setting: the base's.
        changed: of the same actors and texts.
        after: the last session that still counts by the base's rules.

    Returns:
        The base's outcomes with the recounted ballots, and without the status quo at the end,
        which follows from play; None if no run has a vote to count, or others have seats.
    """
    if not len(base.decisions) or base.actors != changed.actors:
        return None
    table = {name: c for name, c in base.table.items() if not name.startswith("status_quo.")}
    old = {forum.name: forum for forum in setting.forums}
    counted = False
    for forum in recounted_forums(setting, changed):
        for place in forum.drafts:
            recount = _Recount(base, setting, old[forum.name], forum, after)
            label = changed.drafts[place].label
            if (label, next(iter(forum.stages))) in base.ballots:
                table |= recount.of(label)
                counted |= recount.counted
    return replace(base, table=table) if counted else None


@dataclass
class _Recount:
    base: Outcomes
    setting: Setting
    old: Forum
    new: Forum
    after: int
    counted: bool = False

    def of(self, label: str) -> dict[str, Array]:
        """All stages of one draft, one after the other: what falls at one is not reached later."""
        alive = np.ones(self.base.runs)
        columns: dict[str, Array] = {}
        for stage, session in self.new.stages.items():
            name = f"{label}.{stage}."
            if session <= self.after or (label, stage) not in self.base.ballots:
                alive = self.base.number(f"{name}adopted")
                continue
            verdict, known = self._stage(label, stage, session)
            known &= ~np.isnan(alive)
            there = alive == 1
            adopted = np.where(known, verdict.adopted & there, np.where(alive == 0, 0.0, np.nan))
            self.counted |= bool((known & there).any())
            columns |= _columns(name, verdict, there & known, adopted)
            alive = adopted
        return columns

    def _stage(self, label: str, stage: str, session: int) -> tuple[Verdict, Bools]:
        """The verdict by the new rules, and in which runs they have something to count."""
        place = self.base.ballots.index((label, stage))
        said = np.ascontiguousarray(self.base.decisions[:, place])
        seats = self.new.members & self.setting.scene(session).seated
        voted = np.isin(said, IN_VOTES).any(axis=1) | (not self.old.rules.consensus)
        rules = self.new.rules
        ballot = by_consensus(in_consensus(said), seats, rules)
        if rules.vote:
            counted = by_vote(said, seats, self.new.vetoes, self.new.weights, rules)
            first = ballot.adopted if rules.consensus else np.zeros(len(said), dtype=bool)
            ballot = _either(first, ballot, counted)
        known = voted | ((ballot.adopted | (not rules.vote)) & rules.consensus)
        return ballot, known


def _either(first: Bools, one: Verdict, other: Verdict) -> Verdict:
    chosen = {n: np.where(first, getattr(one, n), getattr(other, n)) for n in vars(one)}
    return Verdict(**chosen)


def _columns(name: str, verdict: Verdict, there: Bools, adopted: Array) -> dict[str, Array]:
    columns: dict[str, Array] = {
        f"{name}adopted": adopted if np.isnan(adopted).any() else adopted == 1,
        f"{name}how": np.where(there, verdict.how, How.NOT_REACHED).astype(np.int8),
    }
    for count in COUNTED:
        columns[name + count] = np.where(there, getattr(verdict, count), 0)
    return columns
