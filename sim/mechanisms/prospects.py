"""How a vote is expected to go: the chance that it carries, and how many are in favour.

    P(carries) = P(majority) P(quorum) prod (1 - P(a veto))

Each delegation votes for, against or not at all with the chances that the model's own support
gives it, without its noise. The tally is taken to be normal, with the mean and variance of those
chances. Sponsors, and all who weigh a text against its rivals, expect this.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from sim.core import special
from sim.core.setting import Forum, Meeting, Scene, Setting
from sim.core.support import bound
from sim.core.world import World
from sim.forums.decision import enough_present, needed
from sim.forums.rules import Rules
from sim.mechanisms.attendance import probability
from sim.mechanisms.memory import width
from sim.mechanisms.voting import leanings

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_STEP = 1e-9  # the variance of a tally that is certain
_AT_LEAST = 2e-4  # a share of weights that is met to the dot is met


def prospects(
    setting: Setting,
    world: World,
    meeting: Meeting,
    draft: int,
    own: Floats,
    band: Floats | None = None,
) -> tuple[Floats, Floats]:
    """Chance of adoption, and expected share of members in favour: (runs,) each.

    ``own`` is everyone's support before it is bound to others', in logits: (runs, actors);
    ``band`` the half-width of their indifference, where it is at hand.
    """
    forum, scene = setting.forums[setting.drafts[draft].forum], setting.scene(meeting.session)
    expected = bound(setting, world, meeting, draft, own)
    there = 1 - probability(setting, world, meeting, draft)
    there = there * (forum.members & scene.present)
    band = width(setting, world, draft) if band is None else band
    yes, no = (there * side for side in leanings(world, expected, band))
    carries = chance_of_adoption(yes, no, there, forum, scene)
    return carries, yes.sum(axis=1) / forum.members.sum()


def balance(yes: Floats, no: Floats, rules: Rules) -> tuple[Floats, Floats]:
    """Mean and variance of votes for, less what a majority asks for of those cast: (runs,) each."""
    up, down = 1 - rules.majority, rules.majority
    mean = up * yes.sum(axis=1) - down * no.sum(axis=1)
    square = up * up * yes + down * down * no - (up * yes - down * no) ** 2
    return mean, square.sum(axis=1)


def say(setting: Setting, world: World, meeting: Meeting, draft: int) -> Floats:
    """How much each sponsor says of its text, by capability: (runs, actors), 1 in all, or 0."""
    scene = setting.scene(meeting.session)
    weight = world.sponsors[draft] * (scene.seated & scene.speaking) * (scene.capability + 1e-6)
    share: Floats = weight / np.maximum(weight.sum(axis=1), 1e-12)[:, None]
    return share


def lead(setting: Setting, meeting: Meeting, draft: int) -> int:
    """The place of the most capable of those who tabled a text and speak; -1: none is left."""
    scene = setting.scene(meeting.session)
    there = setting.drafts[draft].sponsors & scene.seated & scene.speaking
    return int(np.where(there, scene.capability, -1.0).argmax()) if there.any() else -1


def chance_of_adoption(
    yes: Floats, no: Floats, there: Floats, forum: Forum, scene: Scene
) -> Floats:
    """Chance that a vote carries, (runs,), from each member's to be for, against, and there."""
    seats = forum.members & scene.seated
    of_heads = _of_members if forum.rules.vote == "members" else _of_votes
    # Heads and weights are of the same votes: the two majorities mostly stand or fall together.
    carries = np.minimum(of_heads(yes, no, forum, seats), _weighty(yes, forum, seats))
    # How many are there is taken to say little of how they vote, and a veto little of the others.
    unvetoed = (1 - np.compress(forum.vetoes & seats, no, axis=1)).prod(axis=1)
    chance: Floats = carries * _quorate(there, forum, seats) * unvetoed
    return chance


def _of_members(yes: Floats, _: Floats, forum: Forum, seats: Bools) -> Floats:
    """Chance of a majority of all members: (runs,)."""
    least = float(needed(np.array([np.count_nonzero(seats)]), forum.rules)[0])
    return _above(yes.sum(axis=1), _variance(yes), least - 0.5)


def _of_votes(yes: Floats, no: Floats, forum: Forum, _: Bools) -> Floats:
    """Chance of a majority of those for and against, one at least being for: (runs,)."""
    rules = forum.rules
    mean, variance = balance(yes, no, rules)
    # The balance of votes moves in steps of 1/b where the majority is a/b: half a step decides.
    half = 0.5 / Fraction(rules.majority).limit_denominator(100).denominator
    enough = _above(mean, variance, half if rules.more_than else -half)
    anybody: Floats = 1 - (1 - yes).prod(axis=1)
    return np.minimum(enough, anybody)


def _quorate(there: Floats, forum: Forum, seats: Bools) -> Floats:
    """Chance that enough members are there for a decision: (runs,)."""
    if not forum.rules.quorum:
        return np.ones(len(there))
    least = enough_present(int(np.count_nonzero(seats)), forum.rules)
    return _above(there.sum(axis=1), _variance(there), least - 0.5)


def _weighty(yes: Floats, forum: Forum, seats: Bools) -> Floats:
    """Chance that the second majority, of weights, is met: (runs,)."""
    if not forum.rules.weight_share:
        return np.ones(len(yes))
    heavy = np.where(seats, forum.weights, 0.0)
    share = heavy / heavy.sum()
    least = forum.rules.weight_share - _AT_LEAST
    met = _above((share * yes).sum(axis=1), _variance(yes, share), least)
    too_few = np.count_nonzero(seats) - forum.rules.blocking_minority + 0.5
    return np.maximum(met, _above(yes.sum(axis=1), _variance(yes), too_few))


def _above(mean: Floats, variance: Floats, needed: Floats | float) -> Floats:
    """Chance that a sum of votes lies above what is needed (normal approximation)."""
    chance: Floats = special.ndtr((mean - needed) / np.sqrt(variance + _STEP))
    return chance


def _variance(chance: Floats, weight: Floats | float = 1.0) -> Floats:
    """Variance of a weighted count of votes cast with these chances: (runs,)."""
    total: Floats = (weight * weight * chance * (1 - chance)).sum(axis=1)
    return total
