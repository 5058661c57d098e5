"""Equal-gain exchange of voting positions, round by round.

Actors trade votes on issues that matter less to them for votes on issues that matter more, at
the rate at which both gain alike; the outcome of an issue is the mean of voting positions,
weighted by capability and salience. Sources: Stokman and Van Oosten 1994, "The exchange of voting
positions", in Bueno de Mesquita and Stokman (eds), European Community Decision Making; Arregui,
Stokman and Thomson 2006, in Thomson et al. (eds), The European Union Decides. Rounds and the
conflicts between exchanges follow the program Decide (see `market`). Noise is after Dijkstra, Van
Assen, Stokman and Draaijer 2018, "Random variation of exchange rates": here it is on the rate and
drawn once a round; in Decide on the gain, whenever an exchange is worked out.

Those who take no part are touched too: Dijkstra, Van Assen and Stokman 2008, "Outcomes of
collective decisions with externalities predicted", Journal of Theoretical Politics 20. An actor
stands inside an exchange if it is on the same two sides of the two outcomes as the partners (it
could have traded with one of them), outside if it is not. Effects are those on the outcomes as
they move from deal to deal, so that they add up to what the round did to each. Decide instead
takes each exchange as its asker reckons it, and books the agreed gain as one's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, Mistake
from sim.published.compromise import weighted_mean
from sim.published.market import NOTHING, Deal, Market, Offers, potential, stands_below
from sim.published.model import Model, Option, wrong
from sim.published.solution import Columns, Solution, grid
from sim.published.table import Table

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

POINTS = 100  # gains and utilities are told in points of a scale of 100, times salience
OPTIONS = {
    "rounds": Option(1, "rounds of exchange; Decide's own default is 10", low=1),
    "noise": Option(0.0, "how far exchange rates vary by chance, 0-1", high=1.0),
    "salience_weight": Option(
        0.4, "how far positions follow votes, the less salient the more", high=1.0
    ),
    "fixed_weight": Option(0.1, "and how far whatever the salience", high=1.0),
    "conflicts": Option("decide", "how conflicts between exchanges end", ("decide", "strict")),
    "seed": Option(0, "of the noise", high=2**63),
}


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
    weights = {"salience_weight": salience_weight, "fixed_weight": fixed_weight}
    mistakes = wrong(OPTIONS, rounds=rounds, noise=noise, **weights)
    if salience_weight + fixed_weight > 1:
        problem, allowed = "the two weights sum to more than 1", max(0, 1 - salience_weight)
        said = f"0 to {allowed:g}"
        mistakes.append(Mistake(problem, "", None, "fixed_weight", str(fixed_weight), said))
    if 0 < noise <= 1 and rng is None:
        mistakes.append(Mistake("noise needs a generator of random numbers", field="rng"))
    if mistakes:
        raise InputError(mistakes)


# What it does to all


@dataclass(frozen=True)
class Effects:
    """Changes of utility over a round by whose exchange they came from, each (actors,)."""

    own: Floats  # from one's own exchanges, as the outcomes really moved
    inner_gain: Floats
    inner_loss: Floats
    outer_gain: Floats
    outer_loss: Floats

    @property
    def total(self) -> Floats:
        """All five together: the change of utility over the round."""
        return np.asarray(
            self.own + self.inner_gain + self.inner_loss + self.outer_gain + self.outer_loss
        )


def utility(ideal: Floats, salience: Floats, outcome: Floats) -> Floats:
    """What outcomes (issues,) are worth to each actor: - sum_k s_k |O_k - x_k|, (actors,)."""
    lost = np.where(np.isnan(ideal), 0.0, salience * np.abs(outcome - ideal))
    return np.asarray(-lost.sum(axis=1))


def effects(
    ideal: Floats,
    salience: Floats,
    start: Floats,
    weight: Floats,
    outcome: Floats,
    deals: Sequence[Deal],
) -> Effects:
    """Follow the outcomes of a round from deal to deal and note who gains and loses.

    ``ideal`` (actors, issues) is what actors want, ``start`` where they stand as the round
    begins, which with ``outcome`` (issues,) says who is inside an exchange; ``weight`` is
    capability times salience, 0 where there is no position.
    """
    now = np.where(np.isnan(outcome), 0.0, outcome)
    part = weight / np.maximum(weight.sum(axis=0), np.finfo(float).tiny)
    below, able = stands_below(start, now), weight > 0
    wish = np.where(np.isnan(ideal), 0.0, ideal)
    cares = np.where(able, salience, 0.0)
    sums = np.zeros((5, len(weight)))
    for deal in deals:
        issue = deal.issue
        then = now[issue] + part[deal.actor, issue] * (deal.vote - deal.start)
        far = np.abs(now[issue] - wish[:, issue]) - np.abs(then - wish[:, issue])
        change = (cares[:, issue] * far).sum(axis=1)
        sums[_kind(deal, change, below[:, issue], able[:, issue]), np.arange(len(change))] += change
        now[issue] = then
    return Effects(*sums)


def _kind(deal: Deal, change: Floats, below: Bools, able: Bools) -> npt.NDArray[np.intp]:
    """Which of the five sums each actor's change belongs to."""
    inside = able.all(axis=1) & ((below[:, 0] == below[:, 1]) == deal.alike)
    kind = np.where(inside, 1, 3) + (change < 0)
    kind[deal.actor] = 0
    return np.asarray(kind, dtype=np.intp)


# As a model of a table


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
    if mistakes := wrong(OPTIONS, conflicts=conflicts):
        raise InputError(mistakes)
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


def tables(table: Table, played: Sequence[Round]) -> dict[str, Columns]:
    """Tables of rounds, exchanges, outcomes, positions and utilities.

    Positions and outcomes are in the file's units, gains and utilities in points of a scale of
    100 times salience. Utilities are measured against the positions of the file.
    """
    rounds = range(1, len(played) + 1)
    of_issues = {"round": rounds, "issue": table.issues}
    of_both = {"round": rounds, "actor": table.actors, "issue": table.issues}

    def units(name: str) -> Floats:
        return table.in_units([getattr(done, name) for done in played])

    return {
        "rounds": {
            "round": list(rounds),
            "potential": [done.potential for done in played],
            "without_gain": [done.worthless for done in played],
            "made": [len(done.deals) for done in played],
            "ties": [done.ties for done in played],
        },
        "exchanges": _exchanges(table, played),
        "outcome": grid(of_issues, before=units("before"), after=units("after")),
        "positions": grid(of_both, start=units("start"), vote=units("vote")),
        "utilities": _utilities(table, played),
    }


def _exchanges(table: Table, played: Sequence[Round]) -> Columns:
    deals = [(t, deal) for t, done in enumerate(played, start=1) for deal in done.deals]
    made: dict[str, object] = {"round": [t for t, _ in deals]}
    for side, name in enumerate(("first", "second")):
        issues = [int(deal.issue[side]) for _, deal in deals]
        start, vote = ([getattr(d, at)[side] for _, d in deals] for at in ("start", "vote"))
        made |= {
            name: [table.actors[deal.actor[side]] for _, deal in deals],
            f"{name}_gives": [table.issues[k] for k in issues],
            f"{name}_from": table.in_units(start, issues).tolist(),
            f"{name}_to": table.in_units(vote, issues).tolist(),
            f"{name}_gain": [POINTS * float(deal.gain[side]) for _, deal in deals],
        }
    return made


def _utilities(table: Table, played: Sequence[Round]) -> Columns:
    names = ("before", "after", "own", "inner_gain", "inner_loss", "outer_gain", "outer_loss")
    found = []
    for done in played:
        felt = effects(table.position, table.salience, done.start, table.weight, done.before,
                       done.deals)  # fmt: skip
        ends = (utility(table.position, table.salience, at) for at in (done.before, done.after))
        found.append((*ends, *astuple(felt)))
    axes = {"round": range(1, len(played) + 1), "actor": table.actors}
    parts = zip(names, zip(*found, strict=True), strict=True)
    return grid(axes, **{name: POINTS * np.array(part) for name, part in parts})


MODEL = Model(
    "exchange",
    "Exchange",
    "pairs trade positions, each for what matters more to it",
    ("stokman1994", "vanassen2003"),
    solve,
    options=OPTIONS,
    most=40,
    least_issues=2,
)
