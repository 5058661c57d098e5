"""What really happened, as the figures set it beside the simulation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.analysis.recorded import by_vote, recorded
from sim.forums.rules import Decision
from sim.scenario import Scenario
from sim.scenario.schema import Outcome


@dataclass(frozen=True)
class Recorded:
    """The record of one draft at one stage; what it does not say is empty or None."""

    votes: Mapping[str, Decision] = field(default_factory=dict)  # by actor
    tally: Mapping[Decision, int] = field(default_factory=dict)
    adopted: bool | None = None
    by_vote: bool | None = None  # whether it was put to a vote


def records(scenario: Scenario) -> dict[tuple[str, str], Recorded]:
    """Read a scenario's record: (draft, stage) -> what happened.

    Raises:
        InputError: a table of votes cannot be read or does not hold the draft.
    """
    votes = recorded(scenario)
    return {
        (draft, stage): Recorded(
            _with_silence(scenario, draft, outcome, votes.get((draft, stage), {})),
            _tally(outcome),
            outcome.adopted,
            by_vote(outcome),
        )
        for draft, stages in scenario.record.items()
        for stage, outcome in stages.items()
    }


def _with_silence(
    scenario: Scenario, draft: str, outcome: Outcome, said: Mapping[str, Decision]
) -> Mapping[str, Decision]:
    """Who said nothing accepted, where a text was adopted by consensus."""
    if not (outcome.how == "consensus" and outcome.adopted):
        return said
    members = scenario.forums[scenario.forum_of(draft)].members
    return dict.fromkeys(members, Decision.ACCEPT) | dict(said)


def _tally(outcome: Outcome) -> dict[Decision, int]:
    told = {
        Decision.SUPPORT: outcome.in_favour,
        Decision.OPPOSE: outcome.against,
        Decision.ABSTAIN: outcome.abstaining,
        Decision.ABSENT: outcome.not_voting,
        Decision.DISSOCIATE: len(outcome.dissociated) or None,
    }
    return {kind: number for kind, number in told.items() if number is not None}
