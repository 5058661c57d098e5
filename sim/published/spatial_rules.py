"""The options of KTAB's spatial model of politics, with KTAB's own defaults."""

from __future__ import annotations

from dataclasses import dataclass

from sim.errors import InputError, Mistake
from sim.published import bargain, challenge, contest, election
from sim.published.stakes import RISKS
from sim.published.words import unknown

EMPATHY = {"one_third": 1 / 3, "none": 0.0, "half": 1 / 2, "two_thirds": 2 / 3, "full": 1.0}


@dataclass(frozen=True)
class Rules:
    """KTAB's options; the defaults are KTAB's own."""

    election: str = "conditional"  # conditional, markov_uniform, markov_incentive
    victory: str = "linear"  # linear, square, quartic, octic, binary
    voting: str = "proportional"  # and binary, cubic, prospect, the two halves (see `contest`)
    commitment: str = "semi"  # of third parties: semi, none, full (see `challenge`)
    interpolation: str = "s2p2"  # s2p2, s1p1, s2pmax (see `bargain`)
    perspective: str = "initiator"  # whose chance a bargain follows: initiator, both, compromise
    risk: str = "mid"  # range of risk attitudes: mid (-1/2 to 1), max (-1 to 1), min (0 to 1)
    empathy: str = "one_third"  # how far one sees another's attitude rather than one's own
    accommodation: float = 1.0  # how far ideals follow positions each turn: 1 wholly, 0 never
    quiet: float = 0.02  # stop when a step is shorter than this share of the first
    least_turns: int = 2
    most_turns: int = 100

    def __post_init__(self) -> None:
        wrong = [
            m for name, words in WORDS.items() for m in unknown(name, getattr(self, name), words)
        ]
        if not 0 <= self.accommodation <= 1:
            wrong.append(Mistake("out of range", field="accommodation",
                                 value=str(self.accommodation), allowed="0 to 1"))  # fmt: skip
        if self.quiet < 0:
            wrong.append(Mistake("out of range", field="quiet", value=str(self.quiet),
                                 allowed="0 or more"))  # fmt: skip
        if not 1 <= self.least_turns <= self.most_turns:
            wrong.append(Mistake("the fewest turns must be from 1 to the most turns",
                                 field="least_turns", value=str(self.least_turns),
                                 allowed=f"1 to {self.most_turns}"))  # fmt: skip
        if wrong:
            raise InputError(wrong)


WORDS = {
    "election": election.MODELS,
    "victory": contest.VICTORY,
    "voting": tuple(contest.VOTING),
    "commitment": challenge.COMMITMENT,
    "interpolation": bargain.INTERPOLATION,
    "perspective": bargain.PERSPECTIVE,
    "risk": tuple(RISKS),
    "empathy": tuple(EMPATHY),
}


KTAB = Rules()
