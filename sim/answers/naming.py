"""How answers name things: terms, clauses, levers and decisions, in words that fit a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sim.answers.accounts import BIND, INSISTED, NOISE, SURPRISE, Named
from sim.answers.levers import Lever
from sim.core.registry import mechanisms
from sim.forums.rules import Decision
from sim.scenario import Scenario
from sim.show import words

LONGEST = 48  # characters of a name
GIST = 46  # characters of a clause's words that go into a sentence
VERBS: dict[Decision, tuple[str, str]] = {  # what it does, and what it would do
    Decision.SUPPORT: ("votes in favour of", "vote in favour"),
    Decision.ACCEPT: ("accepts", "accept it"),
    Decision.DISSOCIATE: ("joins, and reserves its position on,", "join and reserve its position"),
    Decision.ABSTAIN: ("abstains on", "abstain"),
    Decision.OPPOSE: ("votes against", "vote against"),
    Decision.BLOCK: ("blocks", "block it"),
    Decision.ABSENT: ("stays away from the vote on", "stay away"),
}


def gist(text: str, width: int = GIST) -> str:
    """The first part of what a text says, up to a comma, colon or bracket; whole words only."""
    first = re.split(r"[,;:(]", text, maxsplit=1)[0].strip()
    kept: list[str] = []
    for word in first.split():
        if kept and len(" ".join([*kept, word])) > width:
            break
        kept.append(word)
    while len(kept) > 1 and kept[-1] in _LOOSE:
        kept.pop()
    return " ".join(kept)


_LOOSE = {"a", "an", "the", "of", "on", "in", "to", "for", "with", "by", "as", "at", "from", "are"}


def actor(scenario: Scenario, id_: str) -> str:
    """Name an actor for readers."""
    return words.called(id_, scenario.actors[id_].name, LONGEST)


def issue(scenario: Scenario, code: str) -> str:
    """Name an issue by its code and what its high end stands for."""
    return f"{code} (100: {gist(scenario.issues[code].high)})"


def clause(scenario: Scenario, draft: str, label: str) -> str:
    """Name a clause by its label and the gist of its words, where it has any."""
    said = gist(scenario.draft(draft).clauses[label].words)
    return f"{label} ({said})" if said else label


def term(scenario: Scenario, draft: str, named: Named, campaigners: Sequence[str] = ()) -> str:
    """Name a term in words; of lobbying, by whom."""
    owner, name = named
    if name in (SURPRISE, NOISE) and owner == "voting":
        return {SURPRISE: "chance: how the text strikes all", NOISE: "chance: its own"}[name]
    if owner in ("voting", "objections") and name in scenario.draft(draft).clauses:
        return clause(scenario, draft, name)
    if name == INSISTED:
        return "what it asked for and insists on"
    mechanism = next((m for m in mechanisms() if m.name == owner), None)
    said = mechanism.terms.get(name) if mechanism else None
    said = said or (f"what {owner.replace('_', ' ')} binds" if name == BIND else name)
    if owner == "lobbying" and campaigners:
        rest = len(campaigners) - 2
        by = [*(actor(scenario, id_) for id_ in campaigners[:2])]
        return f"{said} by {words.both([*by, f'{rest} more'] if rest > 0 else by)}"
    return said


def lever(scenario: Scenario, of: Lever) -> str:
    """Name a lever within a sentence."""
    match of.kind:
        case "position":
            return f"its position on {issue(scenario, of.names[1])}"
        case "salience":
            return f"how much it cares about {issue(scenario, of.names[1])}"
        case "clause":
            return f"clause {clause(scenario, *of.names)} of {of.names[0]}"
        case "parameter":
            return f"{of.says} ({of.names[0]})"
    return of.says


def holder(scenario: Scenario, of: Lever) -> str:
    """Who holds a lever."""
    if not of.holder:
        return "nobody holds it"
    return (
        "its sponsors hold it" if of.kind == "clause" else f"held by {actor(scenario, of.holder)}"
    )


def amount(value: float) -> str:
    """A number of a lever, with three figures that matter."""
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}"
    text = f"{value:.1f}" if abs(value) >= 10 else f"{value:.2g}"
    return text.removesuffix(".0")
