"""Prospects: the chance that a vote carries is about that of the vote, and certain where it is."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.stats import multinomial

from sim.forums.decision import by_vote
from sim.forums.presets import PRESETS
from sim.forums.rules import Decision, Rules
from sim.mechanisms.prospects import chance_of_adoption
from tests.settings import ForumSpec, make

COUNTED = [
    Rules("simple", vote="present_and_voting"),
    Rules("two thirds", vote="present_and_voting", majority=2 / 3, more_than=False),
    Rules("60%", vote="present_and_voting", majority=0.6, more_than=False),
    Rules("of members", vote="members"),
    Rules("9 of 15", vote="members", majority=9 / 15, more_than=False),
    replace(PRESETS["double_majority"], title="double"),
    Rules("weighed votes", vote="present_and_voting", weight_share=0.4, blocking_minority=3),
    Rules("quorum", vote="present_and_voting", quorum=0.9),
]
CERTAIN = [*COUNTED, Rules("quorum of members", vote="members", quorum=0.9)]


@pytest.mark.parametrize("rules", COUNTED, ids=lambda r: r.title)
@pytest.mark.parametrize("n", [14, 15, 60])
def test_the_chance_of_adoption_is_about_that_of_the_vote(rules: Rules, n: int) -> None:
    """A normal approximation, against 20,000 votes drawn: within .06 in rooms of 14 or more."""
    rng = np.random.default_rng(n)
    weights = rng.uniform(1, 5, n)
    setting = make(n, forums=[ForumSpec(rules, weights=weights)])
    for lean in (-0.5, 0.0, 0.5, 1.0):
        odds = np.exp(lean + rng.normal(size=n))
        yes, no, there = 0.85 * odds / (1 + odds), 0.85 / (1 + odds), np.full(n, 0.9)
        forum, scene = setting.forums[0], setting.scene(1)
        chance = chance_of_adoption(yes[None], no[None], there[None], forum, scene)[0]
        drawn = rng.random((20_000, n))
        cast = np.where(drawn < yes, Decision.SUPPORT, Decision.ABSTAIN)
        cast = np.where(drawn >= there, Decision.ABSENT, cast)
        cast = np.where((yes <= drawn) & (drawn < yes + no), Decision.OPPOSE, cast).astype(np.int8)
        nobody = np.zeros(n, dtype=bool)
        share = by_vote(cast, ~nobody, nobody, weights, rules).adopted.mean()
        assert chance == pytest.approx(share, abs=0.06)


def test_half_a_step_parts_a_tie_from_a_majority() -> None:
    """Half of the votes, or more than half: they differ by the chance of a tie, here listed."""
    n, each = 60, np.full((1, 60), 0.4)
    tie = multinomial.pmf([(k, k, n - 2 * k) for k in range(n // 2 + 1)], n, [0.4, 0.4, 0.2]).sum()
    chances = []
    for more_than in (False, True):
        rules = Rules("half", vote="present_and_voting", majority=0.5, more_than=more_than)
        room = make(n, forums=[ForumSpec(rules)])
        there = np.ones((1, n))
        (chance,) = chance_of_adoption(each, each, there, room.forums[0], room.scene(1))
        chances.append(chance)
    assert chances[0] - chances[1] == pytest.approx(tie, rel=0.05)


@pytest.mark.parametrize("rules", CERTAIN, ids=lambda r: r.title)
def test_it_is_certain_where_votes_are(rules: Rules) -> None:
    """Every division of nine and ten members, with a veto and without: 1 if it carries, else 0."""
    for n, vetoes in product((9, 10), ([], [8])):
        forum = make(n, forums=[ForumSpec(rules, vetoes=vetoes)]).forums[0]
        scene, everyone = make(n).scene(1), np.ones(n, dtype=bool)
        for in_favour, against, away in product(range(n + 1), repeat=3):
            if in_favour + against + away <= n:
                kinds = [Decision.SUPPORT] * in_favour + [Decision.ABSENT] * away
                kinds += [Decision.ABSTAIN] * (n - in_favour - against - away)
                cast = np.array([kinds + [Decision.OPPOSE] * against], dtype=np.int8)
                carried = by_vote(cast, everyone, forum.vetoes, np.ones(n), rules).adopted
                yes, no, there = (
                    share.astype(float)
                    for share in (cast == 0, cast == Decision.OPPOSE, cast != Decision.ABSENT)
                )
                chance = chance_of_adoption(yes, no, there, forum, scene)
                np.testing.assert_allclose(chance, carried, atol=1e-6)


@pytest.mark.parametrize("vote", ["members", "present_and_voting"])
def test_a_likely_veto_makes_adoption_unlikely(vote: str) -> None:
    rules = replace(PRESETS["council_with_vetoes"], vote=vote)
    setting = make(15, forums=[ForumSpec(rules, vetoes=[0, 1])])
    forum, scene = setting.forums[0], setting.scene(1)
    yes, no, there = np.full((1, 15), 0.9), np.full((1, 15), 0.001), np.ones((1, 15))
    free = chance_of_adoption(yes, no, there, forum, scene)
    no[0, 0] = 0.8
    held = chance_of_adoption(yes, no, there, forum, scene)
    np.testing.assert_allclose(held, free * (0.2 / 0.999), rtol=0.01)
