"""Voting: each delegation compares its support with its band of indifference.

    a_i = mu + beta sum_c g_ic(z) + other terms + u + noise_i
    in favour if a_i > tau, against if a_i < -tau,   u ~ N(0, s^2), s = S (1 - l) + S_0 l

u is what the whole text surprises by, the same for all and at all stages; l is how familiar it is
(`sim.mechanisms.memory`). Noise is logistic and, between the stages of one text, mostly the same (a
Gaussian copula keeps its margins logistic). The other terms are those of `sim.core.support`.
`chances` gives the same in closed form: it is what hindcasts score, and parameters are fitted by.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from sim.core import special
from sim.core.ask import Answer, Ask, Phase
from sim.core.mechanism import Mechanism, When
from sim.core.parameters import Parameter
from sim.core.question import Answers, Question
from sim.core.setting import Meeting, Setting
from sim.core.support import bound, reading, systematic
from sim.core.world import Ballot, World
from sim.forums.decision import by_vote
from sim.forums.rules import Decision, Rules
from sim.mechanisms.attendance import absent, probability
from sim.mechanisms.ballots import settle, turns
from sim.mechanisms.memory import erosion, familiar, width

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]

_STEP = 1e-9  # the noise of a vote without noise


def _nodes(count: int) -> tuple[tuple[float, float], ...]:
    """Points of a normal deviate and their masses, to integrate over it."""
    points, masses = np.polynomial.hermite_e.hermegauss(count)
    return tuple(zip(points.tolist(), (masses / masses.sum()).tolist(), strict=True))


NODES, DAYS = _nodes(9), _nodes(3)


def vote(
    setting: Setting, world: World, meeting: Meeting, draft: int
) -> Generator[Ask, Answer, Ballot]:
    """Ask everyone to vote on one draft and count."""
    felt = support(setting, world, meeting, draft)
    away = absent(setting, world, meeting, draft)
    standard = choose(felt, width(setting, world, draft))
    standard[away] = Decision.ABSENT
    obey(setting, meeting, draft, standard, by_consensus=False)
    scene, forum = setting.scene(meeting.session), setting.forums[meeting.forum]
    seats = forum.members & scene.seated
    standard[:, ~(seats & scene.attending)] = Decision.ABSENT
    answer = yield Ask("vote", standard, meeting, draft)
    decisions = answer if answer is standard else in_vote(answer)
    verdict = by_vote(decisions, seats, forum.vetoes, forum.weights, forum.rules)
    return Ballot(decisions, verdict, np.full(world.size, -1, np.int8), np.zeros_like(decisions))


def support(setting: Setting, world: World, meeting: Meeting, draft: int) -> Floats:
    """Everyone's support as it votes, chance included: (runs, actors), in logits."""
    own = systematic(setting, world, draft)
    unexplained = surprise(setting, world, draft) + noise(setting, world, meeting, draft)
    return bound(setting, world, meeting, draft, own + unexplained)


def noise(setting: Setting, world: World, meeting: Meeting, draft: int) -> Floats:
    """Draw what no term explains: logistic, (runs, actors)."""
    label = setting.drafts[draft].label
    kept = VOTING.luck(world, "reading", setting.labels, label)
    fresh = VOTING.luck(world, "vote", setting.labels, meeting.stage, label)
    echo = world.column("echo")
    u = special.ndtr(np.sqrt(echo) * special.ndtri(kept) + np.sqrt(1 - echo) * special.ndtri(fresh))
    unexplained: Floats = world.column("noise") * (np.log(u) - np.log1p(-u))
    return unexplained


def surprise(setting: Setting, world: World, draft: int) -> Floats:
    """Draw what the whole text surprises by, in logits: (runs, 1)."""
    drawn = special.ndtri(VOTING.luck(world, "surprise", None, setting.drafts[draft].label))
    return (unsure(setting, world, draft) * drawn)[:, None]


def unsure(setting: Setting, world: World, draft: int) -> Floats:
    """Standard deviation of that, in logits: (runs,)."""
    old, p = familiar(setting, world, draft), world.parameters
    return p["surprise"] * (1.0 - old) + p["familiar_surprise"] * old


def chances(setting: Setting, world: World, meeting: Meeting, draft: int) -> Floats:
    """Chances of each delegation: (runs, actors, 4), in favour, abstaining, against, not voting.

    Integrates what `vote` draws: noise, surprise, and whether memory is recalled. What binds
    delegations to others is taken at their support without chance; orders are left out.
    """
    found = np.zeros((4, world.size, len(setting.actors)))
    for share, cast, there in conditional(setting, world, meeting, draft):
        found[:3] += cast * (share[:, None] * there)
        found[3] += share[:, None] * (1.0 - there)
    return np.ascontiguousarray(np.moveaxis(found, 0, -1))


def conditional(
    setting: Setting, world: World, meeting: Meeting, draft: int
) -> Iterator[tuple[Floats, Floats, Floats]]:
    """The same, given what all share: recall or not, how the text surprises, and the day.

    Yields a share (runs,), the chances of those who vote to be in favour, abstaining and against,
    (3, runs, actors), and of everyone to vote, (runs, actors); the shares of a run sum to 1.
    """
    kept = erosion(setting, world, draft)
    for coin, share in ((0.0, kept), (1.0, 1.0 - kept)):
        if share.any():
            yield from _given(setting, _with(world, coin), meeting, draft, share)


def _with(world: World, coin: float) -> World:
    """The world where the coin of memory has fallen so: 0 recalls, 1 does not."""
    if "memory" not in world.state:
        return world
    coins = np.full_like(world.state["memory"], coin)
    return replace(world, state={**world.state, "memory": coins})


def _given(
    setting: Setting, world: World, meeting: Meeting, draft: int, share: Floats
) -> Iterator[tuple[Floats, Floats, Floats]]:
    expected = bound(setting, world, meeting, draft, systematic(setting, world, draft))
    band = width(setting, world, draft)
    spread = unsure(setting, world, draft)[:, None]
    days = [(mass, 1.0 - probability(setting, world, meeting, draft, node)) for node, mass in DAYS]
    for node, mass in NODES:
        yes, no = leanings(world, expected + spread * node, band)
        cast = np.stack([yes, np.maximum(1.0 - yes - no, 0.0), no])
        for often, there in days:
            yield mass * often * share, cast, there


def leanings(world: World, support: Floats, band: Floats) -> tuple[Floats, Floats]:
    """Chances to be for and against, over the noise alone, of those who come: (runs, actors)."""
    scale = np.maximum(world.column("noise"), _STEP)
    return special.expit((support - band) / scale), special.expit((-support - band) / scale)


def obey(
    setting: Setting, meeting: Meeting, draft: int, decisions: Codes, by_consensus: bool
) -> Bools:
    """Write, in place, the decisions that are not a delegation's own; say whose: (actors,)."""
    told = np.zeros(len(setting.actors), dtype=bool)
    for mechanism in setting.doing("decide"):
        orders = mechanism.decide(setting, meeting, draft, by_consensus)
        if orders is not None:
            given = orders >= 0
            decisions[:, given] = orders[given]
            told |= given
    return told


def choose(support: Floats, band: Floats) -> Codes:
    """Turn support into a vote: (runs, actors) of Decision; within the band is to abstain."""
    return np.where(
        support > band,
        Decision.SUPPORT,
        np.where(support < -band, Decision.OPPOSE, Decision.ABSTAIN),
    ).astype(np.int8)


def in_vote(answer: Codes) -> Codes:
    """Read words of consensus in a room that votes: to block is against, to accept to abstain."""
    read = np.where(answer == Decision.BLOCK, Decision.OPPOSE, answer)
    quiet = (read == Decision.ACCEPT) | (read == Decision.DISSOCIATE)
    return np.where(quiet, Decision.ABSTAIN, read).astype(np.int8)


def members(setting: Setting, _: World, ask: Ask) -> Bools:
    """Members that are in the room: (actors,)."""
    forum, scene = ask.room(setting)
    return forum.members & scene.present


class Voting(Mechanism):
    """Voting: each delegation compares its support with its band of indifference."""

    name = "voting"
    when = When.DECISION
    of_text = True
    draws = ("surprise", "reading", "vote")
    parameters = (
        Parameter(
            "readiness",
            "mu",
            1.0,
            -1.0,
            6.0,
            "general readiness to say yes, in logits",
            fitted=True,
        ),
        Parameter(
            "band",
            "tau",
            0.5,
            0.05,
            2.0,
            "half-width of indifference: within it a state abstains",
            fitted=True,
        ),
        Parameter(
            "stakes",
            "beta",
            12.0,
            1.0,
            40.0,
            "weight of the gain of a text, in logits per unit",
            fitted=True,
        ),
        Parameter(
            "noise",
            "sigma",
            1.0,
            0.0,
            2.0,
            "scale of the logistic noise of a vote; 1 fixes the unit",
        ),
        Parameter(
            *("surprise", "S", 2.4, 1.2, 3.6),
            "sd of what a new text surprises all by, in logits",
        ),
        Parameter(
            *("familiar_surprise", "S_0", 0.4, 0.0, 0.8),
            "sd of that where a text repeats the last of its series",
        ),
        Parameter(
            "echo", "rho", 0.9, 0.7, 1.0, "how much of that noise a state keeps from stage to stage"
        ),
    )
    questions = {
        "vote": Question(
            "how it decides: SUPPORT, ABSTAIN, OPPOSE or ABSENT; by consensus, ACCEPT, DISSOCIATE"
            " or BLOCK",
            Answers.DECISION,
            members,
            states=True,
        )
    }
    terms = {"readiness": "readiness to say yes to any text"}
    sources = ("clinton2004", "bailey2017")

    def decides(self, rules: Rules) -> bool:
        """Where consensus is not sought."""
        return not rules.consensus

    def support(self, setting: Setting, world: World, draft: int) -> Iterator[tuple[str, Floats]]:
        """Add general readiness, then the gain of every clause."""
        yield "readiness", world.column("readiness") * np.ones(len(setting.actors))
        gains = reading(setting, world, draft).gains(world.value[draft], world.active[draft])
        for place, label in enumerate(setting.drafts[draft].clauses):
            yield label, world.column("stakes") * gains[:, :, place]

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Put every draft of the forum to the vote, each by itself against the status quo."""
        for draft, turn in turns(setting, world, meeting):
            ballot = yield from vote(setting, world, meeting, draft)
            settle(setting, world, meeting, draft, ballot, turn)


VOTING = Voting()
