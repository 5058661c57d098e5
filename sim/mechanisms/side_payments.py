"""Side payments: a donor offers means to states for their vote on a draft, and rivals outbid it.

    a_i  +=  w (the offer that i holds), + if it pays for a vote in favour, - if against

Donors of the two sides bid for each state until one would go no further: who would pay most wins,
at a step above the other's most, and equals cancel out. The state holds that offer if it is open
to offers at all; at later stages its price may rise, and does not fall. An offer lapses where the
vote is not given, and is paid once the text is decided for good. In a room that seeks consensus it
makes up for that much cost, w / beta in units of gain.
Bidding for votes: Groseclose and Snyder (1996); with raises: Dekel, Jackson and Wolinsky (2008).
That offers work at all is assumed: the range of w includes 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.core.ask import Phase
from sim.core.fields import ActorRef, ActorRefs, DraftRef, Part, Percent
from sim.core.lever import AMOUNT, Asked, Moved
from sim.core.mechanism import Axes, Bars, Look, Mechanism, Section, Telling, When
from sim.core.outcome import Outcome, Over
from sim.core.parameters import Parameter
from sim.core.setting import Meeting, Setting
from sim.core.world import Ballot, World
from sim.forums.rules import Decision, How

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FULL, STEP = 100.0, 0.05  # STEP on 0-1: how far a bid goes over the rival's; assumed
SIDES = {"in_favour": 1, "against": -1}
GIVEN = {1: (Decision.SUPPORT, Decision.ACCEPT), -1: (Decision.OPPOSE, Decision.BLOCK)}


class WrittenOffer(Part):
    """Means that a donor offers to states for their vote on a draft."""

    donor: ActorRef = Field(description="who offers")
    to: ActorRefs = Field(description="the states it offers to, or `group NAME`")
    draft: DraftRef = Field(description="label of the draft")
    vote: Literal["in_favour", "against"] = Field(
        default="in_favour", description="the vote it is for: in_favour or against"
    )
    amount: Percent = Field(description="what it offers each at first; 100 is a full offer")
    at_most: Percent | None = Field(
        default=None, description="what it would pay each if outbid, 0-100; by default the amount"
    )


class Offer(NamedTuple):
    """One donor's offer to one state; amounts on 0-1, ``side`` is -1 for a vote against."""

    donor: int
    to: int
    draft: int
    side: int
    amount: float
    most: float


def _offered(donor: str, to: str, draft: str, vote: str, amount: float) -> dict[str, Any]:
    offer = WrittenOffer.model_construct(
        donor=donor, to=(to,), draft=draft, vote=vote, amount=amount, at_most=None
    )
    return {"side_payments": (offer,)}


class SidePayments(Mechanism):
    """Side payments: a donor offers means to states for their vote, and rivals outbid it."""

    name = "side_payments"
    when = When.FLOOR
    scenario = {"side_payments": Section(tuple[WrittenOffer, ...], (), "means offered for votes")}
    parameters = (
        Parameter("payment_weight", "w_p", 4, 0, 8, "what a full offer adds to support, in logits"),
        Parameter("payment_openness", "o", 0.5, 0, 1, "chance that a state considers offers"),
    )
    draws = ("open",)
    outcomes = (
        Outcome(
            "payments_received",
            "paid to {actor}",
            "what {actor} was paid for its votes in all; 100: one full offer",
            *("points", Over.ACTOR, 0, None, 0),
        ),
    )
    acts = {"pays": "pays a state for its vote, in points"}
    tellings = {
        "pays": Telling("paid {target} for its vote", 1.5),
    }
    figures = (Bars("payments_received", "What states were paid for their votes"),)
    claims = {"R09": "a rival that offers more draws a state over to its side"}
    sources = ("groseclose1996", "dekel2008")
    terms = {"payments": "means offered for its vote"}
    dynamic = True
    off = {"payment_weight": 0.0}

    def levers(self, said: Mapping[str, Any], asked: Asked) -> Iterator[Moved]:
        """What the most capable on either side might offer it, where nobody offers anything."""
        if said["side_payments"] or not asked.votes:
            return
        for vote, donor in asked.donors.items():
            if donor and donor != asked.actor:
                about = {"in_favour": "a vote in favour", "against": "a vote against"}[vote]
                about = f"what {asked.called(donor)} offers it for {about}"
                offer = (donor, asked.actor, asked.draft, vote)
                written = (
                    f'[{{donor: {donor}, to: [{asked.actor}], draft: "{asked.draft}", vote: {vote},'
                    f" amount: {AMOUNT}}}]"
                )
                yield Moved(
                    *("side_payments", about, donor, 0.0, 0.0, FULL, partial(_offered, *offer)),
                    *(written, vote),
                )

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse offers to oneself, to those who have no vote there, and a most below the first."""
        for place, offer in enumerate(said["side_payments"]):
            at, most = ("side_payments", place), offer.at_most
            if most is not None and most < offer.amount:
                right = f"{offer.amount:g} or more"
                look.wrong((*at, "at_most"), "is less than the amount", f"{most:g}", right)
            seats = look.members.get(offer.draft, offer.to)
            for actor in offer.to:
                if actor == offer.donor:
                    look.wrong((*at, "to"), "is the donor itself", actor, "other states")
                elif look.actors[actor].kind != "state":
                    look.wrong((*at, "to"), "has no vote to give: it is no state", actor, "states")
                elif actor not in seats:
                    problem = f"has no seat where {offer.draft} is decided"
                    look.wrong((*at, "to"), problem, actor, "members of its forum")

    def compile(self, said: Mapping[str, Any], axes: Axes) -> tuple[Offer, ...] | None:
        """Make one offer of each donor and state, on 0-1."""
        made = []
        for o in said["side_payments"]:
            most = o.amount if o.at_most is None else o.at_most
            terms = (axes.drafts.index(o.draft), SIDES[o.vote], o.amount / FULL, most / FULL)
            made += [Offer(axes.place(o.donor), axes.place(to), *terms) for to in o.to]
        return tuple(made) or None

    def columns(self, outcome: Outcome, said: Mapping[str, Any]) -> Iterable[str]:
        """Keep what those were paid to whom something is offered."""
        return dict.fromkeys(actor for offer in said["side_payments"] for actor in offer.to)

    def begin(self, setting: Setting, world: World) -> dict[str, Any]:
        """Nothing is held or paid yet, (runs, offers); draw who is open, (runs, actors)."""
        nothing = np.zeros((world.size, len(self.part(setting))))
        drawn = self.luck(world, "open", setting.labels)
        is_open = drawn < world.column("payment_openness")
        return {"held": nothing, "paid": nothing.copy(), "lapsed": nothing > 0, "open": is_open}

    def play(self, setting: Setting, world: World, meeting: Meeting) -> Phase:
        """Let donors bid for each state, draft by draft, and see which offers are held."""
        offers, scene, state = self.part(setting), setting.scene(meeting.session), self.state(world)
        bidding, drafts = scene.seated & scene.speaking, setting.forums[meeting.forum].drafts
        for draft, to in dict.fromkeys((o.draft, o.to) for o in offers if o.draft in drafts):
            market = [n for n, o in enumerate(offers) if (o.draft, o.to) == (draft, to)]
            here = [offers[n] for n in market]
            most = np.array([offer.most * bidding[offer.donor] for offer in here])
            held_by = state["open"][:, to, None] & ~np.take(state["lapsed"], market, axis=1)
            now, before = outbid(here, most * held_by), np.take(state["held"], market, axis=1)
            state["held"][:, market] = np.where(now > 0, np.maximum(now, before), 0.0)
        yield from ()

    def _terms(self, setting: Setting, world: World, draft: int) -> Floats:
        """The offer that each state holds, below 0 for a vote against: (runs, actors)."""
        total = np.zeros((world.size, len(setting.actors)))
        for n, offer in enumerate(self.part(setting)):
            if offer.draft == draft:
                total[:, offer.to] += offer.side * self.state(world)["held"][:, n]
        return world.column("payment_weight") * total

    def support(self, setting: Setting, world: World, draft: int) -> Iterator[tuple[str, Floats]]:
        """Add what the offer that it holds moves each state."""
        yield "payments", self._terms(setting, world, draft)

    def grievance(
        self, setting: Setting, world: World, meeting: Meeting, draft: int
    ) -> Iterator[tuple[str, Floats]]:
        """Take it off what the text costs, in units of gain."""
        yield "payments", -self._terms(setting, world, draft) / world.column("stakes")

    def decided(
        self, setting: Setting, world: World, meeting: Meeting, draft: int, ballot: Ballot
    ) -> None:
        """Let offers lapse whose vote was not given, and pay the others when it is final."""
        state, reached = self.state(world), ballot.verdict.how != How.NOT_REACHED
        over = reached & (meeting.final | ~world.alive[draft])
        for n, offer in enumerate(self.part(setting)):
            if offer.draft == draft:
                given = np.isin(ballot.decisions[:, offer.to], GIVEN[offer.side])
                due = over & given & (state["held"][:, n] > 0)
                state["paid"][:, n] += np.where(due, state["held"][:, n], 0.0)
                state["lapsed"][:, n] |= reached & ~given
                size = np.where(due, FULL * state["held"][:, n], np.nan)
                self.act(world, meeting, "pays", offer.donor, offer.to, draft, size)

    def collect(
        self, setting: Setting, world: World
    ) -> Iterator[tuple[str, tuple[str, ...], Floats]]:
        """Read off what each state was paid, in points."""
        whose = np.array([offer.to for offer in self.part(setting)])
        for to in dict.fromkeys(whose.tolist()):
            paid = np.compress(whose == to, self.state(world)["paid"], axis=1).sum(axis=1)
            yield "payments_received", (setting.actors[to],), FULL * paid


def outbid(offers: Sequence[Offer], most: Floats) -> Floats:
    """Give one state's offers to whoever would pay most, at its price: (runs, offers).

    ``most`` (runs, offers) is what each would pay. The others come to 0, and so do all where the
    two sides would pay the same.
    """
    sides, amount = (np.array([getattr(o, name) for o in offers]) for name in ("side", "amount"))
    runs, top = np.arange(len(most)), most.argmax(axis=1)
    mine = most[runs, top]
    rival = np.where(sides != np.take(sides, top)[:, None], most, 0.0).max(axis=1)
    first = np.minimum(np.take(amount, top), mine)
    held = np.zeros_like(most)
    price = np.clip(np.where(rival > 0, rival + STEP, 0.0), first, mine)
    held[runs, top] = np.where(mine > rival, price, 0.0)
    return held
