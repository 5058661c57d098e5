"""The spatial model of politics, as KTAB plays it: challenge, bargain, move, until it is quiet.

Each turn every actor infers how others take risks from how likely each is to prevail, challenges
the one from whom it expects most (see `challenge`), bargains are struck between the two and voted
on (see `bargain`), and positions move. Sources: Wise, Lester and Efird 2015, "An introduction to
the KAPSARC Toolkit for Behavioral Analysis (KTAB) using one-dimensional spatial models" and
"Multidimensional bargaining using KTAB"; the idea is Bueno de Mesquita's (1994, 1997).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, Mistake
from sim.published import bargain
from sim.published.bargain import Bargain
from sim.published.challenge import Challenges, challenges
from sim.published.contest import strengths
from sim.published.election import elect
from sim.published.players import Players, players
from sim.published.solution import Solution
from sim.published.spatial_rules import EMPATHY, KTAB, Rules
from sim.published.spatial_tables import tables
from sim.published.stakes import distance, risks, utility
from sim.published.table import Table
from sim.published.words import unknown

Floats = npt.NDArray[np.float64]

ALIKE = 1e-3  # positions nearer than this, on 0-1, count as one option
CHOICES = ("likeliest", "drawn")
_STILL = 1e-4  # added to the first step, lest nothing be divided by nothing


@dataclass(frozen=True)
class Turn:
    """A state of the world, and what came of it."""

    position: Floats  # (actors, issues), 0-1
    risk: Floats  # (actors,): 1 seeks risk, -1 shuns it
    chance: Floats  # (actors,): that its position prevails; actors at one position have one chance
    found: Challenges | None = None  # none in the last state, which nobody challenges
    kept: tuple[Bargain | None, ...] = ()  # by actor: the bargain it keeps; None stays

    @property
    def likeliest(self) -> int:
        """Whose position is most likely to prevail; the first, if several share it."""
        return int(np.argmax(self.chance))


@dataclass(frozen=True)
class Run:
    """All turns, and how each step compares with the first."""

    turns: tuple[Turn, ...]
    steps: tuple[float, ...]  # (turns - 1,): length of each step over the first's
    settled: bool  # whether it became quiet before the turns ran out

    @property
    def positions(self) -> Floats:
        """Positions in every state: (turns, actors, issues)."""
        return np.stack([turn.position for turn in self.turns])

    @property
    def chances(self) -> Floats:
        """Chances in every state: (turns, actors)."""
        return np.stack([turn.chance for turn in self.turns])


def play(
    position: Floats,
    salience: Floats,
    capability: Floats,
    rules: Rules = KTAB,
    rng: np.random.Generator | None = None,
) -> Run:
    """Play the model from ``position`` and ``salience`` (actors, issues) and ``capability``.

    Positions are 0-1; an actor's saliences must be 0 or more and sum to more than 0 and at most
    1; ``capability`` is (actors,), above 0. With ``rng`` bargains are drawn by their chance
    instead of the likeliest being kept. An `InputError` tells what of this does not hold.
    """
    _check(position, salience, capability)
    ideal = position
    turns: list[Turn] = []
    lengths: list[float] = []
    settled = False
    while not settled and len(turns) < rules.most_turns:
        turn, after = _turn(position, ideal, salience, capability, rules, rng)
        turns.append(turn)
        lengths.append(float(np.linalg.norm(after - position, axis=1).sum()))
        ideal, position = ideal + rules.accommodation * (after - ideal), after
        ratio = lengths[-1] / (lengths[0] + _STILL)
        settled = len(turns) >= rules.least_turns and ratio < rules.quiet
    last = _see(position, ideal, salience, capability, rules)[0]
    steps = tuple(length / (lengths[0] + _STILL) for length in lengths)
    return Run((*turns, last), steps, settled)


def _turn(
    position: Floats,
    ideal: Floats,
    salience: Floats,
    capability: Floats,
    rules: Rules,
    rng: np.random.Generator | None,
) -> tuple[Turn, Floats]:
    """One turn: the state with what was challenged and kept in it, and positions after it."""
    turn, seen = _see(position, ideal, salience, capability, rules)
    found = challenges(seen, capability, salience.sum(axis=1), rules.voting, rules.commitment)
    table = bargain.proposals(
        found, position, salience, capability, rules.interpolation, rules.perspective
    )
    kept = tuple(bargain.chosen(
        table, lambda to: utility(distance(position, to, salience), turn.risk), _own(seen),
        capability, rules.election, rules.victory, rules.voting, rng,
    ))  # fmt: skip
    after = position.copy()
    for actor, deal in enumerate(kept):
        if deal is not None:
            after[actor] = deal.place(actor)
    return Turn(position, turn.risk, turn.chance, found, kept), after


def _see(
    position: Floats, ideal: Floats, salience: Floats, capability: Floats, rules: Rules
) -> tuple[Turn, Floats]:
    """Risk attitudes and chances in a state, and what each thinks it is worth to each."""
    far = distance(ideal, position, salience)
    neutral = strengths(capability, 1 - far, rules.voting)
    risk = risks(elect(neutral, rules.election, rules.victory), rules.risk)
    share = EMPATHY[rules.empathy]
    held = (1 - share) * risk[:, None] + share * risk  # (estimator, actor)
    seen = utility(far, held)
    chance = prevailing(position, _own(seen), capability, rules)
    return Turn(position, risk, chance), seen


def _own(seen: Floats) -> Floats:
    who = np.arange(len(seen))
    return np.asarray(seen[who, who])


def prevailing(position: Floats, own: Floats, capability: Floats, rules: Rules) -> Floats:
    """Chance that each actor's position prevails, equal positions being one option: (actors,)."""
    apart = np.linalg.norm(position[:, None] - position, axis=2)
    options: list[int] = []
    for actor in range(len(position)):
        if not any(apart[actor, other] < ALIKE for other in options):
            options.append(actor)
    cast = strengths(capability, own[:, options], rules.voting)
    chance = elect(cast, rules.election, rules.victory)
    stands_for = [np.flatnonzero(row[options] < ALIKE)[-1] for row in apart]
    return chance[stands_for]


def _check(position: Floats, salience: Floats, capability: Floats) -> None:
    total = salience.sum(axis=1)
    wrong = (
        (len(position) < 2, "at least two actors are needed"),
        (not np.all((position >= 0) & (position <= 1)), "positions must be from 0 to 1"),
        (not np.all(salience >= 0), "saliences must be 0 or more"),
        (not np.all((total > 0) & (total <= 1 + 1e-9)), "an actor's saliences must sum to more "
         "than 0 and at most 1"),
        (not np.all((capability > 0) & np.isfinite(capability)), "capabilities must be above 0"),
    )  # fmt: skip
    if mistakes := [Mistake(problem) for bad, problem in wrong if bad]:
        raise InputError(mistakes)


def solve(
    table: Table,
    election: str = KTAB.election,
    victory: str = KTAB.victory,
    voting: str = KTAB.voting,
    commitment: str = KTAB.commitment,
    interpolation: str = KTAB.interpolation,
    perspective: str = KTAB.perspective,
    risk: str = KTAB.risk,
    empathy: str = KTAB.empathy,
    accommodation: float = KTAB.accommodation,
    quiet: float = KTAB.quiet,
    turns: int = KTAB.most_turns,
    choice: str = "likeliest",
    seed: int = 0,
) -> Solution:
    """Play the model on a table: the outcome is the likeliest position of the last state.

    That is the position most likely to prevail in the election, KTAB's own reading; the mean of
    all positions, weighted by capability and salience, stands beside it in the table ``outcome``.
    Positions in tables are in the file's units. How gaps in the table are filled is said (see
    `players`).

    Args:
        table: with positions of two actors or more.
        election, victory, voting, commitment, interpolation, perspective, risk, empathy,
        accommodation, quiet: see `Rules`.
        turns: at most so many.
        choice: which bargain is kept: the "likeliest", or one "drawn" by its chance.
        seed: of the draws.
    """
    if wrong := unknown("choice", choice, CHOICES):
        raise InputError(wrong)
    rules = Rules(
        election, victory, voting, commitment, interpolation, perspective, risk, empathy,
        accommodation, quiet, min(KTAB.least_turns, turns), turns,
    )  # fmt: skip
    who = players(table)
    rng = np.random.default_rng(seed) if choice == "drawn" else None
    run = play(who.position, who.salience, who.capability, rules, rng)
    path = np.full((len(run.turns), len(table.issues)), np.nan)
    path[:, who.issues] = [turn.position[turn.likeliest] for turn in run.turns]
    return Solution(path[-1], path, None, (*_told(table, who, run), *who.said),
                    tables(table, who, run))  # fmt: skip


def _told(table: Table, who: Players, run: Run) -> tuple[str, ...]:
    last = run.turns[-1]
    name = table.actors[who.actors[last.likeliest]]
    steps = len(run.steps)
    if run.settled:
        end = f"Positions came to rest after {steps} turns."
    else:
        end = f"Positions still moved when the {steps} turns allowed were over."
    won = f"The position of {name} is the likeliest to prevail ({last.chance.max():.1%})."
    as_likely = last.chance >= last.chance.max() - 1e-9
    apart = np.linalg.norm(last.position - last.position[last.likeliest], axis=1) >= ALIKE
    if (as_likely & apart).any():
        won += " Another is as likely: the first in the file was taken."
    return end, won
