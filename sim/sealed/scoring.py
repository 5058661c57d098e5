"""A sealed forecast scored by what happened, beside the baselines that were sealed with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.analysis.scores import Scores, score
from sim.analysis.skill import Scored, Skill
from sim.analysis.ways import BY_VOTE, WITHOUT
from sim.errors import InputError, Mistake
from sim.forums.decision import fewest
from sim.forums.rules import Decision
from sim.mechanisms.ballots import VOTES
from sim.record import ABSTAINING, AGAINST, IN_FAVOUR, NO_SEAT, NOT_VOTING
from sim.sealed.content import NAMES, Data
from sim.sealed.outcome import Ballot, Happened, read
from sim.sealed.record import ours, whole

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]

ORDER = (Decision.SUPPORT, Decision.ABSTAIN, Decision.OPPOSE, Decision.ABSENT)
THREE = tuple(NAMES[decision] for decision in ORDER)  # as scores take chances
SIMULATION = "the forecast"
CODES = (IN_FAVOUR, AGAINST, ABSTAINING, NOT_VOTING)  # in the order of VOTES


@dataclass(frozen=True)
class Inside:
    """One count: what was recorded, and the mean and range that were forecast."""

    count: str
    recorded: int
    mean: float
    low: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether it lies in the range that was to hold nine in ten."""
        return self.low <= self.recorded <= self.high


@dataclass(frozen=True)
class BallotScores:
    """Scores of one ballot, by who is scored: the forecast first, then the sealed baselines."""

    draft: str
    stage: str
    day: str  # of the event, "" if the record does not give it
    adopted: bool | None
    chance: tuple[float, float, float]  # of adoption, as forecast, and its 95% interval
    votes: Scored | None = None
    adoption: Mapping[str, float] = field(default_factory=dict)  # Brier scores, 0 to 1
    tally: Mapping[str, float] = field(default_factory=dict)  # mean error of the counts
    inside: tuple[Inside, ...] = ()
    dissociation: Mapping[str, float] = field(default_factory=dict)  # Brier, mean over members
    absent: tuple[str, ...] = ()  # who has votes on record and was not forecast


@dataclass(frozen=True)
class Judged:
    """A forecast and its scores, ballot by ballot, with what the reader must know."""

    record: Data
    ballots: tuple[BallotScores, ...]
    notes: tuple[str, ...]


def judge(forecast: Path, record: Path) -> Judged:
    """Score a sealed forecast.

    Args:
        forecast: the sealed record.
        record: what happened; see `sim.sealed.outcome`.

    Raises:
        InputError: the seal is broken, a file cannot be read, or what happened did so before the
            day of the seal.
    """
    sealed = whole(forecast)
    with ours(forecast):
        ballots = {(b["draft"], b["stage"]): b for b in sealed["forecast"]["ballots"]}
        day = dt.date.fromisoformat(sealed["sealed"]["day"])
    found = read(record, list(ballots))
    _refuse_earlier(found, day)
    with ours(forecast):
        found = [_of_members(h, ballots[h.ballot]) for h in found]
        scores = tuple(_scores(ballots[h.ballot], _rivals(sealed, h.ballot), h) for h in found)
    return Judged(sealed, scores, tuple(_notes(found, day, scores)))


def _of_members(happened: Happened, ballot: Data) -> Happened:
    """Count the votes of those who were forecast, and only where all of them are on record."""
    if not happened.votes:
        return happened
    members = ballot["actors"].keys()
    cast = [happened.votes[a] for a in members if a in happened.votes]
    whole_ = len(cast) == len(members)
    counts = {n: cast.count(code) for n, code in zip(VOTES, CODES, strict=True)} if whole_ else {}
    return replace(happened, counts=counts)


def _rivals(sealed: Data, ballot: Ballot) -> list[Data]:
    return [b for b in sealed["baselines"] if (b["draft"], b["stage"]) == ballot]


def _refuse_earlier(found: Sequence[Happened], sealed: dt.date) -> None:
    """Refuse what happened before the seal: that was no forecast."""
    early = [
        Mistake(
            f"{' '.join(h.ballot)} took place before the forecast was sealed: that is a hindcast",
            h.at.file,
            h.at.line or None,
            "date",
            str(h.day),
            f"a day from {sealed} on",
        )
        for h in found
        if h.day and h.day < sealed
    ]
    if early:
        raise InputError(early)


def _notes(
    found: Sequence[Happened], sealed: dt.date, scores: Sequence[BallotScores]
) -> Iterator[str]:
    undated = [" ".join(h.ballot) for h in found if h.day is None]
    if undated:
        yield f"The record gives no date of {', '.join(undated)}: that it is later is not checked."
    same = [" ".join(h.ballot) for h in found if h.day == sealed]
    if same:
        yield f"{', '.join(same)} took place on the day of the seal: the hour decides, not checked."
    absent = sorted({actor for s in scores for actor in s.absent})
    if absent:
        yield f"On record and not forecast, so not scored: {', '.join(absent[:8])}."
    partial = [" ".join(h.ballot) for h in found if h.votes and not h.counts]
    if partial:
        yield (
            f"Not all members' votes on {', '.join(partial)} are on record: neither counts nor"
            " adoption are scored."
        )
    if len(found) < 10:
        yield "So few outcomes cannot tell skill from luck: keep every forecast and count all."


def _scores(ballot: Data, rivals: Sequence[Data], happened: Happened) -> BallotScores:
    adopted = happened.adopted
    if adopted is None:
        adopted = _carried(ballot, happened)
    chance = ballot["adopted"]
    everyone: list[tuple[str, Data | None, float | None]] = [
        (SIMULATION, ballot["actors"], chance["chance"]),
        *((r["baseline"], r["actors"], r["adopted"]) for r in rivals),
    ]
    return BallotScores(
        *happened.ballot,
        str(happened.day or ""),
        adopted,
        (chance["chance"], chance["low"], chance["high"]),
        _of_votes(ballot, everyone, happened),
        {n: (p - adopted) ** 2 for n, _, p in everyone if p is not None and adopted is not None},
        dict(_tally(ballot, everyone, happened)),
        tuple(_inside(ballot, happened)),
        dict(_dissociation(ballot, everyone, happened)),
        tuple(a for a in _named(happened) if a not in ballot["actors"]),
    )


def _named(happened: Happened) -> tuple[str, ...]:
    return (*happened.votes, *(happened.dissociated or ()))


def _carried(ballot: Data, happened: Happened) -> bool | None:
    """Whether the counts carry a text, where a majority of those voting and a quorum do."""
    needs, counts = ballot["carried_by"], happened.counts
    if not needs or not {"in_favour", "against"} <= counts.keys():
        return None
    favour, base = counts["in_favour"], counts["in_favour"] + counts["against"]
    if base + counts.get("abstaining", 0) < needs["present"]:
        return None if "abstaining" not in counts else False
    return favour >= int(fewest(base, needs["share"], needs["more_than"]))


def _chances(said: Data, order: Sequence[str], axis: Sequence[str]) -> Floats:
    """Chances (actors, decisions in order); nan for an actor of whom nothing is said."""
    rows = [[said[a].get(kind, 0.0) for kind in order] if a in said else [] for a in axis]
    nothing = [np.nan] * len(order)
    return np.array([row or nothing for row in rows], dtype=np.float64)


def _of_votes(
    ballot: Data, everyone: Sequence[tuple[str, Data | None, float | None]], happened: Happened
) -> Scored | None:
    if not (happened.votes and _came_to(ballot, BY_VOTE)):
        return None
    axis = tuple(ballot["actors"])
    codes = np.array([happened.votes.get(a, NO_SEAT) for a in axis], dtype=np.int8)
    ours_ = _in_votes(ballot["actors"], axis)
    found = [
        Skill(name, *_both(_in_votes(said, axis), ours_, codes))
        for name, said, _ in everyone[1:]
        if said is not None
    ]
    return Scored(*happened.ballot, score(ours_, codes), tuple(found))


def _came_to(ballot: Data, kinds: Sequence[Decision]) -> bool:
    """Whether any run was decided so: else recorded decisions of that kind have no like."""
    return any(NAMES[kind] in said for said in ballot["actors"].values() for kind in kinds)


def _in_votes(said: Data, axis: Sequence[str]) -> Floats:
    """Chances in the runs that came to a vote, as scores take them: (actors, 4)."""
    chances = _chances(said, THREE, axis)
    others = np.nan_to_num(_chances(said, [NAMES[kind] for kind in WITHOUT], axis))
    share = 1.0 - float(others.sum(axis=1).max(initial=0.0))
    if share == 1.0 or share <= 0.0:
        return chances
    left = np.clip(share - chances[:, :3].sum(axis=1), 0.0, chances[:, 3])
    return np.concatenate([chances[:, :3], left[:, None]], axis=1) / share


def _both(theirs: Floats, mine: Floats, codes: Codes) -> tuple[Scores, Scores]:
    """Scores of a baseline and of the forecast over the states of which the baseline speaks."""
    usable = ~np.isnan(theirs[:, 0])
    return score(theirs[usable], codes[usable]), score(mine[usable], codes[usable])


def _tally(
    ballot: Data, everyone: Sequence[tuple[str, Data | None, float | None]], happened: Happened
) -> Iterator[tuple[str, float]]:
    """Mean error of the counts in favour, against and abstaining, by whoever speaks of all."""
    names = [n for n in VOTES[:3] if n in happened.counts and n in ballot["tally"]]
    if not names:
        return
    recorded = np.array([happened.counts[n] for n in names], dtype=np.float64)
    means = np.array([ballot["tally"][n]["mean"] for n in names])
    yield SIMULATION, float(np.abs(means - recorded).mean())
    axis = tuple(ballot["actors"])
    for name, said, _ in everyone[1:]:
        if said is not None and said.keys() >= set(axis):
            expected = _chances(said, names, axis).sum(axis=0)
            yield name, float(np.abs(expected - recorded).mean())


def _inside(ballot: Data, happened: Happened) -> Iterator[Inside]:
    for name, recorded in happened.counts.items():
        said: Any = ballot["tally"].get(name)
        if said:
            yield Inside(name, recorded, said["mean"], said["low"], said["high"])
    if happened.dissociated is not None and "dissociating" in ballot["tally"]:
        said = ballot["tally"]["dissociating"]
        count = len(happened.dissociated)
        yield Inside("dissociating", count, said["mean"], said["low"], said["high"])


def _dissociation(
    ballot: Data,
    everyone: Sequence[tuple[str, Data | None, float | None]],
    happened: Happened,
) -> Iterator[tuple[str, float]]:
    """Brier score of the chance that a member dissociates, mean over members."""
    if happened.dissociated is None or not _came_to(ballot, WITHOUT):
        return
    axis = tuple(everyone[0][1] or {})
    did = np.isin(axis, happened.dissociated).astype(np.float64)
    for name, said, _ in everyone:
        if said is not None and said.keys() >= set(axis):
            chance = _chances(said, ("dissociating",), axis)[:, 0]
            yield name, float(((chance - did) ** 2).mean())
    yield "nobody dissociates", float(did.mean())
