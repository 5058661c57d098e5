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
from sim.core.registry import kind_of
from sim.core.setting import Forum, Setting
from sim.forums.decision import Verdict, by_consensus, by_vote, either
from sim.forums.rules import Decision, How
from sim.mechanisms.ballots import counted
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
        The base's outcomes of drafts with the recounted ballots, without what else is at the end
        (such as the status quo), which follows from play; None if no run has a vote to count, or
        others have seats.
    """
    if not len(base.decisions) or base.actors != changed.actors:
        return None
    table = {name: column for name, column in base.table.items() if _stays(name)}
    old = {forum.name: forum for forum in setting.forums}
    any_counted = False
    for forum in recounted_forums(setting, changed):
        for place in forum.drafts:
            recount = _Recount(base, setting, old[forum.name], forum, after)
            label = changed.drafts[place].label
            if (label, next(iter(forum.stages))) in base.ballots:
                table |= recount.of(label)
                any_counted |= recount.counted
    return replace(base, table=table) if any_counted else None


def _stays(column: str) -> bool:
    kind = kind_of(column)
    return kind is None or kind.over.of_draft


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
            sought = self.new.rules.consensus
            columns |= _columns(name, verdict, there & known, adopted, sought)
            asked = there & known & (verdict.blocking > 0)
            existed = self.base.number(f"{name}text_existed")
            columns[f"{name}text_existed"] = np.where(asked, existed, np.nan)
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
            vote = by_vote(said, seats, self.new.vetoes, self.new.weights, rules)
            ballot = either(ballot.adopted, ballot, vote) if rules.consensus else vote
        known = voted | ((ballot.adopted | (not rules.vote)) & rules.consensus)
        return ballot, known


def _columns(
    name: str, verdict: Verdict, there: Bools, adopted: Array, sought: bool
) -> dict[str, Array]:
    return {
        f"{name}adopted": adopted if np.isnan(adopted).any() else adopted == 1,
        f"{name}how": np.where(there, verdict.how, How.NOT_REACHED).astype(np.int8),
        **{name + count: values for count, values in counted(verdict, there, sought)},
    }
