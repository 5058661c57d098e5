"""How well the runs call recorded votes, beside baselines that know no model.

Every baseline is scored like the runs, as chances of in favour, abstaining and against (one of
them 1), over the states for which it can say something:

- *majority class*: the largest recorded category, for all. It knows the result beforehand.
- *one cut on earlier ideal points*: two cut points on the annual ideal points, fitted on the last
  vote with two sides (on the topic, or else on any), used with the points of the year before,
  and turned about where a text's own sponsors would be called against it.
- *last vote in the series*: what each state did on the series' last text.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim import record
from sim.analysis.panel import panel
from sim.analysis.scores import ORDER, Scores, calls, cut, score
from sim.analysis.ways import counted, runs_of, share_of
from sim.core.outcomes import Outcomes
from sim.forums.rules import Decision
from sim.record import NO_SEAT, Codes, Votes
from sim.scenario import Scenario

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

AS_SCORED = [Decision.SUPPORT, Decision.ABSTAIN, Decision.OPPOSE, Decision.ABSENT]
SIDE = 0.05  # of all states: fewer in favour, or against, are no side
EQUAL = 0.005  # accuracies nearer than this are called the same
WIDE = 1.96  # errors to either side that make an interval of 95%


@dataclass(frozen=True)
class Skill:
    """The scores of one baseline, and of the runs on the same states."""

    baseline: str
    scores: Scores
    runs: Scores
    error: float = 0.0  # of the difference of accuracies, state by state

    def verdict(self) -> str:
        """Say what the runs add to this baseline: "better", "the same", "worse", or "untold".

        It is untold where the 95% interval of the difference in accuracy, state by state, holds
        zero; "" where nothing is known.
        """
        ahead = self.runs.accuracy - self.scores.accuracy
        if math.isnan(ahead):  # on no state do both say something that is on record
            return ""
        if abs(ahead) < EQUAL:
            return "the same"
        if not abs(ahead) > WIDE * self.error:
            return "untold"
        return "better" if ahead > 0 else "worse"


@dataclass(frozen=True)
class Scored:
    """One ballot on record: the scores of the runs over all states, and every baseline.

    Only runs that came to a vote are held against recorded votes.
    """

    draft: str
    stage: str
    scores: Scores
    baselines: tuple[Skill, ...]
    voted: float = 1.0  # share of runs that came to a vote


def skill(scenario: Scenario, outcomes: Outcomes) -> list[Scored]:
    """Score every ballot for which each state's vote is on record, if any run came to a vote."""
    found = [
        _scored(scenario, outcomes, draft, stage, record.votes(outcome.votes))
        for draft, stages in scenario.record.items()
        for stage, outcome in stages.items()
        if outcome.votes and (draft, stage) in outcomes.ballots
    ]
    return [scored for scored in found if scored.voted]


def _scored(scenario: Scenario, outcomes: Outcomes, draft: str, stage: str, votes: Votes) -> Scored:
    codes = on_axis(outcomes.actors, votes.states, votes.of(draft))
    counts = counted(outcomes, draft, stage, by_vote=True)
    chances: Floats = counts[:, AS_SCORED] / max(runs_of(counts), 1)
    found = [
        Skill(
            name,
            score(said[usable], codes[usable]),
            score(chances[usable], codes[usable]),
            _error(said[usable], chances[usable], codes[usable]),
        )
        for name, said in _baselines(scenario, outcomes, draft, votes, codes)
        for usable in [~np.isnan(said[:, 0]) & (np.abs(codes) <= 1)]
    ]
    voted = share_of(outcomes, draft, stage, by_vote=True)
    return Scored(draft, stage, score(chances, codes), tuple(found), voted)


def _error(baseline: Floats, runs: Floats, codes: Codes) -> float:
    """The error of the difference in accuracy, over states that are called by both: (states, .)."""
    if len(codes) < 2:
        return math.inf
    right = [(calls(chances) == codes).astype(np.float64) for chances in (runs, baseline)]
    return float((right[0] - right[1]).std(ddof=1) / math.sqrt(len(codes)))


def on_axis(actors: tuple[str, ...], states: tuple[str, ...], codes: Codes) -> Codes:
    """Put the votes of ``states`` on an axis of actors, (actors,); no seat for who is not there."""
    said = dict(zip(states, codes.tolist(), strict=True))
    return np.array([said.get(actor, NO_SEAT) for actor in actors], dtype=np.int8)


def _baselines(
    scenario: Scenario, outcomes: Outcomes, draft: str, votes: Votes, codes: Codes
) -> Iterator[tuple[str, Floats]]:
    yield "majority class", certain(largest(codes))
    until = scenario.date or votes.dates[votes.column[draft]]
    known = votes.before(until)
    fitted_on = last_contested(known, votes.topics[votes.column[draft]])
    if fitted_on:
        sponsors = np.isin(outcomes.actors, scenario.drafts[draft].sponsors)
        yield (
            f"one cut, fitted on {fitted_on}",
            certain(by_cut(outcomes.actors, known, fitted_on, until, sponsors)),
        )
    last = last_text(scenario, known, draft)
    if last:
        yield (
            f"last vote, {last}",
            certain(on_axis(outcomes.actors, known.states, known.of(last))),
        )


def largest(codes: Codes) -> Codes:
    """Call all what most of those on record did, (actors,): it knows the result."""
    counts = [(codes == c).sum() for c in ORDER]
    return np.full(len(codes), ORDER[int(np.argmax(counts))])


def last_contested(known: Votes, topic: str) -> str:
    """The last vote on a topic with both sides in it, or the last on any; "" if none had."""
    divided = [r for r in known.resolutions if min(known.tally(r)[:2]) >= SIDE * len(known.states)]
    alike = [r for r in divided if known.topics[known.column[r]] == topic]
    return (alike or divided or [""])[-1]


def last_text(scenario: Scenario, known: Votes, draft: str) -> str:
    """The text of the draft's series that was last voted on, or "" if there is none."""
    said = [label for label in scenario.drafts[draft].series if label in known.column]
    return said[-1] if said else ""


def certain(calls: Codes) -> Floats:
    """Chances of a call: 1 for what is called, nan where nothing is."""
    chances: Floats = (calls[:, None] == ORDER).astype(np.float64)
    chances[np.abs(calls) > 1] = np.nan
    return chances


def by_cut(
    actors: tuple[str, ...], known: Votes, label: str, until: dt.date, sponsors: Bools
) -> Codes:
    """Call votes by a cut from an earlier vote, turned about if sponsors would be against."""
    when = known.dates[known.column[label]]
    fitted = cut(points(known.states, when.year - 1), known.of(label))
    calls = fitted.calls(points(actors, until.year - 1))
    said = calls[sponsors & (np.abs(calls) <= 1)]
    turned = np.where(np.abs(calls) <= 1, -calls, calls).astype(np.int8)
    return turned if said.sum() < 0 else calls


def points(actors: tuple[str, ...], year: int) -> Floats:
    """Annual ideal points (actors,), of the last year tabled if ``year`` is later; nan if none."""
    return panel().at(actors, year)
