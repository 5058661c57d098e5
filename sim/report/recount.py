"""A changed rule with the votes held fixed: the same votes counted again, and by how many short."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.analysis.recount import recounted_forums, same_votes
from sim.analysis.spread import Spread, spread
from sim.core.setting import Draft, Forum
from sim.forums.decision import by_vote, needed
from sim.scenario.schema import Outcome
from sim.show import words
from sim.study.run import Run

AS_TABLED = "as_tabled"


def recounted(run: Run, base: Run) -> list[Forum]:
    """Forums of a what-if that count under other rules what delegations vote as before."""
    before = {forum.name: forum.rules.drafting for forum in base.setting.forums}
    return [
        forum
        for forum in recounted_forums(base.setting, run.setting)
        if forum.rules.vote
        and not forum.rules.consensus
        and forum.rules.drafting == before[forum.name] == AS_TABLED
        and same_votes(run.outcomes, base.outcomes)
    ]


def redrafting(run: Run, base: Run) -> str:
    """The setting that lets sponsors write for the new rules, where there was only a recount."""
    forums = recounted(run, base)
    return f"forums.{forums[0].name}.drafting=sponsors" if forums else ""


def sentences(run: Run, base: Run) -> Iterator[str]:
    """Of a recount, say draft by draft by how many votes it carries or falls short."""
    for forum in recounted(run, base):
        for place in forum.drafts:
            yield f"{_of_draft(run, run.setting.drafts[place], forum)}."


def _of_draft(run: Run, draft: Draft, forum: Forum) -> str:
    stage = list(forum.stages)[-1]
    said = f"{draft.label} {stage}: {_simulated(run, draft, stage, forum)}"
    outcome = run.scenario.record.get(draft.label, {}).get(stage)
    return (
        f"{said}; {_on_record(outcome, forum)}"
        if outcome and outcome.in_favour is not None
        else said
    )


def _simulated(run: Run, draft: Draft, stage: str, forum: Forum) -> str:
    """By how much the simulated votes of one stage carry or fall short, reached or not."""
    outcomes = run.outcomes
    if not len(outcomes.decisions):
        return "not counted for so many runs"
    seats = forum.members & run.setting.scene(forum.stages[stage]).seated
    votes = np.ascontiguousarray(
        outcomes.decisions[:, outcomes.ballots.index((draft.label, stage))]
    )
    verdict = by_vote(votes, seats, forum.vetoes, forum.weights, forum.rules)
    short = np.flatnonzero(~verdict.adopted)
    if not len(short):
        return "carries in every run"
    worlds = outcomes.table["world"]
    missing = spread(np.maximum(-verdict.margin[short], 0), worlds[short])
    share = words.percent(len(short) / outcomes.runs)
    return f"falls in {share} of runs, on average {_by(missing)} short"


def _by(missing: Spread) -> str:
    """How many votes are missing: "6 votes (1 to 13)"."""
    least, mean, most = (words.number(n) for n in (missing.low, missing.mean, missing.high))
    return f"{mean} votes" + f" ({least} to {most})" * (least != most)


def _on_record(outcome: Outcome, forum: Forum) -> str:
    in_favour, against = outcome.in_favour or 0, outcome.against or 0
    base = in_favour + against
    if forum.rules.vote == "members":
        base = int(np.count_nonzero(forum.members))
    margin = in_favour - int(needed(np.array([base]), forum.rules)[0])
    return f"the recorded votes would {'carry' if margin >= 0 else f'fall {-margin} short'}"
