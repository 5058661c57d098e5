"""What `plenary check` says of a scenario in which nothing is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from sim.scenario import Scenario


def counts(scenario: Scenario) -> dict[str, int]:
    """How much there is of what."""
    kinds = [actor.kind for actor in scenario.actors.values()]
    return {
        "actors": len(kinds),
        "states": kinds.count("state"),
        "issues": len(scenario.issues),
        "forums": len(scenario.forums),
        "drafts": len(scenario.drafts),
        "clauses": sum(len(d.clauses) for d in scenario.drafts.values()),
    }


def lines(scenario: Scenario, doubts: Sequence[str]) -> list[str]:
    """Say ok, how much there is of what, and what may not be meant."""
    said = counts(scenario)
    found = [f"{n} {word if n != 1 else word[:-1]}" for word, n in said.items() if word != "states"]
    found[0] += f" ({said['states']} states)"
    return [f"ok: {scenario.name}: {', '.join(found)}", *(f"warning: {doubt}" for doubt in doubts)]
