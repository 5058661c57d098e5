"""What really happened, as the figures set it beside the simulation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sim import record
from sim.forums.rules import Decision
from sim.scenario import Scenario
from sim.scenario.schema import Outcome

READ = {
    record.IN_FAVOUR: Decision.SUPPORT,
    record.AGAINST: Decision.OPPOSE,
    record.ABSTAINING: Decision.ABSTAIN,
    record.NOT_VOTING: Decision.ABSENT,
}


@dataclass(frozen=True)
class Recorded:
    """The record of one draft at one stage; what it does not say is empty or None."""

    votes: Mapping[str, Decision] = field(default_factory=dict)  # by actor
    tally: Mapping[Decision, int] = field(default_factory=dict)
    adopted: bool | None = None


Records = Mapping[tuple[str, str], Recorded]


def records(scenario: Scenario) -> dict[tuple[str, str], Recorded]:
    """Read a scenario's record: (draft, stage) -> what happened.

    Raises:
        InputError: a table of votes cannot be read or does not hold the draft.
    """
    return {
        (draft, stage): recorded(scenario, draft, outcome)
        for draft, stages in scenario.record.items()
        for stage, outcome in stages.items()
    }


def recorded(scenario: Scenario, draft: str, outcome: Outcome) -> Recorded:
    """Read one outcome of a scenario's record, with each state's vote where there is a table."""
    votes = _votes(outcome.votes, draft) if outcome.votes else {}
    votes |= dict.fromkeys(outcome.dissociated, Decision.DISSOCIATE)
    if outcome.how == "consensus" and outcome.adopted:
        members = scenario.forums[scenario.forum_of(draft)].members
        votes = dict.fromkeys(members, Decision.ACCEPT) | votes
    return Recorded(votes, _tally(outcome), outcome.adopted)


def _votes(file: Path, draft: str) -> dict[str, Decision]:
    table = record.votes(file)
    cast = zip(table.states, table.of(draft), strict=True)
    return {state: READ[int(code)] for state, code in cast if int(code) in READ}


def _tally(outcome: Outcome) -> dict[Decision, int]:
    told = {
        Decision.SUPPORT: outcome.in_favour,
        Decision.OPPOSE: outcome.against,
        Decision.ABSTAIN: outcome.abstaining,
        Decision.ABSENT: outcome.not_voting,
        Decision.DISSOCIATE: len(outcome.dissociated) or None,
    }
    return {kind: number for kind, number in told.items() if number is not None}
