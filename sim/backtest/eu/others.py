"""Models of other people on these decisions, and ours: nothing here is fitted.

Each is given the issues without their outcomes and says where each ends, nan where it says
nothing. Those that trade or fight over several issues are played on one proposal at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.backtest.eu import centre, council, drafting, options
from sim.backtest.eu.decisions import ACTORS, COMMISSION, PARLIAMENT, Decisions
from sim.errors import InputError
from sim.published import exchange, nash, spatial
from sim.published.setter import take_it_or_leave_it
from sim.published.table import Table

Floats = npt.NDArray[np.float64]
Hindcast = Callable[[Decisions, int], Floats]  # decisions, seed -> (issues,)

MIDDLE = 0.5


@dataclass(frozen=True)
class Other:
    """One model: its name in files, its name in print, and what it says of decisions."""

    name: str
    title: str
    about: str
    hindcast: Hindcast


def compromise(decisions: Decisions, seed: int) -> Floats:
    """Mean of positions by capability and salience: what all others are measured against."""
    return centre.compromise(decisions)


def compromise_by_root(decisions: Decisions, seed: int) -> Floats:
    """The same with the square root of capability, after Penrose."""
    return options.middle(decisions)


def compromise_by_power(decisions: Decisions, seed: int) -> Floats:
    """The same with the Shapley-Shubik index under the rule in force for the capability."""
    return centre.mean(decisions, centre.weight(decisions, council.voting_power(decisions)))


def mean(decisions: Decisions, seed: int) -> Floats:
    """Mean of positions, all actors alike."""
    return centre.mean(decisions, _alike(decisions))


def mean_by_salience(decisions: Decisions, seed: int) -> Floats:
    """Mean of positions by salience alone."""
    return centre.mean(decisions, centre.weight(decisions, np.ones(decisions.position.shape[1])))


def median(decisions: Decisions, seed: int) -> Floats:
    """Median of positions, all actors alike."""
    return centre.median(decisions, _alike(decisions))


def median_by_weight(decisions: Decisions, seed: int) -> Floats:
    """Median of positions by capability and salience."""
    return centre.median(decisions, centre.weight(decisions, decisions.capability))


def reference(decisions: Decisions, seed: int) -> Floats:
    """The reference point: nothing is decided."""
    return decisions.reference.copy()


def middle(decisions: Decisions, seed: int) -> Floats:
    """The middle of every scale: no knowledge of anything."""
    return np.full(len(decisions), MIDDLE)


def commission(decisions: Decisions, seed: int) -> Floats:
    """What the Commission proposed."""
    return decisions.position[:, COMMISSION].copy()


def parliament(decisions: Decisions, seed: int) -> Floats:
    """What the Parliament wants."""
    return decisions.position[:, PARLIAMENT].copy()


def bargaining(decisions: Decisions, seed: int) -> Floats:
    """Nash bargaining over a proposal, the reference point being disagreement.

    Where no text is better for all than the reference point, that is what stands.
    """

    def agree(table: Table) -> Floats:
        before = nash.utility(table.position, table.salience, table.status_quo)
        found = nash.bargain(
            table.position,
            before,
            salience=table.salience,
            power=table.capability.max(axis=1),
        )
        return table.status_quo if found.text is None else found.text

    return _by_proposal(decisions, agree, with_reference=True)


def setting_the_agenda(decisions: Decisions, seed: int) -> Floats:
    """The Commission proposes, issue by issue, and the rule's voters take it or leave it.

    The Parliament's consent is needed in codecision, where it takes a position.
    """
    found = np.full(len(decisions), np.nan)
    for places in decisions.proposals.values():
        states = council.seats(decisions, places)
        for p in places if states else ():
            found[p] = _proposed(decisions, int(p), states)
    return found


def _proposed(decisions: Decisions, p: int, states: council.Seats) -> float:
    before, mine = decisions.reference[p], decisions.position[p, COMMISSION]
    if np.isnan(before) or np.isnan(mine):
        return float("nan")
    codecision = bool(decisions.codecision[p]) and not np.isnan(decisions.position[p, PARLIAMENT])
    game = council.game(states, int(decisions.year[p]), bool(decisions.unanimity[p]), codecision)
    slots = [ACTORS.index(name) for name in states]
    others = decisions.position[p, [*slots, COMMISSION, PARLIAMENT][: len(slots) + 1 + codecision]]
    # Who takes no position stays with the status quo: it gives its vote to nobody.
    return take_it_or_leave_it(mine, np.where(np.isnan(others), before, others), before, game)


def exchanging(decisions: Decisions, seed: int) -> Floats:
    """Equal-gain exchange of votes between the issues of a proposal, one round."""

    def traded(table: Table) -> Floats:
        return exchange.solve(table).outcome

    return _by_proposal(decisions, traded)


def politics(decisions: Decisions, seed: int) -> Floats:
    """KTAB's spatial model of politics on a proposal."""

    def played(table: Table) -> Floats:
        return spatial.solve(table).outcome

    return _by_proposal(decisions, played)


def sponsors(decisions: Decisions, seed: int) -> Floats:
    """Our drafting by the Commission, and a vote by the rule in force."""
    return drafting.sponsors(decisions, decisions.capability, seed)


def chair(decisions: Decisions, seed: int) -> Floats:
    """Our drafting by a chair for a consensus."""
    return drafting.chair(decisions, decisions.capability, seed)


def presidency(decisions: Decisions, seed: int) -> Floats:
    """Our drafting by a chair who begins with the compromise."""
    return drafting.presidency(decisions, decisions.capability, seed)


def _alike(decisions: Decisions) -> Floats:
    return decisions.present.astype(np.float64)


def _by_proposal(
    decisions: Decisions, solve: Callable[[Table], Floats], with_reference: bool = False
) -> Floats:
    """Play a model on each proposal; those whose table it cannot take stay nan.

    Args:
        decisions: the issues.
        solve: from a table to where its issues end.
        with_reference: leave out issues whose reference point is not known.
    """
    found = np.full(len(decisions), np.nan)
    usable = ~np.isnan(decisions.reference) if with_reference else np.ones(len(decisions), bool)
    kept = np.flatnonzero(usable)
    part = decisions.take(kept)
    weights = np.broadcast_to(part.capability, part.position.shape)
    for places, table in part.tables(weights):
        try:
            found[kept[places]] = np.clip(solve(table), 0.0, 1.0)
        except InputError:  # too few who care, or none with a weight: nothing to play with
            continue
    return found


OTHERS = (
    Other(
        "compromise",
        "compromise model",
        "mean of positions by capability x salience; capability as the file gives it",
        compromise,
    ),
    Other(
        "compromise_power",
        "compromise model, voting power",
        "mean of positions by Shapley-Shubik index x salience",
        compromise_by_power,
    ),
    Other(
        "compromise_root",
        "compromise model, square root",
        "mean of positions by the square root of capability x salience",
        compromise_by_root,
    ),
    Other("mean", "mean of positions", "all actors alike", mean),
    Other("mean_salience", "mean by salience", "positions by salience alone", mean_by_salience),
    Other("median", "median of positions", "all actors alike", median),
    Other("median_weight", "median by weight", "median by capability x salience", median_by_weight),
    Other("middle", "middle of the scale", "50 on every issue", middle),
    Other("commission", "Commission's position", "the proposal as tabled", commission),
    Other("parliament", "Parliament's position", "where it takes one", parliament),
    Other("status_quo", "status quo", "the reference point, where it is known", reference),
    Other(
        "nash",
        "Nash bargaining",
        "over a proposal, from the reference point; where no text is better for all, it stands",
        bargaining,
    ),
    Other(
        "setter",
        "agenda setter",
        "the Commission proposes, issue by issue, under the rule in force",
        setting_the_agenda,
    ),
    Other(
        "exchange",
        "equal-gain exchange",
        "votes traded between the issues of a proposal, one round",
        exchanging,
    ),
    Other("spatial", "spatial model of politics", "KTAB's, over a proposal", politics),
    Other(
        "plenary_sponsors",
        "plenary, Commission drafts",
        "our drafting by a sponsor and a vote by the rule in force, nothing fitted",
        sponsors,
    ),
    Other(
        "plenary_chair",
        "plenary, chair drafts",
        "our drafting by a chair who looks for consensus, nothing fitted",
        chair,
    ),
    Other(
        "plenary_presidency",
        "plenary, chair from the mean",
        "the same, beginning with the compromise and not with the proposal",
        presidency,
    ),
)
