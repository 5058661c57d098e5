"""What came of an ensemble: a row of outcomes a run, and how often each delegation did what."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.core import frames
from sim.core.acts import Log, Tally, Told
from sim.core.mechanism import Mechanism
from sim.core.outcome import Outcome, Over
from sim.core.setting import Setting
from sim.core.world import World
from sim.errors import RunError
from sim.forums.rules import Decision

Array = npt.NDArray[np.generic]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]
Keys = tuple[str, ...]

STORY_RUNS = 256  # runs of which the drafting is told round by round, so that memory stays flat
TOLD = 40  # runs of which an answer tells


@dataclass(repr=False)
class Outcomes:
    """What an ensemble, or a part of one, returns.

    `table` has a column per outcome, each (runs,): first `run` and `world`, then all that the
    mechanisms in use declare (`sim.core.outcome`), on 0-1 where files have 0-100. What is not
    defined in a run, such as votes at a stage that was not reached, is nan.
    """

    ballots: tuple[tuple[str, str], ...]  # (draft, stage)
    actors: tuple[str, ...]
    table: dict[str, Array]
    counts: Ints  # (ballots, actors, decisions): in how many runs
    sides: Ints  # (ballots, actors, 4): in how many runs it blocked, and why
    decisions: Codes  # (runs, ballots, actors) if kept, else no rows
    story: dict[
        str, Floats
    ]  # draft -> (sessions drafted, runs or fewer, clauses), in 0-1, nan: bracketed
    drafts: tuple[str, ...] = ()
    tally: Tally = field(default_factory=Tally)
    counted: dict[str, Ints] = field(default_factory=dict)  # by mechanism and name, over all runs
    log: Log = field(default_factory=Log)  # of the first runs, act by act
    played: tuple[Any, tuple[str, ...]] | None = None  # the scenario, and what was set

    @property
    def runs(self) -> int:
        """How many runs."""
        return len(self.table["run"])

    @property
    def worlds(self) -> int:
        """In how many worlds they were played."""
        return len(np.unique(self.table["world"]))

    @property
    def acts(self) -> list[Told]:
        """Who did what to whom, session by session, and in how many runs."""
        return self.tally.told(self.actors, self.drafts)

    def number(self, column: str) -> Floats:
        """One outcome as floats: (runs,)."""
        return self.table[column].astype(np.float64)

    def chances(self, draft: str, stage: str) -> Floats:
        """How often each delegation took each decision: (actors, 7), rows summing to 1."""
        counted = self.counts[self.ballots.index((draft, stage))]
        share: Floats = counted / self.runs
        return share

    def __repr__(self) -> str:
        """Say how many runs of what it holds."""
        texts = ", ".join(dict.fromkeys(draft for draft, _ in self.ballots)) or "nothing decided"
        return f"Outcomes({self.runs} runs; {texts}; {len(self.actors)} actors)"

    def _repr_html_(self) -> str:
        """Show the mean of each outcome in a notebook."""
        table: str = self.summary().round(2).to_html(max_rows=24)
        return f"<p>{html.escape(repr(self))}</p>{table}"

    def to_dataframe(self, *, tidy: bool = False, formula: bool = False) -> Any:
        """A `pandas.DataFrame`: a row a run, or with ``tidy`` a row for each outcome of each run.

        With ``formula`` columns are named as statsmodels, patsy and R take them in formulas:
        x73_27_plenary_in_favour. Those of the tidy one always are.
        """
        return frames.tidy(self) if tidy else frames.wide(self, formula=formula)

    def why(self, actor: str, draft: str = "", **asked: Any) -> Any:
        """Say why a delegation decides as it does: a `sim.answers.why.Why`.

        Told of the first of these runs, which are played again; see `sim.why` for what else may
        be asked. RunError of outcomes that no scenario goes with.
        """
        import sim

        if self.played is None:
            raise RunError("these outcomes do not know their scenario; use sim.why(scenario, ...)")
        scenario, settings = self.played
        runs = self.table["run"][:TOLD].tolist()
        return sim.why(scenario, actor, draft, **{"runs": runs, "settings": settings, **asked})

    def summary(self) -> Any:
        """A `pandas.DataFrame`: mean, 5% and 95% of runs, and the runs it is defined in."""
        return frames.summary(self)

    def to_votes(self) -> Any:
        """A `pandas.DataFrame`: how often each actor took each decision, ballot by ballot."""
        return frames.chances(self)

    def to_xarray(self) -> Any:
        """An `xarray.Dataset`, for NetCDF and the like; needs the extra `data`."""
        return frames.dataset(self)

    def to_networkx(self, least: float = frames.EDGE) -> Any:
        """A `networkx.Graph` of who stands with whom, from that share of runs on."""
        return frames.graph(self, least)


@dataclass(frozen=True)
class About:
    """What there is to have outcomes: ballots in order, clauses by draft, issues, actors."""

    ballots: Sequence[Keys]  # (draft, stage)
    clauses: Mapping[str, Sequence[str]]
    issues: Sequence[str]
    actors: Sequence[str]
    sessions: Sequence[str] = ()
    events: Sequence[str] = ()  # that may happen or not

    def keys(self, over: Over, only: Iterable[str] | None = None) -> list[Keys]:
        """List what an outcome over this is kept for; ``only``: of actors or names, these."""
        if over is Over.BALLOT:
            return list(self.ballots)
        if over is Over.CLAUSE:
            return [(d, c) for d, clauses in self.clauses.items() for c in clauses]
        named: dict[Over, Iterable[str]] = {
            Over.DRAFT: self.clauses,
            Over.ISSUE: self.issues,
            Over.ACTOR: self.actors if only is None else only,
            Over.NAMED: only or (),
            Over.SESSION: self.sessions,
            Over.EVENT: self.events,
        }
        return [(name,) for name in named[over]] if over in named else [()]


def columns(
    kept: Iterable[tuple[Mechanism, Outcome, Iterable[str] | None]], about: About
) -> dict[str, tuple[Mechanism, Outcome, Keys]]:
    """Name every column of a table of runs, in its order, with the outcome it holds.

    Ballots come first, each with all that is counted at it, then the clauses and what else is
    said of a draft, then issues, actors, and the run as a whole.
    """
    found: list[tuple[Any, str, tuple[Mechanism, Outcome, Keys]]] = []
    order = list(Over)
    for n, (mechanism, outcome, only) in enumerate(kept):
        for place, keys in enumerate(about.keys(outcome.over, only)):
            group = order.index(outcome.over)
            if outcome.over is Over.BALLOT:
                rank: tuple[int, ...] = (0, place, n)
            elif outcome.over is Over.CLAUSE:
                rank = (1, list(about.clauses).index(keys[0]), 0, place, n)
            elif outcome.over is Over.DRAFT:
                rank = (1, place, 1, n, 0)
            else:
                rank = (group, n, place)
            found.append((rank, outcome.column(*keys), (mechanism, outcome, keys)))
    return {name: said for _, name, said in sorted(found, key=lambda one: one[0])}


def kept(setting: Setting) -> dict[str, tuple[Mechanism, Outcome, Keys]]:
    """Every column that a run of a setting has, with its outcome."""
    about = About(
        [(setting.drafts[d].label, stage) for d, stage in setting.ballots],
        {draft.label: draft.clauses for draft in setting.drafts},
        setting.issues,
        setting.actors,
        tuple(map(setting.label, range(1, setting.sessions + 1))),
        setting.may_happen,
    )
    return columns(
        ((m, o, setting.kept.get(o.name)) for m in setting.active for o in m.outcomes), about
    )


def collect(setting: Setting, world: World, keep: bool) -> Outcomes:
    """Read off a world at its end; ``keep`` also keeps every decision of every run.

    Raises:
        RunError: a mechanism that gives what it does not declare, or not what it does.
    """
    ballots = [world.ballots[key] for key in setting.ballots]
    names = tuple((setting.drafts[d].label, stage) for d, stage in setting.ballots)
    decided = np.stack([b.decisions for b in ballots], axis=1)
    story = {
        draft.label: np.stack([np.where(p.active, p.value, np.nan) for p in pages])
        for draft, pages in zip(setting.drafts, world.pages, strict=True)
        if pages
    }
    tally = Tally()
    tally.add(world.acts)
    return Outcomes(
        ballots=names,
        actors=setting.actors,
        table={"run": world.runs, "world": world.which, **_table(setting, world)},
        counts=_how_often(decided, len(Decision)),
        sides=_how_often(np.stack([b.sides for b in ballots], axis=1), 4),
        decisions=decided if keep else decided[:0],
        story=story,
        drafts=tuple(draft.label for draft in setting.drafts),
        tally=tally,
        counted={
            f"{mechanism.name}.{name}": numbers
            for mechanism in setting.doing("counted")
            for name, numbers in mechanism.counted(setting, world)
        },
        log=Log.of(world.acts, setting.tellings, world.runs) if setting.calendar else Log(),
    )


def _table(setting: Setting, world: World) -> dict[str, Array]:
    found: dict[str, Array] = {}
    for mechanism in setting.doing("collect"):
        declared = {outcome.name: outcome for outcome in mechanism.outcomes}
        for name, keys, values in mechanism.collect(setting, world):
            if name not in declared:
                raise RunError(f"{mechanism.title()} collects {name!r}, which it does not declare")
            column = declared[name].column(*keys)
            if np.shape(values) != (world.size,):
                shape = f"{np.shape(values)}, and not ({world.size},): one value a run"
                raise RunError(f"{column} of {mechanism.title()} has the shape {shape}")
            found[column] = values
    wanted = setting.columns
    for column in wanted.keys() ^ found.keys():
        whose = wanted[column][0].title() if column in wanted else "a mechanism"
        did = "declares, and does not collect," if column in wanted else "collects beyond its axes"
        raise RunError(f"{whose} {did} {column}")
    return {column: found[column] for column in wanted}


def join(parts: Iterable[Outcomes]) -> Outcomes:
    """Put the parts of an ensemble together, in the order given; counts are added as they come."""
    parts = iter(parts)
    first = next(parts)
    counts, sides = first.counts.copy(), first.sides.copy()
    tables, decisions, stories = [first.table], [first.decisions], [first.story]
    told, tally, logs = len(first.table["run"]), Tally(), [first.log]
    counted = {name: numbers.copy() for name, numbers in first.counted.items()}
    tally.join(first.tally)
    for part in parts:
        counts += part.counts
        sides += part.sides
        tally.join(part.tally)
        for name, numbers in part.counted.items():
            counted[name] += numbers
        tables.append(part.table)
        decisions.append(part.decisions)
        logs.append(part.log)
        if told < STORY_RUNS:
            stories.append(part.story)
        told += part.runs
    return Outcomes(
        ballots=first.ballots,
        actors=first.actors,
        table={name: np.concatenate([t[name] for t in tables]) for name in first.table},
        counts=counts,
        sides=sides,
        decisions=np.concatenate(decisions),
        story={
            k: np.concatenate([s[k] for s in stories], axis=1)[:, :STORY_RUNS] for k in first.story
        },
        drafts=first.drafts,
        tally=tally,
        counted=counted,
        log=Log.join(logs),
    )


def _how_often(codes: Codes, kinds: int) -> Ints:
    return np.stack([(codes == kind).sum(axis=0) for kind in range(kinds)], axis=-1).astype(
        np.int64
    )
