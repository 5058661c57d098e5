"""Make all hindcasts and score them: numbers only, before any word is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim.backtest.eu import council, options, reading
from sim.backtest.eu.decisions import ACTORS, COMMISSION, PARLIAMENT, Decisions
from sim.backtest.eu.fitted import FITTED, MAIN, SPREADS, Fitted
from sim.backtest.eu.folds import Model, crossed
from sim.backtest.eu.others import OTHERS, Other
from sim.backtest.eu.scoring import Interval, Score, errors, interval, ranked, score
from sim.core.ensemble import in_pieces

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

BASE = "compromise"
SPLITS = 5  # other ways to divide the proposals, to see how much the division matters
WORKERS, LARGE = 2, 60  # processes for files of so many issues: for fewer one is quicker


@dataclass(frozen=True)
class Spread:
    """How good a distribution is: its ranked score, and its difference from the compromise's."""

    title: str
    issues: int
    score: float  # continuous ranked probability score, in points
    difference: Interval  # from the compromise with its errors
    log: float  # mean log chance of what happened, on a grid of five points


@dataclass(frozen=True)
class Study:
    """All numbers; errors and scores in points of the scale, hindcasts on 0-1."""

    decisions: Decisions
    folds: int
    trained_on: str  # the file the fitted models learned from; "" for the other folds
    trained: int  # issues with an outcome in it
    guessed: bool  # the file gives no capabilities
    hindcasts: Mapping[str, Floats]  # by model, (issues,)
    titles: Mapping[str, str]
    abouts: Mapping[str, str]
    scores: Mapping[str, Score]
    kinds: Mapping[str, Score]  # of the main fitted model, by kind of issue
    spreads: Mapping[str, Spread]
    coefficients: Mapping[str, float]  # of the main fitted model, on all issues
    splits: tuple[float, ...]  # mean absolute error of the main model on other divisions
    again: Mapping[str, Score]  # the main model's rivals on the issues where all have a say


def study(file: Path, folds: int = 10, seed: int = 1, train: Path | None = None) -> Study:
    """Read a file, hindcast every issue by every model, and score what came.

    Args:
        file: of decisions; see `sim.backtest.eu.reading`.
        folds: into which proposals are divided for the fitted models.
        seed: of the folds, the intervals and our own runs.
        train: a file to fit to instead; proposals that also stand in ``file`` are left out of it.

    Raises:
        InputError: what is wrong in a file.
    """
    decisions = reading.read(file)
    guessed = not len(decisions.capability)
    decisions = _weighted(decisions)
    elsewhere = _apart(_weighted(reading.read(train)), decisions) if train else None
    hindcasts = dict(_unfitted(decisions, seed))
    chances: dict[str, Floats] = {}
    for model in (*FITTED, *SPREADS):
        found = _fitted(model, decisions, elsewhere, folds, seed)
        if model.chances:
            chances[model.name] = found
            found = options.median(found) if found.ndim == 2 else found
        if model in FITTED:
            hindcasts[model.name] = found
    every = (*OTHERS, *FITTED)
    return Study(
        decisions=decisions,
        folds=min(folds, len(decisions.proposals)),
        trained_on="" if elsewhere is None else elsewhere.file,
        trained=0 if elsewhere is None else len(elsewhere.known),
        guessed=guessed,
        hindcasts=hindcasts,
        titles={m.name: m.title for m in (*every, *SPREADS)},
        abouts={m.name: m.about for m in (*every, *SPREADS)},
        scores=_scores(hindcasts, decisions, seed),
        kinds=_kinds(hindcasts, decisions, seed),
        spreads=_spreads(chances, decisions, seed),
        coefficients=_coefficients(decisions if elsewhere is None else elsewhere),
        splits=tuple(_splits(decisions, folds, seed)) if elsewhere is None else (),
        again=_again(hindcasts, decisions, seed),
    )


def _weighted(decisions: Decisions) -> Decisions:
    """The same with the states' populations for capabilities, where the file gives none.

    The Commission and the Parliament then count as much as the largest state, as in the file.
    """
    if len(decisions.capability):
        return decisions
    most = float(max(council.PEOPLE.values()))
    weights = np.array([float(council.PEOPLE.get(actor, most)) for actor in ACTORS])
    return replace(decisions, capability=weights)


def _apart(train: Decisions, decisions: Decisions) -> Decisions:
    """What there is to learn from, without the proposals that are to be hindcast."""
    known = decisions.proposals
    kept = [n for n, name in enumerate(train.proposal) if name not in known]
    return train.take(np.array(kept, dtype=np.int64))


# Hindcasts


def _unfitted(decisions: Decisions, seed: int) -> Iterator[tuple[str, Floats]]:
    """What the models that need no fit say, in two processes; each is handed no outcome."""
    shared = (decisions.blind(), seed)
    numbers = np.arange(len(OTHERS))[::-1]  # the long ones first
    workers = WORKERS if len(decisions) >= LARGE else 1
    parts = in_pieces(_played, shared, numbers, workers=workers, chunk=1)
    found = dict(pair for part in parts for pair in part)
    yield from ((model.name, found[model.name]) for model in OTHERS)


def _played(shared: tuple[Decisions, int], pieces: list[Ints]) -> list[tuple[str, Floats]]:
    decisions, seed = shared
    models: list[Other] = [OTHERS[n] for piece in pieces for n in piece.tolist()]
    return [(model.name, model.hindcast(decisions, seed)) for model in models]


def _fitted(
    fitted: Fitted, decisions: Decisions, elsewhere: Decisions | None, folds: int, seed: int
) -> Floats:
    """What a fitted model says: learned on the other folds, or on another file."""
    make = fitted.chances or fitted.hindcast
    assert make is not None
    model: Model = make(seed)
    if elsewhere is None:
        return crossed(decisions, folds, seed, model)
    if not len(elsewhere.known):
        return np.full(len(decisions), np.nan)
    return model(elsewhere, decisions.blind())


def _splits(decisions: Decisions, folds: int, seed: int) -> Iterator[float]:
    """Mean absolute error of the main model when proposals are divided otherwise."""
    main = next(m for m in FITTED if m.name == MAIN)
    for other in range(1, SPLITS + 1):
        found = _fitted(main, decisions, None, folds, seed + other)
        if found.ndim == 2:
            yield float(np.nanmean(errors(options.median(found), decisions)))


# Scores


def _scores(
    hindcasts: Mapping[str, Floats], decisions: Decisions, seed: int, places: Ints | None = None
) -> dict[str, Score]:
    """Score each model beside the compromise model, on the issues where it has a say."""
    here = np.arange(len(decisions)) if places is None else places
    base = errors(hindcasts[BASE], decisions)[here]
    return {
        name: score(
            errors(z, decisions)[here], base, decisions.group[here], seed, len(hindcasts) - 1
        )
        for name, z in hindcasts.items()
    }


def _again(hindcasts: Mapping[str, Floats], decisions: Decisions, seed: int) -> dict[str, Score]:
    """Score all on the same issues: those on which every model says something."""
    told = ~np.isnan(np.stack([errors(z, decisions) for z in hindcasts.values()]))
    return _scores(hindcasts, decisions, seed, np.flatnonzero(told.all(axis=0)))


def kinds(decisions: Decisions) -> list[tuple[str, Bools]]:
    """Kinds of issues: when, by which procedure and rule, with which positions."""
    year, polarised = decisions.year, _polarised(decisions)
    known = ~np.isnan(decisions.reference)
    return [
        ("older members only", _of_old(decisions)),
        ("with newer members, to 2013", ~_of_old(decisions) & (year < council.LISBON)),
        ("with newer members, from 2014", ~_of_old(decisions) & (year >= council.LISBON)),
        ("codecision", decisions.codecision),
        ("consultation", ~decisions.codecision),
        ("qualified majority", ~decisions.unanimity),
        ("unanimity", decisions.unanimity),
        ("reference point known", known),
        ("reference point not known", ~known),
        ("all at the ends of the scale", polarised),
        ("some between the ends", ~polarised),
    ]


def _of_old(decisions: Decisions) -> Bools:
    """Issues of proposals on which only members of before 2004 take a position."""
    newer = np.array([name not in council.OLD for name in ACTORS])
    newer[[COMMISSION, PARLIAMENT]] = False
    found = np.ones(len(decisions), dtype=bool)
    for places in decisions.proposals.values():
        found[places] = not (decisions.present[places] & newer).any()
    return found


def _polarised(decisions: Decisions) -> Bools:
    """Issues on which nobody stands between the ends."""
    with np.errstate(invalid="ignore"):
        between = (decisions.position > 0) & (decisions.position < 1)
    return ~np.asarray(between.any(axis=1))


def _kinds(hindcasts: Mapping[str, Floats], decisions: Decisions, seed: int) -> dict[str, Score]:
    """The main fitted model beside the compromise model, by kind of issue."""
    error, base = (errors(hindcasts[name], decisions) for name in (MAIN, BASE))
    found = {"all issues": score(error, base, decisions.group, seed)}
    for name, mask in kinds(decisions):
        part = score(error[mask], base[mask], decisions.group[mask], seed)
        if part.issues:
            found[name] = part
    return found


def _spreads(chances: Mapping[str, Floats], decisions: Decisions, seed: int) -> dict[str, Spread]:
    """Score the distributions, on the issues with an outcome."""
    known = decisions.known
    usable = {name: c[known] for name, c in chances.items() if c.ndim == 2}
    titles = {m.name: m.title for m in (*FITTED, *SPREADS)}
    outcome, group = decisions.outcome[known], decisions.group[known]
    scored = {name: ranked(c, outcome) for name, c in usable.items()}
    return {
        name: Spread(
            title=titles[name],
            issues=len(known),
            score=float(scored[name].mean()),
            difference=interval(scored[name] - scored["compromise_errors"], group, seed),
            log=float(options.log_chance(c, outcome).mean()),
        )
        for name, c in usable.items()
    }


def _coefficients(decisions: Decisions) -> dict[str, float]:
    """The main model's numbers when all that may be learned from is used."""
    if not len(decisions.known):
        return {}
    fitted = options.fit(decisions)
    return dict(zip(fitted.terms, fitted.coefficient.tolist(), strict=True))


def ordered(scores: Mapping[str, Score]) -> Sequence[str]:
    """Names of models by their difference from the compromise model, the best first."""
    return sorted(scores, key=lambda name: np.nan_to_num(scores[name].difference.mean, nan=1e9))
