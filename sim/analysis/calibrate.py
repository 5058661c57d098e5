"""From recorded votes before a date to positions of all states and to admissible worlds.

The road: votes before the date -> ideal points (`ideal`) -> positions on the issue scales by
anchors known by then (`bridge`) -> the global parameters of the vote model on coded texts
(`support`) -> worlds that the record does not rule out (`matching`). Nothing dated on or after
``until`` is read: no vote, no anchor, no coding, no salience, no index.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from sim import codings as coded
from sim import countries, precedents, shipped
from sim.analysis import bridge, ideal, matching, saliences, support
from sim.analysis.attributes import capabilities, groups_at
from sim.analysis.bridge import Anchor, Groups, Positions
from sim.analysis.cohesion import Cohesion, cohesion
from sim.analysis.ideal import Ideal
from sim.analysis.known import LEAST_VOTES, known
from sim.analysis.saliences import Saliences
from sim.analysis.support import Case, Fit
from sim.core import worlds
from sim.core.draws import labels
from sim.errors import InputError
from sim.record import Votes, day, number, table
from sim.record import votes as recorded

Floats = npt.NDArray[np.float64]

BLOCS = ("EU", "ASEAN", "AU", "PIF")
SHOWN = ("EU", "ASEAN", "AU", "Arab League", "PIF")  # written in a table's column of groups
CYBER = ("cyber_security", "cybercrime")
CONTESTED = 0.1  # share of votes cast that went the other way
NO_ANCHOR = (50.0, 25.0)  # position and error of an actor that has said nothing
RECENT = 10  # years of other votes that cohesion looks at where there are too few on this field


@dataclass(frozen=True)
class Actors:
    """All actors, states first; arrays are (actors, issues) or (actors,), 0-100."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    homes: tuple[str, ...]
    capability: Floats
    absence: Floats
    position: Floats
    error: Floats
    basis: npt.NDArray[np.str_]
    care: Saliences

    @property
    def salience(self) -> Floats:
        """How much each cares, 0-100."""
        return self.care.mean


@dataclass(frozen=True)
class Calibration:
    """What the record before a date says, and how well."""

    until: dt.date
    issues: tuple[str, ...]
    seed: int
    actors: Actors
    ideal: Ideal
    positions: Positions
    cases: tuple[Case, ...]  # the coded votes
    fits: dict[int, Fit]  # by curvature
    cohesion: tuple[Cohesion, ...]
    matched: matching.Matched
    votes: int

    @property
    def bridge(self) -> dict[str, bridge.Bridge]:
        """Report of the bridge by issue."""
        return self.positions.bridges

    @property
    def best(self) -> Fit:
        """The fit of the likelier curvature."""
        return max(self.fits.values(), key=lambda f: support.log_likelihood(f, self.cases))

    @property
    def parameters(self) -> dict[str, float]:
        """The fitted parameters, curvature among them."""
        return {**self.best.values, "curvature": float(self.best.curvature)}

    @property
    def worlds(self) -> dict[str, npt.NDArray[np.float64]]:
        """Columns of the table of admissible worlds: world, draw, and every parameter."""
        count = len(self.matched.draws)
        order = {"world": np.arange(count, dtype=float), "draw": self.matched.draws.astype(float)}
        return {**order, **self.matched.parameters}


def calibrate(
    until: dt.date,
    issues: Sequence[str] = worlds.ISSUES,
    worlds_wanted: int = 300,
    seed: int = 0,
    votes: Votes | None = None,
    codings: Sequence[coded.Text] | None = None,
    anchors: Sequence[Anchor] | None = None,
) -> Calibration:
    """Calibrate on what was known before ``until``.

    Args:
        until: the date; only what is dated before it is used.
        issues: codes of the scales wanted.
        worlds_wanted: how many admissible worlds to look for.
        seed: of the draws; the fit itself is deterministic.
        votes: recorded votes (shipped by default).
        codings: coded texts (shipped by default).
        anchors: anchors of the bridge (shipped by default).

    Raises:
        InputError: if nothing that a calibration needs lies before ``until``.
    """
    cast = (votes or recorded()).before(until)
    texts = coded.before(coded.codings() if codings is None else codings, until)
    texts = tuple(t for t in texts if t.resolution in cast.column)
    cast = cast.with_series({t.resolution: t.series for t in texts})
    if not texts:
        raise InputError(f"no coded vote lies before {until}; the first shipped one is of 1999")
    groups = groups_at(until)
    points = ideal.fit(cast.codes, cast.states)
    documents = tuple(bridge.anchors() if anchors is None else anchors)
    rows = bridge.known(documents, until)
    positions = bridge.place(points, rows, issues, groups)
    habit = precedents.habits(cast, until)
    actors = _actors(cast.states, positions, documents, texts, groups, habit, until)
    spread = _spread(actors, positions)
    cases = _cases(cast, texts, documents)
    fits = {p: support.fit([replace(c, curvature=p) for c in cases], p) for p in (1, 2)}
    matched = matching.match(spread, fits, cases, worlds_wanted, seed)
    return Calibration(
        until,
        tuple(issues),
        seed,
        actors,
        points,
        positions,
        cases,
        fits,
        _cohesion(cast, points, groups),
        matched,
        len(cast.resolutions),
    )


def _cases(votes: Votes, texts: Sequence[coded.Text], rows: tuple[Anchor, ...]) -> tuple[Case, ...]:
    """Every coded vote, met with what was known before its own day."""
    read = {t.resolution: t for t in texts}
    series = dict(zip(votes.resolutions, votes.series, strict=True))
    found = []
    for text in texts:
        if len(votes.before(text.date).resolutions) >= LEAST_VOTES:
            topic = votes.topics[votes.column[text.resolution]]
            before = known(votes, text.resolution, text.date, topic, text.date, rows)
            about = support.about(before, read, series)
            codes = votes.of(text.resolution)
            found.append(Case(about, before.position, before.salience, codes))
    return tuple(found)


def _spread(actors: Actors, positions: Positions) -> matching.Spread:
    states = slice(len(positions.states))
    return matching.Spread(
        actors.position[states] / 100,
        actors.error[states] / 100,
        actors.salience[states] / 100,
        actors.care.error[states] / 100,
        positions.issues,
        labels(positions.states),
        labels(positions.issues),
    )


def _cohesion(known: Votes, points: Ideal, groups: Groups) -> tuple[Cohesion, ...]:
    """Estimate on the contested votes of this field; on those of ten years where they are few."""
    cast = (np.abs(known.codes) <= 1).sum(0)
    divided = ((known.codes == 0) | (known.codes == -1)).sum(0) > CONTESTED * cast
    field = [j for j, topic in enumerate(known.topics) if topic in CYBER and divided[j]]
    recent = [j for j, d in enumerate(known.dates) if d.year >= known.dates[-1].year - RECENT]
    codes = known.codes[:, field if len(field) > 2 else [j for j in recent if divided[j]]]
    return tuple(cohesion(b, groups[b], known.states, points.theta, codes) for b in BLOCS)


# The actors' own attributes


def _actors(
    states: tuple[str, ...],
    positions: Positions,
    documents: Sequence[Anchor],
    texts: Sequence[coded.Text],
    groups: Groups,
    habit: Floats,
    until: dt.date,
) -> Actors:
    rows = bridge.known(documents, until)
    others = [r for r in table(shipped.data("nonstate.csv")) if day(r, "known_by") < until]
    ids = (*states, *(r.cells["id"] for r in others))
    outside = [_outside(r.cells["id"], rows, positions.issues) for r in others]
    position, error, basis = (
        np.concatenate(
            [own, np.array([o[part] for o in outside]).reshape(len(outside), own.shape[1])]
        )
        for part, own in enumerate((positions.mean, positions.error, positions.basis))
    )
    care = saliences.estimate(ids, states, positions.issues, groups, until, documents, texts)
    return Actors(
        ids,
        (*map(countries.name, states), *(r.cells["name"] for r in others)),
        (*("state" for _ in states), *(r.cells["kind"] for r in others)),
        (*(_memberships(s, groups) for s in states), *(() for _ in others)),
        (*("" for _ in states), *(r.cells["home"] for r in others)),
        np.append(capabilities(states, groups, until), [number(r, "capability") for r in others]),
        np.append(100.0 * habit, np.zeros(len(others))),
        position,
        error,
        basis,
        care.where(basis != "none"),
    )


def _outside(
    actor: str, rows: Mapping[tuple[str, str], Anchor], issues: Sequence[str]
) -> tuple[list[float], list[float], list[str]]:
    found = [rows.get((actor, issue)) for issue in issues]
    return (
        [a.position if a else NO_ANCHOR[0] for a in found],
        [a.error if a else NO_ANCHOR[1] for a in found],
        ["prior" if a else "none" for a in found],
    )


def _memberships(state: str, groups: Groups) -> tuple[str, ...]:
    return tuple(g for g in (*bridge.REGIONS, *SHOWN) if state in groups[g])
