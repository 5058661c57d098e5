"""A whip's list as lines of a page: what it takes, who is nearest, and at what price."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.answers import naming
from sim.answers.whip import Coalition, Target, Whip
from sim.forums.rules import Decision
from sim.report.parts import Grid
from sim.report.text import HIGH, aligned
from sim.show import words
from sim.show.words import number, percent, sentence

LISTED = 10  # delegations on the first screen
TIES = 28  # columns for those it has ties to
NAMED = 6  # of a set, before the rest is counted
CAVEAT = "This is of the model's runs. A set is found by counting again, then played again."
KEY = "needs: the push it lacks, in the unit of support, where it is not there yet."


def lines(whip: Whip, *, full: bool = False, files: tuple[str, ...] = ()) -> list[str]:
    """Tell a list: on one screen, or in ``full``."""
    first = [line for said in sentences(whip) for line in sentence(said)]
    last = [*sentence(KEY), *sentence(CAVEAT), *(f"Written: {file}" for file in files)]
    room = len(whip.targets) if full else max(3, min(LISTED, HIGH - len(first) - len(last) - 4))
    table = aligned(grid(whip, room))
    while not full and room > 1 and len(first) + len(table) + len(last) + 1 > HIGH:
        room -= 1
        table = aligned(grid(whip, room))
    return [*first, "", *table, *last]


def sentences(whip: Whip) -> Iterator[str]:
    """What becomes of it now; what it takes; who is nearest, and what wins it."""
    what = words.ballot(whip.draft, whip.stage)
    worlds = words.counted(whip.worlds, "world")
    yield f"{what} carries in {percent(whip.adopted)} of {worlds}."
    yield " ".join(_set(whip, one) for one in whip.sets)
    yield nearest(whip)


def _set(whip: Whip, one: Coalition) -> str:
    do = "carry" if whip.side == "carry" else "defeat"
    where = f"to {do} it in {percent(one.share)} of worlds"
    if one.members is None:
        most = percent(one.counted)
        return f"Nobody can be turned {where}: all together, that comes to {most}."
    if not one.members:
        return f"{words.first_up(where)}, nobody need be turned."
    named = [naming.actor(whip.scenario, actor) for actor in one.members]
    verb = f"takes {words.counted(len(named), 'delegation')}: {words.some(named, NAMED)}"
    return f"{words.first_up(where)} {verb} (played again: {percent(one.played)})."


def nearest(whip: Whip) -> str:
    """Name the nearest delegation whose flip somebody holds, and what that costs elsewhere."""
    priced = [target for target in whip.targets if target.flip]
    if not priced:
        return "Of the nearest, no one change that somebody holds turns any."
    target = min(priced, key=lambda one: one.flip.size if one.flip else 0.0)
    flip = target.flip
    assert flip is not None
    who, name = naming.actor(whip.scenario, target.actor), naming.lever(whip.scenario, flip.lever)
    of = f"with {name} at {naming.amount(flip.value)} instead of {naming.amount(flip.now)}"
    by = naming.holder(whip.scenario, flip.lever)
    to = naming.VERBS[flip.becomes][1]
    held = "" if by in name else f" ({by})"
    return f"Of the nearest, {who} is had most cheaply: {of}{held}, it would {to}.{_cost(target)}"


def _cost(target: Target) -> str:
    if target.elsewhere is None:
        return ""
    e = target.elsewhere
    lost = f"{number(e.lost, 1)} other votes lost, {number(e.won, 1)} won"
    sponsors = f", {number(e.sponsors, 1)} sponsors lost" if e.sponsors > 0.05 else ""
    return f" Elsewhere: {lost}{sponsors}."


def grid(whip: Whip, most: int) -> Grid:
    """The nearest delegations, with the chance of each decision, price and ties."""
    consensus = whip.account.by_consensus
    kinds = (
        (Decision.ACCEPT, Decision.DISSOCIATE, Decision.BLOCK)
        if consensus
        else (Decision.SUPPORT, Decision.ABSTAIN, Decision.OPPOSE)
    )
    said = {Decision.DISSOCIATE: "reserves", Decision.SUPPORT: "yes", Decision.OPPOSE: "no"}
    heads = (said.get(kind, words.DECISION[kind].removesuffix("ing")) for kind in kinds)
    rows = (
        (
            naming.actor(whip.scenario, target.actor),
            *(percent(target.chances.get(kind, 0.0)) for kind in kinds),
            number(target.needs, 3 if consensus else 1),
            _friends(whip, target),
        )
        for target in whip.targets[:most]
    )
    return Grid("", ("delegation", *heads, "needs", "has ties to"), tuple(rows))


def _friends(whip: Whip, target: Target) -> str:
    named = [naming.actor(whip.scenario, actor) for actor in target.friends]
    both = words.both(named[:2])
    return (both if len(both) <= TIES else "".join(named[:1])) or "nobody on that side"


def data(whip: Whip) -> dict[str, Any]:
    """A list as data."""
    return {
        "kind": "whip",
        "scenario": whip.scenario.name,
        "draft": whip.draft,
        "stage": whip.stage,
        "side": whip.side,
        "by_consensus": whip.account.by_consensus,
        "runs": whip.runs,
        "worlds": whip.worlds,
        "adopted": whip.adopted,
        "sentences": [*sentences(whip), CAVEAT],
        "sets": [
            {
                "share": one.share,
                "members": None if one.members is None else list(one.members),
                "counted": one.counted,
                "played": one.played,
            }
            for one in whip.sets
        ],
        "delegations": whip.rows(),
    }
