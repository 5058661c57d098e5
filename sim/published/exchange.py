"""Equal-gain exchange of voting positions, round by round.

Actors trade votes on issues that matter less to them for votes on issues that matter more, at
the rate at which both gain alike; the outcome of an issue is the mean of voting positions,
weighted by capability and salience. Sources: Stokman and Van Oosten 1994, "The exchange of voting
positions", in Bueno de Mesquita and Stokman (eds), European Community Decision Making; Arregui,
Stokman and Thomson 2006, in Thomson et al. (eds), The European Union Decides. Rounds and the
conflicts between exchanges follow the program Decide (see `market`). Noise is after Dijkstra, Van
Assen, Stokman and Draaijer 2018, "Random variation of exchange rates": here it is on the rate and
drawn once a round; in Decide on the gain, whenever an exchange is worked out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, Mistake
from sim.published.compromise import weighted_mean
from sim.published.exchange_tables import tables
from sim.published.market import Deal, Market
from sim.published.offers import NOTHING, Offers, potential
from sim.published.solution import Solution
from sim.published.table import Table
from sim.published.words import unknown

Floats = npt.NDArray[np.float64]

CONFLICTS = ("decide", "strict")


@dataclass(frozen=True)
class Round:
    """One round of exchanges. Positions are (actors, issues), nan where none is taken."""

    start: Floats  # positions at its start
    vote: Floats  # voting positions after all exchanges
    before: Floats  # (issues,): outcome of the positions at its start
    after: Floats  # (issues,): outcome of the voting positions
    deals: tuple[Deal, ...]  # in order of gain
    potential: int  # exchanges that were possible at its start
    worthless: int  # of those, with no gain, saliences being in the same ratio

    @property
    def ties(self) -> int:
        """Deals made while another was worth as much."""
        return sum(deal.tied for deal in self.deals)


def play(
    position: Floats,
    salience: Floats,
    capability: Floats,
    rounds: int = 1,
    noise: float = 0.0,
    salience_weight: float = 0.4,
    fixed_weight: float = 0.1,
    strict: bool = False,
    rng: np.random.Generator | None = None,
) -> list[Round]:
    """Play rounds of exchange from arrays (actors, issues); stop early if nobody trades.

    Args:
        position: 0-1, nan where an actor takes none.
        salience: 0-1.
        capability: 0 or more.
        rounds: how many.
        noise: 0: all exchanges are at equal gain; 1: rates lie anywhere between that and the
            rate at which one of the two, by the toss of a coin, gains nothing.
        salience_weight, fixed_weight: between rounds a position moves to the vote cast by the
            share (1 - s) salience_weight + fixed_weight.
        strict: do without the oddities of Decide (see `Market`).
        rng: draws the noise, and between exchanges of the same gain; without it the first is made.
    """
    _check(rounds, noise, salience_weight, fixed_weight, rng)
    weight = np.where(np.isnan(position), 0.0, capability * salience)
    follows = (1 - salience) * salience_weight + fixed_weight
    played: list[Round] = []
    while len(played) < rounds:
        offers = potential(position, salience, capability)
        rate = offers.rate if rng is None else _noisy(offers, noise, rng)
        market = Market(offers, position, weight, rate, strict)
        worthless = int((market.gain.mean(axis=0) < NOTHING).sum())
        deals = tuple(market.deals(rng))
        vote = np.where(np.isnan(position), np.nan, market.vote)
        before, after = weighted_mean(position, weight), weighted_mean(vote, weight)
        played.append(Round(position, vote, before, after, deals, offers.count, worthless))
        if not deals:
            break
        position = position + follows * (vote - position)
    return played


def _noisy(offers: Offers, noise: float, rng: np.random.Generator) -> Floats:
    """Rates between equal gain and the rate at which one side gains nothing."""
    zero = np.where(
        rng.random(offers.count) < 0.5,
        offers.wants[0] / offers.cares[0],
        offers.cares[1] / offers.wants[1],
    )
    return np.asarray(offers.rate + noise * rng.random(offers.count) * (zero - offers.rate))


def _check(
    rounds: int,
    noise: float,
    salience_weight: float,
    fixed_weight: float,
    rng: np.random.Generator | None,
) -> None:
    wrong = []
    if rounds < 1:
        wrong.append(Mistake("too few", field="rounds", value=str(rounds), allowed="1 or more"))
    for field, value in (
        ("noise", noise),
        ("salience_weight", salience_weight),
        ("fixed_weight", fixed_weight),
    ):
        if not 0 <= value <= 1:
            wrong.append(Mistake("out of range", field=field, value=str(value), allowed="0 to 1"))
    if salience_weight + fixed_weight > 1:
        wrong.append(
            Mistake("the two weights sum to more than 1", field="fixed_weight",
                    value=str(fixed_weight), allowed=f"0 to {max(0, 1 - salience_weight):g}")
        )  # fmt: skip
    if 0 < noise <= 1 and rng is None:
        wrong.append(Mistake("noise needs a generator of random numbers", field="rng"))
    if wrong:
        raise InputError(wrong)


def solve(
    table: Table,
    rounds: int = 1,
    noise: float = 0.0,
    salience_weight: float = 0.4,
    fixed_weight: float = 0.1,
    conflicts: str = "decide",
    seed: int = 0,
) -> Solution:
    """Exchange on a table: the outcome is the weighted mean of the last voting positions.

    Args:
        table: positions may be missing; an actor trades on issues on which it takes one.
        rounds: rounds of exchange; Decide's own default is 10, the published model has one.
        noise: 0 to 1, how far exchange rates vary by chance (see `play`).
        salience_weight: how far positions follow votes cast, the less salient the more.
        fixed_weight: and how far whatever the salience.
        conflicts: between exchanges, resolved as "decide" does it, or "strict" (see `Market`).
        seed: of the noise, and of the choice between exchanges of the same gain; with noise 0
            the first of these is made, whatever the seed.
    """
    if wrong := unknown("conflicts", conflicts, CONFLICTS):
        raise InputError(wrong)
    rng = np.random.default_rng(seed) if noise else None
    played = play(table.position, table.salience, table.capability, rounds, noise,
                  salience_weight, fixed_weight, conflicts == "strict", rng)  # fmt: skip
    path = np.array([played[0].before, *(done.after for done in played)])
    return Solution(path[-1], path, None, _told(played, rounds, rng is not None),
                    tables(table, played))  # fmt: skip


def _told(played: list[Round], rounds: int, drawn: bool) -> tuple[str, ...]:
    first = played[0]
    made = sum(len(done.deals) for done in played)
    said = [
        f"{first.potential} exchanges were possible at first, {first.worthless} of them without "
        f"gain; {made} were made in {len(played)} {'round' if len(played) == 1 else 'rounds'}."
    ]
    if len(played) < rounds:
        said.append("Nobody had anything left to trade.")
    if ties := sum(done.ties for done in played):
        how = "by chance" if drawn else "by the order of the file"
        often = "Once" if ties == 1 else f"{ties} times"
        said.append(f"{often} several exchanges had the same gain; one was taken {how}.")
    return tuple(said)
