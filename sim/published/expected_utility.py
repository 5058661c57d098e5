"""Bueno de Mesquita's expected utility model: perceived conflicts of two, and who gives way.

One issue at a time. Each actor sees for every other what either may expect of challenging the
other; from the two follows whether they confront each other, compromise, or one gives in. Each
that is offered a way out takes the one that moves it least; then a new round begins.

Sources: Bueno de Mesquita 1985, "The war trap revisited", and 1994, "Political forecasting: an
expected utility method", in Bueno de Mesquita and Stokman (eds), European Community Decision
Making; 1997, "A decision making model: its structure and form", International Interactions 23;
Scholz, Calbert and Smith 2011, "Unravelling Bueno de Mesquita's group decision model", Journal of
Theoretical Politics 23, who reconstruct what he left out; Eftekhari and Rahimi 2014 after them.
His own program was never published, and the reconstructions differ. Two variants are here:

* "published": the chance that i prevails is its share of the votes cast on i against j, and an
  actor takes the offer that moves it least (1994, 1997).
* "scholz": as the widely copied re-implementation of Scholz et al. does it (J. McKibben's and
  D. Masad's bdm-scholz-expected-utility-model): the chance is divided by the votes on all pairs,
  so that it is small; confrontations are settled before compromises; of compromises the one with
  the lowest midpoint by expected utility is taken; nobody is compelled. It repeats that
  program's recorded run of ten rounds to 1e-9.

Neither claims to repeat his forecasts: the reconstructions do not. The octants of perceived
relations are those of Scholz, Calbert and Smith.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import InputError
from sim.published.model import Model, Option, wrong
from sim.published.solution import Columns, Solution, columns
from sim.published.table import Table

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CONFRONT, COMPROMISE, COMPEL = "confrontation", "compromise", "compelled"
OPTIONS = {
    "rounds": Option(10, "at most so many rounds", low=1, high=10_000),
    "variant": Option("published", "which reading of the papers", ("published", "scholz")),
    "stay": Option(1.0, "chance that the status quo stays", high=1.0),
    "better": Option(0.5, "chance that it changes for the better", high=1.0),
    "quiet": Option(1e-3, "stop when nobody moves farther, on 0-1"),
    "span": Option("positions", "length of the scale", ("positions", "issue")),
}


@dataclass(frozen=True)
class Offer:
    """A way out that an actor accepts: it moves ``to`` because of ``other``."""

    kind: str  # CONFRONT: it would lose; COMPROMISE: it meets the other; COMPEL: it gives in
    other: int
    to: float


@dataclass(frozen=True)
class Round:
    """One round on one issue; arrays over its actors."""

    position: Floats  # (actors,), at its start
    median: float
    mean: float
    risk: Floats  # (actors,): exponent r, below 1 for those who seek risk
    offers: tuple[Offer | None, ...]  # what each accepts in this round


def play(
    position: Floats,
    salience: Floats,
    capability: Floats,
    rounds: int = 10,
    variant: str = "published",
    stay: float = 1.0,
    better: float = 0.5,
    quiet: float = 1e-3,
    span: float | None = None,
) -> list[Round]:
    """Play rounds on one issue, arrays (actors,); the last of the list is the state at the end.

    Args:
        position: 0-1.
        salience: 0-1; also the chance that an actor resists a challenge.
        capability: above 0.
        rounds: at most so many.
        variant: "published" or "scholz", as above.
        stay: Q, the chance that an unchallenged rival stays where it is.
        better: T, the chance that its move, if it does not, is for the better.
        quiet: stop when the median and everybody moves by less than this in a round.
        span: length of the scale; by default the distance between the outermost positions.
    """
    options = {"rounds": rounds, "variant": variant, "stay": stay, "better": better, "quiet": quiet}
    if mistakes := wrong(OPTIONS, **options):
        raise InputError(mistakes)
    reach = float(np.ptp(position)) if span is None else span
    weight = capability * salience
    played: list[Round] = []
    for _ in range(rounds if reach > 0 else 0):
        state = (position, salience, weight, reach, median(position, weight))
        risk = _risk(*state, variant, (stay, better))
        mine, theirs = expected(*state, risk, variant, (stay, better))
        offers = best_offers(position, mine, theirs, ranked=variant == "scholz")
        played.append(_round(position, weight, risk, offers))
        moved = np.array([x if o is None else o.to for x, o in zip(position, offers, strict=True)])
        step, position = np.abs(moved - position).max(), moved
        if step < quiet and abs(median(position, weight) - played[-1].median) < quiet:
            break
    nobody = (None,) * len(position)
    return [*played, _round(position, weight, np.ones_like(position), nobody)]


def _round(
    position: Floats, weight: Floats, risk: Floats, offers: tuple[Offer | None, ...]
) -> Round:
    mean = float(np.average(position, weights=weight))
    return Round(position, median(position, weight), mean, risk, offers)


def median(position: Floats, weight: Floats) -> float:
    """The position that beats every other when all vote on each pair.

    i votes for x_j over x_k with weight times |x_i - x_k| - |x_i - x_j|, so that the winner has
    the least weighted sum of distances; halfway where two positions share it.
    """
    cost = np.abs(position[:, None] - position) @ weight
    winners = position[cost <= cost.min() + 1e-12 * max(1.0, float(weight.sum()))]
    return float((winners.min() + winners.max()) / 2)


def prevails(
    position: Floats, weight: Floats, reach: float, risk: Floats, variant: str = "published"
) -> Floats:
    """Chance that i's position prevails over j's by the votes of all: (actors, actors).

    v_k(i, j) = w_k (d_kj^r_k - d_ki^r_k), d over the length of the scale; what is positive of
    it, over all of it. "scholz" divides by the votes on all pairs instead. Half on equal ground.
    """
    far = (np.abs(position[:, None] - position) / reach) ** risk[:, None]
    vote = weight[:, None, None] * (far[:, None, :] - far[:, :, None])  # (voter, i, j)
    backing, cast = np.maximum(vote, 0).sum(axis=0), np.abs(vote).sum(axis=0)
    if variant == "scholz":
        cast = np.full_like(cast, cast.sum())
    alike = position[:, None] == position
    return np.asarray(np.where(alike, 0.5, backing / np.where(cast > 0, cast, 1)))


def expected(
    position: Floats,
    salience: Floats,
    weight: Floats,
    reach: float,
    middle: float,
    risk: Floats,
    variant: str = "published",
    unchallenged: tuple[float, float] = (1.0, 0.5),
) -> tuple[Floats, Floats]:
    """What i sees: its own gain from challenging j, and j's from challenging i, both [i, j].

    E = s_j (P U_s + (1 - P) U_f) + (1 - s_j) U_s - Q U_q - (1 - Q)(T U_b + (1 - T) U_w), with
    U_s, U_f = 2 - 4 (1/2 -+ d/2)^r for success and failure, d = |x_i - x_j| over the scale;
    U_q = 2 - 4 (1/2)^r if nothing moves; U_b, U_w = 2 - 4 (1/2 -+ (|x_i - m| + |x_i - x_j|)/4)^r
    if the rival moves towards the median m for better or worse; r the exponent of i throughout.
    """
    stay, better = unchallenged
    chance = prevails(position, weight, reach, risk, variant)
    far = np.abs(position[:, None] - position) / reach
    off = np.abs(position - middle) / reach
    r = risk[:, None]

    def worth(step: Floats) -> Floats:
        return np.asarray(2 - 4 * np.clip(0.5 - step, 0, None) ** r)

    def challenge(resists: Floats, p: Floats, away: Floats) -> Floats:
        won, lost = worth(far / 2), worth(-far / 2)
        drift = (away + far) / 4
        otherwise = better * worth(drift) + (1 - better) * worth(-drift)
        nothing = stay * worth(np.zeros_like(far)) + (1 - stay) * otherwise
        return resists * (p * won + (1 - p) * lost) + (1 - resists) * won - nothing

    mine = challenge(salience[None, :], chance, off[:, None])
    theirs = challenge(salience[:, None], chance.T, off[None, :])
    return mine, theirs


def _risk(
    position: Floats,
    salience: Floats,
    weight: Floats,
    reach: float,
    middle: float,
    variant: str,
    unchallenged: tuple[float, float],
) -> Floats:
    """Exponents r = (1 - R/3) / (1 + R/3), R from what all others together expect against i."""
    neutral = np.ones_like(position)
    mine, _ = expected(position, salience, weight, reach, middle, neutral, variant, unchallenged)
    np.fill_diagonal(mine, 0)
    return exponents(mine.sum(axis=0))


def exponents(danger: Floats) -> Floats:
    """Risk exponents, 1/2 to 2, from the danger each is in: the sum of others' expectations.

    R_i = (2 D_i - max D - min D) / (max D - min D); who is safest seems to shun risk most.
    """
    low, high = float(danger.min()), float(danger.max())
    if high - low < 1e-12:
        return np.ones_like(danger)
    taking = (2 * danger - high - low) / (high - low)
    return np.asarray((1 - taking / 3) / (1 + taking / 3))


# What is offered, and accepted


def best_offers(
    position: Floats, mine: Floats, theirs: Floats, ranked: bool = False
) -> tuple[Offer | None, ...]:
    """For each actor the offer it accepts, or None: it stays.

    ``mine[i, j]`` is what i expects of challenging j, ``theirs[i, j]`` what i thinks j expects of
    challenging i. Where j expects something of it (theirs > 0):

    * mine > 0, but less: a confrontation that i would lose; i moves to x_j;
    * mine < 0, and |mine| < theirs: a compromise; i moves |mine / theirs| of the way;
    * mine < 0, and |mine| > theirs: i is compelled, and moves to x_j.

    Of these it takes the one that moves it least. ``ranked``: as in the program named
    above, confrontations come first, then compromises by their midpoint, and nobody
    is compelled.
    """
    apart = position[:, None] != position
    threat = (theirs > 0) & apart
    lost = threat & (mine > 0) & (theirs > mine)
    met = threat & (mine < 0) & (theirs > -mine)
    forced = threat & (mine < 0) & (theirs <= -mine)
    part = np.where(met, np.abs(mine) / np.where(theirs > 0, theirs, 1), 1.0)
    to = position[:, None] + part * (position - position[:, None])
    step = np.abs(to - position[:, None])
    kinds = {CONFRONT: lost, COMPROMISE: met, COMPEL: forced}
    if not ranked:
        return tuple(_nearest(i, kinds, to, step) for i in range(len(position)))
    size = np.abs(mine) + np.abs(theirs)
    middle = np.abs(mine) * position[:, None] + np.abs(theirs) * position
    middle = middle / np.where(size > 0, size, 1)
    return tuple(
        _least(i, CONFRONT, lost[i], step[i], to[i])
        or _least(i, COMPROMISE, met[i], middle[i], to[i])
        for i in range(len(position))
    )


def _nearest(i: int, kinds: dict[str, Bools], to: Floats, step: Floats) -> Offer | None:
    there = np.any([kind[i] for kind in kinds.values()], axis=0)
    if not there.any():
        return None
    j = int(np.where(there, step[i], np.inf).argmin())
    kind = next(name for name, mask in kinds.items() if mask[i, j])
    return Offer(kind, j, float(to[i, j]))


def _least(i: int, kind: str, there: Bools, key: Floats, to: Floats) -> Offer | None:
    if not there.any():
        return None
    j = int(np.where(there, key, np.inf).argmin())
    return Offer(kind, j, float(to[j]))


# As a model of a table


def solve(
    table: Table,
    rounds: int = 10,
    variant: str = "published",
    stay: float = 1.0,
    better: float = 0.5,
    quiet: float = 1e-3,
    span: str = "positions",
) -> Solution:
    """Play every issue by itself; the outcome is the median of the last positions.

    Args:
        table: actors without a position, salience or capability on an issue are not in it.
        rounds, variant, stay, better, quiet: as in `play`.
        span: length of the scale: "positions", between the outermost ones, or "issue", its poles.
    """
    if mistakes := wrong(OPTIONS, span=span):
        raise InputError(mistakes)
    there = table.weight > 0
    games: dict[int, list[Round]] = {}
    for k in np.flatnonzero(there.any(axis=0)).tolist():
        who = there[:, k]
        games[k] = play(
            table.position[who, k], table.salience[who, k], table.capability[who, k],
            rounds, variant, stay, better, quiet, 1.0 if span == "issue" else None,
        )  # fmt: skip
    length = max((len(game) for game in games.values()), default=1)
    path = np.full((length, len(table.issues)), np.nan)
    for k, game in games.items():
        at = [state.median for state in game]
        path[:, k] = at + at[-1:] * (length - len(at))
    moving = [table.issues[k] for k, game in games.items() if len(game) > rounds]
    said = [f"Played to the limit of {rounds} rounds: {', '.join(moving)}."] if moving else []
    return Solution(path[-1], path, None, tuple(said), tables(table, there, games))


def tables(table: Table, there: Bools, games: Mapping[int, list[Round]]) -> dict[str, Columns]:
    """Long tables of all issues: outcome, positions, offers; positions in the file's units.

    ``there`` (actors, issues) says who plays which issue; ``games`` has the rounds of each.
    """
    states = [(k, t, state) for k, game in games.items() for t, state in enumerate(game)]

    def units(k: int, value: float) -> float:
        return float(table.in_units(value, k))

    def outcome() -> Iterator[tuple[object, ...]]:
        for k, t, state in states:
            yield t, table.issues[k], units(k, state.median), units(k, state.mean)

    def positions() -> Iterator[tuple[object, ...]]:
        for k, t, state in states:
            for a, x, r in zip(
                np.flatnonzero(there[:, k]), state.position, state.risk, strict=True
            ):
                yield t, table.issues[k], table.actors[a], units(k, x), float(r)

    def offers() -> Iterator[tuple[object, ...]]:
        for k, t, state in states:
            names = [table.actors[a] for a in np.flatnonzero(there[:, k])]
            for name, x, offer in zip(names, state.position, state.offers, strict=True):
                if offer is not None:
                    with_whom = offer.kind, names[offer.other]
                    yield t, table.issues[k], name, *with_whom, units(k, x), units(k, offer.to)

    return {
        "outcome": columns("round issue median mean", outcome()),
        "positions": columns("round issue actor position risk", positions()),
        "offers": columns("round issue actor kind other from to", offers()),
    }


MODEL = Model(
    "expected_utility",
    "Expected utility model",
    "challenges and offers on each issue by itself",
    ("bueno1994", "scholz2011"),
    solve,
    options=OPTIONS,
    most=40,
)
