"""What each delegation did on the record: per ballot of a scenario, actor by actor."""

from __future__ import annotations

from pathlib import Path

from sim import record
from sim.forums.rules import Decision
from sim.scenario import Scenario
from sim.scenario.schema import Outcome

Ballot = tuple[str, str]

READ = {
    record.IN_FAVOUR: Decision.SUPPORT,
    record.AGAINST: Decision.OPPOSE,
    record.ABSTAINING: Decision.ABSTAIN,
    record.NOT_VOTING: Decision.ABSENT,
}


def recorded(scenario: Scenario) -> dict[Ballot, dict[str, Decision]]:
    """Read who decided what, (draft, stage) -> actor -> decision, where the scenario's record says.

    Votes come from the table that the record names; of a consensus it says who dissociated.
    A state with no seat then is left out.
    """
    found: dict[Ballot, dict[str, Decision]] = {}
    for draft, stages in scenario.record.items():
        for stage, outcome in stages.items():
            said = dict.fromkeys(outcome.dissociated, Decision.DISSOCIATE)
            if outcome.votes:
                said |= _votes(outcome.votes, draft)
            if said:
                found[draft, stage] = {a: d for a, d in said.items() if a in scenario.actors}
    return found


def by_vote(outcome: Outcome) -> bool | None:
    """Whether a draft was put to a vote on record; None where the record does not say how."""
    if outcome.votes or outcome.in_favour is not None or outcome.against is not None:
        return True
    if outcome.dissociated or "consensus" in outcome.how or "without" in outcome.how:
        return False
    return True if "vote" in outcome.how else None


def _votes(file: Path, draft: str) -> dict[str, Decision]:
    votes = record.votes(file)
    cast = zip(votes.states, votes.of(draft), strict=True)
    return {state: READ[code] for state, code in cast if code in READ}
