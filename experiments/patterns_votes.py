"""Patterns 1-5, 8 and 18 of the public record, of votes; 6 and 7, of rooms by consensus.

They are read off the scenarios of recorded votes and of rooms at the United Nations. The model of
votes was fitted on votes before the date of each scenario, never on those of the scenario itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from patterns_found import ROOMS, VOTES, Found, Pattern, between, loaded, number, played

from sim import record, shipped
from sim.analysis.recorded import recorded
from sim.core.outcomes import Outcomes
from sim.forums.rules import Decision

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]
Bools = npt.NDArray[np.bool_]

CYBERCRIME, LAST = "cybercrime-2019", "rival-resolutions-2022"
RIVALS = {
    "rival-resolutions-2018": ("73/27", "73/266"),
    "rival-resolutions-2019": ("74/28", "74/29"),
    "rival-resolutions-2020": ("75/32", "75/240"),
    LAST: ("77/36", "77/37"),
}
VOTED = (*RIVALS, CYBERCRIME)
GROUPS = ("EU", "ASEAN")
FEWEST = 10  # states that abstained before, for their share to be a number
WITHOUT_A_VOTE = (0.75, 0.77)  # share of texts that the General Assembly adopts so
BAND = "in part: the width of the band, on votes before"
PROGRAMME, BEFORE_IT = "77/37", "75/32"
SUPPORTERS = 60.0  # of the programme of action in 2022
# The scenario takes lists to have been closed by its date. These are not at hand, so all are free.
OPEN_LISTS = ("cosponsorship.began.77/36=null", "cosponsorship.began.77/37=null")


def runs(name: str) -> Outcomes:
    return played(name, VOTES)


def tallies() -> Iterator[Found]:
    """Pattern 1: votes in favour, against and abstaining, at each recorded vote."""
    for name in VOTED:
        for label, stages in loaded(name)[0].record.items():
            for stage, was in stages.items():
                for what in ("in_favour", "against", "abstaining"):
                    real, column = getattr(was, what), f"{label}.{stage}.{what}"
                    if real is not None and column in runs(name).table:
                        said = f"{label}, {stage}: {what.replace('_', ' ')}"
                        yield number(said, real, runs(name).number(column))


def both() -> Iterator[Found]:
    """Pattern 2: states that voted for each of two rivals."""
    codes = record.votes()
    for name, pair in RIVALS.items():
        votes = [_decisions(runs(name), label, "plenary") == Decision.SUPPORT for label in pair]
        real = int(np.all([codes.of(label) == record.IN_FAVOUR for label in pair], axis=0).sum())
        yield number(
            f"in favour of both {pair[0]} and {pair[1]}", real, _count(votes[0] & votes[1])
        )


def on_to_plenary() -> Iterator[Found]:
    """Pattern 3: votes in favour, from committee to plenary."""
    for name in VOTED:
        for label, stages in loaded(name)[0].record.items():
            first, last = (stages.get(stage) for stage in ("committee", "plenary"))
            votes = [was.in_favour for was in (first, last) if was and was.in_favour is not None]
            if len(votes) == 2:
                found = [runs(name).number(f"{label}.{stage}.in_favour") for stage in stages]
                what = f"{label}: votes in favour gained from committee to plenary"
                yield number(what, votes[1] - votes[0], found[1] - found[0])


def again() -> Iterator[Found]:
    """Pattern 4: of those who abstained on the series' last text, who abstains again."""
    codes = record.votes()
    rows = {state: row for row, state in enumerate(codes.states)}
    for name in VOTED:
        scenario, made = loaded(name)
        for draft in made.drafts:
            series = scenario.draft(draft.label).series
            if not series or not {draft.label, series[-1]} <= set(codes.column):
                continue
            before, now = codes.of(series[-1]), codes.of(draft.label)
            shy = [i for i, a in enumerate(made.actors) if a in rows and before[rows[a]] == 0]
            if len(shy) >= FEWEST:
                real = float(np.mean([now[rows[made.actors[i]]] == 0 for i in shy]))
                stage = dict(runs(name).ballots)[draft.label]
                decided = np.take(_decisions(runs(name), draft.label, stage), shy, axis=1)
                what = f"{draft.label}: share of those who abstained on {series[-1]} who do again"
                yield number(what, real, (decided == Decision.ABSTAIN).mean(axis=1), BAND)


def as_one() -> Iterator[Found]:
    """Pattern 5: how alike the members of a group vote."""
    for name in VOTED:
        scenario, made = loaded(name)
        for (label, stage), votes in recorded(scenario).items():
            for group in GROUPS:
                inside = [a for a in scenario.groups.get(group, ()) if a in votes]
                if inside:
                    places = [made.slot(actor) for actor in inside]
                    decided = np.take(_decisions(runs(name), label, stage), places, axis=1)
                    real = np.array([[votes[actor] for actor in inside]], dtype=np.int8)
                    what = f"{label}, {stage}: share of pairs in {group} that vote alike"
                    yield number(what, float(alike(real)[0]), alike(decided))


def alike(decided: Codes) -> Floats:
    """The share of pairs that decide alike, of those who vote: (runs,)."""
    counts = [
        np.count_nonzero(decided == d, axis=1)
        for d in (Decision.SUPPORT, Decision.ABSTAIN, Decision.OPPOSE)
    ]
    voting = np.sum(counts, axis=0)
    same = np.sum([n * (n - 1) for n in counts], axis=0)
    pairs = voting * (voting - 1)
    share: Floats = np.where(pairs > 0, same / np.maximum(pairs, 1), np.nan)
    return share


def rooms() -> list[tuple[bool, Floats]]:
    """Each room of the United Nations by consensus: whether it agreed, and does in each run."""
    found = []
    for name in shipped.scenarios():
        if name.startswith(("gge-", "oewg-")):
            for label, stages in loaded(name)[0].record.items():
                for stage, was in stages.items():
                    agrees = played(name, ROOMS).number(f"{label}.{stage}.adopted")
                    found.append((bool(was.adopted), agrees))
    return found


def which_agreed() -> Iterator[Found]:
    """Pattern 6: those that agreed are likelier to than those that did not."""
    yes = [float(chance.mean()) for was, chance in rooms() if was]
    no = [float(chance.mean()) for was, chance in rooms() if not was]
    for what, chances, others, better in (
        ("chance of rooms that agreed: each above those that did not", yes, no, min(yes) > max(no)),
        ("chance of rooms that did not: below one half", no, yes, max(no) < 0.5),
    ):
        said = f"{len(chances)} of {len(chances) + len(others)} rooms"
        yield Found(what, said, float(np.median(chances)), min(chances), max(chances), better)


def how_many_agreed() -> Iterator[Found]:
    """Pattern 7: the share of rooms that agree."""
    share = np.mean([chance for _, chance in rooms()], axis=0)
    what = "share of rooms that agree; the record is of all texts of the General Assembly"
    yield between(what, WITHOUT_A_VOTE, share)


def two_thirds() -> Iterator[Found]:
    """Pattern 8: votes missing for two thirds of those for and against."""
    label, stage = runs(CYBERCRIME).ballots[-1]
    favour, against, _, _ = record.votes().tally(label)
    votes = [runs(CYBERCRIME).number(f"{label}.{stage}.{w}") for w in ("in_favour", "against")]
    what = f"{label}: votes beyond two thirds of those for and against"
    yield number(what, float(beyond(favour, against)), beyond(*votes))


def beyond(favour: Floats | float, against: Floats | float) -> Floats:
    """Votes in favour beyond those that two thirds ask for."""
    return np.asarray(favour - np.ceil((np.asarray(favour) + against) * 2 / 3))


def halfway() -> Iterator[Found]:
    """Pattern 18: who joins a text that meets a wary majority halfway, and whom it wins."""
    found, made = played(LAST, VOTES, OPEN_LISTS), loaded(LAST, OPEN_LISTS)[1]
    what = f"names on {PROGRAMME}, beside those who supported the programme"
    yield number(what, SUPPORTERS, found.number(f"{PROGRAMME}.cosponsors"))
    codes = record.votes()
    before, now = codes.of(BEFORE_IT), codes.of(PROGRAMME)
    rows = {state: row for row, state in enumerate(codes.states)}
    wary = [a for a in made.actors if a in rows and before[rows[a]] != record.IN_FAVOUR]
    real = sum(now[rows[actor]] == record.IN_FAVOUR for actor in wary)
    decided = np.take(_decisions(found, PROGRAMME, "plenary"), [*map(made.slot, wary)], axis=1)
    what = f"states for {PROGRAMME} of those that were not for {BEFORE_IT}"
    yield number(what, float(real), _count(decided == Decision.SUPPORT))


def _decisions(outcomes: Outcomes, label: str, stage: str) -> Codes:
    return outcomes.decisions[:, outcomes.ballots.index((label, stage))]


def _count(there: Bools) -> Floats:
    return np.count_nonzero(there, axis=1).astype(np.float64)


ROLL_CALLS = "roll calls, scenarios/data/recorded_votes.csv"
OF_VOTES = "rival-resolutions-2018 to -2022, cybercrime-2019"
CONSENSUS = "scenarios/data/consensus_record.csv"
PATTERNS = (
    Pattern(
        1,
        "tallies of recorded votes",
        "press releases of the United Nations, as each scenario cites",
        f"{OF_VOTES}: in_favour, against, abstaining",
        tallies,
    ),
    Pattern(
        2,
        "rivals are not exclusive: states in favour of both",
        ROLL_CALLS,
        "rival-resolutions-2018 to -2022: decisions",
        both,
    ),
    Pattern(
        3,
        "what a text gains from committee to plenary",
        "press releases of the United Nations, as each scenario cites",
        f"{OF_VOTES}: in_favour",
        on_to_plenary,
    ),
    Pattern(
        4,
        "those who abstained before abstain again",
        ROLL_CALLS,
        f"{OF_VOTES}: decisions",
        again,
    ),
    Pattern(
        5,
        "the European Union votes as one, another group less so",
        ROLL_CALLS,
        f"{OF_VOTES}: decisions",
        as_one,
    ),
    Pattern(
        6,
        "rooms by consensus: which agreed",
        CONSENSUS,
        "gge-2005 to gge-2021, oewg-2021, oewg-2025: adopted",
        which_agreed,
    ),
    Pattern(
        7,
        "how much is agreed without a vote",
        "statistics of the General Assembly",
        "gge-2005 to gge-2021, oewg-2021, oewg-2025: adopted",
        how_many_agreed,
    ),
    Pattern(
        8,
        "two thirds would have defeated 74/247",
        ROLL_CALLS,
        "cybercrime-2019: in_favour, against",
        two_thirds,
    ),
    Pattern(
        18,
        "a wary majority can be met halfway",
        f"accounts of about 60, unverified; {ROLL_CALLS}",
        f"{LAST}, with open lists: cosponsors, decisions",
        halfway,
    ),
)
