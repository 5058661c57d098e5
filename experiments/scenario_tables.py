"""The tables of docs/scenarios.md: what was recorded, what the model gives, and baselines.

    python experiments/scenario_tables.py docs/scenarios.md README.md

runs the four shipped scenarios as they are, and the two that decide by consensus on a small
grid (see consensus_ridge.py), and writes the tables anew between the marks in those files.
Without a file they are printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import consensus_ridge as ridge
import numpy as np
from pages import parser, publish

import sim
from sim import record
from sim.analysis.skill import Scored, skill
from sim.core.outcomes import Outcomes
from sim.forums.rules import Decision, How
from sim.mechanisms.ballots import VOTES as COUNTED
from sim.scenario import Scenario
from sim.scenario.schema import Outcome

VOTES, TEXTS = ("rival-resolutions-2018", "cybercrime-2019"), ridge.SCENARIOS
CRIME, PLENARY = "cybercrime-2019", "plenary"
ORDER = [Decision.SUPPORT, Decision.ABSTAIN, Decision.OPPOSE, Decision.ABSENT]
TALLY_HEAD = (
    "| text | stage | | in favour | against | abstaining | not voting | adopted |",
    "|---|---|---|---|---|---|---|---|",
)
SCORE_HEAD = (
    "| text | states | model | one cut | largest category | last vote | Brier score of the model |",
    "|---|---|---|---|---|---|---|",
)
RULE_HEAD = (
    "| majority | text | value on CRIME | carried in committee | in plenary |",
    "|---|---|---|---|---|",
)
CLAUSE_HEAD = (
    "| scenario | clause | before | tabled | came out |",
    "|---|---|---|---|---|",
)


def tallies(outcomes: Outcomes, scenario: Scenario) -> Iterator[str]:
    """Give two rows a ballot: recorded, and simulated over the runs that came to it."""
    for draft, stage in outcomes.ballots:
        outcome = scenario.record[draft][stage]
        yield f"| {draft} | {stage} | recorded | {_recorded(outcome)} |"
        yield f"| | | model | {_simulated(outcomes, draft, stage)} |"


def _recorded(outcome: Outcome) -> str:
    counts = " | ".join(str(getattr(outcome, name)) for name in COUNTED)
    return f"{counts} | {'yes' if outcome.adopted else 'no'}"


def _simulated(outcomes: Outcomes, draft: str, stage: str) -> str:
    told = [_range(outcomes.number(f"{draft}.{stage}.{c}")) for c in COUNTED]
    adopted = outcomes.number(f"{draft}.{stage}.adopted").mean()
    return " | ".join([*told, f"{adopted:.0%} of runs"])


def _range(values: np.ndarray) -> str:
    low, middle, high = np.nanpercentile(values, (5, 50, 95))
    return f"{middle:.0f} ({low:.0f} to {high:.0f})"


def scores(outcomes: Outcomes, scenario: Scenario) -> Iterator[str]:
    """Give a row a text: three-way accuracy among states that voted, beside its baselines."""
    for scored in skill(scenario, outcomes):
        beside = [_beside(scored, word) for word in ("cut", "majority", "last vote")]
        cells = [str(scored.scores.voted), f"**{scored.scores.accuracy:.2f}**", *beside]
        cells.append(f"{scored.scores.brier:.2f}")
        yield f"| {scored.draft} | {' | '.join(cells)} |"


def _beside(scored: Scored, word: str) -> str:
    found = [b.scores.accuracy for b in scored.baselines if word in b.baseline]
    return f"{found[0]:.2f}" if found else "none"


def clauses(name: str, outcomes: Outcomes, scenario: Scenario) -> Iterator[str]:
    """Give a row a clause: the status quo, the draft, and what came out, on 0-100."""
    for draft in scenario.record:
        for label, clause in scenario.draft(draft).clauses.items():
            out = 100 * outcomes.number(f"{draft}.{label}.value")
            scale = f"{scenario.issues[clause.issue].status_quo:g} | {clause.value:g}"
            yield f"| {name} | {label} ({clause.issue}) | {scale} | {_range(out)} |"


def grid(name: str, points: Sequence[ridge.Point]) -> Iterator[str]:
    """Give the share of runs in which the text is adopted: rows insistence, columns cost."""
    costs = sorted({p.blocking_cost for p in points})
    yield f"| {name}: phi \\ k0 | {' | '.join(f'{c:g}' for c in costs)} |"
    yield "|---" * (len(costs) + 1) + "|"
    for share in sorted({p.insistence for p in points}):
        row = [p for p in points if p.insistence == share]
        yield f"| {share:g} | {' | '.join(f'{p.adopted:.0%}' for p in row)} |"


def both(outcomes: Outcomes) -> Iterator[str]:
    """Say how many states are for both rivals in plenary, recorded and simulated."""
    votes, rivals = record.votes(), ("73/27", "73/266")
    known = np.logical_and.reduce([votes.of(r) == record.IN_FAVOUR for r in rivals]).sum()
    places = [outcomes.ballots.index((r, PLENARY)) for r in rivals]
    reached = np.logical_and.reduce(
        [outcomes.number(f"{r}.{PLENARY}.how") != How.NOT_REACHED for r in rivals]
    )
    for_both = (outcomes.decisions[:, places] == Decision.SUPPORT).all(axis=1).sum(axis=1)
    yield "| in favour of both 73/27 and 73/266, in plenary | |"
    yield "|---|---|"
    yield f"| recorded | {known} |"
    yield f"| model | {_range(for_both[reached])} |"


def rules(runs: int) -> Iterator[str]:
    """Give a row a rule and way of drafting of cybercrime-2019: what is asked for, and carried."""
    yield from RULE_HEAD
    for majority_rule in ("simple", "two_thirds"):
        for drafting in ("as_tabled", "sponsors"):
            said = {"majority": majority_rule, "drafting": drafting}
            settings = [f"forums.general_assembly.{k}={v}" for k, v in said.items()]
            cells = " | ".join(word.replace("_", " ") for word in said.values())
            yield f"| {cells} | {_asked(sim.run(CRIME, runs, settings=settings))} |"


def _asked(outcomes: Outcomes) -> str:
    draft, text = "74/247", sim.load(CRIME).draft("74/247")
    asking = [c for c, clause in text.clauses.items() if clause.issue == "CRIME"]
    value = 100 * np.mean([outcomes.number(f"{draft}.{c}.value") for c in asking], axis=0)
    carried = [outcomes.number(f"{draft}.{s}.adopted").mean() for s in ("committee", PLENARY)]
    return " | ".join([_range(value), *(f"{share:.0%}" for share in carried)])


def tables(runs: int, steps: int) -> dict[str, list[str]]:
    """Make every table, by its mark."""
    made: dict[str, list[str]] = {"clauses": [*CLAUSE_HEAD]}
    for name in (*VOTES, *TEXTS):
        scenario, outcomes = sim.load(name), sim.run(name, runs)
        if name in VOTES:
            made[f"tallies {name}"] = [*TALLY_HEAD, *tallies(outcomes, scenario)]
            made[f"scores {name}"] = [*SCORE_HEAD, *scores(outcomes, scenario)]
        else:
            made["clauses"] += clauses(name, outcomes, scenario)
            made[f"grid {name}"] = list(grid(name, list(ridge.grid(name, steps, runs))))
    made["both rival-resolutions-2018"] = list(both(sim.run("rival-resolutions-2018", runs)))
    made["rules cybercrime-2019"] = list(rules(runs))
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables, or write them into files that mark their places."""
    asked = parser(__doc__)
    asked.add_argument("--runs", type=int, default=200)
    asked.add_argument("--steps", type=int, default=5, help="values of each parameter")
    said = asked.parse_args(arguments)
    publish(tables(said.runs, said.steps), said.files)


if __name__ == "__main__":
    main()
