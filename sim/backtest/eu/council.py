"""The Council's rules in force, and what each actor's vote is worth under them.

Who sits is read off the file: the states with a position on any issue of the proposal. A qualified
majority is

- of weighted votes among the fifteen: 62 of 87 (Art. 205 TEC before the Treaty of Nice),
- of weighted votes and a majority of states with members of 2004 and later: 255 of 345 and the
  like (Protocol on the enlargement of the European Union; Acts of Accession 2003, 2005, 2012),
- of 55% of states with 65% of population for proposals from 2014 on (Art. 16(4) TEU). It holds
  from 1 November 2014; the few proposals made earlier that year were decided after it.

Where only some states take part, the same shares of their votes are needed, as for enhanced
cooperation (Art. 330 TFEU). Populations are those of 1 January 2016 in tenths of a million
(Eurostat, demo_pjan, unverified); the votes are those of the treaties.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from sim.backtest.eu.decisions import ACTORS, COMMISSION, PARLIAMENT, Decisions, anyone
from sim.forums.rules import Rules
from sim.published import power
from sim.published.game import Game, rule

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

OLD = {  # votes of the fifteen before Nice: 87
    **dict.fromkeys(("de", "fr", "it", "uk"), 10),
    "es": 8,
    **dict.fromkeys(("be", "el", "nl", "pt"), 5),
    **dict.fromkeys(("at", "se"), 4),
    **dict.fromkeys(("dk", "ie", "fi"), 3),
    "lu": 2,
}
NICE = {  # 321 of twenty-five, 345 of twenty-seven, 352 of twenty-eight
    **dict.fromkeys(("de", "fr", "it", "uk"), 29),
    **dict.fromkeys(("es", "pl"), 27),
    "ro": 14,
    "nl": 13,
    **dict.fromkeys(("be", "cz", "el", "hu", "pt"), 12),
    **dict.fromkeys(("at", "bu", "se"), 10),
    **dict.fromkeys(("cr", "dk", "fi", "ie", "lt", "sk"), 7),
    **dict.fromkeys(("cy", "ee", "lu", "lv", "si"), 4),
    "mt": 3,
}
PEOPLE = {  # tenths of a million
    **{"de": 822, "fr": 668, "uk": 654, "it": 607, "es": 464, "pl": 380, "ro": 198, "nl": 170},
    **{"be": 113, "el": 108, "cz": 106, "pt": 103, "se": 99, "hu": 98, "at": 87, "bu": 72},
    **{"dk": 57, "fi": 55, "sk": 54, "ie": 47, "cr": 42, "lt": 29, "si": 21, "lv": 20},
    **{"ee": 13, "cy": 8, "lu": 6, "mt": 4},
}
LISBON = 2014
OLD_SHARE, NICE_SHARE = 62 / 87, 255 / 345
STATES_SHARE, PEOPLE_SHARE, BLOCKING = 0.55, 0.65, 4
STATES = tuple(name for place, name in enumerate(ACTORS) if place > PARLIAMENT)

Seats = tuple[str, ...]  # the states that sit, in our order


def seats(decisions: Decisions, places: npt.NDArray[np.int64]) -> Seats:
    """The states that take a position on any of the issues at these places."""
    here = anyone(decisions.present[places])
    return tuple(name for name, there in zip(ACTORS, here, strict=True) if there and name in STATES)


def weights(states: Seats, year: int) -> tuple[Floats, float]:
    """Weights of the states in a qualified majority, and the share of them that is needed."""
    if year >= LISBON:
        return np.array([PEOPLE[s] for s in states], dtype=np.float64), PEOPLE_SHARE
    if set(states) <= set(OLD):
        return np.array([OLD[s] for s in states], dtype=np.float64), OLD_SHARE
    return np.array([NICE[s] for s in states], dtype=np.float64), NICE_SHARE


def heads(states: Seats, year: int, unanimity: bool) -> int:
    """How many states must be in favour, besides their weights."""
    if unanimity:
        return len(states)
    if year >= LISBON:
        return int(np.ceil(STATES_SHARE * len(states) - 1e-9))
    return 1 if set(states) <= set(OLD) else len(states) // 2 + 1


def blocking(states: Seats, year: int, unanimity: bool) -> int:
    """How many states must stand aside to defeat by weight alone; 0: there is no such rule."""
    return BLOCKING if year >= LISBON and not unanimity and len(states) > BLOCKING else 0


def rules(states: Seats, year: int, unanimity: bool, codecision: bool) -> Rules:
    """The Council's rule as that of a forum of plenary, the Parliament a member with a veto.

    Its seat counts as one head that is always needed, and weighs nothing.
    """
    with_parliament = len(states) + codecision
    needed = heads(states, year, unanimity) + codecision
    return Rules(
        title="Council of the European Union",
        vote="members",
        majority=needed / with_parliament,
        more_than=False,
        vetoes=("ep",) if codecision else (),
        weight_share=0.0 if unanimity else weights(states, year)[1],
        blocking_minority=blocking(states, year, unanimity),
        drafting="sponsors",
    )


@cache
def game(states: Seats, year: int, unanimity: bool, codecision: bool) -> Game:
    """Who wins together: the Commission, which may withdraw its proposal, then the states, and
    the Parliament in codecision."""
    own = len(states)
    heavy, share = weights(states, year)
    conditions = [np.ones(own)] if unanimity else [np.ones(own), heavy]
    quotas = [float(heads(states, year, unanimity)), float(share * heavy.sum())][: len(conditions)]
    vetoes = [own, own + 1][: 1 + codecision]
    padded = [np.concatenate([w, np.zeros(len(vetoes))]) for w in conditions]
    return rule(padded, quotas, vetoes, blocking=blocking(states, year, unanimity))


@cache
def _power(states: Seats, before_lisbon: bool, unanimity: bool, codecision: bool) -> Floats:
    year = LISBON - 1 if before_lisbon else LISBON
    return power.shapley_shubik(game(states, year, unanimity, codecision))


def voting_power(decisions: Decisions) -> Floats:
    """Shapley-Shubik index of every actor under the rule of each issue: (issues, actors).

    Source: Shapley and Shubik (1954); as capabilities of EU actors, Thomson and others (2006),
    The European Union Decides. The rules as written above are ours: the Commission holds a veto.
    """
    found = np.zeros(decisions.position.shape)
    slot = {name: place for place, name in enumerate(ACTORS)}
    for places in decisions.proposals.values():
        states = seats(decisions, places)
        for p in places if states else ():
            cod, una = bool(decisions.codecision[p]), bool(decisions.unanimity[p])
            share = _power(states, bool(decisions.year[p] < LISBON), una, cod)
            found[p, [slot[s] for s in states]] = share[: len(states)]
            found[p, COMMISSION] = share[len(states)]
            found[p, PARLIAMENT] = share[len(states) + 1] if cod else 0.0
    return found
