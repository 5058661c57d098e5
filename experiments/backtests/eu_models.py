"""Models of other people on decisions of the European Union, and ours: nothing here is fitted.

Each is given the issues without their outcomes and says where each ends, nan where it says
nothing. Those that trade or fight over several issues are played on one proposal at a time.

In our own model the proposal is a draft before a room with the Council's rule: the Commission's
positions are the text, the reference point is the status quo, and the Commission revises what it
tabled to what serves it best and will still carry (`sim.mechanisms.sponsors`), after which the
states vote, the Parliament with them in codecision; or a chair looks for a text that nobody blocks
(`sim.mechanisms.chair`), beginning with the proposal or with the compromise. The phases and the
parameters are those of every scenario, at their defaults. A text that falls leaves the reference
point. It says nothing of an issue whose reference point is not known, or on which the Commission
takes no position, and such issues are no part of the draft.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import eu_decisions as council
import numpy as np
import numpy.typing as npt
from eu_decisions import ACTORS, COMMISSION, PARLIAMENT, Decisions

from sim.core.agenda import sessions
from sim.core.arranged import arranged
from sim.core.ask import play
from sim.core.registry import PARAMETERS
from sim.core.setting import Draft, Forum, Setting, Worlds
from sim.core.world import World, begin
from sim.errors import InputError
from sim.forums.rules import Rules
from sim.published import exchange, nash, spatial
from sim.published.setter import take_it_or_leave_it
from sim.published.table import Table

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Hindcast = Callable[[Decisions, int], Floats]  # decisions, seed -> (issues,)
Text = Callable[[Decisions], Floats]

RUNS = 15  # odd, so that the middle one is one of them
STAGE = "adoption"
MIDDLE = 0.5


@dataclass(frozen=True)
class Other:
    """One model: its name in files, its name in print, and what it says of decisions."""

    name: str
    title: str
    about: str
    hindcast: Hindcast


# Models of other people


def bargaining(decisions: Decisions, seed: int) -> Floats:
    """Nash bargaining over a proposal, the reference point being disagreement.

    Where no text is better for all than the reference point, that is what stands.
    """

    def agree(table: Table) -> Floats:
        before = nash.utility(table.position, table.salience, table.status_quo)
        found = nash.bargain(
            table.position,
            before,
            salience=table.salience,
            power=table.capability.max(axis=1),
        )
        return table.status_quo if found.text is None else found.text

    return _by_proposal(decisions, agree, with_reference=True)


def setting_the_agenda(decisions: Decisions, seed: int) -> Floats:
    """The Commission proposes, issue by issue, and the rule's voters take it or leave it.

    The Parliament's consent is needed in codecision, where it takes a position.
    """
    found = np.full(len(decisions), np.nan)
    for places in decisions.proposals.values():
        states = council.seats(decisions, places)
        for p in places if states else ():
            found[p] = _proposed(decisions, int(p), states)
    return found


def _proposed(decisions: Decisions, p: int, states: council.Seats) -> float:
    before, mine = decisions.reference[p], decisions.position[p, COMMISSION]
    if np.isnan(before) or np.isnan(mine):
        return float("nan")
    codecision = bool(decisions.codecision[p]) and not np.isnan(decisions.position[p, PARLIAMENT])
    game = council.game(states, int(decisions.year[p]), bool(decisions.unanimity[p]), codecision)
    slots = [ACTORS.index(name) for name in states]
    others = decisions.position[p, [*slots, COMMISSION, PARLIAMENT][: len(slots) + 1 + codecision]]
    # Who takes no position stays with the status quo: it gives its vote to nobody.
    return take_it_or_leave_it(mine, np.where(np.isnan(others), before, others), before, game)


def _by_proposal(
    decisions: Decisions, solve: Callable[[Table], Floats], with_reference: bool = False
) -> Floats:
    """Play a model on each proposal; those whose table it cannot take stay nan.

    Args:
        decisions: the issues.
        solve: from a table to where its issues end.
        with_reference: leave out issues whose reference point is not known.
    """
    found = np.full(len(decisions), np.nan)
    usable = ~np.isnan(decisions.reference) if with_reference else np.ones(len(decisions), bool)
    kept = np.flatnonzero(usable)
    part = decisions.take(kept)
    weights = np.broadcast_to(part.capability, part.position.shape)
    for places, table in part.tables(weights):
        try:
            found[kept[places]] = np.clip(solve(table), 0.0, 1.0)
        except InputError:  # too few who care, or none with a weight: nothing to play with
            continue
    return found


# Ours


def proposed(proposal: Decisions) -> Floats:
    """What the Commission tables: its positions, (issues,)."""
    return proposal.position[:, COMMISSION]


def drafted(decisions: Decisions, seed: int, text: Text, by_consensus: bool) -> Floats:
    """Where each issue ends if the Commission, or a chair for consensus, drafts: (issues,)."""
    found = np.full(len(decisions), np.nan)
    usable = ~np.isnan(decisions.reference) & decisions.present[:, COMMISSION]
    for everything in decisions.proposals.values():
        places = everything[usable[everything]]
        if not len(places) or not council.seats(decisions, everything):
            continue
        proposal = decisions.take(places)
        rules = _rules(decisions, everything, by_consensus)
        room = setting(proposal, text(proposal), rules, decisions.capability, seed)
        world = begin(room, range(RUNS))
        play(sessions(room, world))
        found[places] = np.median(_stands(world, proposal), axis=0)
    return found


def _rules(decisions: Decisions, places: Ints, by_consensus: bool) -> Rules:
    first = places[0]
    rules = council.rules(
        council.seats(decisions, places),
        int(decisions.year[first]),
        bool(decisions.unanimity[places].any()),
        bool(decisions.codecision[first]),
    )
    if not by_consensus:
        return rules
    return replace(rules, consensus=True, vote="", vetoes=(), drafting="chair")


def setting(
    proposal: Decisions, value: Floats, rules: Rules, capability: Floats, seed: int
) -> Setting:
    """A room for one proposal, all of its issues in one draft.

    Args:
        proposal: its issues, none without a reference point or a position of the Commission.
        value: the text as tabled, (issues,).
        rules: of the room.
        capability: (actors,), of which only ratios count.
        seed: of the draws.
    """
    here = np.array(proposal.present.any(axis=0))
    here[PARLIAMENT] &= bool(proposal.codecision.all())
    names = tuple(name for name, there in zip(ACTORS, here, strict=True) if there)
    issues = len(proposal)
    weighing = capability[here] / max(float(capability[here].max()), 1e-12)
    clauses = tuple(f"C{n + 1}" for n in range(issues))
    text = Draft(
        label="draft",
        title=proposal.title[0],
        forum=0,
        clauses=clauses,
        words=("",) * issues,
        issue=np.arange(issues),
        value=value,
        weight=np.ones(issues),
        sponsors=np.array([name == ACTORS[COMMISSION] for name in names]),
        dates={},
    )
    return arranged(
        title=proposal.title[0],
        seed=seed,
        actors=names,
        issues=clauses,
        status_quo=proposal.reference,
        capability=weighing,
        forums=(_forum(names, rules, proposal),),
        drafts=(text,),
        worlds=_worlds(proposal, here, value),
    )


def _forum(names: tuple[str, ...], rules: Rules, proposal: Decisions) -> Forum:
    """The members, with the states' weights; the Parliament's seat weighs nothing."""
    members = np.array([name != ACTORS[COMMISSION] for name in names])
    states = tuple(name for name in names if name in council.STATES)
    weights = np.zeros(len(names))
    heavy, _ = council.weights(states, int(proposal.year[0]))
    weights[[names.index(s) for s in states]] = heavy
    vetoes = np.array([name in rules.vetoes for name in names])
    return Forum("council", rules, members, vetoes, weights, {STAGE: 1}, (0,))


def _worlds(proposal: Decisions, here: npt.NDArray[np.bool_], value: Floats) -> Worlds:
    """One world: positions as they are given; who takes none on an issue cares nothing for it."""
    present = proposal.present[:, here].T
    position = np.where(present, np.nan_to_num(proposal.position[:, here].T), 0.5)[None]
    salience = np.where(present, proposal.salience[:, here].T, 0.0)[None]
    parameters = {name: np.array([p.default]) for name, p in PARAMETERS.items()}
    return Worlds(position, position, salience, parameters, (value[None].copy(),))


def _stands(world: World, proposal: Decisions) -> Floats:
    """What stands in each run: the text where it was adopted, else the reference point."""
    adopted = world.ballots[0, STAGE].verdict.adopted[:, None]
    text = np.where(world.active[0], world.value[0], proposal.reference)
    return np.where(adopted, text, proposal.reference)


def _alike(decisions: Decisions) -> Floats:
    return decisions.present.astype(np.float64)


def _by(decisions: Decisions, capability: Floats) -> Floats:
    return council.mean(decisions, council.weight(decisions, capability))


OTHERS = (
    Other(
        "compromise",
        "compromise model",
        "mean of positions by capability x salience; capability as the file gives it",
        lambda d, seed: council.compromise(d),
    ),
    Other(
        "compromise_power",
        "compromise model, voting power",
        "mean of positions by Shapley-Shubik index x salience",
        lambda d, seed: _by(d, council.voting_power(d)),
    ),
    Other(
        "compromise_root",
        "compromise model, square root",
        "mean of positions by the square root of capability x salience",
        lambda d, seed: _by(d, np.sqrt(d.capability)),
    ),
    Other(
        "mean",
        "mean of positions",
        "all actors alike",
        lambda d, seed: council.mean(d, _alike(d)),
    ),
    Other(
        "mean_salience",
        "mean by salience",
        "positions by salience alone",
        lambda d, seed: _by(d, np.ones(d.position.shape[1])),
    ),
    Other(
        "median",
        "median of positions",
        "all actors alike",
        lambda d, seed: council.median(d, _alike(d)),
    ),
    Other(
        "median_weight",
        "median by weight",
        "median by capability x salience",
        lambda d, seed: council.median(d, council.weight(d, d.capability)),
    ),
    Other(
        "middle",
        "middle of the scale",
        "50 on every issue",
        lambda d, seed: np.full(len(d), MIDDLE),
    ),
    Other(
        "commission",
        "Commission's position",
        "the proposal as tabled",
        lambda d, seed: proposed(d).copy(),
    ),
    Other(
        "parliament",
        "Parliament's position",
        "where it takes one",
        lambda d, seed: d.position[:, PARLIAMENT].copy(),
    ),
    Other(
        "status_quo",
        "status quo",
        "the reference point, where it is known",
        lambda d, seed: d.reference.copy(),
    ),
    Other(
        "nash",
        "Nash bargaining",
        "over a proposal, from the reference point; where no text is better for all, it stands",
        bargaining,
    ),
    Other(
        "setter",
        "agenda setter",
        "the Commission proposes, issue by issue, under the rule in force",
        setting_the_agenda,
    ),
    Other(
        "exchange",
        "equal-gain exchange",
        "votes traded between the issues of a proposal, one round",
        lambda d, seed: _by_proposal(d, lambda table: exchange.solve(table).outcome),
    ),
    Other(
        "spatial",
        "spatial model of politics",
        "KTAB's, over a proposal",
        lambda d, seed: _by_proposal(d, lambda table: spatial.solve(table).outcome),
    ),
    Other(
        "plenary_sponsors",
        "plenary, Commission drafts",
        "our drafting by a sponsor and a vote by the rule in force, nothing fitted",
        lambda d, seed: drafted(d, seed, proposed, by_consensus=False),
    ),
    Other(
        "plenary_chair",
        "plenary, chair drafts",
        "our drafting by a chair who looks for consensus, nothing fitted",
        lambda d, seed: drafted(d, seed, proposed, by_consensus=True),
    ),
    Other(
        "plenary_presidency",
        "plenary, chair from the mean",
        "the same, beginning with the compromise and not with the proposal",
        lambda d, seed: drafted(d, seed, council.compromise, by_consensus=True),
    ),
)


def played(shared: tuple[Decisions, int], places: Ints) -> list[tuple[str, Floats]]:
    """What some of the models, by their places, say of decisions, given a seed."""
    decisions, seed = shared
    models = [OTHERS[n] for n in places.tolist()]
    return [(model.name, model.hindcast(decisions, seed)) for model in models]
