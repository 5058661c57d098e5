"""What came of an ensemble: a row of outcomes a run, and how often each delegation did what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.core.gain import shares
from sim.core.setting import Draft, Setting
from sim.core.world import Ballot, World
from sim.forums.rules import Decision, How

Array = npt.NDArray[np.generic]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]

COUNTS = ("in_favour", "against", "abstaining", "not_voting", "blocking", "dissociating", "margin")


@dataclass
class Outcomes:
    """What an ensemble, or a part of one, returns.

    `table` has a column per outcome, each (runs,): first `run` and `world`, then for every
    ballot DRAFT.STAGE.{adopted, how, in_favour, against, abstaining, not_voting, blocking,
    dissociating, margin, text_existed}, for every clause DRAFT.CLAUSE.value (on 0-1, the
    status quo where the clause fell), DRAFT.retained, DRAFT.cosponsors, and for every issue
    status_quo.ISSUE at the end.
    """

    ballots: tuple[tuple[str, str], ...]  # (draft, stage)
    actors: tuple[str, ...]
    table: dict[str, Array]
    counts: Ints  # (ballots, actors, decisions): in how many runs
    sides: Ints  # (ballots, actors, 4): in how many runs it blocked, and why
    decisions: Codes  # (runs, ballots, actors) if kept, else no rows
    story: dict[
        str, Floats
    ]  # draft -> (sessions drafted, runs or fewer, clauses), in 0-1, nan: bracketed

    @property
    def runs(self) -> int:
        """How many runs."""
        return len(self.table["run"])

    def number(self, column: str) -> Floats:
        """One outcome as floats: (runs,)."""
        return self.table[column].astype(np.float64)

    def chances(self, draft: str, stage: str) -> Floats:
        """How often each delegation took each decision: (actors, 7), rows summing to 1."""
        counted = self.counts[self.ballots.index((draft, stage))]
        share: Floats = counted / self.runs
        return share


STORY_RUNS = 256  # runs of which the drafting is told round by round, so that memory stays flat


def collect(setting: Setting, world: World, keep: bool) -> Outcomes:
    """Read off a world at its end; ``keep`` also keeps every decision of every run."""
    ballots = [world.ballots[key] for key in setting.ballots]
    names = tuple((setting.drafts[d].label, stage) for d, stage in setting.ballots)
    table: dict[str, Array] = {"run": world.runs, "world": world.which}
    for (label, stage), ballot in zip(names, ballots, strict=True):
        table.update(_of_ballot(f"{label}.{stage}.", ballot))
    for place, draft in enumerate(setting.drafts):
        table.update(_of_text(setting, world, place, draft))
    for place, issue in enumerate(setting.issues):
        table[f"status_quo.{issue}"] = np.ascontiguousarray(world.status_quo[:, place])
    decided = np.stack([b.decisions for b in ballots], axis=1)
    story = {
        draft.label: np.stack([np.where(p.active, p.value, np.nan) for p in pages])
        for draft, pages in zip(setting.drafts, world.pages, strict=True)
        if pages
    }
    return Outcomes(
        ballots=names,
        actors=setting.actors,
        table=table,
        counts=_how_often(decided, len(Decision)),
        sides=_how_often(np.stack([b.sides for b in ballots], axis=1), 4),
        decisions=decided if keep else decided[:0],
        story=story,
    )


def join(parts: Iterable[Outcomes]) -> Outcomes:
    """Put the parts of an ensemble together, in the order given; counts are added as they come."""
    parts = iter(parts)
    first = next(parts)
    counts, sides = first.counts.copy(), first.sides.copy()
    tables, decisions, stories = [first.table], [first.decisions], [first.story]
    told = len(first.table["run"])
    for part in parts:
        counts += part.counts
        sides += part.sides
        tables.append(part.table)
        decisions.append(part.decisions)
        if told < STORY_RUNS:
            stories.append(part.story)
        told += part.runs
    return Outcomes(
        ballots=first.ballots,
        actors=first.actors,
        table={name: np.concatenate([t[name] for t in tables]) for name in first.table},
        counts=counts,
        sides=sides,
        decisions=np.concatenate(decisions),
        story={
            k: np.concatenate([s[k] for s in stories], axis=1)[:, :STORY_RUNS] for k in first.story
        },
    )


def _of_ballot(prefix: str, ballot: Ballot) -> dict[str, Array]:
    verdict = ballot.verdict
    reached = verdict.how != How.NOT_REACHED
    columns: dict[str, Array] = {f"{prefix}adopted": verdict.adopted, f"{prefix}how": verdict.how}
    for name in COUNTS:
        columns[prefix + name] = np.where(reached, getattr(verdict, name), 0)
    columns[f"{prefix}text_existed"] = ballot.text_existed
    return columns


def _of_text(setting: Setting, world: World, place: int, draft: Draft) -> dict[str, Array]:
    value, active = world.value[place], world.active[place]
    before = np.take(setting.status_quo, draft.issue)
    stands = np.where(active, value, before)
    columns: dict[str, Array] = {
        f"{draft.label}.{clause}.value": np.ascontiguousarray(stands[:, c])
        for c, clause in enumerate(draft.clauses)
    }
    tabled = np.take(setting.worlds.values[place], world.which, axis=0)
    columns[f"{draft.label}.retained"] = retained(draft, before, tabled, value, active)
    columns[f"{draft.label}.cosponsors"] = np.count_nonzero(world.sponsors[place], axis=1)
    return columns


def retained(
    draft: Draft, before: Floats, tabled: Floats, value: Floats, active: npt.NDArray[np.bool_]
) -> Floats:
    """How much of the draft's change is left in the text: (runs,), 1 all of it, 0 none.

    Each clause counts by its share of its issue and keeps as much as it still moves the status
    quo in the direction in which it was tabled; going further than tabled keeps 1, not more.
    """
    asked = tabled - before
    got = np.where(active, value - before, 0.0)
    kept = np.where(asked == 0, active, np.clip(got / np.where(asked == 0, 1.0, asked), 0.0, 1.0))
    weight = shares(draft.issue, draft.weight)
    total: Floats = (kept * weight).sum(axis=1) / weight.sum()
    return total


def _how_often(codes: Codes, kinds: int) -> Ints:
    return np.stack([(codes == kind).sum(axis=0) for kind in range(kinds)], axis=-1).astype(
        np.int64
    )
