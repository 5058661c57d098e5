"""The spatial model of politics, as KTAB plays it: challenge, bargain, move, until it is quiet.

Each turn every actor infers how others take risks from how likely each is to prevail, challenges
the one from whom it expects most (see `challenge`), bargains are struck between the two and voted
on (see `bargain`), and positions move. Sources: Wise, Lester and Efird 2015, "An introduction to
the KAPSARC Toolkit for Behavioral Analysis (KTAB) using one-dimensional spatial models" and
"Multidimensional bargaining using KTAB"; the idea is Bueno de Mesquita's (1994, 1997).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import InputError, Mistake
from sim.published.bargain import INTERPOLATION, PERSPECTIVE, Bargain, chosen, proposals
from sim.published.challenge import (
    COMMITMENT,
    NOBODY,
    RISKS,
    Challenges,
    challenges,
    distance,
    risks,
    utility,
)
from sim.published.contest import ELECTIONS, VICTORY, VOTING, elect, strengths
from sim.published.model import Model, Option, wrong
from sim.published.players import Players, players
from sim.published.solution import Columns, Solution, columns, grid
from sim.published.table import Table

Floats = npt.NDArray[np.float64]

ALIKE = 1e-3  # positions nearer than this, on 0-1, count as one option
EMPATHY = {"one_third": 1 / 3, "none": 0.0, "half": 1 / 2, "two_thirds": 2 / 3, "full": 1.0}
OPTIONS = {
    "turns": Option(100, "at most so many turns", low=1, high=10_000),
    "election": Option("conditional", "what makes chances", ELECTIONS),
    "victory": Option("linear", "how strength makes chances", VICTORY),
    "voting": Option("proportional", "how third parties vote", tuple(VOTING)),
    "commitment": Option("semi", "of third parties", COMMITMENT),
    "interpolation": Option("s2p2", "of bargains", INTERPOLATION),
    "perspective": Option("initiator", "whose chance counts", PERSPECTIVE),
    "risk": Option("mid", "range of attitudes to risk", tuple(RISKS)),
    "empathy": Option("one_third", "how far others are seen", tuple(EMPATHY)),
    "accommodation": Option(1.0, "how far ideals follow positions, 0-1", high=1.0),
    "quiet": Option(0.02, "stop when a step is shorter than this share of the first"),
    "choice": Option("likeliest", "which bargain is kept", ("likeliest", "drawn")),
    "seed": Option(0, "of the draws", high=2**63),
}
_STILL = 1e-4  # added to the first step, lest nothing be divided by nothing


@dataclass(frozen=True)
class Rules:
    """KTAB's options; the defaults are KTAB's own."""

    election: str = "conditional"  # see `contest.elect`
    victory: str = "linear"  # see `contest.victory`
    voting: str = "proportional"  # see `contest.VOTING`
    commitment: str = "semi"  # of third parties (see `challenge.chances`)
    interpolation: str = "s2p2"  # see `bargain.meet`
    perspective: str = "initiator"  # whose chance a bargain follows (see `bargain.proposals`)
    risk: str = "mid"  # range of risk attitudes: mid (-1/2 to 1), max (-1 to 1), min (0 to 1)
    empathy: str = "one_third"  # how far one sees another's attitude rather than one's own
    accommodation: float = 1.0  # how far ideals follow positions each turn: 1 wholly, 0 never
    quiet: float = 0.02  # stop when a step is shorter than this share of the first
    least_turns: int = 2
    most_turns: int = 100

    def __post_init__(self) -> None:
        said = asdict(self)
        mistakes = wrong(OPTIONS, **{name: said[name] for name in said if name in OPTIONS})
        if not 1 <= self.least_turns <= self.most_turns:
            problem, allowed = "is no number of turns", f"1 to the most, {self.most_turns}"
            value = str(self.least_turns)
            mistakes.append(Mistake(problem, "", None, "least_turns", value, allowed))
        if mistakes:
            raise InputError(mistakes)


KTAB = Rules()


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
    table = proposals(found, position, salience, capability, rules.interpolation, rules.perspective)
    kept = tuple(chosen(
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
    turns: int = KTAB.most_turns,
    choice: str = "likeliest",
    seed: int = 0,
    **rules: Any,
) -> Solution:
    """Play the model on a table: the outcome is the likeliest position of the last state.

    That is the position most likely to prevail in the election, KTAB's own reading; the mean of
    all positions, weighted by capability and salience, stands beside it in the table ``outcome``.
    Positions in tables are in the file's units. How gaps in the table are filled is said (see
    `players`).

    Args:
        table: with positions of two actors or more.
        turns: at most so many.
        choice: which bargain is kept: the "likeliest", or one "drawn" by its chance.
        seed: of the draws.
        rules: fields of `Rules`, by name.
    """
    if mistakes := wrong(OPTIONS, choice=choice):
        raise InputError(mistakes)
    least = min(KTAB.least_turns, turns)
    who = players(table)
    rng = np.random.default_rng(seed) if choice == "drawn" else None
    said = Rules(**rules, least_turns=least, most_turns=turns)
    run = play(who.position, who.salience, who.capability, said, rng)
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


def tables(table: Table, who: Players, run: Run) -> dict[str, Columns]:
    """Long tables of a run: outcome, positions, chances, challenges, bargains.

    Positions are in the file's units. In ``challenges``, ``answer`` is the target's own estimate
    of ``chance``; in ``bargains``, an actor that stays has nobody beside it.
    """
    turns, names = range(len(run.turns)), [table.actors[a] for a in who.actors]
    issues = [table.issues[k] for k in who.issues]
    weight = who.salience * who.capability[:, None]
    mean = (run.positions * weight).sum(axis=1) / weight.sum(axis=0)
    likeliest = [turn.position[turn.likeliest] for turn in run.turns]
    places = table.in_units(run.positions, who.issues)

    def challenged() -> Iterator[tuple[object, ...]]:
        for t, turn in enumerate(run.turns):
            for i, j in enumerate(turn.found.target if turn.found else ()):
                if turn.found and j != NOBODY:
                    chance, gain = float(turn.found.chance[i, j]), float(turn.found.gain[i, j])
                    yield t, names[i], names[j], chance, gain, float(turn.found.answer[i])

    def bargained() -> Iterator[tuple[object, ...]]:
        for t, turn in enumerate(run.turns):
            for i, deal in enumerate(turn.kept):
                yield t, names[i], "" if deal is None else names[deal.other(i)]

    return {
        "outcome": grid(
            {"turn": turns, "issue": issues},
            likeliest=table.in_units(likeliest, who.issues),
            mean=table.in_units(mean, who.issues),
        ),
        "positions": grid({"turn": turns, "actor": names, "issue": issues}, position=places),
        "chances": grid(
            {"turn": turns, "actor": names},
            chance=run.chances,
            risk=[turn.risk for turn in run.turns],
        ),
        "challenges": columns("turn actor target chance gain answer", challenged()),
        "bargains": columns("turn actor with", bargained()),
    }


MODEL = Model(
    "spatial",
    "Spatial model of politics",
    "actors challenge, bargain and move, as in KTAB",
    ("wise2015", "bueno1994", "bueno1997"),
    solve,
    options=OPTIONS,
    most=40,
)
