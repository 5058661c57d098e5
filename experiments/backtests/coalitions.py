"""Score what binds states on the record: `python experiments/backtests/coalitions.py`.

Who joins ten calls (pledges, statements, lists of sponsors), and who names the accused after
eighteen operations. Each event is left out once: the models are fitted on all others. Beside them:
the base rate, nearness of ideal points, groups, both, and who joined last. The weights of the bonds
are those of the model and were not chosen here. `--structure` tells how coalitions answer to
friction, to what capabilities give, to crowding and to the number of actors instead.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402
from logistic import fit  # noqa: E402
from pledges import joined_by  # noqa: E402
from signatures import EVENTS, signed  # noqa: E402

from sim import record, shipped  # noqa: E402
from sim.analysis import scores as measures  # noqa: E402
from sim.analysis.panel import panel  # noqa: E402
from sim.coalitions import bonds, forming, joining  # noqa: E402
from sim.core.draws import keys, labels, pairs, uniforms  # noqa: E402
from sim.core.special import ndtri  # noqa: E402
from sim.scenario import load  # noqa: E402
from sim.scenario.groups import shipped_groups  # noqa: E402

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

YEARS = (2017, 2018, 2019, 2021)  # of the tables of positions
DRAWS, COINS = 16, 4  # of positions with their errors; of coalitions from each
WEIGHT = 0.5  # of shared groups and of capabilities, for that of nearness: the model's best guess
FRICTION = 0.9
BREXIT = dt.date(2020, 2, 1)
COMMON, PAST = ("EU", "Five Eyes", "OECD", "NATO"), 2.0  # PAST: cases that a past rate starts with
FLOORS = {  # of the prototype: AUC, Brier, log score
    "calls": (0.88, 0.116, 0.385),
    "attributions": (0.87, 0.052, 0.217),
}


@dataclass(frozen=True)
class Table:
    """The positions of states by a day: arrays (states, issues) on 0-1, capability (states,)."""

    states: tuple[str, ...]
    known_by: dt.date
    position: Floats
    error: Floats
    salience: Floats
    capability: Floats

    def drawn(self) -> Iterator[Floats]:
        """Positions with their errors, draw by draw."""
        names = pairs(labels(self.states), labels(str(k) for k in range(self.position.shape[1])))
        u = uniforms(keys(193, range(DRAWS)), "backtest.position", names)
        for shift in ndtri(u):
            yield np.clip(self.position + self.error * shift, 0.0, 1.0)


@dataclass(frozen=True)
class Event:
    """Something that states joined or did not; arrays are (states,)."""

    name: str
    day: dt.date
    callers: Bools
    joined: Floats
    asked: Bools  # who might have joined: neither a caller nor unknown


@cache
def table(year: int) -> Table:
    """One of the shipped tables of positions."""
    text = shipped.data(f"un_members_{year}.csv").read_text(encoding="utf-8").splitlines()
    known = next(line for line in text if line.startswith("# known_by:")).split(":")[1].strip()
    rows = list(csv.DictReader(line for line in text if not line.startswith("#")))
    rows = [row for row in rows if row["kind"] in ("", "state")]
    issues = [name.removesuffix("_error") for name in rows[0] if name.endswith("_error")]
    issues = [name for name in issues if name in rows[0] and not name.endswith("_salience")]

    def numbers(after: str) -> Floats:
        return np.array([[float(r[f"{k}{after}"] or 0) for k in issues] for r in rows]) / 100

    return Table(
        tuple(row["id"] for row in rows),
        dt.date.fromisoformat(known),
        numbers(""),
        numbers("_error"),
        numbers("_salience"),
        np.array([float(row["capability"] or 0) for row in rows]) / 100,
    )


def before(day: dt.date) -> Table:
    """The last table that was known by a day; of what came before all of them, the first."""
    known = [table(year) for year in YEARS if table(year).known_by <= day]
    return known[-1] if known else table(YEARS[0])


def groups(day: dt.date) -> dict[str, tuple[str, ...]]:
    """Groups as of 2026, and the United Kingdom in the Union until it left."""
    found = dict(shipped_groups())
    if day < BREXIT:
        found["EU"] = (*found["EU"], "GBR")
    return found


@cache
def strength(day: dt.date) -> Floats:
    """What binds each pair before friction, the mean over positions with their errors."""
    of = before(day)
    pair = bonds.pairs(np.ones(len(of.states), dtype=bool))
    return np.mean([_bound(of, x, day, pair) for x in of.drawn()], axis=0)


def _bound(of: Table, x: Floats, day: dt.date, pair: npt.NDArray[np.int64]) -> Floats:
    root = np.sqrt(of.capability)
    ties = bonds.scaled(bonds.shared_groups(of.states, groups(day)), pair)
    means = bonds.scaled(np.outer(root, root), pair)
    near = bonds.standard(bonds.nearness(x, of.salience), pair)
    return near + WEIGHT * ties + WEIGHT * means


@cache
def together(day: dt.date) -> Floats:
    """In which share of draws and coins two states are in one coalition: (states, states)."""
    of = before(day)
    n = len(of.states)
    pair = bonds.pairs(np.ones(n, dtype=bool))
    coins = uniforms(keys(7, range(DRAWS * COINS)), "backtest.coin", labels(of.states))
    total = np.zeros((n, n))
    for draw, x in enumerate(of.drawn()):
        b = forming.consented(bonds.less_friction(_bound(of, x, day, pair), pair, FRICTION))
        for luck in coins[draw * COINS : (draw + 1) * COINS]:
            label = forming.form(b, np.arange(n), luck).label
            total += label[:, None] == label
    return total / len(coins)


def calls() -> list[Event]:
    """The ten calls, in order of their days."""
    rows = record.table(shipped.data("calls.csv"), ("call", "day", "callers", "members"))
    return [_call(row.cells) for row in rows]


def _call(row: dict[str, str]) -> Event:
    day, states = dt.date.fromisoformat(row["day"]), table(YEARS[0]).states
    callers = np.isin(states, row["callers"].split())
    joined = np.isin(states, list(_members(row, day))).astype(float)
    return Event(row["name"], day, callers, joined, ~callers)


def _members(row: dict[str, str], day: dt.date) -> set[str]:
    kind, _, which = row["members"].partition(" ")
    if kind == "pledge":
        return set(
            joined_by(
                which,
                dt.date(2018, 1, 1)
                if which == "freedom_online"
                else day + dt.timedelta(days=1100 if which == "paris_call" else 1),
            )
        )
    if kind == "signed":
        return set(np.array(panel().states)[signed(EVENTS[which]) == 1].tolist())
    if kind == "sponsors":
        return set(load(which).draft(row["call"]).sponsors)
    rows = record.table(shipped.data("call_members.csv"), ("call", "iso3"))
    return {r.cells["iso3"] for r in rows if r.cells["call"] == row["call"]}


def attributions() -> list[Event]:
    """Eighteen operations: who named the accused in a word of its own, of 43 states.

    Acts that rest on general knowledge alone are neither a yes nor a no.
    """
    file = shipped.data("attributions.csv")
    looked = next(
        line for line in file.read_text(encoding="utf-8").splitlines()
        if line.startswith("# looked at:")
    ).split(":")[1].split()  # fmt: skip
    states = table(YEARS[0]).states
    found = []
    for row in record.table(file, ("event", "day", "own", "support", "unverified")):
        unsure = {*row.cells["unverified"].split()}
        own = {*row.cells["own"].split(), *row.cells["support"].split()} - unsure
        joined = np.isin(states, list(own)).astype(float)
        asked = np.isin(states, looked) & ~np.isin(states, list(unsure))
        day = dt.date.fromisoformat(row.cells["day"])
        found.append(Event(row.cells["event"], day, np.isin(states, ["USA", "GBR"]), joined, asked))
    return found


# What a model goes by: (states, features) of an event


def ideal(event: Event, events: Sequence[Event]) -> Floats:
    """Nearness of ideal points to those who call, the year before."""
    states = table(YEARS[0]).states
    at = panel().at(states, event.day.year - 1)
    at = np.where(np.isnan(at), np.nanmean(at), at)
    return -np.abs(at - at[event.callers].mean())[:, None]


def in_groups(event: Event, events: Sequence[Event]) -> Floats:
    """Each group that a state and one who calls are both in."""
    states, of = table(YEARS[0]).states, groups(event.day)
    inside = np.array([np.isin(states, of[name]) for name in bonds.GROUPS])
    called = inside[:, event.callers].any(axis=1)
    return (inside & called[:, None]).T.astype(float)


def both(event: Event, events: Sequence[Event]) -> Floats:
    """Nearness of ideal points, and groups."""
    return np.column_stack([ideal(event, events), in_groups(event, events)])


def last(event: Event, events: Sequence[Event]) -> Floats:
    """Whether it was with those who call in the last event that any of them took part in."""
    for other in sorted(events, key=lambda e: e.day, reverse=True):
        part = (other.joined > 0) | other.callers
        if other.day < event.day and part[event.callers].any():
            return part.astype(float)[:, None]
    return np.zeros((len(event.joined), 1))


def bond(event: Event, events: Sequence[Event]) -> Floats:
    """Its mean bond with those who call."""
    return joining.with_callers(strength(event.day), event.callers)[:, None]


def engine(event: Event, events: Sequence[Event]) -> Floats:
    """In which share of simulated coalitions it is with one who calls."""
    share = together(event.day)[:, event.callers].max(axis=1)
    return np.log((share + 0.02) / (1.02 - share))[:, None]


def traits(event: Event, events: Sequence[Event]) -> Floats:
    """Groups, capability, and how often it acted in earlier events."""
    states, of = table(YEARS[0]).states, groups(event.day)
    inside = [np.isin(states, of[name]).astype(float) for name in COMMON]
    power = np.sqrt(before(event.day).capability)
    return np.column_stack([*inside, power, past(event, events)])


def past(event: Event, events: Sequence[Event]) -> Floats:
    """How often it acted in earlier events, drawn towards the base rate."""
    earlier = [e.joined for e in events if e.day < event.day]
    rate = 0.1
    acted = np.sum(earlier, axis=0) if earlier else np.zeros(len(event.joined))
    return ((acted + PAST * rate) / (len(earlier) + PAST))[:, None]


def bond_and_traits(event: Event, events: Sequence[Event]) -> Floats:
    """The bond beside groups, capability and the past."""
    return np.column_stack([bond(event, events), traits(event, events)])


def constant(event: Event, events: Sequence[Event]) -> Floats:
    """Nothing: the base rate."""
    return np.zeros((len(event.joined), 1))


CALLS = {
    "base rate": constant,
    "last membership": last,
    "ideal points": ideal,
    "groups": in_groups,
    "ideal points and groups": both,
    "coalitions of the engine": engine,
    "bond": bond,
}
ATTRIBUTIONS = {
    "base rate": constant,
    "ideal points": ideal,
    "past rate": past,
    "bond": bond,
    "groups, capability, past": traits,
    "bond, groups, capability, past": bond_and_traits,
}


@dataclass(frozen=True)
class Score:
    """How one model did with every event left out once; `each` is its Brier score by event."""

    auc: float  # of all cases together
    within: float  # mean over events
    brier: float
    log: float
    each: Floats


def scored(events: Sequence[Event], features: object) -> Score:
    """Fit on all other events, tell each, and pool the cases."""
    told, yes, each, areas = [], [], [], []
    of = [features(event, events) for event in events]  # type: ignore[operator]
    for left, event in enumerate(events):
        rest = [n for n in range(len(events)) if n != left]
        x = np.concatenate([of[n][events[n].asked] for n in rest])
        y = np.concatenate([events[n].joined[events[n].asked] for n in rest])
        chance = fit(x, y).chances(of[left][event.asked])
        here = event.joined[event.asked]
        told.append(chance)
        yes.append(here)
        each.append(float(measures.brier(chance, here)))
        areas.append(measures.auc(chance, here))
    p, y = np.concatenate(told), np.concatenate(yes)
    return Score(
        measures.auc(p, y),
        float(np.nanmean(areas)),
        float(measures.brier(p, y)),
        float(measures.log_score(p, y)),
        np.array(each),
    )


def compared(events: Sequence[Event], models: dict[str, object]) -> dict[str, Score]:
    """Score every model on the same events."""
    return {name: scored(events, features) for name, features in models.items()}


def told(title: str, scores: dict[str, Score], floor: tuple[float, float, float]) -> str:
    """A table in words."""
    ours = list(scores.values())[-1]
    lines = [
        title,
        f"{'':32}{'AUC':>7}{'within':>8}{'Brier':>8}{'log':>8}   better than it in Brier, by event",
    ]
    for name, s in scores.items():
        gain = s.each - ours.each
        error = gain.std(ddof=1) / np.sqrt(len(gain))
        against = "" if s is ours else f"   {gain.mean():+.4f} +- {error:.4f}"
        lines.append(f"{name:32}{s.auc:7.3f}{s.within:8.3f}{s.brier:8.4f}{s.log:8.3f}{against}")
    lines.append(f"{'floor':32}{floor[0]:7.3f}{'':8}{floor[1]:8.4f}{floor[2]:8.3f}")
    return "\n".join(lines)


def fitted(events: Sequence[Event]) -> str:
    """The cut and the slope of the bond on all events."""
    x = np.concatenate([bond(e, events)[e.asked] for e in events])
    y = np.concatenate([e.joined[e.asked] for e in events])
    found = fit(x, y)
    slope = found.weights[1] / found.sd[0]
    return f"on all calls: h = {found.weights[0] - slope * found.mean[0]:.2f} + {slope:.2f} bond"


# How the structure answers


def structure() -> Iterator[str]:
    """Coalitions in 2018, with one thing changed at a time: means over draws and coins."""
    yield f"{'':34}{'coalitions':>11}{'largest':>9}{'alone':>7}{'mean size':>11}"
    for friction in (0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99, 1.0):
        yield _line(f"friction {friction:g}", friction=friction)
    for means in (0.0, 0.25, 0.5, 1.0, 2.0):
        yield _line(f"what capabilities give {means:g}", means=means)
    for crowding in (0.0, 0.005, 0.01, 0.02, 0.05):
        yield _line(f"crowding {crowding:g}", crowding=crowding)
    for actors in (12, 25, 50, 100, 193):
        yield _line(f"actors {actors}", actors=actors)


def _line(
    what: str,
    friction: float = FRICTION,
    means: float = WEIGHT,
    crowding: float = 0.0,
    actors: int = 193,
) -> str:
    of, day = table(2018), dt.date(2018, 11, 8)
    chosen = np.argsort(-of.capability, kind="stable")[:actors]
    states = tuple(of.states[i] for i in chosen)
    pair = bonds.pairs(np.ones(actors, dtype=bool))
    root = np.sqrt(of.capability[chosen])
    fixed = WEIGHT * bonds.scaled(bonds.shared_groups(states, groups(day)), pair)
    fixed += means * bonds.scaled(np.outer(root, root), pair)
    coins = uniforms(keys(7, range(DRAWS)), "backtest.coin", labels(states))
    sizes = []
    for x, luck in zip(of.drawn(), coins, strict=True):
        near = bonds.standard(bonds.nearness(x[chosen], of.salience[chosen]), pair)
        b = forming.consented(bonds.less_friction(near + fixed, pair, friction))
        label = forming.form(b, np.arange(actors), luck, crowding).label
        sizes.append(np.bincount(label, minlength=actors))
    many = np.array(sizes)
    together_ = many > 1
    mean = many[together_].mean() if together_.any() else 1.0
    row = (together_.sum(1).mean(), many.max(1).mean(), (many == 1).sum(1).mean(), mean)
    return f"{what:34}{row[0]:11.1f}{row[1]:9.1f}{row[2]:7.1f}{row[3]:11.1f}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    read = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    read.add_argument("--structure", action="store_true", help="how coalitions answer to what")
    if read.parse_args(arguments).structure:
        print(*structure(), sep="\n")
        return
    events = calls()
    print(told("Joining a call", compared(events, CALLS), FLOORS["calls"]))  # type: ignore[arg-type]
    print(fitted(events))
    found = compared(attributions(), ATTRIBUTIONS)  # type: ignore[arg-type]
    print(told("Naming the accused", found, FLOORS["attributions"]))


if __name__ == "__main__":
    main()
